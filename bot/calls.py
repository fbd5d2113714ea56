"""Each request to a chat platform, in the log under the id of the message that caused it."""

from __future__ import annotations

import time

import structlog

from bot.channel import OnCall

LOG = structlog.get_logger(__name__)


class Calls:
    """Those of one platform. A trace of aiohttp's own would cost a tenth of a millisecond for each of them."""

    def __init__(self, system: str, on_call: OnCall | None = None) -> None:
        self._system = system
        self._on_call = on_call

    def over(self, action: str, status: int, begun: float) -> None:
        """A request that began at this moment of `time.monotonic()`; `action` names no person."""
        seconds = time.monotonic() - begun
        if self._on_call is not None:
            self._on_call(self._system, action, status, seconds)
        LOG.debug("called", system=self._system, action=action, status=status, milliseconds=round(seconds * 1000))
