"""What is stored about one person, wherever it is: shown, and deleted. New tables are found by their columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.audit import NewEntry, append
from storage.database import Database
from storage.models import Account, AuditEntry, AuditSubject, Base, Erasure, InboxItem, Observation, Person
from storage.secrets import Encrypted

NOT_SHOWN = frozenset({"token_hash", "nonce_hash", "company_id"})
Rows = list[dict[str, Any]]


class Personal:
    """Export and erasure of one person's data."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def export(self, company: int, person: int) -> dict[str, Rows]:
        """Every row about this person by table, without secrets."""
        found: dict[str, Rows] = {}
        async with self._database.reading() as session:
            for table, mine in await _about(session, company, person):
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
            for table, mine in reversed(await _about(session, company, person)):
                if table.name not in (AuditEntry.__tablename__, AuditSubject.__tablename__):
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


def mark(personio_id: str) -> str:
    """What is kept of an id in the HR system, to know it again and for nothing else."""
    return sha256(personio_id.encode()).hexdigest()


async def _about(session: AsyncSession, company: int, person: int) -> list[tuple[Table, ColumnElement[bool]]]:
    """Each table with the condition that finds this person in it; the person comes first."""
    accounts = await session.execute(
        select(Account.channel, Account.external_id).where(Account.company_id == company, Account.person_id == person)
    )
    written_by = [
        (InboxItem.channel == channel) & (InboxItem.payload["account"].as_string() == account)
        for channel, account in accounts.all()
    ]
    special: dict[str, Any] = {
        Person.__tablename__: Person.id == person,
        Observation.__tablename__: Observation.subject == person,
        InboxItem.__tablename__: or_(*written_by) if written_by else None,
        AuditEntry.__tablename__: AuditEntry.actor == person,
    }
    found = []
    for table in Base.metadata.sorted_tables:
        mine = special.get(table.name, table.c.person_id == person if "person_id" in table.c else None)
        if mine is not None and "company_id" in table.c:
            found.append((table, (table.c.company_id == company) & mine))
    return found
