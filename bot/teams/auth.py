"""Who may post to us: the token on each request, checked against Microsoft's keys and the activity itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from bot.teams.keys import SigningKeys
from bot.teams.settings import TeamsSettings

LEEWAY = timedelta(minutes=5)
CHANNEL = "msteams"
MAX_TOKEN = 16_384
# Times are checked by the clock that we were handed.
_OWN_CLOCK = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}


class Unauthorised(Exception):
    """The request is not from Microsoft, or not for us; the reason is for our log alone."""


class TokenCheck:
    """Refuses everything that is not proven.

    https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
    """

    def __init__(self, settings: TeamsSettings, keys: SigningKeys, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._keys = keys
        self._now = now

    async def check(self, authorization: str, activity: Mapping[str, Any]) -> dict[str, Any]:
        """The claims of the token. Raises Unauthorised, whatever is wrong."""
        service_url = activity.get("serviceUrl")
        if not isinstance(service_url, str) or not self._settings.trusts(service_url):
            raise Unauthorised("the service URL is not Microsoft's")
        if self._settings.local:
            return {}
        if _tenants(activity) != {self._settings.tenant_id}:
            raise Unauthorised("the tenant is not ours")
        claims = await self._claims(_bearer(authorization), channel=str(activity.get("channelId", "")))
        self._check_times(claims)
        # The claim has been spelt in both ways.
        if claims.get("serviceurl", claims.get("serviceUrl")) != service_url:
            raise Unauthorised("the token is for another service URL")
        return claims

    async def _claims(self, token: str, *, channel: str) -> dict[str, Any]:
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
            key = await self._keys.find(key_id) if isinstance(key_id, str) else None
            if key is None:
                raise Unauthorised("the key is unknown")
            if key.endorsements and channel not in key.endorsements:
                raise Unauthorised("the key does not speak for this channel")
            return jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                audience=self._settings.app_id,
                issuer=self._settings.issuer,
                # Times are checked below, by the clock that we were handed.
                options={
                    "require": ["exp", "iss", "aud"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise Unauthorised(type(error).__name__) from None

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now = self._now()
        if now > _moment(claims["exp"]) + LEEWAY:
            raise Unauthorised("expired")
        if "nbf" in claims and now < _moment(claims["nbf"]) - LEEWAY:
            raise Unauthorised("not valid yet")


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > MAX_TOKEN:
        raise Unauthorised("there is no token")
    return token.strip()


def _moment(seconds: object) -> datetime:
    try:
        return datetime.fromtimestamp(float(str(seconds)), UTC)
    except (ValueError, OverflowError, OSError):
        raise Unauthorised("a time is malformed") from None


def _tenants(activity: Mapping[str, Any]) -> set[str]:
    """Every tenant that the activity names; all of them must be ours."""
    conversation, data = activity.get("conversation"), activity.get("channelData")
    tenant = data.get("tenant") if isinstance(data, dict) else None
    named = [
        conversation.get("tenantId") if isinstance(conversation, dict) else None,
        tenant.get("id") if isinstance(tenant, dict) else None,
    ]
    return {str(name) for name in named if name}
