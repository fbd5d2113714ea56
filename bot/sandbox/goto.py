"""GoTo: tokens whose refresh tokens change with each use, users, and licences."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.cronofy import answering
from bot.sandbox.faults import Fault, System
from bot.sandbox.partner_errors import refused
from bot.sandbox.records import GoToSeat, Person
from bot.sandbox.wire import Answered, bearer, fields
from bot.sandbox.world import World
from bot.sandbox.zoom import is_client

ACCOUNT_KEY = 9_007_199_254_740_993_117
"""Longer than a float can hold."""
FILTER = re.compile(r"filter=email%20eq%20%22(?P<email>[^&]+)%22")


class GoTo:
    """`/oauth/token` and what of the Admin API Greenroom reads."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[BaseRoute]:
        account = f"/admin/rest/v1/accounts/{ACCOUNT_KEY}"
        return [
            Route("/oauth/token", self.token, methods=["POST"]),
            Route("/admin/rest/v1/me", answering(self.me), methods=["GET"]),
            Route(f"{account}/users", answering(self.users), methods=["GET"]),
            Route(f"{account}/licenses", answering(self.licences), methods=["GET"]),
        ]

    async def token(self, request: Request) -> Response:
        given, partners = await fields(request), self._world.partners
        if not is_client(request, partners.goto):
            return refused(401, {"error": "invalid_client", "error_description": "Bad client credentials"})
        refused_now = self._fails(Fault.APP_REFUSED, request) or self._fails(Fault.INVALID_GRANT_ON_REFRESH, request)
        if refused_now or given.get("refresh_token") != partners.goto_refresh_token:
            return refused(400, {"error": "invalid_grant", "error_description": "The refresh token is not valid."})
        partners.goto_refresh_token = f"goto-refresh-{self._world.credentials.random_text()}"
        value = f"goto-{self._world.credentials.random_text()}"
        partners.give(value, subject="goto", scope="", now=self._world.clock())
        renewed = {"refresh_token": partners.goto_refresh_token}
        return JSONResponse({"access_token": value, "token_type": "Bearer", "expires_in": 3600, **renewed})

    async def me(self, request: Request) -> Response:
        self._admit(request)
        return JSONResponse({"accountKey": ACCOUNT_KEY, "accounts": [{"key": ACCOUNT_KEY, "name": "Aurora"}]})

    async def users(self, request: Request) -> Response:
        self._admit(request)
        email = self._filtered(request)
        people = {person.email: person for person in self._world.people if person.goto != GoToSeat.MISSING}
        found = [_user(person) for person in people.values() if email in ("", person.email)]
        return self._page(request, found)

    async def licences(self, request: Request) -> Response:
        self._admit(request)
        seats: dict[GoToSeat, list[int]] = {seat: [] for seat in GoToSeat}
        for person in self._world.people:
            seats[person.goto].append(_key(person))
        meeting = {
            "key": ACCOUNT_KEY + 1,
            "enabled": True,
            "products": ["G2M"],
            "userKeys": seats[GoToSeat.LICENSED],
            "invitedUserKeys": seats[GoToSeat.INVITED],
        }
        rescue = {
            "key": ACCOUNT_KEY + 2,
            "enabled": True,
            "products": ["RESCUE"],
            "userKeys": seats[GoToSeat.UNLICENSED],
        }
        return self._page(request, [meeting, rescue])

    def _filtered(self, request: Request) -> str:
        """The address that is filtered for; a space has to be written as %20."""
        if "filter" not in request.query_params:
            return ""
        match = FILTER.search(request.url.query.replace("@", "%40"))
        if match is None:
            raise Answered(refused(400, {"errorCode": "InvalidFilter", "description": "The filter is not understood."}))
        return match["email"].replace("%40", "@")

    def _page(self, request: Request, records: list[dict[str, Any]]) -> Response:
        start = int(request.query_params.get("offset", 0))
        size = int(request.query_params.get("pageSize", 100))
        page = records[start : start + size]
        return JSONResponse(
            {"results": page, "fromIndex": start, "toIndex": start + len(page) - 1, "total": len(records)}
        )

    def _admit(self, request: Request) -> None:
        expired = self._fails(Fault.EXPIRED_TOKEN, request)
        if expired or self._world.partners.given(bearer(request), self._world.clock()) is None:
            raise Answered(refused(401, {"errorCode": "InvalidToken", "description": "The token is expired."}))
        if self._fails(Fault.RIGHT_MISSING, request):
            raise Answered(refused(403, {"errorCode": "AccessDenied", "description": "MANAGE_USERS is needed."}))

    def _fails(self, fault: Fault, request: Request) -> bool:
        return self._world.faults.take(fault, system=System.GOTO, path=request.url.path) is not None


def _key(person: Person) -> int:
    return ACCOUNT_KEY * 10 + int(person.id)


def _user(person: Person) -> dict[str, Any]:
    return {"key": _key(person), "email": person.email, "firstName": person.first_name, "lastName": person.last_name}
