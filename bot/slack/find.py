"""Did a letter arrive? Its name travels with each of its messages, so one look into the conversation answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.channel import Doubtful, Letter, Refused
from bot.slack.addresses import is_direct, place_of
from bot.slack.api import Call, WebApi

METADATA = "greenroom_letter"
LOOK_BACK = 100
"""Messages; so many come between a doubtful one and the question at most."""


@dataclass(frozen=True, slots=True)
class Found:
    """The stamps of those parts of a letter that arrived, by their number."""

    channel: str
    parts: Mapping[int, str]


class Finder:
    """https://docs.slack.dev/messaging/message-metadata/"""

    def __init__(self, api: WebApi) -> None:
        self._api = api

    async def find(self, letter: Letter) -> Found:
        """Raises Doubtful where Slack cannot be asked, or Throttled."""
        if not is_direct(letter):
            raise Doubtful("what only one person can see is in no history")
        try:
            channel = await self._direct(letter)
            return Found(channel, await self._parts(letter, channel))
        except Refused as refusal:
            raise Doubtful(refusal.cause) from refusal

    async def _direct(self, letter: Letter) -> str:
        channel, _ = place_of(letter)
        if channel.startswith("D"):
            return channel
        # https://docs.slack.dev/reference/methods/conversations.open/
        said = await self._api.call(
            letter.workspace, "conversations.open", lambda client: client.conversations_open(users=letter.account)
        )
        return str(said["channel"]["id"])

    async def _parts(self, letter: Letter, channel: str) -> dict[int, str]:
        thread = place_of(letter)[1]
        method = "conversations.replies" if thread else "conversations.history"
        said = await self._api.call(letter.workspace, method, _look(channel, thread))
        parts: dict[int, str] = {}
        for message in said.get("messages") or []:
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") == METADATA and payload.get("letter") == letter.id:
                parts[int(payload.get("part", 0))] = message["ts"]
        return parts


def _look(channel: str, thread: str) -> Call:
    async def look(client: AsyncWebClient) -> AsyncSlackResponse:
        if thread:
            # https://docs.slack.dev/reference/methods/conversations.replies/
            return await client.conversations_replies(
                channel=channel, ts=thread, include_all_metadata=True, limit=LOOK_BACK
            )
        # https://docs.slack.dev/reference/methods/conversations.history/
        return await client.conversations_history(channel=channel, include_all_metadata=True, limit=LOOK_BACK)

    return look
