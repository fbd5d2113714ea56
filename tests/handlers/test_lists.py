"""Who is not there yet: exactly those, with the cause, the one who can fix it, and the age of the evidence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.demo import Demo
from bot.sandbox.records import Employment, Mailbox
from tests.chat import Chat, names_in, row_of
from tests.conftest import Start

Person = Callable[[str], Chat]

NOT_SYNCED = {
    "Stefan Maier": ("The calendar account is switched off", "IT"),
    "Théo Marchand": ("There is no calendar account for this address yet", "IT"),
    "Rita Sandoval": ("The e-mail address is not on the company's domain", "your HR admin"),
    "Interview Desk": ("The address is shared by several people", "IT"),
    "Manon Faure": ("The address is shared by several people", "IT"),
    "Paul Girard": ("The address is shared by several people", "IT"),
    "Hugo Petit": ("The calendar connection has been lost", "the person"),
}


async def test_each_person_who_is_not_synced_has_a_cause_and_somebody_who_can_fix_it(person: Person) -> None:
    ada = person("ada")
    answer = await ada.says("who isn't synced")
    assert answer.startswith("7 hosts are not synced")
    assert {name: row_of(ada.reply, name)[1:] for name in names_in(ada.reply)} == NOT_SYNCED
    assert "Evidence: Cronofy (just now), Personio (just now)." in answer


async def test_a_calendar_that_breaks_is_in_the_list_and_leaves_it_when_it_is_mended(
    demo: Demo, person: Person
) -> None:
    ada = person("ada")
    demo.world.disconnect("clara@aurora.example", "calendar")
    await ada.settled()
    assert "8 hosts are not synced" in await ada.says("who isn't synced")
    assert row_of(ada.reply, "Clara Hoffmann")[1] == "The calendar connection has been lost"
    demo.world.reconnect("clara@aurora.example", "calendar")
    await demo.program.chores.sync()
    assert "7 hosts are not synced" in await ada.says("who isn't synced")


async def test_what_it_put_right_is_seen_after_the_next_sync(demo: Demo, person: Person) -> None:
    ada = person("ada")
    demo.world.change("stefan@aurora.example", mailbox=Mailbox.STANDARD)
    demo.world.clock.advance(timedelta(days=1, minutes=1))
    await demo.program.chores.sync()
    await ada.settled()
    await ada.says("who isn't synced")
    assert names_in(ada.reply) == sorted(NOT_SYNCED.keys() - {"Stefan Maier"})


async def test_who_left_is_in_no_list(demo: Demo, person: Person) -> None:
    ada = person("ada")
    demo.world.change("hugo@aurora.example", status=Employment.INACTIVE)
    await demo.program.chores.sync()
    await ada.says("who isn't synced")
    assert "Hugo Petit" not in names_in(ada.reply)


async def test_nobody_missing_is_said_in_one_sentence(start: Start) -> None:
    demo = await start(look=False)
    demo.world.jobs[:] = []
    await demo.program.first_look()
    ada = Chat(demo, "ada@aurora.example")
    assert (await ada.says("who isn't synced")).startswith("Every host is synced.")
    assert (await ada.says("who hasn't connected Zoom")).startswith("Every host is ready for Zoom.")


async def test_long_lists_are_read_page_by_page_in_place(person: Person) -> None:
    ada = person("ada")
    answer = await ada.says("who hasn't connected Zoom")
    assert answer.startswith("18 hosts are not ready for Zoom")
    first = names_in(ada.reply)
    assert len(first) == 15
    await ada.presses("Next")
    second = names_in(ada.reply)
    assert len(second) == 3
    assert not set(first) & set(second)
    await ada.presses("Previous")
    assert names_in(ada.reply) == first
    assert len(await ada.messages()) == 1


async def test_a_page_that_does_not_exist_is_the_last_one_or_the_first(person: Person) -> None:
    ada = person("ada")
    for first, expected in [("30", 3), ("99999999999", 15), ("-1", 15), ("x", 15), ("", 15)]:
        await ada.does(intent="list_not_connected", values={"provider": "zoom", "first": first})
        assert len(names_in(ada.reply)) == expected


async def test_for_which_provider_is_asked_with_buttons(person: Person) -> None:
    ada = person("ada")
    assert "For which provider?" in await ada.does(intent="list_not_connected")
    answer = await ada.presses("Microsoft Teams")
    assert answer.startswith("9 hosts are not ready for Microsoft Teams")


async def test_news_that_is_old_is_not_passed_off_as_fresh(demo: Demo, person: Person) -> None:
    ada = person("ada")
    demo.world.clock.advance(timedelta(days=3))
    demo.world.revoke_service_account()
    answer = await ada.says("who hasn't connected Zoom")
    assert "Clara Hoffmann" in answer, "what was known three days ago is not ready"
    assert "3 days ago" in answer
