"""Who asked and did what: entries that are only ever added, each chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, Select, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.live import Work
from storage.models import AuditEntry, AuditSubject, Company, table

OPERATOR = 0
"""Whoever runs Greenroom, or Greenroom itself."""
PRUNED = "audit_pruned"
"""The entry which says that older ones were removed because their time was over."""
BEGINNING = ""
PAGE = 500
COLUMNS = table(AuditEntry).c
NEWEST = (
    select(COLUMNS.number, COLUMNS.hash)
    .where(COLUMNS.company_id == bindparam("company"))
    .order_by(COLUMNS.number.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Something to be put on record; `detail` holds words of our own only, never a name or an address."""

    actor: int
    action: str
    subjects: tuple[int, ...] = ()
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as it is kept."""

    number: int
    at: datetime
    actor: int
    action: str
    subjects: tuple[int, ...]
    detail: Mapping[str, str]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a walk along the chain found."""

    entries: int
    head: str
    """The hash of the newest entry: whoever notes it elsewhere can prove later that nothing before was changed."""
    broken_at: int = 0
    """The number of the first entry that does not fit; 0 when all of them do."""
    knows_head: bool = True
    """The head that was noted earlier is still in the chain."""

    @property
    def is_whole(self) -> bool:
        return not self.broken_at and self.knows_head


class Audit:
    """The audit trail of each company."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, company: int, entries: Sequence[NewEntry], now: datetime) -> None:
        async with self._database.writing() as session:
            await append(session, company, entries, now)

    async def about(self, company: int, person: int, limit: int = 50) -> Sequence[Recorded]:
        """What others asked or did about this person, newest first."""
        mine = select(AuditSubject.number).where(AuditSubject.company_id == company, AuditSubject.person_id == person)
        query = (
            select(AuditEntry)
            .where(AuditEntry.company_id == company, AuditEntry.number.in_(mine), AuditEntry.actor != person)
            .order_by(AuditEntry.number.desc())
            .limit(limit)
        )
        async with self._database.reading() as session:
            # Whom else an entry is about is nobody's business here.
            return [_recorded(row, (person,)) for row in (await session.scalars(query)).all()]

    async def entries(self, company: int) -> AsyncIterator[Recorded]:
        """All of them, oldest first, without holding many at once."""
        after = 0
        while page := await self._page(company, after):
            for entry in page:
                yield entry
            after = page[-1].number

    async def check(self, company: int, noted: str = "") -> Checked:
        """Walk along the whole chain; `noted` is a head that somebody wrote down earlier."""
        count, previous, number, seen = 0, BEGINNING, 0, not noted
        pruned: str | None = None
        start: Recorded | None = None
        async for entry in self.entries(company):
            start = start or entry
            fits = entry is start or (entry.previous == previous and entry.number == number + 1)
            if not fits or entry.hash != _hash(company, entry):
                return Checked(count, previous, broken_at=entry.number, knows_head=seen)
            if entry.action == PRUNED:
                pruned = entry.detail.get("hash", "")
            seen = seen or noted in (entry.hash, entry.previous)
            count, previous, number = count + 1, entry.hash, entry.number
        begins_well = start is None or start.previous == BEGINNING or start.previous == pruned
        return Checked(count, previous, broken_at=0 if begins_well else (start.number if start else 0), knows_head=seen)

    async def _page(self, company: int, after: int) -> list[Recorded]:
        here = (AuditEntry.company_id == company, AuditEntry.number > after)
        query = select(AuditEntry).where(*here).order_by(AuditEntry.number).limit(PAGE)
        async with self._database.reading() as session:
            rows = (await session.scalars(query)).all()
            if not rows:
                return []
            about = select(AuditSubject.number, AuditSubject.person_id).where(
                AuditSubject.company_id == company, AuditSubject.number.between(rows[0].number, rows[-1].number)
            )
            people: dict[int, list[int]] = {}
            for number, person in (await session.execute(about)).all():
                people.setdefault(number, []).append(person)
        return [_recorded(row, tuple(sorted(people.get(row.number, ())))) for row in rows]


async def lock_company(session: AsyncSession, company: int) -> None:
    """Whoever changes roles or writes to the audit trail of a company does so one after the other."""
    await session.execute(_lock(company))


async def append(session: AsyncSession, company: int, entries: Sequence[NewEntry], now: datetime) -> None:
    """Add entries within the transaction that does what they say."""
    for work in recording(company, entries, now):
        await (await session.connection()).run_sync(work)


def recording(company: int, entries: Sequence[NewEntry], now: datetime) -> list[Work[None]]:
    """The same as work of the live path; nothing to do without entries."""
    if not entries:
        return []

    def record(connection: Connection) -> None:
        connection.execute(_lock(company))
        last = connection.execute(NEWEST, {"company": company}).first()
        number, previous = last or (0, BEGINNING)
        for entry in entries:
            number += 1
            recorded = _new(company, number, entry, now=now, previous=previous)
            previous = recorded.hash
            _insert(connection, company, recorded)

    return [record]


def _lock(company: int) -> Select[int]:
    return select(table(Company).c.id).where(table(Company).c.id == company).with_for_update(key_share=True)


def _insert(connection: Connection, company: int, entry: Recorded) -> None:
    key = {"company_id": company, "number": entry.number}
    columns = {name: getattr(entry, name) for name in ("at", "actor", "action", "detail", "previous", "hash")}
    connection.execute(insert(table(AuditEntry)), {**key, **columns})
    if entry.subjects:
        connection.execute(insert(table(AuditSubject)), [{**key, "person_id": person} for person in entry.subjects])


def _new(company: int, number: int, entry: NewEntry, *, now: datetime, previous: str) -> Recorded:
    subjects = tuple(sorted(set(entry.subjects)))
    fields = (number, now.astimezone(UTC), entry.actor, entry.action, subjects, dict(entry.detail), previous)
    return Recorded(*fields, hash=_hash(company, Recorded(*fields, hash="")))


def _recorded(row: AuditEntry, subjects: tuple[int, ...]) -> Recorded:
    return Recorded(row.number, row.at, row.actor, row.action, subjects, row.detail, row.previous, row.hash)


def _hash(company: int, entry: Recorded) -> str:
    said = {
        "company": company,
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "subjects": list(entry.subjects),
        "detail": dict(entry.detail),
        "previous": entry.previous,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
