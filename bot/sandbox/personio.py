"""Personio's v2 interface: token, persons, employments, jobs with their hiring teams."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.cronofy import answering
from bot.sandbox.faults import Fault, System
from bot.sandbox.personio_answers import (
    ACTIVE,
    absence_of,
    employment_of,
    error,
    hides_everything,
    job_of,
    person_of,
    unauthorised,
)
from bot.sandbox.records import Absence, Job, Person
from bot.sandbox.wire import Answered, bearer, fields
from bot.sandbox.world import World

PERSONS = "personio:persons:read"
RECRUITING = "personio:recruiting:read"
ABSENCES = "personio:absences:read"
TOKEN_LIFETIME = timedelta(hours=24)
LARGEST_PAGE = {"/v2/persons": 50}


class Desk:
    """Who is asking, with which scopes, and which page is wanted."""

    def __init__(self, world: World) -> None:
        self.world = world

    def admit(self, request: Request, scope: str) -> None:
        """401 for a bad token, and also, as Personio does, for a missing right."""
        expires_at, scopes = self.world.personio.tokens.get(bearer(request), (self.world.clock(), ()))
        refused = scope == PERSONS and self.world.faults.take(
            Fault.PERSONS_UNAUTHORISED, system=System.PERSONIO, path=request.url.path
        )
        if expires_at <= self.world.clock() or scope not in scopes or refused:
            raise Answered(unauthorised())

    def page(
        self, request: Request, records: list[Any], *, path: str, wanted: Callable[[Any], bool]
    ) -> tuple[list[Any], dict[str, Any]]:
        """The records of one page and the list's `_meta`; the cursor is a place in the whole list."""
        largest = LARGEST_PAGE.get(path, 200)
        limit = _number(request.query_params.get("limit"), otherwise=min(100, largest))
        position = _number(request.query_params.get("cursor"), otherwise=0)
        if limit is None or not 1 <= limit <= largest:
            raise Answered(error(self.world, 400, title="Bad request", detail="Provided value for limit is not valid"))
        if position is None:
            raise Answered(error(self.world, 400, title="Bad request", detail="Provided value for cursor is not valid"))
        found: list[Any] = []
        while position < len(records) and len(found) < limit:
            if wanted(records[position]):
                found.append(records[position])
            position += 1
        if not any(wanted(record) for record in records[position:]):
            return found, {"links": {}}
        url = request.url.include_query_params(cursor=position, limit=limit)
        return found, {"links": {"next": {"href": f"{self.world.base_url}/personio{path}?{url.query}"}}}


class Personio:
    """The routes of `/v2` that Greenroom reads."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._desk = Desk(world)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/v2/auth/token", self.token, methods=["POST"]),
            Route("/v2/auth/revoke", self.revoke, methods=["POST"]),
            Route("/v2/persons", answering(self.persons), methods=["GET"]),
            Route("/v2/persons/{person_id}", answering(self.person), methods=["GET"]),
            Route("/v2/persons/{person_id}/employments", answering(self.employments), methods=["GET"]),
            Route("/v2/persons/{person_id}/employments/{employment_id}", answering(self.employment), methods=["GET"]),
            Route("/v2/absence-periods", answering(self.absences), methods=["GET"]),
            Route("/v2/recruiting/jobs", answering(self.jobs), methods=["GET"]),
            Route("/v2/recruiting/jobs/{job_id}", answering(self.job), methods=["GET"]),
        ]

    async def token(self, request: Request) -> Response:
        given, credential = await fields(request), self._world.personio
        secret = str(given.get("client_secret", "")).encode()
        known = given.get("client_id") == credential.client_id
        if not known or not hmac.compare_digest(secret, credential.client_secret.encode()):
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        if given.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, status_code=400)
        scopes = tuple(str(given.get("scope", "")).split()) or credential.scopes
        missing = self._world.faults.take(Fault.MISSING_SCOPE, system=System.PERSONIO, path=request.url.path)
        if missing or not set(scopes) <= set(credential.scopes):
            return JSONResponse({"error": "invalid_scope"}, status_code=400)
        value, seconds = self._stable_token(scopes)
        answer = {"access_token": value, "token_type": "Bearer", "expires_in": seconds, "scope": " ".join(scopes)}
        return JSONResponse(answer)

    def _stable_token(self, scopes: tuple[str, ...]) -> tuple[str, int]:
        """The same token for a day, then a new one."""
        now, tokens = self._world.clock(), self._world.personio.tokens
        for value, (expires_at, granted) in tokens.items():
            if granted == scopes and expires_at > now:
                return value, int((expires_at - now).total_seconds())
        value = f"papi-{self._world.credentials.random_text()}"
        tokens[value] = (now + TOKEN_LIFETIME, scopes)
        return value, int(TOKEN_LIFETIME.total_seconds())

    async def revoke(self, request: Request) -> Response:
        given = await fields(request)
        self._world.personio.tokens.pop(str(given.get("token", "")), None)
        return Response(status_code=200)

    async def persons(self, request: Request) -> Response:
        self._desk.admit(request, PERSONS)
        hidden = self._hidden(request)
        wanted = _person_filter(request)
        people, meta = self._desk.page(request, self._world.people, path="/v2/persons", wanted=wanted)
        return JSONResponse(
            {"_data": [person_of(self._world, person, hidden=hidden) for person in people], "_meta": meta}
        )

    async def person(self, request: Request) -> Response:
        person = self._find(request)
        return JSONResponse(person_of(self._world, person, hidden=self._hidden(request)))

    async def employments(self, request: Request) -> Response:
        person = self._find(request)
        return JSONResponse({"_data": [employment_of(self._world, person)], "_meta": {"links": {}}})

    async def employment(self, request: Request) -> Response:
        employment = employment_of(self._world, self._find(request))
        if employment["id"] != request.path_params["employment_id"]:
            return error(self._world, 404, title="Not found")
        return JSONResponse(employment)

    async def absences(self, request: Request) -> Response:
        self._desk.admit(request, ABSENCES)
        wanted = _absence_filter(request)
        found, meta = self._desk.page(request, self._world.absences, path="/v2/absence-periods", wanted=wanted)
        nobody = self._world.faults.take(Fault.ABSENCES_OF_NOBODY, system=System.PERSONIO, path=request.url.path)
        return JSONResponse({"_data": [absence_of(each, named=not nobody) for each in found], "_meta": meta})

    async def jobs(self, request: Request) -> Response:
        self._desk.admit(request, RECRUITING)
        jobs, meta = self._desk.page(request, self._world.jobs, path="/v2/recruiting/jobs", wanted=lambda job: True)
        return JSONResponse({"_data": [self._job(request, job) for job in jobs], "_meta": meta})

    async def job(self, request: Request) -> Response:
        self._desk.admit(request, RECRUITING)
        for job in self._world.jobs:
            if job.id == request.path_params["job_id"]:
                return JSONResponse(self._job(request, job))
        return error(self._world, 404, title="Not found")

    def _job(self, request: Request, job: Job) -> dict[str, Any]:
        empty = self._world.faults.take(Fault.EMPTY_HIRING_TEAM, system=System.PERSONIO, path=request.url.path)
        return job_of(self._world, job, team=() if empty else job.team)

    def _find(self, request: Request) -> Person:
        self._desk.admit(request, PERSONS)
        person = self._world.person_with_id(request.path_params["person_id"])
        if person is None:
            raise Answered(error(self._world, 404, title="Not found"))
        return person

    def _hidden(self, request: Request) -> bool:
        fault = self._world.faults.take(Fault.MISSING_ATTRIBUTES, system=System.PERSONIO, path=request.url.path)
        return fault is not None or hides_everything(self._world)


def _person_filter(request: Request) -> Callable[[Person], bool]:
    query = request.query_params
    ids = {*query.getlist("id"), *query.getlist("person.id")}
    emails = {email.lower() for email in query.getlist("email")}
    status = query.get("status", "").upper()

    def wanted(person: Person) -> bool:
        if (ids and person.id not in ids) or (emails and person.email.lower() not in emails):
            return False
        return not status or (person.status in ACTIVE) == (status == "ACTIVE")

    return wanted


def _absence_filter(request: Request) -> Callable[[Absence], bool]:
    """Those that overlap the period."""
    first = request.query_params.get("starts_from.date_time.gte", "")[:10]
    last = request.query_params.get("ends_at.date_time.lte", "")[:10]

    def wanted(absence: Absence) -> bool:
        ends = str(absence.ends_on or "9999")
        return (not first or ends >= first) and (not last or str(absence.starts_on) <= last)

    return wanted


def _number(text: str | None, *, otherwise: int) -> int | None:
    if text is None:
        return otherwise
    return int(text) if text.isascii() and text.isdigit() else None
