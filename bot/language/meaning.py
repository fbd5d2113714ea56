"""What is handed to the understanding of a sentence, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

Band = Literal["act", "ask", "menu"]
CERTAINLY = 0.66
"""From this on a reading is taken for what was meant."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person of the directory whom some words may mean."""

    id: str
    name: str
    email: str = ""


class Directory(Protocol):
    """Looks people up; asked a few times a message, so it has to answer within a millisecond."""

    def find(self, words: str) -> Sequence[Candidate]:
        """Everybody whom the words may mean: a name, an e-mail address or a mention such as "<@U123>"."""
        ...


class NobodyKnown:
    """The directory of a company that nobody was imported into."""

    def find(self, words: str) -> Sequence[Candidate]:
        return ()


@dataclass(frozen=True, slots=True)
class PendingQuestion:
    """The question that the person was asked last and has not answered."""

    intent: str
    expects: tuple[str, ...] = ()
    """Names of slots, "yes_no" or "choice"."""
    options: tuple[tuple[str, str], ...] = ()
    """The label and the value of each button, in the order in which they are shown."""
    values: Mapping[str, str] = field(default_factory=dict)
    """The slots that are known already; they come back with the answer."""


@dataclass(frozen=True, slots=True)
class Context:
    """Who is talking, when, and after what."""

    language: str
    now: datetime
    """Aware, in the person's own zone."""
    is_admin: bool = False
    directory: Directory = field(default_factory=NobodyKnown)
    groups: Sequence[str] = ()
    """The names of departments, offices and teams."""
    pending: PendingQuestion | None = None
    last_intent: str = ""
    """What the last answer was about, so that "and for Teams?" and "why?" mean something."""
    last_slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Understanding:
    """One wish of a message."""

    intent: str
    confidence: float
    slots: Mapping[str, str] = field(default_factory=dict)
    """What the sentence names, as far as this intent can use it."""
    found: Mapping[str, str] = field(default_factory=dict)
    """Everything that the sentence names, for when another reading turns out to be right."""
    alternatives: tuple[tuple[str, float], ...] = ()
    """Other readings, the best first, each an intent and its confidence."""
    band: Band = "menu"
    """Sure enough to act, to be asked back with buttons, or to offer the menu."""
    negated: bool = False
    """The sentence forbids the act that it names, and was read accordingly."""

    @property
    def is_unsure(self) -> bool:
        """Neither sure enough to act, nor sure that it is nothing for us."""
        return self.band == "ask" or (self.band == "menu" and self.confidence < CERTAINLY)
