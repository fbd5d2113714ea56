"""Whether our own public address still leads to us: the way on which a platform's requests come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

PROBE_EVERY = timedelta(seconds=30)
TIMES_IN_VAIN = 2
"""One lost request is no outage."""


class Reach:
    """Asks now and then; a fault only after it once worked, since some networks never let their own calls back in."""

    def __init__(self, probe: Callable[[], Awaitable[bool]], now: Callable[[], datetime]) -> None:
        self._probe = probe
        self._now = now
        self._asked_at: datetime | None = None
        self._has_worked = False
        self._in_vain = 0

    async def is_lost(self) -> bool:
        now = self._now()
        if self._asked_at is None or now - self._asked_at >= PROBE_EVERY:
            self._asked_at = now
            reached = await self._probe()
            self._has_worked = self._has_worked or reached
            self._in_vain = 0 if reached else self._in_vain + 1
        return self._has_worked and self._in_vain >= TIMES_IN_VAIN
