"""From stored observations to the facts that readiness is judged by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from types import MappingProxyType

from handlers.facts import CompanyFact, Facts, PersonFact, Seen, Source
from handlers.readiness import DEFAULT_POLICY, Provider, Readiness, assess, best_evidence, path_for
from handlers.services import Services
from storage.observations import COMPANY, Observed, ObservedPerson, Settled

NOTHING: Mapping[PersonFact, str] = MappingProxyType({})
NO_HOST = {PersonFact.HOSTS: "no", PersonFact.EMPLOYMENT: "inactive"}
"""Whoever this is known of needs nothing."""


@dataclass(frozen=True, slots=True)
class Known:
    """One person and what is known about them."""

    id: int
    name: str
    email: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Judged:
    """One person and the verdict about one provider."""

    person: Known
    readiness: Readiness


async def company_facts(services: Services, company: int) -> Facts:
    await services.first_look()
    return await stored_company_facts(services, company)


async def stored_company_facts(services: Services, company: int) -> Facts:
    """The same without waiting for the first look, for what runs inside it."""
    return _facts(await services.store.observations.of(company, COMPANY), services.now())


async def facts_about(services: Services, company: int, person: int) -> tuple[Facts, Facts]:
    """What is known of the company and of one of its people."""
    await services.first_look()
    of_company, of_person = await services.store.observations.of_both(company, person)
    return _facts(of_company, services.now()), _facts(of_person, services.now())


async def person_facts(services: Services, company: int, person: int) -> Facts:
    return _facts(await services.store.observations.of(company, person), services.now())


async def facts_of(services: Services, company: int, people: Collection[int]) -> dict[int, Facts]:
    """The facts of these people alone."""
    said: defaultdict[int, list[tuple[str, Seen]]] = defaultdict(list)
    for row in await services.store.observations.of_subjects(company, people):
        said[row.subject].append(
            (row.fact, _seen(Observed(row.fact, row.source, row.value, row.detail, row.observed_at, row.since)))
        )
    now = services.now()
    return {person: best_evidence(of_one, policy=DEFAULT_POLICY, now=now) for person, of_one in said.items()}


async def judge(services: Services, company: int, person: int, provider: Provider) -> Readiness:
    """The verdict about one person from what is stored."""
    of_company, of_person = await facts_about(services, company, person)
    return assess(path_for(provider, of_company), of_company, of_person, now=services.now())


async def judge_everybody(
    services: Services, company: int, provider: Provider, *, unless: Mapping[PersonFact, str] = NOTHING
) -> list[Judged]:
    """The verdict about everybody; `unless` leaves out those of whom one of these values is beyond doubt."""
    now = services.now()
    of_company = await company_facts(services, company)
    path = path_for(provider, of_company)
    people = await facts_of_everybody(services, company, list(PersonFact), unless=unless)
    return [Judged(one, assess(path, of_company, one.facts, now=now)) for one in people]


async def judge_all(services: Services, company: int) -> dict[Provider, list[Judged]]:
    """The verdicts about everybody and every provider, from one reading."""
    now = services.now()
    of_company = await company_facts(services, company)
    people = await facts_of_everybody(services, company, list(PersonFact))
    paths = {provider: path_for(provider, of_company) for provider in Provider}
    return {
        provider: [Judged(one, assess(path, of_company, one.facts, now=now)) for one in people]
        for provider, path in paths.items()
    }


async def facts_of_everybody(
    services: Services,
    company: int,
    facts: Sequence[PersonFact],
    *,
    unless: Mapping[PersonFact, str] = NOTHING,
) -> list[Known]:
    """What is known of each person, about these facts."""
    now = services.now()
    settled = [
        Settled(fact.value, value, now - DEFAULT_POLICY.fresh_for(fact, Source.CRONOFY))
        for fact, value in unless.items()
    ]
    rows = await services.store.observations.of_people(company, [fact.value for fact in facts], unless=settled)
    return [_known(list(group), now) for _, group in groupby(rows, key=lambda row: row.id)]


def value_of(facts: Facts, fact: CompanyFact | PersonFact) -> str:
    """What is known of a fact, or an empty string while nobody has said anything."""
    seen = facts.get(fact)
    return seen.value if seen else ""


def _known(rows: Sequence[ObservedPerson], now: datetime) -> Known:
    said = [(row.seen.fact, _seen(row.seen)) for row in rows if row.seen is not None]
    first = rows[0]
    return Known(first.id, first.name, first.email, best_evidence(said, policy=DEFAULT_POLICY, now=now))


def _facts(rows: Sequence[Observed], now: datetime) -> Facts:
    return best_evidence(((row.fact, _seen(row)) for row in rows), policy=DEFAULT_POLICY, now=now)


def _seen(row: Observed) -> Seen:
    return Seen(row.value, Source(row.source), row.observed_at, row.since, row.detail)
