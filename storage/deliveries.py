"""Every message out: stored in the transaction that caused it, claimed, sent once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer
from sqlalchemy.sql.dml import ReturningInsert

from storage.database import Database
from storage.enrolments import end_enrolments, skip_pointless
from storage.models import Delivery, Enrolment, InboxItem, table
from storage.states import FAILED, QUEUED, SENDING, SENT, SKIPPED, UNKNOWN

__all__ = ["FAILED", "QUEUED", "SENDING", "SENT", "SKIPPED", "UNKNOWN", "Deliveries", "NewDelivery"]


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A message to send; a second one with the same `key` is not stored."""

    id: str
    company_id: int
    person_id: int | None
    channel: str
    workspace: str
    account: str
    conversation: str
    reply: list[Any]
    key: str
    language: str = ""
    private: bool = False
    inbox_id: str = ""
    replaces: str = ""
    enrolment_id: int | None = None


NAMES = tuple(field.name for field in fields(NewDelivery))
COLUMNS = table(Delivery).c
PAGE = 500
SETTLE = (
    update(table(Delivery))
    .where(COLUMNS.id == bindparam("delivery"), COLUMNS.state == SENDING)
    .values(state=bindparam("ended"), platform_id=bindparam("message"), cause=bindparam("why"))
)
PLATFORM_ID = select(COLUMNS.platform_id).where(COLUMNS.id == bindparam("delivery"))


class Deliveries:
    """What goes out, and how far it got."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, deliveries: Sequence[NewDelivery], now: datetime) -> Sequence[str]:
        """Store messages; returns the ids of those that are new."""
        async with self._database.writing() as session:
            return await insert_deliveries(session, self._database, deliveries, now)

    async def claim(self, ids: Collection[str], now: datetime) -> Sequence[Delivery]:
        """Take due messages for sending, if their reason still holds: committed before anything goes out."""
        due = (Delivery.id.in_(ids), Delivery.state == QUEUED, Delivery.due_at <= now)
        taken = update(Delivery).where(*due).values(state=SENDING, claimed_at=now, tries=Delivery.tries + 1)
        async with self._database.writing() as session:
            await skip_pointless(session, ids, now)
            return (await session.scalars(taken.returning(Delivery))).all()

    async def skip(self, delivery: str, now: datetime) -> bool:
        """Drop a doubtful message that did not arrive, if its reason does not hold any more."""
        async with self._database.writing() as session:
            return bool(await skip_pointless(session, [delivery], now))

    async def reclaim(self, delivery: str, claimed_at: datetime, now: datetime) -> bool:
        """Take a doubtful message once more; False when somebody else did meanwhile."""
        same = (Delivery.id == delivery, Delivery.state == SENDING, Delivery.claimed_at == claimed_at)
        taken = update(Delivery).where(*same).values(claimed_at=now, tries=Delivery.tries + 1)
        async with self._database.writing() as session:
            return (await session.execute(taken.returning(Delivery.id))).first() is not None

    async def settle(self, delivery: str, state: str, *, platform_id: str = "", cause: str = "") -> None:
        """Write how sending ended; a reminder that the platform will never take ends its reason."""
        values = {"delivery": delivery, "ended": state, "message": platform_id, "why": cause}
        await self._database.live.write(lambda connection: connection.execute(SETTLE, values).close())
        if state == FAILED:
            reason = select(Delivery.enrolment_id).where(Delivery.id == delivery, Delivery.state == FAILED)
            async with self._database.writing() as session:
                enrolment = await session.scalar(reason)
                if enrolment is not None:
                    await end_enrolments(session, (Enrolment.id == enrolment,), state="unreachable", reason=cause)

    async def put_back(self, delivery: str, due_at: datetime, *, claimed_at: datetime | None = None) -> None:
        """Back into the queue, because it was not delivered; with `claimed_at` only if nobody took it since then."""
        same = [Delivery.id == delivery, Delivery.state == SENDING]
        same += [Delivery.claimed_at == claimed_at] if claimed_at else []
        async with self._database.writing() as session:
            await session.execute(update(Delivery).where(*same).values(state=QUEUED, due_at=due_at, claimed_at=None))

    async def due(self, now: datetime, limit: int = 100) -> Sequence[str]:
        """Queued messages whose time has come, oldest first."""
        query = select(Delivery.id).where(Delivery.state == QUEUED, Delivery.due_at <= now)
        async with self._database.reading() as session:
            return (await session.scalars(query.order_by(Delivery.due_at).limit(limit))).all()

    async def doubtful(self, claimed_before: datetime, limit: int = 100) -> Sequence[Delivery]:
        """Messages that were being sent when nothing more was heard of them."""
        query = select(Delivery).where(Delivery.state == SENDING, Delivery.claimed_at < claimed_before)
        async with self._database.reading() as session:
            return (await session.scalars(query.order_by(Delivery.claimed_at).limit(limit))).all()

    async def get(self, delivery: str) -> Delivery | None:
        async with self._database.reading() as session:
            return await session.get(Delivery, delivery)

    async def platform_id(self, delivery: str) -> str:
        """The platform's id of the message that this delivery sent; empty while there is none."""
        values = {"delivery": delivery}
        return await self._database.live.read(lambda connection: connection.scalar(PLATFORM_ID, values)) or ""

    async def everything(self, company: int) -> AsyncIterator[Delivery]:
        """All messages, oldest first, without what they say and without holding many at once."""
        order = tuple_(Delivery.created_at, Delivery.id)
        query = select(Delivery).options(defer(Delivery.reply)).where(Delivery.company_id == company)
        query, after = query.order_by(Delivery.created_at, Delivery.id).limit(PAGE), None
        while True:
            rest = query if after is None else query.where(order > tuple_(*after))
            async with self._database.reading() as session:
                page = (await session.scalars(rest)).all()
            for delivery in page:
                yield delivery
            if len(page) < PAGE:
                return
            after = (literal(page[-1].created_at, COLUMNS.created_at.type), literal(page[-1].id))

    async def transcript(
        self, company: int, channel: str, account: str, since: datetime
    ) -> tuple[Sequence[InboxItem], Sequence[Delivery]]:
        """What an account said and was told since then: the memory of a channel that has none of its own."""
        said = select(InboxItem).where(
            InboxItem.company_id == company,
            InboxItem.channel == channel,
            InboxItem.payload["account"].as_string() == account,
            InboxItem.received_at >= since,
        )
        told = select(Delivery).where(
            Delivery.company_id == company,
            Delivery.channel == channel,
            Delivery.account == account,
            Delivery.state.in_((SENDING, SENT)),
            Delivery.created_at >= since,
        )
        async with self._database.reading() as session:
            return (
                (await session.scalars(said.order_by(InboxItem.received_at))).all(),
                (await session.scalars(told.order_by(Delivery.created_at))).all(),
            )


async def insert_deliveries(
    session: AsyncSession, database: Database, deliveries: Sequence[NewDelivery], now: datetime
) -> Sequence[str]:
    """Store messages within the transaction that caused them; returns the ids of the new ones."""
    if not deliveries:
        return ()
    new = await session.execute(unless_known(database), [_row(each, now) for each in deliveries])
    return [row[0] for row in new.all()]


def unless_known(database: Database) -> ReturningInsert[str]:
    """Inserts a delivery whose key is new, and tells its id."""
    return database.insert(Delivery).on_conflict_do_nothing(index_elements=["company_id", "key"]).returning(COLUMNS.id)


def rows_being_sent(deliveries: Sequence[NewDelivery], now: datetime) -> list[dict[str, Any]]:
    """New deliveries that are claimed by being stored: who stores them sends them at once."""
    return [{**_row(each, now), "state": SENDING, "claimed_at": now, "tries": 1} for each in deliveries]


def _row(delivery: NewDelivery, now: datetime) -> dict[str, Any]:
    fresh = {"state": QUEUED, "created_at": now, "due_at": now, "tries": 0, "platform_id": "", "cause": ""}
    return {**{name: getattr(delivery, name) for name in NAMES}, **fresh}
