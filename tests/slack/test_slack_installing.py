"""Many workspaces: installation by OAuth, rotated tokens, and cleaning up after those who leave."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.slack.ports import Installation
from handlers.messages import Text
from tests.slack.conftest import close, letter
from tests.slack.stand_in import Failure

OTHER = "T02OTHER"


@pytest.fixture
async def agency(open_office):
    """No bot token: workspaces install the app."""
    opened = await open_office(bot_token="", client_id="1.2", client_secret="very-secret")
    yield opened
    await close(opened)


async def install(agency, code: str = "good"):
    begun = await agency.client.get("/slack/install")
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    cookie = begun.headers["set-cookie"].split(";")[0]
    return await agency.client.get(
        "/slack/oauth_redirect", params={"code": code, "state": asked["state"][0]}, headers={"cookie": cookie}
    )


async def test_a_workspace_installs_the_app_and_is_answered(agency):
    assert (await install(agency)).status_code == 200
    await agency.settled()
    installed = agency.desk.installed[OTHER]
    assert (installed.bot_token, installed.refresh_token) == ("xoxb-installed", "xoxe-1")
    assert "xoxb" not in repr(installed)
    await agency.slack.says("U0INSTALLER", "hello", team=OTHER)
    await agency.settled()
    assert agency.slack.posted("D0INSTALLER")[-1] == "You said: hello"


async def test_the_installer_alone_is_welcomed(agency):
    await install(agency)
    await agency.settled()
    assert [(event.account, event.intent) for event in agency.desk.events] == [("U0INSTALLER", "welcome")]


async def test_the_way_to_slack_names_only_the_permissions_that_are_needed(agency):
    begun = await agency.client.get("/slack/install")
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    assert begun.status_code == 302
    assert "channels:history" not in asked["scope"][0]
    assert asked["redirect_uri"] == ["https://bot.example/slack/oauth_redirect"]


async def test_a_state_is_good_once_and_only_in_the_browser_that_began(agency):
    begun = await agency.client.get("/slack/install")
    state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
    cookie = {"cookie": begun.headers["set-cookie"].split(";")[0]}
    params = {"code": "good", "state": state}
    elsewhere = await agency.client.get("/slack/oauth_redirect", params=params, headers={"cookie": ""})
    assert elsewhere.status_code == 400
    assert agency.desk.installed == {}
    assert (await agency.client.get("/slack/oauth_redirect", params=params, headers=cookie)).status_code == 200
    assert (await agency.client.get("/slack/oauth_redirect", params=params, headers=cookie)).status_code == 401


async def test_an_old_state_is_refused(agency):
    begun = await agency.client.get("/slack/install")
    state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
    agency.clock[0] += timedelta(minutes=11)
    cookie = {"cookie": begun.headers["set-cookie"].split(";")[0]}
    params = {"code": "good", "state": state}
    assert (await agency.client.get("/slack/oauth_redirect", params=params, headers=cookie)).status_code == 401
    assert (await install(agency)).status_code == 200


async def test_a_refused_installation_can_be_tried_again(agency):
    assert (await install(agency, code="bad")).status_code == 401
    assert agency.desk.installed == {}
    assert (await install(agency)).status_code == 200
    assert OTHER in agency.desk.installed


async def test_a_cancelled_installation_is_told_on_a_page(agency):
    response = await agency.client.get("/slack/oauth_redirect", params={"error": "access_denied"})
    assert response.status_code == 200
    assert "text/html" in response.headers["content-type"]


async def test_a_token_is_rotated_before_it_expires(agency):
    await install(agency)
    await agency.settled()
    agency.clock[0] += timedelta(hours=11)
    await agency.channel.send(letter("L1", Text("hello"), workspace=OTHER))
    assert agency.desk.installed[OTHER].bot_token == "xoxb-rotated"
    assert agency.desk.installed[OTHER].refresh_token == "xoxe-2"
    assert agency.slack.posted("D01ADA") == ["hello"]


async def test_a_token_that_another_process_rotated_is_taken_from_the_store(agency):
    await install(agency)
    await agency.settled()
    agency.clock[0] += timedelta(hours=11)
    agency.slack.failures["oauth.v2.access"] = [Failure(error="invalid_refresh_token")]
    agency.slack.tokens["xoxb-faster"] = OTHER
    original = agency.desk.find
    answers = [agency.desk.installed[OTHER]]

    async def find(team):
        return answers.pop() if answers else await original(team)

    agency.desk.find = find
    agency.desk.installed[OTHER] = Installation(OTHER, "xoxb-faster", expires_at=agency.clock[0] + timedelta(hours=12))
    await agency.channel.send(letter("L1", Text("hello"), workspace=OTHER))
    assert agency.slack.posted("D01ADA") == ["hello"]


async def test_twenty_events_cost_one_look_into_the_store(agency):
    await install(agency)
    await agency.settled()
    agency.desk.looked = 0
    agency.slack.calls.clear()
    for number in range(20):
        await agency.slack.says("U01ADA", f"hello {number}", team=OTHER)
    await agency.settled()
    assert agency.desk.looked <= 1
    assert agency.slack.count("auth.test") == 0


@pytest.mark.parametrize(
    "event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"], "oauth": []}}]
)
async def test_a_workspace_that_leaves_is_forgotten_and_may_come_back(agency, event):
    await install(agency)
    await agency.settled()
    assert (await agency.slack.event(event, team=OTHER)).status_code == 200
    assert agency.desk.installed == {}
    assert (await agency.slack.says("U01ADA", "hello", team=OTHER)).status_code == 200
    await agency.settled()
    assert agency.slack.posted("D01ADA") == []
    await install(agency)
    await agency.slack.says("U01ADA", "hello again", team=OTHER)
    await agency.settled()
    assert agency.slack.posted("D01ADA") == ["You said: hello again"]


async def test_a_persons_own_revoked_token_removes_nothing(agency):
    await install(agency)
    await agency.settled()
    await agency.slack.event({"type": "tokens_revoked", "tokens": {"oauth": ["U01ADA"]}}, team=OTHER)
    assert OTHER in agency.desk.installed


async def test_without_a_client_id_there_is_nothing_to_install(office):
    assert (await office.client.get("/slack/install")).status_code == 404
