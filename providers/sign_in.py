"""Who sits at this browser: sign-in with Slack or Microsoft by OpenID Connect, asked for nothing but the identity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt

from providers.base import NotAuthorised
from providers.http import HttpClient


@dataclass(frozen=True, slots=True)
class Identity:
    """An account of a chat, as the platform itself vouches for it."""

    channel: str
    workspace: str
    account: str


@dataclass(frozen=True, slots=True)
class Vendor:
    """What differs between the vendors."""

    channel: str
    name: str
    authorise_url: str
    token_path: str
    issuer: str
    workspace_claim: str
    account_claim: str


class SignIn:
    """One vendor's sign-in."""

    def __init__(
        self,
        vendor: Vendor,
        http: HttpClient,
        *,
        client_id: str,
        client_secret: str,
        now: Callable[[], datetime],
    ) -> None:
        self.channel, self.name = vendor.channel, vendor.name
        self.origin = "{0.scheme}://{0.netloc}".format(urlsplit(vendor.authorise_url))
        self._vendor = vendor
        self._http = http
        self._client_id = client_id
        self._client_secret = client_secret
        self._now = now

    @classmethod
    def slack(
        cls, *, client_id: str, client_secret: str, api_url: str, now: Callable[[], datetime], **http: Any
    ) -> SignIn:
        """https://docs.slack.dev/authentication/sign-in-with-slack/"""
        parts = urlsplit(api_url)
        vendor = Vendor(
            channel="slack",
            name="Slack",
            authorise_url=f"{parts.scheme}://{parts.netloc}/openid/connect/authorize",
            token_path="/openid.connect.token",  # noqa: S106 - an address
            issuer=f"{parts.scheme}://{parts.netloc}",
            workspace_claim="https://slack.com/team_id",
            account_claim="https://slack.com/user_id",
        )
        client = HttpClient(system="Slack", base_url=api_url, now=now, **http)
        return cls(vendor, client, client_id=client_id, client_secret=client_secret, now=now)

    @classmethod
    def microsoft(
        cls,
        *,
        tenant: str,
        client_id: str,
        client_secret: str,
        login_url: str,
        now: Callable[[], datetime],
        **http: Any,
    ) -> SignIn:
        """https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc"""
        vendor = Vendor(
            channel="teams",
            name="Microsoft",
            authorise_url=f"{login_url}/{tenant}/oauth2/v2.0/authorize",
            token_path=f"/{tenant}/oauth2/v2.0/token",
            issuer=f"{login_url}/{tenant}/v2.0",
            workspace_claim="tid",
            account_claim="oid",
        )
        client = HttpClient(system="Microsoft", base_url=login_url, now=now, **http)
        return cls(vendor, client, client_id=client_id, client_secret=client_secret, now=now)

    def url(self, *, redirect_uri: str, state: str, nonce: str) -> str:
        """The vendor's page; the identity comes back to `redirect_uri` as a code."""
        query = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "nonce": nonce,
        }
        return f"{self._vendor.authorise_url}?{urlencode(query)}"

    async def identity(self, code: str, *, redirect_uri: str, nonce: str) -> Identity:
        """Trade the code for the identity; raises ProviderError, NotAuthorised where anything does not fit."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self._client_id,
            "client_secret": self._client_secret,
        }
        action = "asking who is signed in"
        answer = await self._http.call("POST", self._vendor.token_path, action=action, form=form, repeatable=False)
        claims = self._claims(str(answer.record().get("id_token", "")), nonce)
        workspace, account = (claims.get(name) for name in (self._vendor.workspace_claim, self._vendor.account_claim))
        if not isinstance(workspace, str) or not isinstance(account, str):
            raise NotAuthorised(self.name, action, reasons=("no identity",))
        return Identity(self.channel, workspace, account)

    async def aclose(self) -> None:
        await self._http.aclose()

    def _claims(self, token: str, nonce: str) -> dict[str, Any]:
        """The token came from the vendor itself over TLS, which stands for its signature.

        https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation (step 6)
        """
        wanted = {"verify_signature": False, "verify_exp": False}
        try:
            claims: dict[str, Any] = jwt.decode(token, options=wanted)  # type: ignore[arg-type]
        except jwt.PyJWTError:
            claims = {}
        audience = claims.get("aud")
        fits = (
            claims.get("iss") == self._vendor.issuer
            and self._client_id in (audience if isinstance(audience, list) else [audience])
            and claims.get("nonce") == nonce
            and isinstance(expires := claims.get("exp"), int | float)
            and expires > self._now().timestamp()
        )
        if not fits:
            raise NotAuthorised(self.name, "asking who is signed in", reasons=("the identity does not fit",))
        return claims
