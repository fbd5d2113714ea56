"""`greenroom worker`: everything that runs later, without a web server, beside others on one PostgreSQL."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from bot.app import Program, build
from bot.logs import configure_logs, level_of
from bot.observing import observer_of
from bot.settings import SettingsError, read_settings
from bot.web_server import serve

LOG = structlog.get_logger(__name__)


def run(*, host: str, port: int) -> None:
    """Work until a signal ends it; with a port, /healthz, /readyz and /metrics are served there.

    Raises SettingsError before anything is opened.
    """
    settings = read_settings()
    if settings.greenroom_database_url.get_secret_value().startswith("sqlite"):
        raise SettingsError("GREENROOM_DATABASE_URL must name a PostgreSQL: with SQLite `greenroom serve` does it all.")
    configure_logs(level=level_of(settings))
    program = build(settings, observer=observer_of(settings) if port else None)

    async def work() -> None:
        ended = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        await program.start()
        LOG.info("worker_started", chats=list(program.channels))
        async with pages(program, host, port):
            await ended.wait()
        await program.stop()

    asyncio.run(work())


@asynccontextmanager
async def pages(program: Program, host: str, port: int) -> AsyncIterator[None]:
    """What a supervisor asks, while the block lasts; nothing without a port."""
    if not port:
        yield
        return
    from starlette.applications import Starlette

    app = Starlette(routes=program.health_pages().routes(), middleware=[program.guard()])
    async with serve(app, port=port, host=host):
        yield
