"""Slack as a channel: wires the parts of this folder and offers what bot.channel.Channel asks for."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channel import Incoming, Letter, OnCall
from bot.reach import Reach
from bot.slack.api import WebApi
from bot.slack.background import Background
from bot.slack.capabilities import Capabilities
from bot.slack.hearing import Echo, reaches_itself
from bot.slack.home import Homes
from bot.slack.installs import Installs, NotIdentified
from bot.slack.listeners import Listeners
from bot.slack.manifest import EVENTS_PATH
from bot.slack.modals import Submissions
from bot.slack.oauth import INSTALL, REDIRECT, oauth_flow
from bot.slack.opening import Opening
from bot.slack.pace import Limits, Pacer
from bot.slack.people import People
from bot.slack.ports import Installation, Ports
from bot.slack.prompts import Prompts
from bot.slack.quiet import Quiet
from bot.slack.receive import CHANNEL
from bot.slack.respond import Responses
from bot.slack.send import Sender
from bot.slack.settings import SlackSettings
from bot.slack.socket import SocketMode
from bot.slack.verify import Refusal, read_verified

RETRY_SECONDS = 5.0


class SlackChannel:
    """One app in one workspace or in many, over HTTP or Socket Mode, as the settings say."""

    name = CHANNEL
    needs_reference = False
    can_be_asked = True

    def __init__(
        self,
        settings: SlackSettings,
        ports: Ports,
        *,
        now: Callable[[], datetime],
        limits: Limits | None = None,
        pacer: Pacer | None = None,
        on_call: OnCall | None = None,
    ) -> None:
        self._settings = settings
        self._now = now
        self._inbox = ports.inbox
        # Bolt and slack_sdk write request bodies into their logs, which are nobody's business.
        self._logger = logging.getLogger("greenroom.slack")
        self._logger.setLevel(logging.ERROR)
        self._pacer = pacer or Pacer(limits)
        self._installs = Installs(settings, ports.installations, client=lambda token: self._api.client(token), now=now)
        self._api = WebApi(self._installs, self._pacer, url=settings.api_url, logger=self._logger, on_call=on_call)
        self._background = Background()
        self._people = People(self._api, ports.directory, now)
        self._capabilities = Capabilities()
        self._quiet = Quiet(self._api, self._capabilities, now=now)
        self._homes = Homes(self._api, self._capabilities, clock=time.monotonic, sleep=self._pacer.rest)
        self._submissions = Submissions()
        self._responses = Responses(self._api)
        self._sender = Sender(
            self._api,
            homes=self._homes,
            people=self._people,
            submissions=self._submissions,
            responses=self._responses,
            capabilities=self._capabilities,
        )
        self._app = self._bolt(ports)
        self._listeners(ports).register(self._app)
        self._installs.installed = self._installed
        self._socket: SocketMode | None = None
        self._echo = Echo(now)
        self._reach = Reach(self._reaches_itself, now)

    def routes(self) -> Sequence[BaseRoute]:
        events = [Route(EVENTS_PATH, self._events, methods=["POST"])] if self._settings.speaks_http else []
        if self._app.oauth_flow is None:
            return events
        return [*events, Route(INSTALL, self._install), Route(REDIRECT, self._redirect)]

    async def start(self) -> None:
        """Returns at once; that Slack cannot be reached stops nobody from starting."""
        await self._api.open()
        self._background.start(self._begin())
        if self._settings.speaks_socket:
            self._socket = self._new_socket()

    async def stop(self) -> None:
        if self._socket:
            await self._socket.stop()
        self._socket = None
        await self._background.stop()
        await self._api.close()

    async def send(self, letter: Letter) -> str:
        begun = self._now()
        platform_id = await self._sender.send(letter)
        self._echo.sent(letter, begun)
        return platform_id

    async def find(self, letter: Letter) -> str | None:
        return await self._sender.find(letter)

    async def quiet(self, workspace: str, accounts: Sequence[str]) -> Mapping[str, datetime]:
        return await self._quiet.until(workspace, accounts)

    async def relink(self) -> None:
        """Match the members to people again; to be called after the HR system was read."""
        # Slack may want a pause in between, for which nobody should wait.
        self._background.start(self._people.relink())

    async def settled(self) -> None:
        """Wait until the members of every workspace are read; for tests and the doctor."""
        await self._background.settled()

    async def is_connected(self) -> bool:
        """In Socket Mode: the connection is open; over HTTP always true."""
        return await self._socket.is_connected() if self._socket else not self._settings.speaks_socket

    async def trouble(self) -> str:
        """Implements bot.ears.Listening."""
        if not await self.is_connected():
            return "not_connected"
        if self._settings.speaks_http and not self._socket and await self._reach.is_lost():
            return "address_lost"
        return "silent" if self._echo.is_missing() else ""

    async def connect_again(self) -> None:
        """A new connection; over HTTP it is Slack that calls."""
        if self._socket:
            old, self._socket = self._socket, self._new_socket()
            await old.stop()

    async def _reaches_itself(self) -> bool:
        return self._api.session is not None and await reaches_itself(self._settings, self._api.session, self._now())

    def _new_socket(self) -> SocketMode:
        return SocketMode(
            self._app,
            app_token=self._settings.app_token,
            client=self._api.client(None),
            logger=self._logger,
            heard=self._echo.heard,
        )

    def _bolt(self, ports: Ports) -> AsyncApp:
        states = ports.states if self._settings.installs and ports.installations else None
        flow = states and oauth_flow(
            self._settings,
            states,
            self._installs,
            client=self._api.client(None),
            now=self._now,
            logger=self._logger,
        )
        return AsyncApp(
            logger=self._logger,
            name="greenroom",
            # We verify by ourselves, on the raw bytes and only what came over HTTP.
            signing_secret=self._settings.signing_secret or "unused",
            request_verification_enabled=False,
            ssl_check_enabled=False,
            # A listener is done when the event is stored; only then Slack is told that it arrived.
            process_before_response=True,
            client=self._api.client(None),
            authorize=self._installs,  # type: ignore[arg-type]  # Bolt takes its own AsyncAuthorize too
            oauth_flow=flow or None,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )

    def _listeners(self, ports: Ports) -> Listeners:
        return Listeners(
            ports,
            installs=self._installs,
            people=self._people,
            homes=self._homes,
            submissions=self._submissions,
            opening=Opening(self._api, self._people),
            responses=self._responses,
            prompts=Prompts(self._api, self._capabilities),
            background=self._background,
        )

    async def _events(self, request: Request) -> Response:
        try:
            body = await read_verified(request, self._settings.signing_secret, self._now())
        except Refusal as refusal:
            return PlainTextResponse("", refusal.status)
        self._echo.heard(json.loads(body) if body.startswith(b"{") else {})
        return to_starlette_response(await self._app.async_dispatch(to_async_bolt_request(request, body)))

    async def _install(self, request: Request) -> Response:
        flow = self._app.oauth_flow
        assert flow is not None  # noqa: S101 - the route exists only with it
        return to_starlette_response(await flow.handle_installation(to_async_bolt_request(request, b"")))

    async def _redirect(self, request: Request) -> Response:
        flow = self._app.oauth_flow
        assert flow is not None  # noqa: S101 - the route exists only with it
        return to_starlette_response(await flow.handle_callback(to_async_bolt_request(request, b"")))

    async def _begin(self) -> None:
        """Find out who we are, then who the members of each workspace are."""
        while True:
            try:
                await self._installs.identify()
                break
            except NotIdentified:
                await self._pacer.rest(RETRY_SECONDS)
        for team in await self._installs.teams():
            await self._people.load(team)

    async def _installed(self, installation: Installation) -> None:
        self._background.start(self._welcome(installation))

    async def _welcome(self, installation: Installation) -> None:
        """Know the members first, then greet the person who installed the app, and nobody else."""
        await self._people.load(installation.team_id)
        if installation.installer:
            stamp = f"{self._now():%Y%m%d%H%M%S}"
            await self._inbox.receive(
                Incoming(
                    channel=CHANNEL,
                    id=f"installed:{installation.team_id}:{stamp}",
                    workspace=installation.team_id,
                    account=installation.installer,
                    conversation="",
                    intent="welcome",
                    locale=self._people.locale(installation.team_id, installation.installer),
                )
            )
