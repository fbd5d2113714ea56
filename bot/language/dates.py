"""Understands when people mean, in their own zone; never a guess: what is unclear or past is said to be unclear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.language.date_hours import Unclear
from bot.language.date_patterns import Part, parts
from bot.language.date_tokens import AT, EVERY, ON, SINCE, Token, cut
from bot.language.date_values import resolve
from bot.language.lexicon import lexicons


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as it was written; `at` is empty where it repeats, is past or has two readings."""

    text: str
    start: int
    end: int
    at: datetime | None = None
    options: tuple[datetime, ...] = ()
    """The readings to offer when there are two."""
    repeats: bool = False


def find_moment(text: str, now: datetime, language: str) -> Moment | None:
    """The first time of the text, read in the person's language, else in the one that explains most of it."""
    ordered = sorted(lexicons(), key=lambda name: name != language)
    found = [moment for moment in (_find(text, now, name) for name in ordered) if moment]
    return max(found, key=lambda moment: moment.end - moment.start, default=None)


def _find(text: str, now: datetime, language: str) -> Moment | None:
    tokens = cut(text, language)
    expressions = [group for group in _groups(parts(tokens), tokens) if not _is_background(group[0], tokens)]
    if not expressions:
        return None
    group = max(expressions, key=len)
    first, last = group[0].tokens[0], group[-1].tokens[-1]
    every = _before(group[0], tokens, EVERY)
    if every:
        return Moment(text[every.start : last.end], every.start, last.end, repeats=True)
    try:
        at = resolve(group, now, language)
    except Unclear as unclear:
        return Moment(text[first.start : last.end], first.start, last.end, options=unclear.options)
    return Moment(text[first.start : last.end], first.start, last.end, at=at)


def _before(part: Part, tokens: Sequence[Token], code: str) -> Token | None:
    """The word before, fillers aside, if it is of that kind."""
    at = part.first - 1
    while at >= 0 and tokens[at].codes.keys() & {ON, AT} and code not in tokens[at].codes:
        at -= 1
    return tokens[at] if at >= 0 and code in tokens[at].codes else None


def _is_background(part: Part, tokens: Sequence[Token]) -> bool:
    """ "since yesterday", "good morning" say no time to act at."""
    return _before(part, tokens, SINCE) is not None


def _groups(found: Sequence[Part], tokens: Sequence[Token]) -> list[list[Part]]:
    """Parts that stand together, with at most small words between, are one time."""
    groups: list[list[Part]] = []
    for part in found:
        if groups and _joined(groups[-1][-1], part, tokens):
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def _joined(before: Part, part: Part, tokens: Sequence[Token]) -> bool:
    between = tokens[before.after : part.first]
    return len(between) <= 2 and all(token.codes.keys() & {ON, AT, "I"} for token in between)
