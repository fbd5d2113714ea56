"""Google: whether people's accounts are alive, and whether their calendars can make Meet links."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import quote

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from providers.answers import Answer, Record, flag, part, parts, text
from providers.base import Invalid, NotAuthorised, NotFound, NotPermitted, advice
from providers.google_types import GoogleAccount, ServiceAccount
from providers.http import BACKGROUND, HttpClient
from providers.limits import Limit
from providers.tokens import Tokens, TokenSource, expiry

__all__ = ["AdminNeeded", "DelegationMissing", "GoogleAccount", "GoogleMeet", "ServiceAccount"]

SYSTEM = "Google"
CALENDAR_URL = "https://www.googleapis.com"
DIRECTORY_URL = "https://admin.googleapis.com"
OAUTH_URL = "https://oauth2.googleapis.com"
LIMITS = (Limit(30, 1.0),)
"""Google's quotas are a project's own; this stays below the usual ones."""
CALENDAR_SCOPE = "https://www.googleapis.com/auth/calendar.calendarlist.readonly"
DIRECTORY_SCOPE = "https://www.googleapis.com/auth/admin.directory.user.readonly"
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
MEET = "hangoutsMeet"
PER_PAGE = "500"
HOUR = 3600
TOKENS_KEPT = 500
SIGNING_IN = "signing in"
FIELDS = "primaryEmail,aliases,suspended,archived,isMailboxSetup"


class DelegationMissing(NotPermitted):
    """The service account may not act for people, or not with these scopes."""

    advice = advice(
        "Google does not let Greenroom act for your people. A super admin can add its client id with the scopes for "
        "reading calendar lists and users in the Admin console under Security > Access and data control > "
        "API controls > Domain-wide delegation."
    )


class AdminNeeded(NotPermitted):
    """The address in whose name the directory is read is no administrator's."""

    advice = advice(
        "Google does not let Greenroom read the list of users. GOOGLE_ADMIN_EMAIL must be the address of an "
        "administrator who may read users, and the Admin SDK must be switched on for Greenroom's project."
    )


class GoogleMeet:
    """One company's Google Workspace, through a service account that may act for its people.

    A ValueError when the service account's key is none.
    """

    def __init__(
        self,
        *,
        service_account: ServiceAccount,
        admin_email: str,
        calendar: HttpClient,
        directory: HttpClient,
        login: HttpClient,
        now: Callable[[], datetime],
    ) -> None:
        self._service_account = service_account
        self._key = _key(service_account.private_key)
        self._admin_email = admin_email
        self._calendar = calendar
        self._directory = directory
        self._login = login
        self._now = now
        self._admin = TokenSource(now=now)
        self._people: OrderedDict[str, TokenSource] = OrderedDict()

    @classmethod
    def build(
        cls,
        *,
        service_account: ServiceAccount,
        admin_email: str,
        now: Callable[[], datetime],
        api_url: str = "",
        oauth_url: str = "",
        limits: Sequence[Limit] = LIMITS,
        **http: Any,
    ) -> Self:
        """`http` goes on to HttpClient: on_call, patience, transport, ..."""
        return cls(
            service_account=service_account,
            admin_email=admin_email,
            calendar=HttpClient(system=SYSTEM, base_url=api_url or CALENDAR_URL, now=now, limits=limits, **http),
            directory=HttpClient(system=SYSTEM, base_url=api_url or DIRECTORY_URL, now=now, limits=limits, **http),
            login=HttpClient(system=SYSTEM, base_url=oauth_url or OAUTH_URL, now=now, **http),
            now=now,
        )

    def patiently(self, seconds: float = BACKGROUND) -> Self:
        """The same company, for work that nobody waits for: each call may take longer."""
        twin = copy.copy(self)
        twin._calendar, twin._directory = self._calendar.patiently(seconds), self._directory.patiently(seconds)
        twin._login = self._login.patiently(seconds)
        return twin

    async def aclose(self) -> None:
        for client in (self._calendar, self._directory, self._login):
            await client.aclose()

    async def account(self, email: str) -> GoogleAccount:
        """https://developers.google.com/workspace/admin/directory/reference/rest/v1/users/get"""
        path = f"/admin/directory/v1/users/{quote(email.lower(), safe='@')}"
        try:
            answer = await self._in_directory(path, action="looking up a user", query={"fields": FIELDS})
        except NotFound as error:
            # Anything else that is not found says nothing about the user.
            if "notFound" in error.reasons:
                return GoogleAccount(email.lower(), found=False)
            raise
        record = answer.record()
        if not text(record, "primaryEmail"):
            raise answer.useless("no user")
        return _account(record, email=email)

    async def accounts(self) -> AsyncIterator[tuple[GoogleAccount, ...]]:
        """Everybody, page by page, by their main address.

        https://developers.google.com/workspace/admin/directory/reference/rest/v1/users/list
        """
        query = {"customer": "my_customer", "maxResults": PER_PAGE, "fields": f"nextPageToken,users({FIELDS})"}
        action, seen, token = "reading the users", set(), ""
        while token not in seen:
            seen.add(token)
            more = {"pageToken": token} if token else {}
            answer = await self._in_directory("/admin/directory/v1/users", action=action, query={**query, **more})
            record = answer.record()
            yield tuple(_account(user) for user in parts(record, "users") or ())
            token = text(record, "nextPageToken")
            if not token:
                return

    async def meet_possible(self, email: str) -> bool | None:
        """Whether this person's own calendar can make Meet links; None when Google does not say.

        https://developers.google.com/workspace/calendar/api/v3/reference/calendarList/get
        """
        source = self._source_of(email)

        async def with_token(token: str) -> Answer:
            path = "/calendar/v3/users/me/calendarList/primary"
            return await self._calendar.call("GET", path, action="looking at a calendar", bearer=token)

        async def fetch(_old: Tokens | None) -> Tokens:
            return await self._sign_in(email, CALENDAR_SCOPE)

        try:
            answer = await source.run(with_token, fetch)
        except NotPermitted as error:
            raise DelegationMissing(SYSTEM, error.action, status=error.status, reasons=error.reasons) from None
        allowed = part(answer.record(), "conferenceProperties").get("allowedConferenceSolutionTypes")
        return MEET in allowed if isinstance(allowed, list) else None

    def _source_of(self, email: str) -> TokenSource:
        """Everybody has a token of their own; the ones longest not used are forgotten."""
        source = self._people.setdefault(email, TokenSource(now=self._now))
        self._people.move_to_end(email)
        if len(self._people) > TOKENS_KEPT:
            self._people.popitem(last=False)
        return source

    async def _in_directory(self, path: str, *, action: str, query: dict[str, str]) -> Answer:
        async def with_token(token: str) -> Answer:
            return await self._directory.call("GET", path, action=action, bearer=token, query=query)

        async def fetch(_old: Tokens | None) -> Tokens:
            return await self._sign_in(self._admin_email, DIRECTORY_SCOPE)

        try:
            return await self._admin.run(with_token, fetch)
        except DelegationMissing:
            raise
        except NotPermitted as error:
            raise AdminNeeded(SYSTEM, action, status=error.status, reasons=error.reasons) from None

    async def _sign_in(self, person: str, scope: str) -> Tokens:
        """https://developers.google.com/identity/protocols/oauth2/service-account"""
        form = {"grant_type": GRANT_TYPE, "assertion": self._assertion(person, scope)}
        try:
            answer = await self._login.call("POST", "/token", action=SIGNING_IN, form=form, repeatable=True)
        except (Invalid, NotAuthorised, NotPermitted) as error:
            refused = {"unauthorized_client", "access_denied"} & set(error.reasons)
            kind = DelegationMissing if refused else type(error)
            raise kind(SYSTEM, SIGNING_IN, status=error.status, reasons=error.reasons) from None
        record = answer.record()
        if not text(record, "access_token"):
            raise answer.useless("no token")
        expires_at = expiry(record.get("expires_in"), now=self._now(), otherwise=HOUR)
        return Tokens(access_token=text(record, "access_token"), expires_at=expires_at, sub=person)

    def _assertion(self, person: str, scope: str) -> str:
        now = self._now()
        claims = {
            "iss": self._service_account.email,
            "sub": person,
            "scope": scope,
            "aud": f"{OAUTH_URL}/token",
            "iat": now,
            "exp": now + timedelta(hours=1),
        }
        headers = {"kid": self._service_account.key_id} if self._service_account.key_id else {}
        return jwt.encode(claims, self._key, algorithm="RS256", headers=headers)


def _key(text: str) -> RSAPrivateKey:
    """Read once: it takes longer than the signing."""
    key = load_pem_private_key(text.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("Not an RSA key.")
    return key


def _account(record: Record, email: str = "") -> GoogleAccount:
    primary = text(record, "primaryEmail").lower()
    aliases = record.get("aliases")
    return GoogleAccount(
        email=email.lower() or primary,
        primary=primary,
        aliases=tuple(str(each).lower() for each in aliases) if isinstance(aliases, list) else (),
        suspended=flag(record, "suspended"),
        archived=flag(record, "archived"),
        mailbox_ready=flag(record, "isMailboxSetup"),
    )
