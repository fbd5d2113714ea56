from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handlers.causes import case
from handlers.facts import CompanyFact, Facts, PersonFact, Seen, Source
from handlers.findings import FINDINGS
from handlers.readiness import Path, Policy, Provider, State, Step, assess, best_evidence, path_for

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ZOOM, TEAMS_EWS, GOTO = Path.ZOOM, Path.TEAMS_EWS, Path.GOTO
ACTION, WAITING, UNKNOWN = State.ACTION_NEEDED, State.WAITING, State.UNKNOWN


def said(value: str, source: Source = Source.CRONOFY, *, at: datetime = NOW, **detail: str) -> Seen:
    return Seen(value, source, at, at, detail)


VALUES: Mapping[str, list[str]] = {
    "integration": ["active", "inactive", "needs_attention", "?"],
    "calendar": ["google", "graph", "ews", "exchange"],
    "meet": ["on", "off"],
    "zoom_app": ["all_users", "some_users", "restricted", "withdrawn", "missing"],
    "employment": ["active", "onboarding", "leave", "inactive"],
    "hosts": ["yes", "no"],
    "address": ["ok", "duplicate", "foreign_domain", "missing"],
    "mailbox": ["user", "shared", "missing", "disabled", "on_premises"],
    "sync": ["synced", "syncing", "requested", "failed", "disconnected", "absent", "?"],
    "integrated": ["yes", "no"],
    "zoom": ["connected", "disconnected", "absent"],
    "teams": ["connected", "disconnected", "absent"],
    "goto": ["connected", "disconnected", "absent"],
    "paused": ["yes", "no"],
    "away": ["yes", "no"],
    "meetings": ["allowed", "denied"],
    "zoom_user": ["active", "pending", "inactive", "missing"],
    "goto_user": ["licensed", "invited", "unlicensed", "missing"],
}
ages = st.sampled_from([timedelta(0), timedelta(hours=23), timedelta(days=3), timedelta(days=400)])
keys = st.sampled_from(["", *FINDINGS, "errors.unheard_of"])


def observed(fact: str) -> st.SearchStrategy[Seen]:
    return st.builds(
        lambda value, source, age, key: said(value, source, at=NOW - age, error_key=key),
        st.sampled_from(VALUES[fact]),
        st.sampled_from(Source),
        ages,
        keys,
    )


# What nearly everybody has, so that the last steps are reached often enough to be tested.
USUAL: Mapping[str, list[str]] = {
    "integration": ["active"],
    "calendar": VALUES["calendar"],
    "meet": ["on"],
    "zoom_app": ["all_users"],
    "employment": ["active"],
    "hosts": ["yes"],
    "address": ["ok"],
    "mailbox": ["user"],
    "sync": ["synced"],
    "integrated": ["yes"],
    "zoom": VALUES["zoom"],
    "teams": VALUES["teams"],
    "goto": VALUES["goto"],
    "paused": ["no"],
    "away": ["yes", "no"],
    "meetings": ["allowed"],
    "zoom_user": ["active"],
    "goto_user": ["licensed"],
}


def perhaps(fact: str) -> st.SearchStrategy[Seen | None]:
    usual = st.sampled_from(USUAL[fact]).map(said)
    return st.integers(0, 9).flatmap(lambda dice: st.none() if dice == 0 else observed(fact) if dice == 1 else usual)


def known(fact_names: list[str]) -> st.SearchStrategy[dict[str, Seen]]:
    everything = st.fixed_dictionaries({fact: perhaps(fact) for fact in fact_names})
    return everything.map(lambda found: {fact: seen for fact, seen in found.items() if seen})


paths = st.one_of(st.none(), st.sampled_from(Path))
companies = known([fact.value for fact in CompanyFact])
people = known([fact.value for fact in PersonFact])
OWN = {ZOOM: "zoom", TEAMS_EWS: "teams", GOTO: "goto", None: "teams"}


@given(paths, companies, people)
def test_ready_rests_on_fresh_evidence_of_every_prerequisite(path: Path | None, company: Facts, person: Facts) -> None:
    found = assess(path, company, person, now=NOW)
    if found.state is not State.READY:
        return
    values = {fact: seen.value for fact, seen in found.evidence}
    assert all(Policy().is_fresh(fact, seen, NOW) for fact, seen in found.evidence)
    own = OWN.get(path or path_for(Provider.TEAMS, company))
    if own:
        assert values[own] == "connected"
    else:
        assert values["calendar"] in ("google", "graph")
        assert values.get("integrated") == "yes" or (values["integration"], values["sync"]) == ("active", "synced")


@given(paths, companies, people)
def test_nobody_connects_before_the_prerequisites_hold(path: Path | None, company: Facts, person: Facts) -> None:
    found = assess(path, company, person, now=NOW)
    if found.step is Step.CONNECT or (found.step is Step.RELINK and found.fact != PersonFact.SYNC):
        assert company["integration"].value == "active"
        assert person["sync"].value == "synced"
        assert path is not ZOOM or company.get("zoom_app", said("all_users")).value == "all_users"
        assert person.get("mailbox", said("user")).value != "shared"


@given(paths, companies, people)
def test_the_same_input_gives_the_same_answer(path: Path | None, company: Facts, person: Facts) -> None:
    reversed_person = {fact: person[fact] for fact in sorted(person, reverse=True)}
    assert assess(path, company, person, now=NOW) == assess(path, company, reversed_person, now=NOW)


@given(paths, companies, people, st.sampled_from([*CompanyFact, *PersonFact]))
def test_older_evidence_never_makes_anybody_ready(path: Path | None, company: Facts, person: Facts, fact: str) -> None:
    def aged(all_facts: Facts) -> Facts:
        return {
            name: replace(seen, observed_at=seen.observed_at - timedelta(days=500)) if name == fact else seen
            for name, seen in all_facts.items()
        }

    if assess(path, aged(company), aged(person), now=NOW).state is State.READY:
        assert assess(path, company, person, now=NOW).state is State.READY


@given(paths, companies)
def test_without_evidence_about_a_person_nobody_is_ready_or_failing(path: Path | None, company: Facts) -> None:
    assert assess(path, company, {}, now=NOW).state not in (ACTION, State.READY)
    assert assess(path, {}, {}, now=NOW).state is UNKNOWN


@given(paths, companies, people)
def test_word_alone_is_never_called_proven(path: Path | None, company: Facts, person: Facts) -> None:
    def by_word(all_facts: Facts) -> Facts:
        return {fact: replace(seen, source=Source.EMPLOYEE) for fact, seen in all_facts.items()}

    assert not assess(path, by_word(company), by_word(person), now=NOW).proven
    strict = Policy(accept_reported=False)
    assert assess(path, by_word(company), by_word(person), policy=strict, now=NOW).state is not State.READY


@given(paths, companies, people)
def test_every_answer_can_be_explained(path: Path | None, company: Facts, person: Facts) -> None:
    found = assess(path, company, person, now=NOW)
    if found.cause:
        assert found.owner in case(found.cause).owners or found.step in (Step.WAIT, Step.REFRESH, Step.RELINK)
    if found.state in (WAITING, ACTION):
        assert found.cause
        assert found.evidence
    if found.state is UNKNOWN:
        assert found.fact


@given(st.lists(st.sampled_from(list(VALUES)).flatmap(lambda fact: st.tuples(st.just(fact), observed(fact)))))
def test_the_order_of_observations_does_not_matter(observations: list[tuple[str, Seen]]) -> None:
    def told(all_facts: Facts) -> Mapping[str, tuple[str, Source, datetime]]:
        return {fact: (seen.value, seen.source, seen.observed_at) for fact, seen in all_facts.items()}

    assert told(best_evidence(observations, now=NOW)) == told(best_evidence(reversed(observations), now=NOW))
