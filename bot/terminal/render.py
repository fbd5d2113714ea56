"""Draws the neutral blocks as plain text."""

from __future__ import annotations

import re

from handlers.messages import (
    Block,
    Button,
    Buttons,
    Facts,
    Form,
    Heading,
    Image,
    Link,
    Note,
    Progress,
    Reply,
    Status,
    Table,
    Text,
    Tone,
)

SIGNS = {Tone.GOOD: "✓", Tone.WARNING: "!", Tone.BAD: "✗", Tone.NEUTRAL: "·"}
_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")
_EMPHASIS = re.compile(r"(?<!\\)(\*\*|`)")
_ESCAPED = re.compile(r"\\([\\*`\[\]])")


def text(reply: Reply) -> str:
    """The whole reply, one paragraph a block."""
    return "\n\n".join(_block(block) for block in reply)


def _block(block: Block) -> str:  # noqa: C901 - one case a block, and mypy finds the one that is missing
    match block:
        case Heading():
            return f"{_plain(block.text)}\n{'=' * len(_plain(block.text))}"
        case Text():
            return _plain(block.text)
        case Note():
            return f"({_plain(block.text)})"
        case Status():
            return f"{SIGNS[block.tone]} {_plain(block.text)}"
        case Facts():
            return "\n".join(f"{_plain(fact.label)}: {_plain(fact.value)}" for fact in block.items)
        case Buttons():
            return "\n".join(_button(item) for item in block.items)
        case Table():
            return _table(block)
        case Form():
            fields = "\n".join(f"  {each.label}: {each.error or each.hint or each.value}" for each in block.inputs)
            return f"{block.title}\n{fields}\n[{block.submit}]"
        case Progress():
            return f"{_plain(block.label)} ({block.done}/{block.total})"
        case Image():
            return f"{block.alt}: {block.url}"


def _button(item: Button | Link) -> str:
    return f"[{item.label}] {item.url}" if isinstance(item, Link) else f"[{item.label}]"


def _table(table: Table) -> str:
    rows = [tuple(_plain(cell) for cell in row) for row in (table.columns, *table.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.columns))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    more = [_button(button) for button in (table.previous, table.following) if button]
    return "\n".join([*lines, *more])


def _plain(markdown: str) -> str:
    """Our small Markdown without its marks; what was escaped comes back as it was written."""
    without = _EMPHASIS.sub("", _LINK.sub(r"\1 (\2)", markdown))
    return _ESCAPED.sub(r"\1", without)
