"""Small work that nobody waits for; it is finished or given up when the channel stops."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.channel import SendError

LOG = structlog.get_logger(__name__)


class Background:
    """Keeps tasks alive, tells of those that fail, and cancels what is left at the end."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_told(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until nothing is left to do."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self.settled()


async def _told(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except SendError as error:
        LOG.warning("slack_background_call_failed", error=type(error).__name__, cause=str(error))
    except Exception:
        LOG.exception("slack_background_failed")
