"""How much waits to be done, and for how long already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text

from storage.database import Database
from storage.models import Delivery, InboxItem

INBOX, DELIVERIES = "inbox", "deliveries"
# Written out, as in the partial indexes: with a bound value SQLite could not use them.
NEW, QUEUED, OPEN = text("state = 'new'"), text("state = 'queued'"), text("state IN ('queued', 'sending')")


@dataclass(frozen=True, slots=True)
class Depth:
    """One queue: how many wait, and since when the first of those that could go on."""

    queue: str
    items: int
    oldest: datetime | None

    def lag(self, now: datetime) -> float:
        """Seconds; 0 when nothing waits."""
        return max(0.0, (now - self.oldest).total_seconds()) if self.oldest else 0.0


class Queues:
    """Over all companies: this is about the program, not about anybody's data."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def depths(self, channels: Collection[str], now: datetime) -> tuple[Depth, Depth]:
        """What came in and is not answered; what is to go out through these channels and is due."""
        came_in = select(func.count(), func.min(InboxItem.received_at)).where(NEW, InboxItem.channel.in_(channels))
        going_out = (Delivery.channel.in_(channels), Delivery.due_at <= now)
        count = select(func.count()).select_from(Delivery).where(OPEN, *going_out)
        # What is being sent is settled in its own time: only what nobody has taken yet is late.
        oldest = select(func.min(Delivery.due_at)).where(QUEUED, *going_out)
        async with self._database.reading() as session:
            items, since = (await session.execute(came_in)).one()
            open_now, due_since = await session.scalar(count), await session.scalar(oldest)
        return Depth(INBOX, items, since), Depth(DELIVERIES, open_now or 0, due_since)

    async def last_heard(self) -> dict[str, datetime]:
        """When each channel last brought something, in whatever process; to be asked once, at the start."""
        query = select(InboxItem.channel, func.max(InboxItem.received_at)).group_by(InboxItem.channel)
        async with self._database.reading() as session:
            return {channel: at for channel, at in (await session.execute(query)).all()}
