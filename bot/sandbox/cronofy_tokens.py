"""Cronofy's token endpoints: exchange a code, refresh, revoke."""

from __future__ import annotations

import hmac
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.credentials import Pair
from bot.sandbox.cronofy_profiles import PROVIDERS
from bot.sandbox.faults import Fault, System
from bot.sandbox.wire import Fields, fields
from bot.sandbox.world import World


class Tokens:
    """`/oauth/token` and `/oauth/token/revoke`; errors are 400 with an OAuth code."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/oauth/token", self.token, methods=["POST"]),
            Route("/oauth/token/revoke", self.revoke, methods=["POST"]),
        ]

    async def token(self, request: Request) -> Response:
        given = await fields(request)
        if not self._is_application(given):
            return _error("invalid_client")
        match given.get("grant_type"):
            case "authorization_code":
                return self._exchange(given)
            case "refresh_token":
                return self._refresh(given, path=request.url.path)
            case None:
                return _error("invalid_request")
            case _:
                return _error("unsupported_grant_type")

    async def revoke(self, request: Request) -> Response:
        given = await fields(request)
        if not self._is_application(given):
            return _error("invalid_client")
        credentials, value = self._world.credentials, str(given.get("token", ""))
        token = credentials.refresh_token(value) or credentials.access_token(value)
        sub = token.sub if token is not None else given.get("sub")
        if "token" not in given and sub:
            credentials.withdraw(str(sub))
        elif token is not None:
            credentials.withdraw(token.sub)
        return Response(status_code=200)

    def _exchange(self, given: Fields) -> Response:
        redirect_uri = str(given.get("redirect_uri", ""))
        code = self._world.credentials.redeem(str(given.get("code", "")), redirect_uri=redirect_uri)
        if code is None:
            return _error("invalid_grant", description="errors.unknown_or_used")
        pair = self._world.credentials.issue(code.sub, scope=code.scope)
        return _answer(self._fields(pair) | self._owner(code.sub))

    def _refresh(self, given: Fields, *, path: str) -> Response:
        refresh = self._world.credentials.refresh_token(str(given.get("refresh_token", "")))
        withdrawn = self._world.faults.take(Fault.INVALID_GRANT_ON_REFRESH, system=System.CRONOFY, path=path)
        if refresh is None or withdrawn:
            return _error("invalid_grant")
        return _answer(self._fields(self._world.credentials.renew(refresh)))

    def _fields(self, pair: Pair) -> dict[str, Any]:
        return {
            "token_type": "bearer",
            "access_token": pair.access.value,
            "expires_in": pair.expires_in,
            "refresh_token": pair.refresh.value,
            "scope": pair.access.scope,
        }

    def _owner(self, sub: str) -> dict[str, Any]:
        account = self._world.account_with_sub(sub)
        if account is None:
            return {"service_account_id": sub}
        provider, service, _ = PROVIDERS[self._world.calendar]
        profile = {
            "provider_name": provider,
            "provider_service": service,
            "profile_id": account.profile_id,
            "profile_name": account.email,
        }
        return {"account_id": sub, "sub": sub, "linking_profile": profile}

    def _is_application(self, given: Fields) -> bool:
        application = self._world.cronofy
        secret = str(given.get("client_secret", "")).encode()
        return given.get("client_id") == application.client_id and hmac.compare_digest(
            secret, application.client_secret.encode()
        )


def _answer(content: dict[str, Any]) -> Response:
    return JSONResponse(content, headers={"Cache-Control": "no-store"})


def _error(code: str, *, description: str = "") -> Response:
    more = {"error_description": description} if description else {}
    return JSONResponse({"error": code} | more, status_code=400)
