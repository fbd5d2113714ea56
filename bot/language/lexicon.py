"""The words that the rules know in each language: times, groups, languages, negation; read from the phrase files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.language import grammar
from bot.language.normalise import fold_in_place

_WORD = re.compile(r"\d+|[a-z]+|@")


def flat(text: str) -> str:
    """Folded words with one space between; "l'après-midi" becomes "l apres midi"."""
    return " ".join(_WORD.findall(fold_in_place(text)))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words by name, such as "weekday 0" or "negation"; flat, the longest first."""

    language: str
    words: dict[str, tuple[str, ...]]

    def get(self, name: str) -> tuple[str, ...]:
        return self.words.get(name, ())

    def numbered(self, name: str) -> list[tuple[str, str]]:
        """("lundi", "0") for each word under "weekday 0", "weekday 1" and so on."""
        prefix = name + " "
        return [
            (word, key[len(prefix) :]) for key, words in self.words.items() if key.startswith(prefix) for word in words
        ]


@lru_cache(maxsize=1)
def lexicons() -> dict[str, Lexicon]:
    return {language: _lexicon(language) for language in grammar.languages()}


def _lexicon(language: str) -> Lexicon:
    words = grammar.read_words(language)
    return Lexicon(
        language,
        {
            name: tuple(sorted({flat(entry) for entry in entries}, key=len, reverse=True))
            for name, entries in words.items()
        },
    )


@lru_cache(maxsize=64)
def any_word(name: str) -> re.Pattern[str]:
    """Finds any language's words of that name in a flat text."""
    entries = sorted({entry for lexicon in lexicons().values() for entry in lexicon.get(name)}, key=len, reverse=True)
    return re.compile(r"(?<![a-z0-9])(?:" + "|".join(map(re.escape, entries)) + r")(?![a-z0-9])")
