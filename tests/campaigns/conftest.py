"""Aurora's whole program with one chat at a time: the web, Slack's wire, Teams' wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette

from bot.channel import Channel
from bot.demo import Demo
from bot.sandbox.clock import Clock
from bot.teams import TeamsSettings
from bot.teams.limits import Limits
from tests.campaigns.seats import Seat, SlackSeat, Take, TeamsSeat, WebSeat
from tests.slack.conftest import settings_for, slack
from tests.slack.stand_in import Slack, user
from tests.slack.wiring import add_slack
from tests.teams.conftest import settings, teams
from tests.teams.stand_in import StandIn, Writer
from tests.teams.wiring import add_teams

__all__ = ["settings", "slack", "teams"]
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.fix(MONDAY)
    return clock


@pytest.fixture(params=["web", "slack", "teams"])
async def take(
    request: pytest.FixtureRequest, demo: Demo, slack: Slack, teams: StandIn, settings: TeamsSettings
) -> AsyncIterator[Take]:
    match request.param:
        case "web":

            async def on_the_web(name: str) -> Seat:
                return WebSeat(demo, f"{name}@aurora.example")

            yield on_the_web
        case "slack":
            accounts = _members(demo, slack)
            channel = add_slack(demo.program, settings_for(slack))
            slack.now = lambda: demo.program.now().timestamp()
            await channel.start()
            async with _reaching(channel, "http://bot.example") as slack.bot:
                await channel.settled()

                async def in_slack(name: str) -> Seat:
                    return SlackSeat(demo, slack, accounts[name])

                yield in_slack
        case "teams":
            # The clock stands still, so nothing would ever flow back into the buckets.
            teams_channel = add_teams(demo.program, settings, limits=Limits(conversation=(), tenant=(), bulk=()))
            await teams_channel.start()
            async with _reaching(teams_channel, "https://bot.example") as client:

                async def in_teams(name: str) -> Seat:
                    return TeamsSeat(demo, teams, client, Writer(teams, name, f"{name}@aurora.example"))

                yield in_teams


def _members(demo: Demo, slack: Slack) -> dict[str, str]:
    """Everybody of the company is a member of the workspace, too."""
    names = sorted({persona.email.partition("@")[0] for persona in demo.personas})
    accounts = {name: f"U{number:02}{name.upper().replace('.', '')}" for number, name in enumerate(names)}
    slack.users = [user(account, f"{name}@aurora.example") for name, account in accounts.items()]
    return accounts


def _reaching(channel: Channel, address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=channel.routes())), base_url=address)
