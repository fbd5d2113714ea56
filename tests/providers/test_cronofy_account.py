from __future__ import annotations

from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from providers.base import PlanLacksFeature, Unavailable
from providers.cronofy_session import RefusedRequest
from providers.cronofy_types import (
    Calendar,
    CalendarProfile,
    ConferencingProfile,
    PersonAccount,
    PersonRequest,
    Resource,
    ServiceAccount,
)
from tests.providers.stand_in_cronofy import PERSON, SUB, CronofyServer


async def test_a_person_is_read_whole(session: Any, server: CronofyServer) -> None:
    server.answers["GET", "/v1/userinfo"] = JSONResponse(PERSON)
    person = await session.person()
    zoom = ConferencingProfile("zoom", "pro_z", "ben@a", connected=True, relink_url="")
    go_to = ConferencingProfile("go_to", "pro_g", "ben@g", False, "https://app.cronofy.com/v2/relink/go_to")
    primary = Calendar("cal_1", "Calendar", primary=True, readonly=False, deleted=False, integrated_conferencing=True)
    team = Calendar("cal_2", "Team", primary=False, readonly=None, deleted=None, integrated_conferencing=None)
    profile = CalendarProfile(
        provider_name="exchange",
        provider_service="office365",
        provider_protocol="exchange_web_services",
        profile_id="pro_1",
        name="ben@aurora.example",
        connected=True,
        initial_sync_required=False,
        relink_url="",
        migration_url="https://app.cronofy.com/migrate/1",
        calendars=(team, primary),
    )
    assert person == PersonAccount(SUB, "ben@aurora.example", "active", "read_write", (profile,), (zoom, go_to))
    assert person.profiles[0].primary == primary
    assert person.conferencing_with("zoom") == (zoom,)


async def test_what_is_not_said_is_unknown_and_never_a_no(session: Any, server: CronofyServer) -> None:
    bare = {"sub": SUB, "cronofy.type": "account", "cronofy.data": {"profiles": [{"profile_id": "pro_1"}, "odd", 7]}}
    server.answers["GET", "/v1/userinfo"] = [JSONResponse({"sub": SUB}), JSONResponse(bare)]
    assert await session.userinfo() == PersonAccount(SUB, "", "", "", None, None)
    person = await session.person()
    assert person.conferencing is None
    assert len(person.profiles) == 1
    assert (person.profiles[0].connected, person.profiles[0].calendars, person.profiles[0].primary) == (
        None,
        None,
        None,
    )


async def test_the_service_account_is_read_in_the_new_and_the_old_form(session: Any, server: CronofyServer) -> None:
    data = {
        "service_account": {"provider_name": "exchange", "domain": "aurora.example"},
        "authorization": {
            "scope": "service_account/accounts/manage",
            "status": "active",
            "delegated_scope": "read_write",
        },
    }
    new = {"sub": "ser_1", "cronofy.type": "service_account", "email": "svc@aurora.example", "cronofy.data": data}
    old = {"sub": "ser_1", "cronofy.service_account": {"domain": "aurora.example"}}
    server.answers["GET", "/v1/userinfo"] = [JSONResponse(new), JSONResponse(old), JSONResponse(new)]
    account = await session.service_account()
    assert account == ServiceAccount(
        sub="ser_1",
        email="svc@aurora.example",
        status="active",
        domain="aurora.example",
        provider_name="exchange",
        provider_protocol="",
        scope="service_account/accounts/manage",
        delegated_scope="read_write",
        migration_url="",
    )
    assert (await session.service_account()).domain == "aurora.example"
    with pytest.raises(Unavailable):
        await session.person()


async def test_people_are_asked_for_fifty_at_a_time(session: Any, server: CronofyServer) -> None:
    server.answers["POST", "/v1/service_account_authorizations"] = Response(status_code=202)
    people = [PersonRequest(f"p{n}@aurora.example", f"https://b.example/{n}", "read_write", f"{n}") for n in range(120)]
    assert await session.authorise_people(people) == ()
    batches = [saw.json["service_account_authorizations"] for saw in server.asked("/v1/service_account_authorizations")]
    assert [len(batch) for batch in batches] == [50, 50, 20]
    assert batches[2][19] == {
        "email": "p119@aurora.example",
        "callback_url": "https://b.example/119",
        "scope": "read_write",
        "state": "119",
    }
    assert await session.authorise_people([]) == ()


async def test_one_bad_address_does_not_spoil_the_others(session: Any, server: CronofyServer) -> None:
    accepted: list[str] = []

    class Picky(CronofyServer):
        async def answer(self, saw: Any) -> Response:
            emails = [entry["email"] for entry in saw.json["service_account_authorizations"]]
            if "" in emails:
                return JSONResponse({"errors": {"email": [{"key": "errors.required"}]}}, 422)
            accepted.extend(emails)
            return Response(status_code=202)

    server.answer = Picky().answer  # type: ignore[method-assign]
    people = [PersonRequest(f"p{n}@a.example" if n != 7 else "", "https://b.example", "read_write") for n in range(20)]
    assert await session.authorise_people(people) == (RefusedRequest(people[7], ("email: errors.required",)),)
    assert accepted == [person.email for person in people if person.email]


async def test_a_link_to_connect_is_made_with_the_persons_own_token(session: Any, server: CronofyServer) -> None:
    url = {"authorization_request": {"url": "https://app.cronofy.com/conferencing_services/xxxxx"}}
    server.answers["POST", "/v1/conferencing_service_authorizations"] = [JSONResponse({}), JSONResponse(url)]
    with pytest.raises(Unavailable):
        await session.conferencing_link("zoom", "https://bot.example/connected/n1")
    assert (
        await session.conferencing_link("zoom", "https://bot.example/connected/n1")
        == url["authorization_request"]["url"]
    )
    saw = server.seen[-1]
    assert saw.json == {"redirect_uri": "https://bot.example/connected/n1", "provider_name": "zoom"}
    assert saw.headers["authorization"] == "Bearer access-1"
    assert "CRN_secret" not in str(saw)


async def test_a_plan_without_the_feature_is_said_until_it_is_upgraded(session: Any, server: CronofyServer) -> None:
    server.answers["GET", "/v1/userinfo"] = [Response(status_code=402), JSONResponse(PERSON)]
    with pytest.raises(PlanLacksFeature):
        await session.userinfo()
    assert (await session.person()).sub == SUB


async def test_rooms_are_listed(session: Any, server: CronofyServer) -> None:
    rooms = JSONResponse({"resources": [{"email": "room@aurora.example", "name": "Room 1"}]})
    server.answers["GET", "/v1/resources"] = [JSONResponse({}), rooms]
    with pytest.raises(Unavailable):
        await session.resources()
    assert await session.resources() == (Resource("room@aurora.example", "Room 1"),)
