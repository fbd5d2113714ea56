from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.sandbox.app import serve, serve_sandbox
from bot.sandbox.clock import Clock
from bot.sandbox.world import World
from tests.sandbox.product import Product

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    clock = Clock()
    clock.fix(START)
    return World(clock=clock)


@pytest.fixture
async def product(world: World) -> AsyncIterator[Product]:
    async with serve_sandbox(world) as base_url, httpx.AsyncClient(base_url=base_url, timeout=10) as client:
        product = Product(client=client, world=world)
        inbox = Starlette(routes=[Route("/{path:path}", product.receive, methods=["POST"])])
        async with serve(inbox) as address:
            product.address = address
            yield product
