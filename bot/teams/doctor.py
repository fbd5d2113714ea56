"""Looks whether Microsoft gives the bot a token, and whether Teams can reach it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import aiohttp

from bot.channel import Refused, SendError, Throttled
from bot.findings import Condition, Finding, absent, well, wrong
from bot.teams.graph import ADD_ITSELF, READ_USERS, Graph
from bot.teams.hearing import reaches_itself
from bot.teams.settings import TeamsSettings
from bot.teams.tokens import GRAPH_SCOPE, AccessTokens

TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=5)
CREDENTIALS, ADDRESS, GRAPH = "teams.credentials", "teams.events", "teams.graph"
DISABLES = {
    READ_USERS: "people are known only once they write",
    ADD_ITSELF: "people who never added the app cannot be written to first",
}


async def examine(settings: TeamsSettings, *, now: Callable[[], datetime]) -> list[Finding]:
    if settings.local:
        return [
            absent(CREDENTIALS, "TEAMS_LOCAL is set: nobody is asked for credentials, and only this machine may speak.")
        ]
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        credentials = await _look_at_credentials(AccessTokens(settings, lambda: session, now))
        findings = [credentials, await _look_at_address(settings, session)]
        if not settings.catalogue_id:
            findings.append(absent(GRAPH, "TEAMS_CATALOGUE_ID is not set: only who adds the app in Teams is reached."))
        elif credentials.condition is Condition.WELL:
            tokens = AccessTokens(settings, lambda: session, now, scope=GRAPH_SCOPE)
            findings += await _look_at_rights(Graph(settings, lambda: session, tokens))
        return findings


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


async def _look_at_rights(graph: Graph) -> list[Finding]:
    try:
        refused = await graph.refused_rights()
    except SendError:
        return [wrong(GRAPH, "Microsoft Graph does not answer.", "Check whether this machine may reach it.")]
    todo = "A Microsoft 365 admin can grant it in the Entra admin center under App registrations > API permissions."
    missing = [wrong(f"teams.{name}", f"The right {name} is missing: {DISABLES[name]}.", todo) for name in refused]
    return missing or [well(GRAPH, "Microsoft Graph lets the bot know people and add itself for them.")]


async def _look_at_address(settings: TeamsSettings, session: aiohttp.ClientSession) -> Finding:
    if await reaches_itself(settings, session):
        return well(ADDRESS, "A request to the public address arrives as Teams would send it.")
    todo = "Is greenroom serve running, and does the proxy pass /api/messages on? Teams needs a public https address."
    return wrong(ADDRESS, "A request to the public address does not arrive: Teams' would not either.", todo)
