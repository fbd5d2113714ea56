"""Every check in order, each on its own: one that fails hides no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.app import Program, build
from bot.clock import now as real_now
from bot.doctor import systems
from bot.doctor.chats import look_at_slack, look_at_teams
from bot.doctor.echo import look_at_echo
from bot.doctor.network import look_at_address, look_at_clock
from bot.doctor.store import look_at_database, look_at_keys, look_at_settings
from bot.findings import Finding, wrong
from bot.settings import Settings, secret_keys
from providers.http import PERSON_WAITS

PATIENCE = 4 * PERSON_WAITS
"""Seconds for one group of checks, which may be several calls one after the other."""
Look = Callable[[Program], Awaitable[Sequence[Finding]]]
FIRST: dict[str, Look] = {"database": look_at_database, "keys": look_at_keys}
TOGETHER: dict[str, Look] = {
    "clock": look_at_clock,
    "address": look_at_address,
    "slack": look_at_slack,
    "teams": look_at_teams,
    "cronofy": systems.look_at_cronofy,
    "personio": systems.look_at_personio,
    "zoom": systems.look_at_zoom,
    "microsoft": systems.look_at_microsoft,
    "google": systems.look_at_google,
    "goto": systems.look_at_goto,
    "mail": systems.look_at_mail,
    "echo": look_at_echo,
}


async def examine(settings: Settings, *, now: Callable[[], datetime] = real_now) -> list[Finding]:
    """Everything; raises SettingsError when the settings contradict each other."""
    has_keys = _has_keys(settings)
    program = build(settings if has_keys else _with_passing_keys(settings), now=now)
    try:
        findings = list(look_at_settings(settings, has_keys=has_keys))
        for name, look in FIRST.items():
            findings += await _tried(name, look, program)
        for found in await asyncio.gather(*(_tried(name, look, program) for name, look in TOGETHER.items())):
            findings += found
        return findings
    finally:
        await program.close()


async def _tried(name: str, look: Look, program: Program) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await look(program)
    except TimeoutError:
        return [wrong(name, "It took too long to look.", "Try again; if it lasts, something on the way is very slow.")]
    except Exception as error:
        # Its text may carry anything, so only its kind is told.
        kind = type(error).__name__
        return [
            wrong(name, f"It could not be looked at ({kind}).", "This is a fault of Greenroom's: please report it.")
        ]


def _has_keys(settings: Settings) -> bool:
    """Whether there are keys already: looking must not be what makes them."""
    url = settings.greenroom_database_url.get_secret_value()
    if settings.greenroom_secret_keys or not url.startswith("sqlite"):
        return bool(secret_keys(settings))
    return Path(url.split(":///", 1)[-1]).with_suffix(".key").exists()


def _with_passing_keys(settings: Settings) -> Settings:
    return settings.model_copy(update={"greenroom_secret_keys": (SecretStr(Fernet.generate_key().decode()),)})
