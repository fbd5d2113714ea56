"""Writes a phrase the way people type: in a hurry, without capitals or accents, with a slip, with politeness around."""

from __future__ import annotations

import random
from collections.abc import Iterator

from bot.language.grammar import PhraseFile
from bot.language.normalise import fold

_DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def variants(phrase: str, phrases: PhraseFile, chance: random.Random) -> Iterator[str]:
    """The phrase itself, and now and then once more as somebody else would type it."""
    yield phrase
    if chance.random() < 0.22:
        yield polite(phrase, phrases.lists, chance)
    if chance.random() < 0.25:
        yield slip(phrase, chance)
    if phrases.language == "de" and chance.random() < 0.2 and not phrase.isascii():
        yield phrase.translate(_DIGRAPHS)


def slip(phrase: str, chance: random.Random) -> str:
    """One letter swapped, doubled, lost or hit beside, in a word that is long enough to stay readable."""
    words = phrase.split(" ")
    long = [index for index, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return fold(phrase)
    index = chance.choice(long)
    word = words[index]
    at = chance.randrange(1, len(word) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    lost = word[:at] + word[at + 1 :]
    doubled = word[:at] + word[at] + word[at:]
    words[index] = chance.choice([swapped, lost, lost, doubled])
    return " ".join(words)


def polite(phrase: str, lists: dict[str, list[str]], chance: random.Random) -> str:
    """With a greeting or a reason before it, or thanks after it."""
    opener = chance.choice(lists["OPENER"]) + " " if chance.random() < 0.7 else ""
    closer = " " + chance.choice(lists["CLOSER"]) if not opener or chance.random() < 0.3 else ""
    return opener + phrase + closer
