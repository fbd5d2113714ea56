from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.responses import JSONResponse
from structlog.testing import capture_logs

from providers.base import Invalid, NotAuthorised
from providers.cronofy import ADMIN_SCOPE, PERSON_SCOPE, Cronofy, hosts
from providers.cronofy_types import (
    LinkingProfile,
)
from providers.tokens import Tokens
from tests.providers.stand_in_cronofy import PERSON, SUB, CronofyServer, Store


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
