"""The simplest blocks, which all other drawings are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from slack_sdk.models.blocks import ContextBlock, HeaderBlock, MarkdownTextObject, PlainTextObject, SectionBlock

from bot.slack import limits
from bot.slack.markup import literal, portions

REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """One block of Slack's, and the same in words for notifications and screen readers; nobody changes it."""

    block: Mapping[str, Any]
    words: str = ""

    @property
    def kind(self) -> str:
        return str(self.block["type"])


def words_only(text: str) -> MarkdownTextObject:
    # `verbatim`: Slack makes no links and no mentions out of words that are only data.
    # https://docs.slack.dev/reference/block-kit/composition-objects/text-object/
    return MarkdownTextObject(text=text, verbatim=True)


# The same paragraph goes to thousands of people, and the models check themselves each time.
@lru_cache(maxsize=REMEMBERED)
def section(text: str) -> Drawn:
    return Drawn(SectionBlock(text=words_only(text)).to_dict(), text)


@lru_cache(maxsize=REMEMBERED)
def context(text: str) -> Drawn:
    return Drawn(ContextBlock(elements=[words_only(text)]).to_dict(), text)


@lru_cache(maxsize=REMEMBERED)
def header(text: str) -> Drawn:
    return Drawn(HeaderBlock(text=PlainTextObject(text=text, emoji=False)).to_dict(), f"*{literal(text)}*")


def paragraphs(text: str) -> list[Drawn]:
    """A text of any length in our Markdown."""
    return [section(part) for part in portions(text, limits.SECTION)]


def bold(text: str) -> list[Drawn]:
    """A title of any length, as data."""
    # The stars need room, and a star inside would end the bold words.
    lines = (literal(line).replace("*", "∗") for line in text.splitlines() if line.strip())
    return [section(f"*{part}*") for line in lines for part in slices(line, limits.SECTION - 2)]


def heading(text: str) -> list[Drawn]:
    if len(text) > limits.HEADER or "\n" in text:
        return bold(text)
    return [header(text)] if text else []


def slices(text: str, limit: int) -> Iterator[str]:
    """Escaped text in parts of at most `limit` characters, never torn inside of &amp; and its like."""
    while len(text) > limit:
        ampersand = text.rfind("&", limit - 4, limit)
        end = ampersand if ampersand > 0 and ";" not in text[ampersand:limit] else limit
        yield text[:end]
        text = text[end:]
    if text:
        yield text
