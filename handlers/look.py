"""One person's evidence on one path, and the questions that the rules ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from handlers.facts import CompanyFact, Facts, PersonFact, Seen
from handlers.findings import FINDINGS, named_cause
from handlers.states import Owner, Path, Policy, State, Step, is_proven

OWN_FACT: Mapping[Path | None, PersonFact] = {
    Path.ZOOM: PersonFact.ZOOM,
    Path.TEAMS_EWS: PersonFact.TEAMS,
    Path.GOTO: PersonFact.GOTO,
    None: PersonFact.TEAMS,
}
_INTEGRATION, _CALENDAR, _SYNC = CompanyFact.INTEGRATION, CompanyFact.CALENDAR, PersonFact.SYNC
READY_FACTS: Mapping[Path | None, tuple[CompanyFact | PersonFact, ...]] = {
    Path.GOOGLE_MEET: (_INTEGRATION, _CALENDAR, CompanyFact.MEET, _SYNC, PersonFact.INTEGRATED),
    Path.ZOOM: (_INTEGRATION, _SYNC, CompanyFact.ZOOM_APP, PersonFact.ZOOM),
    Path.TEAMS_GRAPH: (_INTEGRATION, _CALENDAR, _SYNC, PersonFact.INTEGRATED),
    Path.TEAMS_EWS: (_INTEGRATION, _CALENDAR, _SYNC, PersonFact.MAILBOX, PersonFact.TEAMS),
    Path.GOTO: (_INTEGRATION, _SYNC, PersonFact.GOTO),
    None: (_INTEGRATION, _SYNC, PersonFact.MAILBOX, PersonFact.TEAMS),
}
"""What a ready answer rests on, in the order of the rules."""


_CONNECTION = frozenset({"connected", "disconnected", "absent"})
_YES_NO = frozenset({"yes", "no"})
_VALUES: Mapping[str, frozenset[str]] = {
    CompanyFact.INTEGRATION: frozenset({"active", "inactive", "needs_attention"}),
    CompanyFact.CALENDAR: frozenset({"google", "graph", "ews", "exchange"}),
    CompanyFact.MEET: frozenset({"on", "off"}),
    CompanyFact.ZOOM_APP: frozenset({"all_users", "some_users", "restricted", "withdrawn", "missing"}),
    PersonFact.EMPLOYMENT: frozenset({"active", "onboarding", "leave", "inactive"}),
    PersonFact.HOSTS: _YES_NO,
    PersonFact.ADDRESS: frozenset({"ok", "duplicate", "foreign_domain", "missing", "alias"}),
    PersonFact.MAILBOX: frozenset({"user", "shared", "missing", "disabled", "on_premises"}),
    PersonFact.SYNC: frozenset({"synced", "syncing", "requested", "failed", "disconnected", "absent"}),
    PersonFact.INTEGRATED: _YES_NO,
    PersonFact.ZOOM: _CONNECTION,
    PersonFact.TEAMS: _CONNECTION,
    PersonFact.GOTO: _CONNECTION,
    PersonFact.PAUSED: _YES_NO,
    PersonFact.AWAY: _YES_NO,
    PersonFact.MEETINGS: frozenset({"allowed", "denied"}),
    PersonFact.ZOOM_USER: frozenset({"active", "pending", "inactive", "missing"}),
    PersonFact.GOTO_USER: frozenset({"licensed", "invited", "unlicensed", "missing"}),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says when it is the one that decides."""

    state: State
    fact: str
    evidence: tuple[tuple[str, Seen], ...] = ()
    cause: str = ""
    owner: Owner = Owner.NOBODY
    step: Step = Step.DONE_NOTHING


class Look:
    """One person's evidence on one path, and the questions that rules ask of it."""

    __slots__ = ("company", "done", "now", "path", "person", "policy")

    def __init__(self, path: Path | None, company: Facts, person: Facts, policy: Policy, now: datetime) -> None:
        self.path, self.company, self.person, self.policy, self.now = path, company, person, policy, now
        own = OWN_FACT.get(path)
        seen = self.seen(own or PersonFact.INTEGRATED)
        good = seen is not None and seen.value == ("connected" if own else "yes")
        self.done = seen if seen and good and self.is_fresh(own or PersonFact.INTEGRATED, seen) else None
        """Fresh evidence of the last step: nobody gets there without the integration and a synced calendar."""

    @property
    def is_done_for_sure(self) -> bool:
        return self.done is not None and is_proven(self.done)

    @property
    def warning(self) -> str:
        """A case that will matter soon: Microsoft 365 through EWS ends on a date."""
        return "ews-365-switch-off" if self.path is Path.TEAMS_EWS and self.value(_CALENDAR) == "ews" else ""

    def is_fresh(self, fact: str, seen: Seen) -> bool:
        return self.policy.is_fresh(fact, seen, self.now)

    def seen(self, fact: str) -> Seen | None:
        """The best observation of that fact; a value that nobody has heard of says nothing."""
        seen = self.person.get(fact) or self.company.get(fact)
        return seen if seen and seen.value in _VALUES[fact] else None

    def value(self, fact: str) -> str:
        seen = self.seen(fact)
        return seen.value if seen else ""

    def fresh_evidence(self, facts: tuple[str, ...]) -> tuple[tuple[str, Seen], ...]:
        pairs = ((fact, self.seen(fact)) for fact in facts)
        return tuple((fact, seen) for fact, seen in pairs if seen and self.is_fresh(fact, seen))

    def fails(self, cause: str, *facts: str) -> Verdict:
        """That cause decides, on the evidence of these facts; the first one is the deciding one."""
        finding = FINDINGS[cause]
        evidence = tuple((fact, seen) for fact in facts if (seen := self.seen(fact)))
        return Verdict(finding.state, facts[0], evidence, cause, finding.owner, finding.step)

    def stops(self, state: State, fact: str, step: Step) -> Verdict:
        """Nothing is to be done about this person for now, because of that fact."""
        seen = self.seen(fact)
        return Verdict(state, fact, ((fact, seen),) if seen else (), step=step)

    def silenced_by(self, fact: str) -> Verdict | None:
        """Nothing is to be asked of this person until a moment that has not come yet."""
        seen = self.seen(fact)
        if seen is None or seen.value == "no" or _is_over(seen.detail.get("until"), self.now):
            return None
        return self.stops(State.PAUSED, fact, Step.WAIT)

    def needs(self, fact: str, step: Step, *, owner: Owner = Owner.NOBODY, cause: str = "") -> Verdict | None:
        """Nothing, when there is fresh evidence; otherwise nothing can be said yet."""
        seen = self.seen(fact)
        if seen and self.is_fresh(fact, seen):
            return None
        return Verdict(State.UNKNOWN, fact, ((fact, seen),) if seen else (), cause, owner, step)

    def named(self, fact: str) -> str:
        """The case that the observer itself named as the reason, if it is one of ours."""
        seen = self.seen(fact)
        return named_cause(fact, str(seen.detail.get("error_key", ""))) if seen else ""


def _is_over(until: object, now: datetime) -> bool:
    if isinstance(until, str):
        try:
            until = datetime.fromisoformat(until)
        except ValueError:
            return False
    if not isinstance(until, datetime):
        return False
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) <= now
