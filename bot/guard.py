"""Stands before every route: no body is read without end, whoever keeps guessing has to pause, TLS stays TLS."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil
from uuid import uuid4

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

LARGEST_BODY = 1_000_000
REFUSALS = frozenset({400, 401, 403, 404, 405, 410, 413})
MOST_REFUSALS = 30
WINDOW = timedelta(minutes=1)
MOST_SOURCES = 10_000
GUARDED = (
    "/link/",
    "/connected/",
    "/oauth/",
    "/webhooks/",
    "/signed-in",
    "/exports/",
    "/letter/",
    "/slack/oauth",
    "/metrics",
)
"""Where a secret could be guessed. Slack and Teams sign their requests and share addresses with everybody else."""
ALWAYS_COUNTED = "/slack/install"
"""Each visit makes us remember a state for minutes, so nobody may come again and again."""
HSTS = (b"strict-transport-security", b"max-age=31536000")


class TooLarge(Exception):
    """More bytes came than anybody honest sends."""


class Guard:
    """An ASGI application around another one."""

    def __init__(self, app: ASGIApp, *, now: Callable[[], datetime], secure: bool) -> None:
        self._app = app
        self._secure = secure
        self._refused = Refused(now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, source = str(scope["path"]), str((scope.get("client") or ("",))[0])
        watched = path.startswith((*GUARDED, ALWAYS_COUNTED))
        if watched and (pause := self._refused.pause(source)):
            await self._say(429, scope, receive, send, {"Retry-After": str(pause)})
            return
        # What comes of this request is found in the log by one id.
        with bound_contextvars(trace=str(uuid4())):
            status = await self._pass_on(scope, receive, send)
        if watched and (status in REFUSALS or path.startswith(ALWAYS_COUNTED)):
            self._refused.count(source)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> int:
        started = 0

        async def watched_send(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = message["status"]
                if self._secure:
                    message["headers"] = [*message.get("headers", ()), HSTS]
            await send(message)

        try:
            await self._app(scope, limited(receive), watched_send)
        except TooLarge:
            if not started:
                await self._say(413, scope, receive, watched_send, {})
        return started

    async def _say(self, status: int, scope: Scope, receive: Receive, send: Send, headers: dict[str, str]) -> None:
        await Response(status_code=status, headers=headers)(scope, receive, send)


class Refused:
    """How often each source was refused lately; whoever was too often waits until the window is over."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._sources: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def pause(self, source: str) -> int:
        """Seconds to wait; 0 for everybody who behaves."""
        since, count = self._sources.get(source, (self._now(), 0))
        left = since + WINDOW - self._now()
        return ceil(left.total_seconds()) if count >= MOST_REFUSALS and left > timedelta() else 0

    def count(self, source: str) -> None:
        since, count = self._sources.pop(source, (self._now(), 0))
        if self._now() - since >= WINDOW:
            since, count = self._now(), 0
        self._sources[source] = (since, count + 1)
        while len(self._sources) > MOST_SOURCES:
            self._sources.popitem(last=False)


def limited(receive: Receive) -> Receive:
    """The same stream, which ends with an error where it becomes too long."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > LARGEST_BODY:
            raise TooLarge
        return message

    return counted
