"""GoTo: who has a user there with a licence for GoTo Meeting."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Self

from providers.answers import Answer, flag, parts, text
from providers.base import Invalid, NotAuthorised, NotPermitted, advice
from providers.goto_types import Licences, Standing, User
from providers.http import BACKGROUND, HttpClient
from providers.limits import Limit
from providers.tokens import Tokens, TokenSource, expiry

__all__ = ["AdminNeeded", "ConnectAgain", "GoTo", "Licences", "Standing", "User"]

SYSTEM = "GoTo"
API_URL = "https://api.getgo.com"
OAUTH_URL = "https://authentication.logmeininc.com"
LIMITS = (Limit(10, 1.0),)
"""https://developer.goto.com/guides/References/Ref-Rate-Limits/"""
MEETING = "G2M"
PER_PAGE = 1000
HOUR = 3600
SIGNING_IN = "signing in"
ADMIN = "/admin/rest/v1"


class ConnectAgain(NotAuthorised):
    """The refresh token was withdrawn, replaced, or not used for a month."""

    advice = advice(
        "GoTo does not accept Greenroom's authorisation any more. A GoTo admin has to authorise it again, "
        "and GOTO_REFRESH_TOKEN has to be set to the new refresh token."
    )


class AdminNeeded(NotPermitted):
    """Whoever authorised Greenroom may not read users and licences."""

    advice = advice(
        "GoTo does not let Greenroom read users and licences. It has to be authorised by a GoTo admin "
        "who may manage users and seats."
    )


Load = Callable[[], Awaitable[str]]
Save = Callable[[str], Awaitable[None]]


async def _nothing_kept() -> str:
    return ""


async def _keep_nothing(_token: str) -> None:
    return


class GoTo:
    """One company's GoTo account, in the name of one of its admins.

    Each refresh may replace the refresh token: the new one goes to `on_refresh` before it is used, and `kept` gives
    the newest one back after a restart.
    """

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        http: HttpClient,
        login: HttpClient,
        now: Callable[[], datetime],
        kept: Load = _nothing_kept,
        on_refresh: Save = _keep_nothing,
    ) -> None:
        self._client = (client_id, client_secret)
        self._refresh_token = refresh_token
        self._http = http
        self._login = login
        self._now = now
        self._kept = kept
        self._on_refresh = on_refresh
        self._source = TokenSource(now=now)
        self._known_account: list[str] = []
        """The key of the account once it is known; one list for all twins."""

    @classmethod
    def build(
        cls,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        now: Callable[[], datetime],
        kept: Load = _nothing_kept,
        on_refresh: Save = _keep_nothing,
        api_url: str = "",
        oauth_url: str = "",
        limits: Sequence[Limit] = LIMITS,
        **http: Any,
    ) -> Self:
        """`http` goes on to HttpClient: on_call, patience, transport, ..."""
        return cls(
            client_id=client_id,
            client_secret=client_secret,
            refresh_token=refresh_token,
            http=HttpClient(system=SYSTEM, base_url=api_url or API_URL, now=now, limits=limits, **http),
            login=HttpClient(system=SYSTEM, base_url=oauth_url or OAUTH_URL, now=now, **http),
            now=now,
            kept=kept,
            on_refresh=on_refresh,
        )

    def patiently(self, seconds: float = BACKGROUND) -> Self:
        """The same account, for work that nobody waits for: each call may take longer."""
        twin = copy.copy(self)
        twin._http, twin._login = self._http.patiently(seconds), self._login.patiently(seconds)
        return twin

    async def aclose(self) -> None:
        await self._http.aclose()
        await self._login.aclose()

    async def standing(self, email: str) -> Standing:
        """Whether this person can hold meetings. https://developer.goto.com/admin/#tag/Users"""
        query = {"filter": f'email eq "{_quoted(email)}"', "attributes": "key,email"}
        account = await self._account_key()
        action = "looking up a user"
        answer = await self._get(f"{ADMIN}/accounts/{account}/users", action=action, query=query)
        found = [user for user in _users(answer) if user.email == email.lower()]
        if not found:
            return Standing.MISSING
        return (await self.licences()).standing_of(found[0].key)

    async def users(self) -> AsyncIterator[tuple[User, ...]]:
        """Everybody, page by page. https://developer.goto.com/admin/#tag/Users"""
        path = f"{ADMIN}/accounts/{await self._account_key()}/users"
        query = {"attributes": "key,email"}
        async for answer in self._pages(path, action="reading the users", query=query):
            yield _users(answer)

    async def licences(self) -> Licences:
        """Who may hold meetings; webinars and trainings include them. https://developer.goto.com/admin/#tag/Licenses"""
        path = f"{ADMIN}/accounts/{await self._account_key()}/licenses"
        holders: set[str] = set()
        invited: set[str] = set()
        async for answer in self._pages(path, action="reading the licences", query={}):
            for licence in parts(answer.record(), "results") or ():
                if MEETING in _texts(licence.get("products")) and flag(licence, "enabled") is not False:
                    holders |= _texts(licence.get("userKeys"))
                    invited |= _texts(licence.get("invitedUserKeys"))
        return Licences(frozenset(holders), frozenset(invited))

    async def _account_key(self) -> str:
        """Longer than a float can hold, so it is only ever text. https://developer.goto.com/admin/#tag/Me"""
        if self._known_account:
            return self._known_account[0]
        answer = await self._get(f"{ADMIN}/me", action="reading the account")
        record = answer.record()
        listed = parts(record, "accounts") or ({},)
        key = text(record, "accountKey") or text(listed[0] if listed else {}, "key")
        if not key.isalnum():
            raise answer.useless("no account")
        self._known_account.append(key)
        return key

    async def _pages(self, path: str, *, action: str, query: Mapping[str, str]) -> AsyncIterator[Answer]:
        offset = 0
        while True:
            page = {**query, "offset": str(offset), "pageSize": str(PER_PAGE)}
            answer = await self._get(path, action=action, query=page)
            results = parts(answer.record(), "results")
            if results is None:
                raise answer.useless("no results")
            yield answer
            offset += len(results)
            total = answer.record().get("total")
            if not results or not isinstance(total, int) or offset >= total:
                return

    async def _get(self, path: str, *, action: str, query: Mapping[str, str] | None = None) -> Answer:
        async def with_token(token: str) -> Answer:
            return await self._http.call("GET", path, action=action, bearer=token, query=query)

        try:
            return await self._source.run(with_token, self._sign_in)
        except NotPermitted as error:
            raise AdminNeeded(SYSTEM, action, status=error.status, reasons=error.reasons) from None

    async def _sign_in(self, old: Tokens | None) -> Tokens:
        """Another process may have used and replaced the token that this one still remembers."""
        known = (await self._kept(), old.refresh_token if old else "", self._refresh_token)
        refused: NotAuthorised | None = None
        for token in dict.fromkeys(each for each in known if each):
            try:
                return await self._refreshed(token)
            except NotAuthorised as error:
                refused = error
        raise refused or ConnectAgain(SYSTEM, SIGNING_IN, reasons=("no refresh token",))

    async def _refreshed(self, token: str) -> Tokens:
        """https://developer.goto.com/guides/Authentication/05_HOWTO_refreshToken/"""
        form = {"grant_type": "refresh_token", "refresh_token": token}
        try:
            answer = await self._login.call(
                "POST", "/oauth/token", action=SIGNING_IN, basic=self._client, form=form, repeatable=True
            )
        except (Invalid, NotAuthorised, NotPermitted) as error:
            raise ConnectAgain(SYSTEM, SIGNING_IN, status=error.status, reasons=error.reasons) from None
        record = answer.record()
        if not text(record, "access_token"):
            raise answer.useless("no token")
        renewed = text(record, "refresh_token") or token
        if renewed != token:
            await self._on_refresh(renewed)
        expires_at = expiry(record.get("expires_in"), now=self._now(), otherwise=HOUR)
        return Tokens(access_token=text(record, "access_token"), expires_at=expires_at, refresh_token=renewed)


def _users(answer: Answer) -> tuple[User, ...]:
    results = parts(answer.record(), "results")
    if results is None:
        raise answer.useless("no results")
    return tuple(User(text(user, "key"), text(user, "email").lower()) for user in results if text(user, "key"))


def _texts(values: object) -> set[str]:
    return {text({"value": value}, "value") for value in values} if isinstance(values, list) else set()


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
