"""People and how each chat reaches them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.models import Account, Person

MOST_AT_ONCE = 1_000
"""Values in one statement."""


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person as the HR system has them."""

    personio_id: str
    email: str
    name: str
    language: str
    timezone: str
    office: str = ""
    department: str = ""


class People:
    """Everybody of a company."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, company: int, records: Iterable[PersonRecord]) -> None:
        """Write what the HR system says; a person whom only the settings named so far is completed by it."""
        records = list(records)
        rows = [{"company_id": company, **asdict(record)} for record in records]
        if not rows:
            return
        insert = self._database.insert(Person)
        changed = {name: insert.excluded[name] for name in ("email", "name", "office", "department")}
        statement = insert.on_conflict_do_update(index_elements=["company_id", "personio_id"], set_=changed)
        async with self._database.writing() as session:
            await _adopt(session, company, records)
            await session.execute(statement, [{"role": "employee", **row} for row in rows])

    async def get(self, company: int, person: int) -> Person | None:
        async with self._database.reading() as session:
            return await session.scalar(select(Person).where(Person.company_id == company, Person.id == person))

    async def with_email(self, company: int, email: str) -> Sequence[Person]:
        """Everybody with this address: normally one, two where an address is shared."""
        async with self._database.reading() as session:
            return (await session.scalars(_with_email(company, email))).all()

    async def with_emails(self, company: int, emails: Collection[str]) -> dict[str, list[int]]:
        """Everybody's id by address, of these addresses."""
        found: dict[str, list[int]] = {}
        wanted = sorted(emails)
        async with self._database.reading() as session:
            for begin in range(0, len(wanted), MOST_AT_ONCE):
                some = Person.email.in_(wanted[begin : begin + MOST_AT_ONCE])
                query = select(Person.email, Person.id).where(Person.company_id == company, some).order_by(Person.id)
                for email, id in (await session.execute(query)).all():
                    found.setdefault(email, []).append(id)
        return found

    async def all(self, company: int) -> Sequence[Person]:
        async with self._database.reading() as session:
            return (await session.scalars(select(Person).where(Person.company_id == company).order_by(Person.id))).all()

    async def change(self, company: int, person: int, **values: Any) -> None:
        """Set columns such as `role` or `language`."""
        async with self._database.writing() as session:
            await session.execute(
                update(Person).where(Person.company_id == company, Person.id == person).values(**values)
            )

    async def aliases(self, company: int) -> dict[int, frozenset[str]]:
        """The further addresses of those who have some."""
        query = select(Person.id, Person.aliases).where(Person.company_id == company, Person.aliases != "")
        async with self._database.reading() as session:
            return {id: frozenset(aliases.split()) for id, aliases in (await session.execute(query)).all()}

    async def add_alias(self, company: int, person: int, address: str) -> None:
        async with self._database.writing() as session:
            row = await session.scalar(select(Person).where(Person.company_id == company, Person.id == person))
            if row is not None:
                row.aliases = " ".join(sorted({*row.aliases.split(), address.lower()}))

    async def of_account(self, channel: str, workspace: str, external_id: str) -> Person | None:
        query = (
            select(Person)
            .join(Account, Account.person_id == Person.id)
            .where(Account.channel == channel, Account.workspace == workspace, Account.external_id == external_id)
        )
        async with self._database.reading() as session:
            return await session.scalar(query)

    async def link_accounts(
        self, company: int, channel: str, workspace: str, accounts: Mapping[str, int], used_at: datetime | None = None
    ) -> None:
        """Say which account of a chat is which person; `accounts` maps the platform's ids to ours."""
        insert = self._database.insert(Account)
        rows: list[dict[str, Any]] = [
            {
                "company_id": company,
                "person_id": person,
                "channel": channel,
                "workspace": workspace,
                "external_id": external_id,
                "reference": {},
                "used_at": used_at,
            }
            for external_id, person in accounts.items()
        ]
        if not rows:
            return
        statement = insert.on_conflict_do_update(
            index_elements=["channel", "workspace", "external_id"],
            set_={"person_id": insert.excluded.person_id, "company_id": insert.excluded.company_id},
        )
        async with self._database.writing() as session:
            await session.execute(statement, rows)

    async def unlink_account(self, channel: str, workspace: str, external_id: str) -> None:
        async with self._database.writing() as session:
            await session.execute(delete(Account).where(*_is(channel, workspace, external_id)))

    async def touch_account(self, channel: str, workspace: str, external_id: str, now: datetime) -> None:
        """This account was used just now, so the person is best reached here."""
        async with self._database.writing() as session:
            await session.execute(update(Account).where(*_is(channel, workspace, external_id)).values(used_at=now))

    async def save_reference(self, channel: str, workspace: str, external_id: str, reference: dict[str, Any]) -> None:
        async with self._database.writing() as session:
            await session.execute(
                update(Account).where(*_is(channel, workspace, external_id)).values(reference=reference)
            )

    async def accounts(self, company: int, person: int) -> Sequence[Account]:
        """Where this person can be reached, the account used last first."""
        query = select(Account).where(Account.company_id == company, Account.person_id == person)
        async with self._database.reading() as session:
            return (await session.scalars(query.order_by(Account.used_at.desc().nulls_last(), Account.id))).all()


def _is(channel: str, workspace: str, external_id: str) -> tuple[Any, ...]:
    return Account.channel == channel, Account.workspace == workspace, Account.external_id == external_id


def _with_email(company: int, email: str) -> Select[Person]:
    return select(Person).where(Person.company_id == company, Person.email == email.lower()).order_by(Person.id)


async def _adopt(session: AsyncSession, company: int, records: Sequence[PersonRecord]) -> None:
    """An owner whom the settings named before the HR system was read keeps the row: answers already point to it."""
    query = select(Person).where(Person.company_id == company, Person.personio_id.is_(None), Person.email != "")
    by_email = {record.email: record.personio_id for record in records}
    for person in (await session.scalars(query)).all():
        found = by_email.get(person.email)
        known = Person.company_id == company, Person.personio_id == found
        if found and await session.scalar(select(Person.id).where(*known)) is None:
            person.personio_id = found
    await session.flush()
