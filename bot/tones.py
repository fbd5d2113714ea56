"""What the sign of a tone says to those who cannot see it, the same in every channel."""

from __future__ import annotations

from handlers.messages import Tone
from handlers.texts import t


def tone_word(tone: Tone, language: str) -> str:
    """To stand before the text."""
    match tone:
        case Tone.GOOD:
            return t("Good:", language)
        case Tone.WARNING:
            return t("Attention:", language)
        case Tone.BAD:
            return t("Problem:", language)
        case Tone.NEUTRAL:
            return t("Note:", language)
