from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.teams import TeamsChannel, TeamsSettings
from tests.teams.desk import Accounts, Desk
from tests.teams.stand_in import APP, TENANT, StandIn, Writer

Post = Callable[..., Awaitable[httpx.Response]]


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_time(self, **parts: float) -> None:
        self.moment += timedelta(**parts)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def teams(clock: Clock) -> AsyncIterator[StandIn]:
    stand_in = StandIn(clock)
    stand_in.publish("first")
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
def settings(teams: StandIn) -> TeamsSettings:
    return TeamsSettings(
        app_id=APP,
        app_password="made-up-password",
        tenant_id=TENANT,
        service_url=teams.service_url,
        stand_in=teams.service_url,
        metadata_url=f"{teams.url}/openid",
        login_url=f"{teams.url}/login",
    )


@pytest.fixture
def accounts() -> Accounts:
    return Accounts("ada@aurora.example", "ben@aurora.example")


@pytest.fixture
def desk(accounts: Accounts) -> Desk:
    return Desk(accounts)


@pytest.fixture
def calls() -> list[tuple[str, str, int]]:
    """System, action and status of each request that the channel made."""
    return []


@pytest.fixture
async def channel(
    settings: TeamsSettings, desk: Desk, accounts: Accounts, clock: Clock, calls: list[tuple[str, str, int]]
) -> AsyncIterator[TeamsChannel]:
    channel = TeamsChannel(
        settings,
        inbox=desk,
        accounts=accounts,
        now=clock,
        typing_after=0.02,
        press_deadline=0.04,
        on_call=lambda *call: calls.append(call[:3]),
    )
    desk.channel = channel
    await channel.start()
    yield channel
    await channel.stop()


@pytest.fixture
async def client(channel: TeamsChannel) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=channel.routes()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://bot.example") as client:
        yield client


@pytest.fixture
def post(client: httpx.AsyncClient, teams: StandIn, desk: Desk) -> Post:
    """Deliver an activity as Microsoft does; by default with a valid token, and until it is answered."""

    async def deliver(activity: Any, *, token: str | None = None, settle: bool = True) -> httpx.Response:
        headers = {"Authorization": f"Bearer {teams.token() if token is None else token}"}
        response = await client.post("/api/messages", json=activity, headers=headers)
        if settle:
            await desk.settled()
        return response

    return deliver


@pytest.fixture
def ada(teams: StandIn) -> Writer:
    return Writer(teams, "Ada", "ada@aurora.example")


@pytest.fixture
def ben(teams: StandIn) -> Writer:
    return Writer(teams, "Ben", "ben@aurora.example")
