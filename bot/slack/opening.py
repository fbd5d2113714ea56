"""A pressed form button becomes a modal while its trigger lives."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from bot.channel import Letter, SendError
from bot.slack.api import WebApi
from bot.slack.limits import check_view
from bot.slack.manifest import advice
from bot.slack.modals import Submitted, form_of, view
from bot.slack.people import People
from bot.slack.receive import HOME, place_of, team_of
from handlers.texts import t

GONE = advice("This form is no longer there. Please ask me again.")
SLOW = advice("Slack was too slow to open the form. Please press the button again.")
DEADLINE = 2.0
"""Seconds; Slack lets a trigger live for three."""
LOG = structlog.get_logger(__name__)


class Opening:
    """Opens modals, and says so when that did not work."""

    def __init__(self, api: WebApi, people: People) -> None:
        self._api = api
        self._people = people

    async def open(self, body: Mapping[str, Any], letter: Letter | None, number: int) -> None:
        """https://docs.slack.dev/reference/methods/views.open/"""
        form = form_of(letter.reply, number) if letter else None
        if letter is None or form is None:
            await self._say(body, GONE)
            return
        drawn = view(letter, form, Submitted(letter.id, number, place_of(body)))
        check_view(drawn)
        trigger = str(body.get("trigger_id", ""))
        try:
            async with asyncio.timeout(DEADLINE):
                await self._api.call(
                    team_of(body), "views.open", lambda client: client.views_open(trigger_id=trigger, view=drawn)
                )
        except (SendError, TimeoutError) as error:
            LOG.warning("slack_form_not_opened", error=type(error).__name__, cause=str(error))
            await self._say(body, SLOW)

    async def _say(self, body: Mapping[str, Any], text: str) -> None:
        team, account = team_of(body), body["user"]["id"]
        channel = (body.get("channel") or {}).get("id") or ""
        if place_of(body) == HOME or not channel:
            return  # there is nowhere to say it: the home tab is drawn anew when it is opened
        words = t(text, self._people.locale(team, account).partition("-")[0] or "en")
        try:
            await self._api.call(
                team,
                "chat.postEphemeral",
                lambda client: client.chat_postEphemeral(channel=channel, user=account, text=words),
            )
        except SendError:
            LOG.warning("slack_notice_not_shown")
