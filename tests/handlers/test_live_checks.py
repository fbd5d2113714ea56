"""What Zoom, Microsoft, Google and GoTo say about people: the causes that they explain, and their faults."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.demo import Demo
from bot.sandbox.faults import Fault, System
from bot.sandbox.records import GoToSeat, Mailbox, ZoomApproval, ZoomUser
from handlers.facts import Source
from handlers.live_checks import LOOK_AGAIN_AFTER
from handlers.live_systems import ask_about, systems_of
from storage.observations import COMPANY
from tests.chat import Chat, row_of
from tests.conftest import Start

pytestmark = pytest.mark.usefixtures("impatient")

BEN = "ben@aurora.example"
Person = Callable[[str], Chat]
LIVE_FAULTS = frozenset(
    {
        Fault.APP_REFUSED,
        Fault.RIGHT_MISSING,
        Fault.DAILY_LIMIT,
        Fault.BATCH_THROTTLED,
        Fault.BATCH_PART_FAILED,
        Fault.PURPOSE_AS_OBJECT,
        Fault.QUOTA,
    }
)
"""Faults that only these four systems have; all are played here."""
COULD_NOT_ASK = "I could not ask {} just now, so this is what I knew last."
CANNOT = {
    (System.ZOOM, Fault.APP_REFUSED): "Zoom does not accept Greenroom's app.",
    (System.ZOOM, Fault.RIGHT_MISSING): "Greenroom's app in Zoom lacks a right.",
    (System.ZOOM, Fault.DAILY_LIMIT): "It is busy right now.",
    (System.MICROSOFT, Fault.APP_REFUSED): "Microsoft does not accept Greenroom's app.",
    (
        System.MICROSOFT,
        Fault.RIGHT_MISSING,
    ): "Microsoft refuses Greenroom access. Microsoft does not let Greenroom look.",
    (System.MICROSOFT, Fault.BATCH_THROTTLED): "It is busy right now.",
    (System.MICROSOFT, Fault.BATCH_PART_FAILED): "It did not answer properly.",
    (System.GOTO, Fault.APP_REFUSED): "GoTo does not accept Greenroom's authorisation any more.",
    (System.GOTO, Fault.INVALID_GRANT_ON_REFRESH): "GoTo does not accept Greenroom's authorisation any more.",
    (System.GOTO, Fault.RIGHT_MISSING): "GoTo does not let Greenroom read users and licences.",
}
ON_THE_WIRE = (
    Fault.UNAUTHORISED,
    Fault.FORBIDDEN,
    Fault.TOO_MANY_RETRY_AFTER,
    Fault.SERVER_ERROR,
    Fault.GARBAGE,
    Fault.CONNECTION_CLOSED,
)
NAMES = {System.ZOOM: "Zoom", System.MICROSOFT: "Microsoft", System.GOOGLE: "Google", System.GOTO: "GoTo"}


async def about(admin: Chat, name: str, **values: str) -> str:
    return await admin.does(intent="check_person", values={"person": f"{name}@aurora.example", **values})


async def evidence(demo: Demo, email: str = "") -> dict[tuple[str, str], str]:
    """What was last said about somebody, or about the company, by fact and source."""
    company, store = demo.program.company, demo.program.store
    subject = (await store.people.with_email(company, email))[0].id if email else COMPANY
    return {(row.fact, row.source): row.value for row in await store.observations.of(company, subject)}


async def test_zoom_users_that_are_missing_or_pending_are_its_cause_and_not_the_hosts_step(person: Person) -> None:
    ada = person("ada")
    await ada.does(intent="list_not_connected", values={"provider": "zoom"})
    expected = ("There is no active Zoom user for this address", "IT")
    while "Matteo Ricci" not in str(ada.reply):
        await ada.presses("Next")
    assert row_of(ada.reply, "Matteo Ricci")[1:] == expected
    assert row_of(ada.reply, "Oliver Bennett")[1:] == expected


async def test_a_zoom_user_that_is_made_meanwhile_is_seen_at_once(demo: Demo, person: Person) -> None:
    matteo = person("matteo")
    assert "There is no active Zoom user for this address" in await matteo.says("connect my Zoom")
    demo.world.change("matteo@aurora.example", zoom=ZoomUser.ACTIVE)
    assert "One step left for Zoom" in await matteo.presses("Check again")
    assert "Zoom is connected" in await matteo.follows("Connect Zoom")
    demo.world.change("matteo@aurora.example", zoom=ZoomUser.MISSING)
    assert "Zoom is connected" in await matteo.says("connect my Zoom"), "a connection with another account counts"


async def test_a_basic_zoom_user_can_connect_and_is_told_about_the_forty_minutes(person: Person) -> None:
    answer = await about(person("ada"), "aisha", provider="zoom")
    assert "Zoom: Action needed" in answer
    assert "This Zoom user is on the Basic plan: meetings end after 40 minutes." in answer


@pytest.mark.parametrize(
    ("approval", "title"),
    [
        (ZoomApproval.SOME_USERS, "The Cronofy app is approved for some Zoom users only"),
        (ZoomApproval.RESTRICTED, "The Cronofy app is blocked in Zoom"),
        (ZoomApproval.WITHDRAWN, "The approval of the Cronofy app in Zoom was withdrawn"),
        (ZoomApproval.NONE, "The approval of the Cronofy app in Zoom was withdrawn"),
    ],
)
async def test_the_approval_of_the_zoom_app_is_read_from_zoom(
    demo: Demo, person: Person, approval: ZoomApproval, title: str
) -> None:
    ben = person("ben")
    demo.world.zoom_app = approval
    assert title in await ben.says("connect my Zoom")
    await demo.program.chores.sync()
    assert title in await ben.says("connect my Zoom"), "an approval that is gone stays gone"
    demo.world.zoom_app = ZoomApproval.ALL_USERS
    assert "One step left for Zoom" in await ben.presses("Check again")


async def test_an_account_that_lists_no_approval_says_nothing_until_somebody_asked_for_the_app(start: Start) -> None:
    demo = await start(look=False)
    demo.world.zoom_app_approved = False
    await demo.program.first_look()
    assert ("zoom_app", "zoom") not in await evidence(demo)
    ben = Chat(demo, BEN)
    assert "One step left for Zoom" in await ben.says("connect my Zoom")
    assert "It was not connected" in await ben.follows("Connect Zoom")
    await ben.says("connect my Zoom")
    assert "The Cronofy app is not approved in Zoom" in (await ben.screen())[-1]
    demo.world.zoom_app_approved = True
    assert "One step left for Zoom" in await ben.says("connect my Zoom")


@pytest.mark.parametrize("seat", [GoToSeat.INVITED, GoToSeat.UNLICENSED, GoToSeat.MISSING])
async def test_without_a_licence_at_goto_it_has_to_act(demo: Demo, person: Person, seat: GoToSeat) -> None:
    ben = person("ben")
    demo.world.change(BEN, goto=seat)
    assert "There is no GoTo Meeting licence for this address" in await ben.says("connect my GoTo")
    demo.world.change(BEN, goto=GoToSeat.LICENSED)
    assert "One step left for GoTo Meeting" in await ben.presses("Check again")


async def test_a_missing_teams_licence_is_named_and_its_end_is_seen(demo: Demo, person: Person) -> None:
    ada = person("ada")
    assert "Microsoft Teams: Waiting for somebody else – The Teams licence is missing" in await about(ada, "juliette")
    demo.world.change("juliette@aurora.example", teams_licence=True)
    assert "Microsoft Teams: Ready" in await ada.presses("Check again")


@pytest.mark.parametrize(
    ("mailbox", "title"),
    [
        (Mailbox.ON_PREMISES, "The mailbox is not in Microsoft 365"),
        (Mailbox.ALIAS, "Personio holds an alias or an old address"),
        (Mailbox.DISABLED, "The calendar account is switched off"),
        (Mailbox.MISSING, "There is no calendar account for this address yet"),
    ],
)
async def test_microsoft_says_why_somebody_is_not_synced(start: Start, mailbox: Mailbox, title: str) -> None:
    demo = await start(look=False)
    demo.world.change(BEN, mailbox=mailbox)
    await demo.program.first_look()
    ada = Chat(demo, "ada@aurora.example")
    assert f"Zoom: Waiting for somebody else – {title}" in await about(ada, "ben", provider="zoom")
    demo.world.change(BEN, mailbox=Mailbox.STANDARD)
    demo.world.clock.advance(timedelta(days=2))
    await demo.program.chores.sync()
    await ada.settled()
    assert "Zoom: Action needed" in await about(ada, "ben", provider="zoom")


async def test_a_blocked_microsoft_account_is_named_for_teams(demo: Demo, person: Person) -> None:
    ada = person("ada")
    demo.world.change(BEN, mailbox=Mailbox.DISABLED)
    assert "The Microsoft account is not active" in await about(ada, "ben", provider="teams")
    demo.world.change(BEN, mailbox=Mailbox.STANDARD)
    assert "Microsoft Teams: Ready" in await ada.presses("Check again")


@pytest.mark.parametrize(
    ("mailbox", "title"),
    [
        (Mailbox.NOT_SET_UP, "The Google account has never been used"),
        (Mailbox.ALIAS, "Personio holds an alias or an old address"),
        (Mailbox.DISABLED, "The calendar account is switched off"),
    ],
)
async def test_google_says_why_somebody_is_not_synced(start: Start, mailbox: Mailbox, title: str) -> None:
    demo = await start(look=False, calendar="google")
    demo.world.change(BEN, mailbox=mailbox)
    await demo.program.first_look()
    ada = Chat(demo, "ada@aurora.example")
    assert f"Google Meet: Waiting for somebody else – {title}" in await about(ada, "ben", provider="google_meet")
    demo.world.change(BEN, mailbox=Mailbox.STANDARD)
    demo.world.clock.advance(timedelta(days=2))
    await demo.program.chores.sync()
    await ada.settled()
    assert "Google Meet: Ready" in await about(ada, "ben", provider="google_meet")


async def test_meet_that_is_switched_off_is_seen_by_everybodys_calendar(start: Start) -> None:
    demo = await start(calendar="google")
    ada = Chat(demo, "ada@aurora.example")
    assert (await evidence(demo))["meet", "google"] == "on"
    assert "Google Meet: Ready" in await about(ada, "ben", provider="google_meet")
    demo.world.meet_enabled = False
    demo.world.clock.advance(LOOK_AGAIN_AFTER + timedelta(minutes=1))
    await demo.program.chores.sync()
    assert (await evidence(demo))["meet", "google"] == "off"
    assert "Google Meet is switched off" in await about(ada, "ben", provider="google_meet")
    demo.world.meet_enabled = True
    assert "Google Meet: Ready" in await ada.presses("Check again")


@pytest.mark.parametrize(("system", "fault"), CANNOT, ids=str)
async def test_a_system_that_cannot_be_asked_is_named_and_hides_no_other(
    demo: Demo, person: Person, system: System, fault: Fault
) -> None:
    ada = person("ada")
    before = await evidence(demo, BEN)
    demo.world.clock.advance(timedelta(hours=3))  # tokens have to be renewed
    demo.world.fault(fault, system=system, seconds=30)
    answer = await about(ada, "ben")
    assert f"{COULD_NOT_ASK.format(NAMES[system])} {CANNOT[system, fault]}" in answer
    assert "Zoom: Action needed" in answer
    assert {key: value for key, value in (await evidence(demo, BEN)).items() if key in before} == before
    demo.world.clear()
    assert "I could not ask" not in await ada.presses("Check again")


@pytest.mark.parametrize("system", [System.ZOOM, System.MICROSOFT, System.GOTO], ids=str)
@pytest.mark.parametrize("fault", ON_THE_WIRE, ids=str)
async def test_any_fault_of_the_wire_changes_nothing_that_is_known(
    demo: Demo, person: Person, system: System, fault: Fault
) -> None:
    ada = person("ada")
    before = await evidence(demo, BEN)
    demo.world.fault(fault, system=system)
    answer = await about(ada, "ben")
    assert COULD_NOT_ASK.format(NAMES[system]) in answer
    assert "Microsoft Teams: Ready" in answer
    assert {key: value for key, value in (await evidence(demo, BEN)).items() if key in before} == before
    demo.world.clear()
    assert "I could not ask" not in await ada.presses("Check again")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.RIGHT_MISSING, "Google refuses Greenroom access. Google does not let Greenroom act for your people."),
        (Fault.APP_REFUSED, ""),
        (Fault.QUOTA, "It is busy right now."),
        (Fault.UNAVAILABLE, "It did not answer properly."),
    ],
    ids=str,
)
async def test_the_faults_of_google_end_in_recovery(start: Start, fault: Fault, words: str) -> None:
    demo = await start(calendar="google")
    ada = Chat(demo, "ada@aurora.example")
    demo.world.clock.advance(timedelta(hours=3))
    demo.world.fault(fault, system=System.GOOGLE)
    answer = await about(ada, "ben")
    assert f"{COULD_NOT_ASK.format('Google')} {words}" in answer
    assert "Google Meet: Ready" in answer
    demo.world.clear()
    assert "I could not ask" not in await ada.presses("Check again")


async def test_the_other_shape_of_a_mailboxs_purpose_means_the_same(demo: Demo, person: Person) -> None:
    ada = person("ada")
    demo.world.fault(Fault.PURPOSE_AS_OBJECT, system=System.MICROSOFT)
    assert "I could not ask" not in await about(ada, "interviews")
    assert (await evidence(demo, "interviews@aurora.example"))["mailbox", "microsoft"] == "shared"
    demo.world.clear()
    assert "I could not ask" not in await about(ada, "interviews")


async def test_a_sync_goes_on_without_the_systems_that_fail_and_the_company_is_told(demo: Demo, person: Person) -> None:
    ada = person("ada")
    demo.world.clock.advance(LOOK_AGAIN_AFTER + timedelta(minutes=1))
    demo.world.fault(Fault.APP_REFUSED, system=System.ZOOM)
    demo.world.fault(Fault.RIGHT_MISSING, system=System.GOTO)
    before = await evidence(demo, BEN)
    await demo.program.chores.sync()
    answer = await ada.does(intent="progress")
    assert COULD_NOT_ASK.format("Zoom") in answer
    assert COULD_NOT_ASK.format("GoTo") in answer
    assert "Microsoft just now" not in answer
    assert await evidence(demo, BEN) == before
    demo.world.clock.advance(timedelta(hours=2))
    assert "I could not ask Zoom (2 hours ago), so this is what I knew last." in await ada.does(intent="progress")
    demo.world.clear()
    await demo.program.chores.sync()
    assert "I could not ask" not in await ada.does(intent="progress")


async def test_the_live_systems_are_asked_although_personio_and_cronofy_fail(demo: Demo) -> None:
    demo.world.clock.advance(LOOK_AGAIN_AFTER + timedelta(minutes=1))
    demo.world.change(BEN, zoom=ZoomUser.INACTIVE)
    demo.world.fault(Fault.FORBIDDEN, system=System.PERSONIO)
    with pytest.raises(Exception, match="Personio"):
        await demo.program.chores.sync()
    assert (await evidence(demo, BEN))["zoom_user", "zoom"] == "inactive"


async def test_a_slow_system_does_not_keep_a_person_waiting(demo: Demo) -> None:
    systems = systems_of(demo.program.services, {})
    demo.world.fault(Fault.SLOW, system=System.GOTO, seconds=30)
    looked = await ask_about(systems, 1, BEN, company={}, is_own=True, patience=0.5)
    assert {each.source for each in looked if each.problems} == {Source.GOTO}
    demo.world.clear()
    looked = await ask_about(systems, 1, BEN, company={}, is_own=True)
    assert not any(each.problems for each in looked)


async def test_people_are_not_asked_about_again_and_again(demo: Demo) -> None:
    asked = len(demo.world.requests("$batch"))
    await demo.program.chores.sync()
    assert len(demo.world.requests("$batch")) == asked
    demo.world.clock.advance(LOOK_AGAIN_AFTER + timedelta(minutes=1))
    await demo.program.chores.sync()
    assert len(demo.world.requests("$batch")) > asked


async def test_without_these_systems_nothing_is_asked_and_nothing_is_missed(start: Start) -> None:
    without = {"zoom_account_id": "", "goto_client_id": "", "microsoft_client_id": ""}
    demo = await start(**without)
    ada = Chat(demo, "ada@aurora.example")
    answer = await about(ada, "matteo")
    assert "Zoom: Action needed – The Zoom account is not connected" in answer
    assert "I could not ask" not in answer
    systems = {entry.system for entry in demo.world.requests()}
    assert systems.isdisjoint({System.ZOOM, System.GOTO, System.MICROSOFT, System.GOOGLE})


async def test_the_refresh_token_of_goto_survives_a_restart(demo: Demo, person: Person) -> None:
    first, store = "sandbox-goto-refresh-0", demo.program.store
    kept = await store.rotated.get("goto", first=first)
    assert kept == demo.world.partners.goto_refresh_token != first
    assert await store.rotated.get("goto", first="another token in the settings") == ""
    demo.world.clock.advance(timedelta(hours=2))
    assert "I could not ask" not in await about(person("ada"), "ben")
    assert await store.rotated.get("goto", first=first) != kept
