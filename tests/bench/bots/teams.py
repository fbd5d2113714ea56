"""Three bots that answer every activity with its own words: `python -m tests.bench.bots.teams NAME PORT FOLDER`."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import uvicorn
from botbuilder.core import CloudAdapterBase, TurnContext
from botbuilder.schema import Activity
from botframework.connector.auth import BotFrameworkAuthenticationFactory
from cryptography.fernet import Fernet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot import garbage
from bot.app import build
from bot.channel import Incoming
from bot.clock import now
from bot.directory import Visitor
from bot.inbox import Answer, Inbox
from bot.logs import configure_logs
from bot.settings import read_settings
from bot.stored_ports import TEAMS, TeamsAccounts
from bot.teams import TeamsChannel, TeamsSettings
from bot.teams.adapter import Connectors, TeamsAdapter
from bot.teams.limits import Limits
from bot.teams.tokens import AccessTokens
from handlers.messages import Person, Reply, Text
from storage.people import PersonRecord

WRITERS = 64
LOCAL = TeamsSettings(local=True)


async def echo(context: TurnContext) -> None:
    await context.send_activity(context.activity.text)


def shipped() -> BaseRoute:
    """CloudAdapterBase with Microsoft's own authentication and connector."""
    adapter = CloudAdapterBase(BotFrameworkAuthenticationFactory.create())

    async def post(request: Request) -> Response:
        await adapter.process_activity("", Activity().deserialize(await request.json()), echo)
        return Response(status_code=202)

    return Route("/api/messages", post, methods=["POST"])


async def bare() -> BaseRoute:
    """The same with our adapter and connector, and nothing else of ours."""
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=128))
    adapter = TeamsAdapter(LOCAL, Connectors(LOCAL, lambda: session, AccessTokens(LOCAL, lambda: session, now)))

    async def post(request: Request) -> Response:
        await adapter.receive(Activity().deserialize(await request.json()), echo)
        return Response(status_code=202)

    return Route("/api/messages", post, methods=["POST"])


class Echo:
    """Implements bot.inbox.Answerer."""

    async def answer(self, incoming: Incoming, visitor: Visitor | None, *, delivery: str) -> Answer:
        return Answer((Text(incoming.text),))

    def apology(self, person: Person | None) -> Reply:
        return (Text("Sorry."),)


async def ours(folder: Path) -> tuple[BaseRoute, Callable[[], Awaitable[None]]]:
    """The whole path: the durable inbox, an answer, its delivery, the channel."""
    garbage.hold()  # as the command does: what was imported is no garbage
    settings = read_settings(
        greenroom_database_url=f"sqlite:///{folder / 'bench.db'}",
        greenroom_secret_keys=Fernet.generate_key().decode(),
    )
    program = build(settings)
    program.directory.adopt(TEAMS, program.company_id)
    inbox = Inbox(program.store, program.directory, Echo(), post=program.outbox.post_answer, now=now)
    accounts = TeamsAccounts(program.store, program.directory)
    # The limits of Teams are the connector's affair here, as they are for the other two.
    limits = Limits(conversation=(), tenant=(), bulk=())
    channel = TeamsChannel(LOCAL, inbox=inbox, accounts=accounts, now=now, limits=limits)
    program.add(channel)
    await program.open()
    people = [
        PersonRecord(str(number), f"person{number}@bench.example", f"Person {number}", "en", "Europe/Berlin")
        for number in range(WRITERS)
    ]
    await program.store.people.save(program.company, people)

    async def stop() -> None:
        await inbox.stop(5)
        await program.stop()

    return channel.routes()[0], stop


async def main(name: str, port: int, folder: Path) -> None:
    configure_logs(level=logging.ERROR)
    stop: Callable[[], Awaitable[None]] | None = None
    match name:
        case "shipped":
            route = shipped()
        case "bare":
            route = await bare()
        case _:
            route, stop = await ours(folder)
    app = Starlette(routes=[route])
    await uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False)).serve()
    if stop:
        await stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
