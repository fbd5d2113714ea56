from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.faults import Fault, System
from bot.sandbox.records import Calendar, Mailbox
from bot.sandbox.world import World
from providers.base import Invalid, NotAuthorised, ProviderError, RateLimited, Unavailable
from providers.google_meet import AdminNeeded, DelegationMissing, GoogleAccount, GoogleMeet, ServiceAccount

BEN = "ben@aurora.example"
ADMIN = "ada@aurora.example"


def client(world: World, *, admin: str = ADMIN, key: str = "") -> GoogleMeet:
    file = json.loads(world.partners.google_key_file)
    return GoogleMeet.build(
        service_account=ServiceAccount(file["client_email"], key or file["private_key"], file["private_key_id"]),
        admin_email=admin,
        now=world.clock,
        api_url=f"{world.base_url}/google",
        oauth_url=f"{world.base_url}/google",
        limits=(),
    )


@pytest.fixture
async def google(world: World) -> Any:
    world.calendar = Calendar.GOOGLE
    google = client(world)
    yield google
    await google.aclose()


async def test_meet_is_possible_where_the_calendar_allows_it(world: World, google: GoogleMeet) -> None:
    assert await google.meet_possible(BEN) is True
    world.meet_enabled = False
    assert await google.meet_possible(BEN) is False


async def test_everybody_has_a_token_of_their_own_for_an_hour(world: World, google: GoogleMeet) -> None:
    for email in (BEN, BEN, "clara@aurora.example"):
        await google.meet_possible(email)
    assert len(world.requests("/token", system=System.GOOGLE)) == 2
    world.advance(timedelta(hours=1))
    await google.meet_possible(BEN)
    assert len(world.requests("/token", system=System.GOOGLE)) == 3


async def test_an_account_is_found_by_any_of_its_addresses(world: World, google: GoogleMeet) -> None:
    assert await google.account("Ben@aurora.example") == GoogleAccount(
        BEN, primary=BEN, suspended=False, archived=False, mailbox_ready=True
    )
    world.change(BEN, mailbox=Mailbox.ALIAS)
    found = await google.account(BEN)
    assert (found.primary, found.aliases, found.is_alias) == ("ben.okafor@aurora.example", (BEN,), True)


async def test_suspended_unused_and_missing_accounts_are_told_apart(world: World, google: GoogleMeet) -> None:
    world.change(BEN, mailbox=Mailbox.DISABLED)
    assert (await google.account(BEN)).suspended is True
    world.change(BEN, mailbox=Mailbox.NOT_SET_UP)
    assert (await google.account(BEN)).mailbox_ready is False
    world.change(BEN, mailbox=Mailbox.MISSING)
    assert await google.account(BEN) == GoogleAccount(BEN, found=False)


async def test_everybody_is_read_by_their_main_address(world: World, google: GoogleMeet) -> None:
    found = {account.email async for page in google.accounts() for account in page}
    assert BEN in found
    assert not any(email.endswith("hiringhelp.example") for email in found)


async def test_nobody_can_be_acted_for_who_is_suspended(world: World, google: GoogleMeet) -> None:
    world.change(BEN, mailbox=Mailbox.DISABLED)
    with pytest.raises(Invalid):
        await google.meet_possible(BEN)
    world.change(BEN, mailbox=Mailbox.STANDARD)
    assert await google.meet_possible(BEN)


@pytest.mark.parametrize(
    ("fault", "error", "helper"),
    [
        (Fault.RIGHT_MISSING, DelegationMissing, "Domain-wide delegation"),
        (Fault.APP_REFUSED, Invalid, "the details in its log"),
        (Fault.QUOTA, RateLimited, "as soon as it allows"),
        (Fault.EXPIRED_TOKEN, NotAuthorised, "connect it again"),
        (Fault.SERVER_ERROR, Unavailable, "try again"),
        (Fault.GARBAGE, Unavailable, "try again"),
        (Fault.TOO_MANY, RateLimited, "as soon as it allows"),
    ],
)
async def test_every_fault_is_explained_and_ends(
    world: World, google: GoogleMeet, fault: Fault, error: type[ProviderError], helper: str
) -> None:
    world.fault(fault, system=System.GOOGLE)
    for look in (google.meet_possible, google.account):
        with pytest.raises(error) as caught:
            await look(BEN)
        assert helper in caught.value.advice or "log" in caught.value.advice
    world.clear()
    assert await google.meet_possible(BEN)
    assert (await google.account(BEN)).found


async def test_an_expired_token_is_renewed_without_anybody_noticing(world: World, google: GoogleMeet) -> None:
    await google.meet_possible(BEN)
    world.fault(Fault.EXPIRED_TOKEN, system=System.GOOGLE, times=1)
    assert await google.meet_possible(BEN)


async def test_a_forbidden_directory_says_that_an_administrator_is_needed(world: World, google: GoogleMeet) -> None:
    world.fault(Fault.FORBIDDEN, system=System.GOOGLE, path="/admin/")
    with pytest.raises(AdminNeeded) as caught:
        await google.account(BEN)
    assert "GOOGLE_ADMIN_EMAIL" in caught.value.advice
    assert await google.meet_possible(BEN), "calendars need no administrator"
    world.clear()
    assert (await google.account(BEN)).found


async def test_a_key_that_is_none_is_refused_at_once_and_shown_nowhere(world: World) -> None:
    with pytest.raises(ValueError, match=r"PEM|key|Unable") as caught:
        client(world, key="no key at all")
    assert "no key at all" not in str(caught.value)
    assert "PRIVATE" not in repr(ServiceAccount("a@b.example", world.partners.google_key_file))
