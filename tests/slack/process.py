"""The program with Slack in a process of its own, so that tests can kill it: `python -m tests.slack.process`."""

import asyncio
import json
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
from bot.slack import SlackSettings
from storage.people import PersonRecord
from tests.slack.wiring import add_slack


def clock(ahead: float) -> Callable[[], datetime]:
    """A clock that is ahead, so that nobody waits for the grace time to pass."""
    return lambda: real_now() + timedelta(seconds=ahead)


async def main(given: dict[str, Any]) -> None:
    configure_logs()
    settings = read_settings(greenroom_database_url=given["database"], greenroom_secret_keys=given["key"])
    program = build(settings, now=clock(given["ahead"]))
    channel = add_slack(program, SlackSettings(public_url="https://bot.example", **given["slack"]))
    await program.open()
    await program.take_over()
    record = PersonRecord("1", "ada@aurora.example", "Ada Meyer", "en", "Europe/Berlin")
    await program.store.people.save(program.company, [record])
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=channel.routes()), port=given["port"], log_config=None, access_log=False)
    )
    await server.serve()
    await program.stop()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
