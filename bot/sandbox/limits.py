"""How many requests an outside system takes before it answers 429."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Limits:
    """The documented limits; None switches one off."""

    per_second: int | None = 50
    per_minute: int | None = 500
    personio_per_second: int | None = 30
    goto_per_second: int | None = 10

    @classmethod
    def none(cls) -> Limits:
        """For a bench or a first sync that must not wait."""
        return cls(per_second=None, per_minute=None, personio_per_second=None, goto_per_second=None)

    def times(self, factor: int) -> Limits:
        """The same limits, more generous."""
        return replace(
            self,
            per_second=_multiplied(self.per_second, factor=factor),
            per_minute=_multiplied(self.per_minute, factor=factor),
            personio_per_second=_multiplied(self.personio_per_second, factor=factor),
            goto_per_second=_multiplied(self.goto_per_second, factor=factor),
        )


def _multiplied(limit: int | None, *, factor: int) -> int | None:
    return None if limit is None else limit * factor


class Windows:
    """Cronofy's limits: so many a second and so many a minute, counted in fixed windows."""

    def __init__(self, limits: Limits, now: Callable[[], datetime]) -> None:
        self._limits = ((1, limits.per_second), (60, limits.per_minute))
        self._now = now
        self._counted: dict[int, tuple[int, int]] = {}

    def admit(self) -> bool:
        moment = int(self._now().timestamp())
        used = [(length, limit, self._used(length, moment)) for length, limit in self._limits if limit is not None]
        if any(count >= limit for _, limit, count in used):
            return False
        for length, _, count in used:
            self._counted[length] = (moment // length, count + 1)
        return True

    def _used(self, length: int, moment: int) -> int:
        window, count = self._counted.get(length, (-1, 0))
        return count if window == moment // length else 0


class Bucket:
    """Personio's limit: a bucket of tokens for each endpoint, told in headers on every answer."""

    def __init__(self, limits: Limits, now: Callable[[], datetime]) -> None:
        self._rate = limits.personio_per_second
        self._now = now
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, endpoint: str) -> tuple[bool, dict[str, str]]:
        """Whether the request may pass, and the headers that tell the state of the bucket."""
        if self._rate is None:
            return True, {}
        moment = self._now().timestamp()
        then, tokens = self._left.get(endpoint, (moment, float(self._rate)))
        tokens = min(float(self._rate), tokens + (moment - then) * self._rate)
        passes = tokens >= 1
        tokens -= 1 if passes else 0
        self._left[endpoint] = (moment, tokens)
        return passes, {
            "x-ratelimit-replenish-rate": str(self._rate),
            "x-ratelimit-burst-capacity": str(self._rate),
            "x-ratelimit-requested-tokens": "1",
            "x-ratelimit-remaining": str(int(tokens)),
        }
