"""Links in Chromium: forwarded, replayed, prefetched, expired, raced, as people and their mail scanners do it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.demo import Demo, DemoOptions, running_demo
from bot.sandbox.clock import Clock
from bot.web_server import serve
from tests.chat import Chat
from tests.trust.people import id_of
from tests.trust.stand_in_sign_in import TENANT, StandIn, microsoft

pytestmark = pytest.mark.browser


@pytest.fixture
async def vendor() -> AsyncIterator[StandIn]:
    stand_in = StandIn(who="ben")
    async with serve(stand_in.app()) as address:
        stand_in.base_url = address
        yield stand_in


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.fix(datetime(2026, 11, 22, 10, 0, tzinfo=UTC))
    return clock


@pytest.fixture
async def demo(clock: Clock) -> AsyncIterator[Demo]:
    async with running_demo(DemoOptions(), clock=clock) as running:
        await running.program.first_look()
        yield running


@pytest.fixture
async def strict(clock: Clock, vendor: StandIn) -> AsyncIterator[Demo]:
    async with running_demo(DemoOptions(), clock=clock) as running:
        await running.program.first_look()
        assert running.program.sign_ins
        running.program.sign_ins.vendors = microsoft(vendor, running)
        store, company = running.program.store, running.program.company
        await store.companies.link_workspace(company, "teams", TENANT)
        accounts = {name: await id_of(running, name) for name in ("ben", "camille")}
        await store.people.link_accounts(company, "teams", TENANT, accounts)
        yield running


async def a_link(demo: Demo) -> tuple[Chat, str]:
    ben = Chat(demo, "ben@aurora.example")
    await ben.says("connect my Zoom")
    return ben, await ben.address("Connect Zoom")


async def opened(chromium: Browser, address: str) -> Page:
    """Opened in a browser of its own."""
    context = await chromium.new_context(locale="en-US")
    page = await context.new_page()
    await page.goto(address)
    return page


async def through(page: Page) -> None:
    """Cronofy's and Zoom's pages to their end."""
    for label in ("Send the e-mail", "Confirm my address", "Sign in and allow"):
        button = page.get_by_role("button", name=label)
        await expect(button).to_be_visible()
        await button.click()


async def test_a_scanner_that_opens_and_runs_everything_burns_nothing(demo: Demo, chromium: Browser) -> None:
    _, address = await a_link(demo)
    for _ in range(3):
        scanner = await opened(chromium, address)
        await scanner.reload()
        await scanner.evaluate(f"fetch('{address}').catch(() => null)")
        await scanner.context.close()
    page = await opened(chromium, address)
    await page.get_by_role("button", name="Continue to Cronofy").click()
    await through(page)
    await expect(page.get_by_role("heading", name="Zoom is connected")).to_be_visible()


async def test_a_replayed_link_offers_a_new_one(demo: Demo, chromium: Browser) -> None:
    _, address = await a_link(demo)
    page = await opened(chromium, address)
    await page.get_by_role("button", name="Continue to Cronofy").click()
    await through(page)
    await page.goto(address)
    await expect(page.get_by_role("heading", name="This link was used already")).to_be_visible()
    other = await opened(chromium, address)
    await other.get_by_role("button", name="Send a new link").click()
    await expect(other.get_by_role("heading", name="A new link is waiting in the chat")).to_be_visible()


async def test_an_expired_link_renews_itself_into_the_persons_own_chat(
    demo: Demo, chromium: Browser, clock: Clock
) -> None:
    ben, address = await a_link(demo)
    clock.advance(timedelta(hours=2))
    page = await opened(chromium, address)
    await expect(page.get_by_role("heading", name="This link is too old")).to_be_visible()
    await page.get_by_role("button", name="Send a new link").click()
    await ben.settled()
    fresh = await ben.address("Connect Zoom")
    assert fresh != address
    assert fresh not in await page.content(), "whoever opened the old link does not learn the new one"
    await page.goto(fresh)
    await page.get_by_role("button", name="Continue to Cronofy").click()
    await expect(page.get_by_role("button", name="Send the e-mail")).to_be_visible()


async def test_of_two_browsers_at_the_same_moment_one_goes_on(demo: Demo, chromium: Browser) -> None:
    _, address = await a_link(demo)
    pages = [await opened(chromium, address) for _ in range(3)]
    await asyncio.gather(*(page.get_by_role("button", name="Continue to Cronofy").click() for page in pages))
    on_the_way = [await page.get_by_role("button", name="Send the e-mail").count() for page in pages]
    assert sum(on_the_way) == 1
    (late, *_) = [page for page, left in zip(pages, on_the_way, strict=True) if not left]
    await expect(late.get_by_role("heading")).to_have_text(re.compile("waiting in the chat|used already"))


async def test_a_forwarded_link_says_for_whom_it_is(demo: Demo, chromium: Browser) -> None:
    _, address = await a_link(demo)
    page = await opened(chromium, address)
    await expect(page.get_by_role("heading", name="Connect Zoom for Ben Okafor")).to_be_visible()
    await expect(page.get_by_text("Are you somebody else?")).to_be_visible()


async def test_a_forwarded_strict_link_helps_nobody_else(strict: Demo, chromium: Browser, vendor: StandIn) -> None:
    _, address = await a_link(strict)
    vendor.who = "camille"
    page = await opened(chromium, address)
    await expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    assert "Ben" not in await page.content()
    await page.get_by_role("button", name="Sign in with Microsoft").click()
    await page.get_by_role("button", name="M’envoyer mon propre lien").click()
    await expect(page.get_by_role("heading", name="Un nouveau lien vous attend")).to_be_visible()
    camille = Chat(strict, "camille@aurora.example")
    await camille.settled()
    assert await camille.address("Connecter Zoom")

    vendor.who = "ben"
    own = await opened(chromium, address)
    await own.get_by_role("button", name="Sign in with Microsoft").click()
    await own.get_by_role("button", name="Continue to Cronofy").click()
    await through(own)
    await expect(own.get_by_role("heading", name="Zoom is connected")).to_be_visible()


async def test_no_page_of_a_link_can_be_framed_or_run_a_script(demo: Demo, chromium: Browser) -> None:
    _, address = await a_link(demo)
    context: BrowserContext = await chromium.new_context()
    page = await context.new_page()
    await page.set_content(f"<iframe src='{address}' onload='window.done = true'></iframe>")
    await page.wait_for_function("window.done")
    (frame,) = [each for each in page.frames if each != page.main_frame]
    assert "Connect Zoom" not in await frame.content()
    await page.goto(address)
    cookies = await context.cookies()
    assert all(cookie["httpOnly"] for cookie in cookies)
    assert {cookie["sameSite"] for cookie in cookies} == {"Strict"}
