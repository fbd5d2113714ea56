"""Strict links: the browser shows by a sign-in whose it is, before it learns anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from bot.demo import Demo
from bot.sandbox.clock import Clock
from bot.settings import SettingsError, read_settings
from bot.strict_links import check_strict_links
from bot.web_server import serve
from providers.base import NotAuthorised, ProviderError
from providers.sign_in import Identity, SignIn
from tests.chat import Chat, through_the_pages
from tests.conftest import Start
from tests.trust.people import id_of
from tests.trust.stand_in_sign_in import CLIENT, SECRET, TENANT, StandIn, microsoft
from tests.visitor import Visitor


@pytest.fixture
async def vendor() -> AsyncIterator[StandIn]:
    stand_in = StandIn(who="ben")
    async with serve(stand_in.app()) as address:
        stand_in.base_url = address
        yield stand_in


@pytest.fixture
async def strict(start: Start, vendor: StandIn) -> Demo:
    demo = await start()
    assert demo.program.sign_ins
    demo.program.sign_ins.vendors = microsoft(vendor, demo)
    company, store = demo.program.company, demo.program.store
    await store.companies.link_workspace(company, "teams", TENANT)
    accounts = {name: await id_of(demo, name) for name in ("ben", "camille")}
    await store.people.link_accounts(company, "teams", TENANT, accounts)
    return demo


async def test_ben_signs_in_first_and_then_connects(strict: Demo) -> None:
    ben = Chat(strict, "ben@aurora.example")
    await ben.says("connect my Zoom")
    async with Visitor() as visitor:
        page = await visitor.opens(await ben.address("Connect Zoom"))
        assert "Is it you?" in page
        assert "Ben" not in page, "nothing about the person is told to strangers"
        assert "Connect Zoom for Ben Okafor" in await visitor.presses("Sign in with Microsoft")
        await visitor.presses("Continue to Cronofy")
        await through_the_pages(visitor)
        assert "Zoom is connected" in visitor.text


async def test_a_forwarded_link_refuses_kindly_and_offers_the_openers_own(strict: Demo, vendor: StandIn) -> None:
    ben, camille = Chat(strict, "ben@aurora.example"), Chat(strict, "camille@aurora.example")
    await ben.says("connect my Zoom")
    address = await ben.address("Connect Zoom")
    vendor.who = "camille"
    async with Visitor() as visitor:
        await visitor.opens(address)
        page = await visitor.presses("Sign in with Microsoft")
        assert visitor.status == 403
        assert "créé pour quelqu’un d’autre" in page, "in the opener's own language"
        assert "Ben" not in page
        assert "chat" in await visitor.presses("M’envoyer mon propre lien")
    await camille.settled()
    assert await camille.address("Connecter Zoom") != address
    # Ben's link was not used up by it.
    vendor.who = "ben"
    async with Visitor() as visitor:
        await visitor.opens(address)
        assert "Connect Zoom for Ben Okafor" in await visitor.presses("Sign in with Microsoft")


async def test_a_stranger_learns_nothing_and_gets_nothing(strict: Demo, vendor: StandIn) -> None:
    ben = Chat(strict, "ben@aurora.example")
    await ben.says("connect my Zoom")
    vendor.who = "a guest whom nobody knows"
    async with Visitor() as visitor:
        await visitor.opens(await ben.address("Connect Zoom"))
        page = await visitor.presses("Sign in with Microsoft")
        assert "somebody else" in page
        assert not visitor.forms


async def test_without_a_sign_in_a_post_leads_to_the_sign_in_and_nowhere_else(strict: Demo) -> None:
    ben = Chat(strict, "ben@aurora.example")
    await ben.says("connect my Zoom")
    async with Visitor() as visitor:
        await visitor.opens(await ben.address("Connect Zoom"))
        request = visitor.request("Sign in with Microsoft")
        for forged in ({}, {"greenroom-who": "e30.forged"}, {"greenroom-who": "x" * 5000}):
            cookies = "; ".join(f"{k}={v}" for k, v in {**dict(visitor.client.cookies), **forged}.items())
            request.headers["cookie"] = cookies
            answer = await visitor.client.send(request, follow_redirects=False)
            assert "/oauth2/v2.0/authorize" in answer.headers["location"]


async def test_a_sign_in_counts_in_its_own_browser_for_minutes_only(strict: Demo) -> None:
    ben = Chat(strict, "ben@aurora.example")
    await ben.says("connect my Zoom")
    address = await ben.address("Connect Zoom")
    async with Visitor() as visitor, Visitor() as mallory:
        await visitor.opens(address)
        answer = await visitor.client.send(visitor.request("Sign in with Microsoft"), follow_redirects=False)
        back = await visitor.client.get(answer.headers["location"], follow_redirects=False)
        assert "did not send back" in await mallory.opens(back.headers["location"])
        assert "Connect Zoom for Ben Okafor" in await visitor.opens(back.headers["location"])
        strict.world.clock.advance(timedelta(minutes=11))
        assert "Is it you?" in await visitor.opens(address)


@pytest.mark.parametrize(
    "lie",
    [{"nonce": "another"}, {"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1}, {"oid": None}, {"tid": 7}],
)
async def test_an_identity_that_does_not_fit_is_nobody(strict: Demo, vendor: StandIn, lie: dict[str, object]) -> None:
    ben = Chat(strict, "ben@aurora.example")
    await ben.says("connect my Zoom")
    address = await ben.address("Connect Zoom")
    vendor.claims = lie
    async with Visitor() as visitor:
        await visitor.opens(address)
        assert "That did not work" in await visitor.presses("Sign in with Microsoft")
        vendor.claims = {}
        await visitor.opens(address)
        assert "Connect Zoom for Ben Okafor" in await visitor.presses("Sign in with Microsoft")


async def test_slack_says_who_it_is(vendor: StandIn, clock: Clock) -> None:
    slack = SignIn.slack(client_id=CLIENT, client_secret=SECRET, api_url=f"{vendor.base_url}/api/", now=clock)
    redirect = "https://greenroom.example/signed-in"
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(slack.url(redirect_uri=redirect, state="s", nonce="n"))
    code = httpx.URL(answer.headers["location"]).params["code"]
    assert await slack.identity(code, redirect_uri=redirect, nonce="n") == Identity("slack", "T1", "ben")
    with pytest.raises(ProviderError) as twice:
        await slack.identity(code, redirect_uri=redirect, nonce="n")
    assert SECRET not in f"{twice.value!r} {twice.value}"
    assert isinstance(NotAuthorised("Slack", "x"), ProviderError)
    await slack.aclose()


async def test_strict_links_need_something_to_sign_in_with(start: Start) -> None:
    demo = await start(look=False)
    with pytest.raises(SettingsError, match="GREENROOM_STRICT_LINKS needs SLACK_CLIENT_ID"):
        check_strict_links(read_settings(greenroom_strict_links=True))
    assert demo.program.sign_ins
    assert not demo.program.sign_ins.is_strict
