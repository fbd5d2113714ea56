"""Drawings of all replies, in Slack's limits and without any loss; paste a snapshot into Slack's Block Kit Builder."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from bot.channel import Letter
from bot.slack import home, modals
from bot.slack.elements import Place
from bot.slack.limits import LimitError, Surface, check_message, check_models, check_view
from bot.slack.markup import portions
from bot.slack.modals import Submitted
from bot.slack.render import blocks
from handlers.messages import Button, Buttons, Form, Reply, Table, Text
from handlers.texts import escape
from tests.slack.gallery import GALLERY, HOSTILE, LONG
from tests.slack.stand_in import ANYWHERE, problems


def letter_of(reply: Reply, language: str = "en") -> Letter:
    return Letter(id="L1", company=1, workspace="T1", account="U1", conversation="", reply=reply, language=language)


@pytest.fixture
def drawing(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(JSONSnapshotExtension)


@pytest.mark.parametrize("name", GALLERY)
def test_every_reply_is_drawn_within_slacks_limits(name: str, drawing: SnapshotAssertion) -> None:
    pieces = blocks(GALLERY[name], Place("L1"))
    for piece in pieces:
        check_message(piece.blocks, piece.text)
        check_models(piece.blocks)
        assert not problems(list(piece.blocks), most=50, allowed=ANYWHERE | {"table"})
    assert [{"text": piece.text, "blocks": list(piece.blocks)} for piece in pieces] == drawing


@pytest.mark.parametrize("name", GALLERY)
def test_every_reply_fits_into_the_home_tab(name: str) -> None:
    letter = letter_of(GALLERY[name])
    for page in range(4):
        view = home.view(letter, page=page)
        check_view(view)
        check_models(view["blocks"])
        assert not problems(view["blocks"], most=100, allowed=ANYWHERE | {"table"})


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_a_form_is_drawn_as_a_modal(language: str, drawing: SnapshotAssertion) -> None:
    reply = GALLERY["form with an error"]
    form = modals.form_of(reply, 0)
    assert isinstance(form, Form)
    view = modals.view(letter_of(reply, language), form, Submitted("L1", 0, ""))
    check_view(view)
    assert view == drawing


def everything(drawn: Any) -> str:
    """All words in a drawing, one after another."""
    if isinstance(drawn, dict):
        return " ".join(
            everything(drawn[key]) for key in ("text", "fields", "elements", "rows", "blocks") if key in drawn
        )
    return " ".join(everything(item) for item in drawn) if isinstance(drawn, list | tuple) else str(drawn)


@pytest.mark.parametrize("tables", [True, False])
def test_no_row_and_no_word_gets_lost(tables: bool) -> None:
    drawn = " ".join(everything(piece.blocks) for piece in blocks(GALLERY["long table"], Place("L1", tables=tables)))
    assert all(f"p{number}@aurora.example" in drawn for number in range(250))
    words = " ".join(everything(piece.blocks) for piece in blocks((Text(LONG),), Place("L1")))
    assert words.split() == LONG.split()


def test_the_text_beside_the_blocks_says_the_same() -> None:
    for piece in blocks(GALLERY["long table"], Place("L1")):
        rows = sum(len(block["rows"]) - 1 for block in piece.blocks if block["type"] == "table")
        assert piece.text.count("@aurora.example") == rows


@pytest.mark.parametrize("surface", [Surface.MESSAGE, Surface.HOME])
def test_data_calls_nobody_and_links_nowhere(surface: Surface) -> None:
    for piece in blocks(GALLERY["hostile data"], Place("L1", surface=surface)):
        marked = json.dumps([block for block in piece.blocks if block["type"] == "section"]) + piece.text
        assert "<!" not in marked
        assert "<@" not in marked
        assert "<https://evil" not in marked
        assert "javascript:" not in json.dumps([b.get("elements") for b in piece.blocks])
        assert all(b["text"]["verbatim"] for b in piece.blocks if b["type"] == "section" and "text" in b)


@given(st.text(max_size=400), st.integers(40, 200))
def test_any_data_survives_being_split(data: str, limit: int) -> None:
    parts = portions(escape(data), limit)
    assert all(0 < len(part) <= limit for part in parts)
    assert not any(sign in part for part in parts for sign in "<>")


@given(
    st.lists(
        st.sampled_from(["**b**", "`c`", "[l](https://a.example)", "word", HOSTILE, "\n", "- ", "1. "]), max_size=60
    )
)
def test_any_markup_fits_its_limit(pieces: list[str]) -> None:
    assert all(len(part) <= 150 for part in portions(" ".join(pieces), 150))


@given(st.lists(st.lists(st.text(max_size=300), min_size=1, max_size=22), max_size=120))
def test_any_table_can_be_drawn(rows: list[list[str]]) -> None:
    table = Table("T", ("A", "B"), tuple(tuple(row) for row in rows), total=500)
    for piece in blocks((table, Buttons((Button("x", "y"),))), Place("L1")):
        check_message(piece.blocks, piece.text)


TOO_MUCH: dict[str, list[dict[str, Any]]] = {
    "blocks": [{"type": "divider"}] * 51,
    "tables": [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2,
    "rows": [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * 101}],
    "columns": [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]}],
    "characters": [{"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 10_001}]]}],
    "empty cell": [{"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]}],
    "action ids": [
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": "a"}],
        }
    ]
    * 2,
    "block ids": [{"type": "divider", "block_id": "b"}] * 2,
    "surface": [{"type": "alert", "text": {"type": "plain_text", "text": "x"}}],
    "section": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}],
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_slack_would_refuse_is_noticed_before(name: str) -> None:
    check = check_models if name == "section" else lambda blocks: check_message(blocks, "text")
    with pytest.raises(LimitError):
        check(TOO_MUCH[name])
    check_message([{"type": "divider"}], "text")


def test_a_message_without_words_for_screen_readers_is_noticed() -> None:
    with pytest.raises(LimitError):
        check_message([{"type": "divider"}], " ")
