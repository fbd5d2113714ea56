"""What is deleted when its time is over, and what people asked to have deleted."""

from __future__ import annotations

import structlog

from handlers.own_data import erase
from handlers.services import Services
from storage.audit import OPERATOR

LOG = structlog.get_logger(__name__)


async def tidy(services: Services) -> dict[str, int]:
    """Prune every class of data; returns how many rows or people of each class went."""
    now, store = services.now(), services.store
    gone = await store.retention.prune(now)
    leavers = await store.retention.leavers(now)
    for row in leavers:
        await erase(services, row, actor=OPERATOR, stays_away=True)
    gone["leavers"] = len(leavers)
    gone["uninstalled"] = await store.retention.wipe_uninstalled(now)
    LOG.info("tidied", **gone)
    return gone


async def erase_due(services: Services) -> int:
    """Delete the data of those who asked for it and did not take the wish back; returns how many."""
    due = await services.store.personal.to_erase(services.now())
    for row in due:
        await erase(services, row, actor=row.id)
    return len(due)
