"""The page with people side by side."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.web.home import initials
from handlers.messages import Reply, Text

ADA, BEN, INES = "ada@aurora.example", "ben@aurora.example", "ines@aurora.example"


async def test_the_page_shows_the_default_people_side_by_side(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/")).text
    assert page.count('class="pane') == 3  # two, and the frame around them
    assert "Ada Keller" in page
    assert "Ben Okafor" in page
    assert 'href="http://localhost:8081/"' in page
    assert "Aurora GmbH is a fictional company" in page


async def test_anybody_can_be_chosen_and_speaks_the_own_language(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/", params={"people": f"{INES},{INES},{ADA}"})).text
    assert page.index("Message à Greenroom") < page.index("Message to Greenroom")
    assert f"/chat/{INES},{ADA}/stream" in page
    assert f"/?people={BEN},{ADA}&amp;show={BEN}" in page


async def test_an_unknown_person_is_named_and_the_others_stay(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/", params={"people": f"<b>@x.example,{BEN}"})).text
    assert "&lt;b&gt;@x.example is not somebody of this company." in page
    assert "Ben Okafor" in page


async def test_a_company_without_people_gets_a_kind_page_until_somebody_comes(
    browser: httpx.AsyncClient, world: Any
) -> None:
    everybody, world.people_known = world.people_known, ()
    empty = await browser.get("/")
    assert empty.status_code == 503
    assert "Nobody is here yet" in empty.text

    world.people_known = everybody
    assert (await browser.get("/")).status_code == 200


async def test_the_page_allows_nothing_inline_and_nothing_from_elsewhere(
    browser: httpx.AsyncClient, world: Any, gallery: dict[str, Reply]
) -> None:
    for number, reply in enumerate(gallery.values()):
        world.says(BEN, reply, delivery=f"d-{number}")
    page = await browser.get("/")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert " style=" not in page.text
    assert " onclick=" not in page.text
    for path in ("look.css", "chat.css", "chat.js", "icon.svg"):
        assert f"/static/{path}" in page.text
        assert (await browser.get(f"/static/{path}")).status_code == 200


async def test_a_message_of_another_day_says_the_day_in_the_persons_zone(
    browser: httpx.AsyncClient, world: Any
) -> None:
    world.says(INES, (Text("Bonjour"),), delivery="d-1")
    assert ">10:30</time>" in (await browser.get("/", params={"people": INES})).text

    world.moment += timedelta(days=1)
    assert ">22 nov., 10:30</time>" in (await browser.get("/", params={"people": INES})).text


@pytest.mark.parametrize(("name", "expected"), [("Ada", "A"), ("Ada van Keller", "AK"), ("(x) Ben", "B"), ("", "?")])
def test_initials_come_from_the_first_and_the_last_name(name: str, expected: str) -> None:
    assert initials(name) == expected
