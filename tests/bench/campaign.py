"""A campaign at the platform's pace; 100,000 people who wait for their next reminder; what a claim costs."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import case, delete, update

from bot.channel import Letter, Throttled
from bot.sandbox.clock import Clock
from storage.models import Delivery, Enrolment
from storage.pacing import Rates
from tests.bench.figure import Figure
from tests.crowd import PAPER, Crowd, Paper, build_crowd

MESSAGES = int(os.environ.get("BENCH_MESSAGES", "10000"))
PERMITTED = 40.0
"""Messages a second; a real workspace permits fewer, which only takes longer (these take four minutes)."""
WAITING = int(os.environ.get("BENCH_WAITING", "100000"))
MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ROUNDS = 7
PICTURE = Path(__file__).parents[2] / "docs" / "bench" / "claim.png"


class Strict(Paper):
    """Takes so many a second and a few seconds' worth at once, as platforms do; whoever is faster gets a 429."""

    def __init__(self, crowd: Crowd) -> None:
        super().__init__(lambda account: False, crowd.clock)
        self.times: list[float] = []
        self.refusals = 0
        self._tokens, self._at = PERMITTED * 4, time.perf_counter()

    async def send(self, letter: Letter) -> str:
        now = time.perf_counter()
        self._tokens = min(PERMITTED * 4, self._tokens + (now - self._at) * PERMITTED)
        self._at = now
        if self._tokens < 1:
            self.refusals += 1
            raise Throttled(1.0)
        self._tokens -= 1
        await asyncio.sleep(0.04)
        self.times.append(time.perf_counter())
        return letter.id


async def run() -> list[Figure]:
    with TemporaryDirectory(prefix="greenroom-bench-") as folder:
        sent = await _pace(Path(folder))
    with TemporaryDirectory(prefix="greenroom-bench-") as folder:
        waited = await _waiting(Path(folder))
    return [sent, *waited, await _claims()]


async def _pace(folder: Path) -> Figure:
    crowd = await _crowd(folder, MESSAGES, Clock(), ahead=True)
    program = crowd.program
    program.services = replace(program.services, rates=Rates({PAPER: PERMITTED}))
    strict = Strict(crowd)
    program.add(strict)
    await crowd.campaign(days=(0,))
    begun = time.perf_counter()
    program.jobs.start()
    while len(strict.times) < MESSAGES and time.perf_counter() - begun < MESSAGES / PERMITTED * 2:  # noqa: ASYNC110 - a sink tells nobody
        await asyncio.sleep(0.1)
    rate = len(strict.times) / (strict.times[-1] - begun)
    await program.stop()
    name = f"campaign: {MESSAGES:,} messages, {strict.refusals} times too fast"
    return Figure(name, rate, PERMITTED, 0.95, "/s", higher_is_better=True)


async def _waiting(folder: Path) -> list[Figure]:
    crowd = await _crowd(folder, WAITING, Clock(), ahead=True)
    await crowd.campaign()
    await _put_off(crowd, WAITING)
    await crowd.program.store.companies.mark_synced(crowd.company, crowd.clock())
    await crowd.program.stop()
    ahead = (MONDAY - _now()).total_seconds()
    command = [sys.executable, "-m", "tests.bench.bots.waiting", _url(folder), str(ahead)]
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    await process.stdout.readline()
    up = time.perf_counter() - begun
    idle, memory = map(float, (await process.stdout.readline()).split())
    await process.wait()
    name = f"campaign: {WAITING:,} people waiting, "
    return [
        Figure(f"{name}start-up", up, 5.0, 1.0),
        Figure(f"{name}idle", idle, 2.0, 1.0, "%"),
        Figure(f"{name}memory", memory, 300.0, 1.0, "MB"),
    ]


async def _claims() -> Figure:
    """The same number due among more and more who wait; and more and more due."""
    sizes, dues = [WAITING // 100, WAITING // 10, WAITING], [10, 50, 100, 200]
    by_waiting, by_due = {}, {}
    for size in sizes:
        with TemporaryDirectory(prefix="greenroom-bench-") as folder:
            clock = Clock()
            clock.fix(MONDAY)
            crowd = await _crowd(Path(folder), size, clock)
            await crowd.campaign()
            by_waiting[size] = await _claim(crowd, 100)
            if size == sizes[-1]:
                by_due = {due: await _claim(crowd, due) for due in dues}
            await crowd.program.stop()
    _draw(by_waiting, by_due)
    name = f"campaign: claim of 100 among {sizes[-1]:,}, to {sizes[0]:,}"
    return Figure(name, by_waiting[sizes[-1]] * 1000, by_waiting[sizes[0]] * 1000, 1.5, "ms")


async def _claim(crowd: Crowd, due: int) -> float:
    """Processor seconds from looking for those who are due to their messages in the table."""
    from handlers.reminding import remind

    services = replace(crowd.program.services, rates=Rates({PAPER: 1e6}))
    times = []
    for _ in range(ROUNDS):
        await _put_off(crowd, len(crowd.ids) - due)
        begun = time.process_time()
        written = await remind(services)
        times.append(time.process_time() - begun)
        assert len(written) == due, f"{len(written)} of {due}"
        async with crowd.program.store.database.writing() as session:
            await session.execute(delete(Delivery))
    return min(times)


async def _put_off(crowd: Crowd, count: int) -> None:
    """So many wait for days to come, the others are due."""
    now = crowd.clock()
    moment = case((Enrolment.id <= count, now + timedelta(days=3)), else_=now - SECOND)
    async with crowd.program.store.database.writing() as session:
        await session.execute(update(Enrolment).values(attempt=0, state="active", next_at=moment))


async def _crowd(folder: Path, people: int, clock: Clock, *, ahead: bool = False) -> Crowd:
    if ahead:
        clock.advance(MONDAY - clock())
    crowd = build_crowd(_url(folder), clock)
    await crowd.settle_in(people)
    return crowd


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'bench.db'}"


def _now() -> datetime:
    return Clock()()


def _draw(by_waiting: dict[int, float], by_due: dict[int, float]) -> None:
    from matplotlib.figure import Figure as Picture

    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    picture = Picture(figsize=(9, 3.5), layout="constrained")
    left, right = picture.subplots(1, 2, sharey=True)
    _line(left, by_waiting, "people waiting (100 of them due)")
    left.set_xscale("log")
    _line(right, by_due, f"people due (of {max(by_waiting):,} waiting)")
    left.set_ylabel("processor milliseconds for one claim")
    left.set_ylim(0, 1.1e3 * max(*by_waiting.values(), *by_due.values()))
    picture.savefig(PICTURE, dpi=120)


def _line(axes: object, points: dict[int, float], label: str) -> None:
    xs: Sequence[int] = list(points)
    axes.plot(xs, [points[x] * 1000 for x in xs], marker="o")  # type: ignore[attr-defined]
    axes.set_xlabel(label)  # type: ignore[attr-defined]
