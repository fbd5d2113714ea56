"""Microsoft Graph: the app is added for people, and the tenant's people are known before they write."""

from dataclasses import replace

import pytest

from bot.channel import Refused, Throttled
from bot.teams import TeamsChannel, TeamsSettings
from bot.teams.unreachable import reason
from handlers.messages import Text
from tests.teams.conftest import Clock
from tests.teams.desk import Accounts, Desk
from tests.teams.stand_in import CATALOGUE, TENANT, Fault, StandIn, Writer

WORDS = (Text("Please connect your Zoom."),)


@pytest.fixture
def settings(settings: TeamsSettings, teams: StandIn) -> TeamsSettings:
    return replace(settings, graph_url=f"{teams.url}/graph", catalogue_id=CATALOGUE)


@pytest.fixture
async def ready(channel: TeamsChannel, accounts: Accounts, teams: StandIn, ben: Writer) -> TeamsChannel:
    """Ben works here and never added the app."""
    accounts.linked[ben.account] = "ben@aurora.example"
    teams.not_installed.add(ben.account)
    return channel


async def send(channel: TeamsChannel, desk: Desk, writer: Writer) -> str:
    return await channel.send(desk.letter(WORDS, writer.account, TENANT))


async def test_the_app_is_added_for_somebody_who_never_wrote(ready, desk, ben, teams, accounts):
    assert await send(ready, desk, ben)
    [install] = [call for call in teams.calls if call.path == "graph users/aad-ben"]
    bind = "https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/"
    assert install.body == {"teamsApp@odata.bind": f"{bind}{CATALOGUE}"}
    assert install.headers["Authorization"].startswith("Bearer token-")
    assert "unreachable" not in accounts.references[ben.account]
    assert len(teams.said(ben.chat)) == 1


async def test_an_app_that_is_there_already_is_no_fault(ready, desk, ben, teams):
    teams.faults["graph"] = [Fault.of(409, "Conflict")]
    with pytest.raises(Refused, match="ForbiddenOperationException"):
        await send(ready, desk, ben)  # Teams does not know of it yet
    assert await send(ready, desk, ben)


@pytest.mark.parametrize(
    ("fault", "cause", "words"),
    [
        (Fault.of(403, "Forbidden"), "InstallNotPermitted", "TeamsAppInstallation.ReadWriteSelfForUser.All"),
        (Fault.of(404, "NotFound"), "UserNotFound", "Teams does not know this person."),
        (Fault(404, '{"error": {"message": "No app found"}}'), "AppNotInCatalog", "app catalogue"),
        (Fault.of(400, "BadRequest"), "InstallRefused", "Teams refused"),
    ],
)
async def test_a_refusal_is_kept_with_its_reason_until_it_is_repaired(
    fault, cause, words, ready, desk, ben, teams, accounts
):
    teams.faults["graph"] = [fault]
    with pytest.raises(Refused, match=cause):
        await send(ready, desk, ben)
    assert accounts.references[ben.account]["unreachable"] == cause
    assert words in reason(cause, "en")
    assert reason(cause, "de") != reason(cause, "en")

    accounts.references[ben.account] = {
        "unreachable": "InstallNotPermitted"
    }  # as most of them end: an admin permits it
    assert await send(ready, desk, ben)
    assert "unreachable" not in accounts.references[ben.account]


@pytest.mark.parametrize("status", [401, 429, 500, 503])
async def test_a_passing_fault_is_tried_again_later(status, ready, desk, ben, teams):
    teams.faults["graph"] = [Fault.of(status, "Wait", Retry_After="7")]
    with pytest.raises(Throttled) as pause:
        await send(ready, desk, ben)
    assert pause.value.retry_after == (30.0 if status == 401 else 7.0)
    assert await send(ready, desk, ben)


async def test_whoever_removed_the_app_is_left_alone(ready, desk, ben, teams, post):
    teams.not_installed.clear()
    await post(ben.installs())
    await post(ben.removes())
    teams.not_installed.add(ben.account)
    with pytest.raises(Refused, match="AppRemoved"):
        await send(ready, desk, ben)
    assert not [call for call in teams.calls if call.path.startswith("graph")]
    teams.not_installed.clear()
    await post(ben.installs())
    assert await send(ready, desk, ben)


async def test_people_are_known_before_they_write_but_neither_guests_nor_those_who_left(
    channel: TeamsChannel, accounts: Accounts, teams: StandIn, clock: Clock, ada: Writer, ben: Writer
) -> None:
    accounts.emails |= {"guest@elsewhere.example", "gone@aurora.example"}
    Writer(teams, "Guest", "guest@elsewhere.example", role="guest")
    Writer(teams, "Gone", "gone@aurora.example", role="disabled")
    await channel.relink()
    assert accounts.linked == {ada.account: "ada@aurora.example", ben.account: "ben@aurora.example"}

    # Within a day nobody asks again; whoever HR knows by now is matched all the same.
    asked = len(teams.calls)
    accounts.linked.clear()
    await channel.relink()
    assert (len(accounts.linked), len(teams.calls)) == (2, asked)

    del teams.members[ben.id]
    carl = Writer(teams, "Carl", "carl@aurora.example")
    accounts.emails.add("carl@aurora.example")
    clock.pass_time(days=1)
    await channel.relink()
    assert accounts.linked.keys() == {ada.account, carl.account}


async def test_a_missing_permission_stops_nobody_and_is_noticed_when_it_comes(
    channel: TeamsChannel, accounts: Accounts, teams: StandIn, ada: Writer
) -> None:
    teams.faults["graph users"] = [Fault.of(403, "Authorization_RequestDenied")]
    await channel.relink()
    assert accounts.linked == {}
    await channel.relink()
    assert ada.account in accounts.linked
