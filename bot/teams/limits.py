"""How many requests Teams takes: token buckets for each conversation and each tenant."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.channel import Throttled


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `each_second`; in T seconds never more than burst + T * each_second."""

    burst: float
    each_second: float


@dataclass(frozen=True, slots=True)
class Limits:
    """Each bucket pair stays inside every window that Microsoft publishes.

    https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
    A conversation: 7 in 1 s, 8 in 2 s, 60 in 30 s, 1800 in an hour. An app in a tenant: 50 in a second.
    """

    conversation: tuple[Rate, ...] = (Rate(burst=6, each_second=1), Rate(burst=900, each_second=0.25))
    tenant: tuple[Rate, ...] = (Rate(burst=25, each_second=25),)
    bulk: tuple[Rate, ...] = (Rate(burst=5, each_second=15),)
    """Messages that nobody waits for leave room for those that somebody does."""
    longest_wait: float = 0.5
    """A turn that comes so soon is waited for; otherwise the message goes back into the queue."""


class Bucket:
    """Tokens that come back with time."""

    __slots__ = ("_at", "_rate", "_tokens")

    def __init__(self, rate: Rate, now: datetime) -> None:
        self._rate = rate
        self._tokens = rate.burst
        self._at = now

    def wait(self, now: datetime) -> float:
        """Seconds until there is a token; 0 when there is one."""
        # Tokens below zero are turns that others wait for already.
        passed = max(0.0, (now - self._at).total_seconds())
        self._tokens = min(self._rate.burst, self._tokens + passed * self._rate.each_second)
        self._at = max(self._at, now)
        return max(0.0, (1 - self._tokens) / self._rate.each_second)

    def take(self) -> None:
        self._tokens -= 1


class Pace:
    """Says how long to wait before the next request of a conversation."""

    def __init__(self, limits: Limits, now: Callable[[], datetime], *, remembered: int = 20_000) -> None:
        self._limits = limits
        self._now = now
        self._remembered = remembered
        self._buckets: OrderedDict[tuple[str, ...], tuple[Bucket, ...]] = OrderedDict()

    def reserve(self, tenant: str, conversation: str, *, bulk: bool = False) -> float:
        """Seconds to wait for the turn that is now taken. Raises Throttled, and takes nothing, when it is far away."""
        now = self._now()
        buckets = [*self._of(("tenant", tenant), self._limits.tenant, now)]
        buckets += self._of(("conversation", tenant, conversation), self._limits.conversation, now)
        buckets += self._of(("bulk", tenant), self._limits.bulk, now) if bulk else ()
        wait = max((bucket.wait(now) for bucket in buckets), default=0.0)
        if wait > self._limits.longest_wait:
            raise Throttled(wait)
        for bucket in buckets:
            bucket.take()
        return wait

    def _of(self, key: tuple[str, ...], rates: tuple[Rate, ...], now: datetime) -> tuple[Bucket, ...]:
        if key not in self._buckets:
            self._buckets[key] = tuple(Bucket(rate, now) for rate in rates)
        self._buckets.move_to_end(key)
        while len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)
        return self._buckets[key]
