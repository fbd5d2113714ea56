"""Zoom: the token of a server-to-server app, users, and the Marketplace of the account."""

from __future__ import annotations

import base64
import hmac
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.cronofy import answering
from bot.sandbox.faults import Fault, System
from bot.sandbox.partner_errors import refused
from bot.sandbox.partners import Registration
from bot.sandbox.records import Person, ZoomApproval, ZoomUser
from bot.sandbox.wire import Answered, bearer, fields
from bot.sandbox.world import World

SCOPE = "user:read:admin marketplace:read:list_apps:admin"
STATUSES = {
    ZoomUser.ACTIVE: "active",
    ZoomUser.BASIC: "active",
    ZoomUser.PENDING: "pending",
    ZoomUser.INACTIVE: "inactive",
}
CRONOFY: dict[str, Any] = {
    "app_id": "sandbox-cronofy-app",
    "app_name": "Cronofy",
    "app_type": "OAuthApp",
    "app_usage": 1,
    "app_status": "PUBLISHED",
    "app_developer_type": "THIRD_PARTY",
}
ANOTHER = {
    **CRONOFY,
    "app_id": "sandbox-other-app",
    "app_name": "Miro",
    "approval_info": {"approved_type": "forAllUser"},
}


def is_client(request: Request, registration: Registration) -> bool:
    """Whether the request carries this app's id and secret, as Basic authentication."""
    wanted = base64.b64encode(f"{registration.client_id}:{registration.client_secret}".encode()).decode()
    return hmac.compare_digest(request.headers.get("authorization", ""), f"Basic {wanted}")


class Zoom:
    """`/oauth/token` and what of `/v2` Greenroom reads."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/oauth/token", self.token, methods=["POST"]),
            Route("/v2/users", answering(self.users), methods=["GET"]),
            Route("/v2/users/{email}", answering(self.user), methods=["GET"]),
            Route("/v2/marketplace/apps", answering(self.apps), methods=["GET"]),
        ]

    async def token(self, request: Request) -> Response:
        given, app = await fields(request), self._world.partners.zoom
        if self._fails(Fault.APP_REFUSED, request) or not is_client(request, app):
            return refused(400, {"reason": "Invalid client_id or client_secret", "error": "invalid_client"})
        if given.get("grant_type") != "account_credentials" or given.get("account_id") != app.place:
            return refused(400, {"reason": "Bad Request", "error": "invalid_request"})
        value = f"zoom-{self._world.credentials.random_text()}"
        self._world.partners.give(value, subject="zoom", scope=SCOPE, now=self._world.clock())
        return JSONResponse({"access_token": value, "token_type": "bearer", "expires_in": 3600, "scope": SCOPE})

    async def user(self, request: Request) -> Response:
        self._admit(request)
        email = request.path_params["email"]
        people = self._world.people_at(email)
        if not people or people[0].zoom == ZoomUser.MISSING:
            return refused(404, {"code": 1001, "message": f"User does not exist: {email}."})
        return JSONResponse(_user(people[0]))

    async def users(self, request: Request) -> Response:
        self._admit(request)
        status = request.query_params.get("status", "active")
        found = {person.email: _user(person) for person in self._world.people if STATUSES.get(person.zoom) == status}
        page, more = self._page(request, list(found.values()), otherwise=30, most=300)
        return JSONResponse({"page_size": len(page), "total_records": len(found), "users": page, **more})

    async def apps(self, request: Request) -> Response:
        self._admit(request)
        listed = self._listed(request.query_params.get("type", ""))
        page, more = self._page(request, listed, otherwise=30, most=100)
        return JSONResponse({"page_size": len(page), "apps": page, **more})

    def _listed(self, kind: str) -> list[dict[str, Any]]:
        """The app in the list where it belongs; other apps of the company are approved too."""
        approval, waiting = self._world.zoom_app, len(self._world.zoom_requests)
        requests = {"request_total_number": waiting, "request_pending_number": waiting}
        app = {**CRONOFY, **requests}
        match kind, approval:
            case "approved_apps", ZoomApproval.ALL_USERS:
                return [ANOTHER, {**app, "approval_info": {"approved_type": "forAllUser"}}]
            case "approved_apps", ZoomApproval.SOME_USERS:
                return [ANOTHER, {**app, "approval_info": {"approved_type": "forSpecificUser"}}]
            case "approved_apps", ZoomApproval.WITHDRAWN:
                return [ANOTHER, {**app, "approval_info": {"approved_type": "forAllUser", "app_approval_closed": True}}]
            case "restricted_apps", ZoomApproval.RESTRICTED:
                return [{**app, "restricted_time": self._world.clock().isoformat()}]
            case "active_requests", _:
                return [app] if waiting else []
        return [ANOTHER] if kind == "approved_apps" else []

    def _page(
        self, request: Request, records: list[dict[str, Any]], *, otherwise: int, most: int
    ) -> tuple[list[dict[str, Any]], dict[str, str]]:
        size = min(most, int(request.query_params.get("page_size", otherwise)))
        start = int(request.query_params.get("next_page_token") or 0)
        more = str(start + size) if start + size < len(records) else ""
        return records[start : start + size], {"next_page_token": more}

    def _admit(self, request: Request) -> None:
        expired = self._fails(Fault.EXPIRED_TOKEN, request)
        if expired or self._world.partners.given(bearer(request), self._world.clock()) is None:
            raise Answered(refused(401, {"code": 124, "message": "Invalid access token."}))
        if self._fails(Fault.RIGHT_MISSING, request):
            message = "Invalid access token, does not contain scopes:[user:read:user:admin]."
            raise Answered(refused(400, {"code": 4711, "message": message}))
        if self._fails(Fault.DAILY_LIMIT, request):
            raise Answered(self._used_up())

    def _used_up(self) -> Response:
        today = self._world.clock().replace(hour=0, minute=0, second=0, microsecond=0)
        ends = (today + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        body = {"code": 429, "message": "You have reached the maximum daily rate limit for this API."}
        return refused(429, body, Retry_After=ends, X_RateLimit_Type="Daily-limit", X_RateLimit_Remaining="0")

    def _fails(self, fault: Fault, request: Request) -> bool:
        return self._world.faults.take(fault, system=System.ZOOM, path=request.url.path) is not None


def _user(person: Person) -> dict[str, Any]:
    return {
        "id": f"zoom-{person.id}",
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "type": 1 if person.zoom == ZoomUser.BASIC else 2,
        "status": STATUSES[person.zoom],
        "timezone": person.timezone,
        "verified": 1,
    }
