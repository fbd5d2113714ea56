"""Reads the phrase files: one template a line, (a|b) alternatives, [c] may be left out, {NAME} stands for a list."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PHRASES = Path(__file__).parent / "phrases"


@dataclass(frozen=True, slots=True)
class PhraseFile:
    """One language: lists of interchangeable words, and the templates of each intent."""

    language: str
    lists: dict[str, list[str]] = field(default_factory=dict)
    templates: dict[str, list[str]] = field(default_factory=dict)


def languages() -> list[str]:
    return sorted(path.stem for path in PHRASES.glob("*.txt"))


def read_words(language: str) -> dict[str, list[str]]:
    """Only what the rules know; the templates are for training."""
    words: dict[str, list[str]] = {}
    for line in (PHRASES / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("="):
            name, _, rest = line[1:].partition(":")
            words.setdefault(name.strip(), []).extend(part.strip() for part in rest.split(",") if part.strip())
    return words


def read(language: str) -> PhraseFile:
    phrases = PhraseFile(language)
    intent = ""
    for line in (PHRASES / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        line = line.rstrip()
        if not line or line.startswith(("//", "=")):
            continue
        if line.startswith("# "):
            intent = line[2:].strip()
        elif line.startswith("%"):
            name, _, rest = line[1:].partition(" ")
            phrases.lists.setdefault(name, []).extend(part.strip() for part in rest.split("|"))
        else:
            phrases.templates.setdefault(intent, []).append(line)
    return phrases


Node = list["str | Choice"]
"""A sequence of plain text and choices."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences."""

    options: tuple[Node, ...]

    def size(self) -> int:
        return sum(size(option) for option in self.options)


def size(sequence: Node) -> int:
    product = 1
    for part in sequence:
        product *= part.size() if isinstance(part, Choice) else 1
    return product


def parse(template: str, lists: dict[str, list[str]]) -> Node:
    sequence, _ = _sequence(template, 0, lists)
    return sequence


def _sequence(text: str, position: int, lists: dict[str, list[str]]) -> tuple[Node, int]:
    parts: Node = []
    literal = ""
    while position < len(text) and text[position] not in "|)]":
        letter = text[position]
        if letter not in "([{":
            literal += letter
            position += 1
            continue
        if literal:
            parts.append(literal)
            literal = ""
        choice, position = _choice(text, position, lists)
        parts.append(choice)
    if literal:
        parts.append(literal)
    return parts, position


def _choice(text: str, position: int, lists: dict[str, list[str]]) -> tuple[Choice, int]:
    if text[position] == "{":
        end = text.index("}", position)
        entries = lists[text[position + 1 : end]]
        return Choice(tuple(_sequence(entry, 0, lists)[0] for entry in entries)), end + 1
    options: list[Node] = [[]] if text[position] == "[" else []
    while text[position] not in ")]":
        option, position = _sequence(text, position + 1, lists)
        options.append(option)
        if position >= len(text):
            raise ValueError(f"a bracket is not closed in: {text}")
    return Choice(tuple(options)), position + 1


def spell(sequence: Node, chance: random.Random) -> str:
    """One phrase of the template, each alternative as likely as the next."""
    parts = [part if isinstance(part, str) else spell(chance.choice(part.options), chance) for part in sequence]
    return "".join(parts)


def samples(template: str, lists: dict[str, list[str]], *, at_most: int) -> Iterator[str]:
    """Different phrases of the template, the same ones each time."""
    sequence = parse(template, lists)
    chance = random.Random(template)  # noqa: S311 - variety, not secrecy
    wanted = min(size(sequence), at_most)
    seen: set[str] = set()
    for _ in range(wanted * 3):
        phrase = " ".join(spell(sequence, chance).split())
        if phrase and phrase not in seen:
            seen.add(phrase)
            yield phrase
        if len(seen) >= wanted:
            return
