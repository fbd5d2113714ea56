"""The database goes away, the platform is in trouble, clocks change: nothing is lost, nothing arrives twice."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from bot.app import SWEEP_EVERY
from bot.channel import Doubtful, Letter, Refused, Throttled
from bot.sandbox.clock import Clock
from handlers.reminding import remind
from tests.conftest import DATABASES
from tests.crowd import PLACES, Crowd, Paper, build_crowd

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
CHAOS = os.environ.get("CHAOS", "")  # noqa: TID251 - how `make chaos` asks for the whole form
OUTAGE = 32.0 if CHAOS else 1.0
"""Seconds; the whole form is longer than SQLite waits for a lock."""
PEOPLE = 500 if CHAOS else 60
LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
input()
"""


class Troubled(Paper):
    """Until some moment it is busy, refuses nothing, loses answers, and takes letters although it says it failed."""

    def __init__(self, crowd: Crowd, until: datetime) -> None:
        super().__init__(lambda account: crowd.ids[account] in crowd.connected, crowd.clock)
        self._dice, self._clock, self._until = random.Random(5), crowd.clock, until
        self.trouble = 0

    async def send(self, letter: Letter) -> str:
        fate = self._dice.random() if self._clock() < self._until else 1.0
        self.trouble += fate < 0.9
        if fate < 0.3:
            raise Throttled(20.0)
        if fate < 0.6:
            raise Doubtful  # a 500 or a time-out: not taken
        found = await super().send(letter)
        if fate < 0.9:
            raise Doubtful  # a time-out: taken
        return found

    async def find(self, letter: Letter) -> str | None:
        if self._clock() < self._until:
            raise Doubtful
        return await super().find(letter)


async def crowd_of(people: int, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Crowd:
    monkeypatch.chdir(tmp_path)
    clock = Clock()
    clock.fix(MONDAY)
    crowd = build_crowd(url, clock)
    await crowd.settle_in(people)
    await crowd.campaign()
    return crowd


async def beats(crowd: Crowd, times: int, *, apart: timedelta = timedelta(seconds=10)) -> int:
    """What runs at intervals; as in bot/jobs.py a failure is survived. Returns how many there were."""
    failures = 0
    for _ in range(times):
        crowd.clock.advance(apart)
        for job in (crowd.program.remind, crowd.program.outbox.sweep):
            try:
                await job()
            except Exception:
                failures += 1
        await crowd.program.settled()
    return failures


async def test_a_platform_in_trouble_for_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = await crowd_of(80, f"sqlite:///{tmp_path / 'crowd.db'}", monkeypatch, tmp_path)
    troubled = Troubled(crowd, until=MONDAY + timedelta(minutes=1))
    crowd.program.add(troubled)
    await beats(crowd, 6)
    assert troubled.trouble > 20
    await beats(crowd, 20)
    assert troubled.reminders() == dict.fromkeys(crowd.ids, 1)
    await crowd.program.stop()


async def test_a_refusal_is_final_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = await crowd_of(3, f"sqlite:///{tmp_path / 'crowd.db'}", monkeypatch, tmp_path)
    account = next(iter(crowd.ids))
    crowd.paper.refused[account] = Refused("user_not_found")
    await beats(crowd, 12)
    assert account not in crowd.paper.reminders()
    counts = await crowd.program.store.campaigns.counts(1)
    assert (counts.states["unreachable"], counts.reasons) == (1, {"user_not_found": 1})
    await crowd.program.stop()


@asynccontextmanager
async def held(database: Path) -> AsyncIterator[None]:
    """Another process has the SQLite file locked, as a backup tool might."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LOCK, str(database), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    await process.stdout.readline()
    yield
    process.stdin.write(b"\n")
    await process.communicate()


async def test_a_file_that_another_process_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = tmp_path / "crowd.db"
    crowd = await crowd_of(PEOPLE, f"sqlite:///{database}", monkeypatch, tmp_path)
    await beats(crowd, 1)
    before = len(crowd.paper.arrived)
    assert 0 < before < PEOPLE
    async with held(database):
        beating = asyncio.create_task(beats(crowd, 1))
        await asyncio.sleep(OUTAGE)
        assert len(crowd.paper.arrived) == before, "nothing goes out that could not be written down before"
    await beating
    await beats(crowd, 8 + PEOPLE // 100)
    assert crowd.paper.reminders() == dict.fromkeys(crowd.ids, 1)
    await crowd.program.stop()


class Cable:
    """Between us and PostgreSQL; it can be pulled."""

    def __init__(self, url: str, folder: Path) -> None:
        parts = urlsplit(url)
        self._socket = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"
        self._folder = folder
        self.url = parts._replace(query=f"host={folder}").geturl()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def plug_in(self) -> None:
        self._server = await asyncio.start_unix_server(self._connected, self._folder / ".s.PGSQL.5432")

    async def pull(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        (self._folder / ".s.PGSQL.5432").unlink(missing_ok=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_unix_connection(self._socket)
        self._writers |= {writer, there[1]}
        await asyncio.gather(_copy(reader, there[1]), _copy(there[0], writer))
        self._writers -= {writer, there[1]}


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_server_that_is_gone_for_a_while(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cable = Cable(database_url, tmp_path_factory.mktemp("c", numbered=True))
    await cable.plug_in()
    crowd = await crowd_of(PEOPLE, cable.url, monkeypatch, tmp_path)
    await beats(crowd, 1)
    assert 0 < len(crowd.paper.arrived) < PEOPLE
    # In the middle of sending: what has just gone out cannot be written down any more.
    crowd.clock.advance(timedelta(seconds=10))
    crowd.program.outbox.post(await remind(crowd.program.services))
    await asyncio.sleep(0.005)
    await cable.pull()
    await crowd.program.settled()
    assert await beats(crowd, 3) == 6
    await asyncio.sleep(OUTAGE if CHAOS else 0)
    await cable.plug_in()
    assert await beats(crowd, 12 + PEOPLE // 50) == 0
    assert crowd.paper.reminders() == dict.fromkeys(crowd.ids, 1)
    await crowd.program.stop()
    await cable.pull()


@pytest.mark.parametrize("friday", [datetime(2026, 10, 23, 6, tzinfo=UTC), datetime(2027, 3, 12, 6, tzinfo=UTC)])
async def test_clocks_that_change_over_the_weekend_wake_nobody(
    friday: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Europe changes on 25 October 2026, America on 14 March 2027."""
    monkeypatch.chdir(tmp_path)
    clock = Clock()
    clock.fix(friday)
    crowd = build_crowd(f"sqlite:///{tmp_path / 'crowd.db'}", clock)
    await crowd.settle_in(24)
    await crowd.campaign(days=(0, 1, 3, 5))
    await crowd.lives(timedelta(days=6), seed=1, eager=0.0)
    days = []
    for account, moment, _ in crowd.paper.log:
        local = moment.astimezone(ZoneInfo(PLACES[int(account[1:].partition("@")[0]) % len(PLACES)][1]))
        assert 9 <= local.hour < 17
        assert local.weekday() < 5
        days.append((account, local.date()))
    assert len(days) == len(set(days)) == 24 * 3, "Friday, Monday or Tuesday, and Wednesday or Thursday: once a day"
    await crowd.program.stop()


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
async def test_what_a_dead_process_left_is_done_within_a_minute(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the settings that everybody has, and another process that sweeps as usual."""
    crowd = await crowd_of(12, database_url, monkeypatch, tmp_path)
    written = await remind(crowd.program.services)
    program, taken = crowd.program, written[: len(written) // 2]
    assert await program.store.deliveries.claim(taken, crowd.clock()), "being sent at the moment of death"
    other = build_crowd(database_url, crowd.clock)
    other.ids = crowd.ids
    await other.program.open()
    for _ in range(int(timedelta(minutes=1) / SWEEP_EVERY)):
        crowd.clock.advance(SWEEP_EVERY)
        await other.program.remind()
        await other.program.sweep()
        await other.program.settled()
    assert other.paper.reminders() == dict.fromkeys(crowd.ids, 1)
    for each in (crowd, other):
        await each.program.stop()


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
async def test_a_new_release_beside_the_old_one_sends_nothing_twice(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new one starts, both work for a while, the old one is asked to stop and finishes what it has begun."""
    crowd = await crowd_of(30, database_url, monkeypatch, tmp_path)
    new = build_crowd(database_url, crowd.clock)
    new.ids, new.paper = crowd.ids, crowd.paper
    new.program.add(crowd.paper)
    await new.program.open()
    for _ in range(2):
        crowd.clock.advance(timedelta(seconds=2))
        await asyncio.gather(crowd.program.remind(), new.program.remind())
    await crowd.program.stop()
    for _ in range(20):
        crowd.clock.advance(timedelta(seconds=5))
        await new.program.remind()
        await new.program.outbox.sweep()
        await new.program.settled()
    assert crowd.paper.reminders() == dict.fromkeys(crowd.ids, 1)
    await new.program.stop()


class Hushed(Paper):
    """Knows who does not want to be disturbed."""

    def __init__(self, crowd: Crowd, ends: dict[str, datetime]) -> None:
        super().__init__(lambda account: False, crowd.clock)
        self._ends = ends

    async def quiet(self, workspace: str, accounts: list[str]) -> dict[str, datetime]:
        return {each: end for each, end in self._ends.items() if each in accounts and self._now() < end}


async def test_whoever_wants_silence_is_reminded_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = await crowd_of(4, f"sqlite:///{tmp_path / 'crowd.db'}", monkeypatch, tmp_path)
    austin = "p3@crowd.example"  # where it is nine in the morning
    end = MONDAY + timedelta(hours=2)
    hushed = Hushed(crowd, {austin: end})
    crowd.program.add(hushed)
    await beats(crowd, 30, apart=timedelta(minutes=3))
    assert austin not in hushed.reminders()
    assert len(hushed.reminders()) == 3
    await beats(crowd, 15, apart=timedelta(minutes=3))
    assert hushed.reminders()[austin] == 1
    assert all(moment >= end for account, moment, _ in hushed.log if account == austin)
    await crowd.program.stop()
