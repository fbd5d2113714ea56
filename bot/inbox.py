"""The way of an event: written down, worked on at once, answered together with "done"."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid4, uuid5
from weakref import WeakValueDictionary

import structlog
from structlog.contextvars import bound_contextvars

from bot.channel import Incoming
from bot.directory import Directory, Visitor
from bot.observer import Observer
from handlers.messages import Person, Reply
from handlers.serialize import to_json
from storage.audit import NewEntry, recording
from storage.deliveries import NewDelivery
from storage.inbox import NewItem
from storage.live import Work
from storage.models import InboxItem
from storage.store import Store

ANSWERS = UUID("6f2f1b1e-6a0a-4c39-9a1e-0f9d1c0f6c11")
"""The namespace from which an answer's id is made out of its event's id."""
MOST_TRIES = 3
FIELDS = tuple(field.name for field in fields(Incoming))
LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said, and what has to be stored in the same transaction, such as the question that it asks."""

    reply: Reply = ()
    also: Sequence[Work[object]] = ()

    def __add__(self, next: Answer) -> Answer:
        return Answer((*self.reply, *next.reply), (*self.also, *next.also))


class Answerer(Protocol):
    """Finds the answer to an event."""

    async def answer(self, incoming: Incoming, visitor: Visitor | None, *, delivery: str) -> Answer:
        """The answer, whose reply will be sent as this delivery."""

    def apology(self, person: Person | None) -> Reply:
        """What is said when no answer could be found because of a fault of ours."""


class Post(Protocol):
    """Sends an answer that was stored as being sent; returns at once."""

    def __call__(self, delivery: NewDelivery, reply: Reply, *, reference: Mapping[str, object]) -> None: ...


class Inbox:
    """Takes events from every channel; nothing that was accepted is lost, nothing is answered twice."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        answerer: Answerer,
        *,
        post: Post,
        now: Callable[[], datetime],
        audit: Callable[[str], Sequence[NewEntry]] = lambda _: (),
        observer: Observer | None = None,
    ) -> None:
        """`audit` gives what has to go on record together with an answer, by the answer's delivery."""
        self._store = store
        self._directory = directory
        self._answerer = answerer
        self._post = post
        self._now = now
        self._audit = audit
        self._observer = observer or Observer()
        self.heard: dict[str, datetime] = {}
        """When each channel last brought something."""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        # Two sentences of one person are answered in the order in which they came.
        self._turns: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()

    async def receive(self, incoming: Incoming) -> bool:
        """Store an event and start to work on it; False when it is known already, or from nobody's workspace.

        When this returns, the platform may be told that the event was received.
        """
        company = await self._directory.company_of(incoming.channel, incoming.workspace)
        if company is None:
            LOG.warning("event_from_unknown_workspace", channel=incoming.channel)
            return False
        received_at = self.heard[incoming.channel] = self._now()
        item = NewItem(
            id=str(uuid4()),
            company=company,
            channel=incoming.channel,
            external_id=incoming.id,
            payload={name: getattr(incoming, name) for name in FIELDS},
        )
        if not await self._store.inbox.add([item], received_at):
            return False
        self._observer.received(incoming.channel)
        self._start(item.id, self._work(item.id, company, incoming, received_at))
        return True

    async def sweep(self, older_than: timedelta) -> int:
        """Work on what a dead process left; returns how many events that were."""
        left = await self._store.inbox.left_over(self._now() - older_than)
        mine = [item for item in left if item.id not in self._tasks]
        for item in mine:
            self._start(item.id, self._retry(item))
        return len(mine)

    async def settled(self) -> None:
        """Wait until nothing is being worked on."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values())

    async def stop(self, grace: float) -> None:
        """Let running work finish for so many seconds; the rest is swept up after the next start."""
        running = list(self._tasks.values())
        if running:
            await asyncio.wait(running, timeout=grace)
        for task in running:
            task.cancel()

    def _start(self, item: str, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks[item] = task
        task.add_done_callback(lambda _: self._tasks.pop(item, None))

    async def _retry(self, item: InboxItem) -> None:
        tries = await self._store.inbox.try_again(item.id)
        incoming = Incoming(**item.payload)
        await self._work(item.id, item.company_id, incoming, item.received_at, give_up=tries > MOST_TRIES)

    async def _work(
        self, item: str, company: int, incoming: Incoming, received_at: datetime, *, give_up: bool = False
    ) -> None:
        # Direct messages on Slack all have the same, empty conversation.
        key = (incoming.channel, incoming.workspace, incoming.account, incoming.conversation)
        turn = self._turns.setdefault(key, asyncio.Lock())
        # Everything that is logged about this message carries its id, down to each call of an outside system.
        with bound_contextvars(trace=item), self._observer.message(item, incoming.channel):
            async with turn:
                try:
                    await self._answer(item, company, incoming, give_up=give_up)
                except Exception:
                    # It stays "new": the sweeper tries again, and after some tries the person gets an apology.
                    LOG.exception("event_not_finished", channel=incoming.channel)
                    return
            seconds = (self._now() - received_at).total_seconds()
            self._observer.answered(incoming.channel, seconds)
            LOG.info("answered", channel=incoming.channel, milliseconds=round(seconds * 1000))

    async def _answer(self, item: str, company: int, incoming: Incoming, *, give_up: bool) -> None:
        visitor = await self._directory.visitor(incoming, self._now())
        person = visitor.person if visitor else None
        delivery = str(uuid5(ANSWERS, item))
        answer = self._apology(person) if give_up else await self._find_answer(incoming, visitor, delivery)
        message = _delivery(delivery, item, company, incoming, person=person, reply=answer.reply)
        now = self._now()
        also = (*answer.also, *(visitor.noting if visitor else ()), *recording(company, self._audit(delivery), now))
        messages = [message] if answer.reply else []
        if await self._store.inbox.finish(item, messages, now, also=also):
            self._post(message, answer.reply, reference=visitor.reference if visitor else {})

    async def _find_answer(self, incoming: Incoming, visitor: Visitor | None, delivery: str) -> Answer:
        try:
            return await self._answerer.answer(incoming, visitor, delivery=delivery)
        except Exception:
            LOG.exception("no_answer", channel=incoming.channel)
            return self._apology(visitor.person if visitor else None)

    def _apology(self, person: Person | None) -> Answer:
        return Answer(self._answerer.apology(person))


def _delivery(
    delivery: str, item: str, company: int, incoming: Incoming, *, person: Person | None, reply: Reply
) -> NewDelivery:
    return NewDelivery(
        id=delivery,
        company_id=company,
        person_id=person.id if person else None,
        channel=incoming.channel,
        workspace=incoming.workspace,
        account=incoming.account,
        conversation=incoming.conversation,
        reply=to_json(reply),
        key=f"answer:{item}",
        language=person.language if person else "",
        private=incoming.public,
        inbox_id=item,
        replaces=incoming.message if incoming.in_place else "",
    )
