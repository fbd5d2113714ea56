"""Zoom: who has a user there, and for whom the company has approved the Cronofy app."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote

from providers.answers import Answer, Record, flag, part, parts, text
from providers.base import Invalid, NotAuthorised, NotFound, NotPermitted, advice
from providers.http import BACKGROUND, HttpClient
from providers.limits import Limit
from providers.tokens import Tokens, TokenSource, expiry
from providers.zoom_types import Approval, CronofyApp, User

__all__ = ["AppSwitchedOff", "Approval", "CronofyApp", "MissingScopes", "User", "Zoom"]

SYSTEM = "Zoom"
API_URL = "https://api.zoom.us"
OAUTH_URL = "https://zoom.us"
LIMITS = (Limit(18, 1.0),)
"""Zoom's smallest paid plan takes 20 a second of calls of medium weight, from all apps together."""
PER_PAGE = "300"
APPS_PER_PAGE = "100"
HOUR = 3600
SIGNING_IN = "signing in"
APP_NAME = "cronofy"
STATUSES = ("active", "inactive", "pending")
BASIC = 1


class MissingScopes(NotPermitted):
    """The app that was made for Greenroom in Zoom lacks a scope."""

    advice = advice(
        "Greenroom's app in Zoom lacks a right. A Zoom admin can add the scopes for reading users "
        "and for listing Marketplace apps to it in the Zoom App Marketplace."
    )


class AppSwitchedOff(NotAuthorised):
    """The app that was made for Greenroom in Zoom does not get a token."""

    advice = advice(
        "Zoom does not accept Greenroom's app. A Zoom admin can check in the Zoom App Marketplace "
        "that it is active and approved, and that its id and secret are the ones in Greenroom's settings."
    )


class Zoom:
    """One company's Zoom account, through a server-to-server app of its own."""

    def __init__(
        self,
        *,
        account_id: str,
        client_id: str,
        client_secret: str,
        http: HttpClient,
        login: HttpClient,
        now: Callable[[], datetime],
    ) -> None:
        self._account_id = account_id
        self._client = (client_id, client_secret)
        self._http = http
        self._login = login
        self._now = now
        self._source = TokenSource(now=now)

    @classmethod
    def build(
        cls,
        *,
        account_id: str,
        client_id: str,
        client_secret: str,
        now: Callable[[], datetime],
        api_url: str = "",
        oauth_url: str = "",
        limits: Sequence[Limit] = LIMITS,
        **http: Any,
    ) -> Self:
        """`http` goes on to HttpClient: on_call, patience, transport, ..."""
        return cls(
            account_id=account_id,
            client_id=client_id,
            client_secret=client_secret,
            http=HttpClient(system=SYSTEM, base_url=api_url or API_URL, now=now, limits=limits, **http),
            login=HttpClient(system=SYSTEM, base_url=oauth_url or OAUTH_URL, now=now, **http),
            now=now,
        )

    def patiently(self, seconds: float = BACKGROUND) -> Self:
        """The same account, for work that nobody waits for: each call may take longer."""
        twin = copy.copy(self)
        twin._http, twin._login = self._http.patiently(seconds), self._login.patiently(seconds)
        return twin

    async def aclose(self) -> None:
        await self._http.aclose()
        await self._login.aclose()

    async def user(self, email: str) -> User:
        """https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId}"""
        action = "looking up a user"
        try:
            answer = await self._get(f"/v2/users/{quote(email, safe='@')}", action=action)
        except NotFound as error:
            # Anything else that is not found says nothing about the user.
            if any("user" in reason.lower() for reason in error.reasons):
                return User(email=email, status="missing")
            raise
        found = _user(answer.record())
        if found.status not in STATUSES:
            raise answer.useless("no status")
        return found

    async def users(self) -> AsyncIterator[tuple[User, ...]]:
        """Everybody, page by page. https://developers.zoom.us/docs/api/users/#tag/users/GET/users"""
        for status in STATUSES:
            query = {"status": status, "page_size": PER_PAGE}
            async for page in self._pages("/v2/users", "users", action="reading the users", query=query):
                yield tuple(_user(record, otherwise=status) for record in page)

    async def cronofy_app(self) -> CronofyApp:
        """For whom the Cronofy app is approved; a restriction counts more than an approval."""
        restricted = await self._app("restricted_apps")
        if restricted is not None:
            return _found(restricted, Approval.RESTRICTED)
        approved = await self._app("approved_apps")
        if approved is not None:
            return _found(approved, _approval(part(approved, "approval_info")))
        asked_for = await self._app("active_requests")
        if asked_for is not None:
            return _found(asked_for, Approval.PENDING)
        return CronofyApp(Approval.NOT_LISTED)

    async def _app(self, kind: str) -> Record | None:
        """https://developers.zoom.us/docs/api/marketplace/#tag/apps/GET/marketplace/apps"""
        query = {"type": kind, "page_size": APPS_PER_PAGE}
        action = "reading the approved apps"
        named = [
            app
            async for page in self._pages("/v2/marketplace/apps", "apps", action=action, query=query)
            for app in page
            if APP_NAME in text(app, "app_name").lower()
        ]
        # Other apps may carry the name too, such as a scheduler of Cronofy's.
        return min(named, key=lambda app: len(text(app, "app_name")), default=None)

    async def _pages(
        self, path: str, name: str, *, action: str, query: Mapping[str, str]
    ) -> AsyncIterator[tuple[Record, ...]]:
        seen, token = set(), ""
        while token not in seen:
            seen.add(token)
            more = {"next_page_token": token} if token else {}
            answer = await self._get(path, action=action, query={**query, **more})
            record = answer.record()
            page = parts(record, name)
            if page is None:
                raise answer.useless(f"no {name}")
            yield page
            token = text(record, "next_page_token")
            if not token:
                return

    async def _get(self, path: str, *, action: str, query: Mapping[str, str] | None = None) -> Answer:
        async def with_token(token: str) -> Answer:
            return await self._http.call("GET", path, action=action, bearer=token, query=query)

        try:
            return await self._source.run(with_token, self._sign_in)
        except (Invalid, NotPermitted, NotAuthorised) as error:
            # Zoom answers 400 with code 4711 where others answer 403.
            if any("scopes" in reason.lower() for reason in error.reasons):
                raise MissingScopes(SYSTEM, action, status=error.status, reasons=error.reasons) from None
            raise

    async def _sign_in(self, _old: Tokens | None) -> Tokens:
        """https://developers.zoom.us/docs/internal-apps/s2s-oauth/"""
        form = {"grant_type": "account_credentials", "account_id": self._account_id}
        try:
            answer = await self._login.call(
                "POST", "/oauth/token", action=SIGNING_IN, basic=self._client, form=form, repeatable=True
            )
        except (Invalid, NotAuthorised, NotPermitted) as error:
            raise AppSwitchedOff(SYSTEM, SIGNING_IN, status=error.status, reasons=error.reasons) from None
        record = answer.record()
        if not text(record, "access_token"):
            raise answer.useless("no token")
        return Tokens(
            access_token=text(record, "access_token"),
            expires_at=expiry(record.get("expires_in"), now=self._now(), otherwise=HOUR),
            scope=text(record, "scope"),
        )


def _user(record: Record, otherwise: str = "") -> User:
    return User(
        email=text(record, "email").lower(),
        status=text(record, "status") or otherwise,
        is_basic=record.get("type") == BASIC,
    )


def _found(record: Record, approval: Approval) -> CronofyApp:
    pending = record.get("request_pending_number")
    return CronofyApp(approval, pending if isinstance(pending, int) else 0, text(record, "app_id"))


def _approval(info: Record) -> Approval:
    # Zoom does not explain the flag; an approval that is closed cannot be one that holds.
    if flag(info, "app_approval_closed"):
        return Approval.WITHDRAWN
    kind = text(info, "approved_type")
    if kind == "forAllUser":
        return Approval.ALL_USERS
    return Approval.SOME_USERS if kind.startswith("forSpecific") else Approval.NOT_LISTED
