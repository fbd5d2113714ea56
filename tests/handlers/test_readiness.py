from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path as FilePath
from typing import NamedTuple

import pytest

from handlers.causes import case
from handlers.facts import CompanyFact, Facts, PersonFact, Seen, Source
from handlers.findings import FINDINGS
from handlers.readiness import (
    Owner,
    Path,
    Policy,
    Provider,
    State,
    Step,
    assess,
    best_evidence,
    ews_days_left,
    facts_needed,
    needs_own_account,
    path_for,
    summary,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)
ACTION, WAITING, UNKNOWN = State.ACTION_NEEDED, State.WAITING, State.UNKNOWN
Said = Mapping[str, str | Seen]


def said(value: str, source: Source = Source.CRONOFY, *, at: datetime = NOW, **detail: str) -> Seen:
    return Seen(value, source, at, at, detail)


def facts(values: Said) -> Facts:
    return {fact: said(value) if isinstance(value, str) else value for fact, value in values.items()}


class Row(NamedTuple):
    """One line of the table: what is known about somebody, and the answer."""

    rule: str
    path: Path | None
    company: Facts
    person: Facts
    answer: str


ACTIVE = {"integration": "active"}
GRAPH = {**ACTIVE, "calendar": "graph"}
EWS = {**ACTIVE, "calendar": "ews"}
EXCHANGE = {**ACTIVE, "calendar": "exchange"}
SYNCED = {"sync": "synced"}
ON_ZOOM = {**SYNCED, "zoom": "connected"}
MEET, ZOOM, TEAMS, TEAMS_EWS, GOTO = Path.GOOGLE_MEET, Path.ZOOM, Path.TEAMS_GRAPH, Path.TEAMS_EWS, Path.GOTO


def table() -> list[Row]:
    lines = (FilePath(__file__).parent / "readiness_table.txt").read_text(encoding="utf-8").splitlines()
    return [row(*(cell.strip() for cell in line.split("|"))) for line in lines if line and not line.startswith("#")]


def row(rule: str, path: str, company: str, person: str, answer: str) -> Row:
    return Row(rule, None if path == "-" else Path(path), cell(company), cell(person), answer)


def cell(text: str) -> Facts:
    """`fact=value!detail=value` with spaces between, or `-` for nothing."""
    return {} if text == "-" else dict(observation(word) for word in text.split())


def observation(word: str) -> tuple[str, Seen]:
    fact, value = word.split("!")[0].split("=")
    detail = dict(part.split("=") for part in word.split("!")[1:])
    since = detail.pop("since", None)
    seen = replace(said(value), detail=detail)
    return fact, replace(seen, since=datetime.fromisoformat(since).replace(tzinfo=UTC)) if since else seen


TABLE = table()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.rule)
def test_the_article_is_followed(row: Row) -> None:
    found = assess(row.path, row.company, row.person, now=NOW)
    answer = (found.state, found.cause or "-", found.owner, found.step)
    assert " ".join(answer).removesuffix(" - nobody done_nothing") == row.answer


def test_every_cause_that_readiness_knows_stands_in_the_table() -> None:
    # The last one needs another date and has a test of its own below.
    assert {cause_of(row) for row in TABLE} - {""} == set(FINDINGS) - {"ews-365-switch-off"}


def cause_of(row: Row) -> str:
    return row.answer.partition(" ")[2].partition(" ")[0].removeprefix("-")


@pytest.mark.parametrize("row", [row for row in TABLE if cause_of(row)], ids=lambda row: row.rule)
def test_whoever_is_named_can_fix_it(row: Row) -> None:
    *_, cause, owner, step = row.answer.split()
    assert owner in case(cause).owners or step == Step.WAIT


def test_ews_in_microsoft_365_works_with_a_warning_until_its_last_day_and_not_after() -> None:
    company, person = facts(EWS), facts({**SYNCED, "teams": "connected"})
    before = assess(TEAMS_EWS, company, person, now=NOW)
    assert (before.state, before.warning) == (State.READY, "ews-365-switch-off")

    end = datetime(2027, 4, 1, tzinfo=UTC)
    policy = Policy(freshness={Source.CRONOFY: timedelta(days=365)})
    after = assess(TEAMS_EWS, company, person, policy=policy, now=end)
    assert (after.state, after.cause, after.step) == (WAITING, "ews-365-switch-off", Step.MIGRATE_TO_GRAPH)
    assert assess(TEAMS_EWS, facts(EXCHANGE), person, policy=policy, now=end).state is State.READY
    migrated = path_for(Provider.TEAMS, facts(GRAPH))
    assert assess(migrated, facts(GRAPH), person, policy=policy, now=end).state is State.READY


def test_the_days_left_for_ews_are_counted_to_the_first_of_april_2027() -> None:
    assert ews_days_left(NOW) == 130
    assert ews_days_left(datetime(2027, 3, 31, 23, tzinfo=UTC)) == 1
    assert ews_days_left(datetime(2028, 1, 1, tzinfo=UTC)) == 0


def test_a_snooze_ends_by_itself() -> None:
    person = facts({**SYNCED, "zoom": "absent", "paused": said("yes", until="2026-11-22T13:00:00+00:00")})
    assert assess(ZOOM, facts(ACTIVE), person, now=NOW).state is State.PAUSED
    assert assess(ZOOM, facts(ACTIVE), person, now=NOW + timedelta(hours=1)).state is ACTION


def test_a_snooze_without_a_readable_end_stays() -> None:
    for until in ("tomorrow", ""):
        person = facts({**SYNCED, "zoom": "absent", "paused": said("yes", until=until)})
        assert assess(ZOOM, facts(ACTIVE), person, now=NOW).state is State.PAUSED


def test_in_guided_mode_the_persons_word_is_enough_unless_the_company_wants_proof() -> None:
    word = {"zoom": said("connected", Source.EMPLOYEE)}
    accepted = assess(ZOOM, {}, word, now=NOW)
    assert (accepted.state, accepted.proven) == (State.READY, False)

    strict = Policy(accept_reported=False)
    refused = assess(ZOOM, {}, word, policy=strict, now=NOW)
    assert (refused.state, refused.fact) == (UNKNOWN, PersonFact.ZOOM)
    proven = assess(ZOOM, facts(ACTIVE), facts(ON_ZOOM), policy=strict, now=NOW)
    assert (proven.state, proven.proven) == (State.READY, True)


def test_a_reported_prerequisite_makes_a_ready_answer_reported() -> None:
    company = facts({**GRAPH, "integration": said("active", Source.ADMIN)})
    found = assess(TEAMS, company, facts(SYNCED), now=NOW)
    assert (found.state, found.proven) == (State.READY, False)


@pytest.mark.parametrize("fact", ["integration", "calendar", "sync"])
def test_old_evidence_is_stale_and_a_fresh_look_puts_it_right(fact: str) -> None:
    old = said("graph" if fact == "calendar" else "active" if fact == "integration" else "synced", at=LONG_AGO)
    known = {**facts(GRAPH), **facts(SYNCED), fact: old}
    found = assess(TEAMS, known, known, now=NOW)
    assert (found.state, found.step, found.fact) == (State.STALE, Step.REFRESH, fact)

    again = {**known, fact: replace(old, observed_at=NOW)}
    assert assess(TEAMS, again, again, now=NOW).state is State.READY


def test_a_stale_failure_keeps_its_cause_as_the_last_known_one() -> None:
    found = assess(ZOOM, facts(ACTIVE), {"sync": said("failed", at=LONG_AGO)}, now=NOW)
    assert (found.state, found.cause, found.since) == (State.STALE, "sync-error-other", LONG_AGO)


def test_values_that_nobody_has_heard_of_say_nothing() -> None:
    assert assess(ZOOM, facts({"integration": "purple"}), facts({**SYNCED, "zoom": "absent"}), now=NOW).state is UNKNOWN
    assert assess(ZOOM, facts(ACTIVE), facts({"sync": "maybe", "zoom": "absent"}), now=NOW).state is UNKNOWN
    assert assess(ZOOM, facts(ACTIVE), facts({**SYNCED, "zoom": "half"}), now=NOW).state is UNKNOWN


def test_proof_wins_over_word_while_it_is_fresh() -> None:
    proof, word = said("absent", at=NOW - timedelta(hours=2)), said("connected", Source.EMPLOYEE)
    assert best_evidence([("zoom", word), ("zoom", proof)])["zoom"] is proof
    assert best_evidence([("zoom", proof), ("zoom", word)], now=NOW)["zoom"] is proof

    old = replace(proof, observed_at=LONG_AGO)
    assert best_evidence([("zoom", old), ("zoom", word)], now=NOW)["zoom"] is word


def test_of_two_systems_the_newer_one_counts() -> None:
    older, newer = said("synced", at=NOW - timedelta(hours=1)), said("failed", Source.MICROSOFT)
    assert best_evidence([("sync", newer), ("sync", older)])["sync"] is newer


def test_the_path_to_teams_follows_the_calendar() -> None:
    paths = {
        kind: path_for(Provider.TEAMS, facts({"calendar": kind})) for kind in ("graph", "ews", "exchange", "google")
    }
    assert paths == {"graph": TEAMS, "ews": TEAMS_EWS, "exchange": TEAMS_EWS, "google": TEAMS}
    assert path_for(Provider.TEAMS, {}) is None
    assert path_for(Provider.ZOOM, {}) is ZOOM


def test_only_three_paths_need_an_account_of_ones_own() -> None:
    assert {path for path in Path if needs_own_account(path)} == {ZOOM, TEAMS_EWS, GOTO}


def test_a_refresh_looks_at_what_the_path_needs() -> None:
    assert PersonFact.ZOOM in facts_needed(ZOOM)
    assert CompanyFact.ZOOM_APP not in facts_needed(GOTO)
    assert CompanyFact.MEET in facts_needed(MEET)


def test_a_summary_counts_every_state() -> None:
    people: list[Said] = [{**SYNCED, "zoom": "absent"}, ON_ZOOM, {**SYNCED, "zoom": said("connected", Source.EMPLOYEE)}]
    counted = summary(assess(ZOOM, facts(ACTIVE), facts(person), now=NOW) for person in people)
    assert (counted.total, counted.states[State.READY], counted.states[ACTION], counted.reported) == (3, 2, 1, 1)
    assert set(counted.states) == set(State)
    assert counted.causes == {"zoom-not-authenticated": 1}
    assert counted.owners == {Owner.EMPLOYEE: 1}
