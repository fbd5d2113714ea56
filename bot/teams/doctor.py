"""Looks whether Microsoft gives the bot a token, and whether Teams can reach it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import aiohttp

from bot.channel import Refused, Throttled
from bot.findings import Finding, absent, well, wrong
from bot.teams.hearing import reaches_itself
from bot.teams.settings import TeamsSettings
from bot.teams.tokens import AccessTokens

TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=5)
CREDENTIALS, ADDRESS = "teams.credentials", "teams.events"


async def examine(settings: TeamsSettings, *, now: Callable[[], datetime]) -> list[Finding]:
    if settings.local:
        return [
            absent(CREDENTIALS, "TEAMS_LOCAL is set: nobody is asked for credentials, and only this machine may speak.")
        ]
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        return [
            await _look_at_credentials(AccessTokens(settings, lambda: session, now)),
            await _look_at_address(settings, session),
        ]


async def _look_at_credentials(tokens: AccessTokens) -> Finding:
    try:
        await tokens.token()
    except Refused:
        said = "Microsoft does not accept the app: nothing can be sent in Teams."
        todo = (
            "Check TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID against the app registration in the Entra "
            "admin center; secrets expire."
        )
        return wrong(CREDENTIALS, said, todo)
    except Throttled:
        return wrong(CREDENTIALS, "Microsoft's sign-in does not answer.", "Check whether this machine may reach it.")
    return well(CREDENTIALS, "Microsoft gives the bot a token.")


async def _look_at_address(settings: TeamsSettings, session: aiohttp.ClientSession) -> Finding:
    if await reaches_itself(settings, session):
        return well(ADDRESS, "A request to the public address arrives as Teams would send it.")
    todo = "Is greenroom serve running, and does the proxy pass /api/messages on? Teams needs a public https address."
    return wrong(ADDRESS, "A request to the public address does not arrive: Teams' would not either.", todo)
