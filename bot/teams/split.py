"""Keeps messages inside the size that Teams takes: several cards, and a last word where even that is too much."""

from __future__ import annotations

from dataclasses import replace

from bot.teams.elements import Element
from bot.teams.render import Place, card, size
from handlers.messages import Block, Buttons, Note, Reply, Table, Text
from handlers.texts import t

# Teams refuses about 100 KB and asks for less than 80, counted in UTF-16.
# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
CARD_BYTES = 25_000
CARDS = 3


def cards(reply: Reply, place: Place | None = None) -> tuple[Element, ...]:
    """The reply as cards for one message."""
    place = place or Place()
    whole = card(reply, place)
    if size(whole) <= CARD_BYTES:
        return (whole,)
    parts = _parts(reply, place)
    if len(parts) > CARDS:
        parts = [*parts[: CARDS - 1], _last(parts, place)]
    return tuple(card(part, place) for part in parts)


def _parts(reply: Reply, place: Place) -> list[Reply]:
    """As many blocks in a card as fit."""
    parts: list[Reply] = []
    current: Reply = ()
    for block in (piece for whole in reply for piece in _pieces(whole, place)):
        if current and not _fits((*current, block), place):
            parts.append(current)
            current = ()
        current = (*current, block)
    return [*parts, current]


def _fits(reply: Reply, place: Place) -> bool:
    return size(card(reply, place)) <= CARD_BYTES


def _pieces(block: Block, place: Place) -> list[Block]:
    """A block that is too large for a card of its own, in halves."""
    if _fits((block,), place):
        return [block]
    match block:
        case Table(rows=rows) if len(rows) > 1:
            middle = len(rows) // 2
            halves: list[Block] = [
                replace(block, rows=rows[:middle], total=0, previous=None, following=None),
                replace(block, rows=rows[middle:], total=0),
            ]
        case Text(text=text) | Note(text=text) if len(text) > 1:
            middle = _break(text)
            halves = [replace(block, text=text[:middle].rstrip()), replace(block, text=text[middle:].lstrip("\n"))]
        case _:
            return [Note(t("This part is too long to be shown here.", place.language))]
    return [piece for half in halves for piece in _pieces(half, place)]


def _break(text: str) -> int:
    """The end of a line or a word near the middle."""
    middle = len(text) // 2
    for mark in ("\n", " "):
        found = text.rfind(mark, 1, middle)
        if found > 0:
            return found + 1
    return middle


def _last(parts: list[Reply], place: Place) -> Reply:
    """What still fits of the last card, a word about the rest, and every button of it."""
    blocks = [block for part in parts[CARDS - 1 :] for block in part]
    end: Reply = (
        Note(t("There is more than fits into one message. Please ask for a smaller part.", place.language)),
        *(block for block in blocks if isinstance(block, Buttons)),
    )
    kept: Reply = ()
    for block in blocks:
        if isinstance(block, Buttons):
            continue
        if not _fits((*kept, block, *end), place):
            break
        kept = (*kept, block)
    return (*kept, *end)
