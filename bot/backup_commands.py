"""`greenroom backup` and `greenroom restore`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

# Whatever a command needs is imported where it is used, as in bot/cli.py.
if TYPE_CHECKING:
    from bot.app import Program

KEYS = "The keys are not in it: keep GREENROOM_SECRET_KEYS, or the .key file beside the database, in another place."
WRONG_KEYS = (
    "The stored permissions were encrypted with other keys. "
    "Add those to GREENROOM_SECRET_KEYS, or put the .key file back beside the database, before you start Greenroom."
)
MEGABYTE = 1024 * 1024


def backup(file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")]) -> None:
    """Copy the whole database into one file, also while Greenroom runs."""

    async def save(program: Program) -> None:
        from storage.backup import backup as saved

        made = await saved(program.store.database, file)
        typer.echo(f"{file}: {made.size / MEGABYTE:.1f} MB, tables {made.revision}, read back and whole.\n{KEYS}")

    _finish(save)


def restore(
    file: Annotated[Path, typer.Argument(help="What `greenroom backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace everything in a database that is not empty.")] = False,
) -> None:
    """Put a backup in the place of the database; stop Greenroom first."""

    async def load(program: Program) -> None:
        from storage.backup import restore as restored

        found = await restored(program.store.database, file, program.now(), force=force)
        typer.echo(f"Restored: {found.people} people, tables {found.revision} brought up to date.")
        if found.unsent:
            typer.echo(f"Messages on their way when the backup was made, not sent again: {found.unsent}.")
        typer.echo("Reminders go on in a day at the earliest, so that nobody gets one twice.")
        if not found.readable:
            typer.echo(WRONG_KEYS, err=True)
            raise typer.Exit(1)

    _finish(load)


def _finish(act: Callable[[Program], Awaitable[None]]) -> None:
    from storage.backup_errors import BackupError

    try:
        asyncio.run(_with_program(act))
    except BackupError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error


async def _with_program(act: Callable[[Program], Awaitable[None]]) -> None:
    from bot.app import build
    from bot.logs import configure_logs
    from bot.settings import read_settings

    configure_logs()
    program = build(read_settings())
    try:
        await act(program)
    finally:
        await program.close()
