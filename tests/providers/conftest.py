"""A clock that is set, retries that do not wait, and servers on free ports of this machine."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stamina
import uvicorn


class Clock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **time: float) -> None:
        self.moment += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def _retries_do_not_wait() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3):
        yield


@asynccontextmanager
async def _running(app: Any) -> AsyncIterator[str]:
    # asyncio switches Nagle's delay off only where the protocol is named; socket.create_server() leaves it open.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listening])
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        for opened in server.servers:  # server.shutdown() would do the same and then pause
            opened.close()
        for connection in list(server.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0)


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Any], Awaitable[str]]]:
    """Starts an ASGI application under uvicorn and returns its address."""
    async with AsyncExitStack() as servers:

        async def start(app: Any) -> str:
            return await servers.enter_async_context(_running(app))

        yield start


@pytest.fixture
async def listen() -> AsyncIterator[Callable[[Any], Awaitable[str]]]:
    """Starts a server that answers a connection however it likes."""
    async with AsyncExitStack() as servers:

        async def start(answer: Any) -> str:
            server = await servers.enter_async_context(await asyncio.start_server(answer, "127.0.0.1", 0))
            return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

        yield start
