"""The elements of Adaptive Cards 1.5 that we draw with, as plain dictionaries."""

from __future__ import annotations

from typing import Any

from bot.teams.markdown import literal

Element = dict[str, Any]

SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.5"
"""The newest one that Teams draws for bots, on desktops and phones."""


def text_block(text: str, **look: Any) -> Element:
    """Text in the Markdown of cards; escape what comes from outside first."""
    return {"type": "TextBlock", "text": text, "wrap": True, **look}


def container(items: list[Element], **look: Any) -> Element:
    return {"type": "Container", "items": items, **look}


def action_set(actions: list[Element]) -> Element:
    return {"type": "ActionSet", "actions": actions}


def fact_set(facts: list[tuple[str, str]]) -> Element:
    return {"type": "FactSet", "facts": [{"title": title, "value": value} for title, value in facts]}


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> Element:
    """A grid whose first row names the columns, also for screen readers."""
    head = _row(columns, weight="Bolder")
    return {
        "type": "Table",
        "firstRowAsHeader": True,
        "showGridLines": True,
        "columns": [{"width": 1} for _ in columns],
        "rows": [head, *(_row(row) for row in rows)],
    }


def _row(cells: tuple[str, ...], **look: Any) -> Element:
    drawn = [{"type": "TableCell", "items": [text_block(literal(cell) or " ", **look)]} for cell in cells]
    return {"type": "TableRow", "cells": drawn}


def bar(done: int, total: int) -> Element:
    """How far something is, by width; the words stand beside it."""
    parts = [("good", done), ("emphasis", total - done)]
    columns = [_bar_part(style, width) for style, width in parts if width > 0]
    return {"type": "ColumnSet", "spacing": "Small", "columns": columns}


def _bar_part(style: str, width: int) -> Element:
    return {"type": "Column", "width": str(width), "style": style, "minHeight": "8px", "items": []}


def execute(title: str, verb: str, data: Element, **look: Any) -> Element:
    """A press that Teams sends with a person waiting; older clients send it as a message."""
    submit = {"type": "Action.Submit", "title": title, "data": data, **look}
    return {"type": "Action.Execute", "title": title, "verb": verb, "data": data, **look, "fallback": submit}


def open_url(title: str, url: str, **look: Any) -> Element:
    return {"type": "Action.OpenUrl", "title": title, "url": url, **look}
