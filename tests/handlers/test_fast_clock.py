"""Fourteen days of a campaign by the fast clock, through the real program and the real database."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.clock import Clock
from tests.crowd import PLACES, Crowd, build_crowd

# The short form runs with every test run, the whole one by `make fortnight`.
PEOPLE = 1_000 if os.environ.get("CHAOS", "") else 60  # noqa: TID251 - how `make fortnight` asks for it
MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


async def fortnight(database: Path, people: int, seed: int) -> tuple[Crowd, Mapping[str, int]]:
    clock = Clock()
    clock.fix(MONDAY)
    crowd = build_crowd(f"sqlite:///{database}", clock)
    await crowd.settle_in(people)
    campaign = await crowd.campaign()
    await crowd.lives(timedelta(days=14), seed=seed)
    counts = await crowd.program.store.campaigns.counts(campaign)
    await crowd.program.stop()
    return crowd, counts.states


async def test_fourteen_days_are_the_same_for_the_same_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    begun = time.perf_counter()
    first, states = await fortnight(tmp_path / "first.db", PEOPLE, seed=7)
    seconds = time.perf_counter() - begun
    again, same = await fortnight(tmp_path / "again.db", PEOPLE, seed=7)
    assert states == same
    assert seconds < 60
    assert first.paper.reminders() == again.paper.reminders()
    assert first.connected == again.connected


async def test_nobody_is_written_to_too_often_nor_at_a_bad_hour_nor_after_connecting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    crowd, states = await fortnight(tmp_path / "first.db", 100, seed=3)
    assert max(crowd.paper.reminders().values()) <= 4
    assert states["connected"] == len(crowd.connected) > 25
    for account, moment, was_connected in crowd.paper.log:
        local = moment.astimezone(ZoneInfo(PLACES[int(account[1:].partition("@")[0]) % len(PLACES)][1]))
        assert 9 <= local.hour < 17
        assert local.weekday() < 5
        assert not was_connected
