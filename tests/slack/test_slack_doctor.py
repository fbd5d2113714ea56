"""What the doctor says of Slack: the token, each permission, Socket Mode, and the way in."""

from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette

from bot.findings import Condition
from bot.slack.doctor import examine
from bot.slack.manifest import SCOPES
from bot.web_server import serve
from tests.slack.conftest import close, settings_for
from tests.slack.stand_in import APP_TOKEN, TOKEN, Failure


async def found(slack, installed=None, **settings):
    findings = await examine(settings_for(slack, **settings), installed or {}, now=datetime.now(UTC))  # noqa: TID251
    return {finding.check: finding for finding in findings}


def wrong(findings):
    return {check for check, finding in findings.items() if finding.condition is Condition.WRONG}


SOCKET = {"app_token": APP_TOKEN, "signing_secret": ""}


async def test_a_good_app_in_socket_mode_has_nothing_wrong(slack):
    findings = await found(slack, **SOCKET)
    assert wrong(findings) == set()
    assert findings.keys() == {"slack.token", "slack.scopes", "slack.socket"}
    assert slack.count("chat.postMessage") == 0


@pytest.mark.parametrize("scope", SCOPES)
async def test_each_permission_that_is_missing_is_named_with_what_it_disables(slack, scope):
    slack.scopes = ", ".join(each for each in SCOPES if each != scope)
    findings = await found(slack, **SOCKET)
    assert wrong(findings) == {f"slack.scope.{scope}"}
    assert SCOPES[scope] in findings[f"slack.scope.{scope}"].said
    slack.scopes = ",".join(SCOPES)
    assert wrong(await found(slack, **SOCKET)) == set()


async def test_tokens_that_are_refused_are_told_apart_and_never_shown(slack):
    token = await found(slack, bot_token="xoxb-withdrawn", **SOCKET)
    assert wrong(token) == {"slack.token"}
    assert "invalid_auth" in token["slack.token"].said
    slack.failures["apps.connections.open"] = [Failure(error="not_allowed_token_type")]
    socket = await found(slack, **SOCKET)
    assert wrong(socket) == {"slack.socket"}
    told = str([*token.values(), *socket.values()])
    assert not [secret for secret in ("withdrawn", TOKEN, APP_TOKEN) if secret in told]
    assert wrong(await found(slack, **SOCKET)) == set()


async def test_each_workspace_that_installed_the_app_is_looked_at(slack):
    settings = {"bot_token": "", "client_id": "1.2", "client_secret": "s", **SOCKET}
    nobody = await found(slack, **settings)
    assert nobody["slack.token"].condition is Condition.ABSENT
    given = {"T01AURORA": TOKEN, "T02OTHER": "xoxb-withdrawn"}
    findings = await examine(settings_for(slack, **settings), given, now=datetime.now(UTC))  # noqa: TID251
    bad = [finding for finding in findings if finding.condition is Condition.WRONG]
    assert ["T02OTHER" in finding.said for finding in bad] == [True]


async def test_the_way_in_is_tried_with_a_signed_request(open_office, slack, unused_tcp_port):
    public = f"http://127.0.0.1:{unused_tcp_port}"
    assert "slack.events" in wrong(await found(slack, public_url=public))
    office = await open_office(public_url=public)
    async with serve(Starlette(routes=office.channel.routes()), port=unused_tcp_port):
        assert wrong(await found(slack, public_url=public)) == set()
        assert "slack.events" in wrong(await found(slack, public_url=public, signing_secret="another one"))
    await close(office)


async def test_a_slack_that_is_away_is_no_stack_trace(slack):
    away = await found(slack, api_url="http://127.0.0.1:1/api/", **SOCKET)
    assert wrong(away) == {"slack.token", "slack.socket"}
    assert "does not answer" in away["slack.token"].said
    assert wrong(await found(slack, **SOCKET)) == set()
