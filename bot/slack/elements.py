"""Buttons as Slack draws them, and what a pressed one says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, PlainTextObject

from bot.slack import limits
from bot.slack.drawn import REMEMBERED
from bot.slack.limits import Surface
from bot.slack.markup import plain, web_address
from handlers.messages import Button, Buttons, Form, Link, Reply, Table

FORM = "form"
PAGE = "page"
LINK = "link"
PRESS = "press"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reply is drawn: what its buttons need to find the way back."""

    letter: str
    language: str = "en"
    surface: Surface = Surface.MESSAGE
    tables: bool = True
    """The workspace takes table blocks."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a button carries; one that carries too much for Slack only says which button of the letter it is."""

    letter: str
    number: int
    intent: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    in_place: bool = False

    @property
    def is_short(self) -> bool:
        return not self.intent


def presses(reply: Reply) -> Iterator[Button | Form]:
    """Everything in a reply that can be pressed, in the order in which it is numbered."""
    for block in reply:
        match block:
            case Buttons(items=items):
                yield from (item for item in items if isinstance(item, Button))
            case Table(previous=previous, following=following):
                yield from (button for button in (previous, following) if button)
            case Form():
                yield block


def actions(items: Sequence[Button | Link], place: Place, *, index: int, number: int) -> list[dict[str, Any]]:
    """Rows of buttons of the block `index`; `number` counts the buttons of the whole reply, without links."""
    elements: list[dict[str, Any]] = []
    for order, item in enumerate(items):
        if isinstance(item, Link):
            elements.append(_link(item, f"{LINK}#{index}.{order}"))
        else:
            elements.append(_button(item, place, number=number, action=f"{PRESS}#{index}.{order}#{item.intent}"))
            number += 1
    _keep_one_primary(elements)
    return [row(elements[begin : begin + limits.ELEMENTS]) for begin in range(0, len(elements), limits.ELEMENTS)]


def row(elements: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Buttons beside each other; each was checked when its shape was made."""
    return {"type": ActionsBlock.type, "elements": list(elements)}


def _keep_one_primary(elements: Sequence[dict[str, Any]]) -> None:
    """https://docs.slack.dev/reference/block-kit/block-elements/button-element/: one of a set, so that it stands out"""
    for element in [element for element in elements if element.get("style") == "primary"][1:]:
        del element["style"]


def form_button(label: str, place: Place, *, number: int) -> dict[str, Any]:
    """The button that opens the form's modal; the form itself stays in the store."""
    value = json.dumps({"m": place.letter, "n": number})
    return _element(label, f"{FORM}#{number}", value=value, primary=True, danger=False)


def page_button(label: str, place: Place, page: int) -> dict[str, Any]:
    """The button that shows another page of one home tab."""
    value = json.dumps({"m": place.letter, "n": page})
    return _element(label, f"{PAGE}#{page}", value=value, primary=False, danger=False)


def pressed(value: str) -> Pressed | None:
    """What a button says, or None for one that is not ours."""
    try:
        said = json.loads(value)
        return Pressed(
            letter=said["m"],
            number=said["n"],
            intent=said.get("i", ""),
            values=said.get("v", {}),
            in_place=said.get("p", False),
        )
    except (ValueError, KeyError, TypeError):
        return None


@lru_cache(maxsize=REMEMBERED)
def short_label(label: str) -> str:
    """At most 75 characters; a longer label is written out above its buttons."""
    label = plain(label).strip() or "…"
    return label if len(label) <= limits.BUTTON else f"{label[: limits.BUTTON - 1].rstrip()}…"


def is_drawable(link: Link) -> bool:
    """Slack takes its address in a button."""
    return bool(web_address(link.url)) and len(link.url) <= limits.URL


def long_labels(items: Sequence[Button | Link]) -> list[str]:
    """The labels that a button cannot hold."""
    return [item.label for item in items if len(plain(item.label).strip()) > limits.BUTTON]


def _button(button: Button, place: Place, *, number: int, action: str) -> dict[str, Any]:
    said: dict[str, Any] = {"m": place.letter, "n": number, "i": button.intent, "v": dict(button.values)}
    if button.in_place:
        said["p"] = True
    value = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    if len(value) > limits.BUTTON_VALUE:
        value = json.dumps({"m": place.letter, "n": number})
    return _element(button.label, action, value=value, primary=button.primary, danger=button.danger)


def _element(label: str, action: str, *, value: str, primary: bool, danger: bool) -> dict[str, Any]:
    style = "danger" if danger else "primary" if primary else None
    return {**_shape(short_label(label), action[:255], style), "value": value}


def _link(link: Link, action: str) -> dict[str, Any]:
    return {**_shape(short_label(link.label), action, "primary" if link.primary else None), "url": link.url}


# What a campaign's thousands of buttons have in common; the models check themselves each time.
@lru_cache(maxsize=REMEMBERED)
def _shape(label: str, action: str, style: str | None) -> dict[str, Any]:
    return dict(ButtonElement(text=PlainTextObject(text=label, emoji=False), action_id=action, style=style).to_dict())
