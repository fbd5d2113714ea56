from typing import Any

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.notices import signature
from bot.sandbox.records import Calendar
from bot.sandbox.world import World
from tests.sandbox.product import Product, bearing


def test_the_signature_is_cronofy_s() -> None:
    value = signature("pDY0Oi7TJSP2hfNmZNkm5", b'{"example":"well-known"}')
    assert value == "6r2/HjBkqymGegX0wOfifieeUXbbHwtV/LohHS+jv6c="


async def test_callbacks_bring_codes_or_reasons_and_echo_the_state(product: Product, world: World) -> None:
    token = await product.service_token()
    answers = await product.ask_for("ben@aurora.example", "stefan@aurora.example", token=token)
    by_state = {answer["state"]: answer for answer in answers}
    assert set(by_state["ben@aurora.example"]) == {"code", "state"}
    assert by_state["stefan@aurora.example"] == {
        "error": "authorization_failed",
        "error_key": "errors.mailbox_disabled",
        "error_description": "The mailbox of stefan@aurora.example is disabled.",
        "state": "stefan@aurora.example",
    }
    for received in product.received:
        assert received.headers["cronofy-hmac-sha256"] == signature(world.cronofy.client_secret, received.body)


async def test_every_cause_has_its_own_key(product: Product) -> None:
    token = await product.service_token()
    emails = ("rita@hiringhelp.example", "theo@aurora.example", "interviews@aurora.example", "nobody@aurora.example")
    answers = await product.ask_for(*emails, token=token)
    assert {answer["state"]: answer["error_key"] for answer in answers} == {
        "rita@hiringhelp.example": "errors.foreign_domain",
        "theo@aurora.example": "errors.mailbox_not_found",
        "interviews@aurora.example": "errors.shared_mailbox",
        "nobody@aurora.example": "errors.mailbox_not_found",
    }


ENTRY = {"email": "ben@aurora.example", "callback_url": "http://127.0.0.1:9/nobody-listens", "scope": "read_write"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "ben@aurora.example"}, "callback_url"),
        (ENTRY | {"callback_url": "nowhere"}, "callback_url"),
        ({"service_account_authorizations": []}, "service_account_authorizations"),
        ({"service_account_authorizations": [ENTRY] * 51}, "service_account_authorizations"),
        (ENTRY | {"service_account_authorizations": [ENTRY]}, "service_account_authorizations"),
        ({"service_account_authorizations": ["ben"]}, "email"),
    ],
)
async def test_bad_authorisation_requests_are_refused(product: Product, body: dict[str, Any], field: str) -> None:
    headers = bearing(await product.service_token())
    answer = await product.client.post("/cronofy/v1/service_account_authorizations", json=body, headers=headers)
    assert answer.status_code == 422
    assert field in answer.json()["errors"]


async def test_nobody_is_asked_for_more_than_the_admin_delegated(product: Product, world: World) -> None:
    world.service_account.delegated_scope = "read_account read_events"
    headers = bearing(await product.service_token())
    for scope, status in (("read_events create_event", 422), ("read_events", 202)):
        answer = await product.client.post(
            "/cronofy/v1/service_account_authorizations", json=ENTRY | {"scope": scope}, headers=headers
        )
        assert answer.status_code == status
    await world.drain()


async def test_only_the_service_account_may_ask_for_others(product: Product) -> None:
    headers = await product.acting_as("ben@aurora.example")
    answer = await product.client.post("/cronofy/v1/service_account_authorizations", json=ENTRY, headers=headers)
    assert (answer.status_code, answer.content) == (403, b"")


async def test_userinfo_tells_calendar_and_conferencing(product: Product, world: World) -> None:
    data = (await product.userinfo(await product.acting_as("priya@aurora.example"))).json()["cronofy.data"]
    assert [profile["provider_name"] for profile in data["conferencing_profiles"]] == ["zoom", "go_to"]
    assert data["profiles"][0]["profile_connected"] is True
    assert data["profiles"][0]["provider_protocol"] == "graph_api"
    assert data["profiles"][0]["profile_calendars"][0]["calendar_integrated_conferencing_available"] is True
    assert data["authorization"] == {"scope": "read_write", "status": "active"}


async def test_what_was_lost_has_a_page_to_relink_which_mends_it(product: Product) -> None:
    nora = await product.acting_as("nora@aurora.example")
    zoom = (await product.userinfo(nora)).json()["cronofy.data"]["conferencing_profiles"][0]
    assert zoom["profile_connected"] is False
    hugo = await product.acting_as("hugo@aurora.example")
    calendar = (await product.userinfo(hugo)).json()["cronofy.data"]["profiles"][0]
    assert calendar["profile_connected"] is False
    for link in (zoom["profile_relink_url"], calendar["profile_relink_url"]):
        assert "Reconnect" in (await product.client.get(link)).text
        assert "connected again" in (await product.client.post(link)).text
    zoom = (await product.userinfo(nora)).json()["cronofy.data"]["conferencing_profiles"][0]
    calendar = (await product.userinfo(hugo)).json()["cronofy.data"]["profiles"][0]
    assert "profile_relink_url" not in zoom
    assert "profile_relink_url" not in calendar


async def test_the_other_identity_calls_agree_with_userinfo(product: Product, world: World) -> None:
    headers = await product.acting_as("ben@aurora.example")
    account = (await product.client.get("/cronofy/v1/account", headers=headers)).json()["account"]
    profiles = (await product.client.get("/cronofy/v1/profiles", headers=headers)).json()["profiles"]
    calendars = (await product.client.get("/cronofy/v1/calendars", headers=headers)).json()["calendars"]
    assert account["default_tzid"] == "Europe/London"
    assert "profile_calendars" not in profiles[0]
    assert calendars[0]["calendar_id"] == world.account("ben@aurora.example").calendar_id
    resources = await product.client.get("/cronofy/v1/resources", headers=bearing(await product.service_token()))
    assert {"email": "room-lyon@aurora.example", "name": "Room Lyon"} in resources.json()["resources"]
    link = await product.client.post("/cronofy/v1/link_tokens", headers=headers)
    assert link.json()["link_token"]


async def test_revoking_a_profile_disconnects_it(product: Product, world: World) -> None:
    headers = await product.acting_as("ada@aurora.example")
    profile_id = world.account("ada@aurora.example").profile_id
    answer = await product.client.post(f"/cronofy/v1/profiles/{profile_id}/revoke", headers=headers)
    assert (answer.status_code, answer.content) == (202, b"")
    data = (await product.userinfo(headers)).json()["cronofy.data"]
    assert data["profiles"][0]["profile_connected"] is False
    assert (await product.client.post("/cronofy/v1/profiles/pro_x/revoke", headers=headers)).status_code == 404


@pytest.mark.parametrize("calendar", list(Calendar))
async def test_each_calendar_says_what_it_is(product: Product, world: World, calendar: Calendar) -> None:
    world.calendar = calendar
    answer = await product.userinfo(await product.acting_as("ben@aurora.example"))
    profile = answer.json()["cronofy.data"]["profiles"][0]
    integrated = profile["profile_calendars"][0]["calendar_integrated_conferencing_available"]
    told = (profile["provider_name"], profile["provider_protocol"], integrated, "graph_api_migration_url" in profile)
    assert (
        told
        == {
            Calendar.GOOGLE: ("google", "google_api", True, False),
            Calendar.GRAPH: ("office365", "graph_api", True, False),
            Calendar.EWS: ("office365", "exchange_web_services", False, True),
            Calendar.EXCHANGE: ("exchange", "exchange_web_services", False, False),
        }[calendar]
    )


async def test_the_migration_page_moves_the_company_to_graph(product: Product, world: World) -> None:
    world.calendar = Calendar.EWS
    headers = await product.acting_as("ben@aurora.example")
    profile = (await product.userinfo(headers)).json()["cronofy.data"]["profiles"][0]
    assert "Migrate" in (await product.client.get(profile["graph_api_migration_url"])).text
    assert world.calendar == Calendar.EWS
    await product.client.post(profile["graph_api_migration_url"])
    assert (await product.userinfo(headers)).json()["cronofy.data"]["profiles"][0]["provider_protocol"] == "graph_api"


async def test_lost_and_doubled_callbacks(product: Product, world: World) -> None:
    token = await product.service_token()
    world.fault(Fault.CALLBACK_LOST, times=1)
    assert await product.ask_for("ben@aurora.example", token=token) == []
    world.fault(Fault.CALLBACK_DUPLICATED, times=1)
    first, second = await product.ask_for("ben@aurora.example", token=token)
    assert first == second
    assert len(await product.ask_for("ben@aurora.example", token=token)) == 1
