"""The detective: several people tried and nobody came back, so perhaps an approval is missing."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.discretion import hides
from handlers.evidence import company_facts
from handlers.facts import CompanyFact
from handlers.messages import Button, Buttons, Reply, Role, Status, Text, Tone
from handlers.people import as_person
from handlers.readiness import Provider
from handlers.services import Services
from handlers.texts import n, t
from storage.links import DONE, REFUSED, USED

ENOUGH = 3
"""So many people have to have tried without anybody getting through."""
LATELY = timedelta(days=3)
NEEDS_APPROVAL = (Provider.ZOOM, Provider.TEAMS, Provider.GOTO)


async def tried_in_vain(services: Services, company: int, provider: Provider, *, since: datetime | None = None) -> int:
    """How many people followed their link to this provider lately, if none of them got through; otherwise 0.

    A campaign is held when this is not 0: the next person would fail as well.
    """
    states = await services.store.links.ends(company, provider.value, since or services.now() - LATELY)
    failed = sum(1 for state in states.values() if state in (USED, REFUSED))
    return 0 if DONE in states.values() or failed < ENOUGH else failed


async def has_succeeded(services: Services, company: int, provider: Provider, *, since: datetime) -> bool:
    """Whether anybody got through to this provider since then, by a link or in whatever other way."""
    states = await services.store.links.ends(company, provider.value, since)
    return DONE in states.values() or await services.store.standings.connected_since(company, provider.value, since)


async def watch_for_approvals(services: Services, company: int) -> None:
    """One message to the IT admins, or the HR admins where there are none; once per provider and week."""
    facts = await company_facts(services, company)
    for provider in NEEDS_APPROVAL:
        app = facts.get(CompanyFact.ZOOM_APP) if provider is Provider.ZOOM else None
        count = await tried_in_vain(services, company, provider)
        if count and (app is None or app.value != "all_users"):
            await ask_for_approval(services, company, provider, count)


async def ask_for_approval(services: Services, company: int, provider: Provider, count: int) -> None:
    """One message to those who can do something about it; once per provider and week."""
    rows = await services.store.people.all(company)
    admins = [row for row in rows if row.role == Role.IT_ADMIN] or [row for row in rows if row.role == Role.OWNER]
    week = services.now().strftime("%G-%V")
    for row in admins:
        key = f"detective:{provider}:{row.id}:{week}"
        told = 0 if hides(services, count) else count
        await services.outbox.send(as_person(row), _news(provider, told, row.language), key=key)


def _news(provider: Provider, count: int, language: str) -> Reply:
    """Without a number where it would show a small group."""
    name = provider.display_name
    title = t("Several people tried to connect {provider}, and nobody got through", language, provider=name)
    if count:
        title = n(
            "{count} person tried to connect {provider}, and nobody got through",
            "{count} people tried to connect {provider}, and nobody got through",
            count,
            language,
            provider=name,
        )
    text = t(
        "Most often an approval is missing: an administrator of {provider} has to allow the Cronofy app for everybody "
        "first. Please look at it before more people try.",
        language,
        provider=name,
    )
    topic = "zoom_app" if provider is Provider.ZOOM else "setup_provider"
    values = {"provider": provider.value}
    return (
        Status(Tone.WARNING, title),
        Text(text),
        Buttons((Button(t("Open the set-up", language), topic, values, primary=True),)),
    )
