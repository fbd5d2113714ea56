"""Access tokens: kept fresh, fetched once however many ask at the same time, renewed once when refused."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from providers.base import NotAuthorised

Answer = TypeVar("Answer")

EARLY = timedelta(minutes=2)
LONGEST_LIFE = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an authorisation gave; `expires_at` is aware UTC, `sub` says whose it is. Its repr shows no secret."""

    access_token: str = field(repr=False)
    expires_at: datetime
    refresh_token: str = field(default="", repr=False)
    sub: str = ""
    scope: str = ""


def expiry(granted: object, *, now: datetime, otherwise: int) -> datetime:
    """When tokens end that were granted for so many seconds; `otherwise` if that is no sensible number."""
    seconds = granted if isinstance(granted, int) and granted > 0 else otherwise
    return now + timedelta(seconds=min(seconds, LONGEST_LIFE))


def authorisation(bearer: str, basic: tuple[str, str] | None = None) -> dict[str, str]:
    """The header for a token, or for a client's id and secret; none for neither."""
    if basic is not None:
        return {"Authorization": f"Basic {base64.b64encode(':'.join(basic).encode()).decode()}"}
    return {"Authorization": f"Bearer {bearer}"} if bearer else {}


Fetch = Callable[[Tokens | None], Awaitable[Tokens]]
"""Brings new tokens, given the old ones if there are any."""


class TokenSource:
    """Hands out one current token to everybody; while new ones are being fetched, everybody waits for the same."""

    def __init__(self, *, now: Callable[[], datetime], tokens: Tokens | None = None) -> None:
        self._now = now
        self._tokens = tokens
        self._renew_at = tokens.expires_at - EARLY if tokens else now()
        self._fetching: asyncio.Task[Tokens] | None = None

    @property
    def tokens(self) -> Tokens | None:
        """The newest known tokens."""
        return self._tokens

    def adopt(self, tokens: Tokens) -> None:
        """Take over tokens from elsewhere."""
        self._tokens = tokens
        self._renew_at = tokens.expires_at - EARLY

    async def token(self, fetch: Fetch, *, instead_of: str = "") -> str:
        """A valid access token; `instead_of` is one that was just refused."""
        tokens = self._tokens
        if tokens and tokens.access_token != instead_of and self._now() < self._renew_at:
            return tokens.access_token
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._renewed(fetch))
            self._fetching.add_done_callback(self._fetched)
        return (await asyncio.shield(self._fetching)).access_token

    async def run(self, call: Callable[[str], Awaitable[Answer]], fetch: Fetch) -> Answer:
        """Call with a token; when it is refused, once more with a new one."""
        token = await self.token(fetch)
        try:
            return await call(token)
        except NotAuthorised:
            renewed = await self.token(fetch, instead_of=token)
            if renewed == token:
                raise
        return await call(renewed)

    async def _renewed(self, fetch: Fetch) -> Tokens:
        tokens = await fetch(self._tokens)
        self._tokens = tokens
        # A system may hand back the same token with little life left: never renew it on every single call.
        self._renew_at = tokens.expires_at - min(EARLY, (tokens.expires_at - self._now()) / 2)
        return tokens

    def _fetched(self, task: asyncio.Task[Tokens]) -> None:
        self._fetching = None
        if not task.cancelled():
            task.exception()  # everybody who waited may have gone
