"""Conversations through the whole program: sandbox, store, inbox, outbox, and Teams' own wire."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.demo import Demo
from bot.sandbox.clock import Clock
from bot.teams import TeamsSettings
from bot.teams.limits import Limits
from handlers.texts import t
from tests.chat import through_the_pages
from tests.conftest import SUNDAY
from tests.handlers.test_story import CASTS, Cast, not_synced
from tests.teams.stand_in import StandIn, Writer, action
from tests.teams.wiring import add_teams
from tests.visitor import Visitor

Say = Callable[[dict[str, Any]], Awaitable[httpx.Response]]


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.fix(SUNDAY)
    return clock


@pytest.fixture
async def say(demo: Demo, teams: StandIn, settings: TeamsSettings) -> AsyncIterator[Say]:
    """Deliver an activity to the whole program, and wait until everything is answered."""
    # The clock stands still, so nothing would ever flow back into the buckets.
    channel = add_teams(demo.program, settings, limits=Limits(conversation=(), tenant=(), bulk=()))
    await channel.start()
    transport = httpx.ASGITransport(Starlette(routes=channel.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="https://bot.example") as client:

        async def deliver(activity: dict[str, Any]) -> httpx.Response:
            headers = {"Authorization": f"Bearer {teams.token()}"}
            response = await client.post("/api/messages", json=activity, headers=headers)
            await settled(demo)
            return response

        yield deliver


async def settled(demo: Demo) -> None:
    await demo.world.drain()
    await demo.program.settled()


def shown(teams: StandIn, writer: Writer) -> tuple[str, dict[str, Any]]:
    """The newest message of somebody's chat: its id and its card."""
    message, body = list(teams.messages[writer.chat].items())[-1]
    return message, body["attachments"][0]["content"]


def rows(card: dict[str, Any]) -> list[list[str]]:
    """The table of a card, without its head."""
    [table] = [element for element in card["body"] if element["type"] == "Table"]
    return [[cell["items"][0]["text"] for cell in row["cells"]] for row in table["rows"][1:]]


@pytest.mark.parametrize("cast", CASTS, ids=str)
async def test_an_employee_connects_over_teams(demo: Demo, teams: StandIn, say: Say, cast: Cast) -> None:
    employee, language = Writer(teams, cast.employee, f"{cast.employee}@aurora.example"), cast.language
    assert (await say(employee.says(cast.connect))).status_code == 202
    message, card = shown(teams, employee)
    link = action(card, t("Connect {provider}", language, provider="Zoom"))
    assert link["type"] == "Action.OpenUrl"
    async with Visitor() as visitor:
        await visitor.opens(link["url"])
        await visitor.presses(t("Continue to Cronofy", language))
        await through_the_pages(visitor)
        await settled(demo)

    # The card that carried the link says that it worked.
    again, card = shown(teams, employee)
    assert again == message
    worked = "{provider} is connected as {account}"
    assert t(worked, language, provider="Zoom", account=f"{cast.employee}@aurora.example") in card["speak"]


@pytest.mark.parametrize("cast", CASTS, ids=str)
async def test_an_admin_turns_the_pages_of_a_list_over_teams(demo: Demo, teams: StandIn, say: Say, cast: Cast) -> None:
    company, people = demo.program.company, demo.program.store.people
    [row] = await people.with_email(company, f"{cast.admin}@aurora.example")
    await people.change(company, row.id, role="hr_admin")
    admin = Writer(teams, cast.admin, f"{cast.admin}@aurora.example")

    await say(admin.says(cast.not_synced))
    assert sorted(row[0] for row in rows(shown(teams, admin)[1])) == not_synced(demo)

    await say(admin.says(cast.not_connected))
    message, card = shown(teams, admin)
    answer = (await say(admin.presses(action(card, t("Next", cast.language)), message=message))).json()
    assert answer["type"] == "application/vnd.microsoft.card.adaptive"
    assert rows(answer["value"]) != rows(card)
    assert shown(teams, admin) == (message, answer["value"])


async def test_a_stranger_is_told_so_and_nothing_else(demo: Demo, teams: StandIn, say: Say) -> None:
    stranger = Writer(teams, "Stranger", "stranger@elsewhere.example")
    await say(stranger.says("who isn't synced"))
    _, card = shown(teams, stranger)
    assert "aurora.example" not in str(card)
    assert "Table" not in str(card)


async def test_an_admin_in_a_group_is_answered_in_private(demo: Demo, teams: StandIn, say: Say) -> None:
    ada = Writer(teams, "Ada", "ada@aurora.example")
    group = "19:group@thread.v2"
    await say(ada.says("who isn't synced", conversation=group))
    _, card = shown(teams, ada)
    assert sorted(row[0] for row in rows(card)) == not_synced(demo)
    assert teams.said(group) == [{"text": "I wrote to you in our private chat."}]


async def test_the_welcome_says_what_can_be_done(demo: Demo, teams: StandIn, say: Say) -> None:
    ben = Writer(teams, "Ben", "ben@aurora.example")
    await say(ben.installs())
    _, card = shown(teams, ben)
    assert len(card["speak"]) > 20


async def test_a_card_about_somebody_shows_the_present_state_to_whoever_looks(
    demo: Demo, teams: StandIn, say: Say
) -> None:
    ada = Writer(teams, "Ada", "ada@aurora.example")
    await say(ada.says("how far is Ben Okafor with Zoom?"))
    message, card = shown(teams, ada)
    assert card["refresh"]["userIds"] == [ada.id]
    demo.world.connect("ben@aurora.example", "zoom")
    again = {**card["refresh"]["action"], "title": "Check again"}
    answer = (await say(ada.presses(again, message=message, trigger="automatic"))).json()
    assert "Zoom: Ready" in answer["value"]["speak"]
    assert answer["value"]["refresh"] == card["refresh"] | {"action": answer["value"]["refresh"]["action"]}


async def test_the_dashboard_refreshes_itself_and_stays_one_card(demo: Demo, teams: StandIn, say: Say) -> None:
    ada = Writer(teams, "Ada", "ada@aurora.example")
    await say(ada.says("show me the dashboard"))
    message, card = shown(teams, ada)
    assert len(teams.messages[ada.chat][message]["attachments"]) == 1
    demo.world.disconnect("clara@aurora.example", "zoom")
    await settled(demo)
    again = {**card["refresh"]["action"], "title": "Refresh"}
    answer = (await say(ada.presses(again, message=message, trigger="automatic"))).json()
    assert "Zoom: 9 of 28 hosts are ready" in answer["value"]["speak"] + str(answer["value"]["body"])
