"""Slack's limits, and checks for those that slack_sdk does not check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

# https://docs.slack.dev/reference/block-kit/blocks/
SECTION = 3000
HEADER = 150
BUTTON = 75
BUTTON_VALUE = 2000
URL = 3000
ELEMENTS = 25
FIELDS = 10
FIELD = 2000
ALT = 2000
OPTIONS = 100
OPTION = 75
OPTION_VALUE = 150
MODAL_TITLE = 24
METADATA = 3000
# https://docs.slack.dev/reference/block-kit/blocks/table-block/
TABLE_ROWS = 100
TABLE_COLUMNS = 20
TABLE_CHARACTERS = 10_000
# https://docs.slack.dev/changelog/2018-truncating-really-long-messages/
MESSAGE_TEXT = 40_000
# Slack refuses a message whose blocks hold more text than about this (msg_blocks_too_long); it is not documented.
PIECE_TEXT = 10_000


class Surface(StrEnum):
    """Where blocks are shown."""

    MESSAGE = "message"
    HOME = "home"
    MODAL = "modal"


BLOCKS = {Surface.MESSAGE: 50, Surface.HOME: 100, Surface.MODAL: 100}
_ANYWHERE = {"section", "header", "context", "actions", "image", "divider"}
_ALLOWED = {
    Surface.MESSAGE: _ANYWHERE | {"table", "markdown"},
    Surface.HOME: _ANYWHERE | {"table", "input"},
    Surface.MODAL: _ANYWHERE | {"input"},
}


class LimitError(ValueError):
    """A drawing that Slack would refuse; each problem in a few words."""


def check_message(blocks: Sequence[Mapping[str, Any]], text: str) -> None:
    """Raises LimitError when Slack would refuse or cut this message, for reasons that slack_sdk does not know."""
    problems = [*_problems(blocks, Surface.MESSAGE)]
    if not text.strip():
        problems.append("no text for notifications and screen readers")
    if len(text) > MESSAGE_TEXT:
        problems.append(f"a text of {len(text)} characters")
    _raise(problems)


def check_models(blocks: Sequence[Mapping[str, Any]]) -> None:
    """Raises LimitError for what slack_sdk refuses; whatever was made of its models has passed this already."""
    _raise([problem for block in blocks if block["type"] != "table" for problem in _of_block(block)])


def check_view(view: Mapping[str, Any]) -> None:
    """Raises LimitError when Slack would refuse this home tab or modal, for reasons that slack_sdk does not know."""
    surface = Surface.HOME if view["type"] == "home" else Surface.MODAL
    problems = [*_problems(view["blocks"], surface)]
    if len(view.get("private_metadata", "")) > METADATA:
        problems.append("too much private metadata")
    if surface is Surface.MODAL and not 1 <= len(view["title"]["text"]) <= MODAL_TITLE:
        problems.append("a title that is too long")
    if surface is Surface.MODAL and any(block["type"] == "input" for block in view["blocks"]) and "submit" not in view:
        problems.append("inputs without a submit button")
    _raise(problems)


def _raise(problems: Sequence[str]) -> None:
    if problems:
        raise LimitError("; ".join(problems))


def _problems(blocks: Sequence[Mapping[str, Any]], surface: Surface) -> Iterator[str]:
    if not 1 <= len(blocks) <= BLOCKS[surface]:
        yield f"{len(blocks)} blocks"
    kinds = [block["type"] for block in blocks]
    if foreign := set(kinds) - _ALLOWED[surface]:
        yield f"{', '.join(sorted(foreign))} on this surface"
    # https://docs.slack.dev/reference/block-kit/blocks/table-block/: one table in a message
    tables = [block["rows"] for block in blocks if block["type"] == "table"]
    if len(tables) > 1:
        yield "more than one table"
    for rows in tables:
        yield from _of_table(rows)
    yield from _twice("block_id", [block["block_id"] for block in blocks if "block_id" in block])
    yield from _twice("action_id", [element["action_id"] for block in blocks for element in _elements(block)])


def _twice(name: str, ids: Sequence[str]) -> Iterator[str]:
    if len(set(ids)) < len(ids):
        yield from (f"{name} {id!r} twice" for id, count in Counter(ids).items() if count > 1)


def _elements(block: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    if block["type"] == "actions":
        found: Sequence[Mapping[str, Any]] = block["elements"]
        return found
    return [block["element"]] if "element" in block else ()


def _of_block(block: Mapping[str, Any]) -> Iterator[str]:
    try:
        Block.parse(dict(block)).to_dict()  # type: ignore[union-attr]  # None for a type that it does not know
    except (SlackObjectFormationError, AttributeError) as error:
        yield f"{block['type']}: {error}"


def _of_table(rows: Sequence[Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    if not 1 <= len(rows) <= TABLE_ROWS:
        yield f"a table of {len(rows)} rows"
    if any(not 1 <= len(row) <= TABLE_COLUMNS for row in rows):
        yield "a table with too many columns"
    if any(not cell["text"] for row in rows for cell in row):
        yield "an empty cell"
    if sum(len(cell["text"]) for row in rows for cell in row) > TABLE_CHARACTERS:
        yield "a table with too much text"
