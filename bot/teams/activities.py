"""Activities from JSON and to JSON: botbuilder's models without msrest, which takes most of the time of a turn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from botbuilder.schema import Activity, ChannelAccount, ConversationAccount, Entity

TEXTS = ("type", "id", "text", "name", "action", "locale", "replyToId", "channelId", "serviceUrl", "timestamp")
OBJECTS = ("conversation", "from", "recipient")
LISTS = ("entities", "membersAdded", "membersRemoved")


class Malformed(Exception):
    """The body is not an activity."""


def activity_of(body: Mapping[str, Any]) -> Activity:
    """What this channel reads of an activity. Raises Malformed."""
    _check(body)
    return Activity(
        type=body["type"],
        id=body.get("id"),
        name=body.get("name"),
        text=body.get("text"),
        value=body.get("value"),
        action=body.get("action"),
        locale=body.get("locale"),
        channel_id=body.get("channelId"),
        service_url=body.get("serviceUrl"),
        reply_to_id=body.get("replyToId"),
        channel_data=body.get("channelData"),
        conversation=_conversation(body["conversation"]),
        from_property=_account(body["from"]),
        recipient=_account(body["recipient"]),
        members_removed=[_account(member) for member in body.get("membersRemoved") or ()],
        entities=[_entity(entity) for entity in body.get("entities") or ()],
    )


def payload_of(model: Any) -> dict[str, Any]:
    """A model of botbuilder as Teams expects it; what is empty is left out."""
    written = {
        description["key"]: _written(value)
        for name, description in model._attribute_map.items()
        if (value := getattr(model, name, None)) is not None
    }
    return {**(model.additional_properties or {}), **written}


def _written(value: Any) -> Any:
    if hasattr(value, "_attribute_map"):
        return payload_of(value)
    match value:
        case list():
            return [_written(item) for item in value]
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
    return value


def _check(body: Mapping[str, Any]) -> None:
    if not isinstance(body.get("type"), str):
        raise Malformed
    if any(not isinstance(body.get(name), str | None) for name in TEXTS):
        raise Malformed
    for name in OBJECTS:
        if not isinstance(body.get(name), dict) or not isinstance(body[name].get("id"), str):
            raise Malformed
    for name in LISTS:
        items = body.get(name) or []
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise Malformed
    _check_time(body.get("timestamp"))


def _check_time(timestamp: str | None) -> None:
    try:
        datetime.fromisoformat(timestamp or "2000-01-01")
    except ValueError:
        raise Malformed from None


def _conversation(given: Mapping[str, Any]) -> ConversationAccount:
    return ConversationAccount(
        id=given["id"],
        tenant_id=_text(given.get("tenantId")),
        conversation_type=_text(given.get("conversationType")),
        is_group=given.get("isGroup") is True,
    )


def _account(given: Mapping[str, Any]) -> ChannelAccount:
    return ChannelAccount(
        id=_text(given.get("id")), name=_text(given.get("name")), aad_object_id=_text(given.get("aadObjectId"))
    )


def _entity(given: Mapping[str, Any]) -> Entity:
    entity = Entity(type=_text(given.get("type")))
    entity.additional_properties = dict(given)
    return entity


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
