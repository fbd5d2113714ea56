from datetime import timedelta
from typing import Any

from bot.sandbox.faults import Fault
from bot.sandbox.notices import signature
from bot.sandbox.world import World
from tests.sandbox.product import Product

BEN = "ben@aurora.example"


async def open_channel(product: Product, headers: dict[str, str], **more: Any) -> dict[str, Any]:
    given = {"callback_url": f"{product.address}/push"} | more
    answer = await product.client.post("/cronofy/v1/channels", json=given, headers=headers)
    assert answer.status_code == 200
    await product.world.drain()
    channel: dict[str, Any] = answer.json()["channel"]
    return channel


def kinds(product: Product) -> list[str]:
    pushed = [received for received in product.received if received.address.endswith("/push")]
    return [received.message["notification"]["type"] for received in pushed]


async def test_a_channel_is_verified_listed_and_closed(product: Product) -> None:
    headers = await product.acting_as(BEN)
    channel = await open_channel(product, headers)
    assert kinds(product) == ["verification"]
    assert product.received[-1].message["channel"]["channel_id"] == channel["channel_id"]
    assert await open_channel(product, headers) == channel
    assert kinds(product) == ["verification"]
    other = await open_channel(product, headers, filters={"only_managed": True})
    listed = (await product.client.get("/cronofy/v1/channels", headers=headers)).json()["channels"]
    assert listed == [channel, other]
    closed = await product.client.delete(f"/cronofy/v1/channels/{channel['channel_id']}", headers=headers)
    assert (closed.status_code, closed.content) == (202, b"")
    again = await product.client.delete(f"/cronofy/v1/channels/{channel['channel_id']}", headers=headers)
    assert again.status_code == 404


async def test_an_account_has_at_most_128_channels(product: Product) -> None:
    headers = await product.acting_as(BEN)
    product.world.set_limits(product.world.limits.none())
    for number in range(128):
        given = {"callback_url": f"{product.address}/{number}"}
        assert (await product.client.post("/cronofy/v1/channels", json=given, headers=headers)).status_code == 200
    given = {"callback_url": f"{product.address}/one-more"}
    assert (await product.client.post("/cronofy/v1/channels", json=given, headers=headers)).status_code == 422


async def test_disconnections_are_told_unless_they_are_silent(product: Product, world: World) -> None:
    await open_channel(product, await product.acting_as(BEN))
    world.connect(BEN, "zoom")
    world.disconnect(BEN, "zoom", notify=False)
    await world.drain()
    assert kinds(product) == ["verification"]
    world.disconnect(BEN, "zoom")
    world.disconnect(BEN, "calendar")
    world.finish_sync(BEN)
    world.notices.changed(world.account(BEN))
    await world.drain()
    assert sorted(kinds(product)[1:]) == [
        "change",
        "conferencing_profile_disconnected",
        "profile_disconnected",
        "profile_initial_sync_completed",
    ]


async def test_an_unknown_type_comes_and_goes(product: Product, world: World) -> None:
    await open_channel(product, await product.acting_as(BEN))
    world.fault(Fault.UNKNOWN_NOTIFICATION, times=1)
    for expected in ("something_new", "profile_disconnected"):
        world.disconnect(BEN, "calendar")
        await world.drain()
        assert kinds(product)[-1] == expected


async def test_signatures_can_be_two_or_wrong_and_are_right_again(product: Product, world: World) -> None:
    await open_channel(product, await product.acting_as(BEN))
    checks = {Fault.TWO_SIGNATURES: (2, True), Fault.WRONG_SIGNATURE: (1, False), None: (1, True)}
    for fault, expected in checks.items():
        if fault is not None:
            world.fault(fault, times=1)
        world.disconnect(BEN, "calendar")
        await world.drain()
        sent = product.received[-1]
        signatures = sent.headers["cronofy-hmac-sha256"].split(",")
        right = signature(world.cronofy.client_secret, sent.body) in signatures
        assert (len(signatures), right) == expected


async def test_undelivered_notifications_are_tried_again(product: Product, world: World) -> None:
    headers = await product.acting_as(BEN)
    await open_channel(product, headers)
    product.answer_with = 503
    world.disconnect(BEN, "calendar")
    await world.drain()
    assert len(world.callbacks.failed) == 1
    product.answer_with = 200
    world.advance(timedelta(minutes=5))
    await world.drain()
    assert world.callbacks.failed == ()
    assert kinds(product) == ["verification", "profile_disconnected", "profile_disconnected"]


async def test_a_channel_that_fails_for_a_day_is_closed_and_can_be_opened_again(product: Product, world: World) -> None:
    await open_channel(product, await product.acting_as(BEN))
    product.answer_with = 503
    world.disconnect(BEN, "calendar")
    await world.drain()
    world.advance(timedelta(hours=24))
    await world.drain()
    assert world.account(BEN).channels == {}
    product.answer_with = 200
    headers = await product.acting_as(BEN)
    await open_channel(product, headers)
    assert len(world.account(BEN).channels) == 1
