from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.app import serve_sandbox
from bot.sandbox.clock import Clock as SandboxClock
from bot.sandbox.world import World
from providers.cronofy import PERSON_SCOPE, Cronofy, CronofySession, PersonRequest, Tokens
from providers.cronofy_callbacks import SIGNATURE_HEADER, read_authorisation, read_notification
from providers.cronofy_types import EventDraft
from providers.personio import SCOPES, Personio


class Callbacks:
    """Where the sandbox tells its news."""

    def __init__(self) -> None:
        self.came: list[tuple[str, bytes, str]] = []
        self.address = ""

    async def take(self, request: Request) -> Response:
        self.came.append((str(request.url), await request.body(), request.headers.get(SIGNATURE_HEADER, "")))
        return Response()


@pytest.fixture
async def callbacks(serve: Any) -> Callbacks:
    callbacks = Callbacks()
    callbacks.address = await serve(Starlette(routes=[Route("/{path:path}", callbacks.take, methods=["POST"])]))
    return callbacks


@pytest.fixture
async def world() -> Any:
    clock = SandboxClock()
    clock.fix(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    world = World(clock=clock)
    async with serve_sandbox(world):
        yield world


@pytest.fixture
async def cronofy(world: World) -> Any:
    cronofy = Cronofy.build(
        client_id=world.cronofy.client_id,
        client_secret=world.cronofy.client_secret,
        now=world.clock,
        api_url=f"{world.base_url}/cronofy",
        app_url=f"{world.base_url}/cronofy-app",
    )
    yield cronofy
    await cronofy.aclose()


async def forget(_: Tokens) -> None:
    """Nothing is stored here."""


def company(cronofy: Cronofy, world: World) -> CronofySession:
    pair = world.grant_service_account()
    expires_at = world.clock() + timedelta(seconds=pair.expires_in)
    sub = world.service_account.sub
    return cronofy.session(Tokens(pair.access.value, expires_at, pair.refresh.value, sub), on_refresh=forget)


async def person(cronofy: Cronofy, world: World, callbacks: Callbacks, email: str) -> CronofySession:
    request = PersonRequest(email, f"{callbacks.address}/person/7?x=1", PERSON_SCOPE, state="7")
    assert await company(cronofy, world).authorise_people([request]) == ()
    await world.drain()
    address, body, signature = callbacks.came.pop()
    assert cronofy.verify_hmac(signature, body)
    result = read_authorisation(json.loads(body))
    assert result is not None
    assert result.state == "7"
    grant = await cronofy.exchange(result.code, redirect_uri=address)
    return cronofy.session(grant.tokens, on_refresh=forget)


async def test_the_company_and_its_rooms_are_read(cronofy: Cronofy, world: World) -> None:
    session = company(cronofy, world)
    account = await session.service_account()
    assert (account.status, account.domain) == ("active", "aurora.example")
    assert isinstance(await session.resources(), tuple)


async def test_ben_is_authorised_read_and_gets_a_link(cronofy: Cronofy, world: World, callbacks: Callbacks) -> None:
    session = await person(cronofy, world, callbacks, "ben@aurora.example")
    ben = await session.person()
    assert ben.email == "ben@aurora.example"
    assert ben.profiles is not None
    assert ben.profiles[0].connected is True
    assert ben.conferencing_with("zoom") == ()
    link = await session.conferencing_link("zoom", f"{callbacks.address}/connected/nonce")
    assert link.startswith(f"{world.base_url}/cronofy-app/")


async def test_an_expired_token_of_ben_is_renewed(cronofy: Cronofy, world: World, callbacks: Callbacks) -> None:
    session = await person(cronofy, world, callbacks, "ben@aurora.example")
    before = session.tokens
    world.clock.fix(world.clock() + timedelta(hours=2))
    assert (await session.person()).email == "ben@aurora.example"
    assert before is not None
    assert session.tokens is not None
    assert session.tokens.access_token != before.access_token
    assert session.tokens.sub == before.sub


async def test_a_test_interview_is_written_read_and_deleted(
    cronofy: Cronofy, world: World, callbacks: Callbacks
) -> None:
    session = await person(cronofy, world, callbacks, "ben@aurora.example")
    ben = await session.person()
    assert ben.profiles is not None
    calendar = ben.profiles[0].primary
    assert calendar is not None
    start = world.clock() + timedelta(days=1)
    draft = EventDraft("proof-1", "Test interview", start, start + timedelta(minutes=30), conferencing="integrated")
    await session.upsert_event(calendar.id, draft)
    await world.drain()
    found = [event async for event in session.events(start=start, end=start + timedelta(days=1))]
    assert [(event.event_id, event.start, bool(event.join_url)) for event in found] == [("proof-1", start, True)]
    await session.delete_event(calendar.id, "proof-1")
    assert [event async for event in session.events(start=start, end=start + timedelta(days=1))] == []


async def test_channels_tell_their_news_signed(cronofy: Cronofy, world: World, callbacks: Callbacks) -> None:
    session = await person(cronofy, world, callbacks, "ben@aurora.example")
    channel = await session.create_channel(f"{callbacks.address}/push/1")
    await world.drain()
    _, body, signature = callbacks.came[-1]
    notification = read_notification(json.loads(body))
    assert cronofy.verify_hmac(signature, body)
    assert notification is not None
    assert (notification.type, notification.channel_id) == ("verification", channel.id)
    assert [each.id for each in await session.channels()] == [channel.id]
    await session.close_channel(channel.id)
    assert await session.channels() == ()


async def test_the_people_of_aurora_are_read_from_personio(world: World) -> None:
    personio = Personio.build(
        client_id=world.personio.client_id,
        client_secret=world.personio.client_secret,
        now=world.clock,
        api_url=f"{world.base_url}/personio",
    )
    people = [each async for page in personio.persons() for each in page]
    ben = next(each for each in people if each.email == "ben@aurora.example")
    assert (len(people), ben.name, ben.office, ben.language) == (40, "Ben Okafor", "London", "en")
    assert ben.id in await personio.interview_hosts()
    assert (await personio.employments(ben.id))[0].status == "active"
    assert await personio.granted_scopes() == set(SCOPES)
    await personio.aclose()
