"""Cuts a sentence into the words that times are made of; one word can be several things."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.language.lexicon import lexicons
from bot.language.normalise import fold_in_place
from bot.language.slips import within_one_slip

NUMBER, VAGUE, UNIT, WEEKDAY, SHORT, MONTH, DAY, NEXT, THIS = "N", "v", "U", "W", "w", "M", "D", "X", "T"
IN, FROM, AT, ON, OCLOCK, HALF, QUARTER, THREE, PAST, TO = "I", "F", "A", "O", "K", "H", "Q", "q", "Y", "Z"
HALF_DAY, END, WEEKEND, AFTER, PLUS_WEEK, EVERY, SINCE, GONE, PART, TONIGHT = (
    "m",
    "E",
    "e",
    "B",
    "G",
    "R",
    "s",
    "p",
    "P",
    "V",
)
CLOCK, NUMERIC, ISO, YEAR = "C", "d", "L", "y"

_CODES = {
    "vague": VAGUE, "next": NEXT, "this": THIS, "in": IN, "from now": FROM, "at": AT, "on": ON, "oclock": OCLOCK,
    "half": HALF, "quarter": QUARTER, "three quarters": THREE, "past hour": PAST, "to hour": TO, "am": HALF_DAY,
    "pm": HALF_DAY, "end of": END, "weekend": WEEKEND, "after": AFTER, "plus week": PLUS_WEEK, "every": EVERY,
    "since": SINCE, "past": GONE,
}  # fmt: skip
_NUMBERED = {
    "number": NUMBER, "unit": UNIT, "weekday": WEEKDAY, "short weekday": SHORT, "month": MONTH, "day": DAY,
    "daypart": PART, "tonight": TONIGHT,
}  # fmt: skip
_FUZZY = frozenset({WEEKDAY, MONTH, DAY})
_PIECE = re.compile(
    r"(?P<L>\d{4}-\d{1,2}-\d{1,2})|(?P<C>\d{1,2}(?::|h)\d{2}(?!\d)|\d{1,2} ?h(?![a-z]))"
    r"|(?P<d>\d{1,2}[./]\d{1,2}(?:[./](?:\d{4}|\d{2})?)?(?!\d))|(?P<n>\d+)(?:st|nd|rd|th|er|eme|e|\.)?(?![a-z0-9])|\d+|[a-z]+|@"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a few with everything they can mean: code to value."""

    text: str
    start: int
    end: int
    codes: dict[str, str]


@lru_cache(maxsize=8)
def vocabulary(language: str) -> dict[str, dict[str, str]]:
    """Flat words to their codes and values."""
    known: dict[str, dict[str, str]] = {}
    lexicon = lexicons()[language]
    for name, code in _CODES.items():
        for word in lexicon.get(name):
            known.setdefault(word, {})[code] = name
    for name, code in _NUMBERED.items():
        for word, value in lexicon.numbered(name):
            known.setdefault(word, {})[code] = value
    for word in lexicon.get("sure next"):
        known[word][NEXT] = "sure"
    return known


def cut(text: str, language: str) -> list[Token]:
    pieces = list(_PIECE.finditer(fold_in_place(text)))
    known, beginnings = vocabulary(language), _beginnings(language)
    found: list[Token] = []
    index = 0
    while index < len(pieces):
        several = pieces[index].group() in beginnings
        length = _longest(pieces, index, known) if several else 1
        words = " ".join(piece.group() for piece in pieces[index : index + length])
        start, end = pieces[index].start(), pieces[index + length - 1].end()
        if length == 1:
            found += _single(pieces[index], known, language)
        else:
            found.append(Token(words, start, end, known[words]))
        index += length
    return found


@lru_cache(maxsize=8)
def _beginnings(language: str) -> frozenset[str]:
    """The first words of everything that takes several words."""
    return frozenset(entry.split()[0] for entry in vocabulary(language) if " " in entry)


def _longest(pieces: list[re.Match[str]], index: int, known: dict[str, dict[str, str]]) -> int:
    for length in range(min(6, len(pieces) - index), 1, -1):
        if " ".join(piece.group() for piece in pieces[index : index + length]) in known:
            return length
    return 1


def _single(piece: re.Match[str], known: dict[str, dict[str, str]], language: str) -> list[Token]:
    word, start, end = piece.group(), piece.start(), piece.end()
    if piece.lastgroup == "n" or word.isdigit():
        digits = piece.group("n") or word
        codes = {NUMBER: digits} | ({YEAR: digits} if len(digits) == 4 else {})
        return [Token(word, start, end, codes)]
    if piece.lastgroup:
        return [Token(word, start, end, {piece.lastgroup: word})]
    if word in known:
        return [Token(word, start, end, known[word])]
    return _compound(word, start, language) or [Token(word, start, end, _nearly(word, language))]


@lru_cache(maxsize=8)
def _endings(language: str) -> list[tuple[str, str]]:
    return lexicons()[language].numbered("compound daypart")


def _compound(word: str, start: int, language: str) -> list[Token]:
    """ "Montagmorgen" is a day and a part of it."""
    known = vocabulary(language)
    for ending, hour in _endings(language):
        day = word.removesuffix(ending)
        if day != word and WEEKDAY in known.get(day, {}):
            middle, end = start + len(day), start + len(word)
            return [Token(day, start, middle, known[day]), Token(ending, middle, end, {PART: hour})]
    return []


@lru_cache(maxsize=4096)
def _nearly(word: str, language: str) -> dict[str, str]:
    """The day or month that a misspelt word must be."""
    if len(word) < 5:
        return {}
    for known, codes in vocabulary(language).items():
        if _FUZZY & codes.keys() and len(known) >= 5 and within_one_slip(word, known):
            return codes
    return {}
