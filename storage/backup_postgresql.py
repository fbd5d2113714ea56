"""Copies of a PostgreSQL database, with PostgreSQL's own tools."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, text

from storage.backup_errors import NotABackupError, ToolFailedError, ToolMissingError
from storage.backup_files import POSTGRESQL, refuse_others
from storage.database import Database
from storage.models import Base

VERSION = re.compile(r"COPY \S*alembic_version \(version_num\) FROM stdin;\n(\w+)\n")
# What the asynchronous driver calls otherwise than the tools do; the rest of its options means nothing to them.
NAMES = {"host": "host", "port": "port", "ssl": "sslmode", "database": "dbname", "username": "user"}


class PostgresqlCopies:
    """https://www.postgresql.org/docs/current/app-pgdump.html and app-pgrestore.html"""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, file: Path) -> None:
        with _address(self._database.url) as address:
            await _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}", address)

    async def check(self, file: Path) -> str:
        refuse_others(file, POSTGRESQL)
        try:
            await _run("pg_restore", "--file=/dev/null", str(file))
            script = await _run("pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(file))
        except ToolFailedError as error:
            raise NotABackupError(file, f"it is damaged ({error})") from error
        found = VERSION.search(script)
        if found is None:
            raise NotABackupError(file, "it is not a backup of Greenroom")
        return found[1]

    async def load(self, file: Path) -> None:
        # Tables that only today's version has are not in an older copy, and would be in the way of its migration.
        async with self._database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.drop_all)
            await connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        options = ("--single-transaction", "--clean", "--if-exists", "--no-owner", "--no-privileges")
        with _address(self._database.url) as address:
            await _run("pg_restore", *options, f"--dbname={address}", str(file))


async def _run(name: str, *arguments: str) -> str:
    program = shutil.which(name)
    if program is None:
        raise ToolMissingError(name)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(program, *arguments, stdout=pipe, stderr=pipe)
    output, complaint = await process.communicate()
    if process.returncode:
        # The first lines name the cause; what follows is the statement, which may hold people's data.
        raise ToolFailedError(name, " ".join(complaint.decode(errors="replace").strip().splitlines()[:2]))
    return output.decode(errors="replace")


@contextmanager
def _address(url: URL) -> Iterator[str]:
    """The address as the tools read it; the password is in a file, for every user can see a program's arguments.

    https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
    """
    parts = {**url.translate_connect_args(), **dict(url.query)}
    password = str(parts.pop("password", ""))
    with TemporaryDirectory(prefix="greenroom-") as folder:
        file = Path(folder) / "password"
        if password:
            file.touch(mode=0o600)
            file.write_text(f"*:*:*:*:{_escaped(password)}\n", encoding="utf-8")
        words = [f"{NAMES[name]}='{_quoted(str(value))}'" for name, value in parts.items() if name in NAMES]
        yield " ".join([*words, f"passfile='{_quoted(str(file))}'"] if password else words)


def _escaped(password: str) -> str:
    return password.replace("\\", "\\\\").replace(":", "\\:")


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
