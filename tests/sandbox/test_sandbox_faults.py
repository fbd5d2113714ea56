from datetime import timedelta

import httpx
import pytest

from bot.sandbox.faults import Fault, System
from bot.sandbox.gate import STATUSES
from bot.sandbox.limits import Limits
from bot.sandbox.world import World
from tests.sandbox.product import Product, bearing

BEN = "ben@aurora.example"


def test_every_fault_says_what_it_does() -> None:
    assert all(fault.description.endswith(".") for fault in Fault)
    assert {Fault.named(fault.value) for fault in Fault} == set(Fault)


@pytest.mark.parametrize("fault", list(STATUSES))
@pytest.mark.parametrize("system", [System.CRONOFY, System.PERSONIO])
async def test_a_fault_of_the_wire_is_answered_until_it_is_switched_off(
    product: Product, world: World, fault: Fault, system: System
) -> None:
    if system == System.CRONOFY:
        path, headers = "/cronofy/v1/userinfo", bearing(await product.service_token())
    else:
        path, headers = "/personio/v2/persons", await product.personio()
    world.fault(fault, system=system, seconds=7)
    answer = await product.client.get(path, headers=headers)
    assert answer.status_code == STATUSES[fault]
    assert answer.headers.get("retry-after") == ("7" if fault == Fault.TOO_MANY_RETRY_AFTER else None)
    if fault == Fault.GARBAGE:
        assert answer.text.startswith("<!doctype html>")
    assert (await product.client.get(path, headers=headers)).status_code == STATUSES[fault]
    world.clear(fault)
    again = await product.client.get(path, headers=headers)
    assert again.status_code == 200
    assert again.json()


async def test_the_shapes_of_refusals(product: Product, world: World) -> None:
    for fault in (Fault.UNAUTHORISED, Fault.INVALID_REQUEST):
        world.fault(fault, times=2)
        cronofy = await product.client.get("/cronofy/v1/userinfo")
        personio = await product.client.get("/personio/v2/persons")
        if fault == Fault.UNAUTHORISED:
            assert cronofy.content == b""
            assert "www-authenticate" in cronofy.headers
            assert personio.json() == {"error": {"message": "Unauthorized Request"}}
        else:
            assert cronofy.json()["errors"]["request"][0]["key"] == "errors.invalid"
            assert personio.json()["errors"][0]["title"]


async def test_the_connection_closes_in_the_middle_and_then_holds(product: Product, world: World) -> None:
    headers = bearing(await product.service_token())
    world.fault(Fault.CONNECTION_CLOSED, times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        await product.userinfo(headers)
    assert (await product.userinfo(headers)).status_code == 200


async def test_a_slow_answer_comes_too_late_and_then_in_time(product: Product, world: World) -> None:
    headers = bearing(await product.service_token())
    world.fault(Fault.SLOW, times=1, seconds=30)
    with pytest.raises(httpx.ReadTimeout):
        await product.client.get("/cronofy/v1/userinfo", headers=headers, timeout=0.04)
    world.fault(Fault.SLOW, times=1, seconds=0.01)
    assert (await product.userinfo(headers)).status_code == 200
    assert (await product.userinfo(headers)).status_code == 200


async def test_an_expired_token_is_healed_by_a_refresh(product: Product, world: World) -> None:
    tokens = await product.tokens_of(BEN)
    world.fault(Fault.EXPIRED_TOKEN, times=1)
    assert (await product.userinfo(bearing(tokens["access_token"]))).status_code == 401
    fresh = (await product.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])).json()
    assert (await product.userinfo(bearing(fresh["access_token"]))).status_code == 200


async def test_a_refused_refresh_works_again_when_the_fault_is_gone(product: Product, world: World) -> None:
    tokens = await product.tokens_of(BEN)
    world.fault(Fault.INVALID_GRANT_ON_REFRESH)
    refused = await product.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_grant"})
    world.clear()
    assert (await product.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])).status_code == 200


async def test_conferencing_profiles_go_missing_and_come_back(product: Product, world: World) -> None:
    headers = await product.acting_as("ada@aurora.example")
    world.fault(Fault.MISSING_CONFERENCING_PROFILES, times=1)
    for there in (False, True):
        data = (await product.userinfo(headers)).json()["cronofy.data"]
        assert ("conferencing_profiles" in data) is there


async def test_a_fault_can_be_for_one_system_or_one_path(product: Product, world: World) -> None:
    cronofy, personio = bearing(await product.service_token()), await product.personio()
    world.fault(Fault.SERVER_ERROR, path="/recruiting/")
    assert (await product.userinfo(cronofy)).status_code == 200
    assert (await product.client.get("/personio/v2/persons", headers=personio)).status_code == 200
    assert (await product.client.get("/personio/v2/recruiting/jobs", headers=personio)).status_code == 500
    world.clear()
    world.fault(Fault.SERVER_ERROR, system=System.CRONOFY)
    assert (await product.userinfo(cronofy)).status_code == 500
    assert (await product.client.get("/personio/v2/recruiting/jobs", headers=personio)).status_code == 200
    world.clear()
    assert (await product.userinfo(cronofy)).status_code == 200


async def test_fifty_a_second_and_five_hundred_a_minute(product: Product, world: World) -> None:
    headers = bearing(await product.service_token())
    world.advance(timedelta(minutes=1))
    answers = [(await product.userinfo(headers)).status_code for _ in range(51)]
    assert answers == [200] * 50 + [429]
    for _ in range(9):
        world.advance(timedelta(seconds=1))
        for _ in range(50):
            assert (await product.userinfo(headers)).status_code == 200
    world.advance(timedelta(seconds=1))
    assert (await product.userinfo(headers)).status_code == 429
    world.advance(timedelta(minutes=1))
    assert (await product.userinfo(headers)).status_code == 200


async def test_limits_can_be_generous_or_off(product: Product, world: World) -> None:
    headers = bearing(await product.service_token())
    for limits in (Limits().times(2), Limits.none()):
        world.set_limits(limits)
        answers = [(await product.userinfo(headers)).status_code for _ in range(60)]
        assert answers == [200] * 60


async def test_requests_are_logged(product: Product, world: World) -> None:
    await product.userinfo(bearing(await product.service_token()))
    entry = world.requests("userinfo", system=System.CRONOFY)[-1]
    assert (entry.method, entry.path, entry.status, entry.at) == ("GET", "/v1/userinfo", 200, world.clock())
