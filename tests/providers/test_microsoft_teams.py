from __future__ import annotations

from typing import Any

import pytest
from starlette.responses import JSONResponse

from bot.sandbox.faults import Fault, System
from bot.sandbox.records import Mailbox as Kind
from bot.sandbox.world import World
from providers.base import NotAuthorised, ProviderError, RateLimited, Unavailable
from providers.microsoft_reading import read_account
from providers.microsoft_teams import ConsentMissing, LoginRefused, Mailbox, MicrosoftAccount, MicrosoftTeams
from tests.providers.stand_ins import Scripted

BEN = "ben@aurora.example"
GRAPH = System.MICROSOFT


class Pauses:
    """Time that passes at once, and is remembered."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def microsoft(world: World, pauses: Pauses) -> Any:
    registration = world.partners.microsoft
    microsoft = MicrosoftTeams.build(
        tenant_id=registration.place,
        client_id=registration.client_id,
        client_secret=registration.client_secret,
        now=world.clock,
        graph_url=f"{world.base_url}/microsoft",
        login_url=f"{world.base_url}/microsoft",
        sleep=pauses,
    )
    yield microsoft
    await microsoft.aclose()


async def test_an_ordinary_account_can_meet_on_teams(microsoft: MicrosoftTeams) -> None:
    ben = await microsoft.account(BEN)
    assert ben == MicrosoftAccount(
        BEN, primary=BEN, enabled=True, mailbox=Mailbox.USER, teams_plan=True, meetings=("teamsForBusiness",)
    )
    assert (ben.teams_possible, ben.is_alias) == (True, False)


@pytest.mark.parametrize(
    ("kind", "mailbox", "enabled"),
    [
        (Kind.SHARED, Mailbox.SHARED, False),
        (Kind.DISABLED, Mailbox.USER, False),
        (Kind.ON_PREMISES, Mailbox.ELSEWHERE, True),
        (Kind.NOT_SET_UP, Mailbox.MISSING, True),
    ],
)
async def test_each_kind_of_mailbox_is_told_apart(
    world: World, microsoft: MicrosoftTeams, kind: Kind, mailbox: Mailbox, enabled: bool
) -> None:
    world.change(BEN, mailbox=kind)
    found = await microsoft.account(BEN)
    assert (found.mailbox, found.enabled, found.problems) == (mailbox, enabled, ())


async def test_nobody_with_that_address_is_an_answer(world: World, microsoft: MicrosoftTeams) -> None:
    world.change(BEN, mailbox=Kind.MISSING)
    assert await microsoft.account(BEN) == MicrosoftAccount(BEN, found=False, mailbox=Mailbox.MISSING)


async def test_an_alias_leads_to_the_main_address(world: World, microsoft: MicrosoftTeams) -> None:
    world.change(BEN, mailbox=Kind.ALIAS)
    found = await microsoft.account(BEN)
    assert (found.primary, found.is_alias, found.mailbox) == ("ben.okafor@aurora.example", True, Mailbox.USER)


async def test_without_a_licence_teams_is_not_possible(world: World, microsoft: MicrosoftTeams) -> None:
    world.change(BEN, teams_licence=False)
    found = await microsoft.account(BEN)
    assert (found.teams_plan, found.meetings, found.teams_possible) == (False, (), False)


@pytest.mark.parametrize(
    "purpose", [{"value": "shared"}, {"userPurpose": {"value": "shared"}}, {"userPurpose": "shared"}]
)
def test_the_purpose_is_understood_in_every_shape(purpose: dict[str, Any]) -> None:
    assert read_account(BEN, {}, purpose, {}).mailbox is Mailbox.SHARED
    assert read_account(BEN, {}, {"value": "unknownFutureValue"}, {}).mailbox is Mailbox.UNKNOWN


def test_what_is_left_out_is_unknown_and_not_no() -> None:
    account = read_account(BEN, {}, {"value": "user"}, {})
    assert (account.enabled, account.teams_plan, account.meetings, account.teams_possible) == (None, None, None, None)


async def test_everybody_is_asked_about_in_batches_of_twenty(world: World, microsoft: MicrosoftTeams) -> None:
    emails = list(dict.fromkeys(person.email for person in world.people))
    found = {email: each async for chunk in microsoft.accounts(emails) for email, each in chunk.items()}
    assert set(found) == set(emails)
    assert not any(isinstance(each, ProviderError) for each in found.values())
    # 39 addresses, three questions each; then the two that nobody signs in with are searched for.
    assert len(world.requests("$batch")) == 6 + 1


async def test_parts_that_are_throttled_are_asked_again_alone_after_the_pause(
    world: World, microsoft: MicrosoftTeams, pauses: Pauses
) -> None:
    world.fault(Fault.BATCH_THROTTLED, system=GRAPH, path="/calendar", times=1, seconds=3)
    world.fault(Fault.BATCH_PART_FAILED, system=GRAPH, path="userPurpose", times=1)
    ben = await microsoft.account(BEN)
    assert (ben.mailbox, ben.teams_possible, ben.problems) == (Mailbox.USER, True, ())
    assert pauses.taken == [3.0]
    assert len(world.requests("$batch")) == 2


async def test_a_pause_that_is_too_long_leaves_that_part_unknown(
    world: World, microsoft: MicrosoftTeams, pauses: Pauses
) -> None:
    world.fault(Fault.BATCH_THROTTLED, system=GRAPH, path="/calendar", seconds=60)
    ben = await microsoft.account(BEN)
    assert (ben.mailbox, ben.meetings, pauses.taken) == (Mailbox.USER, None, [])
    assert isinstance(ben.problems[0], RateLimited)
    world.clear()
    assert (await microsoft.account(BEN)).problems == ()


async def test_one_person_who_cannot_be_read_hides_nobody(world: World, microsoft: MicrosoftTeams) -> None:
    world.fault(Fault.RIGHT_MISSING, system=GRAPH, path=f"users/{BEN}")
    (chunk,) = [each async for each in microsoft.accounts([BEN, "ada@aurora.example"])]
    assert isinstance(chunk[BEN], ConsentMissing)
    assert isinstance(chunk["ada@aurora.example"], MicrosoftAccount)
    world.clear()
    assert (await microsoft.account(BEN)).found


@pytest.mark.parametrize(
    ("fault", "error", "helper"),
    [
        (Fault.RIGHT_MISSING, ConsentMissing, "consent"),
        (Fault.APP_REFUSED, LoginRefused, "secrets expire"),
        (Fault.EXPIRED_TOKEN, NotAuthorised, "connect it again"),
        (Fault.SERVER_ERROR, Unavailable, "try again"),
        (Fault.GARBAGE, Unavailable, "try again"),
        (Fault.BATCH_PART_FAILED, Unavailable, "try again"),
    ],
)
async def test_every_fault_is_explained_and_ends(
    world: World, microsoft: MicrosoftTeams, fault: Fault, error: type[ProviderError], helper: str
) -> None:
    world.fault(fault, system=GRAPH)
    with pytest.raises(error) as caught:
        await microsoft.account(BEN)
    assert helper in caught.value.advice
    world.clear()
    assert (await microsoft.account(BEN)).found


async def test_an_expired_token_is_renewed_without_anybody_noticing(world: World, microsoft: MicrosoftTeams) -> None:
    await microsoft.account(BEN)
    world.fault(Fault.EXPIRED_TOKEN, system=GRAPH, times=1)
    assert (await microsoft.account(BEN)).found
    assert len(world.requests("oauth2")) == 2


async def test_a_part_that_is_left_out_of_the_answer_was_not_answered(serve: Any, clock: Any, pauses: Pauses) -> None:
    user = {"id": "1", "status": 200, "body": {"mail": BEN}}
    answers = ({"access_token": "graph-token"}, {"responses": [user]}, {"responses": []})
    server = Scripted(*(JSONResponse(answer) for answer in answers))
    address = await serve(server)
    microsoft = MicrosoftTeams.build(
        tenant_id="t", client_id="c", client_secret="s", now=clock, graph_url=address, login_url=address, sleep=pauses
    )
    found = await microsoft.account(BEN)
    assert (found.mailbox, len(found.problems)) == (Mailbox.UNKNOWN, 2)
    assert server.seen[0].form["scope"] == f"{address}/.default"
    await microsoft.aclose()
