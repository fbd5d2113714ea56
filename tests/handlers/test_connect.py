"""Connecting one's own account: every path, every obstacle, and what the same card says afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.demo import Demo
from bot.sandbox.records import Mailbox
from tests.chat import Chat
from tests.conftest import Start

Person = Callable[[str], Chat]


async def links_made(demo: Demo) -> int:
    """How many links exist; the store has no way to count them, so it is asked over its own connection."""
    from sqlalchemy import text

    async with demo.program.store.database.engine.connect() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM links"))).scalar_one())


async def test_google_meet_is_ready_at_once(start: Start) -> None:
    demo = await start(calendar="google")
    ben = Chat(demo, "ben@aurora.example")
    answer = await ben.says("connect Google Meet")
    assert "Google Meet is ready\nNothing to do, Ben" in answer
    assert await links_made(demo) == 0


async def test_google_meet_switched_off_by_it_says_who_can_switch_it_on(start: Start) -> None:
    demo = await start(calendar="google", look=False)
    demo.world.meet_enabled = False
    await demo.program.first_look()
    ben = Chat(demo, "ben@aurora.example")
    answer = await ben.says("connect Google Meet")
    assert "Google Meet is not ready yet" in answer
    assert "Google Meet is switched off" in answer
    assert "IT" in answer
    demo.world.meet_enabled = True
    assert "Google Meet is ready" in await ben.presses("Check again")
    assert len(await ben.messages()) == 1


async def test_teams_through_graph_is_ready_at_once(demo: Demo, person: Person) -> None:
    answer = await person("ben").says("connect Microsoft Teams")
    assert "Microsoft Teams is ready\nNothing to do, Ben" in answer
    assert await links_made(demo) == 0


@pytest.mark.parametrize("calendar", ["ews", "exchange"])
async def test_teams_through_exchange_needs_an_account_of_ones_own(start: Start, calendar: str) -> None:
    ben = Chat(await start(calendar=calendar), "ben@aurora.example")
    assert "One step left for Microsoft Teams" in await ben.says("connect Teams")
    assert "Microsoft Teams is connected" in await ben.follows("Connect Microsoft Teams")
    asked = {"ews": "Cronofy (just now), Microsoft (just now)", "exchange": "Cronofy (just now)"}
    assert await ben.screen() == [
        "Microsoft Teams is connected as ben@aurora.example\nYou can choose it for interviews.\n"
        f"Evidence: {asked[calendar]}."
    ]


@pytest.mark.parametrize("calendar", ["google", "graph", "ews", "exchange"])
async def test_goto_needs_an_account_of_ones_own_whatever_the_calendar(start: Start, calendar: str) -> None:
    ben = Chat(await start(calendar=calendar), "ben@aurora.example")
    assert "One step left for GoTo Meeting" in await ben.says("connect GoTo")
    assert "GoTo Meeting is connected" in await ben.follows("Connect GoTo Meeting")
    assert "GoTo Meeting is connected as ben@aurora.example" in (await ben.screen())[0]


async def test_google_meet_cannot_work_with_a_microsoft_calendar(person: Person) -> None:
    answer = await person("ben").says("connect Google Meet")
    assert "Google Meet needs a Google company calendar" in answer
    assert "your calendar admin" in answer


async def test_teams_cannot_work_with_a_google_calendar(start: Start) -> None:
    ben = Chat(await start(calendar="google"), "ben@aurora.example")
    assert "Microsoft Teams is not ready yet" in await ben.says("connect Teams")


async def test_a_connection_that_stands_is_confirmed_not_made_again(demo: Demo, person: Person) -> None:
    answer = await person("ada").says("connect my Zoom")
    assert answer.startswith("Zoom is connected as ada@aurora.example\nYou can choose it for interviews.")
    assert await links_made(demo) == 0


async def test_without_a_provider_one_is_chosen_by_button_or_by_a_bare_word(person: Person) -> None:
    ben = person("ben")
    assert "Which one do you use for interviews?" in await ben.does(intent="connect")
    assert "One step left for Zoom" in await ben.presses("Zoom")
    for word in ("Zoom", "zoom please", "the second one"):
        await ben.does(intent="connect")
        assert "One step left for Zoom" in await ben.says(word)


async def test_a_whole_sentence_after_an_offer_means_what_it_says(person: Person) -> None:
    ben = person("ben")
    await ben.does(intent="my_status")
    assert "One step left for Zoom" in await ben.says("connect my Zoom")


async def test_a_lost_zoom_connection_is_made_again_through_its_own_page(demo: Demo, person: Person) -> None:
    nora = person("nora")
    assert "Zoom hat die Verbindung verloren" in await nora.says("mein Zoom verbinden")
    page = await nora.follows("Zoom neu verbinden", onwards="Weiter zu Cronofy")
    assert "Your Zoom is connected again" in page, "the sandbox's page, which does not lead back to us"
    # Nothing told us; we look again by ourselves.
    demo.world.clock.advance(timedelta(seconds=30))
    await demo.program.chores.sweep()
    await nora.settled()
    (card,) = await nora.screen()
    assert card.startswith("Zoom ist als nora@aurora.example verbunden")


async def test_a_lost_calendar_is_reconnected_before_any_video_account(demo: Demo, person: Person) -> None:
    hugo = person("hugo")
    assert "Votre calendrier a perdu sa connexion" in await hugo.says("connecter mon Zoom")
    page = await hugo.follows("Reconnecter mon calendrier", onwards="Continuer vers Cronofy")
    assert "Your calendar is connected again" in page
    assert "Zoom est connecté avec le compte hugo@aurora.example" in await hugo.presses("C’est fait")
    assert len(await hugo.messages()) == 1


async def test_a_lost_calendar_that_stays_lost_is_not_called_connected(demo: Demo, person: Person) -> None:
    hugo = person("hugo")
    await hugo.says("connecter mon Zoom")
    demo.world.clock.advance(timedelta(minutes=1))
    await demo.program.chores.sweep()
    assert "Votre calendrier a perdu sa connexion" in await hugo.presses("C’est fait")


@pytest.mark.parametrize(
    ("who", "cause", "fixed_by"),
    [
        ("interviews", "Mehrere Personen teilen sich diese Adresse", "die IT"),
        ("lyon.team", "L’adresse est partagée par plusieurs personnes", "le service informatique"),
        ("theo", "Il n’existe pas encore de compte de calendrier pour cette adresse", "le service informatique"),
        ("stefan", "Das Kalenderkonto ist deaktiviert", "die IT"),
        ("rita@hiringhelp.example", "The e-mail address is not on the company's domain", "your HR admin"),
    ],
)
async def test_whoever_cannot_be_synced_learns_why_and_who_can_fix_it(
    demo: Demo, who: str, cause: str, fixed_by: str
) -> None:
    chat = Chat(demo, who if "@" in who else f"{who}@aurora.example")
    answer = await chat.says("connect my Zoom")
    assert f"{cause}\n" in answer
    assert f"\n{fixed_by}\n" in answer
    assert "\n1. " in answer
    assert await links_made(demo) == 0


async def test_somebody_on_leave_may_connect_all_the_same(person: Person) -> None:
    lena = person("lena")
    assert "Noch ein Schritt für Zoom" in await lena.says("mein Zoom verbinden")
    await lena.follows("Zoom verbinden", onwards="Weiter zu Cronofy")
    assert "Zoom ist als lena@aurora.example verbunden" in (await lena.screen())[0]


async def test_somebody_who_left_is_told_so(person: Person) -> None:
    answer = await person("george").says("connect my Zoom")
    assert answer.startswith("Personio says that you have left the company.")


async def test_nobodys_host_is_asked_for_live_and_the_answer_appears_on_the_card(demo: Demo, person: Person) -> None:
    louis = person("louis")
    assert "Encore une étape pour Zoom" in await louis.says("connecter mon Zoom")
    assert len(await louis.messages()) == 1
    await louis.follows("Connecter Zoom", onwards="Continuer vers Cronofy")
    assert "Zoom est connecté avec le compte louis@aurora.example" in (await louis.screen())[0]


async def test_a_mailbox_that_was_made_meanwhile_is_found_when_its_owner_asks_again(demo: Demo, person: Person) -> None:
    theo = person("theo")
    missing = "Il n’existe pas encore de compte de calendrier pour cette adresse"
    assert missing in await theo.says("connecter mon Zoom")
    demo.world.change("theo@aurora.example", mailbox=Mailbox.STANDARD)
    assert missing in await theo.presses("Vérifier à nouveau"), "asked a moment ago"
    demo.world.clock.advance(timedelta(minutes=6))
    await theo.presses("Vérifier à nouveau")
    (card,) = await theo.screen()
    assert card.startswith("Encore une étape pour Zoom")


async def test_a_withdrawn_authorisation_is_asked_for_again(demo: Demo, person: Person) -> None:
    ben = person("ben")
    demo.world.revoke("ben@aurora.example")
    assert "The calendar connection has been lost" in await ben.says("connect my Zoom")
    demo.world.clock.advance(timedelta(minutes=6))
    await ben.presses("Check again")
    assert "One step left for Zoom" in (await ben.screen())[0]


async def test_refused_at_zoom_the_card_advises_and_offers_another_try(demo: Demo, person: Person) -> None:
    ben = person("ben")
    await ben.says("connect my Zoom")
    assert "It was not connected" in await ben.follows("Connect Zoom", accept=False)
    (card,) = await ben.screen()
    assert card.startswith("Zoom was not connected\nZoom did not let the connection through.")
    await ben.follows("Connect Zoom")
    assert "Zoom is connected as ben@aurora.example" in (await ben.screen())[0]


async def test_zoom_not_approved_by_it_is_said_on_the_page_and_on_the_card(start: Start) -> None:
    demo = await start(zoom_account_id="")  # otherwise Zoom itself would have said it before
    ben = Chat(demo, "ben@aurora.example")
    demo.world.zoom_app_approved = False
    await ben.says("connect my Zoom")
    assert "It was not connected" in await ben.follows("Connect Zoom")
    assert "your IT admin has to approve Cronofy first" in (await ben.screen())[0]
    demo.world.zoom_app_approved = True
    await ben.follows("Connect Zoom")
    assert "Zoom is connected as ben@aurora.example" in (await ben.screen())[0]


async def test_another_account_at_zoom_is_named_on_the_card(person: Person) -> None:
    ben = person("ben")
    await ben.says("connect my Zoom")
    await ben.follows("Connect Zoom", account="ben.private@mail.example")
    assert "Zoom is connected as ben.private@mail.example" in (await ben.screen())[0]


async def test_done_without_having_done_it_changes_nothing(person: Person) -> None:
    ben = person("ben")
    await ben.says("connect my Zoom")
    assert "One step left for Zoom" in await ben.presses("I've done it")
    await ben.follows("Connect Zoom")
    assert "Zoom is connected as ben@aurora.example" in (await ben.screen())[0]
