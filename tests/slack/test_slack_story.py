"""Conversations through the whole program: sandbox, store, inbox, outbox, and Slack's own wire in both transports."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.demo import Demo
from handlers.texts import t
from tests.chat import through_the_pages
from tests.handlers.test_story import CASTS, Cast, not_synced
from tests.slack.conftest import settings_for
from tests.slack.stand_in import APP_TOKEN, Slack, buttons, user
from tests.slack.wiring import add_slack
from tests.visitor import Visitor

ACCOUNTS = {
    name: f"U{number:02}{name.upper()}"
    for number, name in enumerate(["ada", "ben", "camille", "ines", "dieter", "yusuf"])
}


@pytest.fixture(params=["http", "socket"])
async def office(request: pytest.FixtureRequest, demo: Demo, slack: Slack) -> AsyncIterator[Slack]:
    """Aurora's Slack, with the whole program behind it."""
    slack.users = [user(account, f"{name}@aurora.example") for name, account in ACCOUNTS.items()]
    slack.users.append(user("U99STRANGER", "stranger@elsewhere.example"))
    slack.members_of = {"C01GENERAL": set(ACCOUNTS.values())}
    over_socket = request.param == "socket"
    transport = {"app_token": APP_TOKEN, "signing_secret": ""} if over_socket else {}
    channel = add_slack(demo.program, settings_for(slack, **transport))
    slack.now = lambda: demo.program.now().timestamp()
    await channel.start()
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Starlette(routes=channel.routes())), base_url="http://bot.example"
    ) as client:
        slack.bot = client
        if over_socket:
            await slack.connected.wait()
        await channel.settled()
        yield slack


async def settled(demo: Demo) -> None:
    await demo.world.drain()
    await demo.program.settled()


def newest(slack: Slack, account: str) -> dict[str, Any]:
    return slack.messages[slack.direct(account)][-1]


def rows(blocks: list[dict[str, Any]]) -> list[list[str]]:
    """The table of a message, without its head."""
    [table] = [block for block in blocks if block["type"] == "table"]
    return [[cell["text"] for cell in row] for row in table["rows"][1:]]


async def make_admin(demo: Demo, name: str) -> None:
    company, people = demo.program.company, demo.program.store.people
    [row] = await people.with_email(company, f"{name}@aurora.example")
    await people.change(company, row.id, role="hr_admin")


@pytest.mark.parametrize("cast", CASTS, ids=str)
async def test_an_employee_connects_over_slack(demo: Demo, office: Slack, cast: Cast) -> None:
    account, language = ACCOUNTS[cast.employee], cast.language
    assert (await office.says(account, cast.connect)).status_code == 200
    await settled(demo)
    before = newest(office, account)
    link = next(
        b for b in buttons(before["blocks"]) if b["text"]["text"] == t("Connect {provider}", language, provider="Zoom")
    )
    async with Visitor() as visitor:
        await visitor.opens(link["url"])
        await visitor.presses(t("Continue to Cronofy", language))
        await through_the_pages(visitor)
        await settled(demo)

    # The card that carried the link says that it worked.
    after = newest(office, account)
    worked = t(
        "{provider} is connected as {account}", language, provider="Zoom", account=f"{cast.employee}@aurora.example"
    )
    assert after["ts"] == before["ts"]
    assert worked in after["text"]


@pytest.mark.parametrize("cast", CASTS, ids=str)
async def test_an_admin_turns_the_pages_of_a_list_over_slack(demo: Demo, office: Slack, cast: Cast) -> None:
    await make_admin(demo, cast.admin)
    account = ACCOUNTS[cast.admin]
    await office.says(account, cast.not_synced)
    await settled(demo)
    assert sorted(row[0] for row in rows(newest(office, account)["blocks"])) == not_synced(demo)

    await office.says(account, cast.not_connected)
    await settled(demo)
    first = newest(office, account)
    seen = rows(first["blocks"])
    await office.presses(account, t("Next", cast.language), first)
    await settled(demo)
    turned = newest(office, account)
    assert turned["ts"] == first["ts"]
    assert rows(turned["blocks"]) != seen


async def test_an_admin_in_a_channel_is_answered_for_her_eyes_only(demo: Demo, office: Slack) -> None:
    await make_admin(demo, "ada")
    await office.mentions(ACCOUNTS["ada"], "who isn't synced")
    await settled(demo)
    [shown] = office.ephemerals
    assert shown["user"] == ACCOUNTS["ada"]
    assert sorted(row[0] for row in rows(shown["blocks"])) == not_synced(demo)
    assert office.posted("C01GENERAL") == []


async def test_the_home_tab_shows_the_own_state(demo: Demo, office: Slack) -> None:
    await office.opens_home(ACCOUNTS["ben"])
    await settled(demo)
    assert "Zoom" in str(office.homes[ACCOUNTS["ben"]]["blocks"])


async def test_a_command_understands_the_same_sentences(demo: Demo, office: Slack) -> None:
    await office.commands(ACCOUNTS["ben"], "am I ready?")
    await settled(demo)
    assert "Zoom" in office.ephemerals[0]["text"]


async def test_a_stranger_is_told_so_and_nothing_else(demo: Demo, office: Slack) -> None:
    await office.says("U99STRANGER", "who isn't synced")
    await settled(demo)
    said = newest(office, "U99STRANGER")
    assert "aurora.example" not in str(said["blocks"])
    assert "table" not in [block["type"] for block in said["blocks"]]


async def test_slack_retries_answer_nobody_twice(demo: Demo, office: Slack) -> None:
    for _ in range(3):
        await office.says(ACCOUNTS["ben"], "help", event_id="Ev-help")
    await settled(demo)
    assert len(office.messages[office.direct(ACCOUNTS["ben"])]) == 1
