"""Messages reach the open pages by themselves, and a page that was away catches up."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from bot.channel import Channel
from bot.web.send import WebChannel
from bot.web.streams import Follower, Streams, cursor
from handlers.messages import Button, Buttons, Reply, Text

ADA, BEN = "ada@aurora.example", "ben@aurora.example"
HELLO: Reply = (Text("Hello **Ben**"),)


@pytest.fixture
async def server(channel: WebChannel) -> AsyncIterator[str]:
    """The chat behind a real socket: a stream needs one."""
    config = uvicorn.Config(Starlette(routes=list(channel.routes())), log_level="warning", lifespan="off")
    running = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        task = asyncio.create_task(running.serve([listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        await channel.stop()
        running.should_exit = True
        await task


class Stream:
    """A browser's EventSource."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def next(self) -> dict[str, Any]:
        """The next event's data, with its id."""
        id = ""
        async with asyncio.timeout(5):
            async for line in self._lines:
                name, _, value = line.partition(": ")
                if name == "id":
                    id = value
                if name == "data":
                    return {"id": id, **json.loads(value)}
        raise AssertionError("The stream ended.")


@asynccontextmanager
async def stream(server: str, people: str, last: str = "") -> AsyncIterator[Stream]:
    headers = {"Last-Event-ID": last} if last else {}
    async with (
        httpx.AsyncClient() as client,
        client.stream("GET", f"{server}/chat/{people}/stream", headers=headers) as it,
    ):
        yield Stream(it)


async def test_a_message_appears_by_itself(server: str, channel: WebChannel, world: Any) -> None:
    async with stream(server, f"{ADA},{BEN}") as page:
        letter = world.says(BEN, HELLO, delivery="d-1")
        assert await channel.send(letter) == "d-1"
        event = await page.next()
    assert (event["account"], event["bot"]) == (BEN, True)
    assert 'id="m-d-1"' in event["html"]
    assert "<strong>Ben</strong>" in event["html"]


async def test_what_a_person_types_appears_in_every_open_page(server: str) -> None:
    async with stream(server, BEN) as here, stream(server, f"{BEN},{ADA}") as there, httpx.AsyncClient() as client:
        await client.post(f"{server}/chat/{BEN}/messages", data={"text": "it's <me>"})
        for page in (here, there):
            event = await page.next()
            assert event["bot"] is False
            assert "it&#39;s &lt;me&gt;" in event["html"]


async def test_an_updated_card_stays_in_its_place(server: str, channel: WebChannel, world: Any) -> None:
    async with stream(server, BEN) as page:
        await channel.send(world.says(BEN, (Buttons((Button("Check", "check"),)),), delivery="d-1"))
        assert "edited" not in (await page.next())["html"]

        assert await channel.send(world.says(BEN, HELLO, delivery="d-2", replaces="d-1")) == "d-1"
        event = await page.next()
    assert 'id="m-d-1"' in event["html"]
    assert '<span class="edited">edited</span>' in event["html"]


async def test_a_page_that_was_away_catches_up_and_goes_on(server: str, channel: WebChannel, world: Any) -> None:
    async with stream(server, BEN) as page:
        await channel.send(world.says(BEN, HELLO, delivery="d-1"))
        last = (await page.next())["id"]
    await channel.send(world.says(BEN, HELLO, delivery="d-2"))

    async with stream(server, BEN, last) as page:
        # A little is read again, because rows can become visible late; the page keeps one of each.
        assert ['id="m-d-1"' in (await page.next())["html"], 'id="m-d-2"' in (await page.next())["html"]] == [
            True,
            True,
        ]
        await channel.send(world.says(BEN, HELLO, delivery="d-3"))
        assert 'id="m-d-3"' in (await page.next())["html"]


async def test_an_id_that_is_not_ours_starts_from_the_beginning(server: str, world: Any) -> None:
    world.says(BEN, HELLO, delivery="d-1")
    async with stream(server, BEN, "2026-11-22") as page:
        assert 'id="m-d-1"' in (await page.next())["html"]
    assert cursor("rubbish") is None


async def test_what_another_process_sent_is_found_without_being_told(world: Any) -> None:
    updates = Follower(world, Streams(), recheck=0.01).updates((BEN,), None)
    waiting = asyncio.ensure_future(anext(updates))
    await asyncio.sleep(0)
    world.says(BEN, HELLO, delivery="d-1")
    assert (await waiting).entry.delivery == "d-1"
    await updates.aclose()  # type: ignore[attr-defined]


async def test_the_same_version_is_sent_once(server: str, channel: WebChannel, world: Any) -> None:
    async with stream(server, BEN) as page:
        first = world.says(BEN, HELLO, delivery="d-1")
        await channel.send(first)
        await page.next()
        await channel.send(first)
        await channel.send(world.says(BEN, HELLO, delivery="d-2"))
        assert 'id="m-d-2"' in (await page.next())["html"]


async def test_a_stored_message_is_a_delivered_message(channel: WebChannel, world: Any) -> None:
    kept: Channel = channel
    assert await kept.find(world.says(BEN, HELLO, delivery="d-1")) == "d-1"
    assert await kept.find(world.says(BEN, HELLO, delivery="d-2", replaces="d-1")) == "d-1"
