"""What a person can answer to a reminder: later, not me, why me."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.connect import named_provider
from handlers.evidence import person_facts
from handlers.facts import PersonFact, Source
from handlers.messages import Button, Buttons, Event, Fact, Facts, Means, Note, Person, Reply, Status, Text, Tone
from handlers.moments import moment_text
from handlers.people import as_person
from handlers.readiness import Provider
from handlers.reminder_plan import Place, Plan, good_moment
from handlers.router import Router
from handlers.services import Services
from handlers.texts import n, t
from handlers.wording import evidence_note
from storage.models import Campaign, Enrolment
from storage.observations import NewObservation
from storage.states import ACTIVE

router = Router()
MOST_SNOOZES = 3
LATER = timedelta(hours=3)
FURTHEST = timedelta(days=60)


@router.on("snooze")
async def snooze(event: Event, services: Services) -> Reply:
    """Put the next reminder off; the moment is a working hour of the person's own."""
    language, wanted = event.person.language, event.values.get("when", "")
    active = await _active(event, services)
    if not active:
        return (Text(t("I have no reminder planned for you, so there is nothing to put off.", language)),)
    enrolment, campaign = active[0]
    if event.values.get("snoozes", str(enrolment.snoozes)) != str(enrolment.snoozes) and enrolment.snoozed_until:
        # The same button once more: an impatient finger uses up one time, not three.
        return _put_off(event, campaign, enrolment.snoozed_until, left=MOST_SNOOZES - enrolment.snoozes)
    if enrolment.snoozes >= MOST_SNOOZES:
        return _no_more(event, campaign)
    place, plan = await _place(event.person, services)
    moment = _moment(wanted, services.now(), place, plan)
    if moment is None:
        return _ask_when(event, enrolment, services.now(), place, plan)
    for each, _ in active:
        await services.store.enrolments.snooze(each.id, snoozes=each.snoozes, until=moment)
    paused = NewObservation(event.person.id, PersonFact.PAUSED, Source.EMPLOYEE, "yes", {"until": moment.isoformat()})
    await services.store.observations.save(event.person.company, [paused], services.now())
    return _put_off(event, campaign, moment, left=MOST_SNOOZES - enrolment.snoozes - 1)


@router.on("opt_out")
async def opt_out(event: Event, services: Services) -> Reply:
    """Asked back first: it takes somebody out of the list of hosts that admins rely on."""
    language, kept = event.person.language, _kept(event)
    text = t(
        "Shall I note that you host no interviews? I stop reminding you. Your admins see it and can undo it.", language
    )
    yes = Button(
        t("Yes, I host no interviews", language),
        "opt_out_confirmed",
        kept,
        primary=True,
        in_place=True,
        means=Means.YES,
    )
    no = Button(t("No, keep me in", language), "opt_out_refused", kept, in_place=True, means=Means.NO)
    return (Text(text), Buttons((yes, no)))


@router.on("opt_out_confirmed")
async def opt_out_confirmed(event: Event, services: Services) -> Reply:
    person, language, now = event.person, event.person.language, services.now()
    await services.store.enrolments.opt_out(person.company, person.id, now)
    word = NewObservation(person.id, PersonFact.HOSTS, Source.EMPLOYEE, "no")
    await services.store.observations.save(person.company, [word], now)
    back = Button(t("I do host interviews", language), "opt_in", _kept(event), in_place=True)
    return (
        Status(Tone.GOOD, t("Noted: you host no interviews. I won't remind you any more.", language)),
        Buttons((back,)),
    )


@router.on("opt_out_refused")
async def opt_out_refused(event: Event, services: Services) -> Reply:
    language = event.person.language
    provider = named_provider(event)
    values = {"provider": provider.value} if provider else {}
    button = Button(t("Connect now", language), "connect", values, primary=True, in_place=True)
    later = Button(t("Remind me later", language), "snooze", values, in_place=True)
    return (Text(t("All right, nothing was changed.", language)), Buttons((button, later)))


@router.on("opt_in")
async def opt_in(event: Event, services: Services) -> Reply:
    language = event.person.language
    await let_back_in(services, event.person, Source.EMPLOYEE)
    button = Button(t("Connect now", language), "connect", _kept(event), primary=True, in_place=True)
    return (Status(Tone.GOOD, t("Good: you are in the list of hosts again.", language)), Buttons((button,)))


@router.on("why_me")
async def why_me(event: Event, services: Services) -> Reply:
    """Who asked, why, how many more, who sees the answer."""
    language, person = event.person.language, event.person
    mine = [each for each in await services.store.enrolments.of_person(person.company, person.id) if _fits(event, each)]
    if not mine:
        return (Text(t("Nobody has asked me to remind you of anything.", language)),)
    enrolment, campaign = mine[0]
    asker = await _asker(services, campaign)
    facts = [
        Fact(t("Who asked", language), asker.name if asker else t("an admin of your company", language)),
        Fact(t("Since when", language), moment_text(campaign.starts_at, person.timezone, language)),
        Fact(t("How many more", language), _how_many(enrolment, campaign, language)),
    ]
    if enrolment.state == ACTIVE and enrolment.next_at:
        moment = moment_text(enrolment.next_at, person.timezone, language)
        facts.append(Fact(t("Next one", language), moment))
    why = t(
        "You are on the list of people who interview, and {provider} is not connected for you yet. Your HR and IT "
        "admins see whether it is connected. Nobody sees your appointments or messages through me.",
        language,
        provider=Provider(campaign.provider).display_name,
    )
    seen = [each for fact, each in (await person_facts(services, person.company, person.id)).items() if fact in _SHOWN]
    return (Text(why), Facts(tuple(facts)), evidence_note(seen, services.now(), language))


async def let_back_in(services: Services, person: Person, source: Source) -> None:
    """Reminders go on, from the next working day; whoever said it is the evidence."""
    place, plan = await _place(person, services)
    tomorrow = good_moment(services.now() + timedelta(days=1), place, plan)
    await services.store.enrolments.opt_in(person.company, person.id, tomorrow)
    word = NewObservation(person.id, PersonFact.HOSTS, Source.EMPLOYEE, "yes")
    words = [word] if source is Source.EMPLOYEE else [word, NewObservation(person.id, PersonFact.HOSTS, source, "yes")]
    await services.store.observations.save(person.company, words, services.now())


_SHOWN = frozenset({PersonFact.HOSTS, PersonFact.ZOOM, PersonFact.TEAMS, PersonFact.GOTO})


async def _active(event: Event, services: Services) -> Sequence[tuple[Enrolment, Campaign]]:
    rows = await services.store.enrolments.of_person(event.person.company, event.person.id)
    return [each for each in rows if each[0].state == ACTIVE and _fits(event, each)]


def _fits(event: Event, row: tuple[Enrolment, Campaign]) -> bool:
    provider = named_provider(event)
    return provider is None or row[1].provider == provider


async def _place(person: Person, services: Services) -> tuple[Place, Plan]:
    row = await services.store.people.get(person.company, person.id)
    plan = Plan.from_json((await services.store.companies.get(person.company)).reminders)
    return Place(person.timezone, row.office if row else "", person.id), plan


async def _asker(services: Services, campaign: Campaign) -> Person | None:
    row = await services.store.people.get(campaign.company_id, campaign.asked_by) if campaign.asked_by else None
    return as_person(row) if row else None


def _kept(event: Event) -> dict[str, str]:
    return {key: value for key, value in event.values.items() if key == "provider"}


def _moment(wanted: str, now: datetime, place: Place, plan: Plan) -> datetime | None:
    """The working hour that somebody means; None when nothing was said, or nothing that can be."""
    match wanted:
        case "later":
            return good_moment(now + LATER, place, plan)
        case "tomorrow":
            return good_moment(_midnight(now, place, days=1), place, plan)
        case "next_week":
            return good_moment(_midnight(now, place, days=7 - now.astimezone(place.zone).weekday()), place, plan)
    try:
        moment = datetime.fromisoformat(wanted)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=place.zone)
    return good_moment(aware, place, plan) if now < aware <= now + FURTHEST else None


def _midnight(now: datetime, place: Place, *, days: int) -> datetime:
    day = now.astimezone(place.zone).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=place.zone)


def _ask_when(event: Event, enrolment: Enrolment, now: datetime, place: Place, plan: Plan) -> Reply:
    language = event.person.language
    options = [("tomorrow", t("Tomorrow", language)), ("next_week", t("Next week", language))]
    later = good_moment(now + LATER, place, plan)
    if later.astimezone(place.zone).date() == now.astimezone(place.zone).date():
        options.insert(0, ("later", t("Later today", language)))
    kept = {**_kept(event), "snoozes": str(enrolment.snoozes)}
    buttons = tuple(Button(name, "snooze", {**kept, "when": value}, in_place=True) for value, name in options)
    text = t("When shall I remind you? You can also write it, such as “on Friday at 3 pm”.", language)
    return (Text(text), Buttons(buttons))


def _put_off(event: Event, campaign: Campaign, moment: datetime, *, left: int) -> Reply:
    language = event.person.language
    values = {"provider": campaign.provider}
    when = moment_text(moment, event.person.timezone, language)
    note = n("You can put it off {count} more time.", "You can put it off {count} more times.", left, language)
    if not left:
        note = t("That was the last time that I could put it off.", language)
    button = Button(t("Connect now", language), "connect", values, in_place=True)
    return (
        Status(Tone.NEUTRAL, t("I will remind you again: {moment}", language, moment=when)),
        Note(note),
        Buttons((button,)),
    )


def _no_more(event: Event, campaign: Campaign) -> Reply:
    language = event.person.language
    values = {"provider": campaign.provider}
    text = t(
        "You have put it off three times already. It takes about two minutes; or tell me that you host no interviews.",
        language,
    )
    buttons = (
        Button(t("Connect now", language), "connect", values, primary=True, in_place=True),
        Button(t("I don't host interviews", language), "opt_out", values, in_place=True),
    )
    return (Text(text), Buttons(buttons))


def _how_many(enrolment: Enrolment, campaign: Campaign, language: str) -> str:
    left = max(0, len(campaign.days) - enrolment.attempt) if enrolment.state == ACTIVE else 0
    return n("at most {count} more reminder", "at most {count} more reminders", left, language)
