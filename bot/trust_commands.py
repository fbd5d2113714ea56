"""`greenroom audit`, `greenroom privacy` and `greenroom rotate-keys`: for whoever runs Greenroom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

# Whatever a command needs is imported where it is used, as in bot/cli.py.
if TYPE_CHECKING:
    from bot.app import Program
    from storage.models import Person

audit_commands = typer.Typer(no_args_is_help=True, help="Who asked and did what.")
privacy_commands = typer.Typer(no_args_is_help=True, help="One person's data, and the data sheet.")
Email = Annotated[str, typer.Argument(help="The person's e-mail address.")]


class SheetLanguage(StrEnum):
    """The languages of the data sheet."""

    ENGLISH = "en"
    FRENCH = "fr"
    GERMAN = "de"


@audit_commands.command()
def verify(
    head: Annotated[str, typer.Option(help="A hash that an earlier run printed: must still be in the chain.")] = "",
) -> None:
    """Check that nothing in the audit trail was changed or removed; prints the newest hash, to be noted elsewhere."""

    async def check(program: Program) -> bool:
        checked = await program.store.audit.check(program.company, head)
        if checked.broken_at:
            typer.echo(f"The chain is broken at entry {checked.broken_at}.", err=True)
        elif not checked.knows_head:
            typer.echo("The noted hash is not in the chain: entries were removed or rewritten.", err=True)
        else:
            typer.echo(f"{checked.entries} entries, unbroken. Newest: {checked.head}")
        return checked.is_whole

    _finish(_with_program(check))


@audit_commands.command("export")
def export_audit() -> None:
    """Print every entry as one line of JSON, oldest first; people are numbers."""
    import json

    async def export(program: Program) -> bool:
        async for entry in program.store.audit.entries(program.company):
            typer.echo(json.dumps(asdict(entry), default=str, sort_keys=True))
        return True

    _finish(_with_program(export))


@privacy_commands.command("export")
def export_person(email: Email) -> None:
    """Print everything that is stored about one person, as JSON."""
    from handlers.data_file import as_file

    async def export(program: Program, row: Person) -> None:
        from storage.audit import OPERATOR, NewEntry

        stored = await program.store.personal.export(program.company, row.id)
        entry = NewEntry(OPERATOR, "exported", (row.id,))
        await program.store.audit.add(program.company, [entry], program.now())
        typer.echo(as_file(stored))

    _finish(_for_person(email, export))


@privacy_commands.command("erase")
def erase_person(
    email: Email,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    left: Annotated[bool, typer.Option("--left", help="They left: the HR system must not bring them back.")] = False,
) -> None:
    """Delete everything about one person; the audit trail keeps a number."""
    if not yes:
        typer.confirm(f"Delete everything about {email}?", abort=True)

    async def erase_them(program: Program, row: Person) -> None:
        from handlers.own_data import erase
        from storage.audit import OPERATOR

        await erase(program.services, row, actor=OPERATOR, stays_away=left)
        typer.echo(f"Deleted. In the audit trail this person is number {row.id}.")

    _finish(_for_person(email, erase_them))


@privacy_commands.command()
def datasheet(
    language: Annotated[SheetLanguage, typer.Option(help="The language of the sheet.")] = SheetLanguage.ENGLISH,
) -> None:
    """Print the data sheet: which data, for what, who sees it, when it is deleted."""
    from handlers.data_sheet import data_sheet

    typer.echo(data_sheet(language.value))


def rotate_keys() -> None:
    """Encrypt every stored secret again with the first key of GREENROOM_SECRET_KEYS; the program may go on running."""

    async def rotate_all(program: Program) -> bool:
        from storage.rotation import rotate

        count = await rotate(program.store.database)
        typer.echo(f"{count} rows are encrypted with the first key. The other keys can be removed from the settings.")
        return True

    _finish(_with_program(rotate_all))


async def _for_person(email: str, act: Callable[[Program, Person], Awaitable[None]]) -> bool:
    async def find(program: Program) -> bool:
        found = await program.store.people.with_email(program.company, email)
        if len(found) != 1:
            problem = "Nobody has" if not found else "More than one person has"
            typer.echo(f"{problem} the address {email}.", err=True)
            return False
        await act(program, found[0])
        return True

    return await _with_program(find)


async def _with_program(act: Callable[[Program], Awaitable[bool]]) -> bool:
    async with prepared() as program:
        return await act(program)


@asynccontextmanager
async def prepared() -> AsyncIterator[Program]:
    from bot.app import build
    from bot.logs import configure_logs
    from bot.settings import read_settings

    configure_logs()
    program = build(read_settings())
    try:
        await program.prepare()
        yield program
    finally:
        await program.close()


def _finish(work: Awaitable[bool]) -> None:
    async def finished() -> bool:
        return await work

    raise typer.Exit(0 if asyncio.run(finished()) else 1)
