"""How the program logs: one line an event, for people on a terminal and as JSON elsewhere."""

from __future__ import annotations

import logging
import sys

import structlog

from bot.settings import Settings


def configure_logs(*, level: int = logging.INFO, readable: bool | None = None) -> None:
    """Log to standard error; `readable` defaults to whether somebody is watching."""
    for_people = sys.stderr.isatty() if readable is None else readable
    last = structlog.dev.ConsoleRenderer() if for_people else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Asked for each time, because whoever runs us may put another one in its place.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # At their loudest these write down every value that is stored or sent.
    for name in ("aiosqlite", "asyncpg", "sqlalchemy", "httpcore", "httpx", "slack_sdk", "slack_bolt", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # The paths of links carry secrets, so nobody writes down which addresses were asked for.
    logging.getLogger("uvicorn.access").disabled = True


def level_of(settings: Settings) -> int:
    """At "debug" every single call of an outside system is written down."""
    return logging.getLevelNamesMapping()[settings.greenroom_log_level.upper()]
