"""Aurora with one chat platform, whose program can be stopped and built anew on the same database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.app import Program, build
from bot.demo import SANDBOX, Demo, DemoOptions, add_chat, running_demo
from bot.sandbox.app import create_sandbox, serve
from bot.sandbox.clock import Clock
from bot.teams import TeamsSettings
from bot.teams.limits import Limits
from tests.dialogues.hands import Hand, SlackHand, TeamsHand, WebHand
from tests.handlers.guide_people import ADMINS
from tests.slack.conftest import settings_for
from tests.slack.stand_in import Slack, user
from tests.slack.wiring import add_slack
from tests.teams.stand_in import APP, TENANT, StandIn
from tests.teams.wiring import add_teams

HOST = "ben"
TICK = timedelta(seconds=1)
UNLIMITED = Limits(conversation=(), tenant=(), bulk=())


class Switch:
    """What is served under the one address: the program that runs now."""

    def __init__(self) -> None:
        self.app: ASGIApp = Starlette()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@dataclass
class Stage:
    """The world, the program in it, and the platform on which people meet it."""

    demo: Demo
    platform: str
    language: str
    slack: Slack
    teams: StandIn
    running: AsyncExitStack
    switch: Switch = field(default_factory=Switch)
    client: httpx.AsyncClient | None = None

    @property
    def program(self) -> Program:
        return self.demo.program

    async def open(self) -> None:
        """People are known, and that is all: no calendar is connected."""
        # The demo's own story begins with a connected calendar.
        self.program.first_look.look = self.program.sync_if_never
        await self._attach()
        self.demo.served = True
        await self.running.enter_async_context(serve(self.switch, port=self.demo.port))  # type: ignore[arg-type]
        await self.program.sync()
        await self.demo._seat()
        people, company = self.program.store.people, self.program.company
        (row,) = await people.with_email(company, f"{ADMINS[self.language]}@aurora.example")
        if row.role == "employee":
            await people.change(company, row.id, role="hr_admin")
        await self.program.sync()
        await self.settle()

    async def restart(self) -> None:
        """As after a kill: the old program is never heard of again, the new one knows what the database knows."""
        self.demo.program = build(self.program.settings, now=self.demo.world.clock, paced=False)
        self.demo.running.push_async_callback(self.demo.program.stop)
        await self._attach()
        await self.program.take_over()
        await self.settle()

    async def settle(self) -> None:
        """Callbacks cause work, which may cause more; people need a moment between two things."""
        for _ in range(3):
            await self.demo.settled()
        self.demo.world.clock.advance(TICK)

    def admin(self) -> Hand:
        return self._hand(ADMINS[self.language], self.language)

    def host(self) -> Hand:
        """Ben hosts interviews; he writes English."""
        return self._hand(HOST, "en")

    def _hand(self, name: str, language: str) -> Hand:
        match self.platform:
            case "slack":
                return SlackHand(self.slack, f"U{name.upper()}", language, self.settle)
            case "teams":
                return TeamsHand(self.teams, name, language, self.settle, client=lambda: self.client)
        return WebHand(self.demo, f"{name}@aurora.example", language, self.settle)

    async def _attach(self) -> None:
        program = self.program
        match self.platform:
            case "slack":
                program.directory.adopt("slack", program.company_id)
                channel: Any = add_slack(program, settings_for(self.slack))
            case "teams":
                channel = add_teams(program, _teams_settings(self.teams), limits=UNLIMITED)
            case _:
                add_chat(self.demo)
                program.directory.adopt("web", program.company_id)
                channel = program.channels["web"]
        await program.open()
        routes = [*program.routes(), Mount(SANDBOX, create_sandbox(self.demo.world))]
        self.switch.app = Starlette(routes=routes, middleware=[program.guard()])
        transport = httpx.ASGITransport(Starlette(routes=channel.routes()))
        self.client = await self.running.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://bot.example")
        )
        self.slack.bot = self.client
        if self.platform == "slack":
            await channel.settled()


@asynccontextmanager
async def stage(platform: str, language: str, clock: Clock, *, calendar: str, **given: object) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        options = DemoOptions(calendar=calendar)
        demo = await stack.enter_async_context(running_demo(options, clock=clock, chat=False, **given))
        slack = Slack(users=[user(f"U{name.upper()}", f"{name}@aurora.example") for name in (*ADMINS.values(), HOST)])
        slack.now = lambda: demo.world.clock().timestamp()
        teams = StandIn(demo.world.clock)
        if platform == "slack":
            await slack.start()
            stack.push_async_callback(slack.stop)
        if platform == "teams":
            teams.publish("first")
            await teams.start()
            stack.push_async_callback(teams.stop)
        opened = Stage(demo, platform, language, slack, teams, stack)
        await opened.open()
        yield opened


def _teams_settings(teams: StandIn) -> TeamsSettings:
    return TeamsSettings(
        app_id=APP,
        app_password="made-up-password",
        tenant_id=TENANT,
        service_url=teams.service_url,
        stand_in=teams.service_url,
        metadata_url=f"{teams.url}/openid",
        login_url=f"{teams.url}/login",
    )
