"""Hands a letter to Teams: where it goes, what it looks like, what a refusal means."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog
from botbuilder.schema import (
    Activity,
    ActivityTypes,
    Attachment,
    ChannelAccount,
    ConversationParameters,
    ConversationReference,
)

from bot.channel import Letter, Refused, SendError
from bot.teams.adapter import TeamsAdapter
from bot.teams.connector import ConnectorError
from bot.teams.elements import Element
from bot.teams.errors import Attempts, refused
from bot.teams.limits import Limits, Pace
from bot.teams.people import People
from bot.teams.ports import Installer
from bot.teams.presses import Presses
from bot.teams.references import Reference
from bot.teams.render import Place, words_of
from bot.teams.split import cards
from bot.teams.unreachable import NOT_ADDED
from handlers.messages import Table
from handlers.texts import t

LOG = structlog.get_logger(__name__)
CARD_TYPE = "application/vnd.microsoft.card.adaptive"
SUMMARY_LENGTH = 200
# Teams' own addition to the schema of cards: tables need the whole width.
# https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format
WIDE = {"msteams": {"width": "Full"}}
FORBIDDEN, NOT_FOUND = 403, 404


class Sender:
    """One request for one letter; the outbox decides what follows from an error."""

    def __init__(
        self,
        adapter: TeamsAdapter,
        people: People,
        presses: Presses,
        *,
        limits: Limits,
        now: Callable[[], datetime],
        installer: Installer | None = None,
    ) -> None:
        self._adapter = adapter
        self._people = people
        self._presses = presses
        self._pace = Pace(limits, now)
        self._attempts = Attempts()
        self._installer = installer

    async def send(self, letter: Letter) -> str:
        """Returns Teams' id of the message. Raises Refused, Throttled or Doubtful."""
        reference = self._reference(letter)
        drawn = self._draw(letter, reference)
        if not letter.private and self._hand_over(letter, drawn):
            return letter.replaces
        if letter.conversation and not letter.private:
            return await self._deliver(letter, reference, letter.conversation, drawn=drawn)
        message = await self._send_home(letter, reference, drawn)
        if letter.private and letter.conversation != reference.conversation and letter.conversation:
            await self._point(letter, reference, t("I wrote to you in our private chat.", _language(letter, reference)))
        return message

    async def show_typing(self, to: ConversationReference) -> None:
        """Three moving dots."""
        await asyncio.sleep(self._pace.reserve(to.conversation.tenant_id, to.conversation.id))
        await self._adapter.post(to, Activity(type=ActivityTypes.typing))

    def _reference(self, letter: Letter) -> Reference:
        """What was stored for the account, completed by what is known about its tenant."""
        stored = Reference.from_json(letter.reference)
        nearby = self._people.nearby(letter.workspace)
        return replace(
            stored,
            service_url=stored.service_url or nearby.service_url,
            bot=stored.bot or nearby.bot,
            bot_name=stored.bot_name or nearby.bot_name,
        )

    def _draw(self, letter: Letter, reference: Reference) -> tuple[Element, ...]:
        is_home = letter.private or letter.conversation in {"", reference.conversation}
        viewer = reference.user if is_home else ""
        place = Place(message=letter.id, language=_language(letter, reference), viewer=viewer)
        wide = WIDE if any(isinstance(block, Table) for block in letter.reply) else {}
        return tuple(drawn | wide for drawn in cards(letter.reply, place))

    def _hand_over(self, letter: Letter, drawn: tuple[Element, ...]) -> bool:
        if not letter.replaces:
            return False
        if len(drawn) > 1:
            # A press can be answered with one card only; a longer answer arrives by the update that follows.
            self._presses.let_go(letter.replaces, letter.account)
            return False
        return self._presses.hand_over(letter.replaces, letter.account, drawn[0])

    async def _send_home(self, letter: Letter, reference: Reference, drawn: tuple[Element, ...]) -> str:
        """To the person's own chat, which is opened if there is none, and for which the app is added if it may be."""
        try:
            return await self._deliver_home(letter, reference, drawn)
        except Refused as refusal:
            if refusal.cause not in NOT_ADDED or self._installer is None:
                await self._tell_unreachable(letter, reference)
                raise
        await self._install(self._installer, letter, reference)
        return await self._deliver_home(letter, replace(reference, unreachable="", conversation=""), drawn)

    async def _install(self, installer: Installer, letter: Letter, reference: Reference) -> None:
        try:
            await installer.install(letter.workspace, letter.account)
        except Refused as refusal:
            gone = replace(reference, conversation="", unreachable=refusal.cause)
            await self._people.keep(letter.workspace, letter.account, gone)
            raise

    async def _deliver_home(self, letter: Letter, reference: Reference, drawn: tuple[Element, ...]) -> str:
        if reference.unreachable:
            raise Refused(reference.unreachable)
        if not reference.conversation:
            reference = await self._open(letter, reference)
        try:
            return await self._deliver(letter, reference, reference.conversation, drawn=drawn)
        except Refused as refusal:
            if refusal.cause != "ConversationNotFound":
                raise
        # The stored conversation is gone; nothing was delivered into it.
        reference = await self._open(letter, reference)
        return await self._deliver(letter, reference, reference.conversation, drawn=drawn)

    async def _open(self, letter: Letter, reference: Reference) -> Reference:
        # https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
        parameters = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=reference.bot, name=reference.bot_name),
            members=[ChannelAccount(id=reference.user or letter.account)],
            tenant_id=letter.workspace,
            channel_data={"tenant": {"id": letter.workspace}},
        )
        key = f"open {letter.account}"
        await self._wait_for_turn(letter, key)
        to = reference.to(workspace=letter.workspace, conversation="")
        try:
            conversation = await self._attempts.make(self._adapter.open(to, parameters), key, repeatable=True)
        except ConnectorError as error:
            raise await self._give_up(letter, reference, error) from None
        opened = replace(reference, conversation=conversation, unreachable="")
        await self._people.keep(letter.workspace, letter.account, opened)
        return opened

    async def _deliver(
        self, letter: Letter, reference: Reference, conversation: str, *, drawn: tuple[Element, ...]
    ) -> str:
        to = reference.to(workspace=letter.workspace, conversation=conversation)
        activity = _message(letter, drawn, language=_language(letter, reference))
        is_update = letter.replaces and (not letter.private or letter.conversation in {"", conversation})
        await self._wait_for_turn(letter, conversation)
        try:
            if is_update and await self._updated(to, letter.replaces, activity):
                return letter.replaces
            return await self._attempts.make(self._adapter.post(to, activity), conversation)
        except ConnectorError as error:
            raise await self._give_up(letter, reference, error, conversation=conversation) from None

    async def _updated(self, to: ConversationReference, message: str, activity: Activity) -> bool:
        """False when the message is gone, so that a new one takes its place."""
        update = self._adapter.update(to, message, activity)
        try:
            await self._attempts.make(update, to.conversation.id, repeatable=True)
        except ConnectorError as error:
            if error.status != NOT_FOUND or error.code == "ConversationNotFound":
                raise
            return False
        return True

    async def _give_up(
        self, letter: Letter, reference: Reference, error: ConnectorError, *, conversation: str = ""
    ) -> Refused:
        """Remember that this person cannot be written to, and say so."""
        refusal = refused(error)
        if error.status == FORBIDDEN and conversation == reference.conversation:
            gone = replace(reference, unreachable=refusal.cause)
            await self._people.keep(letter.workspace, letter.account, gone)
        return refusal

    async def _wait_for_turn(self, letter: Letter, conversation: str) -> None:
        wait = self._pace.reserve(letter.workspace, conversation, bulk=letter.bulk)
        if wait > 0:
            await asyncio.sleep(wait)

    async def _tell_unreachable(self, letter: Letter, reference: Reference) -> None:
        if letter.private and letter.conversation:
            text = t("I cannot write to you in private yet. Please add me to your Teams.", _language(letter, reference))
            await self._point(letter, reference, text)

    async def _point(self, letter: Letter, reference: Reference, text: str) -> None:
        """A short line where the question was asked; it is worth no retry."""
        to = reference.to(workspace=letter.workspace, conversation=letter.conversation)
        try:
            await self._wait_for_turn(letter, letter.conversation)
            await self._attempts.make(self._adapter.post(to, Activity(type="message", text=text)), letter.conversation)
        except (SendError, ConnectorError) as error:
            LOG.info("pointer_not_sent", error=str(error))


def _language(letter: Letter, reference: Reference) -> str:
    return letter.language or reference.locale[:2].lower() or "en"


def _message(letter: Letter, drawn: tuple[Element, ...], *, language: str) -> Activity:
    return Activity(
        type=ActivityTypes.message,
        attachments=[Attachment(content_type=CARD_TYPE, content=element) for element in drawn],
        attachment_layout="list",
        summary=words_of(letter.reply, language)[:SUMMARY_LENGTH],
    )
