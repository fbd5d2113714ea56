"""Whether this process can do its work: the database, its version, the queues, and whether each chat hears."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.channel import Channel
from storage.migrate import HEAD, version
from storage.queues import Depth
from storage.store import Store

PATIENCE = 3.0
"""Seconds that the database may take to answer."""
REMEMBERED = timedelta(seconds=2)
"""However many ask, the database is asked once in this time."""
LATE = timedelta(minutes=2)
"""Nobody waits so long for an answer unless something is wrong."""
LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Health:
    """What is wrong, in words that an alarm can carry; nothing means that all is well."""

    at: datetime
    reasons: tuple[str, ...] = ()
    queues: tuple[Depth, ...] = ()
    heard: Mapping[str, datetime] = field(default_factory=dict)
    deaf: Mapping[str, str] = field(default_factory=dict)
    channels: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        return not self.reasons

    def figures(self) -> dict[str, Any]:
        """For whoever looks after the program."""
        queues = {each.queue: {"items": each.items, "lag_seconds": round(each.lag(self.at))} for each in self.queues}
        heard = {channel: at.isoformat(timespec="seconds") for channel, at in self.heard.items()}
        return {"queues": queues, "last_heard": heard, "deaf": dict(self.deaf)}


class HealthCheck:
    """Looks, and remembers for a moment what it saw."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        *,
        heard: Mapping[str, datetime],
        deaf: Callable[[], Mapping[str, str]],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._channels = channels
        self._heard = heard
        self._deaf = deaf
        self._now = now
        self._turn = asyncio.Lock()
        self._seen: Health | None = None

    async def look(self) -> Health:
        async with self._turn:
            if self._seen is None or self._now() - self._seen.at >= REMEMBERED:
                self._seen = await self._look()
            return self._seen

    async def _look(self) -> Health:
        now, deaf = self._now(), dict(self._deaf())
        reasons = [f"{channel}_deaf" for channel in deaf]
        depths: tuple[Depth, ...] = ()
        try:
            async with asyncio.timeout(PATIENCE):
                at_head = await version(self._store.database) == HEAD
                if at_head:
                    depths = await self._store.queues.depths(tuple(self._channels), now)
        except Exception as error:
            # Whatever the driver raises: the address of the database may stand in it, so only its kind is told.
            LOG.warning("database_not_reachable", error=type(error).__name__)
            reasons.insert(0, "database")
        else:
            reasons = [*([] if at_head else ["migrations"]), *_late(depths, now), *reasons]
        heard = {name: at for name, at in self._heard.items() if name in self._channels}
        return Health(now, tuple(reasons), depths, heard, deaf, tuple(self._channels))


def _late(depths: tuple[Depth, ...], now: datetime) -> list[str]:
    return [f"{depth.queue}_late" for depth in depths if depth.lag(now) > LATE.total_seconds()]
