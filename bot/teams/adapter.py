"""Botbuilder's adapter around our own authentication and our own connector."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ConversationParameters, ConversationReference, ResourceResponse
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
)

from bot.calls import Calls
from bot.channel import Refused
from bot.teams.connector import Connector
from bot.teams.settings import TeamsSettings
from bot.teams.tokens import AccessTokens

Turn = Callable[[TurnContext], Awaitable[None]]
MOST_SERVICE_URLS = 64


class Connectors(ConnectorFactory):  # type: ignore[misc]  # botbuilder has no types
    """One connector for each service URL, all over the same connections."""

    def __init__(
        self,
        settings: TeamsSettings,
        session: Callable[[], aiohttp.ClientSession],
        tokens: AccessTokens,
        calls: Calls | None = None,
    ) -> None:
        self._calls = calls or Calls("Teams")
        self._settings = settings
        self._session = session
        self._tokens = None if settings.local else tokens
        self._connectors: dict[str, Connector] = {}

    async def create(self, service_url: str, audience: str = "") -> Connector:
        """The connector of this address. Raises Refused for one that is not Microsoft's."""
        if not self._settings.trusts(service_url):
            raise Refused("ServiceUrlNotTrusted")
        if service_url not in self._connectors:
            if len(self._connectors) >= MOST_SERVICE_URLS:
                self._connectors.clear()
            self._connectors[service_url] = Connector(service_url, self._session(), self._tokens, self._calls)
        return self._connectors[service_url]


class Authentication(BotFrameworkAuthentication):  # type: ignore[misc]  # botbuilder has no types
    """Hands out our connectors; requests were authenticated before they became activities."""

    def __init__(self, connectors: Connectors) -> None:
        self.connectors = connectors

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        raise PermissionError("Requests are authenticated by TokenCheck.")

    async def authenticate_streaming_request(
        self, auth_header: str, channel_id_header: str
    ) -> AuthenticateRequestResult:
        raise PermissionError("Streaming is not offered.")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        return self.connectors

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        return None


class TeamsAdapter(CloudAdapterBase):  # type: ignore[misc]  # botbuilder has no types
    """Turns for what comes in, and three calls for what goes out."""

    def __init__(self, settings: TeamsSettings, connectors: Connectors) -> None:
        super().__init__(Authentication(connectors))
        self._claims = self.create_claims_identity(settings.app_id)
        self._connectors = connectors

    async def receive(self, activity: Activity, turn: Turn) -> InvokeResponse | None:
        """Run a turn for an activity whose sender was checked."""
        checked = AuthenticateRequestResult()
        checked.claims_identity = self._claims
        checked.connector_factory = self._connectors
        return await self.process_activity(checked, activity, turn)

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Botbuilder cuts pauses to whole seconds, and makes our first messages replies to nothing."""
        answers: list[ResourceResponse] = []
        for activity in activities:
            if activity.type == "delay":
                await asyncio.sleep((activity.value or 1000) / 1000)
                answers.append(ResourceResponse(id=""))
                continue
            if context.activity.type == ActivityTypes.event:
                activity.reply_to_id = None
            answers += await super().send_activities(context, [activity])
        return answers

    async def post(self, reference: ConversationReference, activity: Activity) -> str:
        """A new message; returns Teams' id of it."""
        answers: list[ResourceResponse] = []

        async def turn(context: TurnContext) -> None:
            # TurnContext.send_activity would copy the whole card.
            addressed = TurnContext.apply_conversation_reference(activity, reference)
            answers.extend(await self.send_activities(context, [addressed]))

        await self.continue_conversation(reference, turn, claims_identity=self._claims)
        return str(answers[0].id or "")

    async def update(self, reference: ConversationReference, message: str, activity: Activity) -> None:
        """Another message in the place of an earlier one."""

        async def turn(context: TurnContext) -> None:
            activity.id = message
            await context.update_activity(activity)

        await self.continue_conversation(reference, turn, claims_identity=self._claims)

    async def open(self, reference: ConversationReference, parameters: ConversationParameters) -> str:
        """A person's own conversation with the bot; the same one each time."""
        # CloudAdapterBase would run a turn in it, which would only repeat the id.
        connector = await self._connectors.create(reference.service_url)
        return str((await connector.create_conversation(parameters)).id or "")

    async def connector(self, service_url: str) -> Any:
        return await self._connectors.create(service_url)
