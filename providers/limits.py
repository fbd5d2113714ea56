"""How fast an outside system may be called, and when it says that it was too fast."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

BURST_SHARE = 5
LONGEST_PAUSE = 86_400.0


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `requests` in any window of `seconds`; a fifth of them may go at once, the rest is spread evenly."""

    requests: int
    seconds: float

    @property
    def burst(self) -> int:
        return max(1, self.requests // BURST_SHARE)

    @property
    def interval(self) -> float:
        """Seconds until one token of the bucket is back; bucket and refill together never exceed the limit."""
        return self.seconds / max(1, self.requests - self.burst)


class Places:
    """Room for so many requests at once; background work leaves a quarter of it to people who wait."""

    def __init__(self, count: int) -> None:
        self._all = asyncio.Semaphore(count)
        self._background = asyncio.Semaphore(max(1, count * 3 // 4))

    @asynccontextmanager
    async def taken(self, *, background: bool) -> AsyncIterator[None]:
        async with self._background if background else nullcontext(), self._all:
            yield


class Pace:
    """Token buckets for several windows at once; background work leaves a quarter of each to people who wait."""

    def __init__(
        self,
        limits: Sequence[Limit],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._buckets = [(limit.interval, limit.burst - 1, limit.burst // 4) for limit in limits]
        self._full_at = [0.0] * len(self._buckets)
        self._monotonic = monotonic
        self._sleep = sleep

    def wait_needed(self, *, background: bool = False) -> float:
        """Seconds until the next request may go."""
        now, wait = self._monotonic(), 0.0
        for full_at, (interval, spare, reserve) in zip(self._full_at, self._buckets, strict=True):
            usable = spare - reserve if background else spare
            wait = max(wait, full_at - usable * interval - now)
        return wait

    async def turn(self, *, background: bool = False) -> None:
        """Take one token of every window and wait until it is there."""
        wait = self.wait_needed(background=background)
        now = self._monotonic()
        for index, (interval, *_) in enumerate(self._buckets):
            self._full_at[index] = max(self._full_at[index], now) + interval
        if wait > 0:
            await self._sleep(wait)


def retry_after_seconds(header: str, now: datetime) -> float | None:
    """Retry-After as seconds, as an HTTP date or as an ISO date; None when absent or not understood."""
    text = header.strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        moment = moment_of(text)
        if moment is None:
            return None
        seconds = (moment - now).total_seconds()
    return min(LONGEST_PAUSE, max(0.0, seconds))


def moment_of(text: str) -> datetime | None:
    """A date of HTTP or of ISO; None for anything else."""
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = parse(text)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
