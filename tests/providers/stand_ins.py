"""Small outside systems for the tests of the clients: they behave over HTTP, whatever they are asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from providers.http import HttpClient

FINE = JSONResponse({"fine": True})


async def get(client: HttpClient, **details: Any) -> Any:
    answer = await client.call("GET", "/things", action="reading things", **details)
    return answer.record()


@dataclass
class Saw:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


class Recording:
    """An ASGI application that remembers its requests; subclasses answer them."""

    def __init__(self) -> None:
        self.seen: list[Saw] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        query = {name: values[0] for name, values in parse_qs(urlsplit(str(request.url)).query).items()}
        saw = Saw(request.method, request.url.path, query, dict(request.headers), await request.body())
        self.seen.append(saw)
        response = await self.answer(saw)
        await response(scope, receive, send)

    async def answer(self, saw: Saw) -> Response:
        raise NotImplementedError

    def asked(self, path: str) -> list[Saw]:
        return [saw for saw in self.seen if saw.path == path]


class Scripted(Recording):
    """Gives its answers in order; the last one for ever."""

    def __init__(self, *answers: Response) -> None:
        super().__init__()
        self.answers = list(answers)

    async def answer(self, saw: Saw) -> Response:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
