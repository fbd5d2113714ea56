"""From what came in to what goes out: who it is, what they mean, and the conversation that answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from structlog.contextvars import bind_contextvars

from bot.channel import Incoming
from bot.directory import Visitor
from bot.inbox import Answer
from bot.observer import Observer
from handlers.conversations import ROUTER, answer
from handlers.messages import Event, Person, Reply
from handlers.questions import OpenQuestion, question_of
from handlers.services import Services
from handlers.texts import DEFAULT_LANGUAGE, languages, t
from handlers.unsure import apology, ask_which, stranger
from storage.live import Work

if TYPE_CHECKING:
    from bot.language import Interpreter, NameIndex, Understanding

LONGEST_MESSAGE = 4_000
"""Characters; nobody asks for help in more, and everything beyond is somebody's paste."""
CALLS_FOR_HELP = frozenset({"help", "?", "menu", "aide", "hilfe", "menü"})
"""These work at once and always, even if the language model cannot be read."""
REMEMBERED = timedelta(minutes=15)
"""How long a question stays open."""
NAMES_KEPT = timedelta(minutes=5)
UNKNOWN_INTENT = "unknown"


class Answers:
    """Implements bot.inbox.Answerer."""

    def __init__(
        self, services: Services, interpreter: Callable[[], Interpreter], *, observer: Observer | None = None
    ) -> None:
        self._services = services
        self._observer = observer or Observer()
        self._load = interpreter
        self._names: dict[int, tuple[datetime, NameIndex, Sequence[str]]] = {}

    @cached_property
    def _interpreter(self) -> Interpreter:
        return self._load()

    async def answer(self, incoming: Incoming, visitor: Visitor | None, *, delivery: str) -> Answer:
        if visitor is None:
            language = _language(incoming)
            return Answer(stranger(language, t("your HR admin", language)))
        person = visitor.person
        if incoming.intent:
            return await self._act(incoming, person, incoming.intent, dict(incoming.values), delivery)
        words = incoming.text.strip()
        if words.casefold() in CALLS_FOR_HELP:
            return await self._act(incoming, person, "help", {}, delivery)
        if not any(character.isalnum() for character in words):
            return await self._act(incoming, person, "empty", {}, delivery)
        if len(words) > LONGEST_MESSAGE:
            return await self._act(incoming, person, "too_long", {}, delivery)
        whole = Answer()
        for wish in await self._understand(visitor, words):
            whole += await self._fulfil(incoming, person, wish, delivery)
        return whole

    def apology(self, person: Person | None) -> Reply:
        return apology(person, DEFAULT_LANGUAGE)

    async def _understand(self, visitor: Visitor, words: str) -> Sequence[Understanding]:
        from bot.language import Context, NobodyKnown, PendingQuestion

        person = visitor.person
        question = OpenQuestion.from_json(visitor.question) if visitor.question else None
        pending = None
        if question and question.intent:
            expects = ("choice", *question.expects)
            pending = PendingQuestion(question.intent, expects, question.options, question.values)
        names, groups = await self._directory(person.company) if person.is_admin else (NobodyKnown(), ())
        context = Context(
            language=person.language,
            now=self._services.now().astimezone(ZoneInfo(person.timezone)),
            is_admin=person.is_admin,
            directory=names,
            groups=groups,
            pending=pending,
            last_intent=question.last_intent if question else "",
            last_slots=question.last_slots if question else {},
        )
        wishes = self._interpreter.understand(words, context)
        return [_chosen(wish, question) for wish in wishes] if question and question.expects else wishes

    async def _fulfil(self, incoming: Incoming, person: Person, wish: Understanding, delivery: str) -> Answer:
        if wish.band == "act":
            return await self._act(incoming, person, wish.intent, dict(wish.slots), delivery)
        if wish.band == "ask":
            event = _event(incoming, person, wish.intent, dict(wish.slots), delivery)
            guesses = [wish.intent, *(intent for intent, _ in wish.alternatives)]
            return Answer(ask_which(event, guesses, _allowed(person)))
        return await self._act(incoming, person, "out_of_scope", {}, delivery)

    async def _act(
        self, incoming: Incoming, person: Person, intent: str, values: dict[str, str], delivery: str
    ) -> Answer:
        # A button can carry any word; only our own may become a label or stand in the log.
        known = intent if intent in ROUTER.routes else UNKNOWN_INTENT
        bind_contextvars(intent=known)
        self._observer.understood(known)
        event = _event(incoming, person, intent, values, delivery)
        reply = await answer(event, self._services)
        return Answer(reply, [self._remembering(event, question_of(event, reply))])

    def _remembering(self, event: Event, question: OpenQuestion) -> Work[None]:
        return self._services.store.questions.asking(
            event.person.company,
            event.person.id,
            channel=event.channel,
            conversation=event.conversation,
            payload={name: getattr(question, name) for name in question.__slots__},
            until=self._services.now() + REMEMBERED,
        )

    async def _directory(self, company: int) -> tuple[NameIndex, Sequence[str]]:
        """People and groups: they change rarely and indexing ten thousand takes a moment, so both are kept a while."""
        from bot.language import NameIndex

        now = self._services.now()
        kept = self._names.get(company)
        if kept is None or now - kept[0] > NAMES_KEPT:
            rows = await self._services.store.people.all(company)
            groups = sorted({name for row in rows for name in (row.department, row.office) if name})
            kept = (now, NameIndex((str(row.id), row.name, row.email) for row in rows), groups)
            self._names[company] = kept
        return kept[1], kept[2]


def _chosen(wish: Understanding, question: OpenQuestion) -> Understanding:
    """A chosen button fills the slot in which the buttons differ."""
    slots = dict(wish.slots)
    if "choice" not in slots or wish.intent != question.intent:
        return wish
    slots[question.expects[0]] = slots.pop("choice")
    return replace(wish, slots=slots)


def _event(incoming: Incoming, person: Person, intent: str, values: dict[str, str], delivery: str) -> Event:
    return Event(
        person=person,
        intent=intent,
        values=values,
        channel=incoming.channel,
        conversation=incoming.conversation,
        text=incoming.text,
        public=incoming.public,
        message=incoming.message,
        answer=delivery,
    )


def _allowed(person: Person) -> frozenset[str]:
    return frozenset(intent for intent, route in ROUTER.routes.items() if person.role in route.roles)


def _language(incoming: Incoming) -> str:
    code = incoming.locale[:2].lower()
    return code if code in languages() else DEFAULT_LANGUAGE
