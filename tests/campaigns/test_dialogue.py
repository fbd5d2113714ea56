"""An admin's and an employee's whole campaign in every chat and every language; every button is pressed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest

from bot.demo import Demo
from handlers.texts import n, t
from tests.campaigns.seats import Seat, Take
from tests.chat import through_the_pages
from tests.visitor import Visitor


@dataclass(frozen=True)
class Cast:
    language: str
    admin: str
    admin_name: str
    employee: str
    colleague: str
    colleague_name: str
    nudge: str
    later: str
    in_words: str
    not_me: str

    def __str__(self) -> str:
        return self.language


CASTS = [
    Cast(
        "en",
        "ada",
        "Ada Lindqvist",
        "ben",
        "aisha",
        "Aisha Khan",
        "nudge everyone who hasn't connected Zoom",
        "remind me tomorrow",
        "remind me on Friday at 3 pm",
        "I don't host interviews",
    ),
    Cast(
        "fr",
        "ines",
        "Ines Moreau",
        "camille",
        "juliette",
        "Juliette Bernard",
        "relance tous ceux qui n'ont pas connecté Zoom",
        "rappelle-moi demain",
        "rappelle-moi vendredi à 15 h",
        "je ne fais pas passer d'entretiens",
    ),
    Cast(
        "de",
        "yusuf",
        "Yusuf Demir",
        "dieter",
        "hannah",
        "Hannah Schulz",
        "erinnere alle, die Zoom noch nicht verbunden haben",
        "erinnere mich morgen",
        "erinnere mich am Freitag um 15 Uhr",
        "ich führe keine Interviews",
    ),
]


async def sees(seat: Seat, *words: str) -> bool:
    """Whether one message carries all of these words."""
    return any(all(word in message for word in words) for message in await seat.screen())


async def works(demo: Demo, times: int = 2) -> None:
    """What the program does at intervals."""
    for _ in range(times):
        demo.world.clock.advance(timedelta(seconds=10))
        await demo.program.remind()
        await demo.program.update_cards()
        await demo.program.settled()


@pytest.mark.parametrize("cast", CASTS, ids=str)
async def test_every_step_and_every_button(demo: Demo, take: Take, cast: Cast) -> None:
    admin, employee, colleague = [await take(name) for name in (cast.admin, cast.employee, cast.colleague)]
    company, people = demo.program.company, demo.program.store.people
    (row,) = await people.with_email(company, f"{cast.admin}@aurora.example")
    await people.change(company, row.id, role="hr_admin")
    for seat in (employee, colleague):
        await seat.opens()
    await rehearsed_and_confirmed(demo, cast, admin, employee)
    await paused_and_resumed(demo, cast, admin, colleague)
    await asked_about(cast, employee)
    await put_off_three_times(cast, employee)
    await not_for_the_colleague(demo, cast, admin, colleague)
    await connected(demo, cast, employee)
    await ended_and_read(demo, cast, admin)


async def rehearsed_and_confirmed(demo: Demo, cast: Cast, admin: Seat, employee: Seat) -> None:
    language = cast.language
    await admin.says(cast.nudge)
    assert await sees(admin, t("Nothing has been sent yet.", language), t("Left the company", language))
    await admin.presses(t("Who gets it?", language))
    await admin.presses(t("Test: send it to me", language))
    assert await sees(admin, t("This is a test; nobody else has got it.", language))
    assert not await sees(employee, t("I've done it", language))
    await admin.presses(
        send_label(await demo.program.store.campaigns.in_state(demo.program.company, "draft"), language)
    )


def send_label(drafts: list[object], language: str) -> str:
    count = len(drafts[0].audience)  # type: ignore[attr-defined]
    return n("Send to {count} person", "Send to {count} people", count, language)


async def paused_and_resumed(demo: Demo, cast: Cast, admin: Seat, colleague: Seat) -> None:
    language = cast.language
    await admin.presses(t("Pause", language))
    assert await sees(admin, t("Reminders for {provider} are paused", language, provider="Zoom"))
    await works(demo)
    assert not await sees(colleague, t("I've done it", language))
    await admin.presses(t("Resume", language))
    await works(demo, 3)
    assert await sees(colleague, t("I've done it", language), cast.admin_name)
    running = t("Reminders for {provider} are running", language, provider="Zoom")
    assert await sees(admin, running, t("Messages sent", language))


async def asked_about(cast: Cast, employee: Seat) -> None:
    language = cast.language
    await employee.presses(t("Why me?", language))
    left = n("at most {count} more reminder", "at most {count} more reminders", 3, language)
    assert await sees(employee, t("Who asked", language), cast.admin_name, left)
    await employee.presses(t("Is this real?", language))
    assert await sees(employee, f"{cast.admin}@aurora.example")
    await employee.presses(t("I've done it", language))
    assert await sees(employee, t("Connect {provider}", language, provider="Zoom")), "looked up, and not so"


async def put_off_three_times(cast: Cast, employee: Seat) -> None:
    language = cast.language
    for left, sentence in ((2, cast.later), (1, cast.in_words)):
        await employee.says(sentence)
        more = n("You can put it off {count} more time.", "You can put it off {count} more times.", left, language)
        assert await sees(employee, more), sentence
    await employee.says(cast.later)
    assert await sees(employee, t("That was the last time that I could put it off.", language))
    await employee.says(cast.later)
    assert await sees(employee, t("I don't host interviews", language), t("Connect now", language))


async def not_for_the_colleague(demo: Demo, cast: Cast, admin: Seat, colleague: Seat) -> None:
    language = cast.language
    await colleague.presses(t("Remind me later", language))
    await colleague.presses(t("Next week", language))
    assert await sees(colleague, t("I will remind you again: {moment}", language, moment=""))
    await colleague.says(cast.later)
    await colleague.presses(t("Connect now", language))
    await admin.presses(t("Refresh", language))
    await opts_out(cast, colleague)
    await works(demo)
    assert await sees(admin, t("Hosts no interviews, as they said", language))
    await put_back_in(cast, admin)


async def opts_out(cast: Cast, colleague: Seat) -> None:
    language = cast.language
    await colleague.says(cast.not_me)
    await colleague.presses(t("No, keep me in", language))
    await colleague.says(cast.not_me)
    await colleague.presses(t("Yes, I host no interviews", language))
    assert await sees(colleague, t("I do host interviews", language))


async def put_back_in(cast: Cast, admin: Seat) -> None:
    language = cast.language
    await admin.presses(t("Result", language))
    await admin.presses(t("Who hosts no interviews?", language))
    await admin.presses(t("Put {name} back in", language, name=cast.colleague_name))
    await admin.presses(t("Yes, put back in", language))
    assert await sees(admin, t("{name} is in the list of hosts again.", language, name=cast.colleague_name))


async def connected(demo: Demo, cast: Cast, employee: Seat) -> None:
    language = cast.language
    await employee.presses(t("Connect now", language))
    async with Visitor() as visitor:
        await visitor.opens(await employee.address(t("Connect {provider}", language, provider="Zoom")))
        await visitor.presses(t("Continue to Cronofy", language))
        await through_the_pages(visitor)
        await demo.settled()
    await works(demo)
    address = f"{cast.employee}@aurora.example"
    assert await sees(employee, t("{provider} is connected as {account}", language, provider="Zoom", account=address))
    assert await sees(employee, t("Thank you! The reminders have ended.", language))


async def ended_and_read(demo: Demo, cast: Cast, admin: Seat) -> None:
    language = cast.language
    await admin.presses(t("Cancel the rest", language))
    await admin.presses(t("No, go on", language))
    await admin.presses(t("Cancel the rest", language))
    await admin.presses(t("Yes, cancel the rest", language))
    assert await sees(admin, t("Reminders for {provider} were cancelled", language, provider="Zoom"))
    await admin.presses(t("Result", language))
    await admin.presses(t("As CSV", language))
    async with httpx.AsyncClient() as client:
        answer = await client.get(await admin.address(t("Download the CSV file", language)))
    assert f"{cast.colleague_name},{cast.colleague}@aurora.example" in answer.text
