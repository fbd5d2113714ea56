"""Hand-over: one clear request, three ways to answer, and the asker's card goes on by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.demo import Demo
from tests.chat import Chat
from tests.conftest import Start
from tests.handlers.guide_people import Admin, Company

Person = Callable[[str], Chat]


@pytest.fixture
async def demo(start: Start) -> Demo:
    """Zoom itself cannot be asked, so its step rests on people's word."""
    return await start(zoom_client_id="")


@pytest.fixture
async def ada(demo: Demo) -> Admin:
    return await Company(demo).admin("en")


async def asks(ada: Admin, whom: str) -> str:
    await ada.says("set up Zoom")
    await ada.goes_to(3)
    await ada.presses("Give to someone")
    return await ada.presses(whom)


async def test_it_gets_done_and_the_card_goes_on(ada: Admin, person: Person) -> None:
    answer = await asks(ada, "Ines Moreau")
    assert "I asked Ines Moreau." in answer
    assert "3. Cronofy app for all Zoom users: Ines Moreau was asked just now" in await ada.card()
    ines = person("ines")
    (request,) = await ines.screen()
    assert request.startswith("Ada Lindqvist vous demande de l’aide")
    assert "1. Connectez-vous à la Zoom App Marketplace" in request
    assert "Merci" in await ines.presses("C’est fait")
    screen = await ada.screen()
    assert screen[-1].startswith("Ines Moreau says that it is done.")
    assert "3. Cronofy app for all Zoom users: reported just now" in await ada.card()
    assert len(await ines.messages()) == 1, "one message, updated in place"
    assert "déjà réglée" in await ines.does(intent="task_done", values={"task": "1"})


async def test_who_cannot_says_why_and_somebody_else_is_asked(ada: Admin, person: Person, demo: Demo) -> None:
    await Company(demo).admin("de")
    await asks(ada, "Ines Moreau")
    ines, yusuf = person("ines"), person("yusuf")
    await ines.presses("Je ne peux pas")
    await ines.fills_in(reason="Je ne suis pas admin de Zoom")
    news = (await ada.screen())[-1]
    assert news.startswith("Ines Moreau can't do it.\nJe ne suis pas admin de Zoom")
    await ada.presses("Ask somebody else")
    await ada.presses("Yusuf Demir")
    assert (await yusuf.screen())[-1].startswith("Ada Lindqvist bittet Sie um Hilfe")


async def test_who_was_asked_before_is_told_that_it_is_settled(ada: Admin, person: Person, demo: Demo) -> None:
    await Company(demo).admin("de")
    await asks(ada, "Ines Moreau")
    await ada.presses("Ask somebody else")
    await ada.presses("Yusuf Demir")
    (shown,) = await person("ines").screen()
    assert shown.startswith("Cette demande est déjà réglée.")
    assert "3. Cronofy app for all Zoom users: Yusuf Demir was asked just now" in await ada.card()


async def test_a_question_goes_to_the_asker_and_the_answer_back(ada: Admin, person: Person) -> None:
    await asks(ada, "Ines Moreau")
    ines = person("ines")
    await ines.presses("Poser une question")
    await ines.fills_in(text="Pour quel compte [Zoom](http://evil.example) ?")
    assert (await ada.screen())[-1].startswith(
        "Ines Moreau has a question\nPour quel compte [Zoom](http://evil.example) ?"
    )
    await ada.presses("Answer")
    await ada.fills_in(text="The one in Lyon")
    assert "Ada Lindqvist répond\nThe one in Lyon" in (await ines.screen())[-1]
    await ines.presses("C’est fait")
    assert (await ada.screen())[-1].startswith("Ines Moreau says that it is done.")


async def test_done_is_looked_at_before_it_is_believed(ada: Admin, person: Person, demo: Demo) -> None:
    demo.world.revoke_service_account()
    await ada.says("set up Zoom")
    await ada.presses("Give to someone")
    await ada.presses("Ines Moreau")
    ines = person("ines")
    answer = await ines.presses("C’est fait")
    assert "J’ai vérifié, et ce n’est pas encore le cas" in answer
    assert "C’est fait" in answer, "the request stays open"
    await ada.presses("Connect the calendar")
    await ada.follows("Connect the calendar")
    await ada.settled()
    assert "Merci" in await ines.presses("C’est fait")


async def test_people_outside_the_chat_get_a_text(ada: Admin, person: Person) -> None:
    await ada.says("set up Zoom")
    await ada.goes_to(3)
    await ada.presses("Give to someone")
    answer = await ada.presses("As a text to send")
    assert answer.startswith("To copy\nHello,")
    assert "Ada Lindqvist" in answer
    await ada.presses("Give to someone")
    answer = await ada.fills_in(email="it@service.example")
    assert "I don't know this address in your company." in answer
    assert "1. Sign in to the Zoom App Marketplace" in answer
    answer = await ada.fills_in(email="ben@aurora.example")
    assert "I asked Ben Okafor." in answer
    assert (await person("ben").screen())[-1].startswith("Ada Lindqvist asks for your help")


async def test_only_the_two_people_concerned_may_touch_a_task(ada: Admin, person: Person, demo: Demo) -> None:
    await asks(ada, "Ines Moreau")
    (task,) = await demo.program.store.tasks.open(demo.program.company, "step:")
    ben = person("ben")
    for intent in ("task_done", "task_cant", "task_refuse", "task_ask", "task_say"):
        answer = await ben.does(intent=intent, values={"task": str(task.id), "text": "x", "reason": "x"})
        assert answer == "This request is settled already. There is nothing left to do."
    assert len(await demo.program.store.tasks.open(demo.program.company, "step:")) == 1
    assert "no longer there" in await ada.does(intent="handover_to", values={"topic": "step:nowhere:nothing"})
