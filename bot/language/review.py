"""Prepares what people really typed for review: names out, the same wording together, the least sure first."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bot.language.directory import NameIndex
from bot.language.intents import OUT_OF_SCOPE
from bot.language.meaning import Directory
from bot.language.normalise import plain
from bot.language.people import find_people
from bot.language.spans import Span, mask, without_overlaps


@dataclass(frozen=True, slots=True)
class Heard:
    """A stored message, already without names."""

    text: str
    language: str
    intent: str = OUT_OF_SCOPE
    confidence: float = 0.0


def without_names(text: str, directory: Directory | None, vocabulary: frozenset[str], language: str) -> str:
    """What may be kept for review: nobody's name, address or mention in it; call it before storing."""
    words = plain(text)
    named = find_people(words, directory or NameIndex(()), vocabulary, language)
    spans = [Span(found.span.start, found.span.end, "[name]") for found in named]
    return " ".join(mask(words, without_overlaps(spans)).split())


def review_table(heard: Sequence[Heard], *, as_json: bool) -> str:
    counted = Counter((entry.text.lower(), entry.language) for entry in heard)
    first = {(entry.text.lower(), entry.language): entry for entry in reversed(heard)}
    ordered = sorted(first.items(), key=lambda pair: (-counted[pair[0]], pair[1].confidence))
    rows = [{**asdict(entry), "times": counted[key]} for key, entry in ordered]
    if as_json:
        return json.dumps(rows, ensure_ascii=False, indent=2)
    if not rows:
        return "Nothing to review: no message was kept, or the policy keeps none."
    lines = [
        f"{row['times']:>4} x  {row['language']}  {row['intent']:<20} {row['confidence']:.2f}  {row['text']}"
        for row in rows
    ]
    return "\n".join(["times  lang  read as            sure  text", *lines])
