"""What a stop or a kill does to somebody who waits for an answer: nothing that they notice."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet

from bot.clock import now as real_now
from bot.demo import free_port
from tests.teams.stand_in import Fault, StandIn, Writer

ROOT = Path(__file__).parent.parent.parent


class Running:
    """Starts the program, and starts it again after its end, on the same database and port."""

    def __init__(self, teams: StandIn, folder: Path) -> None:
        self.teams = teams
        self.port = free_port(0)
        self.given: dict[str, Any] = {
            "database": f"sqlite:///{folder / 'greenroom.db'}",
            "key": Fernet.generate_key().decode(),
            "teams": teams.url,
            "port": self.port,
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, *, ahead: float = 0) -> None:
        arguments = ("-m", "tests.teams.process", json.dumps({**self.given, "ahead": ahead}))
        self.process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT)
        for _ in range(400):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return
        raise AssertionError("the program did not start")

    async def end(self, how: signal.Signals) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), 20)

    async def post(self, activity: dict[str, Any]) -> int:
        headers = {"Authorization": f"Bearer {self.teams.token()}"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=20) as client:
            return (await client.post("/api/messages", json=activity, headers=headers)).status_code


@pytest.fixture
async def teams() -> AsyncIterator[StandIn]:
    stand_in = StandIn(real_now)
    stand_in.publish("first")
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def running(teams: StandIn, tmp_path: Path) -> AsyncIterator[Running]:
    running = Running(teams, tmp_path)
    await running.start()
    yield running
    await running.end(signal.SIGKILL)


async def hold(teams: StandIn) -> asyncio.Event:
    """Keep the next message waiting on its way; the event is set when it has arrived there."""
    arrived = asyncio.Event()

    async def wait(call: Any) -> None:
        if call.method == "POST" and not arrived.is_set():
            arrived.set()
            await teams.release.wait()

    teams.before_answer = wait
    return arrived


async def answered(teams: StandIn, writer: Writer, count: int = 1) -> None:
    await teams.wait_for(lambda: len(teams.said(writer.chat)) >= count, seconds=20)


async def test_a_kill_in_the_middle_of_an_answer_loses_and_repeats_nothing(running: Running, teams: StandIn) -> None:
    ben = Writer(teams, "Ben", "ben@aurora.example")
    arrived = await hold(teams)
    activity = ben.says("help")
    assert await running.post(activity) == 202
    await asyncio.wait_for(arrived.wait(), 10)
    await running.end(signal.SIGKILL)
    teams.before_answer = None
    assert teams.said(ben.chat) == []

    # Teams cannot be asked whether it arrived; somebody waits, so it is sent again after the grace time.
    await running.start(ahead=90)
    await answered(teams, ben)
    assert await running.post(activity) == 202
    assert await running.post(ben.says("hello")) == 202
    await answered(teams, ben, 2)
    assert len(teams.said(ben.chat)) == 2


async def test_a_kill_while_teams_wants_a_pause_loses_nothing(running: Running, teams: StandIn) -> None:
    ben = Writer(teams, "Ben", "ben@aurora.example")
    teams.faults["POST"] = [Fault.of(429, Retry_After="30")]
    assert await running.post(ben.says("help")) == 202
    await teams.wait_for(lambda: not teams.faults["POST"], seconds=20)
    await asyncio.sleep(0.05)
    await running.end(signal.SIGKILL)

    await running.start(ahead=60)
    await answered(teams, ben)
    assert len(teams.said(ben.chat)) == 1


async def test_a_stop_lets_the_answer_under_way_arrive(running: Running, teams: StandIn) -> None:
    ben = Writer(teams, "Ben", "ben@aurora.example")
    arrived = await hold(teams)
    assert await running.post(ben.says("help")) == 202
    await asyncio.wait_for(arrived.wait(), 10)
    ending = asyncio.create_task(running.end(signal.SIGTERM))
    await asyncio.sleep(0.05)
    teams.release.set()
    # uvicorn stops cleanly, and then ends by the signal that it was sent.
    assert await ending in {0, -signal.SIGTERM}
    assert len(teams.said(ben.chat)) == 1

    await running.start(ahead=90)
    assert await running.post(ben.says("hello")) == 202
    await answered(teams, ben, 2)
    assert len(teams.said(ben.chat)) == 2
