"""Cuts a message into its wishes, and leaves whole what only looks like two."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.language.lexicon import any_word, flat, lexicons
from bot.language.normalise import fold_in_place

FEWEST_WORDS = 2
MOST_WISHES = 3


@lru_cache(maxsize=1)
def _boundary() -> re.Pattern[str]:
    words = {word for lexicon in lexicons().values() for word in lexicon.get("wish boundary")}
    joined = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?:[,;]\s*(?:{joined})?|[.!?]+|\n|\s(?:{joined}))(?:\s+|$)")


def pieces(text: str) -> list[str]:
    """The parts between sentence ends, commas and words such as "and then"; joined again they are the message."""
    folded = fold_in_place(text)
    found: list[str] = []
    start = 0
    for match in _boundary().finditer(folded):
        found.append(text[start : match.end()])
        start = match.end()
    found.append(text[start:])
    return [piece for piece in found if piece.strip(" ,.;!?")]


def splits(text: str) -> list[tuple[str, str]]:
    """Every way to part the message in two that leaves words on both sides."""
    parts = pieces(text)
    cuts = [("".join(parts[:at]), "".join(parts[at:])) for at in range(1, len(parts))]
    return [
        (first, rest)
        for first, rest in cuts
        if _long_enough(first) and _long_enough(rest) and not _goes_on(first, rest)
    ]


def _goes_on(first: str, rest: str) -> bool:
    """ "remind everyone, who is missing" and "erinnere alle, die fehlen" are one wish."""
    words = flat(rest).split()
    return first.rstrip().endswith(",") and bool(words) and any_word("clause end").fullmatch(words[0]) is not None


def _long_enough(part: str) -> bool:
    return len(part.split()) >= 1 and sum(letter.isalpha() for letter in part) >= FEWEST_WORDS
