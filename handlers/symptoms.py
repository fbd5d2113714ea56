"""Finds the case that somebody's own words describe; systems show much, but not everything."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from handlers.causes import KNOWLEDGE


def described_case(words: str) -> str:
    """The id of the case that these words describe; empty when none does."""
    text = _plain(words)
    for case, sets in _symptoms():
        if any(all(part in text for part in one) for one in sets):
            return case
    return ""


@cache
def _symptoms() -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
    import yaml

    entries: list[dict[str, Any]] = yaml.safe_load((KNOWLEDGE / "symptoms.yaml").read_text(encoding="utf-8"))
    return tuple((each["case"], tuple(tuple(_plain(line).split()) for line in each["words"])) for each in entries)


def _plain(text: str) -> str:
    """Lower case, without accents, typographic signs made simple."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
