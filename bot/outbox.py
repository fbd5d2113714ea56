"""The way of a message out: stored, claimed, handed to its platform once, settled."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from structlog.contextvars import bind_contextvars

from bot.channel import Channel, Doubtful, Letter, Refused, SendError, Throttled
from bot.directory import Directory
from bot.observer import Observer
from handlers.messages import Person, Reply
from handlers.serialize import from_json, to_json
from storage.deliveries import FAILED, SENT, UNKNOWN, NewDelivery
from storage.models import Delivery
from storage.store import Store

GRACE = timedelta(seconds=45)
"""After this time a message that was being sent has either arrived or never will.

A third of it may pass before a POST begins, which ends within 20 seconds; with the sweeper's 15 seconds what a dead
process was sending is settled within a minute.
"""
MOST_AT_ONCE = 16
"""So many are claimed and sent together: more would keep the process from whoever writes to it meanwhile."""
ASKED_FOR = timedelta(hours=1)
"""For so long a platform that gives no answer is asked again whether a message arrived."""
LOG = structlog.get_logger(__name__)


class Outbox:
    """Sends what is stored, and settles what is doubtful."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        channels: Mapping[str, Channel],
        *,
        now: Callable[[], datetime],
        grace: timedelta = GRACE,
        observer: Observer | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._observer = observer or Observer()
        self._monotonic = monotonic
        self._store = store
        self._directory = directory
        self._channels = channels
        self._now = now
        self._grace = grace
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending: set[str] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}

    async def send(self, person: Person, reply: Reply, *, key: str, replaces: str = "") -> str:
        """Store a message to a person and have it sent; the same key is never sent twice.

        A message that replaces an earlier one goes where that one went. Returns the delivery's id, or an empty
        string when nobody can be reached or the key is known already.
        """
        earlier = await self._store.deliveries.get(replaces) if replaces else None
        address = None if earlier else await self._directory.address_of(person)
        target = earlier or address
        if target is None:
            LOG.warning("person_not_reachable", person=person.id)
            return ""
        delivery = NewDelivery(
            id=str(uuid4()),
            company_id=person.company,
            person_id=person.id,
            channel=target.channel,
            workspace=target.workspace,
            account=target.account if isinstance(target, Delivery) else target.external_id,
            conversation=target.conversation if isinstance(target, Delivery) else "",
            private=target.private if isinstance(target, Delivery) else False,
            reply=to_json(reply),
            key=key,
            language=person.language,
            replaces=replaces,
        )
        new = await self._store.deliveries.add([delivery], self._now())
        self.post(new)
        return delivery.id if new else ""

    async def letter(self, delivery: str) -> Letter | None:
        """A stored message as it was handed to its channel."""
        found = await self._store.deliveries.get(delivery)
        return await self._letter(found) if found else None

    def post(self, deliveries: Collection[str]) -> None:
        """Start to send stored messages; returns at once."""
        if deliveries:
            self._start(deliveries, lambda: self._claim_and_send(deliveries))

    def post_answer(self, delivery: NewDelivery, reply: Reply, *, reference: Mapping[str, object]) -> None:
        """Start to send an answer that this process has just stored as being sent; returns at once."""
        self._start([delivery.id], lambda: self._send_answer(delivery, reply, reference))

    async def sweep(self, grace: timedelta = GRACE) -> int:
        """Send what is due and settle what is doubtful; returns how many messages that were."""
        due = [d for d in await self._store.deliveries.due(self._now()) if d not in self._sending]
        self.post(due)
        doubtful = await self._store.deliveries.doubtful(self._now() - grace)
        mine = [delivery for delivery in doubtful if delivery.id not in self._sending]
        await asyncio.gather(*(self._settle_doubtful(delivery) for delivery in mine))
        return len(due) + len(mine)

    async def settled(self) -> None:
        """Wait until nothing is being sent."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop(self, grace: float) -> None:
        for timer in self._timers.values():
            timer.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        for task in self._tasks:
            task.cancel()

    def _start(self, deliveries: Collection[str], work: Callable[[], Awaitable[None]]) -> None:
        self._sending.update(deliveries)
        task = asyncio.create_task(self._finish(deliveries, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(self, deliveries: Collection[str], work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception:
            LOG.exception("messages_not_sent")  # they stay in the table: the sweeper goes on with them
        finally:
            self._sending.difference_update(deliveries)

    async def _claim_and_send(self, deliveries: Collection[str]) -> None:
        ids = list(deliveries)
        for begin in range(0, len(ids), MOST_AT_ONCE):
            at = self._now()
            claimed = await self._store.deliveries.claim(ids[begin : begin + MOST_AT_ONCE], at)
            outcomes = await asyncio.gather(*(self._send(delivery, at) for delivery in claimed), return_exceptions=True)
            for outcome in outcomes:
                if isinstance(outcome, Exception):
                    LOG.error("message_not_sent", exc_info=outcome)  # doubtful: the sweeper goes on with it

    async def _send_answer(self, delivery: NewDelivery, reply: Reply, reference: Mapping[str, object]) -> None:
        replaces = await self._replaced(delivery)
        await self._hand_over(delivery, _letter(delivery, reply, replaces=replaces, reference=reference))

    async def _send(self, delivery: Delivery, claimed_at: datetime) -> None:
        if self._now() - claimed_at > self._grace / 3:
            # This process was frozen; another one may soon take the message for doubtful. Nothing was sent yet.
            await self._store.deliveries.put_back(delivery.id, self._now(), claimed_at=claimed_at)
        elif delivery.channel in self._channels:
            await self._hand_over(delivery, await self._letter(delivery), claimed_at=claimed_at)
        else:
            await self._store.deliveries.settle(delivery.id, FAILED, cause="channel_not_configured")

    async def _hand_over(
        self, delivery: Delivery | NewDelivery, letter: Letter, *, claimed_at: datetime | None = None
    ) -> None:
        # A reminder has an id of its own; what answers a message goes on under that one's, also after a restart.
        bind_contextvars(trace=delivery.inbox_id or delivery.id)
        try:
            platform_id = await self._taken_by_platform(delivery.channel, letter)
        except Throttled as pause:
            await self._put_back(delivery, pause.retry_after, claimed_at=claimed_at)
        except Refused as refusal:
            LOG.warning("message_refused", channel=delivery.channel, cause=refusal.cause)
            await self._store.deliveries.settle(delivery.id, FAILED, cause=refusal.cause)
        except Doubtful:
            LOG.warning("message_doubtful", channel=delivery.channel, delivery=delivery.id)
        else:
            await self._store.deliveries.settle(delivery.id, SENT, platform_id=platform_id)

    async def _taken_by_platform(self, channel: str, letter: Letter) -> str:
        begun, result = self._monotonic(), SENT
        try:
            return await self._channels[channel].send(letter)
        except SendError as error:
            result = type(error).__name__.lower()
            raise
        finally:
            seconds = self._monotonic() - begun
            self._observer.sent(channel, result, seconds)
            LOG.debug("handed_over", channel=channel, result=result, milliseconds=round(seconds * 1000))

    async def _put_back(self, delivery: Delivery | NewDelivery, pause: float, *, claimed_at: datetime | None) -> None:
        # A platform that says "busy" late must not take the message from whoever sends it meanwhile.
        due_at = self._now() + timedelta(seconds=pause)
        await self._store.deliveries.put_back(delivery.id, due_at, claimed_at=claimed_at)
        if delivery.inbox_id:  # somebody waits: it is not left to the next sweep
            self._timers[delivery.id] = asyncio.get_running_loop().call_later(pause, self._again, delivery.id)

    def _again(self, delivery: str) -> None:
        self._timers.pop(delivery, None)
        self.post([delivery])

    async def _settle_doubtful(self, delivery: Delivery) -> None:
        channel = self._channels.get(delivery.channel)
        if channel is None or delivery.claimed_at is None:
            return
        try:
            found = await channel.find(await self._letter(delivery))
        except Throttled:
            return  # still doubtful: asked again by the next sweep
        except Doubtful:
            # A person waits for an answer, so it is sent again; anything else is asked for again, then reported.
            if not delivery.inbox_id:
                await self._report(delivery, again=channel.can_be_asked)
                return
            found = None
        if found is not None:
            await self._store.deliveries.settle(delivery.id, SENT, platform_id=found)
        elif await self._store.deliveries.skip(delivery.id, self._now()):
            return
        elif await self._store.deliveries.reclaim(delivery.id, delivery.claimed_at, at := self._now()):
            await self._send(delivery, at)

    async def _report(self, delivery: Delivery, *, again: bool) -> None:
        """Say that nobody knows, unless the platform can be asked again for a while."""
        if again and delivery.claimed_at and self._now() - delivery.claimed_at <= ASKED_FOR:
            return
        self._observer.sent(delivery.channel, UNKNOWN, 0.0)
        await self._store.deliveries.settle(delivery.id, UNKNOWN, cause="no_answer_from_platform")

    async def _letter(self, delivery: Delivery) -> Letter:
        reference: Mapping[str, object] = {}
        if delivery.person_id is not None and self._channels[delivery.channel].needs_reference:
            accounts = await self._store.people.accounts(delivery.company_id, delivery.person_id)
            reference = next((a.reference for a in accounts if a.external_id == delivery.account), {})
        replaces = await self._replaced(delivery)
        return _letter(delivery, from_json(delivery.reply), replaces=replaces, reference=reference)

    async def _replaced(self, delivery: Delivery | NewDelivery) -> str:
        return await self._store.deliveries.platform_id(delivery.replaces) if delivery.replaces else ""


def _letter(
    delivery: Delivery | NewDelivery, reply: Reply, *, replaces: str, reference: Mapping[str, object]
) -> Letter:
    return Letter(
        id=delivery.id,
        company=delivery.company_id,
        workspace=delivery.workspace,
        account=delivery.account,
        conversation=delivery.conversation,
        reply=reply,
        private=delivery.private,
        language=delivery.language,
        replaces=replaces,
        reference=reference,
        bulk=not delivery.inbox_id,
    )
