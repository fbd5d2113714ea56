from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from bot.sandbox.app import create_sandbox
from bot.sandbox.clock import Clock
from bot.sandbox.world import World
from bot.web_server import serve
from tests.sandbox.product import Product

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    clock = Clock()
    clock.fix(START)
    return World(clock=clock)


@pytest.fixture
async def product(world: World) -> AsyncIterator[Product]:
    """The sandbox below a prefix, as in the demo, and beside it an address that takes callbacks."""
    product = Product(world)
    inbox = Route("/inbox/{path:path}", product.receive, methods=["POST"])
    app = Starlette(routes=[inbox, Mount("/sandbox", app=create_sandbox(world))])
    async with serve(app) as address:
        world.base_url, product.address = f"{address}/sandbox", f"{address}/inbox"
        async with httpx.AsyncClient(base_url=world.base_url, timeout=10) as product.client:
            yield product
        await world.close()
