"""The terminal's side of a conversation: it keeps what it was given until the command prints it."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from bot.channel import Letter
from handlers.messages import Reply

CHANNEL = "terminal"
WORKSPACE = "terminal"


class TerminalChannel:
    """Implements bot.channel.Channel for one question and its answer."""

    name = CHANNEL
    needs_reference = False
    can_be_asked = True

    def __init__(self) -> None:
        self.replies: list[Reply] = []

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    async def start(self) -> None:
        """Nothing to open."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def relink(self) -> None:
        """Whoever asks has named themselves."""

    async def send(self, letter: Letter) -> str:
        self.replies.append(letter.reply)
        return letter.id

    async def find(self, letter: Letter) -> str | None:
        return None
