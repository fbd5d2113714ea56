"""Reads a short reply against the question that was asked, or the answer that was given last."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.language.dates import find_moment
from bot.language.entities import Entities, time_slots
from bot.language.lexicon import any_word, flat
from bot.language.meaning import Context, PendingQuestion
from bot.language.slots import find_calendars

SHORT = 6
"""Words; who writes more than that says more than an answer."""
SURE = 0.97
_SLOT_NAMES = {
    "provider": ("provider",),
    "calendar_type": ("calendar_type",),
    "language": ("language",),
    "group": ("group",),
    "person": ("person", "person_candidates", "person_unknown"),
    "when": ("when", "when_unclear"),
}
_FOLLOWING = ("provider", "group", "person", "language", "calendar_type", "person_candidates", "person_unknown")
_STATES = frozenset(
    [
        "my_status",
        "check_person",
        "report_problem",
        "link_problem",
        "list_not_synced",
        "list_not_connected",
        "check_calendar",
        "progress",
        "calendar_type",
        "test_interview",
    ]
)
"""After these "why?" asks for the cause; after anything else it asks why it has to be done."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the context makes of the message."""

    intent: str
    slots: Mapping[str, str]


def read_reply(text: str, entities: Entities, context: Context) -> Reply | None:
    """None where the message stands for itself."""
    words = flat(text).split()
    if not words or len(words) > SHORT:
        return None
    if context.pending:
        return _answer(text, words, entities, context, context.pending)
    return _follow_up(text, entities, context) if context.last_intent else None


def _answer(
    text: str, words: list[str], entities: Entities, context: Context, pending: PendingQuestion
) -> Reply | None:
    chosen = _choice(text, pending)
    if chosen:
        return Reply(pending.intent, {**pending.values, "choice": chosen})
    if pending.options and any_word("none").search(flat(text)):
        return Reply("deny", {})
    slots = dict(entities.slots)
    if "when" in pending.expects and len(words) <= 2 and words[0].isdigit() and "when" not in slots:
        slots |= time_slots(find_moment(f"@ {text}", context.now, context.language))
    filled = {
        name: slots[name] for expected in pending.expects for name in _SLOT_NAMES.get(expected, ()) if name in slots
    }
    if not filled:
        return None
    if "when" in filled or "when_unclear" in filled:
        filled |= {name: slots[name] for name in ("when_text", "when_options") if name in slots}
    return Reply(pending.intent, {**pending.values, **filled})


def _choice(text: str, pending: PendingQuestion) -> str:
    """The value of the button that the words name: by place, by label, or all of them."""
    options = pending.options
    if not options:
        return ""
    said = flat(text)
    if any_word("both").fullmatch(said) and ("choice" in pending.expects):
        return ",".join(value for _, value in options)
    by_label = [value for label, value in options if flat(label) == said or _names(said, label, options)]
    if len(by_label) == 1:
        return by_label[0]
    return _by_place(said, options) if "choice" in pending.expects else ""


def _names(said: str, label: str, options: tuple[tuple[str, str], ...]) -> bool:
    """Whether a word of the answer is in this label and in no other."""
    others = {word for other, _ in options if other != label for word in flat(other).split()}
    own = set(flat(label).split()) - others
    return bool(own & set(said.split()))


def says_more(words: Sequence[str], pending: PendingQuestion) -> bool:
    """Whether there are words beside the names of things, the words of the buttons and "the … one, please"."""
    labels = {word for label, _ in pending.options for word in flat(label).split()}
    left = [word for word in words if word not in labels and not word.startswith("x") and not word.isdigit()]
    if "calendar_type" in pending.expects and find_calendars(" ".join(left)):
        left = [word for word in left if not find_calendars(word)]
    rest = _NO_WISH.sub(" ", any_word("filler").sub(" ", _places().sub(" ", " ".join(left))))
    return bool(rest.strip())


_NO_WISH = re.compile(r"\?")


@lru_cache(maxsize=1)
def _places() -> re.Pattern[str]:
    names = ("first", "second", "third", "last", "both", "none")
    return re.compile("|".join(any_word(name).pattern for name in names))


def _by_place(said: str, options: tuple[tuple[str, str], ...]) -> str:
    number = re.search(r"\d+", said)
    if number and 1 <= int(number.group()) <= len(options):
        return options[int(number.group()) - 1][1]
    for place, name in enumerate(("first", "second", "third")):
        if place < len(options) and any_word(name).search(said):
            return options[place][1]
    return options[-1][1] if any_word("last").search(said) else ""


def _follow_up(text: str, entities: Entities, context: Context) -> Reply | None:
    said = flat(text)
    if any_word("why").fullmatch(said):
        if context.last_intent in _STATES:
            return Reply(context.last_intent, {**context.last_slots, "detail": "why"})
        return Reply("why_privacy", dict(context.last_slots))
    new = {name: entities.slots[name] for name in _FOLLOWING if name in entities.slots}
    if new and any_word("follow up").match(said):
        kept = dict(context.last_slots)
        if any(name.startswith("person") for name in new):
            kept = {name: value for name, value in kept.items() if not name.startswith("person")}
        return Reply(context.last_intent, {**kept, **new})
    return None


def expectations(context: Context, words: int) -> dict[str, float]:
    """How much likelier than otherwise a short reply means something, given what was asked."""
    if context.pending is None or words > SHORT:
        return {}
    factors = {"cancel": 2.0, "greeting": 0.5, "out_of_scope": 0.6}
    if "yes_no" in context.pending.expects:
        factors |= {"affirm": 8.0, "deny": 8.0, "cancel": 3.0, "thanks": 0.5}
    if "done" in context.pending.expects:
        factors |= {"done": 5.0, "report_problem": 4.0, "link_problem": 2.0}
    return factors
