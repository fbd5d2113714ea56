"""Microsoft Graph: whether people's accounts, mailboxes and licences let their meetings carry Teams."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Self
from urllib.parse import quote

from providers.answers import Answer, Record, parts, text
from providers.base import Invalid, NotAuthorised, NotFound, NotPermitted, ProviderError, advice
from providers.http import BACKGROUND, PERSON_WAITS, HttpClient
from providers.microsoft_batch import Batches, Outcome
from providers.microsoft_reading import read_account
from providers.microsoft_types import Mailbox, MicrosoftAccount
from providers.tokens import Tokens, TokenSource, expiry

__all__ = ["ConsentMissing", "LoginRefused", "Mailbox", "MicrosoftAccount", "MicrosoftTeams"]

SYSTEM = "Microsoft"
GRAPH_URL = "https://graph.microsoft.com"
LOGIN_URL = "https://login.microsoftonline.com"
IN_FLIGHT = 4
"""Microsoft lets one app ask four things about mailboxes at the same time."""
AT_ONCE = 60
"""People who are looked up together: nine batches."""
HOUR = 3600
SIGNING_IN = "signing in"
FIELDS = "id,mail,userPrincipalName,proxyAddresses,accountEnabled,assignedPlans"
MEETINGS = "allowedOnlineMeetingProviders,defaultOnlineMeetingProvider"


class ConsentMissing(NotPermitted):
    """A permission, or the administrator's consent to it, is missing."""

    advice = advice(
        "Microsoft does not let Greenroom look. A Microsoft 365 admin can grant consent for User.Read.All, "
        "MailboxSettings.Read and Calendars.ReadBasic.All in the Entra admin center under App registrations."
    )


class LoginRefused(NotAuthorised):
    """The app registration's tenant, id or secret is not accepted (any more)."""

    advice = advice(
        "Microsoft does not accept Greenroom's app. The person who runs Greenroom can check the tenant, the id and "
        "the secret in the Entra admin center under App registrations; secrets expire."
    )


class MicrosoftTeams:
    """One company's Microsoft 365 tenant, through an app registration of its own."""

    def __init__(
        self,
        *,
        tenant_id: str,
        client_id: str,
        client_secret: str,
        http: HttpClient,
        login: HttpClient,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._tenant_id = tenant_id
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self._http = http
        self._login = login
        self._now = now
        self._sleep = sleep
        self._patience = PERSON_WAITS / 2
        self._source = TokenSource(now=now)

    @classmethod
    def build(
        cls,
        *,
        tenant_id: str,
        client_id: str,
        client_secret: str,
        now: Callable[[], datetime],
        graph_url: str = "",
        login_url: str = "",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        **http: Any,
    ) -> Self:
        """`http` goes on to HttpClient: on_call, patience, transport, ..."""
        graph = {"in_flight": IN_FLIGHT, **http}
        return cls(
            tenant_id=tenant_id,
            client_id=client_id,
            client_secret=client_secret,
            http=HttpClient(system=SYSTEM, base_url=graph_url or GRAPH_URL, now=now, **graph),
            login=HttpClient(system=SYSTEM, base_url=login_url or LOGIN_URL, now=now, **http),
            now=now,
            sleep=sleep,
        )

    def patiently(self, seconds: float = BACKGROUND) -> Self:
        """The same tenant, for work that nobody waits for: each call, and each batch, may take longer."""
        twin = copy.copy(self)
        twin._http, twin._login = self._http.patiently(seconds), self._login.patiently(seconds)
        twin._patience = seconds
        return twin

    async def aclose(self) -> None:
        await self._http.aclose()
        await self._login.aclose()

    async def account(self, email: str) -> MicrosoftAccount:
        """What stands behind one address."""
        found = (await self._looked_at([email.lower()]))[email.lower()]
        if isinstance(found, ProviderError):
            raise found
        return found

    async def accounts(self, emails: Sequence[str]) -> AsyncIterator[dict[str, MicrosoftAccount | ProviderError]]:
        """What stands behind many addresses, some at a time; whoever could not be read has the error instead."""
        addresses = iter(dict.fromkeys(email.lower() for email in emails))
        while chunk := list(islice(addresses, AT_ONCE)):
            yield await self._looked_at(chunk)

    async def _looked_at(self, emails: Sequence[str]) -> dict[str, MicrosoftAccount | ProviderError]:
        """People are found by the name they sign in with, otherwise by any address that they have."""
        found = await self._asked({email: email for email in emails})
        absent = [email for email, account in found.items() if isinstance(account, NotFound)]
        if not absent:
            return found
        ids = await self._by_address(absent)
        for email, id in ids.items():
            nobody = MicrosoftAccount(email, found=False, mailbox=Mailbox.MISSING)
            found[email] = id if isinstance(id, ProviderError) else nobody
        known = {email: id for email, id in ids.items() if isinstance(id, str) and id}
        return found | (await self._asked(known) if known else {})

    async def _asked(self, keys: Mapping[str, str]) -> dict[str, MicrosoftAccount | ProviderError]:
        """Three questions about each: account and licences, purpose of the mailbox, meetings of the calendar.

        https://learn.microsoft.com/en-us/graph/api/user-get
        https://learn.microsoft.com/en-us/graph/api/user-get-mailboxsettings
        https://learn.microsoft.com/en-us/graph/api/calendar-get
        """
        urls: dict[str, str] = {}
        for email, key in keys.items():
            user = f"/users/{quote(key, safe='@')}"
            urls[f"{email} user"] = f"{user}?$select={FIELDS}"
            urls[f"{email} purpose"] = f"{user}/mailboxSettings/userPurpose"
            urls[f"{email} calendar"] = f"{user}/calendar?$select={MEETINGS}"
        told = await self._batches().ask(urls)
        return {email: _account(email, told) for email in keys}

    async def _by_address(self, emails: Sequence[str]) -> dict[str, str | ProviderError]:
        """The id of whoever has this as one of their addresses; empty when nobody does.

        https://learn.microsoft.com/en-us/graph/api/user-list
        """
        urls = {email: f"/users?$select=id&$filter={quote(_has_address(email))}" for email in emails}
        told = await self._batches().ask(urls)
        return {email: _first_id(_explained(told[email])) for email in emails}

    def _batches(self) -> Batches:
        return Batches(send=self._send, sleep=self._sleep, now=self._now, patience=self._patience)

    async def _send(self, body: Record) -> Answer:
        async def with_token(token: str) -> Answer:
            return await self._http.call(
                "POST",
                "/v1.0/$batch",
                action="looking at accounts and mailboxes",
                bearer=token,
                body=body,
                repeatable=True,
            )

        return await self._source.run(with_token, self._sign_in)

    async def _sign_in(self, _old: Tokens | None) -> Tokens:
        """https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow"""
        path = f"/{quote(self._tenant_id, safe='')}/oauth2/v2.0/token"
        scope = f"{self._http.base_url}/.default"
        form = {**self._client, "grant_type": "client_credentials", "scope": scope}
        try:
            answer = await self._login.call("POST", path, action=SIGNING_IN, form=form, repeatable=True)
        except (Invalid, NotAuthorised, NotFound) as error:
            raise LoginRefused(SYSTEM, SIGNING_IN, status=error.status, reasons=error.reasons) from None
        record = answer.record()
        if not text(record, "access_token"):
            raise answer.useless("no token")
        return Tokens(
            access_token=text(record, "access_token"),
            expires_at=expiry(record.get("expires_in"), now=self._now(), otherwise=HOUR),
        )


def _account(email: str, told: Mapping[str, Outcome]) -> MicrosoftAccount | ProviderError:
    user, purpose, calendar = (_explained(told[f"{email} {part}"]) for part in ("user", "purpose", "calendar"))
    return user if isinstance(user, ProviderError) else read_account(email, user, purpose, calendar)


def _explained(outcome: Outcome) -> Outcome:
    if isinstance(outcome, NotPermitted):
        return ConsentMissing(SYSTEM, outcome.action, status=outcome.status, reasons=outcome.reasons)
    return outcome


def _has_address(email: str) -> str:
    return f"proxyAddresses/any(each:each eq 'smtp:{email.replace(chr(39), chr(39) * 2)}')"


def _first_id(outcome: Outcome) -> str | ProviderError:
    if isinstance(outcome, ProviderError):
        return outcome
    found = parts(outcome, "value")
    return text(found[0], "id") if found else ""
