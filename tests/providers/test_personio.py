from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response
from structlog.testing import capture_logs

from providers.base import NotAuthorised, NotFound, NotPermitted, RateLimited, Unavailable
from providers.personio import SCOPES, MissingAttributes, MissingRight, Personio
from providers.personio_reading import read_employment, read_job, read_person
from providers.personio_types import Employment, Job, Person, TeamMember
from tests.providers.stand_in_personio import PersonioServer
from tests.providers.stand_ins import Scripted


def people(count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{number}",
            "email": f"p{number}@aurora.example",
            "first_name": "Ana",
            "last_name": f"B{number}",
            "employments": [{"id": f"e-{number}"}],
        }
        for number in range(count)
    ]


JOBS = [
    {
        "id": 1,
        "name": "Baker",
        "hiring_team": [
            {"person": {"id": "3"}, "role": {"name": "HR Manager"}},
            {"person": {"id": "5"}, "role": {"name": "Interviewer"}},
        ],
    },
    {"id": 2, "status": "OPEN", "hiring_team": [{"person": {"id": 3}, "role": {"name": "Interviewer"}}]},
    {"id": 3, "status": "closed", "hiring_team": [{"person": {"id": "9"}, "role": {"name": "Interviewer"}}]},
    {"id": 4, "hiring_team": []},
    {"id": 5},
]


@pytest.fixture
def server() -> PersonioServer:
    return PersonioServer(people(120), JOBS)


@pytest.fixture
async def personio(server: PersonioServer, serve: Any, clock: Any) -> Any:
    server.address = await serve(server)
    personio = Personio.build(client_id="papi", client_secret="papi-secret", now=clock, api_url=server.address)
    yield personio
    await personio.aclose()


async def everybody(personio: Personio) -> list[Person]:
    return [person async for page in personio.persons() for person in page]


async def test_everybody_is_read_in_pages_of_fifty_with_one_sign_in(personio: Personio, server: PersonioServer) -> None:
    found = await everybody(personio)
    assert [person.id for person in found] == [str(number) for number in range(120)]
    assert found[7] == Person("7", "p7@aurora.example", "Ana", "B7", employment_ids=("e-7",))
    assert found[7].name == "Ana B7"
    assert [saw.query["limit"] for saw in server.asked("/v2/persons")] == ["50"] * 3
    await asyncio.gather(*(personio.person(str(number)) for number in range(20)))
    assert len(server.asked("/v2/auth/token")) == 1


async def test_an_empty_company_is_no_error(personio: Personio, server: PersonioServer) -> None:
    server.people = []
    assert await everybody(personio) == []


async def test_hidden_addresses_are_explained_and_gone_once_ticked(personio: Personio, server: PersonioServer) -> None:
    server.credential.attributes = set()
    with pytest.raises(MissingAttributes) as caught:
        await everybody(personio)
    assert "Email" in caught.value.advice
    server.credential.attributes = {"email"}
    assert len(await everybody(personio)) == 120


async def test_a_few_people_without_an_address_are_only_people_without_an_address(
    personio: Personio, server: PersonioServer
) -> None:
    server.people = [{"id": "1"}, *people(60)[1:]]
    found = await everybody(personio)
    assert (found[0].email, found[1].email) == ("", "p1@aurora.example")


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_good_token_names_the_missing_right(
    personio: Personio, server: PersonioServer, status: int
) -> None:
    await everybody(personio)
    server.trouble = [Response(status_code=status)]
    with pytest.raises(MissingRight) as caught:
        await everybody(personio)
    assert isinstance(caught.value, NotPermitted)
    assert caught.value.reasons[0] == "personio:persons:read"
    assert len(await everybody(personio)) == 120


async def test_an_expired_token_is_renewed_without_anybody_noticing(personio: Personio, server: PersonioServer) -> None:
    await everybody(personio)
    server.token = "papi-2"
    assert len(await everybody(personio)) == 120
    assert len(server.asked("/v2/auth/token")) == 2


async def test_the_token_is_renewed_after_a_day(personio: Personio, server: PersonioServer, clock: Any) -> None:
    await personio.person("1")
    clock.pass_by(hours=23, minutes=57)
    await personio.person("1")
    assert len(server.asked("/v2/auth/token")) == 1
    clock.pass_by(minutes=2)
    await personio.person("1")
    assert len(server.asked("/v2/auth/token")) == 2


async def test_wrong_credentials_are_not_a_missing_right(server: PersonioServer, serve: Any, clock: Any) -> None:
    server.address = await serve(server)
    for secret, works in (("wrong", False), ("papi-secret", True)):
        personio = Personio.build(client_id="papi", client_secret=secret, now=clock, api_url=server.address)
        if works:
            assert (await personio.person("1")).id == "1"
        else:
            with capture_logs() as logs, pytest.raises(NotAuthorised) as caught:
                await personio.person("1")
            assert "papi" not in repr(logs) + repr(caught.value)
        await personio.aclose()


async def test_granted_rights_are_found_out_one_by_one(personio: Personio, server: PersonioServer) -> None:
    assert await personio.granted_scopes() == {"personio:persons:read", "personio:recruiting:read"}
    server.credential.scopes = set(SCOPES)
    assert await personio.granted_scopes() == set(SCOPES)


async def test_too_many_requests_are_repeated_and_then_said(personio: Personio, server: PersonioServer) -> None:
    await personio.person("1")
    server.trouble = [Response(status_code=429, headers={"x-ratelimit-remaining": "0"})] * 2
    assert (await personio.person("1")).id == "1"
    server.trouble = [Response(status_code=429)] * 3
    with pytest.raises(RateLimited) as caught:
        await personio.person("1")
    assert not caught.value.stated
    assert (await personio.person("1")).id == "1"


async def test_a_next_page_on_another_host_never_sees_the_token(personio: Personio, server: PersonioServer) -> None:
    server.next_address = "https://evil.example"
    with pytest.raises(Unavailable):
        await everybody(personio)
    server.next_address = ""
    assert len(await everybody(personio)) == 120


async def test_somebody_unknown_is_not_found(personio: Personio) -> None:
    with pytest.raises(NotFound):
        await personio.person("nobody")
    assert (await personio.person("7")).id == "7"


async def test_employments_tell_the_status(personio: Personio) -> None:
    assert await personio.employments("7") == (Employment("e-7", status="active"),)


async def test_hosts_are_the_hiring_teams_of_jobs_that_are_not_closed(personio: Personio) -> None:
    assert await personio.interview_hosts() == {
        "3": frozenset({"HR Manager", "Interviewer"}),
        "5": frozenset({"Interviewer"}),
    }


async def test_webhooks_are_made_listed_and_removed(personio: Personio) -> None:
    made = await personio.create_webhook(url="https://b.example/secret-path", token="hook-secret")
    assert await personio.webhooks() == (made,)
    assert (made.id, made.status, "employment.started" in made.events) == ("w1", "enabled", True)
    assert "secret" not in repr(made)
    await personio.delete_webhook("w1")
    assert await personio.webhooks() == ()
    with pytest.raises(NotFound):
        await personio.delete_webhook("w1")


@pytest.mark.parametrize("wrap", ["_data", "data", ""])
async def test_every_envelope_is_opened(serve: Any, clock: Any, wrap: str) -> None:
    token = JSONResponse({"access_token": "papi-1", "expires_in": 86400})
    person = {"id": 7, "email": "a@a.example"}
    one, many = ({wrap: person}, {wrap: [person]}) if wrap else (person, [person])
    server = Scripted(token, JSONResponse(one), JSONResponse(many), JSONResponse({"odd": 1}), JSONResponse(many))
    personio = Personio.build(client_id="papi", client_secret="s", now=clock, api_url=await serve(server))
    assert (await personio.person("7")).id == "7"
    assert [person.email for person in await everybody(personio)] == ["a@a.example"]
    with pytest.raises(Unavailable):
        await everybody(personio)
    assert len(await everybody(personio)) == 1
    await personio.aclose()


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"department": "HR", "office": {"id": 1, "name": "Berlin"}}, ("HR", "Berlin", "", "")),
        (
            {
                "custom_attributes": [
                    {"id": "dynamic_1", "label": "Preferred language", "value": "fr"},
                    {"id": "timezone", "type": "STRING", "value": "Europe/Paris"},
                    {"id": "dynamic_2", "name": "Department", "value": {"name": "Sales"}},
                    {"id": "dynamic_3", "value": None},
                    "odd",
                ]
            },
            ("Sales", "", "fr", "Europe/Paris"),
        ),
        (
            {
                "department": {
                    "label": "Department",
                    "value": {"type": "Department", "attributes": {"id": 1, "name": "IT"}},
                }
            },
            ("IT", "", "", ""),
        ),
        ({"employments": [{"id": "e", "department": {"name": "Ops"}, "office": "Lyon"}]}, ("Ops", "Lyon", "", "")),
        ({"department": {"a": {"b": 1}}, "office": [], "language": 7.5, "employments": "odd"}, ("", "", "7.5", "")),
    ],
)
def test_department_office_language_and_zone_are_found_wherever_they_stand(record: Any, expected: Any) -> None:
    person = read_person({"id": "1", **record})
    assert (person.department, person.office, person.language, person.timezone) == expected


@pytest.mark.parametrize(
    ("record", "status"),
    [
        ({"status": "ACTIVE"}, "active"),
        ({"status": {"value": "Leave"}}, "leave"),
        ({"employments": [{"id": "e", "status": "ONBOARDING"}]}, "onboarding"),
        ({}, ""),
    ],
)
def test_the_status_is_read_in_every_spelling(record: Any, status: str) -> None:
    assert read_person({"id": "1", **record}).status == status


def test_jobs_and_employments_are_read_with_gaps() -> None:
    assert read_job({"id": 5}) == Job("5")
    assert read_job({"id": "1", "status": "OPEN", "hiring_team": [{"person_id": "3", "role": "HR"}, {}]}) == Job(
        "1", status="open", is_open=True, hiring_team=(TeamMember("3", "HR"),)
    )
    assert read_employment(
        {"id": "e", "position": {"name": "Baker"}, "employment_end_date": "2026-12-31"}
    ) == Employment("e", position="Baker", ends_on="2026-12-31")
