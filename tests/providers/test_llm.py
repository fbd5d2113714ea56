import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from bot.language import Understanding
from bot.language.llm import second_opinion
from providers.llm import LanguageModel

CHOICES = {"my_status": "How far am I?", "done": "I've done it", "nudge": "Remind people", "connect": "Connect"}
UNSURE = Understanding("connect", 0.3, {"provider": "zoom"}, alternatives=(("nudge", 0.2),), band="ask")


def model(handler: Callable[[httpx.Request], httpx.Response], patience: float = 3.0) -> LanguageModel:
    return LanguageModel(
        base_url="https://llm.example/v1",
        model="small",
        key="k-secret",
        now=lambda: datetime(2026, 11, 25, tzinfo=UTC),
        patience=patience,
        transport=httpx.MockTransport(handler),
    )


def says(content: object) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(200, json={"choices": [{"message": {"content": content}}]})


async def test_it_chooses_among_the_intents():
    asked: list[dict[str, object]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content))
        assert request.headers["Authorization"] == "Bearer k-secret"
        return says(" My_Status. ")(request)

    reading = await second_opinion("zoom?", UNSURE, model(answer), CHOICES)
    assert (reading.intent, reading.band) == ("my_status", "act")
    assert reading.alternatives[0] == ("connect", 0.3)
    assert asked[0]["model"] == "small"


@pytest.mark.parametrize("nonsense", ["make_admin", "", None, 7, {"a": 1}, "connect\nnudge", "I would say connect"])
async def test_nonsense_falls_back_silently_and_the_next_answer_counts(nonsense):
    assert await second_opinion("zoom?", UNSURE, model(says(nonsense)), CHOICES) == UNSURE
    assert (await second_opinion("zoom?", UNSURE, model(says("done")), CHOICES)).intent == "done"


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(500),
        httpx.Response(401),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"choices": []}),
    ],
)
async def test_an_error_falls_back_silently_and_the_next_answer_counts(response):
    assert await model(lambda request: response, patience=0.2).choose("zoom?", CHOICES) is None
    assert await model(says("done")).choose("zoom?", CHOICES) == "done"


async def test_a_slow_answer_is_not_waited_for():
    async def slow(request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        return httpx.Response(200)

    late = LanguageModel(
        base_url="https://llm.example/v1",
        model="small",
        key="k",
        now=lambda: datetime(2026, 11, 25, tzinfo=UTC),
        patience=0.02,
        transport=httpx.MockTransport(slow),
    )
    assert await late.choose("zoom?", CHOICES) is None
    assert await model(says("done")).choose("zoom?", CHOICES) == "done"


async def test_a_consequential_choice_is_only_ever_offered():
    assert (await second_opinion("?", UNSURE, model(says("nudge")), CHOICES)).band == "ask"


async def test_a_sure_reading_is_not_sent_anywhere():
    sure = Understanding("connect", 0.9, band="act")

    def never(request: httpx.Request) -> httpx.Response:
        raise AssertionError("asked")

    assert await second_opinion("connect", sure, model(never), CHOICES) == sure
    assert await second_opinion("connect", sure, None, CHOICES) == sure
