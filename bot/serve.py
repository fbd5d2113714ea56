"""`greenroom serve`: the web application under uvicorn."""

from __future__ import annotations

import uvicorn

from bot.app import build, create_app
from bot.logs import configure_logs, level_of
from bot.settings import read_settings
from storage.migrate import migrate

STOP_WITHIN = 10
"""Seconds that open requests get at a stop."""


def run(*, host: str, port: int) -> None:
    """Serve until a signal ends it. Raises SettingsError before anything is opened."""
    settings = read_settings()
    configure_logs(level=level_of(settings))
    # The paths of links carry secrets: no access log.
    uvicorn.run(
        create_app(settings),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=STOP_WITHIN,
    )


async def migrate_now() -> None:
    """Bring the configured database up to date."""
    program = build(read_settings())
    try:
        await migrate(program.store.database)
    finally:
        await program.store.database.close()
