"""Other workspaces install the app: Bolt leads through Slack's OAuth, our store keeps what comes of it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.access import access
from bot.slack.errors import cause_of
from bot.slack.installs import Installs
from bot.slack.manifest import scopes
from bot.slack.ports import Installation, States
from bot.slack.settings import SlackSettings

INSTALL = "/slack/install"
REDIRECT = "/slack/oauth_redirect"
LOG = structlog.get_logger(__name__)
STATE_LIFE = timedelta(minutes=10)


class StateStore(AsyncOAuthStateStore):
    """States that are random, live for minutes and are good once."""

    def __init__(self, states: States, now: Callable[[], datetime]) -> None:
        self._states = states
        self._now = now

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        state = secrets.token_urlsafe(32)
        await self._states.issue(state, self._now() + STATE_LIFE)
        return state

    async def async_consume(self, state: str) -> bool:
        return await self._states.consume(state, self._now())


class InstallationStore(AsyncInstallationStore):
    """Hands a finished installation on; nothing is read through Bolt."""

    def __init__(self, installs: Installs, logger: logging.Logger) -> None:
        self._installs = installs
        self._logger = logger

    @property
    def logger(self) -> logging.Logger:
        return self._logger

    async def async_save(self, installation: SlackInstallation) -> None:
        await self._installs.add(_ours(installation))

    async def async_find_bot(self, **kwargs: object) -> Bot | None:
        return None

    async def async_find_installation(self, **kwargs: object) -> SlackInstallation | None:
        return None


class Flow(AsyncOAuthFlow):
    """Bolt's pages and checks, with our own exchange of the code."""

    def __init__(self, slack: SlackSettings, **given: Any) -> None:
        super().__init__(**given)
        self._slack = slack

    async def run_installation(self, code: str) -> SlackInstallation | None:
        try:
            said = await access(self.client, self._slack, code=code, redirect_uri=self._slack.public_url + REDIRECT)
            who = await self.client.auth_test(token=said["access_token"])
        except SlackApiError as error:
            LOG.warning("slack_installation_refused", cause=cause_of(error))
            return None
        return SlackInstallation(
            team_id=(said.get("team") or {}).get("id"),
            enterprise_id=(said.get("enterprise") or {}).get("id"),
            bot_token=said["access_token"],
            bot_id=who.get("bot_id"),
            bot_user_id=said.get("bot_user_id"),
            bot_scopes=said.get("scope") or "",
            bot_refresh_token=said.get("refresh_token"),
            bot_token_expires_in=said.get("expires_in"),
            user_id=(said.get("authed_user") or {}).get("id") or "",
        )


def oauth_flow(
    settings: SlackSettings,
    states: States,
    installs: Installs,
    *,
    client: AsyncWebClient,
    now: Callable[[], datetime],
    logger: logging.Logger,
) -> AsyncOAuthFlow:
    """https://docs.slack.dev/authentication/installing-with-oauth/"""
    return Flow(
        slack=settings,
        client=client,
        logger=logger,
        settings=AsyncOAuthSettings(
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            scopes=list(scopes()),
            redirect_uri=settings.public_url + REDIRECT,
            install_path=INSTALL,
            redirect_uri_path=REDIRECT,
            install_page_rendering_enabled=False,
            installation_store=InstallationStore(installs, logger),
            state_store=StateStore(states, now),
            state_expiration_seconds=int(STATE_LIFE.total_seconds()),
            logger=logger,
        ),
    )


def _ours(given: SlackInstallation) -> Installation:
    expires = given.bot_token_expires_at
    return Installation(
        team_id=given.team_id or given.enterprise_id or "",
        bot_token=given.bot_token or "",
        bot_id=given.bot_id or "",
        bot_user_id=given.bot_user_id or "",
        enterprise_id=given.enterprise_id or "",
        refresh_token=given.bot_refresh_token or "",
        expires_at=datetime.fromtimestamp(expires, UTC) if expires else None,
        scopes=tuple(given.bot_scopes or ()),
        installer=given.user_id or "",
    )
