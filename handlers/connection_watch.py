"""Tells people when a connection that they had is gone; when many break together, IT is told once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from handlers.facts import PersonFact
from handlers.messages import Button, Buttons, Note, Person, Reply, Role, Status, Text, Tone
from handlers.people import as_person
from handlers.readiness import Provider
from handlers.reminder_plan import Plan, is_good
from handlers.reminding import place_of
from handlers.services import Services
from handlers.texts import n, t
from storage.models import Observation

PROVIDERS: Mapping[str, Provider] = {
    PersonFact.ZOOM: Provider.ZOOM,
    PersonFact.TEAMS: Provider.TEAMS,
    PersonFact.GOTO: Provider.GOTO,
}
WATCHED = timedelta(days=2)
SETTLES = timedelta(minutes=2)
"""What breaks together is rarely seen in the same second."""
TOGETHER = timedelta(hours=1)
MANY = 5
"""So many losses of one kind within an hour have one reason, which is not in the hands of each host."""


async def watch_connections(services: Services) -> None:
    now = services.now()
    for company in await services.store.companies.all():
        lost = await services.store.observations.lost(company.id, now - WATCHED)
        for together in _clusters([each for each in lost if each.fact in PROVIDERS]):
            if together[-1].lost_at is None or together[-1].lost_at > now - SETTLES:
                continue
            if len(together) >= MANY:
                await _tell_it(services, company.id, together)
            else:
                for each in together:
                    await _tell_host(services, company.id, each, Plan.from_json(company.reminders))


def _clusters(lost: Sequence[Observation]) -> Iterator[list[Observation]]:
    """Losses of one kind that follow each other within an hour."""
    for fact in PROVIDERS:
        cluster: list[Observation] = []
        for each in (one for one in lost if one.fact == fact):
            if cluster and _moment(each) - _moment(cluster[-1]) > TOGETHER:
                yield cluster
                cluster = []
            cluster.append(each)
        if cluster:
            yield cluster


async def _tell_host(services: Services, company: int, lost: Observation, plan: Plan) -> None:
    """Once for each loss, at an hour at which the person works."""
    row = await services.store.people.get(company, lost.subject)
    if row is None or row.opted_out_at or not is_good(services.now(), place_of(row), plan):
        return
    person, provider = as_person(row), PROVIDERS[lost.fact]
    key = f"lost:{lost.fact}:{person.id}:{_moment(lost).isoformat()}"
    await services.outbox.send(person, _lost_card(person, provider), key=key)


async def _tell_it(services: Services, company: int, lost: Sequence[Observation]) -> None:
    """One message to each IT admin, or to the owners where there is none."""
    rows = await services.store.people.all(company)
    admins = [row for row in rows if row.role == Role.IT_ADMIN] or [row for row in rows if row.role == Role.OWNER]
    for row in admins:
        person = as_person(row)
        key = f"outage:{lost[0].fact}:{person.id}:{_moment(lost[0]).isoformat()}"
        await services.outbox.send(person, _outage_card(person, PROVIDERS[lost[0].fact], len(lost)), key=key)


def _lost_card(person: Person, provider: Provider) -> Reply:
    language, name = person.language, provider.display_name
    values = {"provider": provider.value}
    buttons = (
        Button(t("Reconnect {provider}", language, provider=name), "connect", values, primary=True, in_place=True),
        Button(t("I don't host interviews", language), "opt_out", values, in_place=True),
        Button(t("Is this real?", language), "is_real", values),
    )
    text = t(
        "Hello {person}, your {provider} has lost its connection, so new interviews get no video link. "
        "Reconnecting takes about a minute.",
        language,
        person=person.first_name,
        provider=name,
    )
    status = Status(Tone.WARNING, t("{provider} has lost its connection", language, provider=name))
    return (status, Text(text), Buttons(buttons))


def _outage_card(person: Person, provider: Provider, count: int) -> Reply:
    language, name = person.language, provider.display_name
    status = n(
        "{count} {provider} connection broke within an hour",
        "{count} {provider} connections broke within an hour",
        count,
        language,
        provider=name,
    )
    text = t(
        "So many at once have one reason: usually a permission of the Cronofy app was withdrawn, or a policy changed. "
        "Please check the app at {provider} first. I have not written to the hosts.",
        language,
        provider=name,
    )
    button = Button(t("Who hasn't connected?", language), "list_not_connected", {"provider": provider.value})
    return (Status(Tone.BAD, status), Text(text), Buttons((button,)), Note(t("You get this once.", language)))


def _moment(lost: Observation) -> datetime:
    return lost.lost_at or lost.since
