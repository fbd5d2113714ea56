"""One script, drawn over three platforms: in every language in the web chat, in turns over Slack and Teams."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.sandbox.clock import Clock
from tests.conftest import KEY
from tests.dialogues.stage import Stage, stage

LANGUAGES = ("en", "fr", "de")
Open = Callable[..., Awaitable[Stage]]


def over(*dialogues: str) -> list[object]:
    """Each dialogue in each language in the web chat; over Slack and Teams once, the languages taking turns."""
    everywhere = [(each, "web", language) for each in dialogues for language in LANGUAGES]
    turns = [
        (each, platform, LANGUAGES[(number + shift) % 3])
        for number, each in enumerate(dialogues)
        for shift, platform in ((1, "slack"), (2, "teams"))
    ]
    return [pytest.param(*one, id="-".join(one)) for one in (*everywhere, *turns)]


@pytest.fixture
async def opened(
    database_url: str, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Open]:
    monkeypatch.chdir(tmp_path)  # no .env file of the machine
    async with AsyncExitStack() as stack:

        async def opened(platform: str, language: str, *, calendar: str = "graph", **given: object) -> Stage:
            given = {"greenroom_database_url": database_url, "greenroom_secret_keys": KEY, **given}
            return await stack.enter_async_context(stage(platform, language, clock, calendar=calendar, **given))

        yield opened
