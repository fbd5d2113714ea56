"""`greenroom worker`: everything that runs later, without a web server, beside others on one PostgreSQL."""

from __future__ import annotations

import asyncio
import signal

import structlog

from bot.app import build
from bot.logs import configure_logs
from bot.settings import SettingsError, read_settings

LOG = structlog.get_logger(__name__)


def run() -> None:
    """Work until a signal ends it. Raises SettingsError before anything is opened."""
    settings = read_settings()
    if settings.greenroom_database_url.get_secret_value().startswith("sqlite"):
        raise SettingsError("GREENROOM_DATABASE_URL must name a PostgreSQL: with SQLite `greenroom serve` does it all.")
    configure_logs()
    program = build(settings)

    async def work() -> None:
        ended = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        await program.start()
        LOG.info("worker_started", chats=list(program.channels))
        await ended.wait()
        await program.stop()

    asyncio.run(work())
