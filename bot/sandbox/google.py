"""Google: tokens for a service account that acts for people, the directory, and everybody's own calendar."""

from __future__ import annotations

from typing import Any

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.cronofy import answering
from bot.sandbox.faults import Fault, System
from bot.sandbox.partner_errors import google, refused
from bot.sandbox.partners import Given
from bot.sandbox.records import Mailbox, Person
from bot.sandbox.wire import Answered, bearer, fields
from bot.sandbox.world import World

AUDIENCE = "https://oauth2.googleapis.com/token"
CALENDAR = "https://www.googleapis.com/auth/calendar.calendarlist.readonly"
DIRECTORY = "https://www.googleapis.com/auth/admin.directory.user.readonly"
DELEGATED = frozenset({CALENDAR, DIRECTORY})
NOBODY = frozenset({Mailbox.MISSING, Mailbox.FOREIGN})
UNAUTHORISED = "Client is unauthorized to retrieve access tokens using this method, or for any of the scopes."


class Google:
    """`/token`, `/calendar/v3` and `/admin/directory/v1`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/token", self.token, methods=["POST"]),
            Route("/calendar/v3/users/me/calendarList/primary", answering(self.calendar), methods=["GET"]),
            Route("/admin/directory/v1/users", answering(self.users), methods=["GET"]),
            Route("/admin/directory/v1/users/{key}", answering(self.user), methods=["GET"]),
        ]

    async def token(self, request: Request) -> Response:
        claims = self._claims(str((await fields(request)).get("assertion", "")))
        if claims is None or self._fails(Fault.APP_REFUSED, request):
            return refused(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
        scopes = str(claims.get("scope", ""))
        if self._fails(Fault.RIGHT_MISSING, request) or not set(scopes.split()) <= DELEGATED:
            return refused(401, {"error": "unauthorized_client", "error_description": UNAUTHORISED})
        person = self._person(str(claims.get("sub", "")))
        if person is None or person.mailbox == Mailbox.DISABLED:
            return refused(400, {"error": "invalid_grant", "error_description": "Invalid email or User ID"})
        value = f"ya29.{self._world.credentials.random_text()}"
        self._world.partners.give(value, subject=person.email, scope=scopes, now=self._world.clock())
        return JSONResponse({"access_token": value, "expires_in": 3599, "token_type": "Bearer"})

    def _claims(self, assertion: str) -> dict[str, Any] | None:
        partners = self._world.partners
        try:
            claims: dict[str, Any] = jwt.decode(
                assertion,
                partners.google_key.public_key(),
                algorithms=["RS256"],
                audience=AUDIENCE,
                issuer=partners.google_account,
                options={"verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            return None
        now = self._world.clock().timestamp()
        return claims if claims["iat"] - 60 <= now < claims["exp"] <= claims["iat"] + 3600 else None

    async def calendar(self, request: Request) -> Response:
        token = self._admit(request, CALENDAR)
        allowed = ["hangoutsMeet"] if self._world.meet_enabled else []
        return JSONResponse(
            {
                "kind": "calendar#calendarListEntry",
                "id": token.subject,
                "primary": True,
                "accessRole": "owner",
                "conferenceProperties": {"allowedConferenceSolutionTypes": allowed},
            }
        )

    async def user(self, request: Request) -> Response:
        self._admit(request, DIRECTORY)
        person = self._person(request.path_params["key"])
        if person is None:
            return refused(404, google(404, reason="notFound", message="Resource Not Found: userKey"))
        return JSONResponse(_user(person))

    async def users(self, request: Request) -> Response:
        self._admit(request, DIRECTORY)
        size = min(500, int(request.query_params.get("maxResults", 100)))
        start = int(request.query_params.get("pageToken", 0))
        known = {person.primary: _user(person) for person in self._world.people if person.mailbox not in NOBODY}
        more = {"nextPageToken": str(start + size)} if start + size < len(known) else {}
        page = list(known.values())[start : start + size]
        return JSONResponse({"kind": "admin#directory#users", "users": page, **more})

    def _admit(self, request: Request, scope: str) -> Given:
        token = self._world.partners.given(bearer(request), self._world.clock())
        if token is None or self._fails(Fault.EXPIRED_TOKEN, request):
            raise Answered(refused(401, google(401, reason="authError", message="Invalid Credentials")))
        if self._fails(Fault.QUOTA, request):
            raise Answered(refused(403, google(403, reason="userRateLimitExceeded", message="Rate Limit Exceeded")))
        if scope not in token.scope.split():
            message = "Request had insufficient authentication scopes."
            raise Answered(refused(403, google(403, reason="insufficientPermissions", message=message)))
        return token

    def _person(self, key: str) -> Person | None:
        """By any address; a shared mailbox is an ordinary account here."""
        named = (person for person in self._world.people if key.lower() in (person.email, person.primary))
        person = next(named, None)
        return person if person and person.mailbox not in NOBODY else None

    def _fails(self, fault: Fault, request: Request) -> bool:
        return self._world.faults.take(fault, system=System.GOOGLE, path=request.url.path) is not None


def _user(person: Person) -> dict[str, Any]:
    return {
        "primaryEmail": person.primary,
        "aliases": [person.email] if person.primary != person.email else [],
        "suspended": person.mailbox == Mailbox.DISABLED,
        "archived": False,
        "isMailboxSetup": person.mailbox != Mailbox.NOT_SET_UP,
        "agreedToTerms": person.mailbox != Mailbox.NOT_SET_UP,
    }
