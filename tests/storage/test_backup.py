"""The drill: a backup while the program writes, the database destroyed, the backup put back, the same answers."""

from __future__ import annotations

import asyncio
import os
import re
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import make_url, text
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.clock import now as real_now
from storage.backup_errors import ToolMissingError
from storage.backup_postgresql import _address
from storage.database import Database
from storage.models import Base
from storage.secrets import Cipher
from storage.store import Store
from tests.conftest import KEY, SUNDAY
from tests.storage import tools
from tests.storage.filled import fill
from tests.storage.test_messages import message

QUESTION = ["ask", "--as", "ada@aurora.example", "who isn't synced"]
Greenroom = Callable[..., Result]


@pytest.fixture
def greenroom(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Greenroom:
    """The command with this database, and with the tools of the server that the tests start."""
    given = {"DATABASE_URL": database_url, "SECRET_KEYS": KEY, "OWNERS": "ada@aurora.example", "COMPANY": "Aurora"}
    for name, value in given.items():
        monkeypatch.setenv(f"GREENROOM_{name}", value)
    monkeypatch.chdir(tmp_path)
    if not database_url.startswith("sqlite"):
        monkeypatch.setenv("PATH", str(tools.folder()), prepend=":")
    return lambda *words: CliRunner().invoke(app, list(words))


@pytest.fixture
async def filled(database: Database, greenroom: Greenroom) -> Store:
    """A company with something of everything: people, what is known of them, secrets, messages, an audit trail."""
    await asyncio.to_thread(greenroom, "migrate")
    store = Store(database)
    await fill(store)
    return store


async def test_the_drill(filled: Store, greenroom: Greenroom, tmp_path: Path, database_url: str) -> None:
    before = await asyncio.to_thread(greenroom, *QUESTION)
    assert "Ben Okafor" in before.output, before.output
    async with _writing(filled):
        made = await asyncio.to_thread(greenroom, "backup", "copy")
    assert made.exit_code == 0, made.output
    assert "read back and whole" in made.output
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600, "it holds names"

    await _destroy(filled.database)
    again = await asyncio.to_thread(greenroom, "restore", "copy", "--force")
    assert again.exit_code == 0, again.output
    assert "3 people" in again.output
    assert "not sent again" in again.output
    assert _words(await asyncio.to_thread(greenroom, *QUESTION)) == _words(before)

    async with _opened(database_url) as store:
        company = (await store.companies.all())[0].id
        grant = await store.grants.get(company, 0)
        assert grant is not None
        assert grant.refresh_token == "r"
        assert (await store.audit.check(company)).is_whole
        left = await store.inbox.left_over(SUNDAY + timedelta(days=9))
        assert left == [], "what was open then was answered since"
        assert await store.deliveries.due(SUNDAY + timedelta(days=9999)) == []
        assert [len(pair) for pair in await _pairs(store)] == [2] * len(await _pairs(store)), "no half transaction"


async def test_a_database_in_use_is_not_replaced_by_accident(
    filled: Store, greenroom: Greenroom, tmp_path: Path
) -> None:
    await asyncio.to_thread(greenroom, "backup", "copy")
    refused = await asyncio.to_thread(greenroom, "restore", "copy")
    assert refused.exit_code == 1
    assert "--force" in refused.output
    assert (await asyncio.to_thread(greenroom, *QUESTION)).exit_code == 0
    twice = await asyncio.to_thread(greenroom, "backup", "copy")
    assert "copy is there already" in twice.output


async def test_what_was_on_its_way_is_not_sent_again_and_reminders_wait_for_a_day(
    filled: Store, greenroom: Greenroom
) -> None:
    company = (await filled.companies.all())[0].id
    due = await filled.enrolments.due(company, SUNDAY + timedelta(hours=2), 10)
    assert len(due) == 1, "Ben's reminder"
    await asyncio.to_thread(greenroom, "backup", "copy")
    restored = await asyncio.to_thread(greenroom, "restore", "copy", "--force")
    assert "not sent again: 1." in restored.output
    row = await filled.deliveries.get("m1")
    assert row is not None
    assert (row.state, row.cause) == ("unknown", "restored")
    now = real_now()
    assert await filled.enrolments.due(company, now + timedelta(hours=23), 10) == []
    assert len(await filled.enrolments.due(company, now + timedelta(hours=25), 10)) == 1


@pytest.mark.parametrize("damage", ["cut", "foreign", "missing", "flipped"])
async def test_a_damaged_backup_changes_nothing(
    filled: Store, greenroom: Greenroom, tmp_path: Path, damage: str
) -> None:
    await asyncio.to_thread(greenroom, "backup", "copy")
    file = tmp_path / "copy"
    match damage:
        case "cut":
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        case "flipped":
            content = bytearray(file.read_bytes())
            content[len(content) // 2 : len(content) // 2 + 4000] = b"\xff" * 4000
            file.write_bytes(content)
        case "foreign":
            file.write_text("name,address\n")
        case _:
            file.unlink()
    refused = await asyncio.to_thread(greenroom, "restore", "copy", "--force")
    assert refused.exit_code == 1, refused.output
    assert "Nothing was changed" in refused.output
    assert "Ben Okafor" in (await asyncio.to_thread(greenroom, *QUESTION)).output


async def test_a_backup_of_a_newer_version_or_another_database_is_refused(
    filled: Store, greenroom: Greenroom, tmp_path: Path
) -> None:
    async with filled.database.writing() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await asyncio.to_thread(greenroom, "backup", "copy")
    newer = await asyncio.to_thread(greenroom, "restore", "copy", "--force")
    assert "newer Greenroom (tables 9999)" in newer.output
    other = b"PGDMP" if filled.database.is_sqlite else b"SQLite format 3\0"
    (tmp_path / "other").write_bytes(other)
    assert "GREENROOM_DATABASE_URL names" in (await asyncio.to_thread(greenroom, "restore", "other")).output


async def test_without_its_keys_a_backup_says_so(
    filled: Store, greenroom: Greenroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(greenroom, "backup", "copy")
    monkeypatch.setenv("GREENROOM_SECRET_KEYS", Fernet.generate_key().decode())
    restored = await asyncio.to_thread(greenroom, "restore", "copy", "--force")
    assert restored.exit_code == 1
    assert "encrypted with other keys" in restored.output
    monkeypatch.setenv("GREENROOM_SECRET_KEYS", KEY)
    assert (await asyncio.to_thread(greenroom, "restore", "copy", "--force")).exit_code == 0


async def test_there_is_nothing_to_back_up_in_an_empty_database(greenroom: Greenroom, tmp_path: Path) -> None:
    empty = await asyncio.to_thread(greenroom, "backup", "copy")
    assert (empty.exit_code, "is empty" in empty.output) == (1, True)
    assert not [name for name in os.listdir(tmp_path) if name.startswith("copy")]


async def test_only_postgresql_needs_tools_and_one_sentence_says_which(
    filled: Store, greenroom: Greenroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    made = await asyncio.to_thread(greenroom, "backup", "copy")
    if filled.database.is_sqlite:
        assert made.exit_code == 0, made.output
    else:
        assert made.output.strip() == str(ToolMissingError("pg_dump"))


def test_a_password_is_in_no_argument_of_the_tools() -> None:
    url = make_url("postgresql+asyncpg://ada:se'c:ret@db.example:5433/green room?ssl=require&command_timeout=5")
    with _address(url) as address:
        file = Path(re.findall(r"passfile='(.+?)'", address)[0])
        assert file.read_text() == "*:*:*:*:se'c\\:ret\n"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert address.startswith("host='db.example' dbname='green room' user='ada' port='5433' sslmode='require' ")
    assert "ret" not in address.replace("greenroom", "")
    assert not file.exists()


@asynccontextmanager
async def _writing(store: Store) -> AsyncIterator[None]:
    """Two rows in each transaction, without a pause, as long as the block lasts."""
    company, stop = (await store.companies.all())[0].id, asyncio.Event()

    async def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            pair = [message(company, id=f"{number}{half}", key=f"pair:{number}:{half}") for half in "ab"]
            await store.deliveries.add(pair, SUNDAY)

    writer = asyncio.create_task(write())
    yield
    stop.set()
    await writer


async def _pairs(store: Store) -> list[list[str]]:
    async with store.database.reading() as session:
        keys = (await session.execute(text("SELECT key FROM deliveries WHERE key LIKE 'pair:%'"))).scalars().all()
    found: dict[str, list[str]] = {}
    for key in keys:
        found.setdefault(key.rpartition(":")[0], []).append(key)
    assert found, "something was written before the copy was made"
    return list(found.values())


async def _destroy(database: Database) -> None:
    if not database.is_sqlite:
        async with database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.drop_all)
        return
    await database.close()
    await asyncio.to_thread(Path(database.url.database or "").write_bytes, b"not a database any more" * 500)


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Store]:
    store = Store(Database(url, Cipher([KEY])))
    yield store
    await store.database.close()


def _words(result: Result) -> Any:
    """An answer without how long ago something was seen."""
    assert result.exit_code == 0, result.output
    return re.sub(r"\(.*?ago\)|just now", "", result.output)
