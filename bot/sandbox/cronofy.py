"""Cronofy's API host: identity, authorisations of employees and of conferencing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.credentials import Token
from bot.sandbox.cronofy_profiles import calendar_profiles, calendars, personal_information, service_information
from bot.sandbox.faults import Fault, System
from bot.sandbox.records import Account, LinkRequest
from bot.sandbox.wire import Answered, Fields, bearer, fields, invalid, is_web_address, require, unrecognised
from bot.sandbox.world import World

CONFERENCING = ("zoom", "go_to", "ms_teams")
LARGEST_COLLECTION = 50

Endpoint = Callable[[Request], Awaitable[Response]]


def answering(endpoint: Endpoint) -> Endpoint:
    """An endpoint whose helpers may answer early."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Answered as answered:
            return answered.response

    return answer


class Gatekeeper:
    """Who is asking: the token of the service account or of one person."""

    def __init__(self, world: World) -> None:
        self.world = world

    def token(self, request: Request) -> Token:
        path = request.url.path
        expired = self.world.faults.take(Fault.EXPIRED_TOKEN, system=System.CRONOFY, path=path)
        token = self.world.credentials.access_token(bearer(request))
        if expired or token is None:
            raise Answered(unrecognised())
        return token

    def account(self, request: Request) -> Account:
        """The person whose token it is; 403 for a service account."""
        account = self.world.account_with_sub(self.token(request).sub)
        if account is None:
            raise Answered(Response(status_code=403))
        return account

    def service(self, request: Request) -> None:
        if self.token(request).sub != self.world.service_account.sub:
            raise Answered(Response(status_code=403))


class Cronofy:
    """The routes of `/v1` that do not concern events and channels."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._who = Gatekeeper(world)

    def routes(self) -> list[BaseRoute]:
        endpoints: tuple[tuple[str, str, Endpoint], ...] = (
            ("GET", "/v1/userinfo", self.userinfo),
            ("GET", "/v1/account", self.account),
            ("GET", "/v1/profiles", self.profiles),
            ("GET", "/v1/calendars", self.calendars),
            ("GET", "/v1/resources", self.resources),
            ("POST", "/v1/service_account_authorizations", self.authorise_employees),
            ("POST", "/v1/conferencing_service_authorizations", self.authorise_conferencing),
            ("POST", "/v1/link_tokens", self.link_token),
            ("POST", "/v1/profiles/{profile_id}/revoke", self.revoke_profile),
        )
        return [Route(path, answering(endpoint), methods=[method]) for method, path, endpoint in endpoints]

    async def userinfo(self, request: Request) -> Response:
        token = self._who.token(request)
        if token.sub == self._world.service_account.sub:
            return JSONResponse(service_information(self._world))
        account = self._who_is(token)
        information = personal_information(self._world, account)
        if self._world.faults.take(Fault.MISSING_CONFERENCING_PROFILES, system=System.CRONOFY, path=request.url.path):
            del information["cronofy.data"]["conferencing_profiles"]
        return JSONResponse(information)

    async def account(self, request: Request) -> Response:
        account = self._who.account(request)
        described = {
            "account_id": account.sub,
            "email": account.email,
            "name": account.name,
            "scope": account.scope,
            "default_tzid": account.timezone,
        }
        return JSONResponse({"account": described, "sub": account.sub})

    async def profiles(self, request: Request) -> Response:
        profiles = calendar_profiles(self._world, self._who.account(request))
        return JSONResponse({"profiles": [_without(profile, "profile_calendars") for profile in profiles]})

    async def calendars(self, request: Request) -> Response:
        account = self._who.account(request)
        profile = _without(calendar_profiles(self._world, account)[0], "profile_calendars")
        about = {name: profile[name] for name in ("provider_name", "profile_id", "profile_name")}
        return JSONResponse({"calendars": [about | calendar for calendar in calendars(self._world, account)]})

    async def resources(self, request: Request) -> Response:
        self._who.service(request)
        offices = sorted({person.office for person in self._world.people})
        domain = self._world.company.domain
        rooms = [{"email": f"room-{office.lower()}@{domain}", "name": f"Room {office}"} for office in offices]
        return JSONResponse({"resources": rooms})

    async def authorise_employees(self, request: Request) -> Response:
        self._who.service(request)
        given = await fields(request)
        entries = _entries(given)
        if not all(self._is_delegated(entry["scope"]) for entry in entries):
            return invalid({"scope": "errors.exceeds_delegated_scope"})
        for entry in entries:
            self._world.notices.later(lambda entry=entry: self._authorise(entry))  # type: ignore[misc]
        return Response(status_code=202)

    def _is_delegated(self, scope: str) -> bool:
        """At most what the admin allowed; the composite scope covers all others."""
        delegated = self._world.service_account.delegated_scope.split()
        return "read_write" in delegated or set(scope.split()) <= set(delegated)

    def _authorise(self, entry: Fields) -> None:
        url, state = entry["callback_url"], {"state": entry["state"]} if "state" in entry else {}
        refusal = self._world.refusal(entry["email"])
        if refusal is not None:
            key, description = refusal
            failure = {"error": "authorization_failed", "error_key": key, "error_description": description}
            self._world.notices.call_back(url, {"authorization": failure | state})
            return
        account = self._world.account(entry["email"])
        account.scope = entry["scope"]
        code = self._world.credentials.code(account.sub, scope=entry["scope"], redirect_uri=url)
        self._world.notices.call_back(url, {"authorization": {"code": code} | state})

    async def authorise_conferencing(self, request: Request) -> Response:
        account = self._who.account(request)
        given = await fields(request)
        require(given, "redirect_uri")
        if not is_web_address(given["redirect_uri"]):
            return invalid({"redirect_uri": "errors.invalid"})
        if given.get("provider_name") not in (None, *CONFERENCING):
            return invalid({"provider_name": "errors.not_recognized"})
        link = LinkRequest(
            link_id=self._world.credentials.random_text(),
            sub=account.sub,
            redirect_uri=given["redirect_uri"],
            provider=given.get("provider_name"),
            step="email" if given.get("provider_name") else "choose",
            made_at=self._world.clock(),
        )
        self._world.link_requests[link.link_id] = link
        url = f"{self._world.base_url}/cronofy-app/conferencing_services/{link.link_id}"
        return JSONResponse({"authorization_request": {"url": url}})

    async def link_token(self, request: Request) -> Response:
        self._who.account(request)
        return JSONResponse({"link_token": self._world.credentials.random_text()})

    async def revoke_profile(self, request: Request) -> Response:
        account, profile_id = self._who.account(request), request.path_params["profile_id"]
        if profile_id == account.profile_id:
            account.connected = False
            return Response(status_code=202)
        for profile in account.conferencing:
            if profile.profile_id == profile_id:
                account.conferencing.remove(profile)
                return Response(status_code=202)
        return Response(status_code=404)

    def _who_is(self, token: Token) -> Account:
        account = self._world.account_with_sub(token.sub)
        if account is None:
            raise Answered(unrecognised())
        return account


def _entries(given: Fields) -> list[Fields]:
    """The single form or the collection, checked; the two cannot be mixed."""
    collection = given.get("service_account_authorizations")
    if collection is None:
        collection = [given]
    elif "email" in given:
        raise Answered(invalid({"service_account_authorizations": "errors.cannot_be_mixed"}))
    if not isinstance(collection, list) or not 1 <= len(collection) <= LARGEST_COLLECTION:
        raise Answered(invalid({"service_account_authorizations": "errors.invalid_size"}))
    for entry in collection:
        entry = entry if isinstance(entry, dict) else {}
        require(entry, "email", "callback_url", "scope")
        if not is_web_address(entry["callback_url"]):
            raise Answered(invalid({"callback_url": "errors.invalid"}))
    return collection


def _without(profile: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in profile.items() if key != name}
