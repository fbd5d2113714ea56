"""`greenroom ask`: one question on the terminal, beside whatever else runs on the same database."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app import build
from bot.ask import ask
from bot.settings import read_settings
from handlers.messages import Reply, Table
from storage.inbox import NewItem

OWNER = "olga@harbour.example"


@pytest.fixture
def own_company(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A company without any outside system, as the settings of the machine describe it."""
    monkeypatch.setenv("GREENROOM_DATABASE_URL", f"sqlite:///{tmp_path / 'own.db'}")
    monkeypatch.setenv("GREENROOM_COMPANY", "Harbour")
    monkeypatch.setenv("GREENROOM_OWNERS", OWNER)


def asks(sentence: str, *options: str) -> tuple[int, str]:
    ended = subprocess.run([sys.executable, "-m", "bot", "ask", sentence, *options], capture_output=True, text=True)
    return ended.returncode, ended.stdout + ended.stderr


def test_an_admin_of_the_demo_learns_on_the_terminal_who_is_not_synced() -> None:
    code, output = asks("who isn't synced", "--demo")
    assert code == 0
    assert "not synced" in output
    code, output = asks("who isn't synced", "--demo", "--json")
    assert code == 0
    names = [row[0] for block in json.loads(output) if block["block"] == "Table" for row in block["rows"]]
    assert names


@pytest.mark.usefixtures("own_company")
def test_somebody_unknown_is_told_so_and_an_owner_is_answered() -> None:
    code, output = asks("help", "--as", "nobody@harbour.example")
    assert code == 1
    assert "Nobody in Harbour has the address nobody@harbour.example." in output
    code, output = asks("help", "--as", OWNER)
    assert code == 0
    assert output


@pytest.mark.usefixtures("own_company")
async def test_a_question_on_the_terminal_leaves_the_events_of_the_running_program_alone() -> None:
    running = build(read_settings())
    await running.open()
    try:
        event = {"channel": "web", "id": "1", "workspace": "w", "account": "a", "conversation": "", "text": "help"}
        item = NewItem(id="1", company=running.company, channel="web", external_id="1", payload=event)
        await running.store.inbox.add([item], running.now())
        assert await ask("help", email=OWNER, demo=False, show=lambda reply: None)
        left = await running.store.inbox.get("1")
        assert left is not None
        assert left.state == "new"
        await running.take_over()
        await running.settled()
        answered = await running.store.inbox.get("1")
        assert answered is not None
        assert answered.state == "done"
    finally:
        await running.stop()


async def test_a_first_question_does_not_wait_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.first_look.PATIENCE", 3600.0)
    answers: list[Reply] = []
    async with asyncio.timeout(60):
        assert await ask("who isn't synced", email="ada@aurora.example", demo=True, show=answers.append)
    assert any(isinstance(block, Table) for block in answers[0])
