"""Personio, the HR system: who works here, who hosts interviews, and being told when people come and go."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Self
from urllib.parse import quote

from providers.answers import Answer, text
from providers.base import Invalid, NotAuthorised, NotPermitted, advice
from providers.http import BACKGROUND, HttpClient
from providers.limits import Limit
from providers.personio_reading import (
    next_page,
    read_absence,
    read_employment,
    read_job,
    read_list,
    read_one,
    read_person,
    read_webhook,
)
from providers.personio_types import Absence, Employment, Job, Person, Webhook
from providers.tokens import Tokens, TokenSource, expiry

__all__ = ["SCOPES", "Employment", "Job", "MissingAttributes", "MissingRight", "Person", "Personio", "Webhook"]

SYSTEM = "Personio"
API_URL = "https://api.personio.de"
LIMITS = (Limit(25, 1.0),)
"""Personio publishes none for these calls; about 30 a second were observed."""
PEOPLE_PER_PAGE = 50
JOBS_PER_PAGE = 100
DAY = 86_400
SIGNING_IN = "signing in"

PERSONS = "personio:persons:read"
RECRUITING = "personio:recruiting:read"
WEBHOOKS_READ = "personio:webhooks:read"
WEBHOOKS_WRITE = "personio:webhooks:write"
ABSENCES = "personio:absences:read"
SCOPES = (PERSONS, RECRUITING, WEBHOOKS_READ, WEBHOOKS_WRITE, ABSENCES)
"""The rights that Greenroom uses; it does without the last three."""
EVENTS = ("person.created", "person.updated", "person.deleted", "employment.started", "employment.terminated")


class MissingRight(NotPermitted):
    """The credentials are good but lack a right; the first of `reasons` is its name in Personio."""

    advice = advice(
        "The Personio credentials lack a right. "
        "An admin can tick it in Personio under Settings > Integrations > API credentials."
    )


class MissingAttributes(NotPermitted):
    """People are there, but their e-mail addresses are not among the attributes that may be read."""

    advice = advice(
        "Personio shows people without their e-mail addresses. An admin can tick the readable attribute Email "
        "for these credentials in Personio under Settings > Integrations > API credentials."
    )


class Personio:
    """One company's Personio."""

    def __init__(self, *, client_id: str, client_secret: str, http: HttpClient, now: Callable[[], datetime]) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._http = http
        self._now = now
        self._source = TokenSource(now=now)

    @classmethod
    def build(
        cls,
        *,
        client_id: str,
        client_secret: str,
        now: Callable[[], datetime],
        api_url: str = "",
        limits: Sequence[Limit] = LIMITS,
        **http: Any,
    ) -> Self:
        """`http` goes on to HttpClient: on_call, patience, transport, ..."""
        client = HttpClient(system=SYSTEM, base_url=api_url or API_URL, now=now, limits=limits, **http)
        return cls(client_id=client_id, client_secret=client_secret, http=client, now=now)

    def patiently(self, seconds: float = BACKGROUND) -> Self:
        """The same company, for work that nobody waits for: each call may take longer."""
        twin = copy.copy(self)
        twin._http = self._http.patiently(seconds)
        return twin

    async def aclose(self) -> None:
        await self._http.aclose()

    async def persons(self) -> AsyncIterator[tuple[Person, ...]]:
        """All people, page by page; MissingAttributes when addresses are hidden.

        https://developer.personio.de/reference/get_v2-persons
        """
        any_address = False
        pages = self._pages("/v2/persons", action="reading the people", right=PERSONS, limit=PEOPLE_PER_PAGE)
        async for page in pages:
            people = tuple(read_person(record) for record in read_list(page))
            any_address = any_address or any(person.email for person in people)
            if people and not any_address:
                raise MissingAttributes(SYSTEM, page.action, status=page.status, reasons=("email",))
            yield people

    async def person(self, person_id: str) -> Person:
        """https://developer.personio.de/reference/get_v2-persons-id"""
        answer = await self._call("GET", _path("persons", person_id), action="reading a person", right=PERSONS)
        return read_person(read_one(answer))

    async def employments(self, person_id: str) -> tuple[Employment, ...]:
        """The newest first. https://developer.personio.de/reference/get_v2-persons-person-id-employments"""
        path = _path("persons", person_id, "employments")
        answer = await self._call("GET", path, action="reading employments", right=PERSONS)
        return tuple(read_employment(record) for record in read_list(answer))

    async def jobs(self) -> AsyncIterator[tuple[Job, ...]]:
        """All jobs with their hiring teams. https://developer.personio.de/reference/get_v2-recruiting-jobs"""
        pages = self._pages("/v2/recruiting/jobs", action="reading the jobs", right=RECRUITING, limit=JOBS_PER_PAGE)
        async for page in pages:
            yield tuple(read_job(record) for record in read_list(page))

    async def interview_hosts(self) -> Mapping[str, frozenset[str]]:
        """The ids of everybody in the hiring team of a job that is not closed, with their roles there."""
        roles: defaultdict[str, set[str]] = defaultdict(set)
        async for page in self.jobs():
            members = (member for job in page if job.is_open is not False for member in job.hiring_team or ())
            for member in members:
                roles[member.person_id] |= {member.role} - {""}
        return {person_id: frozenset(names) for person_id, names in roles.items()}

    async def absences(self, first: date, last: date) -> AsyncIterator[tuple[Absence, ...]]:
        """Who is away between these days, as far as it says so.

        https://developer.personio.de/reference/get_v2-absence-periods
        """
        period = {"starts_from.date_time.gte": f"{first}T00:00:00Z", "ends_at.date_time.lte": f"{last}T23:59:59Z"}
        action, limit = "reading the absences", JOBS_PER_PAGE
        async for page in self._pages("/v2/absence-periods", action=action, right=ABSENCES, limit=limit, **period):
            found = (read_absence(record) for record in read_list(page))
            yield tuple(each for each in found if each is not None)

    async def create_webhook(
        self, *, url: str, token: str, events: Sequence[str] = EVENTS, description: str = "Greenroom"
    ) -> Webhook:
        """Be told of changes; each delivery carries `token`. https://developer.personio.de/reference/post_v2-webhooks"""
        body = {
            "url": url,
            "description": description,
            "status": "ENABLED",
            "token": token,
            "enabled_events": list(events),
        }
        action = "asking to be told of changes"
        answer = await self._call("POST", "/v2/webhooks", action=action, right=WEBHOOKS_WRITE, body=body)
        return read_webhook(read_one(answer))

    async def webhooks(self) -> tuple[Webhook, ...]:
        """https://developer.personio.de/reference/get_v2-webhooks"""
        answer = await self._call("GET", "/v2/webhooks", action="reading the webhooks", right=WEBHOOKS_READ)
        return tuple(read_webhook(record) for record in read_list(answer))

    async def delete_webhook(self, webhook_id: str) -> None:
        """https://developer.personio.de/reference/delete_v2-webhooks-id"""
        await self._call("DELETE", _path("webhooks", webhook_id), action="deleting a webhook", right=WEBHOOKS_WRITE)

    async def granted_scopes(self, scopes: Sequence[str] = SCOPES) -> frozenset[str]:
        """Which of the rights the credentials have: Personio refuses a token for a right that they lack."""
        return frozenset([scope for scope in scopes if await self._grants(scope)])

    async def _grants(self, scope: str) -> bool:
        try:
            await self._sign_in(scope=scope)
        except Invalid as error:
            if any("invalid_scope" in reason for reason in error.reasons):
                return False
            raise
        return True

    async def _sign_in(self, *, scope: str = "") -> Tokens:
        """https://developer.personio.de/reference/post_v2-auth-token"""
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            **({"scope": scope} if scope else {}),
        }
        answer = await self._http.call("POST", "/v2/auth/token", action=SIGNING_IN, form=form, repeatable=True)
        record = answer.record()
        if not text(record, "access_token"):
            raise answer.useless("no token")
        return Tokens(
            access_token=text(record, "access_token"),
            expires_at=expiry(record.get("expires_in"), now=self._now(), otherwise=DAY),
            scope=text(record, "scope"),
        )

    async def _pages(self, path: str, *, action: str, right: str, limit: int, **query: str) -> AsyncIterator[Answer]:
        """The client refuses a next page on another host, so the token stays with Personio."""
        seen: set[str] = set()
        answer = await self._call("GET", path, action=action, right=right, query={"limit": str(limit), **query})
        while True:
            yield answer
            following = next_page(answer)
            if not following or following in seen:
                return
            seen.add(following)
            answer = await self._call("GET", following, action=action, right=right)

    async def _call(self, method: str, path: str, *, action: str, right: str, **details: Any) -> Answer:
        """Personio answers 401 to a good token that lacks a right."""

        async def with_token(token: str) -> Answer:
            return await self._http.call(method, path, action=action, bearer=token, **details)

        async def fetch(_old: Tokens | None) -> Tokens:
            return await self._sign_in()

        try:
            return await self._source.run(with_token, fetch)
        except (NotAuthorised, NotPermitted) as error:
            if error.action == SIGNING_IN:
                raise
            raise MissingRight(SYSTEM, action, status=error.status, reasons=(right, *error.reasons)) from None


def _path(*segments: str) -> str:
    return "/v2/" + "/".join(quote(segment, safe="") for segment in segments)
