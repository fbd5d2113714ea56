"""The Slack channel: events in over HTTP or Socket Mode, answers out through the Web API."""

from bot.slack.channel import SlackChannel
from bot.slack.settings import SlackSettings

__all__ = ["SlackChannel", "SlackSettings"]
