"""What the conversation with the bot suggests to say, in the reader's language where Slack lets us."""

from __future__ import annotations

from bot.channel import SendError
from bot.slack.api import WebApi
from bot.slack.capabilities import UNKNOWN, Capabilities, Capability
from bot.slack.manifest import PROMPTS, advice
from handlers.texts import DEFAULT_LANGUAGE, languages, t

TITLE = advice("What can I do for you?")


class Prompts:
    """Sets the suggestions of a workspace that has them; the manifest holds the same ones in English."""

    def __init__(self, api: WebApi, capabilities: Capabilities) -> None:
        self._api = api
        self._capabilities = capabilities
        self._set: set[tuple[str, str]] = set()

    async def suggest(self, team: str, channel: str, locale: str) -> None:
        """Once for each conversation; a workspace without this surface simply has no suggestions."""
        if (team, channel) in self._set or not self._capabilities.has(team, Capability.PROMPTS):
            return
        self._set.add((team, channel))
        language = _language(locale)
        prompts = [{"title": t(title, language), "message": t(message, language)} for title, message in PROMPTS]
        try:
            # https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts/
            await self._api.call(
                team,
                "assistant.threads.setSuggestedPrompts",
                lambda client: client.assistant_threads_setSuggestedPrompts(
                    channel_id=channel, title=t(TITLE, language), prompts=prompts
                ),
            )
        except SendError as error:
            self._set.discard((team, channel))
            if getattr(error, "cause", "") in UNKNOWN:
                self._capabilities.lacks(team, Capability.PROMPTS)


def _language(locale: str) -> str:
    language = locale.partition("-")[0].lower()
    return language if language in languages() else DEFAULT_LANGUAGE
