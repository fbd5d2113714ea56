"""The steps of a set-up, path by path, and all that is known of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from handlers.evidence import Judged
from handlers.facts import REPORTED, CompanyFact, Facts, PersonFact, Seen
from handlers.readiness import DEFAULT_POLICY, Path


class GuideStep(StrEnum):
    """One thing that must be true before the next one is worth looking at."""

    INTEGRATION = "integration"
    CALENDAR = "calendar"
    MEET = "meet"
    SYNCED = "synced"
    WHICH_TEAMS = "which_teams"
    ZOOM_APP = "zoom_app"
    MAILBOX = "mailbox"
    SIGNED_IN = "signed_in"
    PROOF = "proof"


_S = GuideStep
STEPS: Mapping[Path | None, tuple[GuideStep, ...]] = {
    Path.GOOGLE_MEET: (_S.INTEGRATION, _S.CALENDAR, _S.MEET, _S.SYNCED, _S.PROOF),
    Path.ZOOM: (_S.INTEGRATION, _S.SYNCED, _S.ZOOM_APP, _S.SIGNED_IN, _S.PROOF),
    Path.TEAMS_GRAPH: (_S.INTEGRATION, _S.CALENDAR, _S.SYNCED, _S.PROOF),
    Path.TEAMS_EWS: (_S.INTEGRATION, _S.CALENDAR, _S.SYNCED, _S.MAILBOX, _S.SIGNED_IN, _S.PROOF),
    Path.GOTO: (_S.INTEGRATION, _S.SYNCED, _S.SIGNED_IN, _S.PROOF),
    None: (_S.INTEGRATION, _S.SYNCED, _S.WHICH_TEAMS),
}
"""The order of the customer's article; None is Teams while nobody knows which."""
FITTING_CALENDARS: Mapping[Path | None, frozenset[str]] = {
    Path.GOOGLE_MEET: frozenset({"google"}),
    Path.TEAMS_GRAPH: frozenset({"graph"}),
    Path.TEAMS_EWS: frozenset({"ews", "exchange"}),
}


class Stand(StrEnum):
    """How a step stands."""

    GOOD = "good"
    PARTLY = "partly"
    """It holds for some people; what follows can begin for them."""
    BAD = "bad"
    OPEN = "open"
    """Nothing is known, or what is known is too old."""
    SKIPPED = "skipped"


PASSED = frozenset({Stand.GOOD, Stand.PARTLY, Stand.SKIPPED})


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person said about a step, or that it was good once."""

    status: str
    who: str
    note: str
    at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Given:
    """Somebody was asked to do it."""

    task: int
    who: str
    since: datetime

    @property
    def first_name(self) -> str:
        return self.who.split(" ", 1)[0]


@dataclass(frozen=True, slots=True)
class Tried:
    """The newest test interview of the path."""

    state: str
    host: str
    at: datetime
    seconds: int = 0
    link_host: str = ""
    cause: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One step as it stands."""

    step: GuideStep
    stand: Stand
    evidence: tuple[Seen, ...] = ()
    done: int = 0
    total: int = 0
    """People, where the step is about people."""
    cause: str = ""
    missing: tuple[str, ...] = ()
    """Names of people for whom it does not hold."""
    waiting: int = 0
    """People who were asked for and have not been answered."""
    inferred: bool = False
    mark: Mark | None = None
    given: Given | None = None
    reopened: bool = False

    @property
    def reported(self) -> bool:
        """It rests on somebody's word alone."""
        if self.evidence:
            return all(seen.source in REPORTED for seen in self.evidence)
        return self.mark is not None and self.mark.status == "done"


@dataclass(frozen=True, slots=True)
class Known:
    """All that the steps are judged by."""

    path: Path | None
    company: Facts
    hosts: Sequence[Judged]
    now: datetime
    marks: Mapping[str, Mark] = field(default_factory=dict)
    given: Mapping[str, Given] = field(default_factory=dict)
    tried: Tried | None = None

    def fresh(self, fact: CompanyFact) -> Seen | None:
        seen = self.company.get(fact)
        return seen if seen and DEFAULT_POLICY.is_fresh(fact, seen, self.now) else None

    def of_hosts(self, fact: PersonFact) -> list[tuple[str, Seen | None]]:
        """What is freshly known of each host."""
        found = ((one.person, one.person.facts.get(fact)) for one in self.hosts)
        return [
            (who.name or who.email, seen if seen and DEFAULT_POLICY.is_fresh(fact, seen, self.now) else None)
            for who, seen in found
        ]
