"""The tokens that our requests to Microsoft carry: fetched once, kept until shortly before they end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from bot.channel import Refused, Throttled
from bot.teams.settings import TeamsSettings

SCOPE = "https://api.botframework.com/.default"
GRAPH_SCOPE = "https://graph.microsoft.com/.default"
EARLY = timedelta(minutes=5)
RETRY_SECONDS = 5.0


class AccessTokens:
    """One token for everybody; while it is being fetched, everybody waits for the same request."""

    def __init__(
        self,
        settings: TeamsSettings,
        session: Callable[[], aiohttp.ClientSession],
        now: Callable[[], datetime],
        *,
        scope: str = SCOPE,
    ) -> None:
        self._settings = settings
        self._scope = scope
        self._session = session
        self._now = now
        self._lock = asyncio.Lock()
        self._token = ""
        self._until: datetime | None = None

    async def token(self) -> str:
        """A token that is still good. Raises Throttled or Refused: without it nothing was sent."""
        async with self._lock:
            if self._until is None or self._now() >= self._until:
                await self._fetch()
            return self._token

    def forget(self, token: str) -> None:
        """Teams did not accept this one, so the next message asks for another."""
        if token == self._token:
            self._until = None

    async def _fetch(self) -> None:
        answer = await self._ask()
        seconds = int(answer.get("expires_in", 3600))
        self._token = str(answer["access_token"])
        self._until = self._now() + max(timedelta(seconds=seconds) - EARLY, timedelta(seconds=seconds / 2))

    async def _ask(self) -> dict[str, Any]:
        # https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
        url = f"{self._settings.login_url}/{self._settings.tenant_id}/oauth2/v2.0/token"
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.app_id,
            "client_secret": self._settings.app_password,
            "scope": self._scope,
        }
        try:
            async with self._session().post(url, data=form, allow_redirects=False) as response:
                if response.status in {400, 401, 403}:
                    raise Refused("InvalidCredentials")
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError):
            raise Throttled(RETRY_SECONDS) from None
        if not isinstance(answer, dict) or not answer.get("access_token"):
            raise Throttled(RETRY_SECONDS)
        return answer
