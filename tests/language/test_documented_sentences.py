"""The page “What you can say” names everything that is understood, and each of its sentences is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.language import Context, Interpreter, NameIndex
from bot.language.intents import CONSEQUENTIAL, LABELS
from tests.language.conftest import NOW, Understand

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE = (DOCS / "sentences.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| `")]


def test_everything_that_is_understood_is_on_the_page() -> None:
    assert sorted(row[0].strip("`") for row in ROWS) == sorted(LABELS)


def test_what_is_always_confirmed_is_named() -> None:
    last = PAGE.splitlines()[-1]
    assert all(f"`{name}`" in last for name in CONSEQUENTIAL)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("`"))
def test_each_sentence_is_understood_as_the_page_says(row: list[str], understand: Understand) -> None:
    for sentence in row[1:]:
        assert understand(sentence)[0].intent == row[0].strip("`"), sentence


def suggested(page: str) -> Sequence[str]:
    """What a guide tells people to write: in bold, or in the first column of a table of two."""
    tables = [
        line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| ") and line.count("|") == 3
    ]
    return [*re.findall(r"\*\*([^*]+)\*\*", page), *tables[1:]]


@pytest.mark.parametrize("guide", ["employee", "admin"])
def test_what_a_guide_suggests_means_the_same_in_each_language(guide: str, interpreter: Interpreter) -> None:
    found = {}
    for language in ("en", "fr", "de"):
        people = NameIndex((("p1", "Ben Okafor", "ben@aurora.example"),))
        context = Context(language=language, now=NOW, is_admin=guide == "admin", directory=people, groups=())
        page = (DOCS / guide / f"{language}.md").read_text(encoding="utf-8")
        found[language] = [interpreter.understand(each, context)[0].intent for each in suggested(page)]
    assert len(found["en"]) > 8
    assert found["fr"] == found["en"]
    assert found["de"] == found["en"]
