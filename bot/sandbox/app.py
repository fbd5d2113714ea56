"""The sandbox as a web application, mountable below any prefix, and as a server in the running loop."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Router

from bot.sandbox.control import Control
from bot.sandbox.cronofy import Cronofy
from bot.sandbox.cronofy_channels import Channels
from bot.sandbox.cronofy_events import Events
from bot.sandbox.cronofy_pages import Pages
from bot.sandbox.cronofy_tokens import Tokens
from bot.sandbox.faults import System
from bot.sandbox.gate import Gate
from bot.sandbox.google import Google
from bot.sandbox.goto import GoTo
from bot.sandbox.graph import Graph
from bot.sandbox.personio import Personio
from bot.sandbox.personio_webhooks import Webhooks
from bot.sandbox.world import World
from bot.sandbox.zoom import Zoom
from bot.web_server import serve


def create_sandbox(world: World) -> Starlette:
    """The outside systems of one world; `world.base_url` is where this application can be reached."""
    return Starlette(
        routes=[
            _system(
                world,
                System.CRONOFY,
                [
                    *Tokens(world).routes(),
                    *Cronofy(world).routes(),
                    *Channels(world).routes(),
                    *Events(world).routes(),
                ],
            ),
            _system(world, System.PAGES, Pages(world).routes()),
            _system(world, System.PERSONIO, [*Personio(world).routes(), *Webhooks(world).routes()]),
            _system(world, System.ZOOM, Zoom(world).routes()),
            _system(world, System.MICROSOFT, Graph(world).routes()),
            _system(world, System.GOOGLE, Google(world).routes()),
            _system(world, System.GOTO, GoTo(world).routes()),
            Mount("/control", routes=Control(world).routes()),
        ]
    )


def _system(world: World, system: System, routes: list[BaseRoute]) -> Mount:
    return Mount(f"/{system}", app=Gate(Router(routes), world=world, system=system))


@contextlib.asynccontextmanager
async def serve_sandbox(world: World, *, port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Serve in the running loop; gives the base address, and stops with the block."""
    async with serve(create_sandbox(world), port=port, host=host) as address:
        world.base_url = address
        try:
            yield address
        finally:
            await world.close()
