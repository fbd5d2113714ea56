"""The sandbox in a process of its own, so that its work is not measured as ours."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Outside:
    """Where the sandbox is, and the keys to it."""

    url: str
    domain: str
    cronofy: dict[str, str]
    personio: dict[str, str]
    service: dict[str, Any]


@contextmanager
def outside(people: int) -> Iterator[Outside]:
    """A fresh world of that size without limits, as long as the block lasts."""
    command = [sys.executable, "-m", "tests.bench.sandbox_process", str(people)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield Outside(**json.loads(process.stdout.readline()))
        finally:
            process.kill()


async def _serve(people: int) -> None:
    from bot.sandbox.app import serve_sandbox
    from bot.sandbox.crowd import generate
    from bot.sandbox.limits import Limits
    from bot.sandbox.world import World

    world = World(generate(people), limits=Limits.none())
    async with serve_sandbox(world) as url:
        pair, cronofy, personio = world.grant_service_account(), world.cronofy, world.personio
        found = {
            "url": url,
            "domain": world.company.domain,
            "cronofy": {"client_id": cronofy.client_id, "client_secret": cronofy.client_secret},
            "personio": {"client_id": personio.client_id, "client_secret": personio.client_secret},
            "service": {
                "access_token": pair.access.value,
                "refresh_token": pair.refresh.value,
                "expires_in": pair.expires_in,
                "sub": world.service_account.sub,
            },
        }
        print(json.dumps(found), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
