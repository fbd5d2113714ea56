"""Who does not want to be disturbed just now, where the workspace lets the app read that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.channel import Refused, SendError
from bot.slack.api import WebApi
from bot.slack.capabilities import UNKNOWN, Capabilities, Capability

METHOD = "dnd.teamInfo"
MOST_AT_ONCE = 50
PATIENCE = 3.0
"""Seconds; a campaign does not wait longer for an answer that it can do without."""
APART = timedelta(seconds=3)
"""Slack allows some twenty of these calls a minute; who is not asked about gets the reminder."""


class Quiet:
    """Asks Slack, and does without where it does not tell."""

    def __init__(self, api: WebApi, capabilities: Capabilities, *, now: Callable[[], datetime]) -> None:
        self._api = api
        self._capabilities = capabilities
        self._now = now
        self._asked: dict[str, datetime] = {}

    async def until(self, team: str, accounts: Sequence[str]) -> Mapping[str, datetime]:
        """When the silence of those ends who want it now."""
        now, before = self._now(), self._asked.get(team)
        if not self._capabilities.has(team, Capability.QUIET) or (before and abs(now - before) < APART):
            return {}
        self._asked[team] = now
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._api.call(team, METHOD, partial(_ask, accounts=accounts[:MOST_AT_ONCE]))
        except Refused as refusal:
            if refusal.cause in UNKNOWN:
                self._capabilities.lacks(team, Capability.QUIET)
            return {}
        except (SendError, TimeoutError):
            return {}
        users = answer.get("users") or {}
        ends = {account: _end(told, now) for account, told in users.items() if isinstance(told, Mapping)}
        return {account: end for account, end in ends.items() if end}


async def _ask(client: AsyncWebClient, *, accounts: Sequence[str]) -> AsyncSlackResponse:
    """https://docs.slack.dev/reference/methods/dnd.teamInfo/"""
    return await client.dnd_teamInfo(users=list(accounts))


def _end(told: Mapping[str, Any], now: datetime) -> datetime | None:
    """None while nothing is silent; a snooze is shown to nobody but its owner."""
    begin, end = told.get("next_dnd_start_ts"), told.get("next_dnd_end_ts")
    if not told.get("dnd_enabled") or not isinstance(begin, int | float) or not isinstance(end, int | float):
        return None
    return datetime.fromtimestamp(end, UTC) if begin <= now.timestamp() < end else None
