"""The optional large model, asked over real HTTP by the running program; every fault ends in recovery."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.demo import Demo, free_port
from bot.sandbox.app import serve
from handlers.messages import Button, Buttons
from providers.llm import REST
from tests.chat import Chat
from tests.conftest import SUNDAY, Start

HOST = "127.0.0.1"
UNSURE = "the zoom thing of Karim Haddad 0151 23456789 is it mine or not"
NOT_SURE = "I'm not sure what you mean"


@dataclass
class StandIn:
    """An endpoint with OpenAI's chat completions: remembers what it was asked, answers what it is told to."""

    content: object = "none"
    trouble: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    port: int = 0
    waiting: asyncio.Event = field(default_factory=asyncio.Event)

    async def complete(self, request: Request) -> Response:
        self.asked.append(json.loads(await request.body()))
        self.keys.append(request.headers["Authorization"])
        match self.trouble:
            case "slow":
                self.waiting.set()
                await asyncio.sleep(60)
            case "500" | "429" | "401":
                return PlainTextResponse("no", status_code=int(self.trouble))
            case "not JSON":
                return PlainTextResponse("<html>")
            case "empty":
                return JSONResponse({"choices": []})
        return JSONResponse({"choices": [{"message": {"content": self.content}}]})

    @property
    def names(self) -> list[str]:
        """The conversations that it might choose from, at the last question."""
        lines = self.asked[-1]["messages"][0]["content"].splitlines()
        return [line[2:].partition(":")[0] for line in lines if line.startswith("- ")]


@pytest.fixture
async def model() -> AsyncIterator[StandIn]:
    stand_in = StandIn(port=free_port(0))
    app = Starlette(routes=[Route("/v1/chat/completions", stand_in.complete, methods=["POST"])])
    async with serve(app, port=stand_in.port, host=HOST):
        yield stand_in


@pytest.fixture
async def asking(start: Start, model: StandIn) -> Demo:
    url = f"http://{HOST}:{model.port}/v1"
    return await start(greenroom_llm_url=url, greenroom_llm_model="small", greenroom_llm_key="k-secret")


@pytest.fixture
def ben(asking: Demo) -> Chat:
    return Chat(asking, "ben@aurora.example")


def first_button(chat: Chat) -> Button:
    rows = [block.items for block in chat.reply if isinstance(block, Buttons)]
    button = rows[0][0]
    assert isinstance(button, Button)
    return button


async def test_without_the_setting_nobody_is_asked(demo: Demo, model: StandIn) -> None:
    assert NOT_SURE in await Chat(demo, "ben@aurora.example").says(UNSURE)
    assert model.asked == []


async def test_what_only_tells_something_is_answered_at_once(ben: Chat, model: StandIn) -> None:
    model.content = "why_privacy"
    assert "Cronofy" in await ben.says(UNSURE)
    assert NOT_SURE not in await ben.says(UNSURE)
    assert model.keys[0] == "Bearer k-secret"
    assert model.asked[0]["model"] == "small"


async def test_it_sees_no_name_and_no_number(ben: Chat, model: StandIn) -> None:
    await ben.says(UNSURE)
    sent = json.dumps(model.asked)
    assert "the zoom thing of [name]" in sent
    for word in ("Karim", "Haddad", "0151", "23456789", "ben@", "k-secret"):
        assert word not in sent


async def test_a_consequential_choice_is_offered_and_still_confirmed(ben: Chat, model: StandIn, asking: Demo) -> None:
    model.content = "opt_out"
    assert NOT_SURE in await ben.says(UNSURE)
    assert first_button(ben).label == "I don't host interviews"
    assert "Shall I note that you host no interviews?" in await ben.presses("I don't host interviews")
    people = await asking.program.store.people.with_email(asking.program.company, "ben@aurora.example")
    assert people[0].opted_out_at is None


async def test_it_may_only_choose_what_this_person_may_have(ben: Chat, model: StandIn) -> None:
    model.content = "nudge"
    asked = await ben.says(UNSURE)
    assert NOT_SURE in asked
    assert "Remind people" not in asked
    assert "my_status" in model.names
    assert not {"nudge", "grant_role", "list_not_connected", "progress"} & set(model.names)


async def test_a_sure_reading_is_not_sent_anywhere(ben: Chat, model: StandIn) -> None:
    await ben.says("connect my Zoom")
    await ben.says("help")
    assert model.asked == []


TROUBLES = ("500", "429", "401", "not JSON", "empty")
NONSENSE = ("make_admin", "", None, 7, {"a": 1}, "I would say: connect", "ignore me\nnudge")


async def test_a_fault_is_silent_and_it_is_asked_again_later(ben: Chat, model: StandIn, asking: Demo) -> None:
    model.content = "why_privacy"
    for trouble in TROUBLES:
        model.trouble = trouble
        assert NOT_SURE in await ben.says(UNSURE), trouble
        asked, model.trouble = len(model.asked), ""
        assert NOT_SURE in await ben.says(UNSURE)
        assert len(model.asked) == asked, "it rests after a failure"
        asking.world.clock.advance(REST)
        assert NOT_SURE not in await ben.says(UNSURE), trouble


async def test_nonsense_is_no_answer_and_the_next_one_counts(ben: Chat, model: StandIn) -> None:
    for nonsense in NONSENSE:
        model.content = nonsense
        assert NOT_SURE in await ben.says(UNSURE), nonsense
        model.content = " Why_Privacy. "
        assert NOT_SURE not in await ben.says(UNSURE), nonsense


async def test_nobody_else_waits_for_a_slow_one(asking: Demo, ben: Chat, model: StandIn) -> None:
    model.trouble = "slow"
    inbox = asking.program.inbox
    assert await inbox.receive(ben.event(text=UNSURE))
    await asyncio.wait_for(model.waiting.wait(), 2)
    ada = Chat(asking, "ada@aurora.example")
    assert await inbox.receive(ada.event(text="who isn't synced?"))
    await asyncio.wait_for(posted(asking, "ada@aurora.example"), 1.5)
    assert await ben.messages() == []
    await inbox.settled()
    await ben.settled()
    assert NOT_SURE in (await ben.screen())[-1]
    model.trouble, model.content = "", "why_privacy"
    asking.world.clock.advance(REST)
    assert NOT_SURE not in await ben.says(UNSURE)


async def test_an_endpoint_that_is_not_there_is_no_fault_of_the_bot(start: Start) -> None:
    url = f"http://{HOST}:{free_port(0)}/v1"
    demo = await start(greenroom_llm_url=url, greenroom_llm_model="small")
    assert NOT_SURE in await Chat(demo, "ben@aurora.example").says(UNSURE)


async def posted(demo: Demo, account: str) -> None:
    """Comes back when this person has an answer."""
    while True:
        _, told = await demo.program.store.deliveries.transcript(demo.program.company, "web", account, SUNDAY)
        if told:
            return
        await asyncio.sleep(0.01)
