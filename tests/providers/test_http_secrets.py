from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse
from structlog.testing import capture_logs

from providers.base import (
    Invalid,
    Unavailable,
)
from tests.providers.stand_ins import FINE, Scripted, get


async def test_a_token_never_leaves_for_another_host(client_of: Any) -> None:
    server = Scripted(FINE)
    client = await client_of(server)
    for address in ("https://evil.example/x", client.base_url + "@evil.example/x", "http://127.0.0.1:1/x", "//evil/x"):
        if client.owns(address) or address.startswith("/"):
            continue
        with pytest.raises(Unavailable):
            await client.call("GET", address, action="following", bearer="secret-token")
    assert server.seen == []
    assert (await client.call("GET", f"{client.base_url}/x", action="following", bearer="t")).record() == {"fine": True}


async def test_secrets_stay_out_of_errors_and_logs(client_of: Any) -> None:
    echo = JSONResponse({"error": "bad token secret-token and secret-code", "detail": "client CRN_secret"}, 422)
    server = Scripted(echo, echo, FINE)
    client = await client_of(server)
    told: list[tuple[Any, ...]] = []
    with capture_logs() as logs, pytest.raises(Invalid) as in_form:
        await client.call(
            "POST",
            "/oauth/token",
            action="signing in",
            bearer="secret-token",
            form={"code": "secret-code", "client_secret": "CRN_secret"},
            query={"email": "ben@aurora.example"},
        )
    with pytest.raises(Invalid) as in_body:
        await client.call("POST", "/x", action="y", body={"code": "secret-code", "client_secret": "CRN_secret"})
    told.extend((str(error), repr(error), error.reasons) for error in (in_form.value, in_body.value))
    everything = json.dumps([told, logs], default=str) + repr(in_form.value.__cause__)
    for secret in ("secret-code", "CRN_secret", "ben@aurora.example"):
        assert secret not in everything
    assert "secret-token" not in json.dumps([logs, in_form.value.reasons])
    assert logs[0] | {"milliseconds": 0} == {
        "event": "called",
        "log_level": "warning",
        "system": "Testsystem",
        "action": "signing in",
        "path": "/oauth/token",
        "status": 422,
        "milliseconds": 0,
    }
    assert (await client.call("GET", "/x", action="z")).record() == {"fine": True}


@pytest.mark.parametrize(
    ("body", "reasons"),
    [
        ({"error": "invalid_grant", "error_description": "gone"}, ("invalid_grant", "gone")),
        (
            {"errors": {"email": [{"key": "errors.required", "description": "required"}]}},
            ("email: errors.required", "email: required"),
        ),
        ({"errors": [{"title": "Not found", "detail": "no person 7"}]}, ("Not found", "no person 7")),
        ({"error": {"message": "Unauthorized Request"}}, ("Unauthorized Request",)),
        ({"success": False, "error": {"code": 0, "message": "Wrong"}}, ("Wrong",)),
        ([1, "x"], ()),
        ({"errors": "odd"}, ()),
    ],
)
async def test_the_systems_own_words_become_reasons(client_of: Any, body: Any, reasons: tuple[str, ...]) -> None:
    client = await client_of(Scripted(JSONResponse(body, 422), FINE))
    with pytest.raises(Invalid) as caught:
        await get(client)
    assert caught.value.reasons == reasons
    assert await get(client) == {"fine": True}


async def test_every_request_is_told_to_the_metrics(client_of: Any) -> None:
    told: list[tuple[str, str, int, float]] = []
    client = await client_of(Scripted(PlainTextResponse("", 503), FINE), on_call=lambda *call: told.append(call))
    await get(client)
    assert [call[:3] for call in told] == [("Testsystem", "reading things", 503), ("Testsystem", "reading things", 200)]
    assert all(seconds >= 0 for *_, seconds in told)


async def test_cookies_of_one_person_are_not_sent_for_another(client_of: Any) -> None:
    server = Scripted(JSONResponse({}, headers={"Set-Cookie": "session=ben; Path=/"}))
    client = await client_of(server)
    await get(client, bearer="ben")
    await get(client, bearer="ada")
    assert "cookie" not in server.seen[1].headers


@pytest.mark.parametrize(("path", "token"), [("/\x00", "fine"), ("/things", "schlüssel")])
async def test_what_cannot_be_sent_is_our_own_fault_and_not_tried_again(client_of: Any, path: str, token: str) -> None:
    server = Scripted(FINE)
    client = await client_of(server)
    with pytest.raises(Invalid) as caught:
        await client.call("GET", path, action="reading things", bearer=token)
    assert token not in repr(caught.value) + str(caught.value.reasons)
    assert server.seen == []
    assert await get(client) == {"fine": True}
