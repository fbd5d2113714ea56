"""From nothing to reported without Cronofy: people's word, a pasted list, and a test interview made in Personio."""

from __future__ import annotations

import pytest

from handlers.texts import t
from tests.dialogues.conftest import Open, over
from tests.dialogues.hands import Hand
from tests.dialogues.stage import Stage
from tests.dialogues.test_direct import SET_UP

LISTS = {
    "en": "Name,E-mail,Status\nBen Okafor,ben@aurora.example,Synced\nClara Hoffmann,clara@aurora.example,Synced",
    "fr": "Statut;Adresse e-mail;Nom\nSynchronisé;ben@aurora.example;Ben Okafor\noui;;Clara Hoffmann",
    "de": "Mitarbeiter\tSynchronisiert\nOkafor, Ben\tja\nHoffmann, Clara\tja",
}
CALENDARS = {"google_meet": "google", "teams_ews": "ews", "teams_exchange": "exchange"}
DIALOGUES = ("zoom", "google_meet", "teams_graph", "teams_ews", "goto", "teams_exchange")


@pytest.mark.parametrize(("dialogue", "platform", "language"), over(*DIALOGUES))
async def test_from_nothing_to_reported(opened: Open, dialogue: str, platform: str, language: str) -> None:
    stage = await opened(
        platform, language, calendar=CALENDARS.get(dialogue, "graph"), cronofy_client_id="", zoom_client_id=""
    )
    await globals()[dialogue](stage)


async def zoom(stage: Stage) -> None:
    admin = await begins(stage, "Zoom")
    await pastes(admin)
    await stage.restart()
    await says_done_until(admin, "Test interview")
    await saw_the_link(admin, "Zoom")


async def google_meet(stage: Stage) -> None:
    admin = await begins(stage, "Google Meet")
    await admin.presses("Google")
    await stage.restart()
    await says_done_until(admin, "Synchronised hosts")
    await pastes(admin)
    await says_done_until(admin, "Test interview")
    await saw_the_link(admin, "Google Meet")


async def goto(stage: Stage) -> None:
    admin = await begins(stage, "GoTo")
    await stage.restart()
    await pastes(admin)
    await says_done_until(admin, "Test interview")
    await saw_the_link(admin, "GoTo Meeting")


async def teams_graph(stage: Stage) -> None:
    """Nobody knows which Teams it is: a test interview in Personio shows it."""
    admin = await does_not_know(stage)
    await stage.restart()
    await admin.taps("Teams appeared")
    await admin.sees("Set up Microsoft Teams (Office 365 through Graph)")
    await says_done_until(admin, "Test interview")
    await saw_the_link(admin, "Microsoft Teams")


async def teams_ews(stage: Stage) -> None:
    admin = await does_not_know(stage)
    await admin.taps("It did not: Microsoft 365")
    await stage.restart()
    await admin.sees("Set up Microsoft Teams (Exchange or EWS)")
    await says_done_until(admin, "Test interview")
    await saw_the_link(admin, "Microsoft Teams")


async def teams_exchange(stage: Stage) -> None:
    admin = await does_not_know(stage)
    await admin.taps("It did not: our own Exchange")
    await stage.restart()
    await says_done_until(admin, "Test interview")
    await saw_the_link(admin, "Microsoft Teams")


async def begins(stage: Stage, provider: str) -> Hand:
    admin = stage.admin()
    await admin.says(SET_UP[admin.language].format(provider))
    await admin.sees("comes later")
    await admin.taps("Done, check it")
    await admin.sees("reported {age}", age=t("just now", admin.language))
    return admin


async def does_not_know(stage: Stage) -> Hand:
    admin = await begins(stage, "Teams")
    await pastes(admin)
    await admin.goes_to(3)
    await admin.sees("Which Teams you have")
    return admin


async def pastes(admin: Hand) -> None:
    """The list as each language's Personio shows it: other columns, other signs."""
    await admin.taps("Paste the list")
    language = admin.language
    fields = {"The list": LISTS[language], "A line without a status …": t("is synchronised", language)}
    await admin.fills_in({t(label, language): value for label, value in fields.items()})
    await admin.reads(t("Synchronised: {synced}, with an error: {failed}.", language, synced=2, failed=0))
    await admin.taps("Open the set-up")


async def says_done_until(admin: Hand, title: str) -> None:
    """Answer for one step after the other until this one is open."""
    opened = t(title, admin.language)
    for _ in range(5):
        if any(line.endswith(f". {opened}") for line in (await admin.card()).split("\n")):
            return
        await admin.taps("Done, check it")
    raise AssertionError(await admin.card())


async def saw_the_link(admin: Hand, provider: str) -> None:
    """What a person saw is never called proven by Greenroom itself."""
    await admin.sees("Take an application of a test candidate, or make one with your own address.")
    await admin.taps("The link was there")
    await admin.reads(t("I did not see it myself, so I call it reported.", admin.language))
    await admin.sees("{provider} is set up", provider=provider)
    assert t("{provider} is set up and proven", admin.language, provider=provider) not in await admin.card()
