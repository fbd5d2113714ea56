"""The program with Teams in a process of its own, so that tests can kill it: `python -m tests.teams.process`."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot.app import build
from bot.clock import now as real_now
from bot.logs import configure_logs
from bot.settings import read_settings
from bot.teams import TeamsSettings
from storage.people import PersonRecord
from tests.teams.stand_in import APP, TENANT
from tests.teams.wiring import add_teams


def clock(ahead: float) -> Callable[[], datetime]:
    """A clock that is ahead, so that nobody waits for the grace time to pass."""
    return lambda: real_now() + timedelta(seconds=ahead)


async def main(given: dict[str, Any]) -> None:
    configure_logs()
    settings = read_settings(greenroom_database_url=given["database"], greenroom_secret_keys=given["key"])
    program = build(settings, now=clock(given["ahead"]))
    stand_in = f"{given['teams']}/teams/"
    teams = TeamsSettings(
        app_id=APP,
        app_password="x",
        tenant_id=TENANT,
        service_url=stand_in,
        stand_in=stand_in,
        metadata_url=f"{given['teams']}/openid",
        login_url=f"{given['teams']}/login",
    )
    channel = add_teams(program, teams)
    await program.open()
    await program.take_over()
    record = PersonRecord("1", "ben@aurora.example", "Ben Okafor", "en", "Europe/Berlin")
    await program.store.people.save(program.company, [record])
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=channel.routes()), port=given["port"], log_config=None, access_log=False)
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: None)
    await server.serve()
    await program.stop()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
