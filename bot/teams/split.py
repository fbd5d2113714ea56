"""Keeps messages inside the size that Teams takes: several cards, and a last word where even that is too much."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from bot.teams.elements import Element
from bot.teams.render import Place, card, size
from handlers.messages import Block, Buttons, Note, Reply, Table, Text
from handlers.texts import t

# Teams refuses about 100 KB and asks for less than 80, counted in UTF-16.
# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
CARD_BYTES = 38_000
CARDS = 2


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
    """As much in each card as fits; tables and texts are cut where they have to be."""
    parts: list[Reply] = []
    current: Reply = ()
    waiting = list(reversed(reply))
    # What comes after the last card is not worth cutting: only its buttons are kept.
    while waiting and len(parts) < CARDS:
        block = waiting.pop()
        if _fits((*current, block), place):
            current = (*current, block)
            continue
        head, rest = _cut(block, current, place)
        waiting.append(rest if head or current else Note(t("This part is too long to be shown here.", place.language)))
        if head or current:
            parts.append((*current, head) if head else current)
            current = ()
    left = (*current, *reversed(waiting))
    return [*parts, left] if left else parts


def _fits(reply: Reply, place: Place) -> bool:
    return size(card(reply, place)) <= CARD_BYTES


def _cut(block: Block, before: Reply, place: Place) -> tuple[Block | None, Block]:
    """The longest beginning that still fits behind the blocks before it, and the rest."""
    match block:
        case Table():
            places: Sequence[int] = range(1, len(block.rows))
        case Text() | Note():
            places = _breaks(block.text)
        case _:
            return None, block
    # The size grows with the beginning, so the longest one that fits is found by halving.
    count = bisect_left(places, True, key=lambda at: not _fits((*before, _halves(block, at)[0]), place))
    return _halves(block, places[count - 1]) if count else (None, block)


def _halves(block: Table | Text | Note, at: int) -> tuple[Block, Block]:
    if not isinstance(block, Table):
        return replace(block, text=block.text[:at].rstrip()), replace(block, text=block.text[at:])
    head = replace(block, rows=block.rows[:at], total=0, previous=None, following=None)
    return head, replace(block, rows=block.rows[at:], total=0)


def _breaks(text: str) -> list[int]:
    """Where a text may be cut: at the ends of lines, at spaces if there are none, anywhere if it must be."""
    for pattern in (r"\n+", r" +"):
        found = [match.end() for match in re.finditer(pattern, text) if match.end() < len(text)]
        if found:
            return found
    return list(range(1000, len(text), 1000))


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
