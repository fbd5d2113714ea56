"""What Slack sends, as what somebody did; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any, Protocol

from bot.channel import Incoming
from bot.slack.elements import Pressed

CHANNEL = "slack"
HOME = "home"
HELP = "help"
_REFERENCE = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_SPACES = re.compile(r"[ \t\u00a0]+")
Body = Mapping[str, Any]


class Known(Protocol):
    """What is known about the accounts of a workspace."""

    def email(self, team: str, account: str) -> str: ...

    def locale(self, team: str, account: str) -> str: ...


def message(body: Body, known: Known) -> Incoming | None:
    """A direct message that a person typed; None for everything else that is called a message.

    https://docs.slack.dev/reference/events/message.im/
    """
    event = body["event"]
    is_typed = event.get("subtype") in {None, "file_share", "thread_broadcast"}
    if event.get("channel_type") != "im" or not is_typed or event.get("bot_id") or not event.get("user"):
        return None
    if is_stranger(body):
        return None
    return Incoming(
        channel=CHANNEL,
        id=body["event_id"],
        workspace=body["team_id"],
        account=event["user"],
        conversation=conversation(event["channel"], event.get("thread_ts", "")),
        text=typed(event.get("text", ""), _namer(body["team_id"], known)),
        locale=known.locale(body["team_id"], event["user"]),
    )


def mention(body: Body, known: Known, bot: str) -> Incoming | None:
    """The bot was mentioned where others read along: https://docs.slack.dev/reference/events/app_mention/"""
    event = body["event"]
    if event.get("bot_id") or not event.get("user") or is_stranger(body):
        return None
    text = event.get("text", "").replace(f"<@{bot}>", " ") if bot else event.get("text", "")
    words = typed(text, _namer(body["team_id"], known))
    return Incoming(
        channel=CHANNEL,
        id=body["event_id"],
        workspace=body["team_id"],
        account=event["user"],
        conversation=conversation(event["channel"], event.get("thread_ts", "")),
        text=words,
        intent="" if words else HELP,
        public=True,
        locale=known.locale(body["team_id"], event["user"]),
    )


def home(body: Body, known: Known) -> Incoming:
    """Somebody looks at the home tab: https://docs.slack.dev/reference/events/app_home_opened/"""
    return Incoming(
        channel=CHANNEL,
        id=body["event_id"],
        workspace=body["team_id"],
        account=body["event"]["user"],
        conversation=HOME,
        intent=HOME,
        locale=known.locale(body["team_id"], body["event"]["user"]),
    )


def command(body: Body, known: Known) -> Incoming:
    """The slash command: https://docs.slack.dev/interactivity/implementing-slash-commands/

    In a conversation that is not ours the answer is for this person's eyes only.
    """
    words = typed(body.get("text", ""), _namer(body["team_id"], known))
    where = conversation(body["channel_id"], body.get("thread_ts", ""))
    return Incoming(
        channel=CHANNEL,
        id=f"command:{body['trigger_id']}",
        workspace=body["team_id"],
        account=body["user_id"],
        conversation=where,
        text=words,
        intent="" if words else HELP,
        public=bool(where),
        locale=known.locale(body["team_id"], body["user_id"]),
    )


def press(body: Body, pressed: Pressed, known: Known) -> Incoming:
    """A button: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload/"""
    action, user = body["actions"][0], body["user"]["id"]
    where = place_of(body)
    return Incoming(
        channel=CHANNEL,
        id=f"press:{user}:{stamp_of(body)}:{action.get('action_ts', '')}:{action['action_id']}"[:255],
        workspace=team_of(body),
        account=user,
        conversation=where,
        intent=pressed.intent,
        values=dict(pressed.values),
        message=pressed.letter,
        in_place=pressed.in_place,
        public=where not in {"", HOME} and not where.startswith("D"),
        locale=known.locale(team_of(body), user),
    )


def place_of(body: Body) -> str:
    """The conversation in which something was pressed."""
    channel = (body.get("channel") or {}).get("id", "")
    # A press in the home tab has a view and no channel; some stand-ins send an empty channel instead.
    if not channel or (body.get("view") or {}).get("type") == HOME:
        return HOME
    return conversation(channel, (body.get("message") or {}).get("thread_ts", ""))


def stamp_of(body: Body) -> str:
    """What the pressed button is on: a message or a view."""
    container = body.get("container") or {}
    return str(container.get("message_ts") or container.get("view_id") or (body.get("view") or {}).get("id", ""))


def team_of(body: Body) -> str:
    """The workspace, also for somebody of another workspace of the same organisation."""
    user = body.get("user") or {}
    return str((body.get("team") or {}).get("id") or user.get("team_id") or body.get("team_id") or "")


def conversation(channel: str, thread: str = "") -> str:
    """Direct messages have no name of their own: they are the person's; a thread is a place of its own."""
    if channel.startswith("D") and not thread:
        return ""
    return f"{channel}/{thread}" if thread else channel


def is_stranger(body: Body) -> bool:
    """Somebody of another company who shares a channel: https://docs.slack.dev/apis/slack-connect/"""
    event = body["event"]
    home_team = event.get("user_team") or event.get("source_team") or body["team_id"]
    return home_team not in {body["team_id"], body.get("enterprise_id") or body["team_id"]}


def typed(text: str, name: Callable[[str], str]) -> str:
    """The words as the person saw them: https://docs.slack.dev/messaging/formatting-message-text/"""

    def shown(found: re.Match[str]) -> str:
        target, label = found[1], found[2]
        if target.startswith("@"):
            return name(target[1:]) or label or ""
        if target.startswith(("#", "!")):
            return label or ""
        return label or target.removeprefix("mailto:")

    return _SPACES.sub(" ", unescape(_REFERENCE.sub(shown, text))).strip()


def _namer(team: str, known: Known) -> Callable[[str], str]:
    return lambda account: known.email(team, account)
