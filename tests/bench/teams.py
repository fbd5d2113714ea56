"""Activities of Teams until their answers arrive: the whole path, against bare echoes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median, quantiles
from typing import Any
from urllib.parse import unquote

import aiohttp
from aiohttp import web

from bot.demo import free_port
from tests.bench.bots.process import running, stay_on
from tests.bench.bots.teams import WRITERS
from tests.bench.figure import Figure

SECONDS = 5.0
CONNECTIONS = 16
RATE = 50
SLOW = 0.05
WARM_UP = 64
ANSWER_WITHIN = 30.0


class Connector:
    """Takes answers, and tells when each arrives; also says who everybody is."""

    def __init__(self) -> None:
        self.delay = 0.0
        self.waiting: dict[str, asyncio.Future[float]] = {}
        self.url = ""
        self._count = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Connector]:
        app = web.Application()
        app.router.add_get("/teams/v3/conversations/{conversation}/members/{member}", self._member)
        app.router.add_post("/teams/v3/conversations/{conversation}/activities{rest:.*}", self._post)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        port = free_port(0)
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{port}/teams/"
        yield self
        await runner.cleanup()

    async def _post(self, request: web.Request) -> web.Response:
        if (await request.json())["type"] != "message":
            return web.json_response({"id": "typing"})
        if self.delay:
            await asyncio.sleep(self.delay)
        future = self.waiting.pop(unquote(request.match_info["conversation"]), None)
        if future and not future.done():
            future.set_result(time.perf_counter())
        self._count += 1
        return web.json_response({"id": str(self._count)})

    async def _member(self, request: web.Request) -> web.Response:
        number = unquote(request.match_info["member"]).removeprefix("29:")
        return web.json_response(
            {"id": f"29:{number}", "aadObjectId": f"aad-{number}", "email": f"person{number}@bench.example"}
        )


class Driver:
    """People who write to one bot and wait for its answers."""

    def __init__(self, connector: Connector, session: aiohttp.ClientSession, port: int) -> None:
        self._connector = connector
        self._session = session
        self._url = f"http://127.0.0.1:{port}/api/messages"
        self._count = 0

    async def ask(self, writer: int) -> float:
        """Seconds until the answer has arrived at the connector."""
        self._count += 1
        conversation = f"a:{writer}"
        arrived = asyncio.get_running_loop().create_future()
        self._connector.waiting[conversation] = arrived
        begun = time.perf_counter()
        async with self._session.post(self._url, json=self._activity(writer, conversation)) as response:
            assert response.status == 202, response.status
        return float(await asyncio.wait_for(arrived, ANSWER_WITHIN)) - begun

    async def closed(self, connections: int) -> tuple[float, list[float]]:
        """Activities a second when everybody writes again as soon as they are answered."""
        times: list[float] = []
        end = time.perf_counter() + SECONDS

        async def write(writer: int) -> None:
            while time.perf_counter() < end:
                times.append(await self.ask(writer))

        begun = time.perf_counter()
        await asyncio.gather(*(write(writer) for writer in range(connections)))
        return len(times) / (time.perf_counter() - begun), times

    async def open(self) -> list[float]:
        """The times when so many write in each second, whatever the bot does."""
        tasks = []
        begun = time.perf_counter()
        for number in range(int(RATE * SECONDS)):
            await asyncio.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
            tasks.append(asyncio.create_task(self.ask(number % WRITERS)))
        return list(await asyncio.gather(*tasks))

    def _activity(self, writer: int, conversation: str) -> dict[str, Any]:
        return {
            "type": "message",
            "id": f"{writer}-{self._count}",
            "timestamp": "2026-11-22T12:00:00.000Z",
            "channelId": "msteams",
            "serviceUrl": self._connector.url,
            "from": {"id": f"29:{writer}", "name": f"Person {writer}", "aadObjectId": f"aad-{writer}"},
            "recipient": {"id": "28:bot", "name": "Greenroom"},
            "conversation": {"id": conversation, "conversationType": "personal", "tenantId": "bench"},
            "channelData": {"tenant": {"id": "bench"}},
            "text": f"Hello number {self._count}",
        }


async def run() -> list[Figure]:
    stay_on(core=1)
    async with Connector().running() as connector:
        shipped = await _measure(connector, "shipped")
        bare = await _measure(connector, "bare")
        ours = await _measure(connector, "ours")
    # The middle of the slow part is what a person usually waits; its end must not run away.
    cuts = quantiles(ours["slow"], n=100)
    return [
        Figure("teams: activities/s, to CloudAdapterBase as shipped", ours["rate"], shipped["rate"], 3.0, "/s", True),
        Figure("teams: activities/s, to a bare echo on our adapter", ours["rate"], bare["rate"], 0.5, "/s", True),
        Figure(f"teams: median at {RATE}/s, to that bare echo", median(ours["open"]), median(bare["open"]), 3.0),
        Figure(f"teams: p99 to p50, {WRITERS} at once, {SLOW * 1000:.0f} ms", cuts[98], cuts[49], 5.0),
    ]


async def _measure(connector: Connector, name: str) -> dict[str, Any]:
    connector.delay = 0.0
    async with (
        running("teams", name) as port,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
    ):
        driver = Driver(connector, session, port)
        for writer in range(WARM_UP):
            await driver.ask(writer)
        rate, _ = await driver.closed(CONNECTIONS)
        opened = await driver.open()
        connector.delay = SLOW
        _, slow = await driver.closed(WRITERS) if name == "ours" else (0.0, [])
    return {"rate": rate, "open": opened, "slow": slow}
