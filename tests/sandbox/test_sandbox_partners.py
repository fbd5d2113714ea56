"""Zoom, Microsoft, Google and GoTo as the sandbox plays them, and the desk that changes them."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from bot.sandbox.faults import Fault, System
from bot.sandbox.goto import ACCOUNT_KEY
from bot.sandbox.limits import Limits
from bot.sandbox.records import GoToSeat, Mailbox, ZoomApproval, ZoomUser
from bot.sandbox.world import World
from tests.sandbox.product import Product, bearing

BEN = "ben@aurora.example"
ADMIN = "/goto/admin/rest/v1"


def basic(client_id: str, client_secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()}


async def goto_token(product: Product) -> dict[str, str]:
    partners = product.world.partners
    form = {"grant_type": "refresh_token", "refresh_token": partners.goto_refresh_token}
    headers = basic(partners.goto.client_id, partners.goto.client_secret)
    answer = await product.client.post("/goto/oauth/token", data=form, headers=headers)
    return bearing(answer.json()["access_token"])


async def graph_token(product: Product) -> dict[str, str]:
    app = product.world.partners.microsoft
    form = {
        "grant_type": "client_credentials",
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "scope": "https://graph.microsoft.com/.default",
    }
    answer = await product.client.post(f"/microsoft/{app.place}/oauth2/v2.0/token", data=form)
    return bearing(answer.json()["access_token"])


async def batch(product: Product, headers: dict[str, str], *urls: str) -> httpx.Response:
    requests = [{"id": str(number), "method": "GET", "url": url} for number, url in enumerate(urls)]
    return await product.client.post("/microsoft/v1.0/$batch", json={"requests": requests}, headers=headers)


async def test_goto_takes_each_refresh_token_once(product: Product) -> None:
    first = product.world.partners.goto_refresh_token
    assert await goto_token(product)
    partners = product.world.partners
    headers = basic(partners.goto.client_id, partners.goto.client_secret)
    worn = {"grant_type": "refresh_token", "refresh_token": first}
    answer = await product.client.post("/goto/oauth/token", data=worn, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert await goto_token(product)


async def test_gotos_filter_wants_spaces_as_percent_twenty(product: Product) -> None:
    headers = await goto_token(product)
    users = f"{ADMIN}/accounts/{ACCOUNT_KEY}/users"
    answer = await product.client.get(f"{users}?filter=email+eq+%22{BEN}%22", headers=headers)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "InvalidFilter")
    answer = await product.client.get(f"{users}?filter=email%20eq%20%22{BEN}%22", headers=headers)
    assert [user["email"] for user in answer.json()["results"]] == [BEN]


async def test_goto_takes_ten_requests_a_second(product: Product) -> None:
    product.world.set_limits(Limits())
    headers = await goto_token(product)
    answers = [(await product.client.get(f"{ADMIN}/me", headers=headers)).status_code for _ in range(10)]
    assert answers == [200] * 9 + [429], "signing in was the first of the ten"
    product.world.set_limits(Limits.none())
    assert (await product.client.get(f"{ADMIN}/me", headers=headers)).status_code == 200


async def test_a_batch_is_answered_in_any_order_with_a_status_for_each_part(product: Product) -> None:
    headers = await graph_token(product)
    answer = await batch(product, headers, f"/users/{BEN}", "/users/nobody@aurora.example", "/groups")
    parts = [(part["id"], part["status"]) for part in answer.json()["responses"]]
    assert parts == [("2", 400), ("1", 404), ("0", 200)]


@pytest.mark.parametrize("count", [0, 21])
async def test_a_batch_has_one_to_twenty_parts(product: Product, count: int) -> None:
    headers = await graph_token(product)
    assert (await batch(product, headers, *[f"/users/{BEN}"] * count)).status_code == 400
    assert (await batch(product, headers, f"/users/{BEN}")).status_code == 200


async def test_a_wrong_assertion_gets_no_token_from_google(product: Product) -> None:
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "not.a.jwt"}
    answer = await product.client.post("/google/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    calendar = await product.client.get("/google/calendar/v3/users/me/calendarList/primary", headers=bearing("made up"))
    assert calendar.status_code == 401


@pytest.mark.parametrize(
    ("system", "path", "body"),
    [
        (System.ZOOM, "/zoom/v2/users", {"code": 124, "message": "Unauthorized"}),
        (System.GOTO, f"{ADMIN}/me", {"errorCode": "Unauthorized", "description": "Unauthorized"}),
    ],
)
async def test_each_refuses_in_its_own_words(product: Product, system: System, path: str, body: dict[str, Any]) -> None:
    product.world.fault(Fault.UNAUTHORISED, system=system)
    answer = await product.client.get(path)
    assert (answer.status_code, answer.json()) == (401, body)
    product.world.clear()
    assert (await product.client.get(path)).status_code == 401, "without a token"


async def test_the_desk_changes_everybodys_accounts_and_the_approval(product: Product, world: World) -> None:
    change = {"email": BEN, "mailbox": "on_premises", "zoom": "pending", "goto": "invited", "teams_licence": "no"}
    assert (await product.client.post("/control/do/change", json=change)).status_code == 200
    ben = world.person(BEN)
    assert (ben.mailbox, ben.zoom, ben.goto, ben.teams_licence) == (
        Mailbox.ON_PREMISES,
        ZoomUser.PENDING,
        GoToSeat.INVITED,
        False,
    )
    assert (await product.client.post("/control/do/company", json={"zoom_app": "restricted"})).status_code == 200
    assert (world.zoom_app, world.zoom_app_approved) == (ZoomApproval.RESTRICTED, False)
    page = (await product.client.get("/control/?find=ben")).text
    assert "zoom: pending" in page
    assert "Change the accounts of Ben Okafor" in page
    wrong = await product.client.post("/control/do/change", json={"email": BEN, "zoom": "astronaut"})
    assert wrong.status_code == 400
    assert world.person(BEN).zoom == ZoomUser.PENDING


async def test_whoever_zoom_turns_away_has_asked_for_the_app(world: World) -> None:
    world.zoom_app_approved = False
    assert (world.zoom_app, world.zoom_requests) == (ZoomApproval.NONE, [])
    world.zoom_requests.append(BEN)
    world.zoom_app_approved = True
    assert world.zoom_requests == []
