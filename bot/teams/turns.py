"""What is done with each kind of activity."""

from __future__ import annotations

import asyncio

import structlog
from botbuilder.core import TurnContext
from botbuilder.schema import Activity, ActivityTypes

from bot.channel import Incoming
from bot.teams.answers import card_answer, error_answer, message_answer, respond
from bot.teams.busy import Busy
from bot.teams.people import People
from bot.teams.ports import Inbox
from bot.teams.presses import Presses
from bot.teams.receive import CARD_ACTION, EXECUTE, action_of, incoming, is_automatic
from bot.teams.references import is_shared, reference_of
from bot.teams.send import Sender
from bot.teams.settings import TeamsSettings
from handlers.texts import t

LOG = structlog.get_logger(__name__)
GONE = "AppRemoved"


class Turns:
    """Everything is in the inbox before Teams is told that it arrived."""

    def __init__(
        self,
        settings: TeamsSettings,
        inbox: Inbox,
        people: People,
        sender: Sender,
        presses: Presses,
        *,
        busy: Busy,
        deadline: float,
    ) -> None:
        self._settings = settings
        self._inbox = inbox
        self._people = people
        self._sender = sender
        self._presses = presses
        self._busy = busy
        self._deadline = deadline
        self._imports: set[asyncio.Task[None]] = set()

    async def turn(self, context: TurnContext) -> None:
        """One activity."""
        activity = context.activity
        match activity.type:
            case ActivityTypes.message:
                await self._message(activity)
            case ActivityTypes.invoke if activity.name == CARD_ACTION:
                await self._press(context)
            case ActivityTypes.installation_update:
                await self._installation(activity)
            case ActivityTypes.conversation_update if _bot_left(activity):
                await self._people.leave(activity, GONE)

    async def failed(self, context: TurnContext, error: Exception) -> None:
        """A person who pressed learns that it failed; of anything else Teams learns that it did not arrive."""
        if context.activity.type != ActivityTypes.invoke:
            raise error
        LOG.error("press_failed", exc_info=error)
        text = t("That did not work. Please try again in a moment.", _language(context.activity))
        await respond(context, error_answer(500, "Failed", text))

    async def stop(self) -> None:
        await self._busy.close()
        for task in self._imports:
            task.cancel()
        await asyncio.gather(*self._imports, return_exceptions=True)

    async def _message(self, activity: Activity) -> None:
        event = incoming(activity, self._settings)
        if event is None:
            return
        await self._people.meet(activity)
        self._show_typing(activity, event)
        if not await self._inbox.receive(event):
            self._busy.stop(event.conversation)

    async def _installation(self, activity: Activity) -> None:
        if activity.action == "remove":
            await self._people.leave(activity, GONE)
            return
        event = incoming(activity, self._settings)
        if event is None:
            return
        await self._people.meet(activity)
        await self._inbox.receive(event)
        if event.public:
            self._import_roster(activity)

    async def _press(self, context: TurnContext) -> None:
        activity = context.activity
        event = incoming(activity, self._settings)
        if event is None or action_of(activity).get("type") != EXECUTE:
            await respond(context, error_answer(400, "NotSupported", "Only Action.Execute with a verb is answered."))
            return
        await self._people.meet(activity)
        await respond(context, await self._answer(activity, event))

    async def _answer(self, activity: Activity, event: Incoming) -> dict[str, object]:
        """The card itself when it comes in time; otherwise it arrives as a message or an update."""
        language = _language(activity)
        if event.public and event.in_place:
            await self._inbox.receive(event)
            return message_answer(t("I answer you in our private chat.", language))
        with self._presses.expect(activity.reply_to_id or "", event.account, automatic=is_automatic(activity)) as press:
            is_new = await self._inbox.receive(event)
            drawn = await press.wait(self._deadline) if is_new and event.in_place else None
        return card_answer(drawn) if drawn else message_answer(t("I am on it.", language))

    def _show_typing(self, activity: Activity, event: Incoming) -> None:
        # Channels of a team show no typing.
        if activity.conversation.conversation_type == "channel":
            return
        to = reference_of(activity).to(workspace=event.workspace, conversation=event.conversation)
        self._busy.start(event.conversation, lambda: self._sender.show_typing(to))

    def _import_roster(self, activity: Activity) -> None:
        task = asyncio.create_task(self._people.import_roster(activity))
        self._imports.add(task)
        task.add_done_callback(self._imports.discard)


def _bot_left(activity: Activity) -> bool:
    removed = activity.members_removed or ()
    return not is_shared(activity) and any(member.id == activity.recipient.id for member in removed)


def _language(activity: Activity) -> str:
    return (activity.locale or "en")[:2].lower()
