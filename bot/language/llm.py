"""The port to a large language model, which may only choose among the intents that there are anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bot.language.intents import INTENTS
from bot.language.meaning import Understanding


class Chooser(Protocol):
    """Picks one of the candidates, or none; a time-out or nonsense is none. Never raises."""

    async def choose(self, text: str, candidates: Sequence[str]) -> str | None: ...


async def second_opinion(text: str, reading: Understanding, chooser: Chooser | None) -> Understanding:
    """Asks only where the local model is unsure; what comes back is offered or answered, never done on its word."""
    if chooser is None or reading.band == "act":
        return reading
    chosen = await chooser.choose(text, INTENTS)
    if chosen is None or chosen not in INTENTS or chosen == reading.intent:
        return reading
    others = [(reading.intent, reading.confidence), *reading.alternatives]
    return replace(
        reading,
        intent=chosen,
        alternatives=tuple(pair for pair in others if pair[0] != chosen),
        band="ask",
    )
