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

from bot.sandbox.app import serve_sandbox
from bot.sandbox.clock import Clock as SandboxClock
from bot.sandbox.limits import Limits
from bot.sandbox.world import World
from providers.cronofy import Cronofy
from providers.http import HttpClient
from providers.tokens import Tokens
from tests.providers.stand_in_cronofy import SUB, CronofyServer, Store


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


@pytest.fixture
async def client_of(serve: Any, clock: Any) -> Any:
    clients: list[HttpClient] = []

    async def make(app: Any, **settings: Any) -> HttpClient:
        base_url = app if isinstance(app, str) else await serve(app)
        clients.append(HttpClient(system="Testsystem", base_url=base_url, now=clock, **settings))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
def server() -> CronofyServer:
    return CronofyServer()


@pytest.fixture
async def cronofy(server: CronofyServer, serve: Any, clock: Any) -> Any:
    api_url = await serve(server)
    cronofy = Cronofy.build(
        client_id="client", client_secret="CRN_secret", now=clock, api_url=api_url, app_url="https://app.example"
    )
    yield cronofy
    await cronofy.aclose()


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def tokens(clock: Any) -> Tokens:
    return Tokens("access-1", clock() + timedelta(hours=1), refresh_token="refresh-1", sub=SUB, scope="read_write")


@pytest.fixture
def session(cronofy: Cronofy, tokens: Tokens, store: Store) -> Any:
    return cronofy.session(tokens, on_refresh=store.save)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """Aurora's outside systems, served."""
    clock = SandboxClock()
    clock.fix(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    world = World(clock=clock, limits=Limits.none())
    async with serve_sandbox(world):
        yield world
