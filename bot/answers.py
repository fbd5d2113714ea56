"""From what came in to what goes out: who it is, what they mean, and the conversation that answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from structlog.contextvars import bind_contextvars

from bot.channel import Incoming
from bot.directory import Visitor
from bot.inbox import Answer
from bot.listening import Listening, possible
from bot.observer import Observer
from handlers.conversations import ROUTER, answer
from handlers.messages import Event, Person, Reply
from handlers.questions import UNSURE, OpenQuestion, question_of, which_question
from handlers.services import Services
from handlers.texts import DEFAULT_LANGUAGE, languages, t
from handlers.unsure import apology, ask_which, not_meant_button, stranger
from storage.live import Work

if TYPE_CHECKING:
    from bot.language import Understanding

LONGEST_MESSAGE = 4_000
"""Characters; nobody asks for help in more, and everything beyond is somebody's paste."""
CALLS_FOR_HELP = frozenset({"help", "?", "menu", "aide", "hilfe", "menü"})
"""These work at once and always, even if the language model cannot be read."""
REMEMBERED = timedelta(minutes=15)
"""How long a question stays open."""
CERTAIN = 0.97
"""Below this an answer carries a button for those who meant something else."""
HARMLESS = frozenset({"help", "greeting", "thanks", "affirm", "deny", "cancel", "out_of_scope"})
"""Answers that lead on by themselves."""
UNKNOWN_INTENT = "unknown"


class Answers:
    """Implements bot.inbox.Answerer."""

    def __init__(self, services: Services, listening: Listening, *, observer: Observer | None = None) -> None:
        self._services = services
        self._listening = listening
        self._observer = observer or Observer()

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
        if not has_words(words):
            return await self._act(incoming, person, "empty", {}, delivery)
        if len(words) > LONGEST_MESSAGE:
            return await self._act(incoming, person, "too_long", {}, delivery)
        heard = await self._listening.hear(visitor, words)
        question = OpenQuestion.from_json(visitor.question) if visitor.question else None
        whole = Answer(also=heard.also)
        for wish in heard.wishes:
            whole += await self._fulfil(incoming, person, pressed(wish, question), delivery)
        return whole

    def apology(self, person: Person | None) -> Reply:
        return apology(person, DEFAULT_LANGUAGE)

    async def _fulfil(self, incoming: Incoming, person: Person, wish: Understanding, delivery: str) -> Answer:
        if wish.band == "menu":
            return await self._act(incoming, person, "out_of_scope", {}, delivery)
        guesses = _offered(wish, person)
        if wish.band == "act":
            others = {intent: found for intent, found in guesses.items() if intent != wish.intent}
            return await self._act(
                incoming, person, wish.intent, dict(wish.slots), delivery, doubt=_doubt(wish, others)
            )
        event = _event(incoming, person, UNSURE, dict(wish.found), delivery)
        reply = ask_which(event, guesses)
        return Answer(reply, [self._remembering(event, which_question(event, reply))])

    async def _act(
        self,
        incoming: Incoming,
        person: Person,
        intent: str,
        values: dict[str, str],
        delivery: str,
        *,
        doubt: Mapping[str, str] | None = None,
    ) -> Answer:
        """`doubt`: what a press on "not what I meant" would carry, where there is one."""
        # A button can carry any word; only our own may become a label or stand in the log.
        known = intent if intent in ROUTER.routes else UNKNOWN_INTENT
        bind_contextvars(intent=known)
        self._observer.understood(known)
        event = _event(incoming, person, intent, values, delivery)
        reply = await answer(event, self._services)
        question = question_of(event, reply)
        if doubt:
            reply = (*reply, not_meant_button(event, doubt))
        return Answer(reply, [self._remembering(event, question)])

    def _remembering(self, event: Event, question: OpenQuestion) -> Work[None]:
        return self._services.store.questions.asking(
            event.person.company,
            event.person.id,
            channel=event.channel,
            conversation=event.conversation,
            payload=question.to_json(),
            until=self._services.now() + REMEMBERED,
        )


def has_words(text: str) -> bool:
    """Also a thumb that means yes."""
    if any(character.isalnum() for character in text):
        return True
    from bot.language.normalise import plain

    return any(character.isalnum() for character in plain(text))


def pressed(wish: Understanding, question: OpenQuestion | None) -> Understanding:
    """A sure "yes" or "no" is the press of the button that says so."""
    if question is None or wish.band != "act":
        return wish
    if wish.intent == UNSURE:
        chosen = wish.slots.get(UNSURE, "")
        found = {name: value for name, value in wish.slots.items() if name != UNSURE}
        return replace(wish, intent=chosen, slots=found)
    if wish.intent == "affirm" and question.yes:
        return replace(wish, intent=question.yes.intent, slots=question.yes.values, confidence=1.0)
    if wish.intent in ("deny", "cancel") and question.no:
        return replace(wish, intent=question.no.intent, slots=question.no.values, confidence=1.0)
    return wish


def _offered(wish: Understanding, person: Person) -> dict[str, dict[str, str]]:
    """Each reading that this person may have, the best first, with what the sentence names as far as it can use it."""
    from bot.language.readings import kept_slots

    allowed = possible(person)
    guesses = (wish.intent, *(other for other, _ in wish.alternatives))
    return {intent: kept_slots(intent, wish.found) for intent in guesses if intent in allowed}


def _doubt(wish: Understanding, others: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Nothing where the reading is as good as certain, or where it answers a question."""
    if wish.confidence >= CERTAIN or wish.intent in HARMLESS or not others:
        return {}
    return {**wish.found, "guesses": ",".join(list(others)[:3])}


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


def _language(incoming: Incoming) -> str:
    code = incoming.locale[:2].lower()
    return code if code in languages() else DEFAULT_LANGUAGE
