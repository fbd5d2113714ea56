"""Prepares what people really typed for review: names out before it is stored, the same wording together after."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from bot.language.intents import OUT_OF_SCOPE
from bot.language.meaning import Directory
from bot.language.normalise import fold, plain
from bot.language.people import find_people, strangers
from bot.language.spans import Span, mask, without_overlaps

NAME, NUMBER = "[name]", "[number]"
_NUMBER = re.compile(r"\+?\d[\d ./-]{3,}\d|\d{4,}")
"""Telephone numbers, numbers of people and tickets; a time or a date of two digits tells nothing."""
_HEAD = "# Each guess is the model's: correct it, then add the sentence in kind to bot/language/phrases.\nitems:"


@dataclass(frozen=True, slots=True)
class Heard:
    """A stored message, already without names."""

    text: str
    language: str
    intent: str = OUT_OF_SCOPE
    confidence: float = 0.0


def without_names(text: str, directory: Directory, vocabulary: frozenset[str], language: str) -> str:
    """What may be kept or shown elsewhere: nobody's name, address, mention or number in it."""
    words = plain(text)
    named = [*find_people(words, directory, vocabulary, language), *strangers(words, vocabulary)]
    people = [Span(found.span.start, found.span.end, NAME) for found in named]
    numbers = [Span(found.start(), found.end(), NUMBER) for found in _NUMBER.finditer(words)]
    return " ".join(mask(words, without_overlaps([*people, *numbers])).split())


def review(heard: Sequence[Heard], *, as_json: bool) -> str:
    """The most frequent first, as an evaluation set that only has to be corrected."""
    rows = list(_counted(heard))
    if as_json:
        return json.dumps(rows, ensure_ascii=False, indent=2)
    if not rows:
        return "# Nothing to review: no message was kept. GREENROOM_KEEP_PHRASES is off unless it is set.\nitems: []"
    return "\n".join([_HEAD, *(_line(number, row) for number, row in enumerate(rows, 1))])


def _counted(heard: Sequence[Heard]) -> Iterator[dict[str, str | float]]:
    counts = Counter((fold(entry.text), entry.language) for entry in heard)
    first = {(fold(entry.text), entry.language): entry for entry in reversed(heard)}
    for key, entry in sorted(first.items(), key=lambda pair: (-counts[pair[0]], pair[1].confidence)):
        yield {**asdict(entry), "times": counts[key]}


def _line(number: int, row: dict[str, str | float]) -> str:
    # A JSON string is a YAML string, whatever is in it.
    text = json.dumps(row["text"], ensure_ascii=False)
    times = f"{row['times']} times" if row["times"] != 1 else "once"
    item = f"{{id: log{number}, lang: {row['language']}, text: {text}, intent: {row['intent']}}}"
    return f"- {item}  # {row['confidence']:.2f} sure, {times}"
