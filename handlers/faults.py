"""What people are told when an outside system does not do what was asked."""

from __future__ import annotations

from handlers.messages import Note, Reply, Status, Text, Tone
from handlers.texts import t
from providers.base import ProviderError


def fault(error: ProviderError, language: str) -> Reply:
    """Names the system, what was tried and who can fix it; never a secret, never a trace."""
    return (
        Status(Tone.WARNING, t("{system} could not help right now.", language, system=error.system)),
        Text(t(error.advice, language)),
        _details(error, language),
    )


def fault_note(error: ProviderError, language: str) -> Note:
    """One line beside the last known state."""
    return Note(
        t(
            "I could not ask {system} just now, so this is what I knew last. {advice}",
            language,
            system=error.system,
            advice=t(error.advice, language),
        )
    )


def _details(error: ProviderError, language: str) -> Note:
    return Note(t("What I was doing: {action}.", language, action=t(error.action, language)))
