"""Links that cannot be burned or stolen, and accounts that are not one's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from bot.app import application, build
from bot.demo import Demo
from bot.settings import read_settings
from handlers.links import CALENDAR, make_link
from handlers.people import as_person
from tests.chat import Chat, names_in
from tests.conftest import KEY
from tests.trust.people import id_of
from tests.visitor import Visitor

Person = Callable[[str], Chat]
PRIVATE = "ben.private@mail.example"


async def test_opening_a_link_again_and_again_changes_nothing(demo: Demo, person: Person) -> None:
    ben = person("ben")
    await ben.says("connect my Zoom")
    address = await ben.address("Connect Zoom")
    async with httpx.AsyncClient() as scanner:
        for method in ("GET", "HEAD", "OPTIONS", "GET"):
            await scanner.request(method, address)
        # A scanner that presses every button has no cookie of ours to send back.
        assert (await scanner.post(address, data={"csrf": "x"})).status_code == 403
    assert "Zoom is connected" in await ben.follows("Connect Zoom")


async def test_of_many_at_once_one_goes_through(demo: Demo, person: Person) -> None:
    ben = person("ben")
    await ben.says("connect my Zoom")
    async with Visitor() as visitor:
        await visitor.opens(await ben.address("Connect Zoom"))
        request = visitor.request("Continue to Cronofy")
        answers = await asyncio.gather(*(visitor.client.send(request, follow_redirects=False) for _ in range(6)))
    codes = sorted(answer.status_code for answer in answers)
    # Whoever comes late is offered a new link, which the chat shows once.
    assert codes.count(303) == 1
    assert set(codes) <= {200, 303, 410}


async def test_a_new_link_ends_the_one_before_and_an_old_one_renews_itself(demo: Demo, person: Person) -> None:
    ben = person("ben")
    await ben.says("connect my Zoom")
    first = await ben.address("Connect Zoom")
    await ben.says("connect my Zoom")
    async with Visitor() as visitor:
        assert "used already" in await visitor.opens(first)
        assert "waiting in the chat" in await visitor.presses("Send a new link")
    await ben.settled()
    demo.world.clock.advance(timedelta(hours=2))
    async with Visitor() as visitor:
        assert "too old" in await visitor.opens(await ben.address("Connect Zoom"))
        assert "waiting in the chat" in await visitor.presses("Send a new link")
        # The same old link may be pressed again when the new one is old as well.
    await ben.settled()
    assert "Zoom is connected" in await ben.follows("Connect Zoom")


async def test_somebody_elses_account_is_held_explained_and_disconnected(demo: Demo, person: Person) -> None:
    ben, ada = person("ben"), person("ada")
    await ben.says("connect my Zoom")
    assert "Another account was connected" in await ben.follows("Connect Zoom", account=PRIVATE)
    card = (await ben.screen())[-1]
    assert f"Zoom is connected as {PRIVATE}" in card
    assert "This is not your own address" in card
    await ada.does(intent="list_not_connected", values={"provider": "zoom"})
    assert "Ben Okafor" in await everybody(ada), "held is not ready"

    assert f"Disconnect Zoom ({PRIVATE})" in await ben.presses("Disconnect it")
    assert "Zoom is disconnected." in await ben.presses("Yes, disconnect it")
    await ben.presses("Connect Zoom")
    assert "Zoom is connected" in await ben.follows("Connect Zoom")


async def test_an_admin_confirms_an_account_and_nobody_their_own(demo: Demo, person: Person) -> None:
    ben, ada = person("ben"), person("ada")
    await ben.says("connect my Zoom")
    await ben.follows("Connect Zoom", account=PRIVATE)
    own = {"person": str(await id_of(demo, "ben")), "provider": "zoom", "account": PRIVATE}
    assert "only your company's admins" in await ben.does(intent="allow_account", values=own)
    await demo.program.store.people.change(demo.program.company, await id_of(demo, "ben"), role="hr_admin")
    assert "nothing to confirm" in await ben.does(intent="allow_account", values=own)
    await ben.does(intent="claim_account", values={"provider": "zoom"})
    assert any(PRIVATE in said for said in await ada.screen())
    assert "counts as the account of Ben Okafor" in await ada.presses("Yes, it is theirs")
    assert "Zoom is connected" in await ben.says("connect my Zoom")
    await demo.program.chores.sync()
    assert "Zoom is connected" in await ben.says("connect my Zoom")


async def test_the_address_of_a_colleague_is_never_confirmed(demo: Demo, person: Person) -> None:
    ben, ada = person("ben"), person("ada")
    await ben.says("connect my Zoom")
    await ben.follows("Connect Zoom", account="camille@aurora.example")
    values = {"person": str(await id_of(demo, "ben")), "provider": "zoom", "account": "camille@aurora.example"}
    assert "somebody else's" in await ada.does(intent="allow_account", values=values)
    assert "not your own address" in await ben.does(intent="connect", values={"provider": "zoom"})


async def test_a_calendar_code_counts_only_in_the_browser_that_left(demo: Demo) -> None:
    services, company = demo.program.services, demo.program.company
    (row,) = await services.store.people.with_email(company, "ada@aurora.example")
    address = await make_link(services, as_person(row), purpose=CALENDAR, card="")
    async with Visitor() as ada, Visitor() as mallory:
        await ada.opens(address)
        left = await ada.client.send(ada.request("Continue to Cronofy"), follow_redirects=False)
        state = httpx.URL(left.headers["location"]).params["state"]
        back = f"{services.public_url}/oauth/cronofy/callback?state={state}&code=a-code-of-mallory"
        assert "I don't know this page" in await mallory.opens(back)
        assert "I don't know this page" in await mallory.opens(f"{services.public_url}/connected/{state}")
        assert "I don't know this page" not in await ada.opens(back)


@pytest.mark.parametrize("path", ["/link/x", "/connected/x", "/oauth/cronofy/callback?state=x", "/signed-in"])
async def test_behind_tls_every_page_says_so(path: str, database_url: str) -> None:
    settings = read_settings(
        greenroom_public_url="https://greenroom.example", greenroom_secret_keys=KEY, greenroom_database_url=database_url
    )
    program = build(settings)
    await program.prepare()
    transport = httpx.ASGITransport(application(program))
    async with httpx.AsyncClient(transport=transport, base_url="https://greenroom.example") as client:
        headers = (await client.get(path)).headers
        assert headers["strict-transport-security"] == "max-age=31536000"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe-inline" not in policy
    await program.close()


async def everybody(chat: Chat) -> set[str]:
    found = set(names_in(chat.reply))
    while any(getattr(block, "following", None) for block in chat.reply):
        await chat.presses("Next")
        found |= set(names_in(chat.reply))
    return found
