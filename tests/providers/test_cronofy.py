from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.responses import JSONResponse, Response
from structlog.testing import capture_logs

from providers.base import Invalid, NotAuthorised, PlanLacksFeature, Unavailable
from providers.cronofy import ADMIN_SCOPE, PERSON_SCOPE, Cronofy, hosts
from providers.cronofy_callbacks import (
    AuthorisationResult,
    Notification,
    read_authorisation,
    read_notification,
)
from providers.cronofy_session import RefusedRequest
from providers.cronofy_types import (
    Calendar,
    CalendarProfile,
    Channel,
    ConferencingProfile,
    EventDraft,
    LinkingProfile,
    PersonAccount,
    PersonRequest,
    Resource,
    ServiceAccount,
)
from providers.tokens import Tokens
from tests.providers.stand_ins import CronofyServer

SUB = "acc_567236000909002ff8baa5f1"


@pytest.fixture
def server() -> CronofyServer:
    return CronofyServer()


@pytest.fixture
async def cronofy(server: CronofyServer, serve: Any, clock: Any) -> Any:
    api_url = await serve(server)
    cronofy = Cronofy.build(
        client_id="client", client_secret="CRN_secret", now=clock, api_url=api_url, app_url="https://app.example"
    )
    yield cronofy
    await cronofy.aclose()


class Store:
    def __init__(self) -> None:
        self.saved: list[Tokens] = []

    async def save(self, tokens: Tokens) -> None:
        self.saved.append(tokens)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def tokens(clock: Any) -> Tokens:
    return Tokens("access-1", clock() + timedelta(hours=1), refresh_token="refresh-1", sub=SUB, scope="read_write")


@pytest.fixture
def session(cronofy: Cronofy, tokens: Tokens, store: Store) -> Any:
    return cronofy.session(tokens, on_refresh=store.save)


PERSON = {
    "sub": SUB,
    "email": "ben@aurora.example",
    "name": None,
    "cronofy.type": "account",
    "cronofy.data": {
        "authorization": {"scope": "read_write", "status": "active"},
        "profiles": [
            {
                "provider_name": "exchange",
                "provider_service": "office365",
                "provider_protocol": "exchange_web_services",
                "graph_api_migration_url": "https://app.cronofy.com/migrate/1",
                "profile_id": "pro_1",
                "profile_name": "ben@aurora.example",
                "profile_connected": True,
                "profile_initial_sync_required": False,
                "profile_calendars": [
                    {"calendar_id": "cal_2", "calendar_name": "Team", "calendar_primary": False},
                    {
                        "calendar_id": "cal_1",
                        "calendar_name": "Calendar",
                        "calendar_readonly": False,
                        "calendar_deleted": False,
                        "calendar_primary": True,
                        "calendar_integrated_conferencing_available": True,
                    },
                ],
            }
        ],
        "conferencing_profiles": [
            {"provider_name": "zoom", "profile_id": "pro_z", "profile_name": "ben@a", "profile_connected": True},
            {
                "provider_name": "go_to",
                "profile_id": "pro_g",
                "profile_name": "ben@g",
                "profile_connected": False,
                "profile_relink_url": "https://app.cronofy.com/v2/relink/go_to",
            },
        ],
    },
}


def test_each_data_centre_has_its_hosts() -> None:
    assert hosts() == hosts("us") == ("https://api.cronofy.com", "https://app.cronofy.com")
    assert hosts("de") == ("https://api-de.cronofy.com", "https://app-de.cronofy.com")


def test_an_admin_is_asked_for_the_company_and_nobody_is_joined_to_somebody_else(cronofy: Cronofy) -> None:
    url = urlsplit(cronofy.admin_url(redirect_uri="https://bot.example/cb?x=1", state="s&1"))
    assert (url.netloc, url.path) == ("app.example", "/enterprise_connect/oauth/authorize")
    assert parse_qs(url.query) == {
        "response_type": ["code"],
        "client_id": ["client"],
        "avoid_linking": ["true"],
        "redirect_uri": ["https://bot.example/cb?x=1"],
        "state": ["s&1"],
        "scope": [ADMIN_SCOPE],
        "delegated_scope": [PERSON_SCOPE],
    }


def test_a_person_can_be_asked_alone(cronofy: Cronofy) -> None:
    url = urlsplit(cronofy.personal_url(redirect_uri="https://bot.example/cb", state="s", locale="fr"))
    query = parse_qs(url.query)
    assert (url.path, query["scope"], query["locale"]) == ("/oauth/authorize", [PERSON_SCOPE], ["fr"])
    assert query["avoid_linking"] == ["true"]
    assert "provider_name" not in query


async def test_a_code_becomes_tokens_once(cronofy: Cronofy, server: CronofyServer, clock: Any) -> None:
    code, uri = next(iter(server.codes))
    server.grant["linking_profile"] = {"provider_name": "google", "profile_id": "pro_1", "profile_name": "b@a.example"}
    grant = await cronofy.exchange(code, redirect_uri=uri)
    assert grant.tokens == Tokens(
        "access-2", clock() + timedelta(seconds=3600), refresh_token="refresh-1", sub=SUB, scope="read_write"
    )
    assert grant.profile == LinkingProfile("google", "pro_1", "b@a.example")
    with pytest.raises(NotAuthorised) as caught:
        await cronofy.exchange(code, redirect_uri=uri)
    assert caught.value.reasons == ("invalid_grant",)


async def test_the_service_account_is_known_by_its_own_id(cronofy: Cronofy, server: CronofyServer, clock: Any) -> None:
    server.grant, server.expires_in = {"service_account_id": "ser_1"}, 1800
    code, uri = next(iter(server.codes))
    grant = await cronofy.exchange(code, redirect_uri=uri)
    assert (grant.tokens.sub, grant.tokens.expires_at, grant.profile) == (
        "ser_1",
        clock() + timedelta(minutes=30),
        None,
    )


@pytest.mark.parametrize("lifetime", [None, "soon", -1, 0, 10**30, True])
async def test_a_strange_lifetime_is_survived(
    cronofy: Cronofy, server: CronofyServer, tokens: Tokens, lifetime: Any, clock: Any
) -> None:
    server.expires_in = lifetime
    assert (await cronofy.refresh(tokens)).expires_at >= clock()


async def test_tokens_are_renewed_early_kept_whole_and_handed_back(
    session: Any, server: CronofyServer, store: Store, clock: Any
) -> None:
    server.answers["GET", "/v1/userinfo"] = JSONResponse(PERSON)
    await session.userinfo()
    assert store.saved == []
    clock.pass_by(minutes=58, seconds=1)
    await session.userinfo()
    expires = clock() + timedelta(hours=1)
    assert store.saved == [Tokens("access-2", expires, refresh_token="refresh-1", sub=SUB, scope="read_write")]
    assert session.tokens == store.saved[0]


async def test_fifty_calls_of_two_sessions_renew_a_refused_token_once(
    cronofy: Cronofy, server: CronofyServer, tokens: Tokens, store: Store
) -> None:
    server.answers["GET", "/v1/userinfo"] = JSONResponse(PERSON)
    server.valid.clear()
    sessions = [
        cronofy.session(tokens, on_refresh=store.save),
        cronofy.patiently().session(tokens, on_refresh=store.save),
    ]
    people = await asyncio.gather(*(sessions[number % 2].person() for number in range(50)))
    assert {person.email for person in people} == {"ben@aurora.example"}
    assert len(server.asked("/oauth/token")) == 1
    assert [saved.access_token for saved in store.saved] == ["access-2"]


async def test_a_later_session_with_old_tokens_uses_the_newer_ones(
    cronofy: Cronofy, session: Any, server: CronofyServer, tokens: Tokens, store: Store, clock: Any
) -> None:
    server.answers["GET", "/v1/userinfo"] = JSONResponse(PERSON)
    clock.pass_by(hours=2)
    await session.userinfo()
    await cronofy.session(tokens, on_refresh=store.save).userinfo()
    assert len(server.asked("/oauth/token")) == 1


async def test_withdrawn_access_needs_a_person_and_works_after_she_authorised_again(
    cronofy: Cronofy, session: Any, server: CronofyServer, store: Store
) -> None:
    server.answers["GET", "/v1/userinfo"] = JSONResponse(PERSON)
    server.valid.clear()
    server.refresh_tokens.clear()
    with pytest.raises(NotAuthorised) as caught:
        await session.userinfo()
    assert caught.value.reasons == ("invalid_grant",)
    code, uri = next(iter(server.codes))
    await cronofy.exchange(code, redirect_uri=uri)
    assert (await session.person()).sub == SUB
    assert store.saved == []


async def test_a_refused_application_is_not_taken_for_a_person_who_withdrew(
    cronofy: Cronofy, server: CronofyServer, tokens: Tokens, clock: Any
) -> None:
    wrong = Cronofy.build(client_id="client", client_secret="CRN_wrong", now=clock, api_url=cronofy._http.base_url)
    with pytest.raises(Invalid) as caught:
        await wrong.refresh(tokens)
    assert caught.value.reasons == ("invalid_client",)
    await wrong.aclose()
    assert (await cronofy.refresh(tokens)).access_token == "access-2"


async def test_a_store_that_fails_loses_nothing(
    cronofy: Cronofy, server: CronofyServer, tokens: Tokens, store: Store
) -> None:
    server.answers["GET", "/v1/userinfo"] = JSONResponse(PERSON)
    server.valid.clear()
    failures = [OSError("disk full")]

    async def save(renewed: Tokens) -> None:
        if failures:
            raise failures.pop()
        await store.save(renewed)

    session = cronofy.session(tokens, on_refresh=save)
    with pytest.raises(OSError, match="disk full"):
        await session.userinfo()
    assert (await session.person()).sub == SUB
    assert [saved.access_token for saved in store.saved] == ["access-3"]


async def test_access_is_given_up_by_token_or_by_person(cronofy: Cronofy, session: Any, server: CronofyServer) -> None:
    await cronofy.revoke(token="refresh-1")
    await cronofy.revoke(sub=SUB)
    first, second = (saw.form for saw in server.asked("/oauth/token/revoke"))
    assert (first["token"], second["sub"]) == ("refresh-1", SUB)
    assert "sub" not in first


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


async def test_an_event_is_written_read_back_over_pages_and_deleted(
    session: Any, server: CronofyServer, cronofy: Cronofy
) -> None:
    start = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    draft = EventDraft(
        "proof-1", "Test interview", start, start + timedelta(minutes=30), notify_url="https://b.example/n"
    )
    path = "/v1/calendars/cal_1/2/events"
    server.answers["POST", path] = server.answers["DELETE", path] = Response(status_code=202)
    following = f"{cronofy._http.base_url}/v1/events/pages/2"
    first = {"pages": {"next_page": following}, "events": [{"event_id": "other", "start": "2026-11-23"}]}
    second = {
        "pages": {"current": 2, "next_page": following},
        "events": [
            {
                "event_id": "proof-1",
                "start": {"time": "2026-11-23T11:00:00+01:00", "tzid": "Europe/Berlin"},
                "conferencing": {"provider_name": "zoom", "join_url": "https://zoom.us/j/1"},
            }
        ],
    }
    server.answers["GET", "/v1/events"] = JSONResponse(first)
    server.answers["GET", "/v1/events/pages/2"] = JSONResponse(second)
    await session.upsert_event("cal_1/2", draft)
    found = [event async for event in session.events(start=start, end=start + timedelta(days=1))]
    await session.delete_event("cal_1/2", "proof-1")
    assert server.seen[0].json["conferencing"] == {"profile_id": "default"}
    assert server.seen[0].json["start"] == "2026-11-23T10:00:00Z"
    assert server.seen[0].json["subscriptions"][0]["uri"] == "https://b.example/n"
    assert server.seen[1].query["include_managed"] == "true"
    assert [event.event_id for event in found] == ["other", "proof-1"]
    assert (found[1].start, found[1].join_url) == (start, "https://zoom.us/j/1")
    assert (server.seen[-1].method, server.seen[-1].json) == ("DELETE", {"event_id": "proof-1"})


async def test_a_next_page_on_another_host_never_sees_the_token(
    session: Any, server: CronofyServer, clock: Any
) -> None:
    evil = JSONResponse({"pages": {"next_page": "https://evil.example/v1/events/pages/2"}, "events": []})
    server.answers["GET", "/v1/events"] = [evil, JSONResponse({"events": []})]
    with pytest.raises(Unavailable) as caught:
        _ = [event async for event in session.events(start=clock(), end=clock())]
    assert caught.value.reasons == ("an address on another host",)
    assert [event async for event in session.events(start=clock(), end=clock())] == []


async def test_channels_are_opened_listed_and_closed(session: Any, server: CronofyServer) -> None:
    channel = {"channel_id": "chn_1", "callback_url": "https://b.example/secret-path", "filters": {}, "new": {}}
    server.answers["POST", "/v1/channels"] = JSONResponse({"channel": channel})
    server.answers["GET", "/v1/channels"] = JSONResponse({"channels": [channel]})
    server.answers["DELETE", "/v1/channels/chn_1"] = Response(status_code=202)
    opened = await session.create_channel("https://b.example/secret-path")
    assert await session.channels() == (opened,) == (Channel("chn_1", "https://b.example/secret-path"),)
    assert "secret-path" not in repr(opened)
    await session.close_channel("chn_1")


async def test_rooms_are_listed(session: Any, server: CronofyServer) -> None:
    rooms = JSONResponse({"resources": [{"email": "room@aurora.example", "name": "Room 1"}]})
    server.answers["GET", "/v1/resources"] = [JSONResponse({}), rooms]
    with pytest.raises(Unavailable):
        await session.resources()
    assert await session.resources() == (Resource("room@aurora.example", "Room 1"),)


async def test_a_plan_without_the_feature_is_said_until_it_is_upgraded(session: Any, server: CronofyServer) -> None:
    server.answers["GET", "/v1/userinfo"] = [Response(status_code=402), JSONResponse(PERSON)]
    with pytest.raises(PlanLacksFeature):
        await session.userinfo()
    assert (await session.person()).sub == SUB


BODY = b'{"example":"well-known"}'
VECTORS = [
    ("pDY0Oi7TJSP2hfNmZNkm5", "6r2/HjBkqymGegX0wOfifieeUXbbHwtV/LohHS+jv6c="),
    ("CRN_NggYusqPGLxwjw5FHOJYOqSrTPNXy8WQf14OID", "5DxentQi5YSXODEzTVv06sRwJ3pULIz1KrYv20qxEK0="),
    ("CRN_nGlYDFXwfSXgB9rvGNBJyfE454GGPtWIbNuPwr", "BmQmWVuZ70ILWjr1CAt5oC7YOolgnku4WZtlrKfx/6k="),
]


def signed_by(secret: str, *former: str) -> Cronofy:
    return Cronofy.build(
        client_id="c", client_secret=secret, former_secrets=former, now=lambda: datetime(2026, 11, 22, tzinfo=UTC)
    )


@pytest.mark.parametrize(("secret", "signature"), VECTORS)
def test_a_signature_of_cronofy_is_recognised_alone_and_among_others(secret: str, signature: str) -> None:
    cronofy = signed_by(secret)
    assert cronofy.verify_hmac(signature, BODY)
    assert cronofy.verify_hmac(f"AAAA, {signature} ,BBBB", BODY)
    assert signed_by("new", secret).verify_hmac(signature, BODY)


@pytest.mark.parametrize("header", ["", ",", "AAAA", VECTORS[1][1], "é", VECTORS[0][1][:-1], VECTORS[0][1].lower()])
def test_any_other_signature_is_refused(header: str) -> None:
    assert not signed_by(VECTORS[0][0]).verify_hmac(header, BODY)
    assert not signed_by(VECTORS[0][0]).verify_hmac(VECTORS[0][1], BODY + b" ")
    assert not signed_by("").verify_hmac("thNnmggU2ex3L5XXeMNfxf8Wl8STcVZTxscSFEKSxa0=", b"")


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ({"authorization": {"code": "abc", "state": "7"}}, AuthorisationResult(code="abc", state="7")),
        ({"authorization": {"code": "abc"}, "state": "7"}, AuthorisationResult(code="abc", state="7")),
        ({"code": "abc", "state": "7", "more": {}}, AuthorisationResult(code="abc", state="7")),
        (
            {"authorization": {"error": "e", "error_key": "k", "error_description": "d", "state": "7"}},
            AuthorisationResult(state="7", error="e", error_key="k", error_description="d"),
        ),
        ({"authorization": {"error_key": "k"}}, AuthorisationResult(error_key="k")),
        ({"authorization": {}}, None),
        ({"notification": {"type": "change"}}, None),
        ([], None),
        (None, None),
    ],
)
def test_the_answer_for_a_person_is_understood_wherever_its_parts_stand(body: Any, result: Any) -> None:
    assert read_authorisation(body) == result
    assert "abc" not in repr(read_authorisation(body))


@pytest.mark.parametrize(
    ("body", "result"),
    [
        (
            {
                "notification": {"type": "change", "changes_since": "2025-01-17T09:24:16Z"},
                "channel": {"channel_id": "chn_1", "filters": {}, "scheduling_conversations": {}},
            },
            Notification("change", "chn_1", datetime(2025, 1, 17, 9, 24, 16, tzinfo=UTC)),
        ),
        ({"notification": {"type": "something_new"}}, Notification("something_new")),
        (
            {
                "notification": {"type": "event_subscription", "interactions": [{"type": "conferencing_assigned"}]},
                "event": {"event_id": "proof-1"},
            },
            Notification("event_subscription", interactions=("conferencing_assigned",), event_id="proof-1"),
        ),
        (
            {"notification": {"interaction": {"kind": "conferencing_failing"}}},
            Notification("", interactions=("conferencing_failing",)),
        ),
        ({"notification": {"type": "change", "changes_since": "yesterday"}}, Notification("change")),
        ({"notification": "change"}, None),
        ({"authorization": {"code": "abc"}}, None),
        ("change", None),
    ],
)
def test_notifications_are_read_whatever_else_they_carry(body: Any, result: Any) -> None:
    assert read_notification(body) == result


async def test_no_secret_is_shown_anywhere(
    cronofy: Cronofy, session: Any, server: CronofyServer, tokens: Tokens, store: Store
) -> None:
    server.answers["GET", "/v1/userinfo"] = JSONResponse(PERSON)
    server.valid.clear()
    server.refresh_tokens.clear()
    with capture_logs() as logs, pytest.raises(NotAuthorised) as caught:
        await session.userinfo()
    code, uri = next(iter(server.codes))
    grant = await cronofy.exchange(code, redirect_uri=uri)
    shown = " ".join(map(repr, (logs, caught.value, caught.value.reasons, tokens, grant, session, cronofy)))
    for secret in ("access-", "refresh-1", "CRN_secret", code):
        assert secret not in shown
    assert (await session.person()).sub == SUB
