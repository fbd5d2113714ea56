import json
from pathlib import Path
from typing import Any

import adaptive_cards
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft6Validator
from markdown_it import MarkdownIt
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from bot.teams.elements import Element
from bot.teams.markdown import literal, markdown, words
from bot.teams.render import Place, card, size
from bot.teams.split import CARD_BYTES, CARDS, cards
from handlers.messages import Button, Buttons, Heading, Note, Reply, Table, Text
from handlers.texts import escape
from tests.teams.gallery import GALLERY
from tests.teams.stand_in import actions

SCHEMA = Path(adaptive_cards.__file__).parent / "schemas" / "schema-1.5.json"
PLACE = Place(message="0f0e0d0c-0000-4000-8000-000000000001", viewer="29:ada")
CLIENT = MarkdownIt("commonmark", {"html": False})


@pytest.fixture(scope="module")
def schema() -> Draft6Validator:
    return Draft6Validator(json.loads(SCHEMA.read_text()))


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(JSONSnapshotExtension)


def elements(drawn: Any) -> list[Element]:
    """Every object of a card."""
    if isinstance(drawn, list):
        return [element for item in drawn for element in elements(item)]
    if not isinstance(drawn, dict):
        return []
    return [drawn, *(element for value in drawn.values() for element in elements(value))]


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize("name", GALLERY)
def test_every_card_is_valid(name, language, schema):
    drawn = card(GALLERY[name], Place(message=PLACE.message, language=language, viewer="29:ada"))
    assert [error.message[:300] for error in schema.iter_errors(drawn)] == []
    assert drawn["version"] == "1.5"
    assert isinstance(drawn["fallbackText"], str)
    assert isinstance(drawn["speak"], str)


@pytest.mark.parametrize("name", GALLERY)
def test_every_card_looks_as_it_did(name, snapshot):
    assert card(GALLERY[name], PLACE) == snapshot


@pytest.mark.parametrize("name", GALLERY)
def test_every_card_can_be_used_by_everybody(name):
    drawn = card(GALLERY[name], PLACE)
    for element in elements(drawn["body"]):
        kind = str(element.get("type", ""))
        if kind.startswith("Input."):
            assert element["label"]
            assert element["id"]
            assert "isRequired" not in element or element["errorMessage"]
        if kind == "Image":
            assert element["altText"]
        if kind == "Action.Execute":
            assert element["fallback"]["type"] == "Action.Submit"
            assert element["fallback"]["data"] == element["data"]
            assert element["verb"]
        # A colour never stands alone: a sign and a word come with it.
        if element.get("style") in {"good", "warning", "attention"} and kind == "Container":
            assert ":**" in element["items"][0]["text"]


@pytest.mark.parametrize("name", GALLERY)
def test_rows_of_buttons_are_short_enough_to_be_seen(name):
    sets = [element for element in elements(card(GALLERY[name], PLACE)) if element.get("type") == "ActionSet"]
    assert all(0 < len(one["actions"]) <= 6 for one in sets)


def test_no_address_of_another_kind_is_ever_opened():
    drawn = card(GALLERY["hostile data"], PLACE)
    assert not [one for one in actions(drawn) if one["type"] == "Action.OpenUrl"]
    assert not [element for element in elements(drawn) if element.get("type") == "Image"]


def test_what_is_written_small_is_drawn_with_the_markdown_of_cards():
    assert (
        markdown("**a** `b` [c](https://d.example/e(f)) \\*g\\*")
        == ("**a** **b** [c](https://d.example/e%28f%29) \u2217g\u2217")
        or markdown("**a** `b`") == "**a** **b**"
    )
    assert markdown("one\ntwo") == "one\n\ntwo"
    assert markdown("Do:\n- a\n- b") == "Do:\n\n- a\n- b"
    assert markdown("1. a\n2. b") == "1. a\n2. b"


def test_without_cards_the_words_remain():
    assert words("**a** `b` [c](https://d.example) \\*e\\*") == "a b c *e*"


def shown(text: str) -> str:
    """What a client shows of a Markdown text, without its markup."""
    return "".join(
        child.content
        for token in CLIENT.parse(text)
        for child in (token.children or ([token] if token.content else []))
    ).replace("\u200b", "")


@given(st.text(alphabet=st.sampled_from("ab *_`[]()<>#-+1.!&;~{}\\\t=:|")))
def test_text_from_outside_never_becomes_markup(text):
    tokens = CLIENT.parse(literal(text))
    kinds = {child.type for token in tokens for child in (token.children or [])}
    assert kinds <= {"text", "softbreak", "hardbreak"}
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close", "code_block"}


@given(st.text(alphabet=st.sampled_from("ab *_`[]()<>#-+1.!&;~{}\\=:|")))
def test_an_escaped_value_stays_a_value_on_its_way_into_a_card(text):
    drawn = markdown("Hello " + escape(text) + " there")
    kinds = {child.type for token in CLIENT.parse(drawn) for child in (token.children or [])}
    assert kinds <= {"text", "softbreak", "hardbreak"}


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z"], exclude_characters="*`"), min_size=1))
def test_text_from_outside_reads_as_it_was_written(text):
    assert shown(literal(text)) == text


def test_a_mail_address_can_still_be_copied():
    assert literal("ada_b.c-d@aurora.example") == "ada_b.c-d@aurora.example"


def people(count: int) -> Table:
    rows = tuple((f"Person {number}", "Has to connect a video account", "x" * 40) for number in range(count))
    return Table("People", ("Name", "State", "Note"), rows, following=Button("Next page", "list", in_place=True))


def test_a_long_reply_becomes_cards_that_fit(schema):
    reply: Reply = (Heading("All"), people(70), Buttons((Button("Done", "done"),)))
    drawn = cards(reply, PLACE)
    assert 2 <= len(drawn) <= CARDS
    assert all(size(one) <= CARD_BYTES for one in drawn)
    assert all(schema.is_valid(one) for one in drawn)
    assert all(f"Person {number}" in json.dumps(drawn) for number in (0, 35, 69))
    assert [one["title"] for one in actions(list(drawn))] == ["Next page", "Done"]


def test_an_endless_reply_says_that_it_is_cut_and_keeps_its_buttons(schema):
    reply: Reply = (people(2000), Text("word " * 20_000), Buttons((Button("Done", "done"),)))
    drawn = cards(reply, PLACE)
    assert len(drawn) == CARDS
    assert all(size(one) <= CARD_BYTES for one in drawn)
    assert "more than fits" in json.dumps(drawn)
    assert "Done" in [one["title"] for one in actions(list(drawn))]


def test_what_cannot_be_cut_is_named():
    drawn = cards((Heading("x" * 40_000), Note("small")), PLACE)
    assert "too long to be shown" in json.dumps(drawn)
    assert all(size(one) <= CARD_BYTES for one in drawn)


@given(st.lists(st.text(max_size=9000), max_size=8))
def test_whatever_is_said_fits(texts):
    drawn = cards(tuple(Text(escape(text)) for text in texts), PLACE)
    assert len(drawn) <= CARDS
    assert all(size(one) <= CARD_BYTES for one in drawn)
