from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.limits import Limits
from bot.sandbox.records import Employment
from bot.sandbox.world import World
from tests.sandbox.product import Product


async def everything(product: Product, path: str, **query: str) -> list[dict[str, Any]]:
    headers, found = await product.personio(), []
    answer = await product.client.get(path, params=query, headers=headers)
    while True:
        assert answer.status_code == 200, answer.text
        found += answer.json()["_data"]
        link = answer.json()["_meta"]["links"].get("next")
        if link is None:
            return found
        answer = await product.client.get(link["href"], headers=headers)


async def test_the_token_is_the_same_for_a_day(product: Product, world: World) -> None:
    first = await product.personio()
    assert await product.personio() == first
    world.advance(timedelta(hours=24))
    assert (await product.client.get("/personio/v2/persons", headers=first)).status_code == 401
    second = await product.personio()
    assert second != first
    assert (await product.client.get("/personio/v2/persons", headers=second)).status_code == 200


async def test_a_scope_that_was_not_granted_is_invalid(product: Product) -> None:
    asked = product.personio_credential(scope="personio:persons:read personio:attendances:read")
    answer = await product.client.post("/personio/v2/auth/token", data=asked)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_scope"})
    asked = product.personio_credential(scope="personio:persons:read")
    answer = await product.client.post("/personio/v2/auth/token", data=asked)
    assert answer.json()["scope"] == "personio:persons:read"
    wrong = product.personio_credential(client_secret="wrong")
    assert (await product.client.post("/personio/v2/auth/token", data=wrong)).status_code == 401


async def test_a_missing_right_answers_401_until_it_is_ticked(product: Product, world: World) -> None:
    scopes = world.personio.scopes
    world.personio.scopes = ("personio:recruiting:read",)
    answer = await product.client.get("/personio/v2/persons", headers=await product.personio())
    assert (answer.status_code, answer.json()) == (401, {"error": {"message": "Unauthorized Request"}})
    world.personio.scopes = scopes
    assert len(await everything(product, "/personio/v2/persons")) == 40


@pytest.mark.parametrize(("limit", "status"), [("50", 200), ("51", 400), ("0", 400), ("many", 400)])
async def test_persons_come_in_pages_of_at_most_fifty(product: Product, limit: str, status: int) -> None:
    headers = await product.personio()
    answer = await product.client.get("/personio/v2/persons", params={"limit": limit}, headers=headers)
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["errors"][0]["detail"] == "Provided value for limit is not valid"


@pytest.mark.parametrize("limit", ["1", "7", "39", "40", "50"])
async def test_all_pages_together_are_everybody_once(product: Product, world: World, limit: str) -> None:
    world.set_limits(Limits.none())
    found = await everything(product, "/personio/v2/persons", limit=limit)
    assert [person["id"] for person in found] == [person.id for person in world.people]


async def test_persons_can_be_filtered(product: Product, world: World) -> None:
    active = await everything(product, "/personio/v2/persons", status="ACTIVE", limit="10")
    gone = await everything(product, "/personio/v2/persons", status="INACTIVE")
    assert (len(active), [person["email"] for person in gone]) == (39, ["george@aurora.example"])
    shared = await everything(product, "/personio/v2/persons", email="lyon.team@aurora.example")
    assert [person["first_name"] for person in shared] == ["Paul", "Manon"]
    ben = world.person("ben@aurora.example")
    assert [person["id"] for person in await everything(product, "/personio/v2/persons", id=ben.id)] == [ben.id]


async def test_a_person_has_office_language_and_employment(product: Product, world: World) -> None:
    lena = world.person("lena@aurora.example")
    headers = await product.personio()
    person = (await product.client.get(f"/personio/v2/persons/{lena.id}", headers=headers)).json()
    attributes = {attribute["id"]: attribute["value"] for attribute in person["custom_attributes"]}
    assert attributes == {
        "office": "Berlin",
        "department": "Product",
        "language": "de",
        "timezone": "Europe/Berlin",
    }
    link = person["_meta"]["links"]["employments"]["href"]
    employment = (await product.client.get(link, headers=headers)).json()["_data"][0]
    assert (employment["id"], employment["status"]) == (person["employments"][0]["id"], "LEAVE")
    one = await product.client.get(f"{link}/{employment['id']}", headers=headers)
    assert one.json() == employment
    for path in (f"{link}/other", "/personio/v2/persons/1", "/personio/v2/recruiting/jobs/1"):
        assert (await product.client.get(path, headers=headers)).status_code == 404


async def test_hiring_teams_name_the_hosts(product: Product, world: World) -> None:
    jobs = await everything(product, "/personio/v2/recruiting/jobs", limit="3")
    members = {member["person"]["id"] for job in jobs for member in job["hiring_team"]}
    assert members == {person.id for person in world.hosts()} | {world.person("george@aurora.example").id}
    one = await product.client.get(f"/personio/v2/recruiting/jobs/{jobs[0]['id']}", headers=await product.personio())
    assert one.json() == jobs[0]


async def test_attributes_that_are_not_ticked_are_left_out(product: Product, world: World) -> None:
    ticked = world.personio.attributes
    world.personio.attributes = ("first_name",)
    assert set((await everything(product, "/personio/v2/persons"))[0]) == {"id", "first_name", "employments", "_meta"}
    world.personio.attributes = ticked
    assert "email" in (await everything(product, "/personio/v2/persons"))[0]


async def test_personio_s_faults_come_and_go(product: Product, world: World) -> None:
    headers = await product.personio()
    world.fault(Fault.MISSING_ATTRIBUTES, times=1)
    for there in (False, True):
        persons = (await product.client.get("/personio/v2/persons", headers=headers)).json()["_data"]
        assert all(("email" in person) is there for person in persons)
    world.fault(Fault.PERSONS_UNAUTHORISED, times=1)
    for status in (401, 200):
        assert (await product.client.get("/personio/v2/persons", headers=headers)).status_code == status
    world.fault(Fault.EMPTY_HIRING_TEAM)
    for there in (False, True):
        jobs = (await product.client.get("/personio/v2/recruiting/jobs", headers=headers)).json()["_data"]
        assert all(bool(job["hiring_team"]) is there for job in jobs)
        world.clear(Fault.EMPTY_HIRING_TEAM)
    world.fault(Fault.MISSING_SCOPE, times=1)
    for status in (400, 200):
        answer = await product.client.post("/personio/v2/auth/token", data=product.personio_credential())
        assert answer.status_code == status


async def test_the_bucket_is_told_and_runs_dry_and_fills_again(product: Product, world: World) -> None:
    headers = await product.personio()
    answers = [await product.client.get("/personio/v2/persons?limit=1", headers=headers) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert answers[0].headers["x-ratelimit-remaining"] == "29"
    assert "retry-after" not in answers[-1].headers
    assert (await product.client.get("/personio/v2/recruiting/jobs", headers=headers)).status_code == 200
    world.advance(timedelta(seconds=1))
    assert (await product.client.get("/personio/v2/persons?limit=1", headers=headers)).status_code == 200


async def test_webhooks_are_kept_and_told(product: Product, world: World) -> None:
    headers = await product.personio()
    given = {
        "url": f"{product.address}/personio",
        "token": "a-secret",
        "status": "ENABLED",
        "enabled_events": ["employment.started", "employment.terminated"],
    }
    made = await product.client.post("/personio/v2/webhooks", json=given, headers=headers)
    assert made.status_code == 201
    path = f"/personio/v2/webhooks/{made.json()['id']}"
    assert "a-secret" not in made.text
    assert (await product.client.get("/personio/v2/webhooks", headers=headers)).json()["_data"] == [made.json()]

    assert (await product.client.post(f"{path}/ping", headers=headers)).status_code == 202
    world.change("ben@aurora.example", status=Employment.INACTIVE, event="employment.terminated")
    world.change("ben@aurora.example", event="person.updated")
    await world.drain()
    assert [received.message["event_name"] for received in product.received] == ["ping", "employment.terminated"]
    assert {received.headers["authorization"] for received in product.received} == {"Bearer a-secret"}
    assert product.received[-1].message["data"] == {"person": {"id": world.person("ben@aurora.example").id}}

    changed = await product.client.patch(path, json={"status": "DISABLED"}, headers=headers)
    assert changed.json()["status"] == "DISABLED"
    world.change("ben@aurora.example", status=Employment.ACTIVE, event="employment.started")
    await world.drain()
    assert len(product.received) == 2
    assert (await product.client.delete(path, headers=headers)).status_code == 204
    assert (await product.client.get(path, headers=headers)).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"url": "nowhere"}, {"enabled_events": ["interview.created"]}, {"enabled_events": []}]
)
async def test_bad_webhooks_are_refused(product: Product, wrong: dict[str, Any]) -> None:
    given = {"url": "https://bot.example/w", "enabled_events": ["person.created"]}
    headers = await product.personio()
    assert (await product.client.post("/personio/v2/webhooks", json=given | wrong, headers=headers)).status_code == 400
    assert (await product.client.post("/personio/v2/webhooks", json=given, headers=headers)).status_code == 201
