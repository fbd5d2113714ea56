"""Reads a message: markup away, wishes apart, slots, pending question, model, guards, confidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.language.context import SURE, Reply, expectations, read_reply, says_more
from bot.language.entities import Entities, read_entities
from bot.language.intents import GREETING, OUT_OF_SCOPE, THANKS
from bot.language.lexicon import lexicons
from bot.language.meaning import Context, Understanding
from bot.language.model import FOLDER, Model
from bot.language.normalise import plain
from bot.language.readings import Ranking, band_of, consistent, guarded, kept_slots, reweigh, top
from bot.language.wishes import MOST_WISHES, splits

ONE_SURE = 0.6
BOTH_SURE = 0.4
"""How sure the better half and each half must be before a message is taken for two wishes."""
NEW_WISH = 0.6
"""How sure the model must be that what could be an answer is something else."""
FEWEST_WORDS = 2
"""A half with less, or with nothing but names, is part of a list and no wish."""
MOST_SPLITS = 4
_POLITE = frozenset({GREETING, THANKS})
_NOT_ALONE = frozenset({OUT_OF_SCOPE, "affirm", "deny", "help", *_POLITE})
"""Half a sentence that reads like this is part of the other half."""
_PROBLEMS = frozenset({"link_problem", "report_problem", "disconnect"})
"""After "I clicked the link, but" only these are the wish."""
NOTHING_SAID = Understanding(intent=OUT_OF_SCOPE, confidence=1.0)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Holds the weights; loaded once, asked for each message."""

    model: Model

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Interpreter:
        interpreter = cls(Model.load(folder))
        for language in lexicons():
            interpreter.understand("ready?", Context(language, datetime(2026, 1, 1, tzinfo=UTC)))
        return interpreter

    def understand(self, text: str, context: Context) -> tuple[Understanding, ...]:
        """Every wish of the message in order; at least one, whatever was written."""
        words = plain(text)
        if not words:
            return (NOTHING_SAID,)
        whole = self._reading(words, context)
        if whole.from_context:
            return (whole.understanding,)
        return tuple(self._wishes(words, context, whole, MOST_WISHES))

    def _wishes(self, text: str, context: Context, whole: _Reading, most: int) -> Iterator[Understanding]:
        best: tuple[float, _Reading, _Reading, str] | None = None
        for first_text, rest_text in splits(text)[:MOST_SPLITS] if most > 1 else ():
            first, rest = self._reading(first_text, context), self._reading(rest_text, context)
            if _only_leads_to(first, rest):
                yield from self._wishes(rest_text, context, rest, most)
                return
            if _two_wishes(first, rest) and (best is None or min(first.share, rest.share) > best[0]):
                best = min(first.share, rest.share), first, rest, rest_text
        if best is None:
            yield whole.understanding
            return
        yield best[1].understanding
        yield from self._wishes(best[3], context, best[2], most - 1)

    def _reading(self, text: str, context: Context) -> _Reading:
        entities = read_entities(text, context, self.model.vocabulary)
        reply = read_reply(text, entities, context)
        if reply and not self._stands_for_itself(reply, entities, context):
            return _Reading(_replied(reply), from_context=True)
        factors = expectations(context, len(text.split()))
        ranked = consistent(reweigh(self.model.ranked(entities.words), factors, context), entities, context)
        ranked, negated = guarded(ranked, text)
        words = [word for word in entities.words if word != "?"]
        stands_alone = len(words) >= FEWEST_WORDS and any(not word.startswith("x") for word in words)
        return _Reading(_understood(ranked, entities, negated=negated), stands_alone=stands_alone)

    def _stands_for_itself(self, reply: Reply, entities: Entities, context: Context) -> bool:
        """ "Remind Jane" is no answer to "which Jane?": more is said than the name of an option, and that is a wish."""
        if context.pending is None or not says_more(entities.words, context.pending):
            return False
        intent, share = reweigh(self.model.ranked(entities.words), {}, context)[0]
        return share >= NEW_WISH and intent not in {reply.intent, OUT_OF_SCOPE}


@dataclass(frozen=True, slots=True)
class _Reading:
    understanding: Understanding
    from_context: bool = False
    stands_alone: bool = False

    @property
    def intent(self) -> str:
        return self.understanding.intent

    @property
    def share(self) -> float:
        return self.understanding.confidence


def _only_leads_to(first: _Reading, rest: _Reading) -> bool:
    """A greeting, "forget it" or "I clicked, but" before the wish."""
    if rest.intent in _NOT_ALONE or not rest.stands_alone or min(first.share, rest.share) < BOTH_SURE:
        return False
    if first.intent == "done":
        return rest.intent in _PROBLEMS
    return first.intent in _POLITE or (first.intent == "cancel" and rest.intent not in {"cancel", "deny", "snooze"})


def _two_wishes(first: _Reading, rest: _Reading) -> bool:
    if first.intent == rest.intent or {first.intent, rest.intent} & _NOT_ALONE:
        return False
    if first.intent == "cancel" or rest.intent in {"cancel", "deny"} or rest.intent == "done":
        return False
    if not (first.stands_alone and rest.stands_alone):
        return False
    return min(first.share, rest.share) >= BOTH_SURE and max(first.share, rest.share) >= ONE_SURE


def _replied(reply: Reply) -> Understanding:
    return Understanding(
        intent=reply.intent, confidence=SURE, slots=dict(reply.slots), found=dict(reply.slots), band="act"
    )


def _understood(ranked: Ranking, entities: Entities, *, negated: bool) -> Understanding:
    intent, share = ranked[0]
    return Understanding(
        intent=intent,
        confidence=round(share, 4),
        slots=kept_slots(intent, entities.slots),
        found=entities.slots,
        alternatives=tuple(top(ranked)),
        band=band_of(ranked),
        negated=negated,
    )
