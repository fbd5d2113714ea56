"""Bolt's listeners: everything is stored before Slack is told that it arrived."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.channel import Incoming, Letter
from bot.slack import receive
from bot.slack.background import Background
from bot.slack.elements import FORM, PAGE, Pressed, pressed, presses
from bot.slack.home import Homes
from bot.slack.installs import Installs
from bot.slack.manifest import COMMAND
from bot.slack.modals import CALLBACK, INPUT, LONG_WAIT, Answer, Submissions, Submitted, form_of, submission, submitted
from bot.slack.opening import Opening
from bot.slack.people import People
from bot.slack.ports import Ports
from bot.slack.prompts import Prompts
from bot.slack.respond import Responses
from handlers.messages import Button, Form
from handlers.texts import t

ANYTHING = re.compile(".*", re.DOTALL)
DEADLINE = 2.5
"""Seconds to store an event in; Slack waits for three."""
LOG = structlog.get_logger(__name__)
Body = Mapping[str, Any]


class Listeners:
    """What each kind of request does; none of them works on the answer itself."""

    def __init__(
        self,
        ports: Ports,
        *,
        installs: Installs,
        people: People,
        homes: Homes,
        submissions: Submissions,
        opening: Opening,
        responses: Responses,
        prompts: Prompts,
        background: Background,
    ) -> None:
        self._ports = ports
        self._installs = installs
        self._people = people
        self._homes = homes
        self._submissions = submissions
        self._opening = opening
        self._responses = responses
        self._prompts = prompts
        self._background = background

    def register(self, app: AsyncApp) -> None:
        """Ours first, then those that answer 200 to everything else, so that Slack never tries again in vain."""
        app.use(self.unlistened)
        app.event("message")(self.message)
        app.event("app_mention")(self.mention)
        app.event("app_home_opened")(self.home)
        app.event("team_join")(self.member)
        app.event("user_change")(self.member)
        app.event("app_uninstalled")(self.uninstalled)
        app.event("tokens_revoked")(self.revoked)
        app.event(ANYTHING)(self.nothing)
        app.command(COMMAND)(self.command)
        app.action(ANYTHING)(self.action)
        app.view(CALLBACK)(self.view)
        for kind in (app.command, app.view_submission, app.view_closed, app.shortcut, app.options):
            kind(ANYTHING)(self.acknowledge)
        app.error(self.failed)

    async def unlistened(self, body: Body, next: Any) -> BoltResponse | None:
        """What is no event, such as the news that Slack sends no more events for a minute."""
        if body.get("type") == "app_rate_limited":
            LOG.warning("slack_events_limited", team=body.get("team_id"))
            return BoltResponse(status=200)
        await next()
        return None

    async def nothing(self) -> None:
        """Events that nobody listens to."""

    async def acknowledge(self, ack: AsyncAck) -> None:
        await ack()

    async def message(self, body: Body) -> None:
        await self._receive(receive.message(body, self._people))

    async def mention(self, body: Body, context: AsyncBoltContext) -> None:
        await self._receive(receive.mention(body, self._people, context.bot_user_id or ""))

    async def home(self, body: Body) -> None:
        event, team = body["event"], body["team_id"]
        if event.get("tab", receive.HOME) == receive.HOME:
            await self._receive(receive.home(body, self._people))
        elif event.get("channel"):
            locale = self._people.locale(team, event["user"])
            self._background.start(self._prompts.suggest(team, event["channel"], locale))

    async def member(self, body: Body) -> None:
        await self._people.changed(body["team_id"], body["event"]["user"])

    async def uninstalled(self, body: Body) -> None:
        await self._installs.remove(body["team_id"])

    async def revoked(self, body: Body) -> None:
        if (body["event"].get("tokens") or {}).get("bot"):
            await self._installs.remove(body["team_id"])

    async def command(self, body: Body, ack: AsyncAck) -> None:
        await self._receive(receive.command(body, self._people))
        await ack()

    async def action(self, body: Body, ack: AsyncAck) -> None:
        """A press; what only opens a modal or turns a page changes nothing and is not stored."""
        action = body["actions"][0]
        said = pressed(action.get("value") or "")
        kind = str(action.get("action_id", "")).partition("#")[0]
        if said and kind in {FORM, PAGE}:
            await self._open(body, said, kind)
        elif said and (button := await self._button(body, said)):
            self._remember(body)
            await self._receive(receive.press(body, button, self._people))
        await ack()

    async def view(self, body: Body, ack: AsyncAck) -> None:
        """A submitted form: it stays open for a moment, so that its errors can stand beside the fields."""
        which = submitted(body)
        letter = await self._letter(body, which.letter) if which else None
        form = form_of(letter.reply, which.number) if letter and which else None
        if which is None or form is None:
            language = self._language(body)
            text = t("This form is too old. Please close it and open it again.", language)
            await ack(response_action="errors", errors={_first_input(body): text})
            return
        incoming = submission(body, form, which, self._people)
        answer = await self._answer_in_time(incoming, form, which)
        if answer and answer.errors:
            await ack(response_action="errors", errors=dict(answer.errors))
        elif answer and answer.view:
            await ack(response_action="update", view=dict(answer.view))
        else:
            await ack()

    async def _answer_in_time(self, incoming: Incoming, form: Form, which: Submitted) -> Answer | None:
        """What the modal is to show; None when it closes and the answer comes as a message."""
        until = asyncio.get_running_loop().time() + LONG_WAIT
        waiting = self._submissions.expect(incoming, form, which)
        try:
            # What cannot be stored in time raises, and the form stays open.
            if await self._receive(incoming):
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(until):
                        return await waiting
            return None
        finally:
            self._submissions.forget(incoming)

    async def failed(self, error: Exception, body: Body) -> BoltResponse | None:
        """It could not be stored. Slack repeats events by itself; a person must do it, so a person is told."""
        LOG.error("slack_request_not_stored", error=type(error).__name__, kind=str(body.get("type", "command")))
        text = t("I could not take this just now. Please try again in a minute.", self._language(body))
        if "command" in body:
            return BoltResponse(status=200, body=text)
        if body.get("type") == "view_submission":
            return BoltResponse(status=200, body={"response_action": "errors", "errors": {_first_input(body): text}})
        return BoltResponse(status=500)

    async def _receive(self, incoming: Incoming | None) -> bool:
        if incoming is None or self._people.is_outsider(incoming.workspace, incoming.account):
            return False
        async with asyncio.timeout(DEADLINE):
            await self._people.ensure_linked(incoming.workspace, incoming.account)
            return await self._ports.inbox.receive(incoming)

    async def _open(self, body: Body, said: Pressed, kind: str) -> None:
        letter = await self._letter(body, said.letter)
        if kind == FORM:
            await self._opening.open(body, letter, said.number)
        elif letter:
            self._background.start(self._homes.show(letter, page=said.number))

    async def _button(self, body: Body, said: Pressed) -> Pressed | None:
        if not said.is_short:
            return said
        letter = await self._letter(body, said.letter)
        found = [*presses(letter.reply)][said.number : said.number + 1] if letter else []
        if not found or not isinstance(found[0], Button):
            return None
        button = found[0]
        return Pressed(said.letter, said.number, button.intent, dict(button.values), button.in_place)

    async def _letter(self, body: Body, id: str) -> Letter | None:
        """A letter to this very person; nobody opens what was sent to somebody else."""
        letter = await self._ports.letters.letter(id)
        mine = letter and letter.account == body["user"]["id"] and letter.workspace == receive.team_of(body)
        return letter if mine else None

    def _remember(self, body: Body) -> None:
        container = body.get("container") or {}
        if container.get("is_ephemeral") and body.get("response_url"):
            team, account = receive.team_of(body), body["user"]["id"]
            self._responses.remember(team, account, receive.stamp_of(body), body["response_url"])

    def _language(self, body: Body) -> str:
        account = (body.get("user") or {}).get("id") or body.get("user_id") or ""
        return self._people.locale(receive.team_of(body), account).partition("-")[0] or "en"


def _first_input(body: Body) -> str:
    blocks = (body.get("view") or {}).get("blocks") or []
    return next((block["block_id"] for block in blocks if block["type"] == "input"), f"{INPUT}0")
