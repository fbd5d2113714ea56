"""Finds the calendar, the language and the group that a sentence names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.language.lexicon import any_word, flat, lexicons
from bot.language.normalise import fold_in_place
from bot.language.slips import within_one_slip
from bot.language.spans import Span

EVERYONE = "everyone"
PENDING = "pending"
_CALENDARS = (
    ("graph", r"graph(?:[\s-]?api)?|grafe|grahp|ms[\s-]?graph"),
    ("ews", r"ews|exchange web services"),
    ("o365", r"(?:office|microsoft|ms)[\s-]?365|o365|m365"),
    ("exchange", r"ex?c?hange|exchnage|exhange|exchage"),
    (
        "google",
        r"google[\s-]?(?:calendar|kalender|agenda|workspace)|g[\s-]?suite|agenda google"
        r"|google(?![\s-]*(?:meet|admin|konsole|console))",
    ),
)
_CALENDAR = re.compile("|".join(rf"(?P<{name}>\b(?:{pattern})\b)" for name, pattern in _CALENDARS))
_ONLY_EXCHANGE = frozenset({"hange", "change"})


def find_calendars(text: str) -> list[str]:
    matches = _CALENDAR.finditer(fold_in_place(text))
    found = [match.lastgroup or "" for match in matches if match.group() not in _ONLY_EXCHANGE]
    return list(dict.fromkeys(found))


@lru_cache(maxsize=4)
def _named(kind: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Finds every language's words for the things of a kind; and which thing each word is."""
    values = {word: value for lexicon in lexicons().values() for word, value in lexicon.numbered(kind)}
    ordered = sorted(values, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, ordered)) + r")\b"), values


def find_role(text: str) -> str:
    """The role that is spoken of, if it is one."""
    pattern, values = _named("role")
    found = pattern.search(flat(text))
    return values[found.group()] if found else ""


def find_languages(text: str) -> list[Span]:
    pattern, values = _named("language")
    folded = fold_in_place(text)
    spans = [Span(match.start(), match.end(), "xlanguage", values[match.group()]) for match in pattern.finditer(folded)]
    return (
        spans
        or [
            Span(word.start(), word.end(), "xlanguage", values[name])
            for word in re.finditer(r"[a-z]{5,}", folded)
            for name in values
            if len(name) >= 6 and within_one_slip(word.group(), name)
        ][:1]
    )


def wanted_language(text: str, spans: Sequence[Span]) -> str:
    """Of "my English is bad, German please" the German."""
    best, best_score = "", -9
    for span in spans:
        before = flat(text[max(0, span.start - 30) : span.start])
        after = flat(text[span.end : span.end + 22])
        score = 2 * _ends_with(before, "into language") - 3 * _ends_with(before, "not language")
        score -= 3 * bool(re.match(r"(?:is|est|ist) ", after) and _ends_with(before, "not language"))
        if score > best_score:
            best, best_score = span.value, score
    return best


def _ends_with(before: str, name: str) -> bool:
    return any(match.end() == len(before) for match in any_word(name).finditer(before)) if before else False


def find_groups(text: str, groups: Sequence[str]) -> list[Span]:
    """The company's own groups by name, in any case, with or without "team" beside."""
    folded = fold_in_place(text)
    spans: list[Span] = []
    for name in sorted(groups, key=len, reverse=True):
        pattern = r"(?<![a-z0-9])" + r"[\s-]+".join(map(re.escape, flat(name).split())) + r"(?:s|team)?(?![a-z0-9])"
        match = re.search(pattern, folded) if flat(name) else None
        if match and not any(match.start() < span.end and span.start < match.end() for span in spans):
            spans.append(Span(match.start(), match.end(), "xgroup", name))
    return sorted(spans, key=lambda span: span.start)


def group_keyword(text: str) -> str:
    """Those who are not ready yet, or everyone; empty if neither is spoken of."""
    words = flat(text)
    if any_word("pending").search(words):
        return PENDING
    return EVERYONE if any_word("everyone").search(words) else ""
