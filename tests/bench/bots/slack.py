"""Two bots for Slack, one of them ours: `python -m tests.bench.bots.slack NAME PORT FOLDER API`."""

from __future__ import annotations

import asyncio
import logging
import resource
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from uuid import uuid4

import aiohttp
import uvicorn
from cryptography.fernet import Fernet
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot import garbage
from bot.app import Program, build
from bot.channel import Letter
from bot.logs import configure_logs
from bot.settings import read_settings
from bot.slack import SlackSettings
from handlers.messages import Button, Buttons, Text
from handlers.serialize import to_json
from storage.deliveries import NewDelivery
from storage.people import PersonRecord
from tests.slack.stand_in import SECRET, TEAM, TOKEN
from tests.slack.wiring import add_slack

WRITERS = 64
CHUNK = 100
NUDGE = (Text("One step is left until you can hold video interviews."), Buttons((Button("Connect", "connect"),)))
Stop = Callable[[], Awaitable[None]]


async def bare(api: str) -> tuple[Sequence[BaseRoute], Stop]:
    """Bolt as its documentation shows it, and its client for direct messages."""
    app = AsyncApp(signing_secret=SECRET, client=AsyncWebClient(TOKEN, base_url=api))
    session = aiohttp.ClientSession()
    client = AsyncWebClient(TOKEN, base_url=api, session=session)

    @app.event("message")
    async def echo(event: dict[str, str], say: AsyncSay) -> None:
        await say(event["text"])

    handler = AsyncSlackRequestHandler(app)

    async def bulk(request: Request) -> Response:
        async def send(number: int) -> None:
            blocks = [
                {"type": "section", "text": {"type": "mrkdwn", "text": NUDGE[0].text}},
                {
                    "type": "actions",
                    "elements": [
                        {"type": "button", "text": {"type": "plain_text", "text": "Connect"}, "action_id": "connect"}
                    ],
                },
            ]
            await client.chat_postMessage(channel=f"U{number:04}", text=NUDGE[0].text, blocks=blocks)

        return await _measured(int(request.query_params["count"]), send)

    return [Route("/slack/events", handler.handle, methods=["POST"]), Route("/bulk", bulk)], session.close


async def ours(api: str, folder: Path) -> tuple[Sequence[BaseRoute], Stop]:
    """The whole path: verify, store, understand, look up, answer, store, post."""
    garbage.hold()  # as the command does: what was imported is no garbage
    settings = read_settings(
        greenroom_database_url=f"sqlite:///{folder / 'bench.db'}",
        greenroom_secret_keys=Fernet.generate_key().decode(),
    )
    program = build(settings)
    slack = SlackSettings(public_url="https://bot.example", bot_token=TOKEN, signing_secret=SECRET, api_url=api)
    # Slack's own limits are the same for both bots: here they are out of the way.
    channel = add_slack(program, slack)
    await program.open()
    people = [
        PersonRecord(str(number), f"person{number}@bench.example", f"Person {number}", "en", "Europe/Berlin")
        for number in range(WRITERS)
    ]
    await program.store.people.save(program.company, people)
    await channel.settled()

    async def send(number: int) -> None:
        await channel.send(_letter(program, number))

    async def bulk(request: Request) -> Response:
        return await _measured(int(request.query_params["count"]), send)

    async def campaign(request: Request) -> Response:
        count = int(request.query_params["count"])
        for begin in range(0, count, CHUNK):
            deliveries = [_delivery(program, number) for number in range(begin, begin + CHUNK)]
            program.outbox.post(await program.store.deliveries.add(deliveries, program.now()))
            await program.outbox.settled()
        return JSONResponse({})

    routes = [*channel.routes(), Route("/bulk", bulk), Route("/campaign", campaign)]
    return routes, program.stop


def _letter(program: Program, number: int) -> Letter:
    return Letter(
        id=str(uuid4()),
        company=program.company,
        workspace=TEAM,
        account=f"U{number:04}",
        conversation="",
        reply=NUDGE,
        bulk=True,
    )


def _delivery(program: Program, number: int) -> NewDelivery:
    return NewDelivery(
        id=str(uuid4()),
        company_id=program.company,
        person_id=None,
        channel="slack",
        workspace=TEAM,
        account=f"UBULK{number:05}",
        conversation="",
        reply=to_json(NUDGE),
        key=f"bench:{uuid4()}",
    )


async def _measured(count: int, send: Callable[[int], Awaitable[None]]) -> Response:
    """How much processor time so many messages cost, sixteen at a time."""
    numbers = iter(range(count))

    async def work() -> None:
        for number in numbers:
            await send(number)

    before = _processor()
    await asyncio.gather(*(work() for _ in range(16)))
    return JSONResponse({"seconds": (_processor() - before) / count})


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def main(name: str, port: int, folder: Path, api: str) -> None:
    configure_logs(level=logging.ERROR)
    routes, stop = await (bare(api) if name == "bare" else ours(api, folder))
    await uvicorn.Server(
        uvicorn.Config(Starlette(routes=list(routes)), port=port, log_config=None, access_log=False)
    ).serve()
    await stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]))
