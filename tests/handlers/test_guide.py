"""The guide as people work with it: several admins, reasons, steps that turn bad again, faults of the systems."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.demo import Demo
from bot.sandbox.faults import Fault
from handlers.guide_steps import STEPS
from handlers.readiness import Path
from tests.chat import Chat
from tests.conftest import Start
from tests.handlers.guide_people import Admin, Company


@pytest.fixture
async def demo(start: Start) -> Demo:
    """Zoom itself cannot be asked, so its step rests on people's word."""
    return await start(zoom_client_id="")


@pytest.fixture
async def ada(demo: Demo) -> Admin:
    return await Company(demo).admin("en")


@pytest.fixture
async def yusuf(demo: Demo) -> Admin:
    return await Company(demo).admin("de")


def line(card: str, number: int) -> str:
    """What the card says of a step at a glance."""
    return next(text for text in card.split("\n") if text.startswith(f"{number}. "))


async def test_one_card_is_updated_in_place(ada: Admin) -> None:
    await ada.says("set up Zoom")
    await ada.presses("Check now")
    await ada.presses("Step 1")
    assert len(await ada.messages()) == 1


async def test_asking_without_a_provider_names_the_one_that_fits(ada: Admin) -> None:
    answer = await ada.does(intent="setup_provider")
    assert "Microsoft Teams fits your company's calendar best." in answer
    assert answer.split("\n")[1] == "Microsoft Teams"
    assert "Set up Microsoft Teams" in await ada.presses("Microsoft Teams")


async def test_a_skipped_step_says_who_and_why_and_can_be_taken_up_again(ada: Admin) -> None:
    await ada.says("set up Zoom")
    await ada.presses("Step 3")
    await ada.presses("Skip, with a reason")
    assert "Please write a few words" in await ada.fills_in(reason=" ")
    assert "Skipped." in await ada.fills_in(reason="We have no marketplace")
    card = await ada.card()
    assert line(card, 3).endswith("skipped by Ada Lindqvist (We have no marketplace)")
    await ada.presses("Step 3")
    await ada.presses("Take it up again")
    assert line(await ada.card(), 3).endswith("works for some people")


async def test_two_admins_do_not_step_on_each_other(ada: Admin, yusuf: Admin) -> None:
    for admin in (ada, yusuf):
        await admin.says("set up Zoom" if admin is ada else "Zoom einrichten")
        await admin.goes_to(3)
        await admin.taps("Skip, with a reason")
    await ada.fills_in(reason="Not needed")
    assert "übersprungen von Ada Lindqvist (Not needed)" in await yusuf.card(), "the other's card follows"
    assert "Jemand war schneller" in await yusuf.fills_in(reason="Später")
    assert "skipped by Ada Lindqvist (Not needed)" in await ada.card()


async def test_no_step_is_offered_before_its_prerequisites(demo: Demo, ada: Admin) -> None:
    demo.world.revoke_service_account()
    await ada.says("set up Zoom")
    card = await ada.card()
    assert line(card, 1).endswith("The company calendar is not connected")
    assert line(card, 5).endswith("comes later")
    assert "Step 5" not in card
    await ada.does(intent="setup_provider", values={"provider": "zoom", "step": "proof"})
    assert "Make a test interview" not in await ada.card()
    store, company = demo.program.store, demo.program.company
    await ada.does(
        intent="guide_skip_save", values={"provider": "zoom", "step": "proof", "version": "0", "reason": "I want to"}
    )
    assert "proof" not in await store.setups.marks(company, "zoom")


async def test_a_step_that_turns_bad_again_reopens_and_says_why(demo: Demo, ada: Admin) -> None:
    await ada.says("set up Zoom")
    assert line(await ada.card(), 1).endswith("checked just now")
    demo.world.revoke_service_account()
    await demo.program.chores.sync_and_watch()
    await ada.settled()
    news = next(text for text in await ada.screen() if text.startswith("Zoom: a step is open again"))
    assert "open again: 1. Calendar integration" in news
    assert "What changed (just now): The company calendar is not connected." in news
    await ada.presses("Connect the calendar")
    await ada.follows("Connect the calendar")
    await ada.settled()
    assert line(await ada.card(), 1).endswith("checked just now")


async def test_when_cronofy_is_silent_the_card_shows_what_was_known(demo: Demo, ada: Admin, impatient: None) -> None:
    await ada.says("set up Zoom")
    demo.world.fault(Fault.SERVER_ERROR)
    answer = await ada.presses("Check now")
    assert "I could not ask Cronofy just now, so this is what I knew last." in answer
    assert line(await ada.card(), 1).endswith("checked just now")
    demo.world.clear()
    assert "could not ask" not in await ada.presses("Check now")


async def test_an_old_card_still_works_the_next_day(demo: Demo, ada: Admin) -> None:
    await ada.says("set up Zoom")
    demo.world.advance(timedelta(hours=20))
    await ada.presses("Check now")
    assert line(await ada.card(), 1).endswith("checked just now")


async def test_the_zoom_app_is_explained_where_it_is_due_and_before(demo: Demo, ada: Admin) -> None:
    assert "3. Cronofy app for all Zoom users" in await ada.says("how do I approve Cronofy in Zoom")
    demo.world.revoke_service_account()
    await ada.says("set up Zoom")
    answer = await ada.says("how do I approve Cronofy in Zoom")
    assert "In the set-up of Zoom other steps come first." in answer
    assert "1. Sign in to the Zoom App Marketplace" in answer


async def test_employees_cannot_open_the_set_up(demo: Demo) -> None:
    ben = Chat(demo, "ben@aurora.example")
    for intent in (
        "setup_provider",
        "guide_done",
        "guide_skip_save",
        "test_everybody",
        "import_sync_save",
        "handover_to",
    ):
        assert "only your company's admins" in await ben.does(intent=intent, values={"provider": "zoom"})


def test_every_path_ends_with_a_proof() -> None:
    assert STEPS.keys() == {*Path, None}
    assert all(steps[-1] == "proof" for path, steps in STEPS.items() if path)
