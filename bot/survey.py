"""What is counted in the database when somebody asks for the metrics, never while nobody does."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.health import HealthCheck
from handlers.readiness_counts import count_readiness
from handlers.services import Services

if TYPE_CHECKING:
    from bot.metrics import Metrics

COUNTED_EVERY = timedelta(minutes=5)
"""Judging everybody of a large company takes seconds."""
WAITS = 2.0
"""Seconds for which an answer waits for a count that is under way; after that it shows the one before."""
LOG = structlog.get_logger(__name__)


class Survey:
    """Fills the gauges of the metrics."""

    def __init__(self, services: Services, metrics: Metrics, check: HealthCheck) -> None:
        self._services = services
        self._metrics = metrics
        self._check = check
        self._counted_at: datetime | None = None
        self._counting: asyncio.Task[None] | None = None

    async def page(self) -> bytes:
        health = await self._check.look()
        self._metrics.queues(health.queues, health.at)
        self._metrics.health(health)
        if "database" not in health.reasons and "migrations" not in health.reasons:
            await self._count_if_old()
        return self._metrics.page()

    async def _count_if_old(self) -> None:
        now = self._services.now()
        if self._counting is None and (self._counted_at is None or now - self._counted_at >= COUNTED_EVERY):
            self._counted_at = now
            self._counting = asyncio.create_task(self._count())
        if self._counting:
            await asyncio.wait({self._counting}, timeout=WAITS)

    async def _count(self) -> None:
        try:
            self._metrics.links(await self._services.store.links.funnel())
            self._metrics.readiness(await count_readiness(self._services))
        except Exception:
            LOG.exception("not_counted")
        finally:
            self._counting = None
