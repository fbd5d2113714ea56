"""Turns activities into what the inbox takes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from botbuilder.schema import Activity, ActivityTypes

from bot.channel import Incoming
from bot.teams.references import account_of, is_shared, tenant_of
from bot.teams.render import DATA_KEY
from bot.teams.settings import TeamsSettings

NAME = "teams"
EXECUTE = "Action.Execute"
CARD_ACTION = "adaptiveCard/action"
MOST_VALUES = 50
LONGEST_VALUE = 4000
_MENTION = re.compile(r"</?at\b[^>]*>")


def incoming(activity: Activity, settings: TeamsSettings) -> Incoming | None:
    """What a person did with this activity, or None when there is nothing to answer."""
    if not account_of(activity) or not activity.id:
        return None
    base = _base(activity, settings)
    match activity.type:
        case ActivityTypes.message if _is_press(activity.value):
            return _press(base, activity.value)
        case ActivityTypes.message if text := _text(activity):
            return replace(base, text=text)
        case ActivityTypes.invoke if activity.name == CARD_ACTION:
            action = action_of(activity)
            return _press(base, action.get("data"), verb=str(action.get("verb") or ""))
        case ActivityTypes.installation_update if activity.action == "add":
            return replace(base, intent="welcome")
    return None


def action_of(activity: Activity) -> Mapping[str, Any]:
    """The action of a card that was pressed, as Teams sends it."""
    value = activity.value if isinstance(activity.value, dict) else {}
    action = value.get("action")
    return action if isinstance(action, dict) else {}


def is_automatic(activity: Activity) -> bool:
    """The client pressed by itself, because somebody looks at the card."""
    value = activity.value if isinstance(activity.value, dict) else {}
    return value.get("trigger") == "automatic"


def _base(activity: Activity, settings: TeamsSettings) -> Incoming:
    return Incoming(
        channel=NAME,
        id=_identity(activity),
        workspace=settings.workspace(tenant_of(activity)),
        account=account_of(activity),
        conversation=activity.conversation.id,
        public=is_shared(activity),
        locale=activity.locale or "",
    )


def _identity(activity: Activity) -> str:
    """Activities are numbered within a conversation, whose own name may be long."""
    whole = "\n".join((tenant_of(activity), activity.conversation.id, activity.type, activity.id))
    return hashlib.sha256(whole.encode()).hexdigest()


def _text(activity: Activity) -> str:
    """What was typed, without the mention that woke the bot and without the markup of other mentions."""
    text = activity.text or ""
    for entity in activity.entities or ():
        extra = entity.additional_properties or {}
        mentioned = extra.get("mentioned")
        if isinstance(mentioned, dict) and activity.recipient and mentioned.get("id") == activity.recipient.id:
            text = text.replace(str(extra.get("text") or ""), " ", 1)
    return _MENTION.sub("", text).replace("&nbsp;", " ").replace("\xa0", " ").strip()


def _is_press(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get(DATA_KEY), dict)


def _press(base: Incoming, data: object, *, verb: str = "") -> Incoming | None:
    """A button or a form; everything in it came through the client, so it is only ever a wish."""
    data = data if isinstance(data, dict) else {}
    back = data.get(DATA_KEY)
    back = back if isinstance(back, dict) else {}
    intent = str(back.get("intent") or verb)[:100]
    if not intent:
        return None
    carried = back.get("values")
    inputs = _inputs(data, form=str(back["form"])) if "form" in back else {}
    return replace(
        base,
        intent=intent,
        values=_strings(carried if isinstance(carried, dict) else {}) | inputs,
        message=str(back.get("message") or "")[:36],
        in_place=back.get("in_place") is True,
    )


def _inputs(data: Mapping[str, Any], *, form: str) -> dict[str, str]:
    prefix = f"{form}."
    return _strings({name.removeprefix(prefix): data[name] for name in data if name.startswith(prefix)})


def _strings(values: Mapping[str, Any]) -> dict[str, str]:
    """Plain values only; what a form leaves out is missing, as everywhere."""
    kept = {str(name): value for name, value in values.items() if isinstance(value, str | int | float)}
    return {name: str(value)[:LONGEST_VALUE] for name, value in list(kept.items())[:MOST_VALUES]}
