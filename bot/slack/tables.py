"""Tables as Slack's own table block, or as a list where that is not possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import TableBlock

from bot.slack import limits
from bot.slack.drawn import slices
from bot.slack.markup import literal, plain
from handlers.messages import Table

NOTHING = "–"


def grids(table: Table) -> list[TableBlock]:
    """Table blocks that each keep Slack's limits and begin with the names of the columns.

    https://docs.slack.dev/reference/block-kit/blocks/table-block/
    """
    return [
        # Cells as plain dictionaries: a model for each of hundreds takes milliseconds.
        TableBlock(
            rows=[[{"type": "raw_text", "text": cell} for cell in row] for row in [_cells(table.columns), *rows]]
        )
        for rows in _portions(table)
    ]


def fits(table: Table) -> bool:
    """No row is too large for a table block, and there is something to show."""
    widest = max((len(row) for row in (table.columns, *table.rows)), default=0)
    longest = max((_size(row) for row in table.rows), default=0)
    room = limits.TABLE_CHARACTERS - _size(table.columns)
    return bool(table.rows) and bool(table.columns) and widest <= limits.TABLE_COLUMNS and longest <= room


def lines(table: Table) -> list[str]:
    """One line of mrkdwn for each row, with the names of the columns, so that it can be read aloud."""
    return [_line(table.columns, row) for row in table.rows]


def gathered(rows: Sequence[str]) -> Iterator[str]:
    """Lines put together in portions that fit into a section."""
    rest = ""
    for part in (part for row in rows for part in slices(row, limits.SECTION)):
        if len(rest) + len(part) + 1 > limits.SECTION:
            yield rest
            rest = ""
        rest = f"{rest}\n{part}" if rest else part
    if rest:
        yield rest


def _line(columns: Sequence[str], row: Sequence[str]) -> str:
    names = [*columns, *[""] * (len(row) - len(columns))]
    others = zip(names[1:], row[1:], strict=False)
    parts = [f"{plain(name)}: {_shown(cell)}" if name else _shown(cell) for name, cell in others]
    first = f"*{literal(plain(row[0])).replace('*', '∗')}*" if row and row[0].strip() else NOTHING
    return "• " + " · ".join([first, *(literal(part) for part in parts)])


def _cells(row: Sequence[str]) -> list[str]:
    return [_shown(cell) for cell in row]


def _shown(cell: str) -> str:
    return plain(cell).strip() or NOTHING


def _size(row: Sequence[str]) -> int:
    return sum(len(cell) for cell in _cells(row))


def _portions(table: Table) -> list[list[list[str]]]:
    done: list[list[list[str]]] = []
    rest: list[list[str]] = []
    head = size = _size(table.columns)
    for row in table.rows:
        if len(rest) == limits.TABLE_ROWS - 1 or size + _size(row) > limits.TABLE_CHARACTERS:
            done.append(rest)
            rest, size = [], head
        rest.append(_cells(row))
        size += _size(row)
    return [*done, rest]
