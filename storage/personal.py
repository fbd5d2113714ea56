"""What is stored about one person, wherever it is: shown, and deleted; storage/references.py lists the places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.audit import NewEntry, append
from storage.database import Database
from storage.models import (
    Account,
    Base,
    Campaign,
    Enrolment,
    Erasure,
    InboxItem,
    Installation,
    Person,
    Task,
    UnmatchedAccount,
)
from storage.references import PLACES, Fate, mark
from storage.secrets import Encrypted

NOT_SHOWN = frozenset({"token_hash", "nonce_hash", "company_id", "audience"})
"""Secrets, and the numbers of other people."""
Rows = list[dict[str, Any]]


class Personal:
    """Export and erasure of one person's data."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def export(self, company: int, person: int) -> dict[str, Rows]:
        """Every row about this person by table, without secrets."""
        found: dict[str, Rows] = {}
        async with self._database.reading() as session:
            for table, mine in await _about(session, company, person, *Fate):
                rows = (await session.execute(select(*_shown(table)).where(mine))).mappings().all()
                found[table.name] = [dict(row) for row in rows]
        return {name: rows for name, rows in found.items() if rows}

    async def erase(self, company: int, person: int, *, actor: int, now: datetime, stays_away: bool = False) -> bool:
        """Delete everything but the audit trail, where only a number is left; False when there is nobody.

        `stays_away`: the person has left, so the HR system's list must not bring them back.
        """
        async with self._database.writing() as session:
            row = await session.scalar(select(Person).where(Person.company_id == company, Person.id == person))
            if row is None:
                return False
            if stays_away and row.personio_id:
                marked = self._database.insert(Erasure).on_conflict_do_nothing()
                values = {"company_id": company, "mark": mark(row.personio_id), "erased_at": now}
                await session.execute(marked.values(**values))
            await _forget(session, company, person)
            for table, mine in reversed(await _about(session, company, person, Fate.DELETED)):
                await session.execute(delete(table).where(mine))
            await append(session, company, [NewEntry(actor, "erased", (person,))], now)
            return True

    async def ask_to_erase(self, company: int, person: int, *, at: datetime | None) -> None:
        """Have everything deleted at that time; None: after all not."""
        chosen = update(Person).where(Person.company_id == company, Person.id == person)
        async with self._database.writing() as session:
            await session.execute(chosen.values(erase_at=at))

    async def to_erase(self, now: datetime) -> Sequence[Person]:
        """Everybody, of any company, whose wish is due."""
        async with self._database.reading() as session:
            return (await session.scalars(select(Person).where(Person.erase_at <= now))).all()

    async def stay_away(self, company: int) -> frozenset[str]:
        """The marks of people who must not come back."""
        async with self._database.reading() as session:
            return frozenset((await session.scalars(select(Erasure.mark).where(Erasure.company_id == company))).all())


def _shown(table: Table) -> list[ColumnElement[Any]]:
    return [each for each in table.c if each.name not in NOT_SHOWN and not isinstance(each.type, Encrypted)]


@dataclass(frozen=True, slots=True)
class Traces:
    """What a person is known by."""

    person: int
    email: str
    accounts: Sequence[tuple[str, str]]
    """Chat and id."""


Find = Callable[[Traces], ColumnElement[bool]]


def _inbox(traces: Traces) -> ColumnElement[bool]:
    written = InboxItem.payload["account"].as_string()
    return or_(
        false(), *((InboxItem.channel == channel) & (written == account) for channel, account in traces.accounts)
    )


def _installer(traces: Traces) -> ColumnElement[bool]:
    return Installation.installer.in_([account for channel, account in traces.accounts if channel == "slack"])


def _in_campaign(traces: Traces) -> ColumnElement[bool]:
    return Campaign.id.in_(select(Enrolment.campaign_id).where(Enrolment.person_id == traces.person))


def _about_them(traces: Traces) -> ColumnElement[bool]:
    return Task.topic.startswith(f"cause:{traces.person}:", autoescape=True)


def _without_a_match(traces: Traces) -> ColumnElement[bool]:
    address = func.lower(UnmatchedAccount.email) == traces.email.lower()
    return address if traces.email else false()


SPECIAL: Mapping[str, Find] = {
    "inbox.payload": _inbox,
    "installations.installer": _installer,
    "campaigns.audience": _in_campaign,
    "tasks.topic": _about_them,
    "unmatched_accounts.email": _without_a_match,
}
"""Places where a person does not stand as a number in a column of its own."""


async def _about(
    session: AsyncSession, company: int, person: int, *fates: Fate
) -> list[tuple[Table, ColumnElement[bool]]]:
    """Each table with the condition that finds this person in it; the person comes first."""
    found = await session.execute(
        select(Account.channel, Account.external_id).where(Account.company_id == company, Account.person_id == person)
    )
    email = await session.scalar(select(Person.email).where(Person.company_id == company, Person.id == person))
    traces = Traces(person, email or "", [(channel, account) for channel, account in found.all()])
    conditions: dict[str, list[ColumnElement[bool]]] = {}
    for name, place in PLACES.items():
        if place.fate in fates:
            table, column = _place(name)
            find = SPECIAL.get(name)
            conditions.setdefault(table.name, []).append(find(traces) if find else column == person)
    return [
        (table, (table.c.company_id == company) & or_(*conditions[table.name]))
        for table in Base.metadata.sorted_tables
        if table.name in conditions
    ]


def _place(name: str) -> tuple[Table, Column[Any]]:
    table, _, column = name.partition(".")
    return Base.metadata.tables[table], Base.metadata.tables[table].c[column]


async def _forget(session: AsyncSession, company: int, person: int) -> None:
    """Rows that belong to the company stay and no longer say who it was."""
    for name, place in PLACES.items():
        table, column = _place(name)
        if place.fate is Fate.FORGOTTEN and name not in SPECIAL:
            here = (table.c.company_id == company) & (column == person)
            await session.execute(update(table).where(here).values({column.name: None}))
    for table, mine in await _about(session, company, person, Fate.FORGOTTEN):
        if table.name == Installation.__tablename__:
            await session.execute(update(table).where(mine).values(installer=""))
    for campaign in (await session.scalars(select(Campaign).where(Campaign.company_id == company))).all():
        if person in campaign.audience:
            campaign.audience = [each for each in campaign.audience if each != person]
