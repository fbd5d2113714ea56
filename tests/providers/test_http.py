from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import stamina
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from structlog.testing import capture_logs

from providers.base import (
    Invalid,
    Locked,
    NotAuthorised,
    NotFound,
    NotPermitted,
    PlanLacksFeature,
    ProviderError,
    RateLimited,
    Refused,
    Unavailable,
)
from providers.http import HttpClient
from providers.limits import Limit, Pace, retry_after_seconds
from providers.tokens import Tokens, TokenSource
from tests.providers.stand_ins import Scripted

FINE = JSONResponse({"fine": True})


@pytest.fixture
async def client_of(serve: Any, clock: Any) -> Any:
    clients: list[HttpClient] = []

    async def make(app: Any, **settings: Any) -> HttpClient:
        base_url = app if isinstance(app, str) else await serve(app)
        clients.append(HttpClient(system="Testsystem", base_url=base_url, now=clock, **settings))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


async def get(client: HttpClient, **details: Any) -> Any:
    answer = await client.call("GET", "/things", action="reading things", **details)
    return answer.record()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Invalid),
        (401, NotAuthorised),
        (402, PlanLacksFeature),
        (403, NotPermitted),
        (404, NotFound),
        (409, Refused),
        (410, NotFound),
        (422, Invalid),
        (423, Locked),
    ],
)
async def test_a_clear_no_is_not_repeated_and_the_next_call_works(
    client_of: Any, status: int, kind: type[ProviderError]
) -> None:
    server = Scripted(Response(status_code=status), FINE)
    client = await client_of(server)
    with pytest.raises(kind) as caught:
        await get(client)
    assert (type(caught.value), caught.value.status, len(server.seen)) == (kind, status, 1)
    assert caught.value.advice
    assert await get(client) == {"fine": True}


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
async def test_a_passing_failure_of_reading_is_repeated_until_it_works(client_of: Any, status: int) -> None:
    server = Scripted(Response(status_code=status), Response(status_code=status), FINE)
    assert await get(await client_of(server)) == {"fine": True}
    assert len(server.seen) == 3


@pytest.mark.parametrize(("status", "kind"), [(500, Unavailable), (503, Unavailable), (429, RateLimited)])
async def test_a_lasting_failure_is_reported_and_later_calls_recover(client_of: Any, status: int, kind: type) -> None:
    server = Scripted(*[Response(status_code=status)] * 3, FINE)
    client = await client_of(server)
    with pytest.raises(kind):
        await get(client)
    assert await get(client) == {"fine": True}


async def test_writing_is_not_repeated_unless_it_may_be(client_of: Any) -> None:
    server = Scripted(Response(status_code=500), FINE)
    client = await client_of(server)
    with pytest.raises(Unavailable):
        await client.call("POST", "/things", action="writing", body={})
    assert len(server.seen) == 1
    server.answers = [Response(status_code=500), FINE]
    assert (await client.call("POST", "/things", action="writing", body={}, repeatable=True)).record() == {"fine": True}


async def test_writing_is_repeated_after_429_because_nothing_was_done(client_of: Any) -> None:
    server = Scripted(Response(status_code=429), FINE)
    client = await client_of(server)
    assert (await client.call("POST", "/things", action="writing", body={})).record() == {"fine": True}


async def test_nobody_waits_longer_than_patience_for_a_long_pause(client_of: Any) -> None:
    server = Scripted(Response(status_code=429, headers={"Retry-After": "60"}), FINE)
    client = await client_of(server)
    with pytest.raises(RateLimited) as caught:
        await get(client)
    assert (caught.value.retry_after, caught.value.stated, len(server.seen)) == (60.0, True, 1)
    server.answers = [Response(status_code=429, headers={"Retry-After": "60"}), FINE]
    assert await get(client.patiently(120)) == {"fine": True}


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Sun, 22 Nov 2026 09:00:30 GMT", 30.0),
        ("2026-11-22T09:01:00Z", 60.0),
        ("2026-11-22T09:01:00", 60.0),
        ("2026-11-22T08:00:00Z", 0.0),
        ("inf", 86_400.0),
        ("nan", 0.0),
        ("soon", None),
        ("", None),
    ],
)
def test_a_pause_is_read_in_every_spelling(header: str, seconds: float | None) -> None:
    assert retry_after_seconds(header, datetime(2026, 11, 22, 9, 0, tzinfo=UTC)) == seconds


@pytest.mark.parametrize("body", [b"", b"<html>Bad gateway</html>", b"\xff\xfe\x00", b"[1]", b"null", b"[" * 100_000])
async def test_a_body_that_is_no_json_object_is_no_answer(client_of: Any, body: bytes) -> None:
    server = Scripted(Response(body), FINE)
    client = await client_of(server)
    with pytest.raises(Unavailable):
        await get(client)
    assert await get(client) == {"fine": True}


async def test_an_empty_body_is_fine_where_nothing_is_expected(client_of: Any) -> None:
    client = await client_of(Scripted(Response(status_code=202)))
    assert (await client.call("DELETE", "/things/1", action="deleting")).status == 202


async def test_redirects_are_not_followed(client_of: Any) -> None:
    server = Scripted(*[RedirectResponse("/elsewhere")] * 3, FINE)
    client = await client_of(server)
    with pytest.raises(Unavailable):
        await get(client)
    assert {saw.path for saw in server.seen} == {"/things"}
    assert await get(client) == {"fine": True}


async def test_a_server_that_hangs_up_or_talks_nonsense_is_unavailable(client_of: Any, listen: Any) -> None:
    replies = [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", None]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        reply = replies.pop(0)
        fine = b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{"fine":true}'
        writer.write(fine if reply is None else reply)
        await writer.drain()
        writer.close()

    client = await client_of(await listen(answer))
    with pytest.raises(Unavailable):
        await get(client)
    assert await get(client) == {"fine": True}


async def test_a_silent_server_costs_no_more_than_patience(client_of: Any, listen: Any) -> None:
    calls = []

    async def silent_at_first(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        calls.append(1)
        if len(calls) > 1:
            writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"fine":true}')
            await writer.drain()
        await reader.read()
        writer.close()

    client = await client_of(await listen(silent_at_first), patience=0.05)
    with pytest.raises(Unavailable) as caught:
        await get(client)
    assert caught.value.reasons == ("took too long",)
    assert await get(client.patiently(5)) == {"fine": True}
    await client.aclose()


async def test_nobody_listening_is_unavailable_and_even_writing_is_repeated(client_of: Any) -> None:
    tries: list[str] = []

    def refuse_first(request: httpx.Request) -> httpx.Response:
        tries.append(request.method)
        if len(tries) < 3:
            raise httpx.ConnectError("refused")
        return httpx.Response(200, json={"fine": True})

    client = await client_of("https://api.example", transport=httpx.MockTransport(refuse_first))
    assert (await client.call("POST", "/things", action="writing", body={})).record() == {"fine": True}
    assert tries == ["POST"] * 3


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


@pytest.mark.parametrize(("path", "token"), [("/\x00", "fine"), ("/things", "schlüssel")])
async def test_what_cannot_be_sent_is_our_own_fault_and_not_tried_again(client_of: Any, path: str, token: str) -> None:
    server = Scripted(FINE)
    client = await client_of(server)
    with pytest.raises(Invalid) as caught:
        await client.call("GET", path, action="reading things", bearer=token)
    assert token not in repr(caught.value) + str(caught.value.reasons)
    assert server.seen == []
    assert await get(client) == {"fine": True}


async def test_giving_up_comes_before_the_patience_is_over(client_of: Any) -> None:
    server = Scripted(*[Response(status_code=503)] * 2, FINE)
    client = await client_of(server, patience=0.2)
    with stamina.set_testing(False), pytest.raises(Unavailable) as caught:
        await get(client)
    assert (caught.value.status, len(server.seen)) == (503, 1)
    assert await get(client.patiently(8)) == {"fine": True}


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


async def test_no_more_than_16_requests_are_in_flight(client_of: Any) -> None:
    now = most = 0
    everybody = asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        if now == 16:
            everybody.set()
        await everybody.wait()
        now -= 1
        return httpx.Response(200, json={})

    client = await client_of("https://api.example", transport=httpx.MockTransport(answer))
    await asyncio.gather(*(get(client) for _ in range(100)))
    assert most == 16


class SimulatedTime:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.mark.parametrize("limits", [(Limit(50, 1.0),), (Limit(50, 1.0), Limit(500, 60.0)), (Limit(1, 2.0),)])
async def test_no_window_ever_sees_more_than_its_limit(limits: tuple[Limit, ...]) -> None:
    time = SimulatedTime()
    pace = Pace(limits, monotonic=time.monotonic, sleep=time.sleep)
    turns = []
    for _ in range(1200):
        await pace.turn()
        turns.append(time.seconds)
    for limit in limits:
        last = max(range(len(turns)), key=lambda index: turns[index])
        for index in range(last - limit.requests):
            assert turns[index + limit.requests] - turns[index] >= limit.seconds - 1e-6


async def test_a_full_window_is_said_at_once_to_a_person_and_waited_for_in_the_background(client_of: Any) -> None:
    time = SimulatedTime()
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"fine": True}))
    client = await client_of(
        "https://api.example",
        limits=(Limit(5, 60.0),),
        transport=transport,
        monotonic=time.monotonic,
        sleep=time.sleep,
    )
    assert await get(client) == {"fine": True}
    with pytest.raises(RateLimited) as caught:
        await get(client)
    assert caught.value.retry_after == pytest.approx(15.0)  # five a minute: one at once, the others evenly
    assert await get(client.patiently(30)) == {"fine": True}


async def test_a_person_goes_first_while_the_background_has_used_up_its_share(client_of: Any) -> None:
    used_up, more = asyncio.Event(), asyncio.Event()

    async def sleep(_: float) -> None:
        used_up.set()
        await more.wait()

    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"fine": True}))
    client = await client_of("https://api.example", limits=(Limit(500, 60.0),), transport=transport, sleep=sleep)
    crowd = [asyncio.create_task(get(client.patiently(60))) for _ in range(200)]
    await used_up.wait()
    assert await asyncio.gather(*(get(client) for _ in range(4))) == [{"fine": True}] * 4
    assert not all(task.done() for task in crowd)
    more.set()
    assert await asyncio.gather(*crowd) == [{"fine": True}] * 200


async def test_retries_really_wait_for_what_the_system_asks(client_of: Any) -> None:
    server = Scripted(Response(status_code=429, headers={"Retry-After": "0.04"}), FINE)
    client = await client_of(server)
    with stamina.set_testing(False):
        started = asyncio.get_running_loop().time()
        assert await get(client) == {"fine": True}
    assert asyncio.get_running_loop().time() - started >= 0.04


def _tokens(clock: Callable[[], datetime], name: str, seconds: int = 3600) -> Tokens:
    return Tokens(access_token=name, expires_at=datetime.fromtimestamp(clock().timestamp() + seconds, tz=UTC))


async def test_fifty_callers_share_one_renewal_and_one_failure(clock: Any) -> None:
    source, fetched = TokenSource(now=clock), []

    async def fetch(_: Tokens | None) -> Tokens:
        fetched.append(1)
        await asyncio.sleep(0)
        if len(fetched) == 1:
            raise Unavailable("Testsystem", "signing in")
        return _tokens(clock, f"token-{len(fetched)}")

    failures = await asyncio.gather(*(source.token(fetch) for _ in range(50)), return_exceptions=True)
    assert {type(failure) for failure in failures} == {Unavailable}
    assert set(await asyncio.gather(*(source.token(fetch) for _ in range(50)))) == {"token-2"}
    clock.pass_by(minutes=57)
    assert await source.token(fetch) == "token-2"
    clock.pass_by(minutes=1, seconds=1)
    assert await source.token(fetch) == "token-3"


async def test_who_goes_away_while_waiting_does_not_stop_the_renewal_of_others(clock: Any) -> None:
    source, go = TokenSource(now=clock), asyncio.Event()

    async def fetch(_: Tokens | None) -> Tokens:
        await go.wait()
        return _tokens(clock, "token")

    first, second = asyncio.create_task(source.token(fetch)), asyncio.create_task(source.token(fetch))
    await asyncio.sleep(0)
    first.cancel()
    go.set()
    assert await second == "token"
    assert first.cancelled()


async def test_a_token_with_little_life_left_is_not_renewed_on_every_call(clock: Any) -> None:
    source, fetched = TokenSource(now=clock), []

    async def fetch(_: Tokens | None) -> Tokens:
        fetched.append(1)
        return _tokens(clock, "same", seconds=60)

    for _ in range(5):
        await source.token(fetch)
    assert len(fetched) == 1
    clock.pass_by(seconds=31)
    await source.token(fetch)
    assert len(fetched) == 2
