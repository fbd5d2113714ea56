"""Cronofy's push notification channels."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.cronofy import Gatekeeper, answering
from bot.sandbox.records import Account, Channel
from bot.sandbox.wire import fields, invalid, is_web_address, require
from bot.sandbox.world import World

MOST_CHANNELS = 128


class Channels:
    """Create (the same request gives the same channel), list, close."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._who = Gatekeeper(world)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/v1/channels", answering(self.create), methods=["POST"]),
            Route("/v1/channels", answering(self.list), methods=["GET"]),
            Route("/v1/channels/{channel_id}", answering(self.close), methods=["DELETE"]),
        ]

    async def create(self, request: Request) -> Response:
        account = self._who.account(request)
        given = await fields(request)
        require(given, "callback_url")
        if not is_web_address(given["callback_url"]):
            return invalid({"callback_url": "errors.invalid"})
        filters = given.get("filters") if isinstance(given.get("filters"), dict) else {}
        known = _find(account, callback_url=given["callback_url"], filters=filters or {})
        if known is not None:
            return JSONResponse({"channel": asdict(known)})
        if len(account.channels) >= MOST_CHANNELS:
            return invalid({"channel": "errors.too_many_channels"})
        channel_id = f"chn_{self._world.credentials.random_text()[:24]}"
        channel = Channel(channel_id, callback_url=given["callback_url"], filters=filters or {})
        account.channels[channel_id] = channel
        self._world.notices.verify(account, channel)
        return JSONResponse({"channel": asdict(channel)})

    async def list(self, request: Request) -> Response:
        account = self._who.account(request)
        return JSONResponse({"channels": [asdict(channel) for channel in account.channels.values()]})

    async def close(self, request: Request) -> Response:
        account = self._who.account(request)
        closed = account.channels.pop(request.path_params["channel_id"], None)
        return Response(status_code=404 if closed is None else 202)


def _find(account: Account, *, callback_url: str, filters: dict[str, Any]) -> Channel | None:
    for channel in account.channels.values():
        if channel.callback_url == callback_url and channel.filters == filters:
            return channel
    return None
