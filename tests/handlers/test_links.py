"""The link in the chat: a GET changes nothing, one POST uses it, and every dead end offers a way on."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from bot.demo import Demo
from bot.sandbox.faults import Fault, System
from tests.chat import Chat, through_the_pages
from tests.visitor import Visitor

Person = Callable[[str], Chat]


async def ben_has_a_link(person: Person) -> tuple[Chat, str]:
    ben = person("ben")
    await ben.says("connect my Zoom")
    return ben, await ben.address("Connect Zoom")


async def test_opening_a_link_changes_nothing_however_often(demo: Demo, person: Person) -> None:
    ben, address = await ben_has_a_link(person)
    before = len(demo.world.requests())
    async with httpx.AsyncClient() as scanner:
        for _ in range(3):
            opened = await scanner.get(address)
            assert opened.status_code == 200
            assert (await scanner.head(address)).status_code == 200
    assert len(demo.world.requests()) == before, "nobody outside was asked"
    assert "Zoom is connected" in await ben.follows("Connect Zoom")


async def test_the_page_tells_no_cache_and_no_other_site_about_the_link(person: Person) -> None:
    _, address = await ben_has_a_link(person)
    async with httpx.AsyncClient() as browser:
        opened = await browser.get(address)
    assert opened.headers["cache-control"] == "no-store"
    assert opened.headers["referrer-policy"] in ("no-referrer", "same-origin")
    assert "frame-ancestors 'none'" in opened.headers["content-security-policy"]
    cookie = opened.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_a_used_link_offers_a_new_one_which_arrives_in_the_chat(person: Person) -> None:
    ben, address = await ben_has_a_link(person)
    async with Visitor() as visitor:
        await visitor.opens(address)
        await visitor.presses("Continue to Cronofy")  # left there without finishing
        await visitor.opens(address)
        assert visitor.status == 410
        assert "This link was used already" in visitor.text
        assert "I can send Ben Okafor a new one in the chat." in visitor.text
        ben.tick()
        assert "A new link is waiting in the chat" in await visitor.presses("Send a new link")
    await ben.settled()
    assert await ben.address("Connect Zoom") != address
    assert "Zoom is connected" in await ben.follows("Connect Zoom")


async def test_an_expired_link_offers_a_new_one(demo: Demo, person: Person) -> None:
    ben, address = await ben_has_a_link(person)
    demo.world.clock.advance(timedelta(minutes=61))
    async with Visitor() as visitor:
        assert "This link is too old" in await visitor.opens(address)
        for _ in range(2):
            await visitor.opens(address)
            await visitor.presses("Send a new link")
    await ben.settled()
    assert len(await ben.messages()) == 2, "one new link, however often it was asked for"
    assert "Zoom is connected" in await ben.follows("Connect Zoom")


async def test_a_link_that_expires_while_the_page_is_open_offers_a_new_one(demo: Demo, person: Person) -> None:
    ben, address = await ben_has_a_link(person)
    async with Visitor() as visitor:
        await visitor.opens(address)
        demo.world.clock.advance(timedelta(minutes=61))
        text = await visitor.presses("Continue to Cronofy")
        assert "new link" in text
    await ben.settled()
    assert "Zoom is connected" in await ben.follows("Connect Zoom")


async def test_only_the_newest_link_works(person: Person) -> None:
    ben, old = await ben_has_a_link(person)
    await ben.says("connect my Zoom")
    async with Visitor() as visitor:
        await visitor.opens(old)
        assert visitor.status == 410
    assert "Zoom is connected" in await ben.follows("Connect Zoom")


async def test_a_link_that_nobody_made_says_so_in_the_browsers_language(demo: Demo) -> None:
    for language, words in [
        ("en", "This link does not work"),
        ("fr-FR,fr;q=0.9", "Ce lien ne fonctionne pas"),
        ("de", "Dieser Link funktioniert nicht"),
        ("xx", "This link does not work"),
    ]:
        async with Visitor(language) as visitor:
            assert words in await visitor.opens(f"{demo.program.services.public_url}/link/made-up")
            assert visitor.status == 404
            assert not visitor.forms


@pytest.mark.parametrize("nonce", ["made-up", "%00", "a" * 3000])
async def test_a_return_that_nobody_waits_for_changes_nothing(demo: Demo, nonce: str) -> None:
    before = len(demo.world.requests())
    async with Visitor() as visitor:
        assert "I don't know this page" in await visitor.opens(f"{demo.program.services.public_url}/connected/{nonce}")
        assert visitor.status == 404
        await visitor.opens(f"{demo.program.services.public_url}/oauth/cronofy/callback?state={nonce}&code=x")
        assert visitor.status == 404
    assert len(demo.world.requests()) == before


async def test_a_post_without_the_cookie_of_the_page_is_refused(person: Person) -> None:
    ben, address = await ben_has_a_link(person)
    async with Visitor() as visitor, httpx.AsyncClient() as other:
        await visitor.opens(address)
        form = visitor.request("Continue to Cronofy")
        foreign = await other.post(
            address, content=form.content, headers={"content-type": form.headers["content-type"]}
        )
        assert foreign.status_code == 403
        empty = await visitor.client.post(address, data={})
        assert empty.status_code == 403
        wrong = await visitor.client.post(address, data={"csrf": "ünbekannt"})
        assert wrong.status_code == 403
    assert "Zoom is connected" in await ben.follows("Connect Zoom")


async def test_two_quick_presses_lead_one_of_them_on(demo: Demo, person: Person) -> None:
    ben, address = await ben_has_a_link(person)
    async with Visitor() as visitor:
        await visitor.opens(address)
        requests = [visitor.request("Continue to Cronofy") for _ in range(2)]
        answers = await asyncio.gather(*(visitor.client.send(each, follow_redirects=False) for each in requests))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses[0] in (200, 303)
        assert [answer.status_code for answer in answers].count(303) == 1
        onwards = next(answer for answer in answers if answer.status_code == 303)
        await visitor.opens(onwards.headers["location"])
        await through_the_pages(visitor)
        assert "Zoom is connected" in visitor.text
    await ben.settled()
    assert len(demo.world.account("ben@aurora.example").conferencing) == 1


async def test_the_return_is_believed_only_when_cronofy_confirms_it(demo: Demo, person: Person) -> None:
    ben, address = await ben_has_a_link(person)
    async with Visitor() as visitor:
        await visitor.opens(address)
        await visitor.presses("Continue to Cronofy")
        link = next(iter(demo.world.link_requests.values()))
        # Somebody types the address of the return, with a profile that does not exist.
        text = await visitor.opens(f"{link.redirect_uri}?last_linked_profile_id=pro_made_up")
        assert "Cronofy does not show the connection yet" in text
        assert "One step left for Zoom" in (await ben.screen())[0]
        # The real one comes later: the card turns by itself.
        demo.world.connect("ben@aurora.example", "zoom")
        demo.world.clock.advance(timedelta(seconds=30))
        await demo.program.chores.sweep()
        await ben.settled()
        assert "Zoom is connected as ben@aurora.example" in (await ben.screen())[0]


async def test_going_back_and_returning_twice_tells_it_once(demo: Demo, person: Person) -> None:
    ben, address = await ben_has_a_link(person)
    async with Visitor() as visitor:
        await visitor.opens(address)
        await visitor.presses("Continue to Cronofy")
        await through_the_pages(visitor)
        assert "Zoom is connected" in await visitor.opens(visitor.address)
    await ben.settled()
    assert len(await ben.messages()) == 1


async def test_cronofy_is_down_while_the_link_is_followed_and_the_link_stays_usable(
    demo: Demo, person: Person, impatient: None
) -> None:
    ben, address = await ben_has_a_link(person)
    demo.world.fault(Fault.UNAVAILABLE, system=System.CRONOFY)
    async with Visitor() as visitor:
        await visitor.opens(address)
        text = await visitor.presses("Continue to Cronofy")
        assert visitor.status == 502
        assert "Cronofy could not help right now." in text
        assert "Your link still works: just open it again later." in text
    demo.world.clear()
    assert "Zoom is connected" in await ben.follows("Connect Zoom")


async def test_cronofy_is_down_on_the_return_and_the_card_turns_later(
    demo: Demo, person: Person, impatient: None
) -> None:
    ben, address = await ben_has_a_link(person)
    async with Visitor() as visitor:
        await visitor.opens(address)
        await visitor.presses("Continue to Cronofy")
        demo.world.fault(Fault.SERVER_ERROR, system=System.CRONOFY)
        await through_the_pages(visitor)
        assert "I could not check it just now" in visitor.text
    demo.world.clear()
    demo.world.clock.advance(timedelta(seconds=30))
    await demo.program.chores.sweep()
    await ben.settled()
    assert "Zoom is connected as ben@aurora.example" in (await ben.screen())[0]


async def test_no_secret_of_a_link_is_stored(demo: Demo, person: Person) -> None:
    _, address = await ben_has_a_link(person)
    token = address.rpartition("/")[2]
    from sqlalchemy import text

    async with demo.program.store.database.engine.connect() as connection:
        rows = (await connection.execute(text("SELECT token_hash, nonce_hash FROM links"))).all()
    assert rows
    assert token not in str(rows)
    assert re.fullmatch(r"[\w-]{32}", token), "24 random bytes"
