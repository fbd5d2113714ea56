"""From nothing to proven: every path, in three languages, with a restart in the middle."""

from __future__ import annotations

import pytest

from handlers.texts import t
from tests.chat import Chat
from tests.conftest import Start
from tests.handlers.guide_people import Admin, begin_with_nothing, restarted

LANGUAGES = ["en", "fr", "de"]
SET_UP = {"en": "set up {}", "fr": "configurer {}", "de": "{} einrichten"}
DO_NOT_KNOW = {
    "en": "I don't know which Teams we have",
    "fr": "je ne sais pas quel Teams nous avons",
    "de": "welche Teams-Anbindung haben wir, Graph oder EWS?",
}
PROVEN = "{provider} is set up and proven"


async def connects_the_calendar(admin: Admin) -> None:
    """Step 1, through Cronofy's pages; the card follows by itself."""
    assert await admin.sees("comes later")
    await admin.taps("Connect the calendar")
    await admin.follows(t("Connect the calendar", admin.language), onwards=t("Continue to Cronofy", admin.language))
    await admin.settled()


async def proves(admin: Admin, host: str, provider: str) -> None:
    await admin.taps("Make a test interview")
    await admin.presses(host)
    await admin.settled()
    assert await admin.sees(PROVEN, provider=provider), await admin.card()


async def asks_which_teams(admin: Admin) -> str:
    answer = await admin.says(DO_NOT_KNOW[admin.language])
    if t("I'm not sure what you mean. Is it one of these?", admin.language) in answer:
        answer = await admin.taps("Which calendar do we use?")
    return answer


async def signs_in(admin: Admin, sentence: str, provider: str) -> None:
    """Ben, who hosts interviews, connects his own account in the chat."""
    ben = Chat(admin.demo, "ben@aurora.example")
    await ben.says(sentence)
    await ben.follows(f"Connect {provider}")
    await admin.taps("Check now")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_zoom(start: Start, language: str) -> None:
    company = await begin_with_nothing(demo := await start(look=False, zoom_client_id=""))
    admin = await company.admin(language)
    await admin.says(SET_UP[language].format("Zoom"))
    await connects_the_calendar(admin)
    await admin.goes_to(2)
    await admin.taps("Check now")
    assert await admin.sees("{done} of {total}", done=20, total=27)
    async with restarted(demo) as program:
        again = await company.admin(language, program=program)
        await again.goes_to(3)
        await again.taps("Done, check it")
        assert await again.sees("reported {age}", age=t("just now", language))
        await proves(again, "Clara Hoffmann", "Zoom")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_google_meet(start: Start, language: str) -> None:
    company = await begin_with_nothing(demo := await start(look=False, calendar="google"))
    admin = await company.admin(language)
    await admin.says(SET_UP[language].format("Google Meet"))
    await connects_the_calendar(admin)
    assert await admin.sees("Google calendar")
    async with restarted(demo) as program:
        again = await company.admin(language, program=program)
        await again.goes_to(4)
        await again.taps("Check now")
        assert await again.sees("{done} of {total}", done=20, total=27)
        await again.goes_to(5)
        await proves(again, "Ben Okafor", "Google Meet")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_teams_through_graph(start: Start, language: str) -> None:
    company = await begin_with_nothing(demo := await start(look=False))
    admin = await company.admin(language)
    await admin.says(SET_UP[language].format("Teams"))
    await connects_the_calendar(admin)
    assert await admin.sees("Set up Microsoft Teams (Office 365 through Graph)"), "Cronofy's calendars say which it is"
    async with restarted(demo) as program:
        again = await company.admin(language, program=program)
        await again.taps("Check now")
        await again.goes_to(4)
        await proves(again, "Ben Okafor", "Microsoft Teams")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_teams_through_ews(start: Start, language: str) -> None:
    company = await begin_with_nothing(demo := await start(look=False, calendar="ews"))
    admin = await company.admin(language)
    await admin.says(SET_UP[language].format("Teams"))
    await connects_the_calendar(admin)
    assert await admin.sees("Set up Microsoft Teams (Exchange or EWS)")
    await admin.goes_to(4)
    assert "Paul Girard" in await admin.card(), "two people share one address"
    async with restarted(demo) as program:
        again = await company.admin(language, program=program)
        await again.goes_to(5)
        await signs_in(again, "connect my Teams", "Microsoft Teams")
        assert await again.sees("{done} of {total}", done=1, total=27)
        await again.goes_to(6)
        await proves(again, "Ben Okafor", "Microsoft Teams")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_goto(start: Start, language: str) -> None:
    company = await begin_with_nothing(demo := await start(look=False))
    admin = await company.admin(language)
    await admin.says(SET_UP[language].format("GoTo"))
    await connects_the_calendar(admin)
    async with restarted(demo) as program:
        again = await company.admin(language, program=program)
        await again.goes_to(3)
        await signs_in(again, "connect my GoTo Meeting", "GoTo Meeting")
        await again.goes_to(4)
        await proves(again, "Ben Okafor", "GoTo Meeting")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("calendar", ["graph", "ews"])
async def test_not_knowing_which_teams(start: Start, language: str, calendar: str) -> None:
    company = await begin_with_nothing(demo := await start(look=False, calendar=calendar))
    admin = await company.admin(language)
    answer = await asks_which_teams(admin)
    assert t("It is not known which kind of Microsoft connection the company uses", language) in answer
    await admin.taps("Set up {provider}", provider="Microsoft Teams")
    await connects_the_calendar(admin)
    async with restarted(demo) as program:
        again = await company.admin(language, program=program)
        if calendar == "graph":
            await again.goes_to(4)
            await proves(again, "Ben Okafor", "Microsoft Teams")
            return
        answer = await asks_which_teams(again)
        assert "130" in answer, "days until Microsoft ends it"
        assert t("Move to Microsoft Graph", language) in answer
