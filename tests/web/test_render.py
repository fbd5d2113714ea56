"""Every block as HTML, and nothing that people write becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from bot.pages.markdown import markdown
from bot.web.render import Place, html, label_of
from handlers.messages import (
    Block,
    Button,
    Buttons,
    Fact,
    Facts,
    Form,
    Heading,
    Image,
    Input,
    InputKind,
    Link,
    Note,
    Option,
    Progress,
    Reply,
    Status,
    Table,
    Text,
    Tone,
)
from handlers.texts import escape, t

PLACE = Place(language="en", delivery="d-1", action="/chat/ben@aurora.example/actions", nonce="n", people="a,b")


class Page(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(str(markup))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag and wanted.items() <= attrs.items()]


def drawn(*blocks: Block) -> Page:
    return Page(html(blocks, PLACE))


def test_every_block_has_its_drawing(gallery: dict[str, Reply], snapshot: SnapshotAssertion) -> None:
    drawings = {name: str(html(reply, PLACE)).splitlines() for name, reply in gallery.items()}
    assert drawings == snapshot(extension_class=JSONSnapshotExtension)


def test_the_gallery_has_every_block(gallery: dict[str, Reply]) -> None:
    assert {type(block) for reply in gallery.values() for block in reply} == set(get_args(Block))


def test_a_script_in_any_place_stays_text() -> None:
    evil = '"><script>alert(1)</script>'
    button = Button(evil, "again", {"name": evil})
    page = drawn(
        Heading(evil),
        Text(evil),
        Note(evil),
        Status(Tone.BAD, evil),
        Facts((Fact(evil, evil),)),
        Table(evil, (evil,), ((evil,),), total=9, previous=button, following=button),
        Buttons((button, Link(evil, f"https://x.example/{evil}"))),
        Form(
            evil,
            "send",
            (
                Input("a", evil, value=evil, hint=evil, error=evil),
                Input("b", evil, InputKind.CHOICE, options=(Option(evil, evil),)),
                Input("c", evil, InputKind.MULTILINE, value=evil),
            ),
            evil,
            {"x": evil},
        ),
        Progress(evil, 1, 2),
        Image("https://x.example/a.png", evil),
    )
    assert not page.all("script")
    assert "alert(1)" in page.text


@pytest.mark.parametrize("address", ["javascript:alert`1`", "data:text/html,x", "//x.example", "http://", "http://[x"])
def test_only_web_addresses_become_links(address: str) -> None:
    page = drawn(Text(f"[Click]({address})"), Buttons((Link("Open", address),)), Image(address, "A plot"))
    assert not page.all("a")
    assert not page.all("img")
    assert "Open" in page.text
    assert "A plot" in page.text

    assert drawn(Text("[Click](https://x.example/a)")).all("a", href="https://x.example/a", rel="noopener")


def test_the_small_markdown_becomes_html() -> None:
    assert markdown("Hello **you \\* `me`**,\nread [the *help*](https://x.example/?a=1&b=2)") == Markup(
        "<p>Hello <strong>you * <code>me</code></strong>,<br>read "
        '<a href="https://x.example/?a=1&amp;b=2" target="_blank" rel="noopener">the *help*</a></p>'
    )
    assert markdown("- one\n- two\n\n3. three\n4. four") == Markup(
        '<ul><li>one</li><li>two</li></ul><ol start="3"><li>three</li><li>four</li></ol>'
    )


def test_unfinished_markdown_is_shown_as_it_was_written() -> None:
    assert markdown("a ** b `c [d](e [") == Markup("<p>a ** b `c [d](e [</p>")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1))
def test_a_value_reads_as_it_was_written(value: str) -> None:
    assert Page(markdown(t("Name: **{name}**.", "en", name=value))).text == f"Name: {value}."
    assert drawn(Heading(t("Hello {name}", "en", name=value))).text == f"Hello {value}"


@given(st.text())
def test_an_escaped_text_never_becomes_an_element(value: str) -> None:
    tags = {tag for tag, _ in Page(markdown(escape(value))).tags}
    assert tags <= {"p", "br", "ul", "ol", "li"}


@pytest.mark.parametrize("sign", ["[", "`", "**", "\\", "[a](", "1. ", "**a*"])
def test_a_flood_of_signs_is_drawn_at_once(sign: str) -> None:
    assert len(markdown(sign * 20_000)) > 10_000


def test_a_button_carries_what_it_says_and_each_has_its_own_id() -> None:
    page = drawn(Buttons((Button("A", "do", {"x": 'ü"'}, in_place=True), Button("B", "do"))))
    assert page.all("input", name="values", value='{"x":"ü\\""}')
    assert [field["value"] for field in page.all("input", name="in_place")] == ["1", ""]
    assert [field["value"] for field in page.all("input", name="id")] == ["n-0-1", "n-0-2"]
    assert all(form["method"] == "post" and form["action"] == PLACE.action for form in page.all("form"))


def test_every_field_has_its_label_hint_and_error(gallery: dict[str, Reply]) -> None:
    page = drawn(*gallery["form"])
    ids = {attrs["id"] for _, attrs in page.tags if attrs.get("id")}
    controls = [
        attrs for tag in ("input", "textarea", "select") for attrs in page.all(tag) if attrs.get("type") != "hidden"
    ]
    assert {label["for"] for label in page.all("label")} == {control["id"] for control in controls}
    described = [word for control in controls for word in (control.get("aria-describedby") or "").split()]
    assert set(described) <= ids
    assert page.all("input", name="input.ticket", **{"aria-invalid": "true"})
    assert len(described) == 3


def test_a_status_says_its_tone_to_those_who_cannot_see_it() -> None:
    page = Page(html((Status(Tone.WARNING, "Zoom : en attente"),), Place("fr", "d", "/x", "n")))
    assert page.all("svg", **{"aria-label": "Attention :"})


def test_an_unfinished_total_does_not_break_the_bar() -> None:
    assert drawn(Progress("Sync", 0, 0)).all("progress", max="1", value="0")


def test_the_record_names_what_was_pressed(gallery: dict[str, Reply]) -> None:
    assert label_of(gallery["buttons"], "check", {"provider": "zoom"}) == "Check again"
    assert label_of(gallery["table"], "unsynced", {"page": "2"}) == "Next"
    assert label_of(gallery["form"], "handoff.send", {"provider": "zoom", "to": "7"}) == "Send"
    assert label_of(gallery["buttons"], "gone", {}) == ""
