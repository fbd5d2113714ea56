"""Settings, database, migrations and keys."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.app import Program
from bot.findings import Finding, absent, well, wrong
from bot.loopback import is_loopback
from bot.settings import Settings, secret_keys
from storage.key_use import key_use
from storage.migrate import HEAD, version

PATIENCE = 5.0
DATABASE = "database"
NOT_MADE = "The database does not exist yet; the first start of greenroom serve makes it."


def look_at_settings(settings: Settings, *, has_keys: bool) -> Iterator[Finding]:
    """What follows from the settings alone."""
    mode = "direct" if settings.cronofy_client_id and settings.cronofy_client_secret else "guided"
    yield well("settings", f"Set: {len(settings.model_fields_set)}, and all of them valid. The mode is {mode}.")
    if not settings.greenroom_owners:
        yield absent("settings.owners", "Nobody is an admin from the start.", "Set GREENROOM_OWNERS.")
    public = settings.greenroom_public_url
    if public.startswith("http:") and not is_loopback(public):
        todo = "Put a proxy with a certificate before Greenroom, and set GREENROOM_PUBLIC_URL to https://…"
        yield wrong("settings.public_url", "Links and requests travel unencrypted: the public address is http.", todo)
    if not has_keys:
        yield absent("settings.keys", "There are no keys yet; the first start makes one beside the database.")


async def look_at_database(program: Program) -> Sequence[Finding]:
    """Whether it is reachable and of this version; nothing is made or migrated."""
    if is_missing(program):
        return [absent(DATABASE, NOT_MADE)]
    try:
        async with asyncio.timeout(PATIENCE):
            at = await version(program.store.database)
    except Exception as error:
        # A driver's error can carry the whole address, password included.
        todo = "Check GREENROOM_DATABASE_URL, that the server runs, and that it lets this user in from here."
        return [wrong(DATABASE, f"It cannot be reached ({type(error).__name__}).", todo)]
    kind = "SQLite" if program.store.database.is_sqlite else "PostgreSQL"
    found = well(DATABASE, f"{kind} can be reached.")
    if at == HEAD:
        return [found, well("migrations", f"The tables are of this version ({HEAD}).")]
    if at is None:
        return [
            found,
            absent("migrations", "The database is empty.", "Run greenroom migrate, or start greenroom serve."),
        ]
    todo = "Make a backup, then run greenroom migrate; if the tables are newer than this program, update the program."
    return [found, wrong("migrations", f"The tables are of version {at}, this program needs {HEAD}.", todo)]


async def look_at_keys(program: Program) -> Sequence[Finding]:
    """Whether everything that is stored can be read, and whether older keys are still needed."""
    if not await is_at_head(program):
        return []
    keys = secret_keys(program.settings)
    use = await key_use(program.store.database, keys)
    if use.unreadable:
        todo = "Put the key that they were encrypted with back into GREENROOM_SECRET_KEYS, after the first one."
        return [wrong("keys", f"{use.unreadable} of {use.looked_at} stored secrets cannot be read.", todo)]
    if use.older:
        said = f"All {use.looked_at} stored secrets can be read; {use.older} of them need an older key."
        return [well("keys", said + " Run greenroom rotate-keys before you remove it.")]
    spare = len(keys) - 1
    said = f"All {use.looked_at} stored secrets that were looked at are encrypted with the first key."
    return [
        well(
            "keys", said + (f" {spare} more in the settings: run greenroom rotate-keys, then remove." if spare else "")
        )
    ]


def is_missing(program: Program) -> bool:
    """Whether there is no SQLite file: to look into it would be to make it."""
    database = program.store.database
    path = database.url.database or ""
    return database.is_sqlite and path not in ("", ":memory:") and not Path(path).exists()


async def is_at_head(program: Program) -> bool:
    """Whether the tables can be read."""
    if is_missing(program):
        return False
    try:
        async with asyncio.timeout(PATIENCE):
            return await version(program.store.database) == HEAD
    except Exception:
        return False  # look_at_database says why
