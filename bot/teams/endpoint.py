"""POST /api/messages: what is too large, malformed or not from Microsoft goes no further."""

from __future__ import annotations

import json
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.loopback import is_loopback_host
from bot.teams.activities import Malformed, activity_of
from bot.teams.adapter import TeamsAdapter, Turn
from bot.teams.auth import TokenCheck, Unauthorised
from bot.teams.settings import TeamsSettings

LOG = structlog.get_logger(__name__)
MOST_BYTES = 256 * 1024


class TooLarge(Exception):
    """The body is larger than any activity."""


class Endpoint:
    """Answers 413, 400 or 401 before anything of an activity is believed."""

    def __init__(self, settings: TeamsSettings, check: TokenCheck, adapter: TeamsAdapter, turn: Turn) -> None:
        self._settings = settings
        self._check = check
        self._adapter = adapter
        self._turn = turn

    async def post(self, request: Request) -> Response:
        """One activity; 202 means that it is stored."""
        if self._settings.local and not _is_from_here(request):
            return Response(status_code=401)
        try:
            body = _object(await _read(request))
            activity = activity_of(body)
            await self._check.check(request.headers.get("Authorization", ""), body)
        except TooLarge:
            return Response(status_code=413)
        except Malformed:
            return Response(status_code=400)
        except Unauthorised as error:
            LOG.warning("request_refused", reason=str(error))
            return Response(status_code=401)
        answer = await self._adapter.receive(activity, self._turn)
        if answer is None:
            return Response(status_code=202)
        return JSONResponse(answer.body, status_code=answer.status) if answer.body else Response(None, answer.status)


def _is_from_here(request: Request) -> bool:
    """Without authentication only this machine may speak; a proxy's header tells that somebody else does."""
    host = request.client.host if request.client else ""
    return is_loopback_host(host) and "x-forwarded-for" not in request.headers


async def _read(request: Request) -> bytes:
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > MOST_BYTES:
        raise TooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLarge
    return bytes(body)


def _object(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(parsed, dict):
        raise Malformed
    return parsed
