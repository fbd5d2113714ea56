from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from starlette.responses import JSONResponse

from bot.sandbox.faults import Fault, System
from bot.sandbox.goto import ACCOUNT_KEY
from bot.sandbox.records import GoToSeat
from bot.sandbox.world import World
from providers.base import ProviderError, RateLimited, Unavailable
from providers.goto import AdminNeeded, ConnectAgain, GoTo, Standing
from tests.providers.stand_ins import Scripted

BEN = "ben@aurora.example"


class Drawer:
    """Where the newest refresh token is kept."""

    def __init__(self) -> None:
        self.token = ""

    async def get(self) -> str:
        return self.token

    async def put(self, token: str) -> None:
        self.token = token


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


def client(world: World, drawer: Drawer, *, refresh_token: str = "") -> GoTo:
    partners = world.partners
    return GoTo.build(
        client_id=partners.goto.client_id,
        client_secret=partners.goto.client_secret,
        refresh_token=refresh_token or "sandbox-goto-refresh-0",
        kept=drawer.get,
        on_refresh=drawer.put,
        now=world.clock,
        api_url=f"{world.base_url}/goto",
        oauth_url=f"{world.base_url}/goto",
        limits=(),
    )


@pytest.fixture
async def goto(world: World, drawer: Drawer) -> Any:
    goto = client(world, drawer)
    yield goto
    await goto.aclose()


@pytest.mark.parametrize(
    ("seat", "standing"),
    [
        (GoToSeat.LICENSED, Standing.LICENSED),
        (GoToSeat.INVITED, Standing.INVITED),
        (GoToSeat.UNLICENSED, Standing.UNLICENSED),
        (GoToSeat.MISSING, Standing.MISSING),
    ],
)
async def test_the_standing_of_a_person_is_found(world: World, goto: GoTo, seat: GoToSeat, standing: Standing) -> None:
    world.change(BEN, goto=seat)
    assert await goto.standing(BEN) is standing


async def test_keys_that_no_float_can_hold_stay_whole(world: World, goto: GoTo) -> None:
    users = {user.email: user.key async for page in goto.users() for user in page}
    assert int(users[BEN]) > 2**53
    assert (await goto.licences()).standing_of(users[BEN]) is Standing.LICENSED
    assert str(ACCOUNT_KEY) in world.requests("/licenses")[-1].path


async def test_the_refresh_token_is_handed_on_before_it_is_used(world: World, goto: GoTo, drawer: Drawer) -> None:
    await goto.standing(BEN)
    first = drawer.token
    assert first == world.partners.goto_refresh_token
    world.advance(timedelta(hours=2))
    await goto.patiently().standing(BEN)
    assert drawer.token == world.partners.goto_refresh_token != first
    # The original goes on with what its twin was given.
    assert await goto.standing(BEN) is Standing.LICENSED


async def test_after_a_restart_the_kept_token_counts_and_a_new_one_in_the_settings_is_tried(
    world: World, goto: GoTo, drawer: Drawer
) -> None:
    await goto.standing(BEN)
    again = client(world, drawer)
    assert await again.standing(BEN) is Standing.LICENSED
    drawer.token = "worn out"
    renewed = client(world, drawer, refresh_token=world.partners.goto_refresh_token)
    assert await renewed.standing(BEN) is Standing.LICENSED
    for each in (again, renewed):
        await each.aclose()


async def test_another_process_that_renewed_meanwhile_disturbs_nobody(world: World, goto: GoTo, drawer: Drawer) -> None:
    other = client(world, drawer)
    for _ in range(3):
        assert await goto.standing(BEN) is Standing.LICENSED
        world.advance(timedelta(hours=2))
        assert await other.standing(BEN) is Standing.LICENSED
        world.advance(timedelta(hours=2))
    await other.aclose()


@pytest.mark.parametrize(
    ("fault", "error", "helper"),
    [
        (Fault.APP_REFUSED, ConnectAgain, "GOTO_REFRESH_TOKEN"),
        (Fault.INVALID_GRANT_ON_REFRESH, ConnectAgain, "GOTO_REFRESH_TOKEN"),
        (Fault.RIGHT_MISSING, AdminNeeded, "GoTo admin"),
        (Fault.TOO_MANY, RateLimited, "as soon as it allows"),
        (Fault.SERVER_ERROR, Unavailable, "try again"),
        (Fault.GARBAGE, Unavailable, "try again"),
    ],
)
async def test_every_fault_is_explained_and_ends(
    world: World, goto: GoTo, fault: Fault, error: type[ProviderError], helper: str
) -> None:
    world.fault(fault, system=System.GOTO)
    with pytest.raises(error) as caught:
        await goto.standing(BEN)
    assert helper in caught.value.advice
    world.clear()
    assert await goto.standing(BEN) is Standing.LICENSED


async def test_a_licence_that_is_switched_off_or_for_something_else_is_none(serve: Any, clock: Any) -> None:
    licences = [
        {"key": 1, "enabled": False, "products": ["G2M"], "userKeys": [7]},
        {"key": 2, "enabled": True, "products": ["RESCUE"], "userKeys": [7]},
        {"key": 3, "enabled": True, "products": ["G2W", "G2M"], "userKeys": ["8"]},
    ]
    server = Scripted(
        JSONResponse({"access_token": "goto-token"}),
        JSONResponse({"accountKey": "5", "accounts": []}),
        JSONResponse({"results": licences, "total": 3}),
    )
    address = await serve(server)
    goto = GoTo.build(
        client_id="c", client_secret="s", refresh_token="r", now=clock, api_url=address, oauth_url=address
    )
    found = await goto.licences()
    assert (found.standing_of("7"), found.standing_of("8")) == (Standing.UNLICENSED, Standing.LICENSED)
    await goto.aclose()


async def test_an_address_with_quotes_cannot_widen_the_filter(world: World, goto: GoTo) -> None:
    assert await goto.standing('x" or email ne "y') is Standing.MISSING
    assert await goto.standing(BEN) is Standing.LICENSED
