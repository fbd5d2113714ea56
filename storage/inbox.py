"""Every event that came in: written before it is acknowledged, done together with its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from storage.database import Database
from storage.deliveries import NewDelivery, rows_being_sent, unless_known
from storage.live import Work
from storage.models import InboxItem, table

COLUMNS = table(InboxItem).c
FINISH = (
    update(table(InboxItem))
    .where(COLUMNS.id == bindparam("item"), COLUMNS.state == "new")
    .values(state="done", done_at=bindparam("now"))
    .returning(COLUMNS.id)
)


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
        insert = database.insert(InboxItem).on_conflict_do_nothing(index_elements=["channel", "external_id"])
        self._add = insert.returning(COLUMNS.id)
        self._add_delivery = unless_known(database)

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

        def add(connection: Connection) -> set[str]:
            return {
                item.id for item, row in zip(items, rows, strict=True) if connection.execute(self._add, row).first()
            }

        return await self._database.live.write(add)

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
        self, item: str, answers: Sequence[NewDelivery], now: datetime, *, also: Sequence[Work[object]] = ()
    ) -> Sequence[str]:
        """Mark the event done and store its answers, in one transaction with `also`; nothing if it was done already.

        The answers are stored as being sent: who calls this sends them at once. Returns the ids of the new ones.
        """
        rows = rows_being_sent(answers, now)

        def finish(connection: Connection) -> Sequence[str]:
            if connection.execute(FINISH, {"item": item, "now": now}).first() is None:
                return ()
            for work in also:
                work(connection)
            return [str(row["id"]) for row in rows if connection.execute(self._add_delivery, row).first()]

        return await self._database.live.write(finish)
