"""How many people are how far with each provider, over all companies: for whoever looks after the program."""

from __future__ import annotations

import asyncio
from collections import Counter

from handlers.discretion import hides
from handlers.evidence import facts_of_everybody, stored_company_facts
from handlers.facts import PersonFact
from handlers.readiness import Provider, State, assess, path_for
from handlers.services import Services

BREATHER = 500
"""So many people are judged before whoever writes meanwhile gets their turn."""


async def count_readiness(services: Services) -> list[tuple[str, str, int]]:
    """Provider, state and number of people; groups that a works council keeps hidden are left out."""
    counts: Counter[tuple[Provider, State]] = Counter()
    for company in await services.store.companies.all():
        counts += await _of_company(services, company.id)
    return [
        (provider.value, state.value, counts[provider, state])
        for provider in Provider
        for state in State
        if not hides(services, counts[provider, state])
    ]


async def _of_company(services: Services, company: int) -> Counter[tuple[Provider, State]]:
    now = services.now()
    of_company = await stored_company_facts(services, company)
    paths = {provider: path_for(provider, of_company) for provider in Provider}
    counts: Counter[tuple[Provider, State]] = Counter()
    for number, person in enumerate(await facts_of_everybody(services, company, list(PersonFact))):
        if number % BREATHER == 0:
            await asyncio.sleep(0)
        for provider, path in paths.items():
            counts[provider, assess(path, of_company, person.facts, now=now).state] += 1
    return counts
