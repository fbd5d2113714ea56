"""Is this message real? Checked without a click, reported to the owners, and stopped until they have looked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx

from bot.demo import Demo
from handlers.genuine import phrase
from storage.models import Campaign
from tests.chat import Chat
from tests.handlers.test_campaigns import monday, sent_by, work
from tests.trust.people import id_of

Person = Callable[[str], Chat]
NUDGE = "nudge everyone who hasn't connected Zoom"
MONTH = timedelta(days=30)


def words(demo: Demo) -> str:
    return phrase(demo.program.services, demo.program.company)


async def newest(demo: Demo) -> Campaign:
    found = await demo.program.store.campaigns.newest(demo.program.company)
    assert found is not None
    return found


async def test_ben_checks_a_message_and_ada_has_the_same_phrase(demo: Demo, person: Person) -> None:
    ben, ada, services = person("ben"), person("ada"), demo.program.services
    await ben.says("help")
    answer = await ben.presses("Is this message real?")
    assert words(demo) in answer
    assert f"{demo.program.settings.greenroom_public_url}/link/" in answer
    assert "nobody: no reminders for you are running" in answer
    assert words(demo) in await ada.does(intent="is_it_real")
    assert phrase(services, demo.program.company + 1) != words(demo)
    before = words(demo)
    demo.world.clock.advance(MONTH)
    assert words(demo) != before
    assert before in await ben.does(intent="is_it_real"), "an announcement of last month can still be compared"


async def test_the_reminder_the_announcement_and_the_answer_say_the_same(demo: Demo, person: Person) -> None:
    await monday(demo)
    ben, ada = person("ben"), person("ada")
    announcement = await ada.says("email template for Zoom")
    assert words(demo) in announcement
    async with httpx.AsyncClient() as browser:
        assert words(demo) in (await browser.get(await ada.address("Download as .eml"))).text
    await sent_by(demo, ada, NUDGE)
    (reminder,) = await ben.screen()
    assert words(demo) in reminder
    assert "Started by Ada Lindqvist." in reminder
    assert "open your settings in Personio yourself" in reminder
    answer = await ben.presses("Is this real?")
    assert words(demo) in answer
    assert "Ada Lindqvist (ada@aurora.example), Mon" in answer
    assert "connect my Zoom" in answer
    help_answer = await ben.does(intent="is_it_real")
    assert help_answer == answer, "one wording, wherever it is asked"


async def test_a_report_holds_the_campaign_and_an_owner_lets_it_go_on(demo: Demo, person: Person) -> None:
    await monday(demo)
    ben, ada, store = person("ben"), person("ada"), demo.program.store
    await store.people.change(demo.program.company, await id_of(demo, "yusuf"), role="owner", language="en")
    yusuf = person("yusuf")
    await sent_by(demo, ada, NUDGE)
    await ben.presses("Is this real?")
    answer = await ben.presses("Report as suspicious")
    assert "These reminders stop for everybody" in answer
    assert (await newest(demo)).state == "paused"
    told = [said for said in await yusuf.screen() if "Ben Okafor (ben@aurora.example) reported a message" in said]
    assert len(told) == 1
    assert words(demo) in told[0]
    assert "Reminders for Zoom are paused" in told[0]
    written = len(await person("dieter").screen())
    demo.world.clock.advance(timedelta(days=3))
    await demo.program.sync()
    await work(demo)
    assert len(await person("dieter").screen()) == written, "nobody hears anything meanwhile"

    assert "are running" in await yusuf.presses("Let them go on")
    await work(demo)
    assert len(await person("dieter").screen()) == written + 1


async def test_one_person_cannot_stop_a_campaign_again_and_again(demo: Demo, person: Person) -> None:
    await monday(demo)
    ben, ada = person("ben"), person("ada")
    await sent_by(demo, ada, NUDGE)
    await ben.does(intent="report_suspicious")
    assert (await newest(demo)).state == "paused"
    await ada.presses("Let them go on")
    assert "stop for everybody" not in await ben.does(intent="report_suspicious")
    assert (await newest(demo)).state == "running", "an owner has just looked"
    demo.world.clock.advance(timedelta(days=1, minutes=1))
    await ben.does(intent="report_suspicious")
    assert (await newest(demo)).state == "paused", "after a day it counts again"


async def test_a_report_of_somebody_elses_message_reaches_the_owners_once_a_day(demo: Demo, person: Person) -> None:
    ben, ada = person("ben"), person("ada")
    await ben.does(intent="is_it_real")
    for _ in range(3):
        assert "I told the owners" in await ben.does(intent="report_suspicious")
    alarms = [said for said in await ada.screen() if "Ben Okafor (ben@aurora.example) reported a message" in said]
    assert len(alarms) == 1
    actions = [entry.action async for entry in demo.program.store.audit.entries(demo.program.company)]
    assert actions.count("report_suspicious") == 3


async def test_the_only_owner_is_not_told_that_owners_were_told(person: Person) -> None:
    assert "I told" not in await person("ada").does(intent="report_suspicious")
