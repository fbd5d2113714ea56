from urllib.parse import parse_qs, urlsplit

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.world import World
from tests.sandbox.product import Product

BACK = "https://bot.example/connected/nonce?kept=1"


async def link_for(product: Product, headers: dict[str, str], provider: str | None = "zoom") -> str:
    given = {"redirect_uri": BACK} | ({"provider_name": provider} if provider else {})
    answer = await product.client.post("/cronofy/v1/conferencing_service_authorizations", json=given, headers=headers)
    assert answer.status_code == 200
    return str(answer.json()["authorization_request"]["url"])


async def press(product: Product, link: str, action: str, **more: str) -> str:
    """Press a button; gives where the browser is sent."""
    answer = await product.client.post(link, data={"action": action, **more})
    assert answer.status_code == 303
    return answer.headers["location"]


async def test_ben_connects_zoom(product: Product, world: World) -> None:
    headers = await product.acting_as("ben@aurora.example")
    link = await link_for(product, headers)
    assert "Connect Zoom" in (await product.client.get(link)).text
    assert await press(product, link, "send") == urlsplit(link).path
    inbox = (await product.client.get(link)).text
    assert "Inbox of ben@aurora.example" in inbox
    await press(product, link, "confirm")
    assert "Sign in to Zoom" in (await product.client.get(link)).text
    assert (await product.userinfo(headers)).json()["cronofy.data"]["conferencing_profiles"] == []

    back = await press(product, link, "allow", email="ben@aurora.example")
    profile = (await product.userinfo(headers)).json()["cronofy.data"]["conferencing_profiles"][0]
    query = parse_qs(urlsplit(back).query)
    assert back.startswith("https://bot.example/connected/nonce?")
    assert query == {"kept": ["1"], "last_linked_profile_id": [profile["profile_id"]]}
    assert (profile["provider_name"], profile["profile_connected"]) == ("zoom", True)


async def test_a_link_works_once(product: Product) -> None:
    link = await link_for(product, await product.acting_as("ben@aurora.example"))
    await press(product, link, "refuse")
    assert (await product.client.get(link)).status_code == 404
    again = await product.client.post(link, data={"action": "send"})
    assert again.status_code == 404
    assert "no longer valid" in again.text


async def test_looking_changes_nothing_and_steps_cannot_be_skipped(product: Product, world: World) -> None:
    link = await link_for(product, await product.acting_as("ben@aurora.example"))
    for _ in range(3):
        assert "Send the e-mail" in (await product.client.get(link)).text
    await press(product, link, "allow")
    assert "Send the e-mail" in (await product.client.get(link)).text
    assert world.account("ben@aurora.example").conferencing == []


async def test_refusing_brings_back_an_error(product: Product, world: World) -> None:
    link = await link_for(product, await product.acting_as("ben@aurora.example"), "go_to")
    back = await press(product, link, "refuse")
    assert parse_qs(urlsplit(back).query) == {"kept": ["1"], "error": ["access_denied"]}
    assert world.account("ben@aurora.example").conferencing == []


async def test_without_a_provider_the_person_chooses(product: Product, world: World) -> None:
    link = await link_for(product, await product.acting_as("ben@aurora.example"), None)
    assert "GoTo Meeting" in (await product.client.get(link)).text
    await press(product, link, "choose", provider="ms_teams")
    await press(product, link, "send")
    await press(product, link, "confirm")
    await press(product, link, "allow")
    assert [profile.provider for profile in world.account("ben@aurora.example").conferencing] == ["ms_teams"]


async def test_zoom_turns_people_away_until_its_administrator_approves(product: Product, world: World) -> None:
    world.zoom_app_approved = False
    headers = await product.acting_as("ben@aurora.example")
    link = await link_for(product, headers)
    await press(product, link, "send")
    await press(product, link, "confirm")
    assert "cannot authorise" in (await product.client.get(link)).text
    await press(product, link, "allow")
    assert world.account("ben@aurora.example").conferencing == []
    assert "access_denied" in await press(product, link, "refuse")

    world.zoom_app_approved = True
    link = await link_for(product, headers)
    for action in ("send", "confirm", "allow"):
        back = await press(product, link, action)
    assert "last_linked_profile_id" in back


async def test_the_redirect_may_lack_the_profile_and_then_has_it_again(product: Product, world: World) -> None:
    headers = await product.acting_as("ben@aurora.example")
    world.fault(Fault.REDIRECT_WITHOUT_PROFILE, times=1)
    for expected in (False, True):
        link = await link_for(product, headers)
        for action in ("send", "confirm", "allow"):
            back = await press(product, link, action)
        assert ("last_linked_profile_id" in back) is expected
    assert len(world.account("ben@aurora.example").conferencing) == 1


@pytest.mark.parametrize(
    "given",
    [{}, {"redirect_uri": "javascript:alert(1)"}, {"redirect_uri": BACK, "provider_name": "webex"}],
)
async def test_bad_link_requests_are_refused(product: Product, given: dict[str, str]) -> None:
    headers = await product.acting_as("ben@aurora.example")
    answer = await product.client.post("/cronofy/v1/conferencing_service_authorizations", json=given, headers=headers)
    assert answer.status_code == 422
    assert await link_for(product, headers)


def consent(world: World, **more: str) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": world.cronofy.client_id,
        "redirect_uri": "https://bot.example/oauth/cronofy/callback",
        "scope": "service_account/accounts/manage",
        "delegated_scope": "read_write",
        "state": "s t",
    } | more


async def test_an_admin_connects_the_company(product: Product, world: World) -> None:
    page = "/cronofy-app/enterprise_connect/oauth/authorize"
    query = consent(world)
    assert "Connect the calendars of Aurora GmbH" in (await product.client.get(page, params=query)).text
    answer = await product.client.post(page, params=query, data={"action": "accept"})
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    assert back["state"] == ["s t"]
    tokens = await product.token(
        grant_type="authorization_code", code=back["code"][0], redirect_uri=query["redirect_uri"]
    )
    assert tokens.json()["service_account_id"] == world.service_account.sub
    refused = await product.client.post(page, params=query, data={"action": "refuse"})
    assert parse_qs(urlsplit(refused.headers["location"]).query) == {"error": ["access_denied"], "state": ["s t"]}


async def test_a_person_connects_a_calendar(product: Product, world: World) -> None:
    query = consent(world, scope="read_write")
    answer = await product.client.post(
        "/cronofy-app/oauth/authorize", params=query, data={"action": "accept", "email": "ben@aurora.example"}
    )
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    tokens = await product.token(grant_type="authorization_code", code=code, redirect_uri=query["redirect_uri"])
    assert tokens.json()["sub"] == world.account("ben@aurora.example").sub
    wrong = await product.client.post(
        "/cronofy-app/oauth/authorize", params=query, data={"action": "accept", "email": "nobody@aurora.example"}
    )
    assert wrong.status_code == 400


@pytest.mark.parametrize(
    "wrong", [{"client_id": "other"}, {"redirect_uri": "javascript:x"}, {"scope": ""}, {"response_type": "token"}]
)
async def test_bad_consent_requests_go_nowhere(product: Product, world: World, wrong: dict[str, str]) -> None:
    page = "/cronofy-app/enterprise_connect/oauth/authorize"
    answer = await product.client.post(page, params=consent(world, **wrong), data={"action": "accept"})
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_pages_are_marked_escaped_and_without_scripts(product: Product, world: World) -> None:
    world.person("ben@aurora.example").first_name = "<b>Ben"
    world.account("ben@aurora.example").name = "<b>Ben"
    link = await link_for(product, await product.acting_as("ben@aurora.example"))
    await press(product, link, "send")
    for address in (link, "/control/", "/cronofy-app/relink/unknown"):
        page = await product.client.get(address)
        assert "<strong>Sandbox</strong>" in page.text
        assert "<script" not in page.text
        assert "style=" not in page.text
        assert "<b>Ben" not in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert (await product.client.get("/cronofy-app/sandbox.css")).headers["content-type"].startswith("text/css")
