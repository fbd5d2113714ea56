"""Tells people when a connection that they had is gone; when many break together, IT is told once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from handlers.evidence import judge
from handlers.facts import PersonFact
from handlers.messages import Button, Buttons, Note, Person, Reply, Role, Status, Text, Tone
from handlers.people import as_person
from handlers.readiness import Provider, State
from handlers.reminder_plan import Plan, is_good
from handlers.reminding import place_of
from handlers.services import Services
from handlers.texts import n, t
from storage.models import Observation

WATCHED_FACTS: Mapping[str, Provider] = {
    PersonFact.SYNC: Provider.ZOOM,  # the way back to a lost calendar is the same for every provider
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
        for together in _clusters([each for each in lost if each.fact in WATCHED_FACTS]):
            if together[-1].lost_at is None or together[-1].lost_at > now - SETTLES:
                continue
            if len(together) >= MANY:
                await _tell_it(services, company.id, together)
            else:
                for each in together:
                    await _tell_host(services, company.id, each, Plan.from_json(company.reminders))


def _clusters(lost: Sequence[Observation]) -> Iterator[list[Observation]]:
    """Losses of one kind that follow each other within an hour."""
    for fact in WATCHED_FACTS:
        cluster: list[Observation] = []
        for each in (one for one in lost if one.fact == fact):
            if cluster and _moment(each) - _moment(cluster[-1]) > TOGETHER:
                yield cluster
                cluster = []
            cluster.append(each)
        if cluster:
            yield cluster


async def _tell_host(services: Services, company: int, lost: Observation, plan: Plan) -> None:
    """Once for each loss, if it is theirs to mend, at an hour at which they work."""
    row = await services.store.people.get(company, lost.subject)
    if row is None or row.opted_out_at or not is_good(services.now(), place_of(row), plan):
        return
    verdict = await judge(services, company, row.id, WATCHED_FACTS[lost.fact])
    if verdict.state is State.ACTION_NEEDED:
        person = as_person(row)
        key = f"lost:{lost.fact}:{person.id}:{_moment(lost).isoformat()}"
        await services.outbox.send(person, _lost_card(person, lost.fact), key=key)


async def _tell_it(services: Services, company: int, lost: Sequence[Observation]) -> None:
    """One message to each IT admin, or to the owners where there is none."""
    rows = await services.store.people.all(company)
    admins = [row for row in rows if row.role == Role.IT_ADMIN] or [row for row in rows if row.role == Role.OWNER]
    for row in admins:
        person = as_person(row)
        key = f"outage:{lost[0].fact}:{person.id}:{_moment(lost[0]).isoformat()}"
        await services.outbox.send(person, _outage_card(person, lost[0].fact, len(lost)), key=key)


def _lost_card(person: Person, fact: str) -> Reply:
    language, provider = person.language, WATCHED_FACTS[fact]
    name = provider.display_name
    if fact == PersonFact.SYNC:
        status = t("Your calendar has lost its connection", language)
        label = t("Reconnect my calendar", language)
        text = t(
            "Hello {person}, nobody can plan interviews with you until your calendar is connected again. "
            "It takes about a minute.",
            language,
            person=person.first_name,
        )
    else:
        status = t("{provider} has lost its connection", language, provider=name)
        label = t("Reconnect {provider}", language, provider=name)
        text = t(
            "Hello {person}, new interviews with you get no video link until {provider} is connected again. "
            "It takes about a minute.",
            language,
            person=person.first_name,
            provider=name,
        )
    values = {"provider": provider.value}
    buttons = (
        Button(label, "connect", values, primary=True, in_place=True),
        Button(t("I don't host interviews", language), "opt_out", values, in_place=True),
        Button(t("Is this real?", language), "is_it_real"),
    )
    return (Status(Tone.WARNING, status), Text(text), Buttons(buttons))


def _outage_card(person: Person, fact: str, count: int) -> Reply:
    language, provider = person.language, WATCHED_FACTS[fact]
    what = t("calendar", language) if fact == PersonFact.SYNC else provider.display_name
    status = n(
        "{count} connection broke within an hour: {what}",
        "{count} connections broke within an hour: {what}",
        count,
        language,
        what=what,
    )
    text = t(
        "So many at once have one reason: usually a permission of the Cronofy app was withdrawn, or a policy changed. "
        "Please look there first. I have not written to the hosts.",
        language,
    )
    button = Button(t("Who hasn't connected?", language), "list_not_connected", {"provider": provider.value})
    if fact == PersonFact.SYNC:
        button = Button(t("Who isn't synced?", language), "list_not_synced")
    return (Status(Tone.BAD, status), Text(text), Buttons((button,)), Note(t("You get this once.", language)))


def _moment(lost: Observation) -> datetime:
    return lost.lost_at or lost.since
