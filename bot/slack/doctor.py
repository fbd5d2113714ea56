"""Looks whether Slack accepts the tokens, which permissions they carry, and whether its requests can arrive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.findings import Finding, absent, well, wrong
from bot.loopback import is_loopback
from bot.slack.errors import cause_of
from bot.slack.hearing import reaches_itself
from bot.slack.manifest import SCOPES
from bot.slack.settings import SlackSettings

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)
SCOPES_HEADER = "x-oauth-scopes"
OWN_TOKEN = "SLACK_BOT_TOKEN"  # noqa: S105 - the setting's name
AGAIN = "Check the token under OAuth & Permissions at api.slack.com/apps, or install the app to the workspace again."
REINSTALL = (
    "Paste what greenroom manifest slack prints under App Manifest at api.slack.com/apps, "
    "then install the app to the workspace again."
)


async def examine(settings: SlackSettings, installed: Mapping[str, str], *, now: datetime) -> list[Finding]:
    """`installed` are the tokens of the workspaces that installed the app, by team."""
    tokens = {OWN_TOKEN: settings.bot_token} if settings.bot_token else dict(installed)
    findings: list[Finding] = []
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        for name, token in tokens.items():
            findings += await _look_at_token(_client(settings, session, token), name)
        if not tokens:
            findings.append(absent("slack.token", "No workspace has installed the app.", "Open /slack/install there."))
        if settings.speaks_socket:
            findings.append(await _look_at_socket(_client(settings, session, None), settings.app_token))
        if settings.speaks_http:
            findings.append(await _look_at_address(settings, session, now))
    return findings


def _client(settings: SlackSettings, session: aiohttp.ClientSession, token: str | None) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=settings.api_url, session=session, retry_handlers=[])


async def _look_at_token(client: AsyncWebClient, name: str) -> list[Finding]:
    """https://docs.slack.dev/reference/methods/auth.test/"""
    check = "slack.token"
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        return [wrong(check, f"Slack does not accept the token of {name} ({cause_of(error)}).", AGAIN)]
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return [_away(check, error)]
    headers = {key.lower(): value for key, value in answer.headers.items()}
    granted = {scope.strip() for scope in headers.get(SCOPES_HEADER, "").split(",")} - {""}
    findings = [well(check, f"Slack accepts the token of {name}.")]
    if not granted:
        return [*findings, absent("slack.scopes", "Slack did not say which permissions the token carries.")]
    missing = [scope for scope in SCOPES if scope not in granted]
    findings += [
        wrong(
            f"slack.scope.{scope}", f"The permission {scope} is missing: Greenroom cannot {SCOPES[scope]}.", REINSTALL
        )
        for scope in missing
    ]
    if not missing:
        findings.append(well("slack.scopes", f"All {len(SCOPES)} permissions of the manifest are there."))
    return findings


async def _look_at_socket(client: AsyncWebClient, app_token: str) -> Finding:
    """Asks for an address to connect to and does not connect: https://docs.slack.dev/reference/methods/apps.connections.open/"""
    check = "slack.socket"
    try:
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        said = f"Slack does not accept SLACK_APP_TOKEN ({cause_of(error)}): nothing arrives in Socket Mode."
        todo = "Make an app-level token with connections:write under Basic Information, and switch Socket Mode on."
        return wrong(check, said, todo)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return _away(check, error)
    return well(check, "Socket Mode can be opened.")


async def _look_at_address(settings: SlackSettings, session: aiohttp.ClientSession, now: datetime) -> Finding:
    check = "slack.events"
    if settings.speaks_socket:
        return well(check, "Events come over Socket Mode, so no public address is needed for them.")
    if await reaches_itself(settings, session, now):
        return well(check, "A signed request to the public address arrives as Slack would send it.")
    if is_loopback(settings.public_url):
        todo = "Set GREENROOM_PUBLIC_URL to an https address that leads here, or use Socket Mode."
        return wrong(check, "Slack cannot reach this machine's own address.", todo)
    todo = "Is greenroom serve running, and does the proxy pass /slack/events on with its body and headers unchanged?"
    return wrong(check, "A signed request to the public address does not arrive: Slack's would not either.", todo)


def _away(check: str, error: Exception) -> Finding:
    todo = "Check whether this machine may reach slack.com, and status.slack.com."
    return wrong(check, f"Slack does not answer ({type(error).__name__}).", todo)
