"""A tour of the product: everything is asked, every button is pressed, and each answer is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.demo import Demo
from bot.program import Program
from bot.sandbox.faults import Fault, Switch
from handlers.conversations import ROUTER, answer
from handlers.messages import Event, Form, Input, InputKind, Person, Reply, Role
from handlers.people import as_person
from handlers.readiness import Provider
from handlers.serialize import from_json
from handlers.unsure import apology, ask_which, stranger
from storage.models import Delivery
from tests.trust.test_need_to_act import pressed

MOST = 80
"""Presses of one tour."""
Said = tuple[str, Mapping[str, str]]
ADDRESSED = "ben@aurora.example"
FAULTS = (Fault.SERVER_ERROR, Fault.PAYMENT_REQUIRED, Fault.FORBIDDEN)
LIST = "Ben Okafor, ben@aurora.example, synced\nNobody Known, nobody@elsewhere.example, failed"


@dataclass
class Tour:
    """One person's way through one company, in one language."""

    demo: Demo
    email: str
    language: str
    provider: str
    role: Role = Role.OWNER
    replies: dict[str, Reply] = field(default_factory=dict)
    """By what was asked."""

    @property
    def program(self) -> Program:
        return self.demo.program

    async def goes(self) -> dict[str, Reply]:
        """Ask everything, press everything that turns up, let the time go on, then look at what came unasked."""
        await self._walk([*self._asked_first()], most=MOST)
        await self._time_passes()
        await self._walk([("home", {}), ("what_changed", {}), ("reminders", {})], most=20)
        await self._everything_fails()
        await self._said_by_the_program()
        return self.replies

    def _asked_first(self) -> Iterator[Said]:
        for provider in Provider:
            yield "connect", {"provider": provider.value}
        for intent in ROUTER.routes:
            yield intent, {"provider": self.provider, "person": ADDRESSED, "list": LIST}
        for intent in ("connect", "list_not_connected", "check_person", "setup_provider", "email_template", "nudge"):
            yield intent, {}

    async def _walk(self, waiting: list[Said], *, most: int) -> None:
        left = len(waiting) + most
        while waiting and left:
            intent, values = waiting.pop(0)
            key = f"{intent} {sorted(values.items())}"
            if key in self.replies:
                continue
            left -= 1
            self.replies[key] = reply = await self._asks(intent, values)
            waiting += [(other, _filled(reply, other, given)) for other, given in pressed(reply)]

    async def _asks(self, intent: str, values: Mapping[str, str]) -> Reply:
        person, delivery = await self._person(), f"d-{len(self.replies)}"
        event = Event(person, intent, values, channel="web", conversation=f"web:{self.email}", answer=delivery)
        reply = await answer(event, self.program.services)
        self.program.services.trail.take(delivery)
        return reply

    async def _person(self) -> Person:
        """As they were, whatever the tour did to them."""
        [row] = await self.program.store.people.with_email(self.program.company, self.email)
        return replace(as_person(row), language=self.language, role=self.role)

    async def _time_passes(self) -> None:
        for _ in range(3):
            self.demo.world.clock.advance(timedelta(days=1, hours=3))
            await self.program.chores.remind()
            await self.program.chores.update_cards()
        await self.demo.settled()

    async def _everything_fails(self) -> None:
        for fault in FAULTS:
            self.demo.world.faults.on(Switch(fault))
            for intent in ("connect", "check_calendar", "list_not_synced", "check_person", "test_interview", "home"):
                values = {"provider": "zoom", "person": ADDRESSED}
                self.replies[f"{intent} with {fault}"] = await self._asks(intent, values)
            self.demo.world.faults.off()

    async def _said_by_the_program(self) -> None:
        """Reminders, requests, results and updates went out by themselves."""
        person = await self._person()
        event = Event(person, "help", {"provider": "zoom"})
        guesses = dict.fromkeys(("connect", "my_status", "nudge"), event.values)
        self.replies["not sure"] = ask_which(event, guesses)
        self.replies["apology"] = apology(person, self.language)
        self.replies["stranger"] = stranger(self.language, "HR")
        for delivery in await deliveries(self.program):
            self.replies[f"delivery {delivery.key}"] = from_json(delivery.reply)


async def deliveries(program: Program) -> list[Delivery]:
    from sqlalchemy import select

    async with program.store.database.reading() as session:
        return list(await session.scalars(select(Delivery)))


def _filled(reply: Reply, intent: str, values: Mapping[str, str]) -> dict[str, str]:
    """A form is filled in as somebody in a hurry does."""
    forms = (block for block in reply if isinstance(block, Form) and block.intent == intent)
    form = next(forms, None)
    return {**values, **({each.name: _typed(each) for each in form.inputs} if form else {})}


def _typed(field: Input) -> str:
    match field.kind:
        case InputKind.CHOICE:
            return field.options[-1].value if field.options else ""
        case InputKind.DATE:
            return "2026-12-01"
    return field.value or ADDRESSED
