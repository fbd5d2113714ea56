"""Which workspaces the app is in, and with which token: remembered for a while, rotated in time, cleaned up."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.access import access
from bot.slack.errors import cause_of
from bot.slack.ports import Installation, Installations
from bot.slack.settings import SlackSettings

MEMORY = timedelta(minutes=10)
PATIENCE = timedelta(seconds=5)
ROTATE_BEFORE = timedelta(hours=2)
LOG = structlog.get_logger(__name__)


class NotInstalled(Exception):
    """The app is not, or no longer, in this workspace."""

    advice = "Install the app in this workspace again."


class NotIdentified(Exception):
    """Slack did not say whose the configured token is; Slack delivers the event again later."""

    advice = "Check SLACK_BOT_TOKEN, and whether Slack can be reached from here."


@dataclass(frozen=True, slots=True)
class _Known:
    installation: Installation
    until: datetime


class Installs(AsyncAuthorize):
    """Answers Bolt's question who we are in a workspace, without a request and two queries for each event."""

    def __init__(
        self,
        settings: SlackSettings,
        store: Installations | None,
        *,
        client: Callable[[str | None], AsyncWebClient],
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._store = store
        self._client = client
        self._now = now
        self._own: Installation | None = None
        self._ask_again = datetime.min.replace(tzinfo=UTC)
        self._known: dict[str, _Known] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.installed: Callable[[Installation], Awaitable[None]] | None = None
        """Told about each new installation."""

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        try:
            found = await self.find(team_id or "")
        except NotInstalled:
            return None
        return AuthorizeResult(
            enterprise_id=found.enterprise_id or None,
            team_id=found.team_id,
            bot_id=found.bot_id or None,
            bot_user_id=found.bot_user_id or None,
            bot_token=found.bot_token,
            user_id=user_id,
        )

    async def token(self, team: str) -> str:
        """Raises NotInstalled."""
        return (await self.find(team)).bot_token

    async def find(self, team: str) -> Installation:
        """From memory, or from the store with a token that is still good for a while.

        Raises NotInstalled or NotIdentified.
        """
        own = await self.identify()
        if own and own.team_id == team:
            return own
        known = self._known.get(team)
        if known and self._now() < known.until:
            return known.installation
        async with self._turns[team]:
            known = self._known.get(team)
            if known and self._now() < known.until:
                return known.installation
            return await self._load(team)

    async def teams(self) -> list[str]:
        """Every workspace that the app is in."""
        stored = await self._store.teams() if self._store else ()
        own = [self._own.team_id] if self._own else []
        return [*own, *(team for team in stored if team not in own)]

    async def identify(self) -> Installation | None:
        """Ask Slack once whose the configured token is; None without one. Raises NotIdentified."""
        if not self._settings.bot_token or self._own:
            return self._own
        async with self._turns[""]:
            if self._own is None:
                self._own = await self._ask()
        return self._own

    async def _ask(self) -> Installation:
        if self._now() < self._ask_again:
            raise NotIdentified
        self._ask_again = self._now() + PATIENCE
        try:
            # https://docs.slack.dev/reference/methods/auth.test/
            said = await self._client(self._settings.bot_token).auth_test()
        except Exception as error:
            LOG.error("slack_token_not_accepted", error=_word(error), advice=NotIdentified.advice)
            raise NotIdentified from error
        return Installation(
            team_id=said["team_id"],
            bot_token=self._settings.bot_token,
            bot_id=said.get("bot_id") or "",
            bot_user_id=said.get("user_id") or "",
            enterprise_id=said.get("enterprise_id") or "",
        )

    async def add(self, installation: Installation) -> None:
        if self._store is None:
            raise NotInstalled
        await self._store.save(installation)
        self.forget(installation.team_id)
        if self.installed:
            await self.installed(installation)

    async def remove(self, team: str) -> None:
        """Uninstalled, or its token revoked: forget the tokens."""
        self.forget(team)
        if self._store:
            await self._store.delete(team)

    def forget(self, team: str) -> None:
        """Look into the store again the next time."""
        self._known.pop(team, None)

    async def distrust(self, team: str) -> None:
        """Slack refused the token: ask once more before the installation is removed."""
        if self._own and self._own.team_id == team:
            LOG.error("slack_token_refused", advice="Check SLACK_BOT_TOKEN.")
            return
        stored = await self._store.find(team) if self._store else None
        if stored is None:
            return
        try:
            await self._client(stored.bot_token).auth_test()
        except SlackApiError as error:
            if cause_of(error):
                LOG.warning("slack_installation_removed", team=team, cause=cause_of(error))
                await self.remove(team)
        except Exception:
            LOG.warning("slack_token_not_checked", team=team)

    async def _load(self, team: str) -> Installation:
        found = await self._store.find(team) if self._store and team else None
        if found is None:
            self.forget(team)
            raise NotInstalled
        found = await self._rotated(found)
        until = self._now() + MEMORY
        self._known[team] = _Known(found, min(until, found.expires_at) if found.expires_at else until)
        return found

    async def _rotated(self, old: Installation) -> Installation:
        """https://docs.slack.dev/authentication/using-token-rotation/"""
        if not (old.expires_at and old.refresh_token) or self._now() < old.expires_at - ROTATE_BEFORE:
            return old
        try:
            said = await access(
                self._client(None), self._settings, grant_type="refresh_token", refresh_token=old.refresh_token
            )
        except Exception as error:
            LOG.warning("slack_token_not_rotated", team=old.team_id, error=type(error).__name__)
            return await self._rotated_elsewhere(old)
        new = replace(
            old,
            bot_token=said["access_token"],
            refresh_token=said["refresh_token"],
            expires_at=self._now() + timedelta(seconds=int(said["expires_in"])),
        )
        if self._store:
            await self._store.save(new)
        return new

    async def _rotated_elsewhere(self, old: Installation) -> Installation:
        # A refresh token works once: another process may have been faster.
        stored = await self._store.find(old.team_id) if self._store else None
        return stored or old


def _word(error: Exception) -> str:
    return cause_of(error) if isinstance(error, SlackApiError) else type(error).__name__
