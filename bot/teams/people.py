"""Gets to know the accounts that speak to the bot: their mail from the roster, and how to write to them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import structlog
from botbuilder.schema import Activity

from bot.channel import SendError
from bot.teams.adapter import TeamsAdapter
from bot.teams.connector import ConnectorError
from bot.teams.ports import Accounts, Profile
from bot.teams.references import Reference, account_of, reference_of, tenant_of
from bot.teams.settings import TeamsSettings

LOG = structlog.get_logger(__name__)
ROSTER_SECONDS = 3.0
ASK_AGAIN = timedelta(minutes=1)
MOST_REMEMBERED = 10_000
MOST_PAGES = 50
NOT_COLLEAGUES = frozenset({"guest", "anonymous"})
TROUBLE = (ConnectorError, SendError, aiohttp.ClientError, TimeoutError)


class People:
    """Asks the roster once for each account, and stores a reference only when it changed."""

    def __init__(
        self, settings: TeamsSettings, adapter: TeamsAdapter, accounts: Accounts, now: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._adapter = adapter
        self._accounts = accounts
        self._now = now
        self._met: OrderedDict[tuple[str, str], tuple[Reference, datetime | None]] = OrderedDict()
        self._workspaces: dict[str, Reference] = {}

    async def meet(self, activity: Activity) -> None:
        """Match the account to a person if that was not done yet, and keep how to write to it."""
        key = self._settings.workspace(tenant_of(activity)), account_of(activity)
        reference = reference_of(activity)
        # Whoever writes from a shared conversation keeps the personal one that we know.
        self._workspaces[key[0]] = replace(reference, conversation="", user="", locale="")
        if self._is_known(key, reference):
            return
        known = await self._accounts.is_known(*key)
        if not known:
            profiles = await self._profiles(activity, account=key[1], workspace=key[0])
            await self._accounts.link(key[0], profiles)
        if reference.conversation or not known:
            await self._accounts.save_reference(*key, reference.to_json())
        self._remember(key, reference, is_known=known or await self._accounts.is_known(*key))

    def nearby(self, workspace: str) -> Reference:
        """What is known about a tenant: enough to write to somebody of it who never wrote."""
        bot = f"28:{self._settings.app_id}" if self._settings.app_id else ""
        return self._workspaces.get(workspace) or Reference(service_url=self._settings.service_url, bot=bot)

    async def leave(self, activity: Activity, cause: str) -> None:
        """The app was taken away: nobody writes there until it is back."""
        key = self._settings.workspace(tenant_of(activity)), account_of(activity)
        self._met.pop(key, None)
        gone = replace(reference_of(activity), unreachable=cause)
        if gone.conversation and key[1]:
            await self._accounts.save_reference(*key, gone.to_json())

    async def keep(self, workspace: str, account: str, reference: Reference) -> None:
        """Store what sending found out: a new conversation, or that there is none any more."""
        self._met.pop((workspace, account), None)
        await self._accounts.save_reference(workspace, account, reference.to_json())

    async def import_roster(self, activity: Activity) -> None:
        """Match everybody of a team that the bot was added to, so that they can be written to first."""
        workspace, token = self._settings.workspace(tenant_of(activity)), ""
        try:
            connector = await self._adapter.connector(activity.service_url)
            for _ in range(MOST_PAGES):
                page = await connector.get_conversation_paged_members(activity.conversation.id, token)
                found = [
                    _profile(member) for member in page.get("members") or () if self._is_colleague(member, workspace)
                ]
                await self._accounts.link(workspace, [profile for profile in found if profile.account])
                token = str(page.get("continuationToken") or "")
                if not token:
                    return
        except TROUBLE as error:
            LOG.warning("roster_not_imported", error=str(error))

    async def _profiles(self, activity: Activity, *, account: str, workspace: str) -> list[Profile]:
        try:
            async with asyncio.timeout(ROSTER_SECONDS):
                connector = await self._adapter.connector(activity.service_url)
                member = await connector.get_conversation_member(activity.conversation.id, activity.from_property.id)
        except TROUBLE as error:
            LOG.warning("profile_not_read", error=str(error))
            return []
        return [replace(_profile(member), account=account)] if self._is_colleague(member, workspace) else []

    def _is_colleague(self, member: Mapping[str, Any], workspace: str) -> bool:
        """Guests carry mails of other companies, so they are nobody of this one."""
        tenant = str(member.get("tenantId") or workspace)
        is_ours = self._settings.local or tenant == workspace
        return is_ours and str(member.get("userRole", "")).lower() not in NOT_COLLEAGUES

    def _is_known(self, key: tuple[str, str], reference: Reference) -> bool:
        stored, again = self._met.get(key, (None, None))
        if stored is None or (again is not None and self._now() >= again):
            return False
        return stored == reference or not reference.conversation

    def _remember(self, key: tuple[str, str], reference: Reference, *, is_known: bool) -> None:
        self._met[key] = reference, None if is_known else self._now() + ASK_AGAIN
        self._met.move_to_end(key)
        while len(self._met) > MOST_REMEMBERED:
            self._met.popitem(last=False)


def _profile(member: Mapping[str, Any]) -> Profile:
    """The sign-in name is left out: it may be somebody else's mail."""
    # https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context
    account = str(member.get("aadObjectId") or member.get("objectId") or "")
    return Profile(account=account, email=str(member.get("email") or ""), name=str(member.get("name") or ""))
