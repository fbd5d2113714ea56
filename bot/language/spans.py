"""The parts of a sentence that name a thing: a provider, a person, a time; and the sentence with them taken out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """What stands between two positions of the text; `kind` is the word that the model sees in its place."""

    start: int
    end: int
    kind: str
    value: str = ""

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """In the order of the text; where two overlap the first one given stays."""
    kept: list[Span] = []
    for span in spans:
        if not any(span.overlaps(other) for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def mask(text: str, spans: Sequence[Span]) -> str:
    """The text with each span replaced by the word for its kind."""
    parts: list[str] = []
    position = 0
    for span in spans:
        parts += [text[position : span.start], f" {span.kind} "]
        position = span.end
    parts.append(text[position:])
    return "".join(parts)
