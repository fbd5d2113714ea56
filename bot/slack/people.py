"""Who belongs to a workspace: read once, kept up to date by Slack's events, handed to the directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.channel import Refused, SendError, Throttled
from bot.slack.api import WebApi
from bot.slack.ports import Directory, Member

SLACKBOT = "USLACKBOT"
PAGE = 200
READ_AGAIN = timedelta(days=1)
"""Events say who came and left; once a day Slack is asked, because an event can be missed."""
MOST_TRIES = 5
LOG = structlog.get_logger(__name__)


class People:
    """The members of each workspace; bots, guests, strangers and people who left are nobody's account."""

    def __init__(self, api: WebApi, directory: Directory, now: Callable[[], datetime]) -> None:
        self._api = api
        self._directory = directory
        self._now = now
        self._read_at: dict[str, datetime] = {}
        self._members: dict[str, dict[str, Member | None]] = {}
        self._linked: set[tuple[str, str]] = set()

    def is_outsider(self, team: str, account: str) -> bool:
        """Known not to be a member; somebody we have not heard of yet gets the benefit of the doubt."""
        return self._members.get(team, {}).get(account, account) is None

    def email(self, team: str, account: str) -> str:
        """Empty when it is not known."""
        member = self._members.get(team, {}).get(account)
        return member.email if member else ""

    def locale(self, team: str, account: str) -> str:
        """Such as "fr-FR"; empty when it is not known."""
        member = self._members.get(team, {}).get(account)
        return member.locale if member else ""

    async def load(self, team: str) -> None:
        """Read all of them and link them; waits and tries again when Slack wants a pause."""
        for _ in range(MOST_TRIES):
            try:
                await self._take_over(team, await self._read(team))
                return
            except Refused as refusal:
                LOG.warning("slack_members_not_readable", team=team, cause=refusal.cause)
                return
            except SendError as error:
                await self._api.pacer.rest(error.retry_after if isinstance(error, Throttled) else 10.0)
        LOG.warning("slack_members_not_read", team=team)

    async def relink(self) -> None:
        """Link everybody again: the HR system may know people by now whom it did not know before."""
        for team, known in list(self._members.items()):
            if self._now() - self._read_at.get(team, self._now()) >= READ_AGAIN:
                await self.load(team)
            elif members := [one for one in known.values() if one]:
                await self._directory.link(team, members)

    async def ensure_linked(self, team: str, account: str) -> None:
        """Before an answer depends on who somebody is: the HR system may have been read after Slack's members."""
        member = self._members.get(team, {}).get(account)
        if member is None or (team, account) in self._linked:
            return
        if not await self._directory.is_linked(team, account):
            await self._directory.link(team, [member])
        if await self._directory.is_linked(team, account):
            self._linked.add((team, account))

    async def changed(self, team: str, user: Mapping[str, Any]) -> None:
        """Somebody joined, changed or left: https://docs.slack.dev/reference/events/user_change/"""
        await self._link(team, [user])

    async def _read(self, team: str) -> list[Mapping[str, Any]]:
        users: list[Mapping[str, Any]] = []
        cursor = ""
        while True:
            # https://docs.slack.dev/reference/methods/users.list/
            page = await self._api.call(team, "users.list", partial(_page, cursor=cursor))
            users += page.get("members") or []
            following = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not following or following == cursor:
                return users
            cursor = following

    async def _take_over(self, team: str, users: list[Mapping[str, Any]]) -> None:
        """All of them: an event about somebody who came or left may have been missed."""
        self._read_at[team] = self._now()
        listed = {user["id"] for user in users}
        for account in self._members.get(team, {}).keys() - listed:
            self._members[team][account] = None
        await self._link(team, users)
        if listed:
            await self._directory.keep_only(team, listed)

    async def _link(self, team: str, users: list[Mapping[str, Any]]) -> None:
        found = {user["id"]: member(user, team) for user in users}
        self._members.setdefault(team, {}).update(found)
        self._linked.difference_update((team, account) for account in found)
        members = [one for one in found.values() if one]
        gone = [account for account, one in found.items() if one is None]
        if members:
            await self._directory.link(team, members)
        if gone:
            await self._directory.unlink(team, gone)


async def _page(client: AsyncWebClient, *, cursor: str) -> AsyncSlackResponse:
    return await client.users_list(limit=PAGE, cursor=cursor, include_locale=True)


def member(user: Mapping[str, Any], team: str) -> Member | None:
    """The member, or None for anybody who must never get a direct message or has no verified e-mail address.

    https://docs.slack.dev/reference/objects/user-object/
    """
    profile = user.get("profile") or {}
    email = (profile.get("email") or "").strip()
    if not email or user.get("is_email_confirmed") is False or _is_outsider(user, team):
        return None
    return Member(
        account=user["id"],
        email=email.lower(),
        name=profile.get("real_name") or user.get("real_name") or user.get("name") or email,
        locale=user.get("locale") or "",
        timezone=user.get("tz") or "",
    )


def _is_outsider(user: Mapping[str, Any], team: str) -> bool:
    signs = (
        "deleted",
        "is_bot",
        "is_app_user",
        "is_workflow_bot",
        "is_restricted",
        "is_ultra_restricted",
        "is_stranger",
    )
    teams = (user.get("enterprise_user") or {}).get("teams") or [user.get("team_id") or team]
    return user["id"] == SLACKBOT or any(user.get(sign) for sign in signs) or team not in teams
