"""The files that hold copies: whole or not there, for nobody else to read, told apart by how they begin."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.backup_errors import BackupExistsError, NotABackupError, OtherDatabaseError

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
BEGINNINGS = {b"SQLite format 3\0": SQLITE, b"PGDMP": POSTGRESQL}


@contextmanager
def written_whole(file: Path) -> Iterator[Path]:
    """A file beside this one, which takes its name at the end of the block unless that raises."""
    if file.exists():
        raise BackupExistsError(file)
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    # It holds names and addresses: nobody else on this machine may read it, not even while it is written.
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def refuse_others(file: Path, wanted: str) -> None:
    """Raises NotABackupError or OtherDatabaseError unless this begins like a copy of that kind of database."""
    if not file.is_file():
        raise NotABackupError(file, "there is no such file")
    with file.open("rb") as content:
        beginning = content.read(max(map(len, BEGINNINGS)))
    kinds = [kind for known, kind in BEGINNINGS.items() if beginning.startswith(known)]
    if not kinds:
        raise NotABackupError(file, "it is not a backup of Greenroom")
    if kinds != [wanted]:
        raise OtherDatabaseError(file, kinds[0], wanted)


def size(file: Path) -> int:
    return file.stat().st_size
