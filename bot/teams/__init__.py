"""Microsoft Teams as a channel, on botbuilder-core, which is imported in this folder alone."""

from bot.teams.channel import TeamsChannel
from bot.teams.settings import TeamsSettings

__all__ = ["TeamsChannel", "TeamsSettings"]
