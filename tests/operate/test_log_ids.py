"""One id leads through the log, from the message that came in to each call of an outside system."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import redirect_stderr
from typing import Any

import pytest
import structlog

from bot.demo import Demo
from bot.logs import configure_logs, level_of
from bot.settings import read_settings
from tests.chat import Chat


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    written = io.StringIO()
    configure_logs(level=logging.DEBUG, readable=False)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(written))
    yield written
    structlog.reset_defaults()


def forget(log: io.StringIO) -> None:
    log.seek(0)
    log.truncate()


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


async def test_every_line_about_a_message_carries_its_id(demo: Demo, log: io.StringIO) -> None:
    ben = Chat(demo, "ben@aurora.example")
    forget(log)
    for sentence in ("connect my Zoom", "am I ready?"):
        await ben.says(sentence)
    answered = [line for line in lines(log) if line["event"] == "answered"]
    assert [line["intent"] for line in answered] == ["connect", "my_status"]
    assert len({line["trace"] for line in answered}) == 2
    for each in answered:
        of_this = {line["event"] for line in lines(log) if line.get("trace") == each["trace"]}
        assert {"called", "answered", "handed_over"} <= of_this
    calls = [line for line in lines(log) if line["event"] == "called"]
    assert {line["system"] for line in calls} >= {"Cronofy", "Zoom"}
    assert all("trace" in line for line in calls)


async def test_two_messages_at_once_keep_their_ids_apart(demo: Demo, log: io.StringIO) -> None:
    forget(log)
    for name in ("ben", "ada"):
        await demo.program.inbox.receive(Chat(demo, f"{name}@aurora.example").event(text="am I ready?"))
    await demo.settled()
    answered = {line["trace"] for line in lines(log) if line["event"] == "answered"}
    assert len(answered) == 2
    assert {line["trace"] for line in lines(log) if line["event"] == "called"} == answered


async def test_what_a_link_leads_to_is_found_by_one_id_too(demo: Demo, log: io.StringIO) -> None:
    ben = Chat(demo, "ben@aurora.example")
    await ben.says("connect my Zoom")
    forget(log)
    await ben.follows("Connect Zoom")
    calls = [line for line in lines(log) if line["event"] == "called"]
    assert {"making a link to connect", "reading the account"} <= {line["action"] for line in calls}
    assert all(line["trace"] for line in calls)


def test_the_level_is_a_setting(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert level_of(read_settings()) == logging.INFO
    assert level_of(read_settings(greenroom_log_level="debug")) == logging.DEBUG


def test_lines_go_to_wherever_standard_error_leads_by_then() -> None:
    with redirect_stderr(io.StringIO()) as gone:
        configure_logs(readable=False)
        gone.close()
    with redirect_stderr(io.StringIO()) as present:
        structlog.get_logger("test").info("still_here")
    structlog.reset_defaults()
    assert json.loads(present.getvalue())["event"] == "still_here"
