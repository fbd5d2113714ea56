"""What a browser posts reaches the inbox once and whole, or is refused with a sentence."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from bot.channel import Incoming
from bot.web.receive import MAX_BODY

ACTIONS = "/chat/ben@aurora.example/actions"
MESSAGES = "/chat/ben@aurora.example/messages"
JSON = {"Accept": "application/json"}
ID = "0123456789abcdef"
PRESS = {"id": ID, "intent": "connect.start", "values": '{"provider":"zoom"}', "message": "d-1", "in_place": ""}


async def test_a_typed_message_reaches_the_inbox(browser: httpx.AsyncClient, world: Any) -> None:
    answer = await browser.post(MESSAGES, data={"id": ID, "text": "connect\r\nmy Zoom"}, headers=JSON)
    assert answer.status_code == 202
    assert world.taken[ID] == Incoming(
        channel="web",
        id=ID,
        workspace="demo",
        account="ben@aurora.example",
        conversation="web:ben@aurora.example",
        text="connect\nmy Zoom",
    )


async def test_without_javascript_the_page_comes_back(browser: httpx.AsyncClient) -> None:
    people = "ada@aurora.example,ben@aurora.example"
    answer = await browser.post(MESSAGES, data={"id": ID, "text": "hello", "people": people})
    assert answer.status_code == 303
    page = await browser.get(answer.headers["Location"])
    assert answer.headers["Location"] == f"/?people={people}&show=ben@aurora.example"
    assert "hello" in page.text


async def test_a_double_click_is_one_press(browser: httpx.AsyncClient, world: Any) -> None:
    for _ in range(2):
        assert (await browser.post(ACTIONS, data=PRESS, headers=JSON)).status_code == 202
    assert len(world.taken) == 1

    await browser.post(ACTIONS, data=PRESS | {"id": "another-press"}, headers=JSON)
    assert len(world.taken) == 2


async def test_a_submitted_form_carries_its_fields(browser: httpx.AsyncClient, world: Any) -> None:
    typed = {"input.intent": "evil", "input.note": "two\r\nlines", "in_place": "1"}
    await browser.post(ACTIONS, data=PRESS | typed, headers=JSON)
    incoming = world.taken[ID]
    assert incoming.intent == "connect.start"
    assert incoming.values == {"provider": "zoom", "intent": "evil", "note": "two\nlines"}
    assert (incoming.message, incoming.in_place, incoming.text) == ("d-1", True, "")


@pytest.mark.parametrize(
    "change",
    [
        {"intent": ""},
        {"intent": "<b>"},
        {"intent": "x" * 101},
        {"values": "not json"},
        {"values": "[]"},
        {"values": '{"a": 1}'},
        {"values": "[" * 100_000},
        {"values": json.dumps({str(number): "" for number in range(100)})},
        {"message": ""},
        {"id": "short"},
        {"id": "x" * 300},
        {f"input.{number}": "" for number in range(100)},
    ],
)
async def test_a_broken_press_is_refused_and_the_next_one_is_taken(
    browser: httpx.AsyncClient, world: Any, change: dict[str, str]
) -> None:
    refused = await browser.post(ACTIONS, data=PRESS | change, headers=JSON)
    assert refused.status_code == 400
    assert refused.json() == {"error": "That did not arrive in one piece. Please reload the page and try again."}
    assert not world.taken

    assert (await browser.post(ACTIONS, data=PRESS, headers=JSON)).status_code == 202


@pytest.mark.parametrize("account", ["nobody", "a@b@c", "a b@c.example", "a,b@c.example", "x" * 300 + "@c.example"])
async def test_an_account_that_is_no_address_is_refused(browser: httpx.AsyncClient, world: Any, account: str) -> None:
    assert (await browser.post(f"/chat/{account}/messages", data={"text": "hello"})).status_code == 400
    assert not world.taken

    assert (await browser.post(MESSAGES, data={"text": "hello"}, headers=JSON)).status_code == 202


async def test_a_body_that_is_no_form_is_refused(browser: httpx.AsyncClient) -> None:
    broken = {"Content-Type": "multipart/form-data"}
    assert (await browser.post(MESSAGES, content=b"\x00\xff", headers=broken)).status_code == 400
    assert (await browser.post(MESSAGES, files={"text": b"a file"})).status_code == 400

    assert (await browser.post(MESSAGES, data={"text": "hello"}, headers=JSON)).status_code == 202


async def test_a_hundred_kilobytes_and_binary_junk_arrive_unharmed(browser: httpx.AsyncClient, world: Any) -> None:
    long = "é" * 50_000
    junk = "\x00\x01\x1b[31m\u202e\ufffe\U0001f4a9<script>"
    for id, text in {"long-message": long, "junk-message": junk}.items():
        assert (await browser.post(MESSAGES, data={"id": id, "text": text}, headers=JSON)).status_code == 202
        assert world.taken[id].text == text

    page = (await browser.get("/?people=ben@aurora.example")).text
    assert "… and 46000 more characters" in page
    assert "\x00" not in page
    assert "<script>" not in page


async def test_an_endless_body_is_refused_with_a_sentence(browser: httpx.AsyncClient, world: Any) -> None:
    for text in ("x" * 250_001, "x" * MAX_BODY):
        refused = await browser.post(MESSAGES, data={"text": text}, headers=JSON)
        assert refused.status_code == 413
        assert refused.json() == {"error": "That is too much for one message. Please send less than 250 kB."}
    assert not world.taken

    assert (await browser.post(MESSAGES, data={"text": "x" * 250_000}, headers=JSON)).status_code == 202


async def test_nothing_typed_is_refused_in_the_language_of_the_person(browser: httpx.AsyncClient) -> None:
    address = "/chat/ines@aurora.example/messages"
    refused = await browser.post(address, data={"text": " \n"})
    assert refused.status_code == 400
    assert '<html lang="fr">' in refused.text
    assert "Écrivez d’abord un message." in refused.text

    assert (await browser.post(address, data={"text": "bonjour"}, headers=JSON)).status_code == 202


async def test_another_website_cannot_speak_for_anybody(browser: httpx.AsyncClient, world: Any) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (await browser.post(MESSAGES, data={"text": "hello"}, headers=foreign)).status_code == 403
    assert not world.taken

    own = {"Sec-Fetch-Site": "same-origin"} | JSON
    assert (await browser.post(MESSAGES, data={"text": "hello"}, headers=own)).status_code == 202
