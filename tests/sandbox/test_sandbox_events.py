from typing import Any

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.records import Calendar
from bot.sandbox.world import World
from tests.sandbox.product import Product

BEN = "ben@aurora.example"
EVENT = {
    "event_id": "interview-1",
    "summary": "Interview",
    "start": "2026-12-01T09:00:00Z",
    "end": "2026-12-01T10:00:00Z",
    "tzid": "Etc/UTC",
}


async def write(product: Product, headers: dict[str, str], **more: Any) -> tuple[int, Any]:
    calendar_id = product.world.account(BEN).calendar_id
    path = f"/cronofy/v1/calendars/{calendar_id}/events"
    answer = await product.client.post(path, json=EVENT | more, headers=headers)
    await product.world.drain()
    return answer.status_code, answer.json() if answer.content else None


async def read(product: Product, headers: dict[str, str], **query: str) -> dict[str, Any]:
    query = {"tzid": "Etc/UTC", "include_managed": "true"} | query
    answer = await product.client.get("/cronofy/v1/events", params=query, headers=headers)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def subscription(product: Product) -> list[dict[str, Any]]:
    interactions = [{"type": "conferencing_assigned"}, {"type": "conferencing_failing"}]
    return [{"type": "webhook", "uri": f"{product.address}/event", "interactions": interactions}]


async def test_a_test_interview_gets_its_conference_and_is_removed(product: Product, world: World) -> None:
    headers = await product.acting_as(BEN)
    wanted = {"conferencing": {"profile_id": "integrated"}, "subscriptions": subscription(product)}
    assert await write(product, headers, **wanted) == (202, None)
    event = (await read(product, headers))["events"][0]
    assert event["conferencing"]["provider_name"] == "ms_teams"
    assert event["conferencing"]["join_url"].startswith("https://")
    told = product.received[-1].message
    assert told["notification"]["interactions"] == [{"type": "conferencing_assigned"}]
    assert (await read(product, headers, include_managed="false"))["events"] == []

    path = f"/cronofy/v1/calendars/{world.account(BEN).calendar_id}/events"
    for status in (202, 404):
        answer = await product.client.request("DELETE", path, json={"event_id": "interview-1"}, headers=headers)
        assert answer.status_code == status
    assert (await read(product, headers))["events"] == []


async def test_the_conference_is_not_there_at_once(product: Product, world: World) -> None:
    world.connect(BEN, "zoom")
    headers = await product.acting_as(BEN)
    await write(product, headers, conferencing={"profile_id": "default"})
    await write(product, headers, summary="Interview, later")
    event = (await read(product, headers))["events"][0]
    assert (event["summary"], event["conferencing"]["provider_name"]) == ("Interview, later", "zoom")


async def test_a_conference_fails_and_then_works(product: Product, world: World) -> None:
    headers = await product.acting_as(BEN)
    world.fault(Fault.CONFERENCING_FAILING, times=1)
    wanted = {"conferencing": {"profile_id": "integrated"}, "subscriptions": subscription(product)}
    for told in ("conferencing_failing", "conferencing_assigned"):
        await write(product, headers, **wanted)
        assert product.received[-1].message["notification"]["interactions"] == [{"type": told}]
    assert "join_url" in (await read(product, headers))["events"][0]["conferencing"]


async def test_a_disconnected_profile_makes_no_conference(product: Product, world: World) -> None:
    profile = world.connect(BEN, "zoom")
    world.disconnect(BEN, "zoom")
    headers = await product.acting_as(BEN)
    for connected in (False, True):
        if connected:
            world.reconnect(BEN, "zoom")
        await write(product, headers, conferencing={"profile_id": profile.profile_id})
        assert ("conferencing" in (await read(product, headers))["events"][0]) is connected


@pytest.mark.parametrize(
    "wrong",
    [
        {"event_id": ""},
        {"start": ""},
        {"summary": "x" * 1025},
        {"description": "x" * 4097},
        {"conferencing": {"profile_id": "pro_unknown"}},
    ],
)
async def test_bad_events_are_refused_and_good_ones_taken(product: Product, wrong: dict[str, Any]) -> None:
    headers = await product.acting_as(BEN)
    status, body = await write(product, headers, **wrong)
    assert status == 422
    assert set(body["errors"]) == set(wrong)
    assert (await read(product, headers))["events"] == []
    assert (await write(product, headers))[0] == 202


async def test_without_integrated_conferencing_it_cannot_be_asked_for(product: Product, world: World) -> None:
    world.calendar = Calendar.EWS
    headers = await product.acting_as(BEN)
    status, body = await write(product, headers, conferencing={"profile_id": "integrated"})
    assert (status, body["errors"]["conferencing"][0]["key"]) == (
        422,
        "errors.integrated_conferencing_not_available",
    )


async def test_no_conference_for_the_past(product: Product) -> None:
    headers = await product.acting_as(BEN)
    await write(product, headers, start="2026-11-01T09:00:00Z", conferencing={"profile_id": "integrated"})
    assert "conferencing" not in (await read(product, headers))["events"][0]


async def test_events_come_in_pages_of_one_account(product: Product, world: World) -> None:
    world.page_size = 2
    headers = await product.acting_as(BEN)
    for number in range(5):
        await write(product, headers, event_id=str(number))
    page, found = await read(product, headers), []
    assert page["pages"]["total"] == 3
    address = page["pages"]["next_page"]
    foreign = await product.client.get(address, headers=await product.acting_as("ada@aurora.example"))
    assert foreign.status_code == 404
    while True:
        found += [event["event_id"] for event in page["events"]]
        if "next_page" not in page["pages"]:
            break
        page = (await product.client.get(page["pages"]["next_page"], headers=headers)).json()
    assert found == ["0", "1", "2", "3", "4"]


async def test_events_are_found_by_day(product: Product) -> None:
    headers = await product.acting_as(BEN)
    await write(product, headers)
    for query, count in (({"from": "2026-12-01"}, 1), ({"from": "2026-12-02"}, 0), ({"to": "2026-11-30"}, 0)):
        assert len((await read(product, headers, **query))["events"]) == count


async def test_a_strange_or_lost_calendar_takes_no_events(product: Product, world: World) -> None:
    headers = await product.acting_as(BEN)
    strange = await product.client.post("/cronofy/v1/calendars/cal_other/events", json=EVENT, headers=headers)
    assert strange.status_code == 404
    world.disconnect(BEN, "calendar")
    assert (await write(product, headers))[0] == 403
    world.reconnect(BEN, "calendar")
    assert (await write(product, headers))[0] == 202
