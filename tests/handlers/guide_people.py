"""People of the guide's tests: an admin in each language, a company that begins with nothing, a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.app import Program, build
from bot.demo import Demo
from handlers.texts import t
from tests.chat import Chat

ADMINS = {"en": "ada", "fr": "ines", "de": "yusuf"}


class Admin(Chat):
    """An admin who works with the guide in their own language."""

    def __init__(self, demo: Demo, language: str, *, program: Program | None = None) -> None:
        super().__init__(demo, f"{ADMINS[language]}@aurora.example", program=program)
        self.language = language

    async def settled(self) -> None:
        """Callbacks come to the process that is reachable; what they cause may cause more."""
        for _ in range(3):
            await self.program.settled()
            await self.demo.world.drain()
            await self.demo.program.settled()

    async def taps(self, message: str, **values: object) -> str:
        """Press the button with this text in the admin's language."""
        return await self.presses(t(message, self.language, **values))

    async def goes_to(self, number: int) -> None:
        """Open this step, unless it is the one that the card has opened by itself."""
        label = t("Step {number}", self.language, number=number)
        if any(label in text.split("\n") for text in await self.screen()):
            await self.presses(label)

    async def card(self) -> str:
        """The set-up's card as it stands: the newest message with the steps."""
        return next(text for text in reversed(await self.screen()) if t("Steps done", self.language) in text)

    async def sees(self, message: str, **values: object) -> bool:
        return t(message, self.language, **values).replace("\\", "") in await self.card()


@dataclass
class Company:
    """A company where nothing is connected yet."""

    demo: Demo

    async def admin(self, language: str, *, program: Program | None = None) -> Admin:
        people, company = self.demo.program.store.people, self.demo.program.company
        (row,) = await people.with_email(company, f"{ADMINS[language]}@aurora.example")
        if row.role == "employee":
            await people.change(company, row.id, role="it_admin")
        return Admin(self.demo, language, program=program)


async def begin_with_nothing(demo: Demo) -> Company:
    """People are known, and that is all: the calendar is not connected."""

    async def begin() -> None:
        await demo.serve()
        await demo.program.sync()
        await demo.settled()
        await demo._seat()

    demo.program.first_look.look = begin
    await demo.program.first_look()
    return Company(demo)


@asynccontextmanager
async def restarted(demo: Demo) -> AsyncIterator[Program]:
    """A second process on the same database, as after a kill."""
    again = build(demo.program.settings, now=demo.program.now, paced=False)
    for channel in demo.program.channels.values():
        again.add(channel)
    await again.open()
    await again.take_over()
    try:
        yield again
    finally:
        await again.stop()
