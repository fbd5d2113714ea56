"""Cronofy, which connects calendars and conferencing accounts: where to authorise, and the tokens that come of it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlencode
from weakref import WeakValueDictionary

import providers.cronofy_callbacks as callbacks
from providers.answers import Answer, part, text
from providers.base import Invalid, NotAuthorised, Refused
from providers.cronofy_session import CronofySession, SaveTokens
from providers.cronofy_types import Grant, LinkingProfile, PersonRequest
from providers.http import BACKGROUND, HttpClient
from providers.limits import Limit
from providers.tokens import Tokens, TokenSource, expiry

__all__ = ["LIMITS", "PERSON_SCOPE", "Cronofy", "CronofySession", "Grant", "PersonRequest", "Tokens", "hosts"]

SYSTEM = "Cronofy"
ADMIN_SCOPE = "service_account/accounts/manage service_account/resources/manage"
PERSON_SCOPE = "read_account list_calendars read_events create_event delete_event read_free_busy"
"""What is asked for each person; the service account is authorised for the same at most."""
LIMITS = (Limit(50, 1.0), Limit(500, 60.0))
"""Per application. https://docs.cronofy.com/developers/faqs/rate-limits/"""
DEFAULT_LIFETIME = 1800


def hosts(data_center: str = "") -> tuple[str, str]:
    """The addresses of the API and of the pages for people. https://docs.cronofy.com/developers/data-centers/"""
    suffix = "" if data_center.lower() in {"", "us"} else f"-{data_center.lower()}"
    return f"https://api{suffix}.cronofy.com", f"https://app{suffix}.cronofy.com"


class Cronofy:
    """One Cronofy application. It stores nothing: tokens come from the caller and go back to the caller."""

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        http: HttpClient,
        app_url: str,
        now: Callable[[], datetime],
        former_secrets: Sequence[str] = (),
    ) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._http = http
        self._app_url = app_url.rstrip("/")
        self._now = now
        self._secrets = (client_secret, *former_secrets)
        self._sources: WeakValueDictionary[str, TokenSource] = WeakValueDictionary()

    @classmethod
    def build(
        cls,
        *,
        client_id: str,
        client_secret: str,
        now: Callable[[], datetime],
        data_center: str = "",
        api_url: str = "",
        app_url: str = "",
        limits: Sequence[Limit] = LIMITS,
        former_secrets: Sequence[str] = (),
        **http: Any,
    ) -> Self:
        """`http` goes on to HttpClient: on_call, patience, transport, ..."""
        api_host, app_host = hosts(data_center)
        client = HttpClient(system=SYSTEM, base_url=api_url or api_host, now=now, limits=limits, **http)
        return cls(
            client_id=client_id,
            client_secret=client_secret,
            http=client,
            app_url=app_url or app_host,
            now=now,
            former_secrets=former_secrets,
        )

    def patiently(self, seconds: float = BACKGROUND) -> Self:
        """The same application, for work that nobody waits for: each call may take longer."""
        twin = copy.copy(self)
        twin._http = self._http.patiently(seconds)
        return twin

    async def aclose(self) -> None:
        await self._http.aclose()

    def admin_url(
        self, *, redirect_uri: str, state: str, delegated_scope: str = PERSON_SCOPE, provider_name: str = ""
    ) -> str:
        """Where an admin connects the whole company.

        https://docs.cronofy.com/developers/api/enterprise-connect/request-authorization/
        """
        return self._authorise_url(
            "/enterprise_connect/oauth/authorize",
            redirect_uri=redirect_uri,
            state=state,
            scope=ADMIN_SCOPE,
            delegated_scope=delegated_scope,
            provider_name=provider_name,
        )

    def personal_url(
        self, *, redirect_uri: str, state: str, scope: str = PERSON_SCOPE, provider_name: str = "", locale: str = ""
    ) -> str:
        """Where one person connects her own calendar.

        https://docs.cronofy.com/developers/api/authorization/request-authorization/
        """
        return self._authorise_url(
            "/oauth/authorize",
            redirect_uri=redirect_uri,
            state=state,
            scope=scope,
            provider_name=provider_name,
            locale=locale,
        )

    def _authorise_url(self, path: str, **query: str) -> str:
        """Without avoid_linking, two people who use the same browser would become one account."""
        asked = {"response_type": "code", "client_id": self._client_id, "avoid_linking": "true", **query}
        return f"{self._app_url}{path}?{urlencode({name: value for name, value in asked.items() if value})}"

    async def exchange(self, code: str, *, redirect_uri: str) -> Grant:
        """Tokens for a code; `redirect_uri` is exactly the address that the code came to, query included.

        https://docs.cronofy.com/developers/api/authorization/request-token/
        """
        action = "finishing the authorisation"
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        answer = await self._token_call(action=action, form=form, repeatable=False)
        record = answer.record()
        tokens = self._tokens(answer)
        source = self._sources.get(tokens.sub)
        if source is not None:
            source.adopt(tokens)
        linked = part(record, "linking_profile")
        profile = LinkingProfile(
            provider_name=text(linked, "provider_name"),
            profile_id=text(linked, "profile_id"),
            email=text(linked, "profile_name"),
        )
        return Grant(tokens, profile if linked else None)

    async def refresh(self, tokens: Tokens) -> Tokens:
        """New tokens for old ones; NotAuthorised when access was withdrawn. Sessions do this by themselves.

        https://docs.cronofy.com/developers/api/authorization/refresh-token/
        """
        action = "renewing the authorisation"
        if not tokens.refresh_token:
            raise NotAuthorised(SYSTEM, action, reasons=("no refresh token",))
        form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
        return self._tokens(await self._token_call(action=action, form=form, repeatable=True), old=tokens)

    async def revoke(self, *, token: str = "", sub: str = "") -> None:
        """Give an authorisation up, by one of its tokens or by whose it is.

        https://docs.cronofy.com/developers/api/authorization/revoke/
        """
        form = {"token": token} if token else {"sub": sub}
        await self._http.call(
            "POST",
            "/oauth/token/revoke",
            action="giving up the authorisation",
            form={"client_id": self._client_id, "client_secret": self._client_secret, **form},
            repeatable=True,
        )

    def session(self, tokens: Tokens, *, on_refresh: SaveTokens) -> CronofySession:
        """Calls in the name of whom the tokens belong to; sessions of the same person share one refresh."""
        key = tokens.sub or tokens.refresh_token
        source = self._sources.setdefault(key, TokenSource(now=self._now, tokens=tokens))
        known = source.tokens
        if known is None or tokens.expires_at > known.expires_at:
            source.adopt(tokens)

        async def fetch(old: Tokens | None) -> Tokens:
            renewed = await self.refresh(old or tokens)
            await on_refresh(renewed)
            return renewed

        return CronofySession(self._http, source, fetch=fetch)

    def verify_hmac(self, header: str, body: bytes) -> bool:
        """Whether a callback was signed with one of our secrets."""
        return callbacks.signature_is_valid(header, body, self._secrets)

    async def _token_call(self, *, action: str, form: dict[str, str], repeatable: bool) -> Answer:
        secrets = {"client_id": self._client_id, "client_secret": self._client_secret}
        try:
            return await self._http.call(
                "POST", "/oauth/token", action=action, form={**secrets, **form}, repeatable=repeatable
            )
        except (Invalid, NotAuthorised) as error:
            raise _token_error(error) from None

    def _tokens(self, answer: Answer, *, old: Tokens | None = None) -> Tokens:
        record = answer.record()
        access_token = text(record, "access_token")
        if not access_token:
            raise answer.useless("no token")
        return Tokens(
            access_token=access_token,
            refresh_token=text(record, "refresh_token") or (old.refresh_token if old else ""),
            expires_at=expiry(record.get("expires_in"), now=self._now(), otherwise=DEFAULT_LIFETIME),
            sub=text(record, "sub", "account_id", "service_account_id") or (old.sub if old else ""),
            scope=text(record, "scope") or (old.scope if old else ""),
        )


def _token_error(error: Refused) -> Refused:
    """Only an unknown or withdrawn grant is the person's; anything else is our own application's fault."""
    withdrawn = any("invalid_grant" in reason or "unknown_or_used" in reason for reason in error.reasons)
    kind = NotAuthorised if withdrawn else Invalid
    return kind(error.system, error.action, status=error.status, reasons=error.reasons)
