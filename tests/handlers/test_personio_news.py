"""Personio tells who comes and goes: newcomers who interview start in the running campaign, leavers stop."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta

import httpx
import pytest

from bot.demo import Demo
from bot.sandbox.faults import Fault
from bot.sandbox.records import Employment, Webhook
from handlers.personio_news import address_of, token_of
from tests.chat import Chat
from tests.conftest import Start
from tests.handlers.test_campaigns import monday, next_day, sent_by, work

Person = Callable[[str], Chat]
NUDGE = "nudge everyone who hasn't connected Zoom"
EVENT = {"event_name": "employment.terminated", "occurred_at": "2026-11-23T10:00:00Z", "webhook_id": "w"}


def the_webhook(demo: Demo) -> Webhook:
    (webhook,) = demo.world.webhooks.values()
    return webhook


async def told(demo: Demo, content: object, **headers: str) -> int:
    """What our address answers to such a delivery."""
    services, company = demo.program.services, demo.program.company
    headers = headers or {"authorization": f"Bearer {token_of(services, company)}"}
    async with httpx.AsyncClient() as client:
        answer = await client.post(address_of(services, company), content=json.dumps(content), headers=headers)
    await demo.settled()
    return answer.status_code


async def seated(demo: Demo, email: str) -> None:
    """Somebody new opens the chat for the first time."""
    people, company = demo.program.store.people, demo.program.company
    (row,) = await people.with_email(company, email)
    await people.link_accounts(company, "web", "demo", {email: row.id})


async def reads(demo: Demo, path: str) -> int:
    return len(demo.world.requests(path))


async def test_a_newcomer_who_interviews_gets_the_running_reminders(demo: Demo, person: Person) -> None:
    await monday(demo)
    await sent_by(demo, person("ada"), NUDGE)
    demo.world.hire("Wanda", "Kowalska", department="Engineering")
    demo.world.hire("Otto", "Sommer", department="Legal")
    await demo.settled()
    for name in ("wanda.kowalska", "otto.sommer"):
        await seated(demo, f"{name}@aurora.example")
    await next_day(demo)
    await work(demo)
    (reminder,) = await person("wanda.kowalska").screen()
    assert "asks everybody who interviews for Aurora GmbH to connect Zoom" in reminder
    assert await person("otto.sommer").screen() == [], "nobody hires for Legal"


async def test_a_campaign_for_people_by_name_stays_theirs(demo: Demo, person: Person) -> None:
    await monday(demo)
    await sent_by(demo, person("ada"), "remind Ben to connect Zoom")
    demo.world.hire("Wanda", "Kowalska", department="Engineering")
    await demo.settled()
    await seated(demo, "wanda.kowalska@aurora.example")
    await next_day(demo)
    await work(demo)
    assert await person("wanda.kowalska").screen() == []


@pytest.mark.parametrize("event", ["employment.terminated", "person.deleted"])
async def test_a_leaver_is_left_in_peace_at_once(demo: Demo, person: Person, event: str) -> None:
    await monday(demo)
    ben, ada = person("ben"), person("ada")
    await sent_by(demo, ada, NUDGE)
    assert len(await ben.screen()) == 1
    demo.world.change(ben.email, status=Employment.INACTIVE, event=event)
    await demo.settled()
    await work(demo)
    (closed,) = await ben.screen()
    assert "This reminder for Zoom ended" in closed
    for _ in range(3):
        await next_day(demo, days=2)
        await work(demo)
    assert len(await ben.screen()) == 1
    assert "Not needed any more" in await ada.does(intent="reminders")


async def test_the_same_news_twice_and_in_a_heap_costs_one_look(demo: Demo) -> None:
    ben = demo.world.person("ben@aurora.example")
    news = EVENT | {"data": {"person": {"id": ben.id}}}
    before = await reads(demo, f"/v2/persons/{ben.id}")
    for _ in range(10):
        assert await told(demo, news) == 200
    assert await reads(demo, f"/v2/persons/{ben.id}/") - before == 1


async def test_only_who_knows_address_and_token_is_heard(demo: Demo, start: Start) -> None:
    before = await reads(demo, "/v2/")
    news = EVENT | {"data": {"person": {"id": demo.world.person("ben@aurora.example").id}}}
    assert await told(demo, news, authorization="Bearer wrong") == 401
    assert await told(demo, news, host="localhost") == 401
    assert await told(demo, "nonsense") == 400
    assert await told(demo, {"data": {}}) == 400
    assert await told(demo, news | {"padding": "x" * 70_000}) == 413
    url = address_of(demo.program.services, demo.program.company)
    async with httpx.AsyncClient() as client:
        for wrong in (f"{url}x", url.replace("personio-", "personio-9"), url.replace("/personio/", "/cronofy/")):
            assert (await client.post(wrong, json=news)).status_code == 404
    assert await reads(demo, "/v2/") == before
    assert await told(demo, news) == 200
    assert await reads(demo, "/v2/") > before


@pytest.mark.parametrize(
    ("header", "scheme"), [("Authorization", "Bearer "), ("X-Personio-Token", ""), ("X-Webhook-Auth", "token=")]
)
async def test_the_token_is_found_in_whatever_header_it_comes(demo: Demo, header: str, scheme: str) -> None:
    credential = demo.world.personio
    credential.webhook_header, credential.webhook_scheme = header, scheme
    demo.world.change("ben@aurora.example", status=Employment.INACTIVE, event="employment.terminated")
    await demo.settled()
    assert await is_gone(demo, "ben")


@pytest.mark.parametrize(
    "data",
    [
        lambda id: {"data": {"person_id": id}},
        lambda id: {"data": {"employment": {"person": {"id": id}}}},
        lambda id: {"payload": {"person": {"id": int(id)}}},
        lambda id: {},
    ],
)
async def test_wherever_the_id_stands_or_nowhere_the_truth_is_read(
    demo: Demo, data: Callable[[str], Mapping[str, object]]
) -> None:
    ben = demo.world.person("ben@aurora.example")
    demo.world.change(ben.email, status=Employment.INACTIVE)
    assert await told(demo, EVENT | data(ben.id)) == 200
    assert await is_gone(demo, "ben")


async def is_gone(demo: Demo, name: str) -> bool:
    store, company = demo.program.store, demo.program.company
    (row,) = await store.people.with_email(company, f"{name}@aurora.example")
    seen = await store.observations.of(company, row.id)
    return any((each.fact, each.value) == ("employment", "inactive") for each in seen)


async def test_one_subscription_is_kept_and_mended(demo: Demo) -> None:
    world, webhook = demo.world, the_webhook(demo)
    await demo.program.sync()
    assert the_webhook(demo) is webhook
    webhook.status = "DISABLED"
    await demo.program.sync()
    mended = the_webhook(demo)
    assert mended.status == "ENABLED"
    world.webhooks["theirs"] = Webhook(id="theirs", url="https://other.example/w", token="", events=("person.created",))
    world.webhooks["old"] = Webhook(id="old", url=mended.url + "old", token="", events=mended.events)
    await demo.program.sync()
    assert {each.id for each in world.webhooks.values()} == {mended.id, "theirs"}


async def test_without_the_right_to_webhooks_a_sync_finds_the_leaver(start: Start) -> None:
    demo = await start(look=False)
    demo.world.personio.scopes = ("personio:persons:read", "personio:recruiting:read")
    await demo.program.first_look()
    assert demo.world.webhooks == {}
    demo.world.change("ben@aurora.example", status=Employment.INACTIVE, event="employment.terminated")
    await demo.program.sync()
    assert await is_gone(demo, "ben")


@pytest.mark.parametrize("fault", [Fault.CALLBACK_LOST, Fault.SERVER_ERROR, Fault.MISSING_ATTRIBUTES])
async def test_news_that_are_lost_or_cannot_be_read_are_made_up_for(demo: Demo, impatient: None, fault: Fault) -> None:
    demo.world.fault(fault)
    demo.world.change("ben@aurora.example", status=Employment.INACTIVE, event="employment.terminated")
    await demo.settled()
    (ben,) = await demo.program.store.people.with_email(demo.program.company, "ben@aurora.example")
    assert ben.name == "Ben Okafor", "what cannot be read changes nothing"
    demo.world.clear()
    demo.world.clock.advance(timedelta(minutes=15))
    await demo.program.sync()
    assert await is_gone(demo, "ben")
