"""Every event that came in: written before it is acknowledged, done together with its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from storage.audit import NewEntry, append
from storage.database import Database
from storage.deliveries import NewDelivery, insert_deliveries
from storage.models import InboxItem


@dataclass(frozen=True, slots=True)
class NewItem:
    """An event to store; `external_id` is the platform's own identity of it."""

    id: str
    company: int
    channel: str
    external_id: str
    payload: dict[str, Any]


class Inbox:
    """What came in, and whether it was answered."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, items: Sequence[NewItem], now: datetime) -> set[str]:
        """Store events; returns the ids of those that were not there before."""
        rows = [
            {
                "id": item.id,
                "company_id": item.company,
                "channel": item.channel,
                "external_id": item.external_id,
                "payload": item.payload,
                "state": "new",
                "tries": 0,
                "received_at": now,
            }
            for item in items
        ]
        insert = self._database.insert(InboxItem).on_conflict_do_nothing(index_elements=["channel", "external_id"])
        async with self._database.writing() as session:
            return set((await session.scalars(insert.returning(InboxItem.id), rows)).all())

    async def get(self, item: str) -> InboxItem | None:
        async with self._database.reading() as session:
            return await session.get(InboxItem, item)

    async def left_over(self, received_before: datetime, limit: int = 100) -> Sequence[InboxItem]:
        """Events that nobody finished, oldest first."""
        query = select(InboxItem).where(InboxItem.state == "new", InboxItem.received_at < received_before)
        async with self._database.reading() as session:
            return (await session.scalars(query.order_by(InboxItem.received_at).limit(limit))).all()

    async def try_again(self, item: str) -> int:
        """Count one more attempt at an event; returns how many there were."""
        counted = update(InboxItem).where(InboxItem.id == item).values(tries=InboxItem.tries + 1)
        async with self._database.writing() as session:
            return await session.scalar(counted.returning(InboxItem.tries)) or 0

    async def finish(
        self, item: str, answers: Sequence[NewDelivery], now: datetime, *, audit: Sequence[NewEntry] = ()
    ) -> Sequence[str]:
        """Mark the event done, store its answers and what goes on record, in one transaction; nothing if it was done.

        Returns the ids of the deliveries that are new.
        """
        done = update(InboxItem).where(InboxItem.id == item, InboxItem.state == "new")
        async with self._database.writing() as session:
            finished = await session.execute(done.values(state="done", done_at=now).returning(InboxItem.company_id))
            company = finished.scalar()
            if company is None:
                return ()
            await append(session, company, audit, now)
            return await insert_deliveries(session, self._database, answers, now)
