"""The names under which the outbox remembers what was sent: where on Slack it can be found again."""

from __future__ import annotations

from dataclasses import dataclass

from bot.channel import Letter
from bot.slack.receive import HOME

EPHEMERAL = "ephemeral"
MOST_PARTS = 12
"""So many fit into the column that keeps an address."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One letter on Slack: a channel and the stamps of its messages, mostly one."""

    channel: str
    stamps: tuple[str, ...]
    ephemeral: bool = False

    @property
    def id(self) -> str:
        kind = f"{EPHEMERAL}:" if self.ephemeral else ""
        return f"{kind}{self.channel}:{','.join(self.stamps[:MOST_PARTS])}"


def parse(id: str) -> Sent | None:
    """What `Sent.id` says; None for the home tab and for modals, which are not messages."""
    kind, _, rest = id.partition(":") if id.startswith(f"{EPHEMERAL}:") else ("", "", id)
    channel, _, stamps = rest.partition(":")
    if channel[:1] not in {"C", "D", "G"} or not stamps:
        return None
    return Sent(channel, tuple(stamps.split(",")), ephemeral=kind == EPHEMERAL)


def place_of(letter: Letter) -> tuple[str, str]:
    """The channel, or the person, and the thread."""
    channel, _, thread = letter.conversation.partition("/")
    return channel or letter.account, thread


def is_direct(letter: Letter) -> bool:
    """Only this person can see it."""
    return not letter.conversation or letter.conversation.startswith("D")


def is_home(letter: Letter) -> bool:
    return letter.conversation == HOME
