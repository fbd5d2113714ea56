"""Reads a message: markup away, wishes apart, slots, pending question, model, guards, confidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.language.context import SURE, Reply, expectations, read_reply
from bot.language.entities import Entities, read_entities
from bot.language.intents import GREETING, OUT_OF_SCOPE, THANKS
from bot.language.lexicon import lexicons
from bot.language.meaning import Context, Understanding
from bot.language.model import FOLDER, Model
from bot.language.normalise import plain
from bot.language.readings import Ranking, band_of, consistent, guarded, kept_slots, reweigh, top
from bot.language.wishes import MOST_WISHES, splits

BOTH_SURE = 0.55
"""How sure each half must be before a message is taken for two wishes."""
MOST_SPLITS = 4
_POLITE = frozenset({GREETING, THANKS})
_NOT_ALONE = frozenset({OUT_OF_SCOPE, "affirm", "deny", "help", *_POLITE})
"""Half a sentence that reads like this is part of the other half."""
_STORY = {
    "done": {"link_problem", "report_problem", "disconnect", "my_status"},
    "cancel": {"snooze", "opt_out", "deny"},
}
"""A half that only tells what led to the other one."""
NOTHING_SAID = Understanding(intent=OUT_OF_SCOPE, confidence=1.0)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Holds the weights; loaded once, asked for each message."""

    model: Model

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Interpreter:
        lexicons()
        return cls(Model.load(folder))

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
            if first.intent in _POLITE and first.share >= BOTH_SURE and rest.intent not in _NOT_ALONE:
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
        if reply:
            return _Reading(_replied(reply), from_context=True)
        factors = expectations(context, len(text.split()))
        ranked = consistent(reweigh(self.model.ranked(entities.words), factors, context), entities, context)
        ranked, negated = guarded(ranked, text)
        return _Reading(_understood(ranked, entities, negated=negated))


@dataclass(frozen=True, slots=True)
class _Reading:
    understanding: Understanding
    from_context: bool = False

    @property
    def intent(self) -> str:
        return self.understanding.intent

    @property
    def share(self) -> float:
        return self.understanding.confidence


def _two_wishes(first: _Reading, rest: _Reading) -> bool:
    if first.intent == rest.intent or {first.intent, rest.intent} & _NOT_ALONE:
        return False
    if rest.intent in _STORY.get(first.intent, ()) or first.intent in _STORY.get(rest.intent, ()):
        return False
    return min(first.share, rest.share) >= BOTH_SURE


def _replied(reply: Reply) -> Understanding:
    return Understanding(intent=reply.intent, confidence=SURE, slots=dict(reply.slots), band="act")


def _understood(ranked: Ranking, entities: Entities, *, negated: bool) -> Understanding:
    intent, share = ranked[0]
    return Understanding(
        intent=intent,
        confidence=round(share, 4),
        slots=kept_slots(intent, entities.slots),
        alternatives=tuple(top(ranked)),
        band=band_of(ranked),
        negated=negated,
    )
