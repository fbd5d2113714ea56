from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from bot.teams import TeamsChannel, TeamsSettings
from tests.teams.desk import Desk
from tests.teams.stand_in import StandIn


@pytest.fixture
async def local(teams: StandIn, desk: Desk, accounts, clock) -> AsyncIterator[TeamsChannel]:
    channel = TeamsChannel(TeamsSettings(local=True), inbox=desk, accounts=accounts, now=clock)
    desk.channel = channel
    await channel.start()
    yield channel
    await channel.stop()


def client_at(channel: TeamsChannel, host: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(Starlette(routes=channel.routes()), client=(host, 1234))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:3978")


async def test_a_local_test_client_needs_no_token_and_gets_none(local, ada, teams, desk):
    async with client_at(local, "127.0.0.1") as client:
        assert (await client.post("/api/messages", json=ada.says("hello"))).status_code == 202
    await desk.settled()

    assert len(teams.said(ada.chat)) == 1
    assert teams.tokens == 0
    assert all("Authorization" not in call.headers for call in teams.calls)
    assert desk.last.workspace == "local"


async def test_locally_nothing_leaves_this_machine(local, ada, desk):
    activity = ada.says("hello") | {"serviceUrl": "https://smba.trafficmanager.net/emea/"}
    async with client_at(local, "127.0.0.1") as client:
        assert (await client.post("/api/messages", json=activity)).status_code == 401
        assert (await client.post("/api/messages", json=ada.says("hello"))).status_code == 202
    assert len(desk.received) == 1


async def test_locally_nobody_from_outside_is_heard(local, ada, desk):
    async with client_at(local, "192.0.2.7") as client:
        assert (await client.post("/api/messages", json=ada.says("hello"))).status_code == 401
    async with client_at(local, "127.0.0.1") as client:
        proxied = {"X-Forwarded-For": "192.0.2.7"}
        assert (await client.post("/api/messages", json=ada.says("hello"), headers=proxied)).status_code == 401
        assert (await client.post("/api/messages", json=ada.says("hello"))).status_code == 202
    assert len(desk.received) == 1
