"""`greenroom export`: tables for spreadsheets and programs."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

# Whatever a command needs is imported where it is used, as in bot/cli.py.
if TYPE_CHECKING:
    from handlers.exports import Row


class Subject(StrEnum):
    """What can be taken out."""

    STATUS = "status"
    DELIVERIES = "deliveries"
    AUDIT = "audit"


class Format(StrEnum):
    """How it is written."""

    CSV = "csv"
    JSON_LINES = "jsonl"


def export(
    subject: Annotated[Subject, typer.Argument(help="Who is ready, what was sent, or who asked and did what.")],
    format: Annotated[Format, typer.Option(help="For spreadsheets or for programs.")] = Format.CSV,
    output: Annotated[Path | None, typer.Option(help="The file to write; otherwise it is printed.")] = None,
) -> None:
    """Take out a table; in the works-council mode without names and without small groups."""
    try:
        asyncio.run(_export(subject, format, output))
    except FileExistsError as error:
        typer.echo(f"{output} is there already. Choose another name, or delete it first.", err=True)
        raise typer.Exit(1) from error


async def _export(subject: Subject, format: Format, output: Path | None) -> None:
    from bot.trust_commands import prepared
    from handlers.exports import SUBJECTS, record

    async with prepared() as program:
        rows = SUBJECTS[subject](program.services, program.company)
        with _target(output) as target:
            count = await (_csv if format is Format.CSV else _json_lines)(rows, target)
        await record(program.services, program.company, subject)
    if output:
        typer.echo(f"{count} rows are in {output}.", err=True)


@contextmanager
def _target(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    with open(output, "x", encoding="utf-8", newline="", opener=_private) as file:
        yield file


def _private(path: str, flags: int) -> int:
    """An address book is not for everybody on the machine."""
    return os.open(path, flags, 0o600)


async def _csv(rows: AsyncIterator[Row], target: TextIO) -> int:
    from handlers.campaign_cards import safe_cell

    count, writer = 0, csv.writer(target, lineterminator="\n")
    async for row in rows:
        if not count:
            writer.writerow(row)
        writer.writerow([safe_cell(str(cell)) for cell in row.values()])
        count += 1
    return count


async def _json_lines(rows: AsyncIterator[Row], target: TextIO) -> int:
    count = 0
    async for row in rows:
        target.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count
