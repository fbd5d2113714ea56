"""Shows that the bot is typing when an answer takes a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

LOG = structlog.get_logger(__name__)
Show = Callable[[], Awaitable[object]]


class Busy:
    """One sign for each conversation that waits; an answer takes it away."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._waiting: dict[str, asyncio.Task[None]] = {}

    def start(self, conversation: str, show: Show) -> None:
        """Call `show` once, unless an answer comes first."""
        self.stop(conversation)
        task = asyncio.create_task(self._show(show))
        self._waiting[conversation] = task
        task.add_done_callback(lambda done: self._forget(conversation, done))

    def stop(self, conversation: str) -> None:
        """The answer is here."""
        task = self._waiting.pop(conversation, None)
        if task:
            task.cancel()

    async def close(self) -> None:
        """Take every sign away."""
        tasks = list(self._waiting.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _show(self, show: Show) -> None:
        await asyncio.sleep(self._patience)
        try:
            await show()
        except Exception as error:
            # Only a sign: the answer itself comes all the same.
            LOG.info("typing_not_shown", error=type(error).__name__)

    def _forget(self, conversation: str, task: asyncio.Task[None]) -> None:
        if self._waiting.get(conversation) is task:
            del self._waiting[conversation]
