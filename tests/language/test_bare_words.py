"""Yes, no and a thumb press the button that says so; a wrong guess is one press from being corrected."""

from __future__ import annotations

from bot.demo import Demo
from handlers.messages import Button, Buttons
from tests.chat import Chat

QUESTION = "Shall I note that you host no interviews?"
HALF_SURE = ("what about my calendar", "I am not on the list am I")
DOUBTFUL = "the zoom thing of somebody is it mine or not"


def labels(chat: Chat) -> list[str]:
    rows = [block.items for block in chat.reply if isinstance(block, Buttons)]
    return [item.label for items in rows for item in items if isinstance(item, Button)]


async def opted_out(demo: Demo) -> bool:
    rows = await demo.program.store.people.with_email(demo.program.company, "ben@aurora.example")
    return rows[0].opted_out_at is not None


async def test_yes_and_no_press_the_button_that_says_so(demo: Demo) -> None:
    ben = Chat(demo, "ben@aurora.example")
    for no in ("no", "👎", "nope"):
        assert QUESTION in await ben.says("I don't do interviews")
        assert "nothing was changed" in await ben.says(no)
    assert not await opted_out(demo)
    for yes in ("yes", "👍"):
        assert QUESTION in await ben.says("I don't do interviews")
        assert "Noted: you host no interviews" in await ben.says(yes)
        await ben.says("I do interviews again")


async def test_a_yes_is_for_one_question_of_one_person_only(demo: Demo) -> None:
    ben, ada = Chat(demo, "ben@aurora.example"), Chat(demo, "ada@aurora.example")
    await ben.says("I don't do interviews")
    assert "no question open" in await ada.says("yes")
    await ben.says("how far am I?")
    assert "no question open" in await ben.says("yes")
    await ben.says("I don't do interviews")
    await ben.says(DOUBTFUL)
    assert "Noted" not in await ben.says("yes")
    await ben.says("I don't do interviews")
    await ben.says("thanks")
    assert "Noted" not in await ben.says("yes")
    assert not await opted_out(demo)


async def test_a_yes_after_a_quarter_of_an_hour_is_too_late(demo: Demo) -> None:
    from bot.answers import REMEMBERED

    ben = Chat(demo, "ben@aurora.example")
    await ben.says("I don't do interviews")
    demo.world.clock.advance(REMEMBERED)
    assert "no question open" in await ben.says("yes")
    assert not await opted_out(demo)


async def test_a_role_is_given_by_two_sentences_and_never_by_one(demo: Demo) -> None:
    ada, people = Chat(demo, "ada@aurora.example"), demo.program.store.people
    assert "Give Ben Okafor" in await ada.says("make Ben HR admin")
    assert (await people.with_email(demo.program.company, "ben@aurora.example"))[0].role == "employee"
    assert "now has the role: HR admin" in await ada.says("yes")
    assert "the role: Employee?" in await ada.says("take Ben's role away")
    assert "nothing was changed" in await ada.says("no")
    assert (await people.with_email(demo.program.company, "ben@aurora.example"))[0].role == "hr_admin"


async def test_where_it_is_unsure_the_second_one_is_the_second_button(demo: Demo) -> None:
    ben = Chat(demo, "ben@aurora.example")
    assert "I'm not sure what you mean" in await ben.says(DOUBTFUL)
    second = labels(ben)[1]
    pressed = await ben.presses(second)
    await ben.says(DOUBTFUL)
    assert await ben.says("the second one") == pressed


async def test_a_wrong_guess_is_one_press_from_being_corrected(demo: Demo) -> None:
    ben = Chat(demo, "ben@aurora.example")
    for text in HALF_SURE:
        await ben.says(text)
        assert "I meant something else" in labels(ben), text
        answer = await ben.presses("I meant something else")
        assert "I'm not sure what you mean" in answer
        assert len(labels(ben)) >= 2
        assert labels(ben)[-1] == "Something else"
    await ben.presses("Something else")
    await ben.says("connect my Zoom")
    assert "I meant something else" not in labels(ben)
