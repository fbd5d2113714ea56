"""Slack's Web API: one open HTTP session, the right token, one place for pauses and errors."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.calls import Calls
from bot.channel import OnCall, Refused, Throttled
from bot.slack.errors import TOKEN_GONE, TOKEN_OLD, cause_of, send_error
from bot.slack.installs import PATIENCE, Installs, NotIdentified, NotInstalled
from bot.slack.pace import Pacer

Call = Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]]
TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)


class WebApi:
    """Calls methods for a workspace, each once and without retries."""

    def __init__(
        self, installs: Installs, pacer: Pacer, *, url: str, logger: logging.Logger, on_call: OnCall | None = None
    ) -> None:
        self.installs = installs
        self.pacer = pacer
        self._url = url
        self._logger = logger
        self._calls = Calls("Slack", on_call)
        self.session: aiohttp.ClientSession | None = None
        self._clients: dict[str, AsyncWebClient] = {}

    async def open(self) -> None:
        self.session = aiohttp.ClientSession(timeout=TIMEOUT)

    async def close(self) -> None:
        if self.session:
            await self.session.close()
        self.session = None
        self._clients.clear()

    def client(self, token: str | None) -> AsyncWebClient:
        """A client that shares the session and never repeats a request by itself."""
        return AsyncWebClient(
            token=token, base_url=self._url, session=self.session, retry_handlers=[], logger=self._logger
        )

    async def call(self, team: str, method: str, call: Call) -> AsyncSlackResponse:
        """Slack's answer; raises Refused, Throttled or Doubtful."""
        await self.pacer.unpaused(team, method)
        try:
            token = await self.installs.token(team)
        except NotInstalled:
            raise Refused("not_installed") from None
        except NotIdentified:
            raise Throttled(PATIENCE.total_seconds()) from None
        begun, status = time.monotonic(), 0
        try:
            answer = await call(self._client(team, token))
            status = answer.status_code
            return answer
        except SlackApiError as error:
            status = getattr(error.response, "status_code", 0)
            await self._settle_token(team, cause_of(error))
            raise self._known(team, method, error) from error
        except Exception as error:
            raise send_error(error) from error
        finally:
            self._calls.over(method, status, begun)

    def _client(self, team: str, token: str) -> AsyncWebClient:
        client = self._clients.get(team)
        if client is None or client.token != token:
            client = self._clients[team] = self.client(token)
        return client

    def _known(self, team: str, method: str, error: SlackApiError) -> Exception:
        known = send_error(error)
        if isinstance(known, Throttled) and cause_of(error) != TOKEN_OLD:
            self.pacer.pause(team, method, known.retry_after)
        return known

    async def _settle_token(self, team: str, cause: str) -> None:
        if cause == TOKEN_OLD:
            self.installs.forget(team)
        elif cause in TOKEN_GONE:
            await self.installs.distrust(team)
