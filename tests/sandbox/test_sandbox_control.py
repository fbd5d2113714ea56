from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.sandbox.app import serve_sandbox
from bot.sandbox.clock import Clock
from bot.sandbox.control_view import people_of
from bot.sandbox.crowd import generate
from bot.sandbox.faults import Fault
from bot.sandbox.world import World
from tests.sandbox.conftest import START
from tests.sandbox.product import Product

BEN = "ben@aurora.example"
ADA = "ada@aurora.example"


async def state(product: Product) -> dict[str, Any]:
    answer = await product.client.get("/control/state")
    found: dict[str, Any] = answer.json()
    return found


async def of(product: Product, email: str) -> dict[str, Any]:
    return next(person for person in (await state(product))["people"] if person["email"] == email)


async def command(product: Product, name: str, **given: Any) -> None:
    answer = await product.client.post(f"/control/do/{name}", json=given)
    assert (answer.status_code, answer.json()) == (200, {"done": name})


async def test_the_desk_breaks_and_mends_connections(product: Product) -> None:
    assert (await of(product, ADA))["conferencing"] == {"zoom": "connected"}
    await command(product, "disconnect", email=ADA, what="zoom")
    await command(product, "disconnect", email=ADA, what="calendar", notify=False)
    ada = await of(product, ADA)
    assert (ada["conferencing"], ada["calendar"]) == ({"zoom": "disconnected"}, "disconnected")
    await command(product, "reconnect", email=ADA, what="zoom")
    await command(product, "reconnect", email=ADA, what="calendar")
    ada = await of(product, ADA)
    assert (ada["conferencing"], ada["calendar"]) == ({"zoom": "connected"}, "connected")


async def test_the_desk_withdraws_authorisations(product: Product) -> None:
    headers = await product.acting_as(BEN)
    assert (await of(product, BEN))["authorised"]
    await command(product, "revoke", email=BEN)
    assert not (await of(product, BEN))["authorised"]
    assert (await product.userinfo(headers)).status_code == 401
    service = {"Authorization": f"Bearer {await product.service_token()}"}
    await command(product, "revoke")
    assert (await product.userinfo(service)).status_code == 401
    assert (await product.userinfo(await product.acting_as(BEN))).status_code == 200


async def test_the_desk_switches_faults_and_lists_all(product: Product) -> None:
    await command(product, "fault", fault="unavailable", times=3, system="cronofy", path="userinfo")
    faults = {fault["fault"]: fault for fault in (await state(product))["faults"]}
    assert set(faults) == {fault.value for fault in Fault}
    assert (faults["unavailable"]["on"], faults["unavailable"]["left"]) == (True, 3)
    assert (await product.userinfo({})).status_code == 503
    await command(product, "clear", fault="unavailable")
    assert (await product.userinfo({})).status_code == 401


async def test_the_desk_moves_the_clock(product: Product, world: World) -> None:
    await command(product, "clock", advance_seconds=3600)
    assert world.clock() == START + timedelta(hours=1)
    await command(product, "clock", at="2027-01-01T00:00:00+00:00")
    assert (await state(product))["clock"] == {"now": "2027-01-01T00:00:00+00:00", "standing": True}
    await command(product, "clock", real=True)
    assert not world.clock.standing


async def test_the_desk_changes_people_and_the_company(product: Product, world: World) -> None:
    await command(product, "change", email="stefan@aurora.example", mailbox="standard", status="LEAVE")
    stefan = await of(product, "stefan@aurora.example")
    assert (stefan["can_be_synchronised"], stefan["employment"]) == (True, "LEAVE")
    await command(product, "company", zoom_app_approved="no", meet_enabled="no")
    assert (world.zoom_app_approved, world.meet_enabled) == (False, False)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("disconnect", {"email": "nobody@aurora.example", "what": "zoom"}),
        ("disconnect", {"email": BEN, "what": "telephone"}),
        ("disconnect", {}),
        ("fault", {"fault": "unheard of"}),
        ("fault", {"fault": "slow", "times": "often"}),
        ("clock", {"at": "2027-01-01T00:00:00"}),
        ("clock", {"advance_seconds": 1e300}),
        ("change", {"email": BEN, "status": "AWAY"}),
    ],
)
async def test_commands_that_cannot_be_understood_change_nothing(
    product: Product, name: str, given: dict[str, Any]
) -> None:
    before = (await state(product))["people"]
    answer = await product.client.post(f"/control/do/{name}", json=given)
    assert answer.status_code == 400
    assert (await state(product))["people"] == before


async def test_only_a_post_from_here_changes_anything(product: Product, world: World) -> None:
    assert (await product.client.get("/control/do/revoke")).status_code == 405
    assert (await product.client.post("/control/do/explode", json={})).status_code == 404
    foreign = await product.client.post(
        "/control/do/fault", data={"fault": "slow"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403
    assert world.faults.active() == ()


async def test_the_page_works_with_forms_and_comes_back(product: Product, world: World) -> None:
    page = (await product.client.get("/control/")).text
    for person in world.people:
        assert person.email in page
    assert all(fault.value in page for fault in Fault)
    assert 'action="/sandbox/control/do/disconnect"' in page
    answer = await product.client.post("/control/do/disconnect", data={"email": ADA, "what": "zoom"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sandbox/control/")
    assert "zoom: disconnected" in (await product.client.get("/control/")).text


async def test_people_are_found_and_large_companies_are_not_drawn_whole(product: Product) -> None:
    page = (await product.client.get("/control/", params={"find": "KRÜGER"})).text
    assert "felix@aurora.example" in page
    assert BEN not in page
    world_of_many = World(generate(150))
    assert len(people_of(world_of_many, most=100)) == 100
    assert len(people_of(world_of_many)) == 150


async def test_a_sandbox_serves_itself_on_a_free_port() -> None:
    world = World()
    async with serve_sandbox(world) as base_url, httpx.AsyncClient(base_url=base_url) as client:
        assert world.base_url == base_url
        assert (await client.get("/control/state")).json()["company"] == "Aurora GmbH"
    with pytest.raises(httpx.ConnectError):
        async with httpx.AsyncClient(base_url=base_url) as client:
            await client.get("/control/state")


def test_a_clock_is_real_or_ahead_or_stands() -> None:
    clock = Clock(wall=lambda: 0)
    assert clock().isoformat() == "1970-01-01T00:00:00+00:00"
    clock.advance(timedelta(days=1))
    assert clock().isoformat() == "1970-01-02T00:00:00+00:00"
    clock.fix(datetime.fromisoformat("2026-11-23T10:00:00+01:00"))
    clock.advance(timedelta(hours=1))
    assert (clock().isoformat(), clock.standing) == ("2026-11-23T10:00:00+00:00", True)
    clock.real()
    assert clock().isoformat() == "1970-01-01T00:00:00+00:00"
