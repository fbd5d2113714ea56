"""A letter goes out: posted, updated in place, shown to one person, or drawn as the home tab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import takewhile
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.channel import Letter, Refused
from bot.slack.addresses import Sent, is_direct, is_home, parse, place_of
from bot.slack.api import Call, WebApi
from bot.slack.capabilities import UNKNOWN, Capabilities, Capability
from bot.slack.elements import Place
from bot.slack.errors import NO_SUCH_MESSAGE, NOT_HERE
from bot.slack.find import METADATA, Finder
from bot.slack.home import Homes
from bot.slack.limits import LimitError, check_message
from bot.slack.modals import Submissions
from bot.slack.people import People
from bot.slack.render import Piece, blocks
from bot.slack.respond import Responses
from handlers.messages import Table


class Sender:
    """Hands letters to Slack, each part of each once."""

    def __init__(
        self,
        api: WebApi,
        *,
        homes: Homes,
        people: People,
        submissions: Submissions,
        responses: Responses,
        capabilities: Capabilities,
    ) -> None:
        self._api = api
        self._finder = Finder(api)
        self._homes = homes
        self._people = people
        self._submissions = submissions
        self._responses = responses
        self._capabilities = capabilities
        self._parts: dict[str, tuple[str, ...]] = {}
        """Of letters that went out in part: the stamps of those parts, which are not sent again."""

    async def send(self, letter: Letter) -> str:
        """The letter's address; raises Refused, Throttled or Doubtful."""
        if is_home(letter):
            return await self._homes.publish(letter)
        if self._submissions.answered(letter):
            return f"modal:{letter.id}"
        if is_direct(letter) and self._people.is_outsider(letter.workspace, letter.account):
            raise Refused("not_a_member")
        tables = self._capabilities.has(letter.workspace, Capability.TABLES)
        try:
            return await self._deliver(letter, tables=tables)
        except Refused as refusal:
            is_new = tables and any(isinstance(block, Table) for block in letter.reply)
            if not is_new or refusal.cause not in UNKNOWN:
                self._parts.pop(letter.id, None)
                raise
            self._capabilities.lacks(letter.workspace, Capability.TABLES)
            return await self._deliver(letter, tables=False)

    async def find(self, letter: Letter) -> str | None:
        """The address of a letter that was doubtful; raises Doubtful where Slack cannot be asked, or Throttled."""
        if is_home(letter):
            return None  # drawing it again is harmless
        found = await self._finder.find(letter)
        pieces = self._draw(letter, tables=self._capabilities.has(letter.workspace, Capability.TABLES))
        # Parts go out one after the other, so those that arrived are the first ones.
        stamps = tuple(takewhile(bool, (found.parts.get(number, "") for number in range(len(pieces)))))
        if len(stamps) == len(pieces):
            return Sent(found.channel, stamps).id
        if stamps:
            self._parts[letter.id] = stamps
        return None

    async def _deliver(self, letter: Letter, *, tables: bool) -> str:
        old = parse(letter.replaces)
        if letter.private and not is_direct(letter):
            return await self._show(letter, self._draw(letter, tables=tables), old)
        return await self._post_all(letter, self._draw(letter, tables=tables), old)

    def _draw(self, letter: Letter, *, tables: bool) -> tuple[Piece, ...]:
        pieces = blocks(letter.reply, Place(letter=letter.id, language=letter.language, tables=tables))
        if not pieces:
            raise Refused("nothing_to_say")
        try:
            for piece in pieces:
                check_message(piece.blocks, piece.text)
        except LimitError as error:
            raise Refused(f"not_drawable: {error}") from error
        return pieces

    async def _post_all(self, letter: Letter, pieces: tuple[Piece, ...], old: Sent | None) -> str:
        channel, thread = place_of(letter)
        stamps = self._parts.get(letter.id, ())
        for number in range(len(stamps), len(pieces)):
            channel, stamp = await self._one(letter, pieces, number, channel=channel, thread=thread, old=old)
            stamps = self._parts[letter.id] = (*stamps, stamp)
        for stamp in old.stamps[len(pieces) :] if old else ():
            await self._remove(letter, channel, stamp)
        self._parts.pop(letter.id, None)
        return Sent(channel, stamps).id

    async def _one(
        self,
        letter: Letter,
        pieces: tuple[Piece, ...],
        number: int,
        *,
        channel: str,
        thread: str,
        old: Sent | None,
    ) -> tuple[str, str]:
        content = _content(letter, pieces[number], number)
        if old and not old.ephemeral and number < len(old.stamps):
            try:
                return old.channel, await self._update(letter, old.channel, old.stamps[number], content)
            except Refused as refusal:
                if refusal.cause not in NO_SUCH_MESSAGE | NOT_HERE:
                    raise
        return await self._post(letter, channel, thread, number, content)

    async def _post(
        self, letter: Letter, channel: str, thread: str, number: int, content: Mapping[str, Any]
    ) -> tuple[str, str]:
        await self._api.pacer.turn(letter.workspace, channel, bulk=letter.bulk)
        # A letter's id is a UUID already; its further parts need one each.
        again = letter.id if not number else str(uuid5(NAMESPACE_URL, f"greenroom:{letter.id}:{number}"))
        # https://docs.slack.dev/reference/methods/chat.postMessage/
        said = await self._call(
            letter,
            "chat.postMessage",
            lambda client: client.chat_postMessage(
                channel=channel,
                thread_ts=thread or None,
                client_msg_id=again,
                unfurl_links=False,
                unfurl_media=False,
                parse="none",
                **content,
            ),
        )
        return str(said["channel"]), str(said["ts"])

    async def _update(self, letter: Letter, channel: str, stamp: str, content: Mapping[str, Any]) -> str:
        # https://docs.slack.dev/reference/methods/chat.update/
        await self._call(
            letter, "chat.update", lambda client: client.chat_update(channel=channel, ts=stamp, parse="none", **content)
        )
        return stamp

    async def _remove(self, letter: Letter, channel: str, stamp: str) -> None:
        try:
            # https://docs.slack.dev/reference/methods/chat.delete/
            await self._call(letter, "chat.delete", lambda client: client.chat_delete(channel=channel, ts=stamp))
        except Refused:
            return  # it is gone already

    async def _show(self, letter: Letter, pieces: tuple[Piece, ...], old: Sent | None) -> str:
        """In a shared conversation, for this person's eyes only."""
        if old and old.ephemeral and len(pieces) == 1 and await self._responses.replace(letter, old, pieces[0]):
            return letter.replaces
        channel, thread = place_of(letter)
        stamps = self._parts.get(letter.id, ())
        try:
            for piece in pieces[len(stamps) :]:
                stamps = self._parts[letter.id] = (*stamps, await self._show_one(letter, channel, thread, piece))
        except Refused as refusal:
            if refusal.cause not in NOT_HERE or stamps:
                raise
            if self._people.is_outsider(letter.workspace, letter.account):
                raise
            # We are not in that conversation, so the answer goes to the person's direct messages.
            return await self._post_all(replace(letter, conversation="", private=False), pieces, None)
        self._parts.pop(letter.id, None)
        return Sent(channel, stamps, ephemeral=True).id

    async def _show_one(self, letter: Letter, channel: str, thread: str, piece: Piece) -> str:
        await self._api.pacer.turn(letter.workspace, channel, bulk=letter.bulk)
        # https://docs.slack.dev/reference/methods/chat.postEphemeral/
        said = await self._call(
            letter,
            "chat.postEphemeral",
            lambda client: client.chat_postEphemeral(
                channel=channel,
                user=letter.account,
                thread_ts=thread or None,
                parse="none",
                text=piece.text,
                blocks=list(piece.blocks),
            ),
        )
        return str(said["message_ts"])

    async def _call(self, letter: Letter, method: str, call: Call) -> AsyncSlackResponse:
        return await self._api.call(letter.workspace, method, call)


def _content(letter: Letter, piece: Piece, number: int) -> dict[str, Any]:
    return {
        "text": piece.text,
        "blocks": list(piece.blocks),
        "metadata": {"event_type": METADATA, "event_payload": {"letter": letter.id, "part": number}},
    }
