from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from providers.base import (
    Unavailable,
)
from providers.tokens import Tokens, TokenSource


def _tokens(clock: Callable[[], datetime], name: str, seconds: int = 3600) -> Tokens:
    return Tokens(access_token=name, expires_at=datetime.fromtimestamp(clock().timestamp() + seconds, tz=UTC))


async def test_fifty_callers_share_one_renewal_and_one_failure(clock: Any) -> None:
    source, fetched = TokenSource(now=clock), []

    async def fetch(_: Tokens | None) -> Tokens:
        fetched.append(1)
        await asyncio.sleep(0)
        if len(fetched) == 1:
            raise Unavailable("Testsystem", "signing in")
        return _tokens(clock, f"token-{len(fetched)}")

    failures = await asyncio.gather(*(source.token(fetch) for _ in range(50)), return_exceptions=True)
    assert {type(failure) for failure in failures} == {Unavailable}
    assert set(await asyncio.gather(*(source.token(fetch) for _ in range(50)))) == {"token-2"}
    clock.pass_by(minutes=57)
    assert await source.token(fetch) == "token-2"
    clock.pass_by(minutes=1, seconds=1)
    assert await source.token(fetch) == "token-3"


async def test_who_goes_away_while_waiting_does_not_stop_the_renewal_of_others(clock: Any) -> None:
    source, go = TokenSource(now=clock), asyncio.Event()

    async def fetch(_: Tokens | None) -> Tokens:
        await go.wait()
        return _tokens(clock, "token")

    first, second = asyncio.create_task(source.token(fetch)), asyncio.create_task(source.token(fetch))
    await asyncio.sleep(0)
    first.cancel()
    go.set()
    assert await second == "token"
    assert first.cancelled()


async def test_a_token_with_little_life_left_is_not_renewed_on_every_call(clock: Any) -> None:
    source, fetched = TokenSource(now=clock), []

    async def fetch(_: Tokens | None) -> Tokens:
        fetched.append(1)
        return _tokens(clock, "same", seconds=60)

    for _ in range(5):
        await source.token(fetch)
    assert len(fetched) == 1
    clock.pass_by(seconds=31)
    await source.token(fetch)
    assert len(fetched) == 2
