"""Copies of a SQLite database, with SQLite's own online backup: readers and the writer go on meanwhile."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.backup_errors import BackupError, NotABackupError
from storage.backup_files import SQLITE, refuse_others

LOCKED_FOR = 30.0


@dataclass(frozen=True, slots=True)
class SqliteCopies:
    """https://sqlite.org/backup.html"""

    database: Path

    async def save(self, file: Path) -> None:
        await asyncio.to_thread(self._copy, self.database, file)

    async def check(self, file: Path) -> str:
        return await asyncio.to_thread(_check, file)

    async def load(self, file: Path) -> None:
        await asyncio.to_thread(self._put_back, file)

    def _copy(self, source: Path, target: Path) -> None:
        try:
            _copy_pages(source, target)
            with _opened(target, "rw") as copy:
                # A file that is carried elsewhere must be whole alone, without a log beside it.
                copy.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            raise BackupError(f"{source} could not be copied to {target}: {error}.") from error

    def _put_back(self, file: Path) -> None:
        try:
            _copy_pages(file, self.database)
        except sqlite3.DatabaseError:
            # What is there is no database any more: this is what backups are for.
            for ending in ("", "-wal", "-shm"):
                self.database.with_name(self.database.name + ending).unlink(missing_ok=True)
            _copy_pages(file, self.database)


def _copy_pages(source: Path, target: Path) -> None:
    """In one transaction of the target: a kill in the middle leaves what was there."""
    with _opened(source, "ro") as origin, _opened(target, "rwc") as copy:
        # All pages in one step: a copy in several would begin anew each time that somebody writes.
        origin.backup(copy, pages=-1)


def _check(file: Path) -> str:
    refuse_others(file, SQLITE)
    try:
        with _opened(file, "ro") as copy:
            found = [row[0] for row in copy.execute("PRAGMA integrity_check(1)")]
            if found != ["ok"] or copy.execute("PRAGMA foreign_key_check").fetchone():
                raise NotABackupError(file, "it is damaged")
            return str(copy.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.Error, TypeError) as error:
        raise NotABackupError(file, f"it is damaged or not a backup of Greenroom ({error})") from error


@contextmanager
def _opened(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    address = f"{path.absolute().as_uri()}?mode={mode}"
    with closing(sqlite3.connect(address, uri=True, timeout=LOCKED_FOR, isolation_level=None)) as connection:
        yield connection
