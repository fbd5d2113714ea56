"""Draws the neutral blocks as Block Kit; pure, and within all of Slack's limits by splitting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import ImageBlock, SectionBlock

from bot.slack import limits, tables
from bot.slack.drawn import Drawn, bold, context, heading, paragraphs, section, words_only
from bot.slack.elements import Place, actions, form_button, is_drawable, long_labels, presses, row, short_label
from bot.slack.limits import Surface
from bot.slack.markup import literal, mrkdwn, plain, portions, web_address
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

SIGNS = {Tone.GOOD: "✅", Tone.WARNING: "⚠️", Tone.BAD: "❌", Tone.NEUTRAL: "▫️"}
BAR = 10
NAVIGATION = 2
"""Blocks of a home tab that are kept free for turning its pages."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One message, or one page of the home tab: Slack's blocks and the same in words."""

    blocks: tuple[dict[str, Any], ...]
    text: str


def blocks(reply: Reply, place: Place) -> tuple[Piece, ...]:
    """The whole reply in as many pieces as Slack's limits ask for."""
    return tuple(_piece(part) for part in _parts(drawings(reply, place), place.surface))


def drawings(reply: Reply, place: Place) -> list[Drawn]:
    """Everything in order, not yet split."""
    drawn: list[Drawn] = []
    number = 0
    for index, block in enumerate(reply):
        drawn += _draw(block, place, index=index, number=number)
        number += sum(1 for _ in presses((block,)))
    return drawn


def _draw(  # noqa: C901 - one case for each block, no default
    block: Block, place: Place, *, index: int, number: int
) -> list[Drawn]:
    match block:
        case Heading(text=text):
            return heading(plain(text).strip())
        case Text(text=text):
            return paragraphs(text)
        case Note(text=text):
            return [context(part) for part in portions(text, limits.SECTION)]
        case Status():
            return _status(block, place.language)
        case Facts():
            return _facts(block)
        case Table():
            return [*_table(block, place), *_turning(block, place, index=index, number=number)]
        case Buttons(items=items):
            return _buttons(items, place, index=index, number=number)
        case Form():
            return _form(block, place, number=number)
        case Progress():
            return paragraphs(_progress(block, place.language))
        case Image():
            return _image(block)


def _status(status: Status, language: str) -> list[Drawn]:
    parts = portions(status.text, limits.SECTION - 4)
    shown = [f"{SIGNS[status.tone]} {parts[0]}", *parts[1:]] if parts else []
    said = [f"{tone_word(status.tone, language)} {parts[0]}", *parts[1:]] if parts else []
    return [Drawn(section(text).block, words) for text, words in zip(shown, said, strict=True)]


def _facts(facts: Facts) -> list[Drawn]:
    drawn: list[Drawn] = []
    rest: list[tuple[str, str]] = []
    for fact in facts.items:
        label, value = literal(plain(fact.label)).replace("*", "∗"), mrkdwn(fact.value) or tables.NOTHING
        if len(label) + len(value) + 3 <= limits.FIELD:
            rest.append((label, value))
        else:
            drawn += [*_fields(rest), *bold(plain(fact.label)), *paragraphs(fact.value)]
            rest = []
    return [*drawn, *_fields(rest)]


def _fields(facts: Sequence[tuple[str, str]]) -> list[Drawn]:
    rows = [facts[begin : begin + limits.FIELDS] for begin in range(0, len(facts), limits.FIELDS)]
    return [
        Drawn(
            SectionBlock(fields=[words_only(f"*{label}*\n{value}") for label, value in row]).to_dict(),
            "\n".join(f"{label}: {value}" for label, value in row),
        )
        for row in rows
    ]


def _table(table: Table, place: Place) -> list[Drawn]:
    drawn = heading(plain(table.caption).strip())
    lines = tables.lines(table)
    if place.tables and place.surface is not Surface.MODAL and tables.fits(table):
        for grid in tables.grids(table):
            count = len(grid.rows) - 1  # the first row names the columns
            drawn.append(Drawn(grid.to_dict(), "\n".join(lines[:count])))
            lines = lines[count:]
    else:
        drawn += [section(part) for part in tables.gathered(lines)]
    if table.total > len(table.rows):
        shown = t("{shown} of {total}", place.language, shown=len(table.rows), total=table.total)
        drawn.append(context(literal(shown)))
    return drawn


def _turning(table: Table, place: Place, *, index: int, number: int) -> list[Drawn]:
    pages = [button for button in (table.previous, table.following) if button]
    return _buttons(pages, place, index=index, number=number)


def _buttons(items: Sequence[Button | Link], place: Place, *, index: int, number: int) -> list[Drawn]:
    unlinked = [f"{item.label}: {item.url}" for item in items if isinstance(item, Link) and not is_drawable(item)]
    written = [drawn for text in [*long_labels(items), *unlinked] for drawn in paragraphs(text)]
    shown = [item for item in items if isinstance(item, Button) or is_drawable(item)]
    said = [f"[{literal(short_label(item.label))}]" for item in shown]
    rows = actions(shown, place, index=index, number=number)
    begins = range(0, len(shown), limits.ELEMENTS)
    return [
        *written,
        *(
            Drawn(each, " ".join(said[begin : begin + limits.ELEMENTS]))
            for each, begin in zip(rows, begins, strict=True)
        ),
    ]


def _form(form: Form, place: Place, *, number: int) -> list[Drawn]:
    """A message of Slack's holds no form: a button opens it as a modal."""
    wrong = [
        drawn
        for field in form.inputs
        if field.error
        for drawn in paragraphs(f"{SIGNS[Tone.WARNING]} **{field.label}**: {field.error}")
    ]
    label = t("Fill in", place.language)
    button = form_button(label, place, number=number)
    return [*bold(plain(form.title)), *wrong, Drawn(row([button]), f"[{label}]")]


def _progress(progress: Progress, language: str) -> str:
    share = min(max(progress.done / progress.total, 0), 1) if progress.total > 0 else 0
    full = int(share * BAR)
    counted = t("{done} of {total}", language, done=progress.done, total=progress.total)
    return f"**{progress.label}**\n{'▰' * full}{'▱' * (BAR - full)} {counted}"


def _image(image: Image) -> list[Drawn]:
    alt = plain(image.alt).strip() or "…"
    if not web_address(image.url) or len(image.url) > limits.URL or len(alt) > limits.ALT:
        return paragraphs(image.alt)
    return [Drawn(ImageBlock(image_url=image.url, alt_text=alt).to_dict(), literal(alt))]


def _parts(drawn: Sequence[Drawn], surface: Surface) -> list[list[Drawn]]:
    room = limits.BLOCKS[surface] - (NAVIGATION if surface is Surface.HOME else 0)
    done: list[list[Drawn]] = []
    rest: list[Drawn] = []
    for item in drawn:
        if rest and _is_full(rest, item, room):
            # A title stays with what it is the title of.
            moved = [rest.pop()] if len(rest) > 1 and rest[-1].kind == "header" else []
            done.append(rest)
            rest = moved
        rest.append(item)
    return [*done, rest] if rest else done


def _is_full(rest: Sequence[Drawn], item: Drawn, room: int) -> bool:
    has_table = item.kind == "table" and any(other.kind == "table" for other in rest)
    size = sum(len(other.words) for other in rest) + len(item.words)
    return len(rest) >= room or has_table or size > limits.PIECE_TEXT


def _piece(part: Sequence[Drawn]) -> Piece:
    text = "\n".join(item.words for item in part if item.words)
    return Piece(tuple(dict(item.block) for item in part), text or "…")
