"""Events of Slack until their answers arrive, and direct messages in bulk: the whole path, against bare Bolt."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median, quantiles
from typing import Any

import aiohttp
from aiohttp import web

from bot.demo import free_port
from tests.bench.bots.process import running, stay_on
from tests.bench.bots.slack import WRITERS
from tests.bench.figure import Figure
from tests.slack.stand_in import BOT_ID, BOT_USER, TEAM, signed

SECONDS = 5.0
CONNECTIONS = 16
RATE = 50
WARM_UP = 64
BULK = 2_000
CAMPAIGN = 10_000
ANSWER_WITHIN = 30.0


class Api:
    """As little of Slack's Web API as both bots need; tells when each answer arrives."""

    def __init__(self) -> None:
        self.waiting: defaultdict[str, deque[asyncio.Future[float]]] = defaultdict(deque)
        """By channel: a slow bot may owe somebody several answers."""
        self.url = ""
        self._count = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Api]:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._call)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        port = free_port(0)
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{port}/api/"
        yield self
        await runner.cleanup()

    async def _call(self, request: web.Request) -> web.Response:
        match request.match_info["method"]:
            case "auth.test":
                return web.json_response({"ok": True, "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT_ID})
            case "users.list":
                return web.json_response({"ok": True, "members": [_member(number) for number in range(WRITERS)]})
        channel = (await request.json())["channel"]
        waiting = self.waiting[channel.replace("U", "D", 1)]
        if waiting:
            waiting.popleft().set_result(time.perf_counter())
        self._count += 1
        return web.json_response({"ok": True, "channel": channel.replace("U", "D", 1), "ts": f"1.{self._count:06}"})


class Driver:
    """People who write to one bot and wait for its answers."""

    def __init__(self, api: Api, session: aiohttp.ClientSession, port: int) -> None:
        self._api = api
        self._session = session
        self.url = f"http://127.0.0.1:{port}"
        self._count = 0
        self.acknowledged: list[float] = []

    async def ask(self, writer: int) -> float:
        """Seconds until the answer has arrived."""
        self._count += 1
        arrived = asyncio.get_running_loop().create_future()
        self._api.waiting[f"D{writer:04}"].append(arrived)
        begun = time.perf_counter()
        body = _event(writer, self._count)
        headers = {**signed(body, int(time.time())), "content-type": "application/json"}
        async with self._session.post(f"{self.url}/slack/events", data=body, headers=headers) as response:
            assert response.status == 200, response.status
        self.acknowledged.append(time.perf_counter() - begun)
        return float(await asyncio.wait_for(arrived, ANSWER_WITHIN)) - begun

    async def closed(self) -> float:
        """Events a second when everybody writes again as soon as they are answered."""
        answered = 0
        end = time.perf_counter() + SECONDS

        async def write(writer: int) -> None:
            nonlocal answered
            while time.perf_counter() < end:
                await self.ask(writer)
                answered += 1

        begun = time.perf_counter()
        await asyncio.gather(*(write(writer) for writer in range(CONNECTIONS)))
        return answered / (time.perf_counter() - begun)

    async def open(self) -> list[float]:
        """The times when so many write in each second, whatever the bot does."""
        tasks = []
        begun = time.perf_counter()
        for number in range(int(RATE * SECONDS)):
            await asyncio.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
            tasks.append(asyncio.create_task(self.ask(number % WRITERS)))
        return list(await asyncio.gather(*tasks))

    async def bulk(self) -> float:
        """Processor seconds of one direct message."""
        async with self._session.get(f"{self.url}/bulk?count={BULK}") as response:
            return float((await response.json())["seconds"])

    async def during_a_campaign(self) -> list[float]:
        """How long acknowledging takes while messages go out as fast as they can."""

        async def campaign() -> None:
            async with self._session.get(f"{self.url}/campaign?count={CAMPAIGN}"):
                pass

        running = asyncio.create_task(campaign())
        await asyncio.sleep(0.5)
        self.acknowledged.clear()
        await self.open()
        assert not running.done(), "the campaign was over too soon"
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return self.acknowledged


async def run() -> list[Figure]:
    stay_on(core=1)
    async with Api().running() as api:
        bare = await _measure(api, "bare")
        ours = await _measure(api, "ours")
    ends = quantiles(ours["campaign"], n=100)[98]
    return [
        Figure("slack: events/s, to a bare Bolt echo", ours["rate"], bare["rate"], 0.5, "/s", True),
        Figure(f"slack: median at {RATE}/s, to that echo", median(ours["open"]), median(bare["open"]), 2.0),
        Figure("slack: processor time of a bulk message", ours["bulk"] * 1000, bare["bulk"] * 1000, 1.5, "ms"),
        Figure("slack: p99 of acknowledging during a campaign", ends, 0.3, 1.0),
    ]


async def _measure(api: Api, name: str) -> dict[str, Any]:
    async with (
        running("slack", name, api.url) as port,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
    ):
        driver = Driver(api, session, port)
        for writer in range(WARM_UP):
            await driver.ask(writer)
        rate = await driver.closed()
        opened = await driver.open()
        bulk = await driver.bulk()
        campaign = await driver.during_a_campaign() if name == "ours" else []
    return {"rate": rate, "open": opened, "bulk": bulk, "campaign": campaign}


def _member(number: int) -> dict[str, Any]:
    email = f"person{number}@bench.example"
    return {"id": f"U{number:04}", "team_id": TEAM, "profile": {"email": email}, "is_email_confirmed": True}


def _event(writer: int, count: int) -> bytes:
    event = {
        "type": "message",
        "channel": f"D{writer:04}",
        "channel_type": "im",
        "user": f"U{writer:04}",
        "text": "am I ready?",
        "ts": f"{int(time.time())}.{count:06}",
    }
    body = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{count}", "event": event}
    return json.dumps(body).encode()
