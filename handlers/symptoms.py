"""Finds the case that somebody's own words describe; systems show much, but not everything."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from handlers.causes import KNOWLEDGE

_WORD = re.compile(r"[\w'-]+")


def described_case(words: str) -> str:
    """The id of the case that these words describe best; empty when none does."""
    text = f" {' '.join(_WORD.findall(_plain(words)))}"
    found = [(len(one), case) for case, sets in _symptoms() for one in sets if all(f" {part}" in text for part in one)]
    return max(found, key=lambda match: match[0])[1] if found else ""


@cache
def _symptoms() -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
    import yaml

    entries: list[dict[str, Any]] = yaml.safe_load((KNOWLEDGE / "symptoms.yaml").read_text(encoding="utf-8"))
    return tuple((each["case"], tuple(tuple(_plain(line).split()) for line in each["words"])) for each in entries)


def _plain(text: str) -> str:
    """Lower case, without accents, typographic signs made simple."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
