"""Reads a message: markup away, wishes apart, slots, pending question, model, guards, confidence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.language.entities import read_entities
from bot.language.intents import OUT_OF_SCOPE
from bot.language.meaning import Band, Context, Understanding
from bot.language.model import FOLDER, Model
from bot.language.normalise import plain

ACT = 0.7
ASK = 0.15


def band_of(intent: str, confidence: float) -> Band:
    if intent == OUT_OF_SCOPE:
        return "menu"
    if confidence >= ACT:
        return "act"
    return "ask" if confidence >= ASK else "menu"


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Holds the weights; loaded once, asked for each message."""

    model: Model

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Interpreter:
        return cls(Model.load(folder))

    def understand(self, text: str, context: Context) -> tuple[Understanding, ...]:
        """Every wish of the message in order; at least one, whatever was written."""
        return (self._wish(plain(text), context),)

    def _wish(self, text: str, context: Context) -> Understanding:
        entities = read_entities(text, context)
        ranked = self.model.ranked(entities.words)
        intent, confidence = ranked[0]
        return Understanding(
            intent=intent,
            confidence=confidence,
            slots=entities.slots,
            alternatives=tuple(ranked[1:5]),
            band=band_of(intent, confidence),
        )
