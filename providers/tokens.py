"""Access tokens: kept fresh, fetched once however many ask at the same time, renewed once when refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from providers.base import NotAuthorised

Answer = TypeVar("Answer")

EARLY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an authorisation gave; `expires_at` is aware UTC, `sub` says whose it is. Its repr shows no secret."""

    access_token: str = field(repr=False)
    expires_at: datetime
    refresh_token: str = field(default="", repr=False)
    sub: str = ""
    scope: str = ""


class TokenSource:
    """Hands out one current token to everybody; `fetch` gets the old tokens (or None) and brings new ones."""

    def __init__(
        self,
        fetch: Callable[[Tokens | None], Awaitable[Tokens]],
        *,
        now: Callable[[], datetime],
        tokens: Tokens | None = None,
    ) -> None:
        self._fetch = fetch
        self._now = now
        self._tokens: Tokens | None = None
        self._renew_at = now()
        self._fetching: asyncio.Task[Tokens] | None = None
        if tokens is not None:
            self.adopt(tokens)

    @property
    def tokens(self) -> Tokens | None:
        """The newest known tokens."""
        return self._tokens

    def adopt(self, tokens: Tokens) -> None:
        """Take over tokens from elsewhere, unless those at hand live longer."""
        if self._tokens is None or tokens.expires_at > self._tokens.expires_at:
            self._keep(tokens, early=EARLY)

    async def token(self, *, instead_of: str = "") -> str:
        """A valid access token; `instead_of` is one that was just refused."""
        tokens = self._tokens
        if tokens and tokens.access_token != instead_of and self._now() < self._renew_at:
            return tokens.access_token
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._renewed())
            self._fetching.add_done_callback(self._fetched)
        return (await asyncio.shield(self._fetching)).access_token

    async def run(self, call: Callable[[str], Awaitable[Answer]]) -> Answer:
        """Call with a token; when it is refused, once more with a new one."""
        token = await self.token()
        try:
            return await call(token)
        except NotAuthorised:
            renewed = await self.token(instead_of=token)
        return await call(renewed)

    async def _renewed(self) -> Tokens:
        tokens = await self._fetch(self._tokens)
        # A system may hand back the same token with little life left: never renew it on every single call.
        self._keep(tokens, early=min(EARLY, (tokens.expires_at - self._now()) / 2))
        return tokens

    def _keep(self, tokens: Tokens, *, early: timedelta) -> None:
        self._tokens = tokens
        self._renew_at = tokens.expires_at - early

    def _fetched(self, task: asyncio.Task[Tokens]) -> None:
        self._fetching = None
        if not task.cancelled():
            task.exception()  # everybody who waited may have gone
