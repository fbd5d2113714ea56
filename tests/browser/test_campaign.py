"""A whole campaign as its two sides see it: Ada rehearses and sends, Ben answers, both in Chromium."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.demo import Demo, DemoOptions, running_demo
from tests.browser.test_story import ADA, BEN, _follow_the_link, _log, _open, _pane, _says

pytestmark = pytest.mark.browser
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PICTURES = os.environ.get("SCREENSHOTS", "")  # noqa: TID251 - where somebody wants to look at it
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    async with running_demo(DemoOptions()) as running:
        running.world.clock.advance(MONDAY - running.world.clock())
        await running.program.first_look()
        yield running


async def work(demo: Demo, times: int = 2) -> None:
    for _ in range(times):
        demo.world.clock.advance(timedelta(seconds=10))
        await demo.program.remind()
        await demo.program.update_cards()
        await demo.settled()


async def press(demo: Demo, chat: Page, email: str, label: str) -> None:
    await _log(chat, email).get_by_role("button", name=label, exact=True).last.click()
    await demo.settled()


async def pictured(chat: Page, name: str) -> None:
    if PICTURES:
        await chat.wait_for_timeout(500)
        await chat.screenshot(path=Path(PICTURES) / f"{name}.png")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_ada_sends_and_ben_answers(
    demo: Demo, chromium: Browser, size: dict[str, int], request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.id
    context = await chromium.new_context(viewport=size)  # type: ignore[arg-type]
    admin, employee = await _open(demo, context, ADA), await _open(demo, context, BEN)
    for page, email in ((admin, ADA), (employee, BEN)):
        await expect(_pane(page, email).get_by_role("textbox")).to_be_visible()

    await _says(admin, ADA, "nudge everyone who hasn't connected Zoom")
    await expect(_log(admin, ADA).get_by_text("Nothing has been sent yet.")).to_be_visible()
    await pictured(admin, f"{name}-1-rehearsal")
    await press(demo, admin, ADA, "Who gets it?")
    await pictured(admin, f"{name}-2-who")
    await _pane(admin, ADA).get_by_role("button", name="Send to").click()
    await expect(_log(admin, ADA).get_by_text("Reminders for Zoom are running")).to_be_visible()
    await work(demo)
    await expect(_log(employee, BEN).get_by_text("asks everybody who interviews")).to_be_visible()
    await pictured(employee, f"{name}-3-reminder")
    await pictured(admin, f"{name}-4-progress")

    for number, label in enumerate(["Why me?", "Is this real?", "Remind me later"], start=5):
        await press(demo, employee, BEN, label)
        await pictured(employee, f"{name}-{number}-{label.split()[0].lower()}")
    await press(demo, employee, BEN, "Tomorrow")
    await expect(_log(employee, BEN).get_by_text("I will remind you again")).to_be_visible()
    await pictured(employee, f"{name}-8-put-off")

    await press(demo, employee, BEN, "Connect now")
    await _follow_the_link(context, employee)
    await work(demo)
    await pictured(employee, f"{name}-9-connected")
    await expect(_log(admin, ADA).get_by_text("1 of ")).not_to_have_count(0)
    await press(demo, admin, ADA, "Pause")
    await press(demo, admin, ADA, "Result")
    await expect(_log(admin, ADA).get_by_text("What became of it")).to_be_visible()
    await pictured(admin, f"{name}-a-result")
    for page in (admin, employee):
        assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
