"""Who is ready: a pure function of what was observed, the company's policy and the time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.facts import CompanyFact, Facts, PersonFact, Seen
from handlers.look import READY_FACTS, Look, Verdict
from handlers.rules import RULES, ews_days_left, needs_own_account
from handlers.states import (
    DEFAULT_POLICY,
    PROVIDER_NAMES,
    Owner,
    Path,
    Policy,
    Provider,
    Readiness,
    State,
    Step,
    is_proven,
)

__all__ = [
    "DEFAULT_POLICY",
    "PROVIDER_NAMES",
    "Owner",
    "Path",
    "Policy",
    "Provider",
    "Readiness",
    "State",
    "Step",
    "Summary",
    "assess",
    "best_evidence",
    "ews_days_left",
    "facts_needed",
    "is_proven",
    "needs_own_account",
    "path_for",
    "summary",
]

_ONE_PATH = {
    Provider.GOOGLE_MEET: Path.GOOGLE_MEET,
    Provider.ZOOM: Path.ZOOM,
    Provider.GOTO: Path.GOTO,
}
# A Google calendar cannot carry Teams; the Graph path's calendar rule says so.
_TEAMS_PATH = {
    "graph": Path.TEAMS_GRAPH,
    "google": Path.TEAMS_GRAPH,
    "ews": Path.TEAMS_EWS,
    "exchange": Path.TEAMS_EWS,
}


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over many people; every state is there, causes and owners only where they occur."""

    total: int
    states: Mapping[State, int]
    causes: Mapping[str, int]
    owners: Mapping[Owner, int]
    reported: int
    """How many of the ready ones rest on somebody's word."""


def assess(
    path: Path | None, company: Facts, person: Facts, *, policy: Policy = DEFAULT_POLICY, now: datetime
) -> Readiness:
    """The first rule that has something to say decides; a path of None is Teams of an unknown kind."""
    look = Look(path or path_for(Provider.TEAMS, company), company, person, policy, now)
    paused: Verdict | None = None
    for rule in RULES:
        verdict = rule(look)
        if verdict is None:
            continue
        if verdict.fact in (PersonFact.PAUSED, PersonFact.AWAY):
            paused = paused or verdict  # it silences reminders; it does not hide that somebody is ready
            continue
        return _answer(look, paused or verdict)
    ready = _ready(look)
    return _answer(look, paused) if paused and ready.state is not State.READY else ready


def _answer(look: Look, verdict: Verdict) -> Readiness:
    stale = any(not look.is_fresh(fact, seen) for fact, seen in verdict.evidence)
    deciding = dict(verdict.evidence).get(verdict.fact)
    return Readiness(
        state=State.STALE if stale else verdict.state,
        cause=verdict.cause,
        owner=verdict.owner,
        step=Step.REFRESH if stale else verdict.step,
        fact=verdict.fact,
        evidence=verdict.evidence,
        proven=bool(verdict.evidence) and all(is_proven(seen) for _, seen in verdict.evidence),
        since=deciding.since if deciding else None,
        warning=look.warning if look.warning != verdict.cause else "",
    )


def _ready(look: Look) -> Readiness:
    evidence = look.fresh_evidence(READY_FACTS[look.path])
    proven = is_proven(look.done) if look.done else all(is_proven(seen) for _, seen in evidence)
    allowed = proven or look.policy.accept_reported
    return Readiness(
        state=State.READY if allowed else State.UNKNOWN,
        step=Step.DONE_NOTHING if allowed else Step.REFRESH,
        fact="" if allowed else next(fact for fact, seen in reversed(evidence) if not is_proven(seen)),
        evidence=evidence,
        proven=proven,
        since=max(seen.since for _, seen in evidence),
        warning=look.warning,
    )


def best_evidence(
    observations: Iterable[tuple[str, Seen]], *, policy: Policy = DEFAULT_POLICY, now: datetime | None = None
) -> Facts:
    """The best observation per fact: a system's before people's word, then the newest.

    With `now`, proof that has grown too old gives way to newer word that has not.
    """
    best: dict[str, tuple[tuple[bool, bool, datetime, str, str], Seen]] = {}
    for fact, seen in observations:
        fresh = now is None or policy.is_fresh(fact, seen, now)
        # Source and value make the choice the same whatever the order of the observations.
        rank = (fresh, is_proven(seen), seen.observed_at, seen.source.value, seen.value)
        if fact not in best or rank > best[fact][0]:
            best[fact] = (rank, seen)
    return {fact: seen for fact, (_, seen) in best.items()}


def path_for(provider: Provider, company: Facts) -> Path | None:
    """The path of that provider in this company; None when the kind of Teams is not known."""
    if provider is not Provider.TEAMS:
        return _ONE_PATH[provider]
    calendar = company.get(CompanyFact.CALENDAR)
    return _TEAMS_PATH.get(calendar.value) if calendar else None


def facts_needed(path: Path | None) -> frozenset[CompanyFact | PersonFact]:
    """What a refresh should look at."""
    people = {
        PersonFact.EMPLOYMENT,
        PersonFact.HOSTS,
        PersonFact.ADDRESS,
        PersonFact.MAILBOX,
        PersonFact.PAUSED,
        PersonFact.AWAY,
    }
    return frozenset({*READY_FACTS[path], *people, CompanyFact.CALENDAR})


def summary(people: Iterable[Readiness]) -> Summary:
    """Counts for many people."""
    answers = tuple(people)
    states = Counter(answer.state for answer in answers)
    return Summary(
        total=len(answers),
        states={state: states[state] for state in State},
        causes=Counter(answer.cause for answer in answers if answer.cause),
        owners=Counter(answer.owner for answer in answers if answer.owner is not Owner.NOBODY),
        reported=sum(1 for answer in answers if answer.state is State.READY and not answer.proven),
    )
