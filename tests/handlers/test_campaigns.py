"""An admin's and an employee's whole campaign, as a conversation in three languages and on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.demo import Demo
from handlers.campaign_cards import safe_cell
from handlers.messages import Button, Buttons
from handlers.texts import n, t
from tests.chat import Chat, names_in
from tests.conftest import DATABASES

Person = Callable[[str], Chat]
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    language: str
    employee: str
    name: str
    admin: str
    nudge: str
    later: str
    not_me: str

    def __str__(self) -> str:
        return self.language


CASTS = [
    Cast(
        "en",
        "ben",
        "Ben Okafor",
        "ada",
        "nudge everyone who hasn't connected Zoom",
        "remind me tomorrow",
        "I don't host interviews",
    ),
    Cast(
        "fr",
        "camille",
        "Camille Rousseau",
        "ines",
        "relance tous ceux qui n'ont pas connecté Zoom",
        "rappelle-moi demain",
        "je ne fais pas passer d'entretiens",
    ),
    Cast(
        "de",
        "dieter",
        "Dieter Vogel",
        "yusuf",
        "erinnere alle, die Zoom noch nicht verbunden haben",
        "erinnere mich morgen",
        "ich führe keine Interviews",
    ),
]


async def monday(demo: Demo) -> None:
    """A working day, with fresh news of everybody."""
    demo.world.clock.fix(MONDAY)
    await demo.program.chores.sync()
    await demo.settled()


async def make_admin(demo: Demo, name: str) -> None:
    company, people = demo.program.company, demo.program.store.people
    row = (await people.with_email(company, f"{name}@aurora.example"))[0]
    await people.change(company, row.id, role="hr_admin")


async def work(demo: Demo, times: int = 2) -> None:
    """What the program does at intervals."""
    for _ in range(times):
        demo.world.clock.advance(timedelta(seconds=10))
        await demo.program.chores.remind()
        await demo.program.chores.update_cards()
        await demo.program.settled()


async def next_day(demo: Demo, *, days: int = 1, hour: int = 11) -> None:
    clock = demo.world.clock
    clock.fix(clock().replace(hour=hour, minute=0) + timedelta(days=days))
    await demo.program.chores.sync()
    await demo.settled()


def button_that_sends(chat: Chat) -> str:
    buttons = [item for block in chat.reply if isinstance(block, Buttons) for item in block.items]
    return next(each.label for each in buttons if isinstance(each, Button) and each.intent == "campaign_send")


async def sent_by(demo: Demo, admin: Chat, sentence: str) -> int:
    """Rehearse, confirm, let it go out; returns how many people were shown."""
    await admin.says(sentence)
    label = button_that_sends(admin)
    await admin.presses(label)
    await work(demo)
    return int("".join(filter(str.isdigit, label)))


@pytest.mark.parametrize("cast", CASTS, ids=str)
@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
async def test_a_whole_campaign(demo: Demo, person: Person, cast: Cast) -> None:
    await monday(demo)
    await make_admin(demo, cast.admin)
    admin, employee = person(cast.admin), person(cast.employee)
    people = await rehearsed_and_sent(demo, cast, admin, employee)
    await answered(demo, cast, employee)
    await connected_and_left_alone(demo, cast, employee)
    assert people > 1
    await read_as_a_file(cast, admin)


async def rehearsed_and_sent(demo: Demo, cast: Cast, admin: Chat, employee: Chat) -> int:
    language = cast.language
    # The rehearsal shows who, when, in which words, and who is left out; nothing is sent.
    shown = await admin.says(cast.nudge)
    assert t("Nothing has been sent yet.", language) in shown
    assert t("On leave", language) in shown
    assert t("Left the company", language) in shown
    assert t("Time zone", language) in shown
    send = button_that_sends(admin)
    await admin.presses(t("Who gets it?", language))
    assert cast.name in names_in(admin.reply)
    assert await employee.screen() == []

    # A test goes to the admin alone.
    await admin.presses(t("Test: send it to me", language))
    assert any(t("This is a test; nobody else has got it.", language) in each for each in await admin.screen())
    assert await employee.screen() == []

    # Confirmed: everybody gets one message, and the card counts.
    await admin.presses(send)
    await work(demo)
    (reminder,) = await employee.screen()
    assert "Aurora GmbH" in reminder
    assert t("Connect now", language) in reminder
    card = (await admin.screen())[0]
    people = int("".join(filter(str.isdigit, send)))
    assert t("{sent} of {people} have got a message", language, sent=people, people=people) in card
    return people


async def answered(demo: Demo, cast: Cast, employee: Chat) -> None:
    language = cast.language
    # Why, and whether it is real.
    why = await employee.presses(t("Why me?", language))
    assert admin_name(cast) in why
    assert admin_name(cast) in await employee.presses(t("Is this real?", language))

    # Put off in a sentence, and reminded then; the message on the screen says so.
    assert t("I will remind you again: {moment}", language, moment="") in await employee.says(cast.later)
    await next_day(demo)
    await work(demo)
    again = n(
        "At most {count} more reminder; none once you are connected.",
        "At most {count} more reminders; none once you are connected.",
        3,
        language,
    )
    assert sum(again in each for each in await employee.screen()) == 2


async def connected_and_left_alone(demo: Demo, cast: Cast, employee: Chat) -> None:
    language = cast.language
    # Connected from the reminder itself: the message says so, and there is no other one.
    await employee.presses(t("Connect now", language))
    label = t("Connect {provider}", language, provider="Zoom")
    await employee.follows(label, onwards=t("Continue to Cronofy", language))
    await work(demo)
    assert t("Thank you! The reminders have ended.", language) in (await employee.screen())[-1]
    count = len(await employee.screen())
    for _ in range(5):
        await next_day(demo)
        await work(demo)
    assert len(await employee.screen()) == count


async def read_as_a_file(cast: Cast, admin: Chat) -> None:
    language = cast.language
    assert t("Connected", language) in await admin.presses(t("Result", language))
    await admin.presses(t("As CSV", language))
    async with httpx.AsyncClient() as client:
        answer = await client.get(await admin.address(t("Download the CSV file", language)))
    assert answer.headers["content-type"].startswith("text/csv")
    assert f"{cast.name},{cast.employee}@aurora.example" in answer.text


def admin_name(cast: Cast) -> str:
    return {"ada": "Ada Lindqvist", "ines": "Ines Moreau", "yusuf": "Yusuf Demir"}[cast.admin]


@pytest.mark.parametrize("cast", CASTS, ids=str)
async def test_who_hosts_no_interviews_is_left_alone_and_an_admin_can_undo_it(
    demo: Demo, person: Person, cast: Cast
) -> None:
    await monday(demo)
    await make_admin(demo, cast.admin)
    admin, employee, language = person(cast.admin), person(cast.employee), cast.language
    people = await sent_by(demo, admin, cast.nudge)

    # A sentence alone changes nothing; the button does.
    await employee.says(cast.not_me)
    await employee.presses(t("Yes, I host no interviews", language))
    await work(demo)
    count = len(await employee.screen())
    await next_day(demo, days=2)
    await work(demo)
    assert len(await employee.screen()) == count
    await admin.says(cast.nudge)
    assert t("Asked not to be reminded", language) in "\n".join(await admin.screen())

    # The admin sees it and puts them back in.
    await admin.does(intent="manage_interviewers")
    assert names_in(admin.reply) == [cast.name]
    await admin.presses(t("Put {name} back in", language, name=cast.name))
    await admin.presses(t("Yes, put back in", language))
    await next_day(demo, days=2)
    await work(demo)
    assert len(await employee.screen()) == count + 1
    assert people > 1


async def test_three_times_later_and_not_a_fourth_time(demo: Demo, person: Person) -> None:
    await monday(demo)
    ada, ben = person("ada"), person("ben")
    await sent_by(demo, ada, "nudge everyone who hasn't connected Zoom")
    for left in (2, 1, 0):
        await ben.presses("Remind me later")
        answer = await ben.presses("Tomorrow")
        assert (f"{left} more time" in answer) == (left > 0)
        await next_day(demo)
        await work(demo)
    assert "three times already" in await ben.presses("Remind me later")
    assert "Zoom is connected" in await connected(ben)


async def connected(chat: Chat) -> str:
    await chat.says("connect my Zoom")
    await chat.follows("Connect Zoom")
    return "\n".join(await chat.screen())


async def test_ten_presses_send_once_and_so_do_two_admins(demo: Demo, person: Person) -> None:
    await monday(demo)
    await make_admin(demo, "ines")
    ada, ines, ben = person("ada"), person("ines"), person("ben")
    await ada.says("nudge everyone who hasn't connected Zoom")
    card = (await ada.messages())[-1].delivery
    press = {"intent": "campaign_send", "values": {"campaign": "1"}, "in_place": True}
    for chat in [ada, ines] * 5:
        await demo.program.inbox.receive(chat.event(**press, message=card if chat is ada else ""))
    await demo.settled()
    await work(demo, 4)
    assert len(await ben.screen()) == 1


async def test_paused_nobody_hears_resumed_everybody_once_cancelled_nobody(demo: Demo, person: Person) -> None:
    await monday(demo)
    ada, ben, dieter = person("ada"), person("ben"), person("dieter")
    await ada.says("nudge everyone who hasn't connected Zoom")
    await ada.presses(button_that_sends(ada))
    await ada.presses("Pause")
    await work(demo, 3)
    assert await ben.screen() == []
    await ada.presses("Resume")
    await work(demo, 3)
    assert len(await ben.screen()) == len(await dieter.screen()) == 1
    await ada.presses("Cancel the rest")
    assert "were cancelled" in await ada.presses("Yes, cancel the rest")
    await next_day(demo, days=2)
    await work(demo, 3)
    assert len(await ben.screen()) == 1
    assert "This reminder for Zoom ended" in (await ben.screen())[0]
    # Whoever wants to can still connect, also from the old message.
    assert "One step left" in await ben.presses("Connect now")


async def test_a_discarded_rehearsal_cannot_be_sent_any_more(demo: Demo, person: Person) -> None:
    await monday(demo)
    ada, ben = person("ada"), person("ben")
    await ada.says("nudge everyone who hasn't connected Zoom")
    await ada.presses("Don't send it")
    await ada.does(intent="campaign_send", values={"campaign": "1"})
    await work(demo)
    assert await ben.screen() == []
    assert await sent_by(demo, ada, "nudge everyone who hasn't connected Zoom") > 1


async def test_on_a_sunday_it_waits_for_monday_morning(demo: Demo, person: Person) -> None:
    ada, ben = person("ada"), person("ben")
    await sent_by(demo, ada, "nudge everyone who hasn't connected Zoom")
    assert await ben.screen() == []
    await next_day(demo)
    await work(demo)
    assert len(await ben.screen()) == 1


async def test_a_group_a_person_and_an_unknown_group(demo: Demo, person: Person) -> None:
    await monday(demo)
    ada = person("ada")
    await ada.does(intent="nudge", values={"provider": "zoom", "group": "Engineering"})
    await ada.presses("Who gets it?")
    assert names_in(ada.reply) == ["Aisha Khan", "Ben Okafor", "Camille Rousseau", "Dieter Vogel", "Nora Fischer"]
    assert "I don't know a department or office called “Moon”" in await ada.does(
        intent="nudge", values={"provider": "zoom", "group": "Moon"}
    )
    await ada.says("remind Ben to connect Zoom")
    await ada.presses("Who gets it?")
    assert names_in(ada.reply) == ["Ben Okafor"]


async def test_nobody_is_asked_to_connect_what_comes_with_the_calendar(demo: Demo, person: Person) -> None:
    assert "Nobody has to do anything for Microsoft Teams" in await person("ada").does(
        intent="nudge", values={"provider": "teams"}
    )


async def test_employees_cannot_send_pause_or_read_results(demo: Demo, person: Person) -> None:
    await monday(demo)
    await sent_by(demo, person("ada"), "nudge everyone who hasn't connected Zoom")
    for intent in ("nudge", "campaign_send", "campaign_pause", "campaign_result", "campaign_export"):
        values = {"campaign": "1", "provider": "zoom"}
        assert "only your company's admins" in await person("ben").does(intent=intent, values=values)
    assert "are running" in await person("ada").does(intent="reminders")


async def test_a_file_is_for_its_admin_for_a_quarter_of_an_hour(demo: Demo, person: Person) -> None:
    await monday(demo)
    ada = person("ada")
    await sent_by(demo, ada, "nudge everyone who hasn't connected Zoom")
    await ada.does(intent="campaign_export", values={"campaign": "1"})
    address = await ada.address("Download the CSV file")
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{address}x")).status_code == 404
        demo.world.clock.advance(timedelta(minutes=16))
        assert (await client.get(address)).status_code == 410
        await ada.does(intent="campaign_export", values={"campaign": "1"})
        assert (await client.get(await ada.address("Download the CSV file"))).status_code == 200


@pytest.mark.parametrize("cell", ["=1+1", "+49 30", "-1", "@SUM(A1)", "\t=1", " =1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


async def test_the_plan_is_set_in_conversation_and_nonsense_is_explained(demo: Demo, person: Person) -> None:
    await monday(demo)
    ada = person("ada")
    await ada.says("change the reminder schedule")
    answer = await ada.fills_in(days="3, 1", begin="25", end="x", a_week="9")
    for wrong in ("up to four days in a row", "from 0 to 23", "later than the first", "from 1 to 5"):
        assert wrong in answer
    assert "on days 1 and 4" in await ada.fills_in(days="1, 4", begin="8", end="18", a_week="2")
    assert "on days 1 and 4" in await ada.says("nudge everyone who hasn't connected Zoom")
