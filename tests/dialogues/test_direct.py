"""From nothing to proven with Cronofy: every path, every platform, every language, stopped in the middle."""

from __future__ import annotations

import pytest

from handlers.texts import t
from tests.dialogues.conftest import Open, over
from tests.dialogues.hands import Hand
from tests.dialogues.stage import Stage

SET_UP = {"en": "set up {}", "fr": "configurer {}", "de": "{} einrichten"}
WHICH_CALENDAR = {
    "en": "which calendar do we use, Graph or EWS?",
    "fr": "quel calendrier utilisons-nous, Graph ou EWS ?",
    "de": "welche Teams-Anbindung haben wir, Graph oder EWS?",
}
CALENDARS = {"google_meet": "google", "teams_ews": "ews", "which_teams_ews": "ews"}
DIALOGUES = ("zoom", "google_meet", "teams_graph", "teams_ews", "goto", "which_teams_graph", "which_teams_ews")


@pytest.mark.parametrize(("dialogue", "platform", "language"), over(*DIALOGUES))
async def test_from_nothing_to_proven(opened: Open, dialogue: str, platform: str, language: str) -> None:
    # Zoom itself cannot be asked, so that its step needs a person's word.
    stage = await opened(platform, language, calendar=CALENDARS.get(dialogue, "graph"), zoom_client_id="")
    await globals()[dialogue](stage)


async def zoom(stage: Stage) -> None:
    admin = await begins(stage, "Zoom")
    await admin.goes_to(2)
    await admin.taps("Check now")
    await admin.sees("{done} of {total}", done=20, total=27)
    await stage.restart()
    await admin.goes_to(3)
    await admin.taps("Done, check it")
    await admin.sees("reported {age}", age=t("just now", admin.language))
    await signs_in(stage, "connect my Zoom", "Zoom")
    await admin.goes_to(5)
    await proves(admin, "Zoom")


async def google_meet(stage: Stage) -> None:
    admin = await begins(stage, "Google Meet")
    await admin.sees("Google calendar")
    await stage.restart()
    await admin.goes_to(4)
    await admin.taps("Check now")
    await admin.sees("{done} of {total}", done=20, total=27)
    await admin.goes_to(5)
    await proves(admin, "Google Meet")


async def teams_graph(stage: Stage) -> None:
    admin = await begins(stage, "Teams")
    await admin.sees("Set up Microsoft Teams (Office 365 through Graph)")
    await stage.restart()
    await admin.taps("Check now")
    await admin.goes_to(4)
    await proves(admin, "Microsoft Teams")


async def teams_ews(stage: Stage) -> None:
    admin = await begins(stage, "Teams")
    await admin.sees("Set up Microsoft Teams (Exchange or EWS)")
    await admin.goes_to(4)
    assert "Paul Girard" in await admin.card(), "two people share one address"
    await stage.restart()
    await admin.goes_to(5)
    await signs_in(stage, "connect my Teams", "Microsoft Teams")
    await admin.taps("Check now")
    await admin.sees("{done} of {total}", done=1, total=27)
    await admin.goes_to(6)
    await proves(admin, "Microsoft Teams")


async def goto(stage: Stage) -> None:
    admin = await begins(stage, "GoTo")
    await stage.restart()
    await admin.goes_to(3)
    await signs_in(stage, "connect my GoTo Meeting", "GoTo Meeting")
    await admin.taps("Check now")
    await admin.goes_to(4)
    await proves(admin, "GoTo Meeting")


async def which_teams_graph(stage: Stage) -> None:
    admin = await does_not_know(stage)
    await stage.restart()
    await admin.goes_to(4)
    await proves(admin, "Microsoft Teams")


async def which_teams_ews(stage: Stage) -> None:
    """The evidence decides; on EWS it comes with the days that are left, and goes on to the proof all the same."""
    admin = await does_not_know(stage)
    await stage.restart()
    await admin.says(WHICH_CALENDAR[admin.language])
    await admin.reads(t("Move to Microsoft Graph", admin.language))
    assert any("130" in text for text in await admin.screen()), "days until Microsoft ends it"
    await admin.taps("Set up {provider}", provider="Microsoft Teams")
    await admin.goes_to(5)
    await signs_in(stage, "connect my Teams", "Microsoft Teams")
    await admin.taps("Check now")
    await admin.goes_to(6)
    await proves(admin, "Microsoft Teams")


async def begins(stage: Stage, provider: str) -> Hand:
    """Says what is wanted, and connects the calendar through Cronofy's pages; the card follows by itself."""
    admin = stage.admin()
    await admin.says(SET_UP[admin.language].format(provider))
    await connects_the_calendar(admin)
    return admin


async def connects_the_calendar(admin: Hand) -> None:
    await admin.sees("comes later")
    await admin.taps("Connect the calendar")
    await admin.follows("Connect the calendar")


async def does_not_know(stage: Stage) -> Hand:
    admin = stage.admin()
    await admin.says(WHICH_CALENDAR[admin.language])
    await admin.reads(t("It is not known which kind of Microsoft connection the company uses", admin.language))
    await admin.taps("Set up {provider}", provider="Microsoft Teams")
    await connects_the_calendar(admin)
    return admin


async def signs_in(stage: Stage, sentence: str, provider: str) -> None:
    """Ben connects his own account in the chat."""
    ben = stage.host()
    await ben.says(sentence)
    await ben.follows("Connect {provider}", provider=provider)


async def proves(admin: Hand, provider: str) -> None:
    await admin.taps("Make a test interview")
    await admin.presses("Ben Okafor")
    await admin.sees("{provider} is set up and proven", provider=provider)
