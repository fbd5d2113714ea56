"""Draws the neutral blocks as Adaptive Cards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.teams.elements import (
    SCHEMA,
    VERSION,
    Element,
    action_set,
    bar,
    container,
    execute,
    fact_set,
    open_url,
    table,
    text_block,
)
from bot.teams.form import form_items
from bot.teams.markdown import literal, markdown, plain, web_address, words
from bot.tones import tone_word
from handlers.messages import (
    Block,
    Button,
    Buttons,
    Facts,
    Form,
    Heading,
    Image,
    Link,
    Note,
    Progress,
    Reply,
    Status,
    Table,
    Text,
    Tone,
)
from handlers.texts import t

DATA_KEY = "greenroom"
ACTIONS_IN_A_ROW = 6
FALLBACK_LENGTH = 900


@dataclass(frozen=True, slots=True)
class Place:
    """What a card's buttons need to find the way back."""

    message: str = ""
    """The delivery that carries the card."""
    language: str = "en"
    viewer: str = ""
    """Teams' own id of the only person who reads along; empty when others do."""


def card(reply: Reply, place: Place | None = None) -> Element:
    """The whole reply as one card."""
    place = place or Place()
    body = [element for index, block in enumerate(reply) for element in _block(block, place=place, index=index)]
    spoken = words_of(reply, place.language)
    drawn = {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": VERSION,
        "body": body or [text_block(" ")],
        "fallbackText": spoken[:FALLBACK_LENGTH],
        "speak": spoken[:FALLBACK_LENGTH],
    }
    refresh = _refresh(reply, place)
    return {**drawn, "refresh": refresh} if refresh else drawn


def words_of(reply: Reply, language: str) -> str:
    """The reply without any drawing: for screen readers, notifications and clients that draw no cards."""
    return "\n".join(line for block in reply if (line := _words(block, language)))


def size(drawn: Mapping[str, Any]) -> int:
    """Bytes in the encoding that Teams counts in."""
    return len(json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).encode("utf-16-le"))


def _block(block: Block, *, place: Place, index: int) -> list[Element]:  # noqa: C901 - one case for each block, no default
    match block:
        case Heading(text=text):
            return [text_block(literal(plain(text)), size="Large", weight="Bolder", style="heading")]
        case Text(text=text):
            return [text_block(markdown(text))]
        case Note(text=text):
            return [text_block(markdown(text), size="Small", isSubtle=True)]
        case Status():
            return [_status(block, place.language)]
        case Facts(items=items):
            return [fact_set([(literal(plain(item.label)), literal(plain(item.value))) for item in items])]
        case Table():
            return _table(block, place)
        case Buttons(items=items):
            return _rows([_action(item, place) for item in items])
        case Form():
            return _form(block, place=place, index=index)
        case Progress():
            return _progress(block, place.language)
        case Image(url=url, alt=alt):
            return [{"type": "Image", "url": url, "altText": plain(alt)}] if web_address(url) else []


def _status(status: Status, language: str) -> Element:
    style, sign = _LOOKS[status.tone]
    text = f"{sign} **{literal(tone_word(status.tone, language))}** {literal(plain(status.text))}"
    return container([text_block(text)], style=style)


_LOOKS = {
    Tone.GOOD: ("good", "\u2713"),
    Tone.WARNING: ("warning", "\u26a0"),
    Tone.BAD: ("attention", "\u2717"),
    Tone.NEUTRAL: ("emphasis", "\u2139"),
}


def _table(block: Table, place: Place) -> list[Element]:
    caption = text_block(f"**{literal(_caption(block, place.language))}**")
    rows = [tuple(plain(cell) for cell in row) for row in block.rows]
    turns = [_action(button, place) for button in (block.previous, block.following) if button]
    grid = [table(tuple(plain(column) for column in block.columns), rows)] if rows else []
    return [caption, *grid, *_rows(turns)]


def _caption(block: Table, language: str) -> str:
    if block.total <= len(block.rows):
        return plain(block.caption)
    count = t("{shown} of {total}", language, shown=len(block.rows), total=block.total)
    return f"{plain(block.caption)} ({count})"


def _form(form: Form, *, place: Place, index: int) -> list[Element]:
    data = _data(form.intent, form.values, place=place, in_place=True)
    data[DATA_KEY]["form"] = str(index)
    title = text_block(literal(plain(form.title)), size="Medium", weight="Bolder", style="heading")
    submit = execute(plain(form.submit), form.intent, data, style="positive")
    return [title, *form_items(form, prefix=f"{index}.", language=place.language), action_set([submit])]


def _progress(progress: Progress, language: str) -> list[Element]:
    count = t("{done} of {total}", language, done=progress.done, total=progress.total)
    drawn = [text_block(f"{literal(plain(progress.label))}: **{literal(count)}**")]
    return [*drawn, bar(progress.done, progress.total)] if progress.total > 0 else drawn


def _action(item: Button | Link, place: Place) -> Element:
    look = {"style": "positive"} if item.primary else {}
    if isinstance(item, Link):
        return open_url(plain(item.label), item.url, **look) if web_address(item.url) else {}
    look = {"style": "destructive"} if item.danger else look
    data = _data(item.intent, item.values, place=place, in_place=item.in_place)
    return execute(plain(item.label), item.intent, data, **look)


def _rows(actions: list[Element]) -> list[Element]:
    drawn = [action for action in actions if action]
    return [action_set(drawn[at : at + ACTIONS_IN_A_ROW]) for at in range(0, len(drawn), ACTIONS_IN_A_ROW)]


def _data(intent: str, values: Mapping[str, str], *, place: Place, in_place: bool) -> Element:
    back: Element = {"intent": intent, "values": dict(values), "message": place.message}
    return {DATA_KEY: {**back, "in_place": True} if in_place else back}


def _refresh(reply: Reply, place: Place) -> Element | None:
    """Let the client ask for the present state whenever the one person who reads this looks at it."""
    items = [item for block in reply if isinstance(block, Buttons) for item in block.items]
    again = next((item for item in items if isinstance(item, Button) and item.refreshes), None)
    if again is None or not place.viewer:
        return None
    # https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards
    action = _action(replace(again, in_place=True), place)
    action.pop("fallback")
    return {"action": action, "userIds": [place.viewer]}


def _words(block: Block, language: str) -> str:  # noqa: C901 - one case for each block, no default
    match block:
        case Heading(text=text):
            return plain(text)
        case Text(text=text) | Note(text=text):
            return words(text)
        case Status():
            return f"{tone_word(block.tone, language)} {plain(block.text)}"
        case Facts(items=items):
            return "\n".join(f"{plain(item.label)}: {plain(item.value)}" for item in items)
        case Table():
            rows = [", ".join(plain(cell) for cell in row) for row in block.rows]
            return "\n".join([_caption(block, language), *rows])
        case Buttons(items=items):
            return " · ".join(plain(item.label) for item in items)
        case Form():
            return plain(block.title)
        case Progress():
            count = t("{done} of {total}", language, done=block.done, total=block.total)
            return f"{plain(block.label)}: {count}"
        case Image(alt=alt):
            return plain(alt)
