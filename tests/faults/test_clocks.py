"""Processes that freeze and clocks that jump: nothing is lost, nothing arrives twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.outbox import Outbox
from bot.sandbox.clock import Clock
from handlers.reminding import remind
from tests.crowd import Crowd, build_crowd

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


async def crowd_of(people: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Crowd:
    monkeypatch.chdir(tmp_path)
    clock = Clock()
    clock.fix(MONDAY)
    crowd = build_crowd(f"sqlite:///{tmp_path / 'crowd.db'}", clock)
    await crowd.settle_in(people)
    await crowd.campaign()
    return crowd


async def test_a_frozen_process_gives_its_messages_back_unsent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = await crowd_of(5, tmp_path, monkeypatch)
    program, written = crowd.program, await remind(crowd.program.services)

    def freezes() -> datetime:
        """Between taking a message and sending it, half a minute passes."""
        crowd.clock.advance(timedelta(seconds=30))
        return crowd.clock()

    frozen = Outbox(program.store, program.directory, program.channels, now=freezes)
    frozen.post(written)
    await frozen.settled()
    assert crowd.paper.arrived == []
    await program.outbox.sweep()
    await program.settled()
    assert set(crowd.paper.reminders().values()) == {1}
    assert len(crowd.paper.arrived) == 5
    await program.stop()


async def test_a_clock_that_jumps_back_and_forth_reminds_nobody_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = await crowd_of(20, tmp_path, monkeypatch)
    for moment in (MONDAY, MONDAY - timedelta(hours=3), MONDAY + timedelta(hours=1), MONDAY + timedelta(minutes=1)):
        crowd.clock.fix(moment)
        await crowd.tick()
        await crowd.program.outbox.sweep()
        await crowd.program.settled()
    assert crowd.paper.reminders() == dict.fromkeys(crowd.ids, 1)
    await crowd.program.stop()


async def test_a_message_whose_reason_has_gone_is_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = await crowd_of(3, tmp_path, monkeypatch)
    written = await remind(crowd.program.services)
    connected, opted_out, waiting = crowd.ids.items()
    await crowd.connect([connected[1]])
    await crowd.program.store.enrolments.opt_out(crowd.company, opted_out[1], crowd.clock())
    crowd.program.outbox.post(written)
    await crowd.program.settled()
    assert crowd.paper.reminders() == {waiting[0]: 1}
    await crowd.program.stop()
