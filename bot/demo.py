"""The demo: the whole program in a simulated world, with a web chat in which a visitor can be anybody."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import build
from bot.observing import observer_of
from bot.personas import personas_of
from bot.program import Program
from bot.sandbox.clock import Clock
from bot.sandbox.company import aurora
from bot.sandbox.crowd import generate
from bot.sandbox.limits import Limits
from bot.sandbox.records import Calendar
from bot.sandbox.world import World
from bot.settings import Settings, read_settings
from bot.web.ports import Persona
from handlers.access import save_tokens
from providers.cronofy import Tokens
from storage.grants import SERVICE_ACCOUNT

ROLES = {"ada": "owner", "ines": "it_admin"}
SHOWN = ("ben", "ada")
WEB, WEB_WORKSPACE = "web", "demo"
SANDBOX = "/sandbox"
HOST = "127.0.0.1"
LIMITS = Limits().times(20)
"""A visitor does not want to wait for the first sync; the limits themselves are tested."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What the command line can ask for."""

    port: int = 0
    """0: any free one."""
    people: int = 0
    """How many; 0 means the forty of Aurora."""
    seed: int = 1
    language: str = "en"
    calendar: str = "graph"


@dataclass(slots=True)
class Demo:
    """A world, and the program that runs in it."""

    world: World
    program: Program
    port: int
    running: AsyncExitStack
    personas: list[Persona] = field(default_factory=list)
    served: bool = False

    async def serve(self) -> None:
        """Put the product and the sandbox behind one address; a question that needs neither never does."""
        if self.served:
            return
        from starlette.applications import Starlette
        from starlette.routing import Mount

        from bot.sandbox.app import create_sandbox
        from bot.web_server import serve

        self.served = True
        routes = [*self.program.routes(), Mount(SANDBOX, create_sandbox(self.world))]
        app = Starlette(routes=routes, middleware=[self.program.guard()])
        await self.running.enter_async_context(serve(app, port=self.port, host=HOST))

    async def begin(self) -> None:
        """How the story begins: an admin has connected the calendar, and everybody was looked at once."""
        await self.serve()
        program, company, account = self.program, self.program.company, self.world.service_account
        pair = self.world.grant_service_account()
        expires_at = self.world.clock() + timedelta(seconds=pair.expires_in)
        tokens = Tokens(pair.access.value, expires_at, pair.refresh.value, account.sub)
        await save_tokens(program.services, company, SERVICE_ACCOUNT, tokens)
        await program.chores.sync()
        await self._told()
        await self._seat()

    async def _told(self) -> None:
        """Wait until the world has told its news; not for answers, because they may be waiting for this."""
        await self.program.webhooks.settled()
        await self.world.drain()
        await self.program.webhooks.settled()

    async def settled(self) -> None:
        """Wait until the world has told its news and the program has answered everything."""
        # What is worked on may ask the world, whose answers make more work.
        await self.program.settled()
        await self.world.drain()
        await self.program.settled()

    async def _seat(self) -> None:
        """Give everybody a chair in the web chat, and the admins of the story their roles."""
        people, company = self.program.store.people, self.program.company
        for name, role in ROLES.items():
            for row in await people.with_email(company, f"{name}@{self.world.company.domain}"):
                await people.change(company, row.id, role=role)
        rows = [row for row in await people.all(company) if row.email]
        await people.link_accounts(company, WEB, WEB_WORKSPACE, {row.email: row.id for row in rows})
        self.personas[:] = personas_of(rows)


@asynccontextmanager
async def running_demo(
    options: DemoOptions, *, clock: Clock | None = None, chat: bool = True, **given: object
) -> AsyncIterator[Demo]:
    """Build it, with the web chat unless nobody will look at it; everything ends with the block.

    The story begins with the first look. Settings that are not `given` come from the environment, such as Slack's.
    """
    async with AsyncExitStack() as running:
        folder = running.enter_context(TemporaryDirectory(prefix="greenroom-demo-"))
        database = f"sqlite:///{Path(folder) / 'demo.db'}"
        given = {"greenroom_database_url": database, "google_service_account_file": f"{folder}/google.json", **given}
        demo = _build(options, running, clock, given, watched=chat)
        running.push_async_callback(demo.world.close)
        running.push_async_callback(demo.program.stop)
        if chat:
            add_chat(demo)
        await demo.program.open()
        if chat:
            await demo.serve()
        yield demo


def _build(
    options: DemoOptions, running: AsyncExitStack, clock: Clock | None, given: dict[str, object], *, watched: bool
) -> Demo:
    port = free_port(options.port)
    address = f"http://{HOST}:{port}"
    calendar = Calendar(options.calendar)
    cast = generate(options.people, options.seed, calendar=calendar) if options.people else aurora(calendar)
    world = World(cast, seed=options.seed, clock=clock, limits=LIMITS, base_url=f"{address}{SANDBOX}")
    if calendar == Calendar.GOOGLE:
        Path(str(given["google_service_account_file"])).write_text(world.partners.google_key_file, encoding="utf-8")
    settings = _settings(world, options, address, given)
    observer = observer_of(settings) if watched else None
    program = build(settings, now=world.clock, paced=False, observer=observer)
    program.directory.adopt(WEB, program.company_id)
    demo = Demo(world, program, port, running)
    program.first_look.look = demo.begin
    return demo


def add_chat(demo: Demo) -> None:
    """The web chat in which a visitor can be anybody."""
    from bot.transcript import StoredTranscript
    from bot.web.send import WebChannel

    program, company = demo.program, demo.world.company
    transcript = StoredTranscript(
        program.store, company=program.company_id, personas=lambda: demo.personas, now=program.now
    )
    channel = WebChannel(
        inbox=program.inbox,
        transcript=transcript,
        now=program.now,
        company=company.name,
        default_people=[f"{name}@{company.domain}" for name in SHOWN],
        control_url=f"{SANDBOX}/control",
    )
    program.add(channel)


def free_port(wanted: int) -> int:
    """The port that was asked for, or any that is free; OSError when it is taken."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, wanted))
        return int(listener.getsockname()[1])


def _settings(world: World, options: DemoOptions, address: str, given: dict[str, object]) -> Settings:
    domain = world.company.domain
    values: dict[str, object] = {
        "greenroom_public_url": address,
        "greenroom_company": world.company.name,
        "greenroom_domains": (domain,),
        "greenroom_owners": (f"ada@{domain}",),
        "greenroom_language": options.language,
        "cronofy_client_id": world.cronofy.client_id,
        "cronofy_client_secret": world.cronofy.client_secret,
        "cronofy_api_url": f"{world.base_url}/cronofy",
        "cronofy_app_url": f"{world.base_url}/cronofy-app",
        "personio_client_id": world.personio.client_id,
        "personio_client_secret": world.personio.client_secret,
        "personio_api_url": f"{world.base_url}/personio",
    }
    return read_settings(**{**values, **_systems(world), **given})


def _systems(world: World) -> dict[str, object]:
    """The systems that such a company has: Zoom, GoTo, and Microsoft or Google by its calendar."""
    partners, address = world.partners, world.base_url
    values: dict[str, object] = {
        "zoom_account_id": partners.zoom.place,
        "zoom_client_id": partners.zoom.client_id,
        "zoom_client_secret": partners.zoom.client_secret,
        "zoom_api_url": f"{address}/zoom",
        "zoom_oauth_url": f"{address}/zoom",
        "goto_client_id": partners.goto.client_id,
        "goto_client_secret": partners.goto.client_secret,
        "goto_refresh_token": partners.goto_refresh_token,
        "goto_api_url": f"{address}/goto",
        "goto_oauth_url": f"{address}/goto",
    }
    if world.calendar in (Calendar.GRAPH, Calendar.EWS):
        values |= {
            "microsoft_tenant_id": partners.microsoft.place,
            "microsoft_client_id": partners.microsoft.client_id,
            "microsoft_client_secret": partners.microsoft.client_secret,
            "microsoft_graph_url": f"{address}/microsoft",
            "microsoft_login_url": f"{address}/microsoft",
        }
    if world.calendar == Calendar.GOOGLE:
        values |= {
            "google_admin_email": f"ada@{world.company.domain}",
            "google_api_url": f"{address}/google",
            "google_oauth_url": f"{address}/google",
        }
    return values
