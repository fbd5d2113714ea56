"""The port to a large language model, which may only choose among the intents that there are anyway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from bot.language.intents import ONLY_TELLS
from bot.language.meaning import Understanding
from bot.language.readings import kept_slots


class Chooser(Protocol):
    """Picks one of the candidates, or none; a time-out or nonsense is none. Never raises."""

    async def choose(self, text: str, candidates: Mapping[str, str]) -> str | None: ...


async def second_opinion(
    text: str, reading: Understanding, chooser: Chooser | None, candidates: Mapping[str, str]
) -> Understanding:
    """Asks only where the local model is unsure; a choice that would change anything is offered, never done."""
    if chooser is None or not reading.is_unsure:
        return reading
    chosen = await chooser.choose(text, candidates)
    if chosen is None or chosen not in candidates:
        return reading
    others = [(reading.intent, reading.confidence), *reading.alternatives]
    return replace(
        reading,
        intent=chosen,
        slots=kept_slots(chosen, reading.found),
        alternatives=tuple(pair for pair in others if pair[0] != chosen),
        band="act" if chosen in ONLY_TELLS else "ask",
    )
