"""The app's manifest for Slack, made from the settings, with no more permissions than it uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack.settings import SlackSettings

EVENTS_PATH = "/slack/events"
COMMAND = "/greenroom"


def advice(text: str) -> str:
    """Marks a text that is translated where it is drawn."""
    return text


PROMPTS = (
    (advice("Am I ready?"), advice("Am I ready for video interviews?")),
    (advice("Connect my account"), advice("Connect my video account")),
    (advice("Help"), advice("Help")),
)
# Each permission, and what would not work without it: https://docs.slack.dev/reference/scopes/
SCOPES: Mapping[str, str] = {
    "app_mentions:read": "answer when somebody mentions the bot in a channel",
    "assistant:write": "show suggestions in the conversation with the bot",
    "chat:write": "send answers and reminders",
    "commands": f"offer {COMMAND}",
    "dnd:read": "remind nobody who does not want to be disturbed; without it reminders go out at working hours only",
    "im:history": "read what people write to the bot in direct messages, and look whether a message arrived",
    "im:write": "open a direct message to somebody who has not written first",
    "users:read": "tell members from guests, bots and people who left",
    "users:read.email": "match members to the people of the HR system by e-mail address",
}
# What Slack tells the bot, and why: https://docs.slack.dev/reference/events/
EVENTS: Mapping[str, str] = {
    "app_home_opened": "draw the home tab when somebody looks at it",
    "app_mention": "somebody mentioned the bot",
    "app_uninstalled": "forget the workspace's tokens",
    "message.im": "somebody wrote to the bot",
    "team_join": "a new member, to be matched to the HR system",
    "tokens_revoked": "forget the workspace's tokens",
    "user_change": "a changed address, a guest, somebody who left",
}


def scopes() -> tuple[str, ...]:
    """The permissions that the app asks for."""
    return tuple(SCOPES)


def manifest(settings: SlackSettings) -> dict[str, Any]:
    """What to paste at https://api.slack.com/apps?new_app=1; `SCOPES` says why each permission is needed.

    https://docs.slack.dev/reference/app-manifest/
    """
    events: dict[str, Any] = {"bot_events": list(EVENTS)}
    interactivity: dict[str, Any] = {"is_enabled": True}
    command = {
        "command": COMMAND,
        "description": "Get ready for video interviews",
        "usage_hint": "status | connect Zoom | who isn't synced | help",
        "should_escape": True,
    }
    if not settings.speaks_socket:
        address = settings.public_url + EVENTS_PATH
        events["request_url"] = interactivity["request_url"] = command["url"] = address
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Greenroom",
            "description": "Gets every interview host ready for video interviews.",
            "background_color": "#1f5f4a",
        },
        "features": _features(command),
        "oauth_config": _oauth(settings),
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": settings.speaks_socket,
            "token_rotation_enabled": settings.installs,
        },
    }


def _features(command: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Greenroom", "always_online": True},
        "slash_commands": [dict(command)],
        "agent_view": {
            "agent_description": "Says who is ready for video interviews and who is not, why, and what to do next.",
            "suggested_prompts": [{"title": title, "message": message} for title, message in PROMPTS],
        },
    }


def _oauth(settings: SlackSettings) -> dict[str, Any]:
    config: dict[str, Any] = {"scopes": {"bot": list(scopes())}}
    if settings.installs:
        config["redirect_urls"] = [f"{settings.public_url}/slack/oauth_redirect"]
    return config
