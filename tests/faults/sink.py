"""A platform stand-in that counts what arrives, and fails as platforms do."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class Sink:
    """Whatever it answers, it knows what it took."""

    def __init__(self, seed: int) -> None:
        self.by_account: Counter[str] = Counter()
        self.by_id: Counter[str] = Counter()
        self.answers: Counter[int] = Counter()
        self._dice = random.Random(seed)

    @property
    def doubled(self) -> list[str]:
        return [account for account, times in self.by_account.items() if times > 1]

    def app(self) -> Starlette:
        return Starlette(
            routes=[Route("/send", self.send, methods=["POST"]), Route("/find", self.find, methods=["GET"])]
        )

    async def send(self, request: Request) -> Response:
        given = await request.json()
        fate = self._dice.random()
        await asyncio.sleep(self._dice.random() * 0.1)
        if fate < 0.03:
            return self._answer(429, headers={"Retry-After": "1"})
        if fate < 0.05:
            return self._answer(500)  # not taken
        self.by_account[given["account"]] += 1
        self.by_id[given["id"]] += 1
        if fate < 0.08:
            return self._answer(502)  # taken, although it does not say so
        if fate < 0.10:
            await asyncio.sleep(1.5)  # taken, answered when nobody listens any more
        self.answers[200] += 1
        return JSONResponse({"platform_id": f"P-{given['id']}"})

    async def find(self, request: Request) -> Response:
        id = request.query_params["id"]
        return JSONResponse({"platform_id": f"P-{id}" if self.by_id[id] else ""})

    def _answer(self, status: int, headers: dict[str, str] | None = None) -> Response:
        self.answers[status] += 1
        return Response(status_code=status, headers=headers)
