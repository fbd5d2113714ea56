"""The guide without Cronofy: people's word, a pasted list, Personio's own pages, and nothing called proven."""

from __future__ import annotations

import pytest

from bot.demo import Demo
from handlers.facts import Source
from handlers.messages import Table
from storage.observations import COMPANY
from tests.conftest import Start
from tests.handlers.guide_people import Admin, Company

LIST = "Name,E-mail,Status\nBen Okafor,ben@aurora.example,Synced\nClara Hoffmann,clara@aurora.example,Synced"


@pytest.fixture
async def guided(start: Start) -> Demo:
    return await start(cronofy_client_id="")


async def pastes(admin: Admin, text: str) -> str:
    await admin.taps("Paste the list")
    return await admin.fills_in(list=text)


async def test_which_teams_is_found_out_by_a_test_interview(guided: Demo) -> None:
    ada = await Company(guided).admin("en")
    await ada.says("set up Teams")
    await ada.taps("Done, check it")
    await pastes(ada, LIST)
    await ada.taps("Open the set-up")
    await ada.goes_to(3)
    assert "3. Which Teams you have" in await ada.card()
    assert "as its method, it is Graph" in await ada.card()
    await ada.presses("It did not: Microsoft 365")
    assert "Set up Microsoft Teams (Exchange or EWS)" in await ada.card()
    await ada.says("set up Teams")
    assert "Calendar on Exchange, or Office 365 through EWS: reported just now" in await ada.card()


async def test_every_line_of_a_pasted_list_is_taken_over_or_shown(guided: Demo) -> None:
    ada = await Company(guided).admin("en")
    text = "\n".join(
        (
            "E-mail;Status;Error",
            "ben@aurora.example;synced;",
            "Ben Okafor;error;",
            "nobody@elsewhere.example;synced;",
            "lyon.team@aurora.example;synced;",
            "stefan@aurora.example;Error;mailbox disabled",
            "clara@aurora.example;what?;",
        )
    )
    await ada.does(intent="import_sync_list")
    await ada.fills_in(list=text)
    (table,) = [block for block in ada.reply if isinstance(block, Table)]
    assert [(row[0], row[2]) for row in table.rows] == [
        ("3", "twice, with another status; the first line counts"),
        ("4", "nobody has this address or name"),
        ("5", "several people have it"),
        ("7", "the status was not understood"),
    ]
    assert "25 hosts are not on the list:" in "\n".join(await ada.screen())
    assert "The calendar account is switched off" in await ada.says("why can't Stefan Maier select Zoom")
    store, company = guided.program.store, guided.program.company
    (integration,) = [row for row in await store.observations.of(company, COMPANY) if row.fact == "integration"]
    assert (integration.value, integration.source) == ("active", Source.IMPORT)


async def test_a_long_list_can_come_in_parts(guided: Demo) -> None:
    ada = await Company(guided).admin("en")
    await ada.does(intent="import_sync_list")
    assert "26 hosts are not on the list:" in await ada.fills_in(list="ben@aurora.example;synced")
    await ada.presses("Paste another list")
    answer = await ada.fills_in(list="clara@aurora.example;synced")
    assert "25 hosts are not on the list:" in answer
    assert "Ben Okafor" not in answer


async def test_a_set_up_whose_proof_was_skipped_says_so(guided: Demo) -> None:
    ada = await Company(guided).admin("en")
    await ada.says("set up GoTo")
    for _ in range(3):
        await ada.presses("Done, check it")
    await ada.presses("Skip, with a reason")
    await ada.fills_in(reason="No test candidate")
    assert "GoTo Meeting is set up, but not proven: the test interview was skipped." in await ada.card()
    await ada.presses("Step 4")
    await ada.presses("Take it up again")
    await ada.presses("The link was there")
    assert "GoTo Meeting is set up\n" in await ada.card()


async def test_an_empty_list_is_asked_for_again(guided: Demo) -> None:
    ada = await Company(guided).admin("en")
    await ada.does(intent="import_sync_list")
    assert "There is no line with words in it." in await ada.fills_in(list=" \n;;\n")
    assert "2 lines were taken over." in await ada.fills_in(list="ben@aurora.example\nclara@aurora.example")


async def test_without_a_link_in_personio_the_cause_is_said_to_be_unknown(guided: Demo) -> None:
    ada = await Company(guided).admin("en")
    await ada.says("run a test interview with Zoom")
    answer = await ada.presses("There was no link")
    assert "I don't know the cause of this." in answer
    assert "This text is ready for Personio's support:" in answer
