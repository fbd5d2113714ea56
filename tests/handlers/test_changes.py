"""What changed, the daily digest, and the detective who sees that an approval is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.demo import Demo
from bot.sandbox.faults import Fault, System
from bot.sandbox.records import Employment
from handlers.detective import tried_in_vain
from handlers.readiness import Provider
from providers.base import ProviderError
from tests.chat import Chat
from tests.conftest import Start

Person = Callable[[str], Chat]


@pytest.fixture
async def demo(start: Start) -> Demo:
    """Zoom itself cannot be asked, so only Cronofy and the links tell."""
    return await start(zoom_client_id="")


async def next_day(demo: Demo) -> None:
    """Everything is known since long; now something happens."""
    demo.world.clock.advance(timedelta(days=2))
    await demo.program.sync()
    await demo.settled()


async def test_nothing_new_is_said_so(demo: Demo, person: Person) -> None:
    await next_day(demo)
    assert "Nothing that needs you." in await person("ada").does(intent="what_changed")


async def test_lost_connections_are_grouped_by_their_cause(demo: Demo, person: Person) -> None:
    await next_day(demo)
    for name in ("clara", "marc"):
        demo.world.disconnect(f"{name}@aurora.example", "zoom")
    demo.world.disconnect("jonas@aurora.example", "calendar")
    await demo.settled()
    answer = await person("ada").does(intent="what_changed")
    assert "The Zoom account is not connected\nClara Hoffmann, Marc Lefèvre" in answer
    assert "The calendar connection has been lost\nJonas Weber" in answer


async def test_one_cause_of_the_whole_company_is_one_line(demo: Demo, person: Person) -> None:
    await next_day(demo)
    demo.world.disconnect("clara@aurora.example", "zoom")
    demo.world.revoke_service_account()
    await demo.program.sync()
    answer = await person("ada").does(intent="what_changed")
    assert "The company calendar is not connected" in answer
    assert "Clara" not in answer


async def test_leavers_who_are_still_connected_are_named(demo: Demo, person: Person) -> None:
    await next_day(demo)
    demo.world.change("clara@aurora.example", status=Employment.INACTIVE)
    await demo.program.sync()
    assert "1 person has left and is still connected\nClara Hoffmann" in await person("ada").does(intent="what_changed")


async def test_the_digest_comes_once_a_day_and_only_with_news(demo: Demo, person: Person) -> None:
    ada = person("ada")
    await next_day(demo)
    await demo.program.sync_and_watch()
    await demo.settled()
    assert await ada.screen() == []
    demo.world.disconnect("clara@aurora.example", "zoom")
    await demo.settled()
    for _ in range(3):
        await demo.program.sync_and_watch()
        await demo.settled()
    (digest,) = await ada.screen()
    assert digest.startswith("What changed since yesterday")
    assert "Clara Hoffmann" in digest


async def test_new_hosts_are_named(demo: Demo, person: Person) -> None:
    await next_day(demo)
    demo.world.hire("Noor", "Jansen", department="Engineering")
    await demo.settled()
    await demo.program.sync()
    await demo.settled()
    assert "1 new host\nNoor Jansen" in await person("ada").does(intent="what_changed")


async def test_a_step_that_is_open_again_is_told_in_the_digest(demo: Demo, person: Person) -> None:
    ada = person("ada")
    await ada.says("set up Zoom")
    await next_day(demo)
    demo.world.revoke_service_account()
    await demo.program.sync_and_watch()
    await demo.settled()
    digest = next(text for text in await ada.screen() if text.startswith("What changed since yesterday"))
    assert "A step of the set-up is open again: Calendar integration" in digest
    assert digest.count("The company calendar is not connected") == 1, "one cause, one line"


async def test_a_leaver_is_told_of_once_and_named_whenever_somebody_asks(demo: Demo, person: Person) -> None:
    ada = person("ada")
    await next_day(demo)
    demo.world.change("clara@aurora.example", status=Employment.INACTIVE)
    for _ in range(3):
        await demo.program.sync_and_watch()
        await demo.settled()
        demo.world.clock.advance(timedelta(days=1))
    assert len([text for text in await ada.screen() if "Clara Hoffmann" in text]) == 1
    assert "1 person has left and is still connected" in await ada.does(intent="what_changed")


async def test_while_personio_is_silent_the_digest_still_comes(demo: Demo, person: Person, impatient: None) -> None:
    await next_day(demo)
    demo.world.disconnect("clara@aurora.example", "zoom")
    await demo.settled()
    demo.world.fault(Fault.SERVER_ERROR, system=System.PERSONIO)
    with pytest.raises(ProviderError):
        await demo.program.sync_and_watch()
    await demo.settled()
    assert (await person("ada").screen())[-1].startswith("What changed since yesterday")
    demo.world.clear()
    await demo.program.sync_and_watch()


async def test_three_who_tried_in_vain_mean_that_an_approval_is_missing(demo: Demo, person: Person) -> None:
    company, services = demo.program.company, demo.program.services
    for name in ("ben", "oliver", "aisha"):
        assert await tried_in_vain(services, company, Provider.ZOOM) == 0
        chat = person(name)
        await chat.says("connect my Zoom")
        await chat.follows("Connect Zoom", accept=False)
    assert await tried_in_vain(services, company, Provider.ZOOM) == 3
    for _ in range(2):
        await demo.program.sync_and_watch()
        await demo.settled()
    news = [text for text in await person("ines").screen() if "Zoom" in text]
    assert len(news) == 1, "told once"
    assert news[0].startswith("3 personnes ont essayé de connecter Zoom, sans aucun succès")

    # The first success ends the suspicion.
    ben = person("ben")
    await ben.says("connect my Zoom")
    await ben.follows("Connect Zoom")
    assert await tried_in_vain(services, company, Provider.ZOOM) == 0
