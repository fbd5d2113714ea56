"""Every conversation over Slack's HTTP, Slack's Socket Mode and Teams, through the real code of the channels."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any, Protocol

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from bot.demo import Demo
from bot.slack.elements import Place, actions
from bot.teams import TeamsSettings
from bot.teams.limits import Limits
from handlers.conversations import ROUTER
from handlers.messages import Button
from tests.campaigns.seats import Seat, SlackSeat, TeamsSeat
from tests.chat import through_the_pages
from tests.slack.conftest import settings_for
from tests.slack.stand_in import APP_TOKEN, Slack, user
from tests.slack.wiring import add_slack
from tests.surfaces.conftest import Opens
from tests.teams.stand_in import APP, TENANT, StandIn, Writer, action
from tests.teams.wiring import add_teams
from tests.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")
NAMES = ("ada", "ben", "ines")
VALUES = {"provider": "zoom", "person": "ines@aurora.example"}
APOLOGY = "something went wrong on my side"
STRANGER = "I don't know you yet"


class Room(Protocol):
    """One chat, with the whole program behind it."""

    demo: Demo

    def seat(self, name: str) -> Seat: ...

    async def acts(self, name: str, intent: str, values: Mapping[str, str]) -> None:
        """Press a button of any intent."""

    async def looks_at_the_dashboard(self, name: str) -> None:
        """Where the chat has a page of its own, there."""

    async def taps(self, name: str, label: str) -> None:
        """Press a button of the dashboard."""

    def dashboard(self, name: str) -> str:
        """Everything that is on it, drawn."""


class SlackRoom:
    def __init__(self, demo: Demo, slack: Slack) -> None:
        self.demo, self._slack = demo, slack
        self._accounts = {name: f"U{number:02}{name.upper()}" for number, name in enumerate(NAMES)}
        slack.users = [user(account, f"{name}@aurora.example") for name, account in self._accounts.items()]

    def seat(self, name: str) -> SlackSeat:
        return SlackSeat(self.demo, self._slack, self._accounts[name])

    async def acts(self, name: str, intent: str, values: Mapping[str, str]) -> None:
        account, button = self._accounts[name], Button("Press", intent, values)
        blocks = actions([button], Place("no-letter"), index=0, number=0)
        message = {"channel": self._slack.direct(account), "ts": self._slack.stamp(), "blocks": blocks}
        assert (await self._slack.presses(account, "Press", message)).status_code == 200
        await self.demo.settled()

    async def looks_at_the_dashboard(self, name: str) -> None:
        await self._slack.opens_home(self._accounts[name])
        await self.demo.settled()

    async def taps(self, name: str, label: str) -> None:
        account = self._accounts[name]
        await self._slack.presses(account, label, self._slack.homes[account], in_home=True)
        await self.demo.settled()

    def dashboard(self, name: str) -> str:
        return str(self._slack.homes[self._accounts[name]]["blocks"])


class TeamsRoom:
    def __init__(self, demo: Demo, teams: StandIn, client: httpx.AsyncClient) -> None:
        self.demo, self._teams, self._client = demo, teams, client
        self._writers = {name: Writer(teams, name, f"{name}@aurora.example") for name in NAMES}
        self._shown: tuple[str, dict[str, Any]] = ("", {})

    def seat(self, name: str) -> TeamsSeat:
        return TeamsSeat(self.demo, self._teams, self._client, self._writers[name])

    async def acts(self, name: str, intent: str, values: Mapping[str, str]) -> None:
        pressed = {"greenroom": {"intent": intent, "values": dict(values)}}
        await self._deliver(self._writers[name].activity(value=pressed))

    async def looks_at_the_dashboard(self, name: str) -> None:
        await self.seat(name).says("show me the dashboard")
        self._shown = self._newest(name)

    async def taps(self, name: str, label: str) -> None:
        message, card = self._shown
        answer = await self._deliver(self._writers[name].presses(action(card, label), message=message))
        drawn = answer.json()
        is_card = drawn["type"] == "application/vnd.microsoft.card.adaptive"
        self._shown = (message, drawn["value"]) if is_card else self._newest(name)

    def dashboard(self, name: str) -> str:
        return str(self._shown[1])

    def _newest(self, name: str) -> tuple[str, dict[str, Any]]:
        message, body = list(self._teams.messages[self._writers[name].chat].items())[-1]
        return message, body["attachments"][0]["content"]

    async def _deliver(self, activity: dict[str, Any]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._teams.token()}"}
        answer = await self._client.post("/api/messages", json=activity, headers=headers)
        assert answer.status_code < 300, answer.text
        await self.demo.settled()
        return answer


async def slack_room(stack: AsyncExitStack, demo: Demo, *, socket: bool) -> SlackRoom:
    slack = Slack(users=[])
    room = SlackRoom(demo, slack)
    await slack.start()
    stack.push_async_callback(slack.stop)
    settings = settings_for(slack, **({"app_token": APP_TOKEN, "signing_secret": ""} if socket else {}))
    channel = add_slack(demo.program, settings)
    slack.now = lambda: demo.program.now().timestamp()
    await channel.start()
    transport = httpx.ASGITransport(Starlette(routes=channel.routes()))
    slack.bot = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://bot.example"))
    if socket:
        await slack.connected.wait()
    await channel.settled()
    return room


async def teams_room(stack: AsyncExitStack, demo: Demo) -> TeamsRoom:
    teams = StandIn(demo.program.now)
    teams.publish("first")
    await teams.start()
    stack.push_async_callback(teams.stop)
    settings = TeamsSettings(
        app_id=APP,
        app_password="made-up-password",
        tenant_id=TENANT,
        service_url=teams.service_url,
        stand_in=teams.service_url,
        metadata_url=f"{teams.url}/openid",
        login_url=f"{teams.url}/login",
    )
    # The clock stands nearly still, so nothing would flow back into the buckets.
    channel = add_teams(demo.program, settings, limits=Limits(conversation=(), tenant=(), bulk=()))
    await channel.start()
    transport = httpx.ASGITransport(Starlette(routes=channel.routes()))
    client = httpx.AsyncClient(transport=transport, base_url="https://bot.example")
    return TeamsRoom(demo, teams, await stack.enter_async_context(client))


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["slack http", "slack socket", "teams"])
async def room(request: pytest.FixtureRequest, opens: Opens) -> AsyncIterator[Room]:
    async with AsyncExitStack() as stack:
        demo = await stack.enter_async_context(opens())
        match request.param:
            case "teams":
                yield await teams_room(stack, demo)
            case transport:
                yield await slack_room(stack, demo, socket=transport == "slack socket")


async def test_the_story_from_the_first_word_to_a_lost_connection(room: Room) -> None:
    ben, ada = room.seat("ben"), room.seat("ada")
    await ben.says("connect my Zoom")
    async with Visitor() as visitor:
        await visitor.opens(await ben.address("Connect Zoom"))
        await visitor.presses("Continue to Cronofy")
        await through_the_pages(visitor)
        await room.demo.settled()
    assert "Zoom is connected as ben@aurora.example" in (await ben.screen())[-1], "the card that carried the link"

    await ada.says("who isn't synced")
    assert "7 hosts are not synced" in (await ada.screen())[-1]
    assert "Stefan Maier" in (await ada.screen())[-1]

    await ada.says("how far is Ben Okafor with Zoom?")
    assert "Zoom: Ready" in (await ada.screen())[-1]
    room.demo.world.disconnect("ben@aurora.example", "zoom")
    await room.demo.settled()
    await ada.says("how far is Ben Okafor with Zoom?")
    assert "The Zoom account is not connected" in (await ada.screen())[-1]
    await ben.says("am I ready?")
    assert "Zoom: Needs you" in (await ben.screen())[-1]


async def test_the_dashboard_is_filtered_turned_refreshed_and_exported_in_place(room: Room) -> None:
    await room.looks_at_the_dashboard("ada")
    first = room.dashboard("ada")
    assert "The calendar integration is active." in first
    await room.taps("ada", "Zoom")
    assert "✓ Zoom" in room.dashboard("ada")
    await room.taps("ada", "Waiting for somebody else")
    filtered = room.dashboard("ada")
    assert "8 hosts are not ready" in filtered
    await room.taps("ada", "Next")
    assert "✓ Waiting for somebody else" in room.dashboard("ada")
    assert room.dashboard("ada") != filtered
    await room.taps("ada", "Previous")
    await room.taps("ada", "Refresh")
    assert "8 hosts are not ready" in room.dashboard("ada")
    await room.taps("ada", "Who needs what, as CSV")
    assert "/exports/people-" in room.dashboard("ada")


async def test_an_employee_finds_the_own_state_there(room: Room) -> None:
    await room.acts("ben", "home", {})
    assert "Your video interviews" in (await room.seat("ben").screen())[-1]


@pytest.mark.parametrize("intent", sorted(ROUTER.routes))
async def test_every_intent_is_answered(room: Room, intent: str) -> None:
    people, company = room.demo.program.store.people, room.demo.program.company
    [ada] = await people.with_email(company, "ada@aurora.example")
    await people.change(company, ada.id, role="owner", language="en", erase_at=None)
    before = len(await room.seat("ada").screen())
    await room.acts("ada", intent, VALUES)
    said = (await room.seat("ada").screen())[before:]
    assert said, "no answer"
    assert all(words.strip() and APOLOGY not in words and STRANGER not in words for words in said)
