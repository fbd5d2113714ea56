"""Replies as JSON and back: what the deliveries store and `greenroom ask --json` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any

from handlers import messages
from handlers.messages import Reply

BLOCKS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        messages.Heading,
        messages.Text,
        messages.Note,
        messages.Status,
        messages.Fact,
        messages.Facts,
        messages.Button,
        messages.Link,
        messages.Buttons,
        messages.Table,
        messages.Option,
        messages.Input,
        messages.Form,
        messages.Progress,
        messages.Image,
    )
}
FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in BLOCKS.values()}
PLAIN = frozenset({str, bool, int, float, type(None)})
ENUMS = {
    ("Button", "means"): messages.Means,
    ("Status", "tone"): messages.Tone,
    ("Input", "kind"): messages.InputKind,
}


def to_json(reply: Reply) -> list[Any]:
    """Each block as an object with its name under "block"; round-trips through `from_json`."""
    return [_dump(block) for block in reply]


def from_json(data: list[Any]) -> Reply:
    return tuple(_load(item) for item in data)


def _dump(value: Any) -> Any:
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind in FIELDS:
        return {"block": kind.__name__, **{name: _dump(getattr(value, name)) for name in FIELDS[kind]}}
    if isinstance(value, tuple):
        return [_dump(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    return dict(value) if isinstance(value, Mapping) else value


def _load(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_load(item) for item in value)
    if not isinstance(value, dict) or "block" not in value:
        return value
    name = value["block"]
    loaded = {key: _load(item) for key, item in value.items() if key != "block"}
    for (block, key), enum in ENUMS.items():
        if block == name:
            loaded[key] = enum(loaded[key]) if key in loaded else enum("")
    return BLOCKS[name](**loaded)
