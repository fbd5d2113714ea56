"""The e-mail for hosts and the Teams path: only what applies, in the right language, with dates."""

from __future__ import annotations

from email import message_from_bytes, policy

import httpx
import pytest

from bot.demo import Demo
from tests.conftest import Start
from tests.handlers.guide_people import Admin, Company


@pytest.fixture
async def ada(demo: Demo) -> Admin:
    return await Company(demo).admin("en")


async def test_the_e_mail_names_only_the_providers_that_apply(ada: Admin) -> None:
    answer = await ada.does(intent="email_template")
    assert "Please connect your own account with Zoom or GoTo Meeting once." in answer
    assert "Teams" not in answer
    answer = await ada.says("email template for Teams")
    assert "For Microsoft Teams you need to do nothing: just choose it." in answer


async def test_it_can_be_read_in_every_language_on_one_card(ada: Admin) -> None:
    await ada.says("email template for Zoom")
    answer = await ada.presses("Français")
    assert "Entretiens vidéo : une petite étape pour vous" in answer
    assert "Connecter les entretiens avec Cronofy" in answer
    answer = await ada.presses("Deutsch")
    assert "Guten Tag," in answer
    assert len(await ada.messages()) == 1


async def test_it_can_be_downloaded(ada: Admin) -> None:
    await ada.says("email template for Zoom")
    await ada.presses("Deutsch")
    address = await ada.address("Download as .eml")
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(address)
        assert answer.headers["content-type"].startswith("message/rfc822")
        mail = message_from_bytes(answer.content, policy=policy.default)
        assert mail["Subject"] == "Videointerviews: ein kleiner Schritt für Sie"
        text, page = mail.get_body(("plain",)), mail.get_body(("html",))
        assert text is not None
        assert page is not None
        assert "1. Öffnen Sie in Personio" in text.get_content()
        assert "<li>Öffnen Sie in Personio" in page.get_content()
        assert (await browser.get(address + "x")).status_code == 404


async def test_on_ews_the_days_the_people_and_the_way_out_are_named(start: Start) -> None:
    demo = await start(calendar="ews")
    ada = await Company(demo).admin("en")
    answer = await ada.does(intent="calendar_type")
    assert "Microsoft switches EWS off on 1 April 2027: 130 days are left." in answer
    assert "It affects 27 hosts:" in answer
    assert "Move to Microsoft Graph" in answer
    await ada.presses("Give to someone")
    await ada.presses("Ines Moreau")
    ines = await Company(demo).admin("fr")
    assert "EWS" in await ines.presses("C’est fait")
    demo.world.move_to_graph()
    await demo.program.sync()
    assert "Merci" in await ines.presses("C’est fait")
    assert "Teams comes with it" in await ada.does(intent="calendar_type")
