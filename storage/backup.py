"""Copies of the whole database: made while the program runs, checked, and put back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import CursorResult, Update, func, select, update

from storage.backup_errors import DatabaseInUseError, NewerBackupError, NothingStoredError
from storage.backup_files import size, written_whole
from storage.database import Database
from storage.migrate import migrate, revisions, version
from storage.models import Delivery, Enrolment, InboxItem, Person
from storage.rotation import readable
from storage.states import QUEUED, SENDING, UNKNOWN

POSTPONED = timedelta(days=1)
"""A reminder that was due before the restore may have gone out after the backup: nobody gets it twice on one day."""
CAUSE = "restored"


class Copies(Protocol):
    """How one kind of database is copied; each raises BackupError."""

    async def save(self, file: Path) -> None:
        """Write everything as of one moment, without keeping anybody waiting."""

    async def check(self, file: Path) -> str:
        """Read all of a copy; gives the revision of its tables."""

    async def load(self, file: Path) -> None:
        """Put a checked copy in the place of what is there."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A copy that was made and read back."""

    revision: str
    size: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restored database holds."""

    revision: str
    people: int
    unsent: int
    """Messages that were on their way at the time of the copy: nobody knows whether they arrived."""
    readable: bool
    """The keys at hand decrypt what is stored."""


async def backup(database: Database, file: Path) -> Saved:
    """Copy everything into a file that is only there when it is whole."""
    if await version(database) is None:
        raise NothingStoredError
    copies = _copies(database)
    with written_whole(file) as part:
        await copies.save(part)
        revision = await copies.check(part)
    return Saved(revision, size(file))


async def restore(database: Database, file: Path, now: datetime, *, force: bool) -> Restored:
    """Put a copy in the place of what is there, bring its tables up to date, and let go of what was on its way."""
    copies = _copies(database)
    revision = await copies.check(file)
    if revision not in revisions():
        raise NewerBackupError(revision)
    if not force and await version(database) is not None:
        raise DatabaseInUseError
    await copies.load(file)
    await migrate(database)
    unsent = await _let_go(database, now)
    async with database.reading() as session:
        people = await session.scalar(select(func.count()).select_from(Person))
    return Restored(revision, people or 0, unsent, await readable(database))


async def _let_go(database: Database, now: datetime) -> int:
    """What was open when the copy was made was answered and sent since then: doing it again would repeat it."""
    open_messages = Delivery.state.in_((QUEUED, SENDING))
    statements: tuple[Update, ...] = (
        update(InboxItem).where(InboxItem.state == "new").values(state="done", done_at=now),
        update(Enrolment).where(Enrolment.next_at < now + POSTPONED).values(next_at=now + POSTPONED),
    )
    async with database.writing() as session:
        for statement in statements:
            await session.execute(statement)
        ended = await session.execute(update(Delivery).where(open_messages).values(state=UNKNOWN, cause=CAUSE))
        return ended.rowcount if isinstance(ended, CursorResult) else 0


def _copies(database: Database) -> Copies:
    if database.is_sqlite:
        from storage.backup_sqlite import SqliteCopies

        return SqliteCopies(Path(database.url.database or ""))
    from storage.backup_postgresql import PostgresqlCopies

    return PostgresqlCopies(database)
