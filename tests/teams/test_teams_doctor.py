"""What the doctor says of Teams: the app's credentials, and whether its requests can arrive."""

from dataclasses import replace

from starlette.applications import Starlette

from bot.findings import Condition
from bot.reach import PROBE_EVERY
from bot.teams import TeamsChannel, TeamsSettings
from bot.teams.doctor import examine
from bot.web_server import serve
from tests.teams.stand_in import CATALOGUE, Fault


async def wrong(settings, clock):
    return {one.check for one in await examine(settings, now=clock) if one.condition is Condition.WRONG}


async def test_good_credentials_and_an_open_way_in_have_nothing_wrong(teams, settings, channel, clock):
    async with serve(Starlette(routes=channel.routes())) as public:
        assert await wrong(replace(settings, public_url=public), clock) == set()
    assert not [call for call in teams.calls if "activities" in call.path], "nothing was sent to anybody"


async def test_credentials_that_are_refused_are_told_apart_from_a_login_that_is_away(teams, settings, channel, clock):
    async with serve(Starlette(routes=channel.routes())) as public:
        reachable = replace(settings, public_url=public)
        for fault, said in ((Fault.of(401, "invalid_client"), "does not accept"), (Fault.page(503), "does not answer")):
            teams.token_fault = fault
            (found,) = [one for one in await examine(reachable, now=clock) if one.condition is Condition.WRONG]
            assert (found.check, said in found.said) == ("teams.credentials", True)
            assert settings.app_password not in found.said + found.todo
        teams.token_fault = None
        assert await wrong(reachable, clock) == set()


async def test_each_permission_of_graph_that_is_missing_is_named_with_what_it_disables(
    teams, settings, channel, clock, ben
):
    missing = {
        "graph users": ("teams.User.Read.All", "only once they write"),
        "graph apps": ("teams.TeamsAppInstallation.ReadWriteSelfForUser.All", "cannot be written to first"),
    }
    async with serve(Starlette(routes=channel.routes())) as public:
        reachable = replace(settings, public_url=public, catalogue_id=CATALOGUE, graph_url=f"{teams.url}/graph")
        for call, (check, disables) in missing.items():
            teams.faults[call] = [Fault.of(403, "Forbidden")]
            (found,) = [one for one in await examine(reachable, now=clock) if one.condition is Condition.WRONG]
            assert (found.check, disables in found.said) == (check, True)
        assert await wrong(reachable, clock) == set()
        teams.faults["graph users"] = [Fault.page(503)]
        assert await wrong(reachable, clock) == {"teams.graph"}
        assert await wrong(reachable, clock) == set()


async def test_a_public_address_where_somebody_else_answers_is_noticed(settings, clock):
    async with serve(Starlette()) as other:
        assert await wrong(replace(settings, public_url=other), clock) == {"teams.events"}
    assert await wrong(replace(settings, public_url="http://127.0.0.1:1"), clock) == {"teams.events"}


async def test_a_local_test_client_needs_no_credentials(clock):
    (found,) = await examine(TeamsSettings(local=True), now=clock)
    assert found.condition is Condition.ABSENT


async def test_a_channel_whose_address_does_not_lead_to_it_any_more_knows_it(
    settings, desk, accounts, clock, unused_tcp_port
):
    public = f"http://127.0.0.1:{unused_tcp_port}"
    channel = TeamsChannel(replace(settings, public_url=public), inbox=desk, accounts=accounts, now=clock)
    await channel.start()

    async def troubles(times):
        found = []
        for _ in range(times):
            found.append(await channel.trouble())
            clock.pass_time(seconds=PROBE_EVERY.total_seconds())
        return found

    async with serve(Starlette(routes=channel.routes()), port=unused_tcp_port):
        assert await troubles(1) == [""]
    assert await troubles(2) == ["", "address_lost"]
    async with serve(Starlette(routes=channel.routes()), port=unused_tcp_port):
        assert await troubles(1) == [""]
    await channel.stop()


async def test_what_is_told_of_a_call_names_nobody(teams, channel, post, ben, calls):
    await post(ben.activity(text="hello"))
    teams.faults["POST"] = [Fault.of(403, "MessageWritesBlocked")]
    await post(ben.activity(text="hello again"))
    assert {("Teams", "members", 200), ("Teams", "activities", 201), ("Teams", "activities", 403)} <= set(calls)
    assert not [action for _, action, _ in calls if "ben" in action]
