"""The main job as its users meet it: the demo in Chromium, from "connect my Zoom" to "connected" and back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from bot.demo import Demo, DemoOptions, running_demo

pytestmark = pytest.mark.browser

BEN, ADA = "ben@aurora.example", "ada@aurora.example"
UNSYNCED = {
    "Stefan Maier": "The calendar account is switched off",
    "Théo Marchand": "There is no calendar account for this address yet",
    "Rita Sandoval": "The e-mail address is not on the company's domain",
    "Interview Desk": "The address is shared by several people",
    "Manon Faure": "The address is shared by several people",
    "Paul Girard": "The address is shared by several people",
    "Hugo Petit": "The calendar connection has been lost",
}


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    async with running_demo(DemoOptions()) as running:
        await running.program.first_look()
        yield running


async def test_ben_connects_his_zoom_and_ada_sees_what_is_true(demo: Demo, chromium: Browser) -> None:
    context = await chromium.new_context(viewport={"width": 1280, "height": 900})
    chat = await _open(demo, context, BEN, ADA)

    await _says(chat, BEN, "connect my Zoom")
    await _follow_the_link(context, chat)

    # The card changes by itself: nobody reloads the chat.
    await expect(_log(chat, BEN).get_by_text("Zoom is connected as ben@aurora.example")).to_be_visible()
    await expect(_log(chat, BEN).get_by_role("link", name="Connect Zoom")).to_have_count(0)

    await _says(chat, ADA, "who isn't synced")
    table = _log(chat, ADA).get_by_role("table").last
    rows = [[await cell.inner_text() for cell in await row.locator("td, th").all()] for row in await _rows(table)]
    assert {row[0]: row[1] for row in rows} == UNSYNCED

    await _says(chat, ADA, "who hasn't connected Zoom")
    assert "Ben Okafor" not in await _log(chat, ADA).get_by_role("table").last.inner_text()

    desk = await context.new_page()
    await desk.goto(f"{demo.program.settings.greenroom_public_url}/sandbox/control/")
    await desk.get_by_role("button", name="Disconnect Zoom of Ben Okafor").click()
    await demo.settled()

    await _says(chat, ADA, "who hasn't connected Zoom")
    await expect(_log(chat, ADA).get_by_role("table").last.get_by_text("Ben Okafor")).to_be_visible()


async def test_ben_connects_on_a_phone_in_the_dark(demo: Demo, chromium: Browser) -> None:
    context = await chromium.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    chat = await _open(demo, context, BEN)

    await _says(chat, BEN, "connect my Zoom")
    await _follow_the_link(context, chat)

    await expect(_log(chat, BEN).get_by_text("Zoom is connected as ben@aurora.example")).to_be_visible()
    assert await chat.evaluate("document.documentElement.scrollWidth") <= 390


async def test_a_link_that_a_scanner_opened_still_works_for_ben(demo: Demo, chromium: Browser) -> None:
    context = await chromium.new_context()
    chat = await _open(demo, context, BEN)
    await _says(chat, BEN, "connect my Zoom")
    address = await _log(chat, BEN).get_by_role("link", name="Connect Zoom").get_attribute("href")
    assert address

    scanner = await chromium.new_context()
    for _ in range(3):
        page = await scanner.new_page()
        await page.goto(address)
        await expect(page.get_by_role("button", name="Continue to Cronofy")).to_be_visible()

    await _follow_the_link(context, chat)
    await expect(_log(chat, BEN).get_by_text("Zoom is connected as ben@aurora.example")).to_be_visible()


async def test_a_used_link_offers_a_new_one_which_arrives_in_the_chat(demo: Demo, chromium: Browser) -> None:
    context = await chromium.new_context()
    chat = await _open(demo, context, BEN)
    await _says(chat, BEN, "connect my Zoom")
    address = await _log(chat, BEN).get_by_role("link", name="Connect Zoom").get_attribute("href")
    assert address
    page = await context.new_page()
    await page.goto(address)
    await page.get_by_role("button", name="Continue to Cronofy").click()

    await page.goto(address)
    await expect(page.get_by_role("heading", name="This link was used already")).to_be_visible()
    await page.get_by_role("button", name="Send a new link").click()

    await expect(page.get_by_role("heading", name="A new link is waiting in the chat")).to_be_visible()
    await expect(_log(chat, BEN).get_by_role("link", name="Connect Zoom")).to_have_count(2)


async def _open(demo: Demo, context: BrowserContext, *people: str) -> Page:
    page = await context.new_page()
    await page.goto(f"{demo.program.settings.greenroom_public_url}/?people={','.join(people)}")
    return page


async def _says(chat: Page, email: str, sentence: str) -> None:
    pane = _pane(chat, email)
    answers = await pane.locator("li.message.bot").count()
    box = pane.get_by_role("textbox")
    await box.fill(sentence)
    await box.press("Enter")
    await expect(pane.locator("li.message.bot")).to_have_count(answers + 1)


def _pane(chat: Page, email: str) -> Locator:
    return chat.locator(f"[data-account='{email}']")


def _log(chat: Page, email: str) -> Locator:
    return _pane(chat, email).get_by_role("log")


async def _rows(table: Locator) -> list[Locator]:
    return await table.locator("tbody tr").all()


async def _follow_the_link(context: BrowserContext, chat: Page) -> None:
    async with context.expect_page() as opening:
        await chat.get_by_role("link", name="Connect Zoom").last.click()
    page = await opening.value
    await page.get_by_role("button", name="Continue to Cronofy").click()
    await page.get_by_role("button", name="Send the e-mail").click()
    await page.get_by_role("button", name="Confirm my address").click()
    await page.get_by_role("button", name="Sign in and allow").click()
    await expect(page.get_by_role("heading", name="Zoom is connected")).to_be_visible()
    await page.close()
