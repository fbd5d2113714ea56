"""Slack's speed limits kept by waiting: a pace for each channel and workspace, live answers ahead of bulk."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.channel import Throttled

_INSTANT = 1e-6
"""What is left over by rounding would be waited for without an end."""


@dataclass(frozen=True, slots=True)
class Limits:
    """https://docs.slack.dev/apis/web-api/rate-limits/: 1 a second and channel, several hundred a minute in all."""

    channel_per_second: float = 1.0
    channel_burst: float = 4.0
    workspace_per_second: float = 5.0
    workspace_burst: float = 60.0
    reserve: float = 30.0
    """What bulk messages leave untouched, so that an answer to a person goes at once."""
    patience: float = 10.0
    """Longer waits are not sat out here: the message goes back into the queue."""


ROOM = 2_000


@dataclass(slots=True)
class Bucket:
    """Tokens that flow in at a rate; a live message may take what is not there yet, and then waits for it."""

    rate: float
    burst: float
    tokens: float
    at: float

    def missing(self, now: float, wanted: float) -> float:
        """Seconds until so many tokens are there."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        seconds = (wanted - self.tokens) / self.rate
        return seconds if seconds > _INSTANT else 0.0


@dataclass(slots=True)
class _Workspace:
    bucket: Bucket
    channels: dict[str, Bucket] = field(default_factory=dict)
    room: int = ROOM
    """So many channels are kept before the idle ones are dropped; it grows with the busy ones, so that is seldom."""
    queue: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Bulk messages stand in line."""
    waiting: int = 0


class Pacer:
    """Lets each message wait for its turn."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._limits = limits or Limits()
        self._clock = clock
        self._sleep = sleep
        self._workspaces: dict[str, _Workspace] = {}
        self._paused: defaultdict[tuple[str, str], float] = defaultdict(float)

    async def turn(self, workspace: str, channel: str, *, bulk: bool) -> None:
        """Return when a message may be posted to this channel; raises Throttled when that would take too long."""
        place = self._workspaces.get(workspace) or self._add(workspace)
        if bulk:
            await self._bulk(place, channel)
            return
        now = self._clock()
        bucket = self._channel(place, channel)
        delay = max(place.bucket.missing(now, 1), bucket.missing(now, 1))
        if delay > self._limits.patience:
            raise Throttled(delay)
        place.bucket.tokens -= 1
        bucket.tokens -= 1
        if delay:
            await self._sleep(delay)

    async def unpaused(self, workspace: str, method: str) -> None:
        """Return when Slack's last 429 for this method is over; raises Throttled when that is far away."""
        while (left := self._paused[workspace, method] - self._clock()) > 0:
            if left > self._limits.patience:
                raise Throttled(left)
            await self._sleep(left)

    def pause(self, workspace: str, method: str, seconds: float) -> None:
        """Slack said 429: nobody calls this method for this workspace before the time is over."""
        until = self._clock() + seconds
        self._paused[workspace, method] = max(self._paused[workspace, method], until)

    async def rest(self, seconds: float) -> None:
        """For work in the background, such as reading the members again after a 429."""
        await self._sleep(seconds)

    async def _bulk(self, place: _Workspace, channel: str) -> None:
        ahead = place.waiting / self._limits.workspace_per_second
        if ahead > self._limits.patience:
            raise Throttled(ahead)
        place.waiting += 1
        try:
            async with place.queue:
                await self._tokens(place, channel)
        finally:
            place.waiting -= 1

    async def _tokens(self, place: _Workspace, channel: str) -> None:
        bucket = self._channel(place, channel)
        reserve = min(self._limits.reserve, self._limits.workspace_burst - 1)
        while True:
            now = self._clock()
            delay = max(place.bucket.missing(now, reserve + 1), bucket.missing(now, 1))
            if delay <= 0:
                break
            if delay > self._limits.patience:
                raise Throttled(delay)
            await self._sleep(delay)
        place.bucket.tokens -= 1
        bucket.tokens -= 1

    def _add(self, workspace: str) -> _Workspace:
        burst = self._limits.workspace_burst
        place = _Workspace(Bucket(self._limits.workspace_per_second, burst, burst, self._clock()))
        return self._workspaces.setdefault(workspace, place)

    def _channel(self, place: _Workspace, channel: str) -> Bucket:
        known = place.channels.get(channel)
        if known is not None:
            return known
        now, burst = self._clock(), self._limits.channel_burst
        if len(place.channels) >= place.room:
            # A full bucket says nothing that a new one would not.
            place.channels = {name: each for name, each in place.channels.items() if each.missing(now, burst) > 0}
            place.room = max(ROOM, 2 * len(place.channels))
        new = place.channels[channel] = Bucket(self._limits.channel_per_second, burst, burst, now)
        return new
