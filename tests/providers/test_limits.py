from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import stamina
from starlette.responses import Response

from providers.base import (
    RateLimited,
)
from providers.limits import Limit, Pace, retry_after_seconds
from tests.providers.stand_ins import FINE, Scripted, get


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Sun, 22 Nov 2026 09:00:30 GMT", 30.0),
        ("2026-11-22T09:01:00Z", 60.0),
        ("2026-11-22T09:01:00", 60.0),
        ("2026-11-22T08:00:00Z", 0.0),
        ("inf", 86_400.0),
        ("nan", 0.0),
        ("soon", None),
        ("", None),
    ],
)
def test_a_pause_is_read_in_every_spelling(header: str, seconds: float | None) -> None:
    assert retry_after_seconds(header, datetime(2026, 11, 22, 9, 0, tzinfo=UTC)) == seconds


class SimulatedTime:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.mark.parametrize("limits", [(Limit(50, 1.0),), (Limit(50, 1.0), Limit(500, 60.0)), (Limit(1, 2.0),)])
async def test_no_window_ever_sees_more_than_its_limit(limits: tuple[Limit, ...]) -> None:
    time = SimulatedTime()
    pace = Pace(limits, monotonic=time.monotonic, sleep=time.sleep)
    turns = []
    for _ in range(1200):
        await pace.turn()
        turns.append(time.seconds)
    for limit in limits:
        last = max(range(len(turns)), key=lambda index: turns[index])
        for index in range(last - limit.requests):
            assert turns[index + limit.requests] - turns[index] >= limit.seconds - 1e-6


async def test_a_full_window_is_said_at_once_to_a_person_and_waited_for_in_the_background(client_of: Any) -> None:
    time = SimulatedTime()
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"fine": True}))
    client = await client_of(
        "https://api.example",
        limits=(Limit(5, 60.0),),
        transport=transport,
        monotonic=time.monotonic,
        sleep=time.sleep,
    )
    assert await get(client) == {"fine": True}
    with pytest.raises(RateLimited) as caught:
        await get(client)
    assert caught.value.retry_after == pytest.approx(15.0)  # five a minute: one at once, the others evenly
    assert await get(client.patiently(30)) == {"fine": True}


async def test_a_person_goes_first_while_the_background_has_used_up_its_share(client_of: Any) -> None:
    used_up, more = asyncio.Event(), asyncio.Event()

    async def sleep(_: float) -> None:
        used_up.set()
        await more.wait()

    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"fine": True}))
    client = await client_of("https://api.example", limits=(Limit(500, 60.0),), transport=transport, sleep=sleep)
    crowd = [asyncio.create_task(get(client.patiently(60))) for _ in range(200)]
    await used_up.wait()
    assert await asyncio.gather(*(get(client) for _ in range(4))) == [{"fine": True}] * 4
    assert not all(task.done() for task in crowd)
    more.set()
    assert await asyncio.gather(*crowd) == [{"fine": True}] * 200


async def test_no_more_than_16_requests_are_in_flight(client_of: Any) -> None:
    now = most = 0
    everybody = asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        if now == 16:
            everybody.set()
        await everybody.wait()
        now -= 1
        return httpx.Response(200, json={})

    client = await client_of("https://api.example", transport=httpx.MockTransport(answer))
    await asyncio.gather(*(get(client) for _ in range(100)))
    assert most == 16


async def test_nobody_waits_longer_than_patience_for_a_long_pause(client_of: Any) -> None:
    server = Scripted(Response(status_code=429, headers={"Retry-After": "60"}), FINE)
    client = await client_of(server)
    with pytest.raises(RateLimited) as caught:
        await get(client)
    assert (caught.value.retry_after, caught.value.stated, len(server.seen)) == (60.0, True, 1)
    server.answers = [Response(status_code=429, headers={"Retry-After": "60"}), FINE]
    assert await get(client.patiently(120)) == {"fine": True}


async def test_retries_really_wait_for_what_the_system_asks(client_of: Any) -> None:
    server = Scripted(Response(status_code=429, headers={"Retry-After": "0.04"}), FINE)
    client = await client_of(server)
    with stamina.set_testing(False):
        started = asyncio.get_running_loop().time()
        assert await get(client) == {"fine": True}
    assert asyncio.get_running_loop().time() - started >= 0.04
