"""Draws the neutral blocks as HTML."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.pages.markdown import inline, markdown, plain, web_address
from bot.tones import tone_word
from handlers.messages import (
    Block,
    Button,
    Buttons,
    Facts,
    Form,
    Heading,
    Image,
    InputKind,
    Link,
    Note,
    Progress,
    Reply,
    Status,
    Table,
    Text,
)
from handlers.texts import n, t

# Fields of a form carry this prefix, so that no input can take the place of the form's own fields.
INPUT_PREFIX = "input."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: what its buttons need to find the way back."""

    language: str
    delivery: str
    action: str
    """The address that presses are posted to."""
    nonce: str
    """Makes this drawing's presses different from those of the next drawing, and a double click one press."""
    people: str = ""
    """Who is shown side by side; without JavaScript the answer is a page with the same people."""


@cache
def templates() -> Environment:
    """Jinja2 with our templates; every value is escaped."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("bot.web"), PackageLoader("bot.pages")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(plain=plain, inline=inline, web_address=web_address, json=_compact)
    environment.globals.update(t=t, n=n, tone_word=tone_word)
    return environment


def html(reply: Reply, place: Place) -> Markup:
    """The whole message."""
    return Markup("\n").join(_block(block, place=place, index=index) for index, block in enumerate(reply))


def label_of(reply: Reply, incoming_intent: str, values: dict[str, str]) -> str:
    """The words on what was pressed or submitted, for the record of the conversation."""
    for block in reply:
        match block:
            case Form(intent=intent, submit=submit) if intent == incoming_intent:
                return plain(submit)
        for button in _buttons(block):
            if button.intent == incoming_intent and dict(button.values) == values:
                return plain(button.label)
    return ""


def _buttons(block: Block) -> tuple[Button, ...]:
    match block:
        case Buttons(items=items):
            return tuple(item for item in items if isinstance(item, Button))
        case Table(previous=previous, following=following):
            return tuple(button for button in (previous, following) if button)
    return ()


def _block(block: Block, *, place: Place, index: int) -> Markup:  # noqa: C901 - one case for each block, no default
    match block:
        case Heading():
            return _draw("heading", text=block.text)
        case Text():
            return _draw("text", text=markdown(block.text))
        case Note():
            return _draw("note", text=markdown(block.text))
        case Status():
            return _draw("status", status=block, language=place.language)
        case Facts():
            return _draw("facts", facts=block)
        case Table():
            return _draw("table", table=block, place=place, key=f"{place.nonce}-{index}")
        case Buttons():
            return _draw("buttons", buttons=block, place=place, key=f"{place.nonce}-{index}", link=Link)
        case Form():
            key = f"{place.nonce}-{index}"
            return _draw("form", form=block, place=place, key=key, prefix=INPUT_PREFIX, kinds=InputKind)
        case Progress():
            return _draw("progress", progress=block, language=place.language)
        case Image():
            return _draw("image", image=block)


def _draw(name: str, **values: Any) -> Markup:
    macro = getattr(templates().get_template("blocks.html").module, name)
    return Markup(macro(**values))  # noqa: S704 - a macro of an environment that escapes


def _compact(values: dict[str, str]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, separators=(",", ":"))
