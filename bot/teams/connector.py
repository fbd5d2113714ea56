"""The Connector API of Teams over aiohttp: one request for one call, no retries, errors that keep their status."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp
from botbuilder.schema import Activity, ConversationParameters, ConversationResourceResponse, ResourceResponse
from yarl import URL

from bot.calls import Calls
from bot.teams.activities import payload_of
from bot.teams.tokens import AccessTokens

UNAUTHORISED = 401


class ConnectorError(Exception):
    """Teams answered with an error; `code` is its own word for it, or empty."""

    def __init__(self, status: int, code: str, retry_after: str = "") -> None:
        super().__init__(f"{status} {code}".strip())
        self.status = status
        self.code = code
        self.retry_after = retry_after


class Connector:
    """What botbuilder expects of a connector client, for one service URL.

    https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
    """

    def __init__(
        self, service_url: str, session: aiohttp.ClientSession, tokens: AccessTokens | None, calls: Calls
    ) -> None:
        self._calls = calls
        self._base = service_url.rstrip("/") + "/v3/conversations"
        self._session = session
        self._tokens = tokens

    @property
    def conversations(self) -> Connector:
        return self

    async def send_to_conversation(self, conversation: str, activity: Activity) -> ResourceResponse:
        answer = await self._call("POST", f"/{_part(conversation)}/activities", payload_of(activity))
        return ResourceResponse(id=answer.get("id", ""))

    async def reply_to_activity(self, conversation: str, message: str, activity: Activity) -> ResourceResponse:
        path = f"/{_part(conversation)}/activities/{_part(message)}"
        return ResourceResponse(id=(await self._call("POST", path, payload_of(activity))).get("id", ""))

    async def update_activity(self, conversation: str, message: str, activity: Activity) -> ResourceResponse:
        path = f"/{_part(conversation)}/activities/{_part(message)}"
        return ResourceResponse(id=(await self._call("PUT", path, payload_of(activity))).get("id", message))

    async def create_conversation(self, parameters: ConversationParameters) -> ConversationResourceResponse:
        answer = await self._call("POST", "", payload_of(parameters))
        return ConversationResourceResponse(id=answer.get("id", ""), activity_id=answer.get("activityId"))

    async def get_conversation_member(self, conversation: str, member: str) -> dict[str, Any]:
        return await self._call("GET", f"/{_part(conversation)}/members/{_part(member)}")

    async def get_conversation_paged_members(self, conversation: str, token: str = "") -> dict[str, Any]:
        path = f"/{_part(conversation)}/pagedmembers?pageSize=200"
        return await self._call("GET", path + (f"&continuationToken={quote(token, safe='')}" if token else ""))

    async def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        if self._tokens is None:
            return await self._request(method, path, body, token="")
        token = await self._tokens.token()
        try:
            return await self._request(method, path, body, token=token)
        except ConnectorError as error:
            if error.status != UNAUTHORISED:
                raise
        # A refused token means that nothing was done, so asking again with a new one repeats nothing.
        self._tokens.forget(token)
        return await self._request(method, path, body, token=await self._tokens.token())

    async def _request(self, method: str, path: str, body: Mapping[str, Any] | None, *, token: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # A redirect would carry our token to another host.
        url = URL(self._base + path, encoded=True)
        ask = self._session.request(method, url, json=body, headers=headers, allow_redirects=False)
        begun, status = time.monotonic(), 0
        try:
            async with ask as response:
                text, status = await response.text(errors="replace"), response.status
        finally:
            self._calls.over(_action(path), status, begun)
        answer = _object(text)
        if not 200 <= status < 300:
            raise ConnectorError(status, _code(answer), response.headers.get("Retry-After", ""))
        return answer


def _action(path: str) -> str:
    """The kind of request, without the ids of conversations and people."""
    return next((word for word in ("activities", "members", "pagedmembers") if f"/{word}" in path), "conversations")


def _part(text: str) -> str:
    return quote(text, safe="")


def _object(text: str) -> dict[str, Any]:
    """The answer when it is one: gateways answer in HTML, and some answers are empty."""
    try:
        answer = json.loads(text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _code(answer: Mapping[str, Any]) -> str:
    error = answer.get("error")
    if not isinstance(error, dict):
        return ""
    inner = error.get("innerHttpError") or error.get("innererror")
    code = error.get("code") or (inner.get("code") if isinstance(inner, dict) else "")
    return str(code or "")[:100]
