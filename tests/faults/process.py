"""A process of Greenroom that sends to a platform stand-in, made to be killed: address, sink, seconds ahead."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import httpx
import structlog
from starlette.routing import BaseRoute

from bot.app import build
from bot.channel import Doubtful, Letter, Refused, Throttled
from bot.settings import read_settings
from tests.faults.timing import GRACE, TAKEOVER

TIMEOUT = 1.0
"""Shorter than the grace time, as it has to be for a real platform."""


class Wire:
    """A chat platform over HTTP, one POST a message."""

    name = "web"
    needs_reference = False
    can_be_asked = True

    def __init__(self, sink: str) -> None:
        self._http = httpx.AsyncClient(base_url=sink, timeout=TIMEOUT)

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    async def start(self) -> None: ...

    async def relink(self) -> None: ...

    async def stop(self) -> None:
        await self._http.aclose()

    async def send(self, letter: Letter) -> str:
        try:
            answer = await self._http.post("/send", json={"id": letter.id, "account": letter.account})
        except httpx.HTTPError as error:
            raise Doubtful from error
        match answer.status_code:
            case 200:
                return str(answer.json()["platform_id"])
            case 429:
                raise Throttled(float(answer.headers["Retry-After"]))
            case status if status < 500:
                raise Refused(str(status))
        raise Doubtful

    async def find(self, letter: Letter) -> str | None:
        try:
            answer = await self._http.get("/find", params={"id": letter.id})
        except httpx.HTTPError as error:
            raise Doubtful from error
        return answer.json()["platform_id"] or None


async def work(url: str, sink: str, ahead: timedelta) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    settings = read_settings(
        greenroom_database_url=url,
        greenroom_company="Crowd",
        greenroom_grace_seconds=GRACE,
        greenroom_takeover_seconds=TAKEOVER,
    )
    program = build(settings, now=lambda: datetime.now(UTC) + ahead)  # noqa: TID251 - a process of its own
    program.add(Wire(sink))
    await program.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], timedelta(seconds=float(sys.argv[3]))))
