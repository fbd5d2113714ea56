"""The Teams channel: wires this folder together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import aiohttp
from starlette.routing import BaseRoute, Route

from bot.calls import Calls
from bot.channel import Doubtful, Letter, OnCall
from bot.reach import Reach
from bot.teams.adapter import Connectors, TeamsAdapter
from bot.teams.auth import TokenCheck
from bot.teams.busy import Busy
from bot.teams.endpoint import Endpoint
from bot.teams.graph import Graph
from bot.teams.hearing import reaches_itself
from bot.teams.keys import SigningKeys
from bot.teams.limits import Limits
from bot.teams.people import People
from bot.teams.ports import Accounts, Inbox
from bot.teams.presses import Presses
from bot.teams.receive import NAME
from bot.teams.roster import Roster
from bot.teams.send import Sender
from bot.teams.settings import TeamsSettings
from bot.teams.tokens import GRAPH_SCOPE, AccessTokens
from bot.teams.turns import Turns

# Below the time after which the outbox calls a message doubtful.
TIMEOUT = aiohttp.ClientTimeout(total=15, sock_connect=5)
MOST_CONNECTIONS = 128
TYPING_AFTER = 1.0
# Teams waits about five seconds for the answer to a press.
PRESS_DEADLINE = 4.0


class TeamsChannel:
    """Microsoft Teams behind the contract of bot.channel."""

    name = NAME
    needs_reference = True
    can_be_asked = False

    def __init__(
        self,
        settings: TeamsSettings,
        *,
        inbox: Inbox,
        accounts: Accounts,
        now: Callable[[], datetime],
        limits: Limits | None = None,
        typing_after: float = TYPING_AFTER,
        press_deadline: float = PRESS_DEADLINE,
        on_call: OnCall | None = None,
    ) -> None:
        self._settings = settings
        self._reach = Reach(self._reaches_itself, now)
        self._opened: aiohttp.ClientSession | None = None
        tokens = AccessTokens(settings, self._session, now)
        adapter = TeamsAdapter(settings, Connectors(settings, self._session, tokens, Calls("Teams", on_call)))
        self._busy = Busy(typing_after)
        presses = Presses()
        people = People(settings, adapter, accounts, now)
        graph = self._graph(settings, now) if settings.catalogue_id else None
        self._roster = graph and Roster(graph, accounts, settings.tenant_id, now)
        self._sender = Sender(adapter, people, presses, limits=limits or Limits(), now=now, installer=graph)
        self._turns = Turns(settings, inbox, people, self._sender, presses, busy=self._busy, deadline=press_deadline)
        adapter.on_turn_error = self._turns.failed
        check = TokenCheck(settings, SigningKeys(settings.metadata_url, self._session, now), now)
        self._endpoint = Endpoint(settings, check, adapter, self._turns.turn)

    def routes(self) -> Sequence[BaseRoute]:
        return (Route("/api/messages", self._endpoint.post, methods=["POST"]),)

    async def start(self) -> None:
        connections = aiohttp.TCPConnector(limit=MOST_CONNECTIONS)
        # Cookies of one tenant's service have no business in another's.
        self._opened = aiohttp.ClientSession(
            connector=connections,
            timeout=TIMEOUT,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def stop(self) -> None:
        await self._turns.stop()
        if self._opened is not None:
            await self._opened.close()

    async def relink(self) -> None:
        """Without Graph people are matched when they first write, or when a team adds the app."""
        if self._roster:
            await self._roster.relink()

    async def send(self, letter: Letter) -> str:
        try:
            return await self._sender.send(letter)
        finally:
            self._busy.stop(letter.conversation)

    async def find(self, letter: Letter) -> str | None:
        raise Doubtful("Teams cannot be asked for a message.")

    async def trouble(self) -> str:
        """Implements bot.ears.Listening."""
        return "address_lost" if not self._settings.local and await self._reach.is_lost() else ""

    async def connect_again(self) -> None:
        """It is Teams that calls: there is nothing of ours to begin."""

    async def _reaches_itself(self) -> bool:
        return self._opened is not None and await reaches_itself(self._settings, self._opened)

    def _graph(self, settings: TeamsSettings, now: Callable[[], datetime]) -> Graph:
        return Graph(settings, self._session, AccessTokens(settings, self._session, now, scope=GRAPH_SCOPE))

    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            raise RuntimeError("TeamsChannel.start() was not called.")
        return self._opened
