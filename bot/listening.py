"""From a typed sentence to its wishes: what is known of the person and the company, the model, a second opinion."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.directory import Visitor
from handlers.conversations import ROUTER
from handlers.messages import Person
from handlers.questions import OpenQuestion
from handlers.services import Services
from handlers.unsure import LABELS
from storage.live import Work
from storage.phrases import NewPhrase

if TYPE_CHECKING:
    from bot.language import Context, Interpreter, NameIndex, Understanding
    from bot.language.llm import Chooser

NAMES_KEPT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Heard:
    """The wishes of a message in order, and what has to be stored with the answer."""

    wishes: Sequence[Understanding]
    also: Sequence[Work[None]] = ()


class Listening:
    """Loads the language model with the first sentence that needs it."""

    def __init__(
        self,
        services: Services,
        interpreter: Callable[[], Interpreter],
        *,
        chooser: Chooser | None = None,
        keeps_phrases: bool = False,
    ) -> None:
        self._services = services
        self._load = interpreter
        self._chooser = chooser
        self._keeps_phrases = keeps_phrases
        self._names: dict[int, tuple[datetime, NameIndex, Sequence[str]]] = {}

    @cached_property
    def _interpreter(self) -> Interpreter:
        return self._load()

    async def hear(self, visitor: Visitor, words: str) -> Heard:
        person = visitor.person
        question = OpenQuestion.from_json(visitor.question) if visitor.question else None
        wishes = self._interpreter.understand(words, await self._context(person, question))
        if question and question.expects:
            wishes = tuple(_chosen(wish, question) for wish in wishes)
        unsure = [wish for wish in wishes if wish.is_unsure]
        if not unsure or not (self._chooser or self._keeps_phrases):
            return Heard(wishes)
        masked = await self._masked(person, words)
        also = [self._keeping(person, masked, wish) for wish in unsure[:1]] if self._keeps_phrases else []
        return Heard(await self._sure_of(wishes, masked, person), also)

    async def _sure_of(self, wishes: Sequence[Understanding], masked: str, person: Person) -> Sequence[Understanding]:
        """What the large model makes of those that the local one is unsure of; it never sees a name."""
        from bot.language.llm import second_opinion

        allowed = possible(person)
        candidates = {intent: meaning for intent, meaning in LABELS.items() if intent in allowed}
        return await asyncio.gather(*(second_opinion(masked, wish, self._chooser, candidates) for wish in wishes))

    async def _context(self, person: Person, question: OpenQuestion | None) -> Context:
        from bot.language import Context, NobodyKnown, PendingQuestion

        pending = None
        if question and (question.intent or question.yes):
            expects = ("choice", *question.expects) if question.intent else ()
            expects += ("yes_no",) if question.yes else ()
            pending = PendingQuestion(question.intent, expects, question.options, question.values)
        names, groups = await self._directory(person.company) if person.is_admin else (NobodyKnown(), ())
        return Context(
            language=person.language,
            now=self._services.now().astimezone(ZoneInfo(person.timezone)),
            is_admin=person.is_admin,
            directory=names,
            groups=groups,
            pending=pending,
            last_intent=question.last_intent if question else "",
            last_slots=question.last_slots if question else {},
        )

    async def _masked(self, person: Person, words: str) -> str:
        from bot.language.review import without_names

        names, _ = await self._directory(person.company)
        return without_names(words, names, self._interpreter.model.vocabulary, person.language)

    def _keeping(self, person: Person, masked: str, wish: Understanding) -> Work[None]:
        return self._services.store.phrases.keeping(
            NewPhrase(
                company_id=person.company,
                person_id=person.id,
                language=person.language,
                text=masked,
                intent=wish.intent,
                confidence=wish.confidence,
                heard_at=self._services.now(),
            )
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


def possible(person: Person) -> frozenset[str]:
    """The conversations that this person may have."""
    return frozenset(intent for intent, route in ROUTER.routes.items() if person.role in route.roles)


def _chosen(wish: Understanding, question: OpenQuestion) -> Understanding:
    """A chosen button fills the slot in which the buttons differ."""
    slots = dict(wish.slots)
    if "choice" not in slots or wish.intent != question.intent:
        return wish
    slots[question.expects[0]] = slots.pop("choice")
    return replace(wish, slots=slots)
