"""The way of a message, tried with one of our own: stored, understood, answered, and sent to nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from bot.answers import Answers
from bot.app import interpreter
from bot.channel import Incoming
from bot.directory import Directory, Visitor
from bot.doctor.store import is_at_head
from bot.findings import Finding, absent, well, wrong
from bot.inbox import Inbox
from bot.listening import Listening
from bot.program import Program
from handlers.messages import Reply
from handlers.people import as_person
from storage.deliveries import SKIPPED, NewDelivery
from storage.store import Store

CHECK = "echo"
CHANNEL = "doctor"
SENTENCE = "what can you do?"


class Desk(Directory):
    """Everybody is the same visitor, and no account is stored."""

    def __init__(self, store: Store, company: int, visitor: Visitor | None) -> None:
        super().__init__(store)
        self._company = company
        self._visitor = visitor

    async def company_of(self, channel: str, workspace: str) -> int | None:
        return self._company

    async def visitor(self, incoming: Incoming, now: datetime) -> Visitor | None:
        return self._visitor


async def look_at_echo(program: Program) -> Sequence[Finding]:
    """Put a message into the inbox, and read from the database what became of it."""
    companies = await program.store.companies.all() if await is_at_head(program) else []
    if not companies:
        return [absent(CHECK, "There is no company yet: it is made by the first start of greenroom serve.")]
    company = companies[0].id
    admins = await program.store.roles.admins(company)
    visitor = Visitor(as_person(admins[0])) if admins else None
    answers, answered = Answers(program.services, Listening(program.services, interpreter)), list[tuple[str, Reply]]()

    def keep(delivery: NewDelivery, reply: Reply, *, reference: Mapping[str, object]) -> None:
        answered.append((delivery.id, reply))

    inbox = Inbox(program.store, Desk(program.store, company, visitor), answers, post=keep, now=program.now)
    incoming = Incoming(CHANNEL, str(uuid4()), CHANNEL, CHANNEL, f"{CHANNEL}:{uuid4()}", text=SENTENCE)
    await inbox.receive(incoming)
    await inbox.settled()
    for delivery, reply in answered:
        # It is stored as being sent: nobody shall think that it was lost on the way.
        await program.store.deliveries.settle(delivery, SKIPPED, cause=CHANNEL)
        stored = await program.store.deliveries.get(delivery)
        if stored and stored.state == SKIPPED and reply != answers.apology(visitor.person if visitor else None):
            return [well(CHECK, "A message of its own was stored, understood and answered, and sent to nobody.")]
    todo = "Look for no_answer or event_not_finished in the log of the next message: they say what failed."
    return [wrong(CHECK, "A message of its own was stored, but found no answer.", todo)]
