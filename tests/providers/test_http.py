from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
import stamina
from starlette.responses import RedirectResponse, Response

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
from tests.providers.stand_ins import FINE, Scripted, get


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


async def test_giving_up_comes_before_the_patience_is_over(client_of: Any) -> None:
    server = Scripted(*[Response(status_code=503)] * 2, FINE)
    client = await client_of(server, patience=0.2)
    with stamina.set_testing(False), pytest.raises(Unavailable) as caught:
        await get(client)
    assert (caught.value.status, len(server.seen)) == (503, 1)
    assert await get(client.patiently(8)) == {"fine": True}
