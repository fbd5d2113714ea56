"""Lets the first answers wait, not too long, until the company was looked at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import ContextVar

import structlog

from providers.base import ProviderError

PATIENCE = 10.0
"""Seconds that an answer waits; after that it says what is known."""
LOG = structlog.get_logger(__name__)
_never_waits: ContextVar[bool] = ContextVar("never_waits", default=False)


def never_wait() -> None:
    """From now on this task answers from what is known: the first look may itself be waiting for it."""
    _never_waits.set(True)


class FirstLook:
    """Runs `look` once, when it is first needed; everybody who calls meanwhile waits for the same run."""

    def __init__(self, look: Callable[[], Awaitable[None]]) -> None:
        self.look = look
        self._running: asyncio.Task[None] | None = None

    async def __call__(self) -> None:
        if _never_waits.get():
            return
        if self._running is None:
            self._running = asyncio.create_task(self._once())
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await asyncio.shield(self._running)

    async def _once(self) -> None:
        never_wait()
        try:
            await self.look()
        except ProviderError as error:
            LOG.warning("first_look_failed", system=error.system, action=error.action, status=error.status)
