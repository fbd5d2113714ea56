"""The codes and tokens that Cronofy hands out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

PERSON_SECONDS = 3600
SERVICE_SECONDS = 1800
CODE_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Token:
    """An access or refresh token; `round` is the subject's count of withdrawals when it was made."""

    value: str
    sub: str
    scope: str
    round: int
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """What one exchange hands out."""

    access: Token
    refresh: Token
    expires_in: int


@dataclass(frozen=True, slots=True)
class Code:
    """A single-use code, good for the very address it was sent to."""

    sub: str
    scope: str
    redirect_uri: str
    expires_at: datetime
    round: int


class Credentials:
    """Who holds which key; withdrawing a subject makes all its keys worthless at once."""

    def __init__(self, *, now: Callable[[], datetime], random: Random) -> None:
        self._now = now
        self._random = random
        self._codes: dict[str, Code] = {}
        self._access: dict[str, Token] = {}
        self._refresh: dict[str, Token] = {}
        self._rounds: dict[str, int] = {}
        self._granted: set[str] = set()

    def random_text(self) -> str:
        """32 ASCII characters, different each time."""
        return f"{self._random.getrandbits(128):032x}"

    def code(self, sub: str, *, scope: str, redirect_uri: str) -> str:
        value = self.random_text()
        self._codes[value] = Code(
            sub, scope=scope, redirect_uri=redirect_uri, expires_at=self._now() + CODE_LIFETIME, round=self._round(sub)
        )
        return value

    def redeem(self, value: str, *, redirect_uri: str) -> Code | None:
        """The code if it is unused, in time and for this address; used up in any case."""
        code = self._codes.pop(value, None)
        if code is None or code.redirect_uri != redirect_uri or code.round != self._round(code.sub):
            return None
        return code if self._now() < code.expires_at else None

    def issue(self, sub: str, *, scope: str) -> Pair:
        refresh = Token(self.random_text(), sub=sub, scope=scope, round=self._round(sub))
        self._refresh[refresh.value] = refresh
        self._granted.add(sub)
        return self.renew(refresh)

    def renew(self, refresh: Token) -> Pair:
        lifetime = SERVICE_SECONDS if refresh.sub.startswith("ser_") else PERSON_SECONDS
        access = Token(
            self.random_text(),
            sub=refresh.sub,
            scope=refresh.scope,
            round=refresh.round,
            expires_at=self._now() + timedelta(seconds=lifetime),
        )
        self._access[access.value] = access
        return Pair(access=access, refresh=refresh, expires_in=lifetime)

    def refresh_token(self, value: str) -> Token | None:
        return self._current(self._refresh.get(value))

    def access_token(self, value: str) -> Token | None:
        token = self._current(self._access.get(value))
        if token is None or token.expires_at is None or token.expires_at <= self._now():
            return None
        return token

    def granted(self, sub: str) -> bool:
        """Whether the application holds a living authorisation of this subject."""
        return sub in self._granted

    def withdraw(self, sub: str) -> None:
        self._rounds[sub] = self._round(sub) + 1
        self._granted.discard(sub)

    def _current(self, token: Token | None) -> Token | None:
        return token if token is not None and token.round == self._round(token.sub) else None

    def _round(self, sub: str) -> int:
        return self._rounds.get(sub, 0)
