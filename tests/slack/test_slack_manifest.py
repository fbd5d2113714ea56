"""The manifest asks for what is used and keeps the rules of Slack's published schema."""

from typing import Any

import pytest
from jsonschema import Draft7Validator

from bot.slack.manifest import EVENTS, SCOPES, manifest
from bot.slack.settings import SlackSettings

HTTP = SlackSettings(public_url="https://bot.example", bot_token="xoxb-1", signing_secret="s")
SOCKET = SlackSettings(public_url="http://127.0.0.1:8000", bot_token="xoxb-1", app_token="xapp-1")
OAUTH = SlackSettings(public_url="https://bot.example", signing_secret="s", client_id="1.2", client_secret="s")


def text(most: int, least: int = 1) -> dict[str, Any]:
    return {"type": "string", "minLength": least, "maxLength": most}


def thing(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def several(items: dict[str, Any], most: int, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, "maxItems": most, **more}


FLAG = {"type": "boolean"}
ADDRESS = {"type": "string", "pattern": "^https?://", "maxLength": 3000}
# The rules of https://github.com/slackapi/manifest-schema, major version 2, for the parts that we use.
SCHEMA = thing(
    ("display_information", "_metadata"),
    _metadata=thing(("major_version",), major_version={"const": 2}, minor_version={"type": "integer"}),
    display_information=thing(
        ("name",),
        name=text(35),
        description=text(140),
        background_color={"type": "string", "pattern": "^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$"},
    ),
    features=thing(
        app_home=thing(home_tab_enabled=FLAG, messages_tab_enabled=FLAG, messages_tab_read_only_enabled=FLAG),
        bot_user=thing(("display_name",), display_name=text(80), always_online=FLAG),
        slash_commands=several(
            thing(
                ("command", "description"),
                command={"type": "string", "pattern": "^/", "minLength": 2, "maxLength": 32},
                url=ADDRESS,
                description=text(2000),
                usage_hint=text(1000),
                should_escape=FLAG,
            ),
            50,
            minItems=1,
        ),
        agent_view=thing(
            agent_description=text(300),
            suggested_prompts=several(thing(("title", "message"), title=text(200), message=text(200)), 4),
        ),
    ),
    oauth_config=thing(
        redirect_urls=several(text(2500), 1000, uniqueItems=True),
        scopes=thing(bot=several(text(50), 255, uniqueItems=True)),
    ),
    settings=thing(
        event_subscriptions=thing(request_url=ADDRESS, bot_events=several(text(50), 100, uniqueItems=True)),
        interactivity=thing(("is_enabled",), is_enabled=FLAG, request_url=ADDRESS),
        org_deploy_enabled=FLAG,
        socket_mode_enabled=FLAG,
        token_rotation_enabled=FLAG,
    ),
)


@pytest.mark.parametrize("settings", [HTTP, SOCKET, OAUTH], ids=["http", "socket", "oauth"])
def test_the_manifest_keeps_slacks_rules(settings):
    Draft7Validator(SCHEMA).validate(manifest(settings))


def test_over_http_everything_comes_to_one_address():
    made = manifest(HTTP)
    address = "https://bot.example/slack/events"
    assert made["settings"]["event_subscriptions"]["request_url"] == address
    assert made["settings"]["interactivity"]["request_url"] == address
    assert made["features"]["slash_commands"][0]["url"] == address


def test_socket_mode_names_no_address():
    made = manifest(SOCKET)
    assert made["settings"]["socket_mode_enabled"]
    assert "request_url" not in str(made)


def test_only_an_app_that_others_install_has_a_way_back_and_rotates_tokens():
    assert manifest(OAUTH)["oauth_config"]["redirect_urls"] == ["https://bot.example/slack/oauth_redirect"]
    assert manifest(OAUTH)["settings"]["token_rotation_enabled"]
    assert "redirect_urls" not in manifest(HTTP)["oauth_config"]


def test_every_permission_and_every_event_has_a_reason():
    assert all(len(reason) > 15 for reason in [*SCOPES.values(), *EVENTS.values()])
    assert not [scope for scope in SCOPES if scope.endswith(":history") and scope != "im:history"]


# https://docs.slack.dev/reference/events/ names the permission of each event; the others need none.
NEEDED = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "team_join": "users:read",
    "user_change": "users:read",
}


def test_each_event_has_the_permission_that_it_needs():
    assert {NEEDED[event] for event in EVENTS if event in NEEDED} <= set(SCOPES)


def test_people_can_answer_in_the_messages_tab():
    home = manifest(HTTP)["features"]["app_home"]
    assert home == {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False}
