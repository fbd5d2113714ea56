"""What runs later: functions at intervals, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from structlog.contextvars import bind_contextvars

LOG = structlog.get_logger(__name__)


class Jobs:
    """Runs functions every so often until it is stopped; one that fails is logged and runs again."""

    def __init__(self) -> None:
        self._functions: list[tuple[float, Callable[[], Awaitable[object]]]] = []
        self._tasks: list[asyncio.Task[None]] = []

    def every(self, seconds: float, function: Callable[[], Awaitable[object]]) -> None:
        """Run this function at the start and then each time so many seconds have passed."""
        self._functions.append((seconds, function))

    def start(self) -> None:
        self._tasks = [asyncio.create_task(_repeat(seconds, function)) for seconds, function in self._functions]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _repeat(seconds: float, function: Callable[[], Awaitable[object]]) -> None:
    bind_contextvars(job=getattr(function, "__qualname__", "?"))
    while True:
        try:
            await function()
        except Exception:
            LOG.exception("job_failed")
        await asyncio.sleep(seconds)
