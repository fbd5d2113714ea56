"""What every released version left behind is brought up to date with nothing lost: each release adds its files."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from bot.ask import ask
from handlers.messages import Reply
from storage.database import Database
from storage.migrate import HEAD, migrate, version
from storage.secrets import Cipher
from storage.store import Store
from tests.chat import plain
from tests.storage.release import FOLDER, KEY
from tests.storage.test_migrations import differences

RELEASES = sorted(path.name.removesuffix(".sqlite.sql") for path in FOLDER.glob("*.sqlite.sql"))
NOT_YET = "The newest release is not what this program makes. Not published yet? Run `python -m tests.storage.release`."


@pytest.fixture(params=RELEASES)
async def old(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[Database]:
    """A database as that release made it."""
    kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    script = (FOLDER / f"{request.param}.{kind}.sql").read_text(encoding="utf-8")
    database = Database(database_url, Cipher([KEY]))
    if database.is_sqlite:
        with closing(sqlite3.connect(Path(database.url.database or ""))) as connection:
            connection.executescript(script)
    else:
        async with database.engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            await driver.execute(script)
    yield database
    await database.close()


def test_there_is_a_release_to_upgrade_from() -> None:
    assert "0.1.0" in RELEASES


async def test_every_release_is_brought_up_to_date_with_nothing_lost(old: Database) -> None:
    before = await _rows(old)
    assert before["people"], "an empty database would prove nothing"
    await migrate(old)
    assert await version(old) == HEAD
    async with old.engine.connect() as connection:
        assert await connection.run_sync(differences) == [], NOT_YET
    after = await _rows(old)
    for table, rows in before.items():
        assert _shared(after[table], rows) == rows, table
    company = (await Store(old).companies.all())[0].id
    grant = await Store(old).grants.get(company, 0)
    assert grant is not None
    assert grant.refresh_token == "r", "secrets are still readable"
    assert (await Store(old).audit.check(company)).is_whole


async def test_the_program_goes_on_where_the_release_stopped(
    old: Database, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"DATABASE_URL": database_url, "SECRET_KEYS": KEY, "OWNERS": "ada@aurora.example", "COMPANY": "Aurora"}
    for name, value in given.items():
        monkeypatch.setenv(f"GREENROOM_{name}", value)
    told: list[Reply] = []
    assert await ask("who isn't synced", email="ada@aurora.example", demo=False, show=told.append)
    assert "Ben Okafor" in plain(told[0])


async def _rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Everything, as the database itself has it."""
    found = MetaData()
    async with database.engine.connect() as connection:
        await connection.run_sync(found.reflect)
        return {
            table.name: [
                dict(row._mapping)
                for row in (await connection.execute(select(table).order_by(*table.primary_key))).all()
            ]
            for table in found.sorted_tables
            if table.name != "alembic_version"
        }


def _shared(rows: list[dict[str, Any]], old: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the columns that there were before."""
    names = old[0].keys() if old else ()
    return [{name: row[name] for name in names} for row in rows]
