"""The e-mail for hosts over the company's mail server: only to hosts, confirmed, once; every fault can be mended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from urllib.parse import quote

import pytest

from bot.demo import Demo
from handlers.messages import Progress, Table
from tests.chat import buttons_in
from tests.conftest import Start
from tests.handlers.guide_people import Admin, Company, restarted
from tests.mail.conftest import PASSWORD, USER, MailServer, Post

Open = Callable[..., Awaitable[Admin]]
SENDER = "Greenroom <greenroom@aurora.example>"


@pytest.fixture
def opened(start: Start) -> Open:
    async def opened(server: MailServer, **given: object) -> Admin:
        settings = {"greenroom_smtp_url": server.url(), "greenroom_smtp_from": SENDER, **given}
        return await Company(await start(**settings)).admin("en")

    return opened


@pytest.fixture
async def ada(opened: Open, server: MailServer) -> Admin:
    return await opened(server)


async def sends(ada: Admin) -> str:
    await ada.says("email template for Zoom")
    await ada.presses("Send by e-mail …")
    return await ada.presses(next(each for each in labels(ada) if each.startswith("Send to ")))


def labels(ada: Admin) -> list[str]:
    return [button.label for button in buttons_in(ada.reply)]


async def newest(ada: Admin) -> str:
    """The card of the e-mails as it stands."""
    await ada.settled()
    return await ada.does(intent="email_progress")


async def test_everybody_with_a_step_left_gets_it_in_their_language(ada: Admin, server: MailServer) -> None:
    await ada.says("email template for Zoom")
    shown = await ada.presses("Send by e-mail …")
    assert shown.startswith("This e-mail would go to 9 hosts\n"), shown
    assert "Connected already\n10\nSomebody else has to act first\n8\n" in shown
    assert "The sender is Greenroom <greenroom@aurora.example>." in shown
    assert server.taken == [], "shown, not sent"
    await ada.presses("Send to 9 hosts")
    assert "9 e-mails sent" in await newest(ada)
    assert len(server.taken) == 9
    assert all(len(people) == 1 and people[0].endswith("@aurora.example") for people, _ in server.taken)
    mail = server.to("ben@aurora.example")
    assert mail["Subject"] == "Video interviews: one small step for you"
    assert mail["From"] == SENDER
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body(("plain",))
    page = mail.get_body(("html",))
    assert text is not None
    assert page is not None
    assert "1. In Personio, open" in text.get_content()
    assert "Ada Lindqvist asked me to send this" in text.get_content()
    assert "<ol><li>In Personio, open" in page.get_content()
    subjects = {message["Subject"] for _, message in server.taken}
    assert "Videointerviews: ein kleiner Schritt für Sie" in subjects


async def test_nobody_gets_it_twice_on_one_day(ada: Admin, server: MailServer) -> None:
    await sends(ada)
    await newest(ada)
    assert "Nobody needs this e-mail now." in await ada.does(intent="email_send_now", values={"provider": "zoom"})
    await ada.says("email template for Zoom")
    shown = await ada.presses("Send by e-mail …")
    assert "Got it today already\n9" in shown
    assert len(server.taken) == 9
    ada.demo.world.clock.advance(timedelta(days=1))
    await ada.demo.program.chores.sync()
    await sends(ada)
    await newest(ada)
    assert len(server.taken) == 18


async def test_the_card_follows_by_itself(ada: Admin, server: MailServer) -> None:
    await sends(ada)
    await ada.settled()
    for _ in range(2):
        await ada.demo.program.chores.update_cards()
        await ada.settled()
    assert "9 e-mails sent" in (await ada.screen())[-1]
    assert len(await ada.messages()) == 2, "updated in place"


async def test_whoever_opted_out_is_left_alone(ada: Admin, server: MailServer) -> None:
    people, company = ada.demo.program.store.people, ada.demo.program.company
    (ben,) = await people.with_email(company, "ben@aurora.example")
    await people.change(company, ben.id, opted_out_at=ada.demo.program.now())
    await ada.says("email template for Zoom")
    assert "Asked not to be reminded\n1" in await ada.presses("Send by e-mail …")
    await ada.presses("Send to 8 hosts")
    await newest(ada)
    assert all(people != ["ben@aurora.example"] for people, _ in server.taken)


async def test_an_admin_can_look_at_it_first(ada: Admin, server: MailServer) -> None:
    await ada.says("email template for Zoom")
    await ada.presses("Send by e-mail …")
    assert "I have sent it to ada@aurora.example." in await ada.presses("Send it to me first")
    await ada.settled()
    assert [people for people, _ in server.taken] == [["ada@aurora.example"]]


async def test_a_server_that_is_away_begins_nothing_and_the_button_stays(
    ada: Admin, server: MailServer, post: Post
) -> None:
    await post.close()
    answer = await sends(ada)
    assert "The mail server cannot be used. Nothing was sent." in answer
    assert server.taken == []
    await post.open(server)
    await ada.presses("Try again")
    assert "9 e-mails sent" in await newest(ada)


async def test_a_wrong_password_is_said_and_the_right_one_works(opened: Open, post: Post, certificate: object) -> None:
    server = await post.open(MailServer(password="another"), tls_context=certificate, signs_in=True)
    url = server.url(user=quote(USER), password=quote(PASSWORD))
    ada = await opened(server, greenroom_smtp_url=url, greenroom_smtp_from="")
    answer = await sends(ada)
    assert "It does not accept the user name or the password." in answer
    assert PASSWORD not in answer
    server.password = PASSWORD
    await ada.presses("Try again")
    assert "9 e-mails sent" in await newest(ada)
    assert server.to("ben@aurora.example")["From"] == USER
    assert all(server.encrypted), "STARTTLS"


async def test_an_address_that_is_refused_is_named_and_the_others_go_out(ada: Admin, server: MailServer) -> None:
    server.unknown = {"ben@aurora.example"}
    await sends(ada)
    card = await newest(ada)
    assert "1 e-mail did not go out" in card
    (table,) = [block for block in ada.reply if isinstance(block, Table)]
    assert table.rows == (
        ("Ben Okafor", "It does not take messages for this address. Please look whether the address is right."),
    )
    assert len(server.taken) == 8
    server.unknown = set()
    await ada.presses("Send again to these")
    assert "9 e-mails sent" in await newest(ada)
    assert len(server.taken) == 9


async def test_a_sender_that_is_not_allowed_is_said_and_can_be_sent_again(ada: Admin, server: MailServer) -> None:
    server.sender_refused = True
    await sends(ada)
    assert "It does not let me write in this sender's name." in await newest(ada)
    server.sender_refused = False
    await ada.presses("Send again to these")
    assert "9 e-mails sent" in await newest(ada)


async def test_a_busy_server_is_tried_again_later(ada: Admin, server: MailServer) -> None:
    server.answers = ["451 4.7.1 greylisted, try again later"]
    await sends(ada)
    await newest(ada)
    (progress,) = [block for block in ada.reply if isinstance(block, Progress)]
    assert (progress.done, progress.total) == (8, 9)
    ada.demo.world.clock.advance(timedelta(minutes=6))
    await ada.demo.program.chores.sweep()
    assert "9 e-mails sent" in await newest(ada)
    assert len(server.taken) == 9


async def test_while_some_wait_the_server_is_looked_at_and_they_can_be_stopped(
    ada: Admin, server: MailServer, post: Post
) -> None:
    server.answers = ["421 4.3.2 shutting down"] * 9
    await sends(ada)
    await ada.settled()
    await post.close()
    card = await newest(ada)
    assert "The mail server cannot be used. I go on by myself as soon as it can." in card
    await ada.presses("Stop")
    assert "9 e-mails did not go out" in await newest(ada)
    server.answers = []
    await post.open(server)
    await ada.presses("Send again to these")
    assert "9 e-mails sent" in await newest(ada)


async def test_a_connection_that_breaks_leaves_open_whether_it_arrived_and_nothing_is_sent_twice(
    ada: Admin, server: MailServer
) -> None:
    server.hangs_up = True
    await sends(ada)
    await newest(ada)
    server.hangs_up = False
    ada.demo.world.clock.advance(timedelta(minutes=5))
    await ada.demo.program.chores.sweep()
    card = await newest(ada)
    assert "the mail server did not answer; it may have arrived" in card
    assert "Send again to these" not in card
    assert server.taken == []


async def test_a_restart_in_the_middle_loses_nothing_and_repeats_nothing(ada: Admin, server: MailServer) -> None:
    server.answers = ["451 4.7.1 later"] * 4
    await sends(ada)
    await ada.settled()
    assert len(server.taken) == 5
    ada.demo.world.clock.advance(timedelta(minutes=6))
    async with restarted(ada.demo) as program:
        await program.chores.sweep()
        await program.settled()
    assert "9 e-mails sent" in await newest(ada)
    assert sorted(people[0] for people, _ in server.taken) == sorted({people[0] for people, _ in server.taken})


async def test_an_address_with_a_comma_makes_no_second_addressee(ada: Admin, server: MailServer) -> None:
    people, company = ada.demo.program.store.people, ada.demo.program.company
    (ben,) = await people.with_email(company, "ben@aurora.example")
    await people.change(company, ben.id, email="ben@aurora.example, eve@evil.example")
    await sends(ada)
    assert "1 e-mail did not go out" in await newest(ada)
    assert all("evil.example" not in each for people, _ in server.taken for each in people)


async def test_without_a_mail_server_copying_and_downloading_remain(start: Start) -> None:
    ada = await Company(await start()).admin("en")
    await ada.says("email template for Zoom")
    assert "Send by e-mail …" not in labels(ada)
    assert "I have no mail server" in await ada.does(intent="email_send_now", values={"provider": "zoom"})


async def test_without_cronofy_everybody_who_may_have_a_step_left_is_told(start: Start, server: MailServer) -> None:
    demo: Demo = await start(cronofy_client_id="", greenroom_smtp_url=server.url(), greenroom_smtp_from=SENDER)
    ada = await Company(demo).admin("en")
    await sends(ada)
    assert "e-mails sent" in await newest(ada)
    assert {"ben@aurora.example"} in [set(people) for people, _ in server.taken]
