"""Socket Mode: Slack's requests come over a connection that we open, acknowledged only when they are stored."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

PING = 5.0
GRACE = 2.0


class SocketMode:
    """https://docs.slack.dev/apis/events-api/using-socket-mode/"""

    def __init__(
        self,
        app: AsyncApp,
        *,
        app_token: str,
        client: AsyncWebClient,
        logger: logging.Logger,
        heard: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self._app = app
        self._heard = heard
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._is_closing = False
        self._handler = _Handler(app, app_token, client, logger, self._handle)
        # Connecting goes on trying for as long as Slack cannot be reached; nothing else waits for it.
        self._connecting = asyncio.create_task(self._handler.connect_async())  # type: ignore[no-untyped-call]

    async def is_connected(self) -> bool:
        return bool(await self._handler.client.is_connected())

    async def stop(self) -> None:
        """Acknowledge what is being stored, leave the rest to Slack's next delivery, and hang up."""
        self._is_closing = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), GRACE)
        self._connecting.cancel()
        await asyncio.gather(self._connecting, return_exceptions=True)
        client = self._handler.client
        tasks = [task for task in (client.current_session_monitor, client.message_receiver) if task]
        await self._handler.close_async()  # type: ignore[no-untyped-call]
        await asyncio.gather(client.message_processor, *tasks, return_exceptions=True)

    async def _handle(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        if self._is_closing:
            return
        self._heard(request.payload)
        self._running += 1
        self._idle.clear()
        try:
            response = await run_async_bolt_app(self._app, request)
            await send_async_response(client, request, response, 0.0)
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler with our listener in place of its own."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        client: AsyncWebClient,
        logger: logging.Logger,
        handle: Callable[..., Awaitable[None]],
    ) -> None:
        super().__init__(app, app_token, logger=logger, web_client=client, ping_interval=PING)
        self.client.socket_mode_request_listeners[:] = [handle]
