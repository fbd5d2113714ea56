"""The public keys that Microsoft signs its requests with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import jwt
import structlog

LOG = structlog.get_logger(__name__)

FRESH_FOR = timedelta(hours=24)
PAUSE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key, and the channels that it may speak for; no endorsement means every channel."""

    key: jwt.PyJWK
    endorsements: frozenset[str]


class SigningKeys:
    """Fetched when first needed, again each day, and at once for an unknown key, but never in a flood.

    https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
    """

    def __init__(
        self, metadata_url: str, session: Callable[[], aiohttp.ClientSession], now: Callable[[], datetime]
    ) -> None:
        self._metadata_url = metadata_url
        self._session = session
        self._now = now
        self._lock = asyncio.Lock()
        self._keys: dict[str, SigningKey] = {}
        self._fetched: datetime | None = None
        self._tried: datetime | None = None

    async def find(self, key_id: str) -> SigningKey | None:
        """The key with this id, or None when Microsoft publishes no such key."""
        known = self._keys.get(key_id)
        # A known key does not wait while somebody else looks for newer ones.
        if known and (not self._is_stale() or self._lock.locked()):
            return known
        async with self._lock:
            if self._may_fetch() and (self._is_stale() or key_id not in self._keys):
                await self._fetch()
        return self._keys.get(key_id)

    def _is_stale(self) -> bool:
        return self._fetched is None or self._now() - self._fetched >= FRESH_FOR

    def _may_fetch(self) -> bool:
        pause = PAUSE if self._keys else FIRST_PAUSE
        return self._tried is None or self._now() - self._tried >= pause

    async def _fetch(self) -> None:
        self._tried = self._now()
        try:
            metadata = await self._get(self._metadata_url)
            keys = _parse(await self._get(str(metadata["jwks_uri"])))
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
            LOG.warning("signing_keys_not_fetched", error=type(error).__name__)  # the last good ones stay
            return
        if keys:
            self._keys, self._fetched = keys, self._now()

    async def _get(self, url: str) -> dict[str, Any]:
        async with self._session().get(url, allow_redirects=False) as response:
            response.raise_for_status()
            answer = await response.json(content_type=None)
        if not isinstance(answer, dict):
            raise ValueError("not an object")
        return answer


def _parse(document: dict[str, Any]) -> dict[str, SigningKey]:
    keys: dict[str, SigningKey] = {}
    for item in document["keys"]:
        # A key that is not RSA, or broken, is nothing we could check a signature with.
        if item.get("kty") != "RSA" or not item.get("kid"):
            continue
        try:
            key = jwt.PyJWK.from_dict(item, algorithm="RS256")
        except jwt.PyJWTError:
            continue
        keys[str(item["kid"])] = SigningKey(key, frozenset(item.get("endorsements") or ()))
    return keys
