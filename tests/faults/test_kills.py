"""Processes die at random moments in the middle of a campaign: nothing is lost, nothing arrives twice.

The short form runs with every test run; `make chaos` kills more often and writes to more people.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo import free_port
from bot.sandbox.clock import Clock
from bot.web_server import serve
from storage.campaigns import Counts
from tests.conftest import KEY
from tests.crowd import Crowd, build_crowd
from tests.faults.sink import Sink

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""Working hours in every office of the crowd."""
ROOT = Path(__file__).parents[2]
CHAOS = os.environ.get("CHAOS", "")  # noqa: TID251 - how `make chaos` asks for the whole form
PEOPLE, KILLS = (2_000, 20) if CHAOS else (120, 4)
PATIENCE = 900.0 if CHAOS else 120.0


@dataclass
class Herd:
    """The processes that are alive."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def grow(self) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.process", *self.arguments, cwd=ROOT, env=dict(self.environment)
        )
        self.processes.append(process)

    async def shrink(self, dice: random.Random) -> None:
        """kill -9, without a word."""
        process = self.processes.pop(dice.randrange(len(self.processes)))
        process.send_signal(signal.SIGKILL)
        await process.wait()

    async def end(self) -> None:
        while self.processes:
            await self.shrink(random.Random(0))


async def counts_of(crowd: Crowd, campaign: int) -> Counts:
    return await crowd.program.store.campaigns.counts(campaign)


def is_over(counts: Counts) -> bool:
    return not counts.first_waiting and not counts.messages.get("queued") and not counts.messages.get("sending")


@pytest.mark.parametrize(
    ("database_url", "workers"),
    [("sqlite", 1), pytest.param("postgres", 2, marks=pytest.mark.postgres)],
    indirect=["database_url"],
)
async def test_kills_lose_nothing_and_double_nothing(
    database_url: str, workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    dice, sink, clock = random.Random(11), Sink(seed=11), Clock()
    clock.advance(MONDAY - clock())
    ahead = (clock() - Clock()()).total_seconds()
    port = free_port(0)
    async with AsyncExitStack() as stack:
        crowd = build_crowd(database_url, clock)
        await crowd.settle_in(PEOPLE)
        stack.push_async_callback(crowd.program.stop)
        campaign = await crowd.campaign(days=(0,))
        await stack.enter_async_context(serve(sink.app(), port=port, host="127.0.0.1"))
        environment = {**os.environ, "GREENROOM_SECRET_KEYS": KEY}  # noqa: TID251 - for the children
        herd = Herd([database_url, f"http://127.0.0.1:{port}", str(ahead)], environment)
        stack.push_async_callback(herd.end)
        for _ in range(workers):
            await herd.grow()
        await killed_again_and_again(herd, sink, dice)
        async with asyncio.timeout(PATIENCE):
            while not is_over(counts := await counts_of(crowd, campaign)):  # noqa: ASYNC110 - processes tell nobody
                await asyncio.sleep(0.5)
        lost = [email for email in crowd.ids if not sink.by_account[email]]
        assert (lost, sink.doubled, counts.messages) == ([], [], {"sent": PEOPLE})
        assert sink.answers[502] + sink.answers[500] > 0


async def killed_again_and_again(herd: Herd, sink: Sink, dice: random.Random) -> None:
    """Each time after some more messages went through, wherever the others are at that moment."""
    for number in range(1, KILLS + 1):
        wanted = PEOPLE * number // (KILLS + 2)
        async with asyncio.timeout(PATIENCE):
            while sink.by_account.total() < wanted:  # noqa: ASYNC110 - a random moment is wanted
                await asyncio.sleep(dice.random() * 0.05)
        await herd.shrink(dice)
        await herd.grow()
