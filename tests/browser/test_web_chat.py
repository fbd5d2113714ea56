"""The web chat in Chromium: keyboard, double clicks, live updates, a phone, no JavaScript."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette

from bot.channel import Incoming, Letter
from bot.web.ports import Persona, TranscriptEntry
from bot.web.send import WebChannel
from handlers.messages import Button, Buttons, Reply, Status, Table, Text, Tone
from handlers.texts import escape

pytestmark = pytest.mark.browser

ADA = Persona("ada@aurora.example", "Ada Keller", "HR admin", "en", suggestions=("Who isn't synced?",))
BEN = Persona("ben@aurora.example", "Ben Okafor", "Employee", "en", "Hosts interviews.", ("Connect my Zoom",))
INES = Persona("ines@aurora.example", "Inès Moreau", "Admin informatique", "fr")
PHONE = {"width": 390, "height": 844}


@dataclass
class Answering:
    """An inbox that echoes at once, and the record of it."""

    channel: WebChannel | None = None
    entries: dict[str, list[TranscriptEntry]] = field(default_factory=dict)
    taken: dict[str, Incoming] = field(default_factory=dict)
    moment: datetime = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment

    async def receive(self, incoming: Incoming) -> bool:
        if incoming.id in self.taken:
            return False
        self.taken[incoming.id] = incoming
        if incoming.in_place:
            await self.update(incoming.account, incoming.message, (Status(Tone.GOOD, "Zoom: connected"),))
            return True
        moment = self.now()
        words = incoming.text or incoming.intent
        self._of(incoming.account).append(TranscriptEntry(incoming.id, moment, moment, text=words))
        await self.says(incoming.account, (Text(f"You said: {escape(words)}"),))
        return True

    async def says(self, account: str, reply: Reply) -> None:
        moment, id = self.now(), f"d-{len(self._of(account))}-{account[0]}"
        self._of(account).append(TranscriptEntry(id, moment, moment, reply=reply, delivery=id))
        await self._tell(account, id, reply)

    async def update(self, account: str, id: str, reply: Reply) -> None:
        entries = self._of(account)
        place = next(number for number, entry in enumerate(entries) if entry.id == id)
        entries[place] = TranscriptEntry(id, entries[place].at, self.now(), reply=reply, delivery=id)
        await self._tell(account, id, reply)

    async def transcript(self, account: str, after: datetime | None = None) -> list[TranscriptEntry]:
        return [entry for entry in self._of(account) if after is None or entry.changed > after]

    async def people(self) -> list[Persona]:
        return [ADA, BEN, INES]

    def _of(self, account: str) -> list[TranscriptEntry]:
        return self.entries.setdefault(account, [])

    async def _tell(self, account: str, id: str, reply: Reply) -> None:
        assert self.channel
        await self.channel.send(Letter(id, 1, "demo", account, f"web:{account}", reply))


@pytest.fixture
def world() -> Answering:
    world = Answering()
    world.channel = WebChannel(
        inbox=world, transcript=world, now=world.now, company="Aurora GmbH", default_people=(ADA.email, BEN.email)
    )
    return world


@pytest.fixture
async def address(world: Answering, serve: Callable[..., Any]) -> AsyncIterator[str]:
    assert world.channel
    async with serve(Starlette(routes=list(world.channel.routes()))) as address:
        yield address
        await world.channel.stop()


@pytest.fixture
async def page(chromium: Browser, address: str) -> AsyncIterator[Page]:
    """A desktop; whatever the browser complains about, such as a breach of the policy, fails the test."""
    page = await chromium.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(address)
    yield page
    await page.close()
    assert [complaint for complaint in complaints if "net::ERR_FAILED" not in complaint] == []


def chat(page: Page, name: str) -> Any:
    return page.get_by_role("region", name=name)


async def test_the_keyboard_is_enough(page: Page, world: Answering) -> None:
    ben = chat(page, "Ben Okafor")
    box = ben.get_by_role("textbox", name="Message to Greenroom")
    await box.focus()
    await page.keyboard.type("connect")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("my Zoom")
    await page.keyboard.press("Enter")
    await expect(ben.locator(".message.bot")).to_contain_text("my Zoom")
    assert [incoming.text for incoming in world.taken.values()] == ["connect\nmy Zoom"]
    await expect(box).to_be_focused()
    await expect(box).to_have_value("")

    await world.says(BEN.email, (Buttons((Button("Check again", "check", in_place=True),)),))
    await ben.get_by_role("button", name="Check again").focus()
    await page.keyboard.press("Enter")
    await expect(ben.locator(".message").last).to_contain_text("Zoom: connected")
    await expect(ben.locator(".message").last).to_be_focused()
    await expect(ben.locator(".message").last).to_contain_text("edited")


async def test_a_double_click_is_one_press_and_a_later_click_another(page: Page, world: Answering) -> None:
    await world.says(BEN.email, (Buttons((Button("Remind IT", "remind"),)),))
    button = chat(page, "Ben Okafor").get_by_role("button", name="Remind IT")
    await button.dblclick()
    await expect(chat(page, "Ben Okafor").locator(".message.mine")).to_have_count(1)

    await expect(page.locator("form[aria-busy]")).to_have_count(0)
    await button.click()
    await expect(chat(page, "Ben Okafor").locator(".message.mine")).to_have_count(2)
    assert len(world.taken) == 2


async def test_a_suggestion_is_sent_and_the_typing_sign_goes_with_the_answer(page: Page) -> None:
    ada = chat(page, "Ada Keller")
    await ada.get_by_role("button", name="Who isn't synced?").click()
    await expect(ada.locator(".message.bot")).to_contain_text("You said: Who isn't synced?")
    await expect(ada.locator(".typing")).to_be_hidden()


async def test_a_refused_message_is_kept_and_can_be_sent_shorter(page: Page, world: Answering) -> None:
    ben = chat(page, "Ben Okafor")
    box = ben.get_by_role("textbox", name="Message to Greenroom")
    await page.route("**/messages", lambda route: route.abort(), times=1)
    await box.fill("hello")
    await page.keyboard.press("Enter")
    await expect(ben.get_by_role("alert")).to_have_text("That could not be sent. Please try again.")
    await expect(box).to_have_value("hello")

    await page.keyboard.press("Enter")
    await expect(ben.locator(".message.bot")).to_contain_text("You said: hello")
    await expect(ben.get_by_role("alert")).to_have_text("")


async def test_a_phone_shows_one_person_and_marks_news_of_the_other(
    chromium: Browser, address: str, world: Any
) -> None:
    page = await chromium.new_page(viewport=PHONE)
    rows = (
        ("Clara Weiß", "The mailbox is shared by the whole office"),
        ("Jonas Brandt", "Two people have this address"),
    )
    await world.says(ADA.email, (Table("Not synced", ("Name", "Cause"), rows),))
    await page.goto(address)
    await expect(chat(page, "Ada Keller").get_by_role("row")).to_have_count(3)
    await expect(chat(page, "Ben Okafor")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]

    await world.says(BEN.email, (Text("Zoom is connected."),))
    await page.get_by_role("link", name="Ben new message").click()
    await expect(chat(page, "Ben Okafor").locator(".message")).to_contain_text("Zoom is connected.")
    await expect(chat(page, "Ada Keller")).to_be_hidden()
    await page.close()


async def test_without_javascript_everything_can_be_sent(chromium: Browser, address: str, world: Answering) -> None:
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    await world.says(BEN.email, (Buttons((Button("Remind IT", "remind"),)),))
    await page.goto(address)
    await chat(page, "Ben Okafor").get_by_role("button", name="Remind IT").click()
    await chat(page, "Ben Okafor").get_by_role("textbox").fill("thank you")
    await chat(page, "Ben Okafor").get_by_role("button", name="Send").click()
    await expect(chat(page, "Ben Okafor").locator(".message")).to_have_count(5)
    await expect(chat(page, "Ben Okafor").locator(".message").last).to_contain_text("You said: thank you")
    await context.close()


async def test_another_person_can_be_taken(page: Page) -> None:
    await chat(page, "Ada Keller").get_by_text("Switch person").click()
    await chat(page, "Ada Keller").get_by_role("link", name="Inès Moreau").click()
    await expect(chat(page, "Inès Moreau").get_by_role("textbox", name="Message à Greenroom")).to_be_visible()
    await expect(chat(page, "Ben Okafor")).to_be_visible()
