"""Microsoft: the token of an app registration, and Graph's answers in batches."""

from __future__ import annotations

import hmac
import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.faults import Fault, System
from bot.sandbox.partner_errors import graph, refused
from bot.sandbox.records import Mailbox, Person
from bot.sandbox.wire import bearer, fields
from bot.sandbox.world import World

LARGEST_BATCH = 20
TEAMS = "57ff2da0-773e-42df-b2af-ffb7a2317929"
EXCHANGE = "efb87545-963c-4e0d-99df-69c6916d9eb0"
NOBODY = frozenset({Mailbox.MISSING, Mailbox.FOREIGN})
NOT_REACHED = frozenset({Mailbox.ON_PREMISES, Mailbox.NOT_SET_UP})
FILTER = re.compile(r"proxyAddresses/any\((\w+):\1 eq 'smtp:(?P<email>[^']+)'\)", re.IGNORECASE)

Part = tuple[int, dict[str, Any], dict[str, str]]
"""Status, body and headers of one answer in a batch."""


class Graph:
    """`/{tenant}/oauth2/v2.0/token` and `/v1.0/$batch`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/{tenant}/oauth2/v2.0/token", self.token, methods=["POST"]),
            Route("/v1.0/$batch", self.batch, methods=["POST"]),
        ]

    async def token(self, request: Request) -> Response:
        given, app = await fields(request), self._world.partners.microsoft
        if request.path_params["tenant"] != app.place:
            return _no_token("invalid_request", "AADSTS90002: Tenant not found.")
        secret = str(given.get("client_secret", "")).encode()
        known = given.get("client_id") == app.client_id and hmac.compare_digest(secret, app.client_secret.encode())
        if self._fails(Fault.APP_REFUSED, request.url.path) or not known:
            return _no_token("invalid_client", "AADSTS7000222: The provided client secret keys are expired.", 401)
        if given.get("grant_type") != "client_credentials" or not str(given.get("scope", "")).endswith("/.default"):
            return _no_token("invalid_scope", "AADSTS70011: The provided value for scope is not valid.")
        value = f"graph-{self._world.credentials.random_text()}"
        self._world.partners.give(value, subject="graph", scope=str(given["scope"]), now=self._world.clock())
        return JSONResponse({"token_type": "Bearer", "expires_in": 3599, "access_token": value})

    async def batch(self, request: Request) -> Response:
        expired = self._fails(Fault.EXPIRED_TOKEN, request.url.path)
        if expired or self._world.partners.given(bearer(request), self._world.clock()) is None:
            return refused(
                401, graph("InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
            )
        requests = (await fields(request)).get("requests")
        parts = requests if isinstance(requests, list) else []
        ids = [str(part.get("id")) for part in parts]
        if not 1 <= len(parts) <= LARGEST_BATCH or len(set(ids)) < len(ids):
            return refused(400, graph("BadRequest", "Number of batch request steps or their ids are not valid."))
        answers = [self._answered(part) for part in parts]
        return JSONResponse({"responses": answers[::-1]})  # in any order, says Microsoft

    def _answered(self, part: dict[str, Any]) -> dict[str, Any]:
        url = str(part.get("url", ""))
        status, body, headers = self._faulty(url) or self._part(url)
        return {"id": part["id"], "status": status, "headers": headers, "body": body}

    def _faulty(self, url: str) -> Part | None:
        throttled = self._world.faults.take(Fault.BATCH_THROTTLED, system=System.MICROSOFT, path=url)
        if throttled:
            pause = {"Retry-After": f"{throttled.seconds:.0f}"}
            return 429, graph("ApplicationThrottled", "Application is over its MailboxConcurrency limit."), pause
        if self._fails(Fault.BATCH_PART_FAILED, url):
            return 503, graph("ServiceUnavailable", "The service is temporarily unavailable."), {}
        if self._fails(Fault.RIGHT_MISSING, url):
            return 403, graph("Authorization_RequestDenied", "Insufficient privileges to complete the operation."), {}
        return None

    def _part(self, url: str) -> Part:
        address = urlsplit(url)
        match [unquote(piece) for piece in address.path.strip("/").split("/")]:
            case ["users"]:
                return 200, {"value": self._found(parse_qs(address.query).get("$filter", [""])[0])}, {}
            case ["users", key, *rest]:
                person = self._person(key)
                if person is None:
                    return 404, graph("Request_ResourceNotFound", f"Resource '{key}' does not exist."), {}
                return self._of_person(person, rest)
        return 400, graph("BadRequest", "The url is not supported by the sandbox."), {}

    def _of_person(self, person: Person, rest: list[str]) -> Part:
        if rest and person.mailbox in NOT_REACHED:
            message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
            return 404, graph("MailboxNotEnabledForRESTAPI", message), {}
        match rest:
            case []:
                return 200, _user(person), {}
            case ["mailboxSettings", "userPurpose"]:
                return 200, self._purpose(person), {}
            case ["calendar"]:
                allowed = ["teamsForBusiness"] if person.teams_licence else []
                default = "teamsForBusiness" if allowed else "unknown"
                return 200, {"allowedOnlineMeetingProviders": allowed, "defaultOnlineMeetingProvider": default}, {}
        return 400, graph("BadRequest", "The url is not supported by the sandbox."), {}

    def _purpose(self, person: Person) -> dict[str, Any]:
        word = "shared" if person.mailbox == Mailbox.SHARED else "user"
        if self._fails(Fault.PURPOSE_AS_OBJECT, "userPurpose"):
            return {"userPurpose": {"value": word}}
        return {"@odata.context": "$metadata#users/mailboxSettings/userPurpose", "value": word}

    def _found(self, wanted: str) -> list[dict[str, str]]:
        match = FILTER.fullmatch(wanted)
        people = self._world.people_at(match["email"]) if match else ()
        return [{"id": _id(person)} for person in people[:1] if person.mailbox not in NOBODY]

    def _person(self, key: str) -> Person | None:
        """By the id, or by the name that somebody signs in with, which is their main address here."""
        people = self._world.people_at(key) or tuple(each for each in self._world.people if _id(each) == key)
        found = next(iter(people), None)
        if found is None or found.mailbox in NOBODY:
            return None
        return found if key == _id(found) or key.lower() == found.primary.lower() else None

    def _fails(self, fault: Fault, path: str) -> bool:
        return self._world.faults.take(fault, system=System.MICROSOFT, path=path) is not None


def _no_token(error: str, description: str, status: int = 400) -> Response:
    return refused(status, {"error": error, "error_description": description, "error_codes": []})


def _id(person: Person) -> str:
    return f"00000000-0000-0000-0000-{int(person.id):012d}"


def _user(person: Person) -> dict[str, Any]:
    without_licence = person.mailbox in (Mailbox.SHARED, Mailbox.NOT_SET_UP)
    plans = [] if without_licence else [("exchange", EXCHANGE)]
    plans += [("TeamspaceAPI", TEAMS)] if person.teams_licence and not without_licence else []
    return {
        "id": _id(person),
        "mail": person.primary,
        "userPrincipalName": person.primary,
        "proxyAddresses": [
            f"SMTP:{person.primary}",
            *([f"smtp:{person.email}"] if person.primary != person.email else []),
        ],
        "accountEnabled": person.mailbox not in (Mailbox.DISABLED, Mailbox.SHARED),
        "assignedPlans": [
            {"capabilityStatus": "Enabled", "service": service, "servicePlanId": plan} for service, plan in plans
        ],
    }
