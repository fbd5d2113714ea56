"""Is this message real? How to check without a click, a phrase that only our company knows, and a way to report."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.campaign_cards import title_of
from handlers.campaign_hold import Hold, hold
from handlers.messages import Block, Button, Buttons, Event, Fact, Facts, Note, Person, Reply, Role, Status, Text, Tone
from handlers.moments import moment_text
from handlers.people import as_person
from handlers.router import Router
from handlers.services import Services
from handlers.texts import t
from storage.models import Campaign
from storage.states import RUNNING

router = Router()

WORDS = (
    "maple", "river", "lantern", "harbour", "cedar", "meadow", "copper", "violin", "amber", "comet", "garden", "island",
    "orchard", "pebble", "saffron", "willow", "beacon", "canyon", "feather", "glacier", "hazel", "juniper", "kettle",
    "lagoon", "marble", "nutmeg", "olive", "prairie", "quartz", "ribbon", "summit", "thistle",
)  # fmt: skip
REPORT_TO = frozenset({Role.OWNER})
TRUSTED_FOR = timedelta(days=1)
"""An owner who lets reminders go on has looked: further reports do not hold them again so soon."""


def phrase(services: Services, company: int, *, months_ago: int = 0) -> str:
    """Two words and a number that change each month: the same for everybody of a company, unknown outside it.

    A campaign can begin in one month and end in the next, so people are shown the one before, too.
    """
    now = services.now()
    month = now.year * 12 + now.month - months_ago
    made = hashlib.sha256(services.sign(f"phrase-{company}-{month}").encode()).digest()
    return f"{WORDS[made[0] % len(WORDS)]} {WORDS[made[1] % len(WORDS)]} {made[2] % 90 + 10}"


@router.on("is_it_real")
async def is_it_real(event: Event, services: Services) -> Reply:
    """The same answer from the menu and from every message that we send by ourselves."""
    person, language = event.person, event.person.language
    company = await services.store.companies.get(person.company)
    text = t(
        "Good that you ask. I am the bot that {company} uses for video interviews, and you need not trust any message:",
        language,
        company=company.name,
    )
    steps = t(
        "1. Write “connect my Zoom” here: I make a new link for you alone.\n"
        "2. Or open Personio yourself, not through a link: your personal settings, then Integrations. The same "
        "connection is there.\n"
        "3. Compare the phrase below with your admin's announcement, or with your colleagues.\n"
        "4. I never ask for a password; you enter it only on your provider's own page.",
        language,
    )
    report = Button(t("Report as suspicious", language), "report_suspicious", danger=True)
    return (Text(f"{text}\n{steps}"), await _sheet(event, services), Buttons((report,)))


@router.on("report_suspicious")
async def report_suspicious(event: Event, services: Services) -> Reply:
    """The reminders that this person gets stop for everybody, and the owners decide."""
    person, language = event.person, event.person.language
    stopped = {each.id for each in await _running(event, services) if await _hold(services, each)}
    held = [each for each in await _running(event, services) if each.id in stopped]
    services.trail.note(event, state="held" if held else "noted")
    owners = [as_person(row) for row in await services.store.roles.admins(person.company) if row.role in REPORT_TO]
    others = [owner for owner in owners if owner.id != person.id]
    for owner in others:
        alarm = _alarm(event, held, owner, phrase(services, person.company))
        await services.outbox.send(owner, alarm, key=_once(event, owner.id, held, services))
    return (Status(Tone.GOOD, t("Reported", language)), Text(_thanks(language, held=bool(held), told=bool(others))))


async def _sheet(event: Event, services: Services) -> Facts:
    """Who started it, the phrase, and where links lead."""
    person, language = event.person, event.person.language
    facts = [
        Fact(t("This month's phrase", language), phrase(services, person.company)),
        Fact(t("Last month's phrase", language), phrase(services, person.company, months_ago=1)),
        Fact(t("My links begin with", language), f"{services.public_url}/link/"),
    ]
    running = await _running(event, services)
    if not running:
        nobody = t("nobody: no reminders for you are running", language)
        return Facts((Fact(t("Who started it", language), nobody), *facts))
    started = [await _started(services, each, person) for each in running]
    return Facts((*(Fact(t("Who started it", language), each) for each in started), *facts))


async def _started(services: Services, campaign: Campaign, reader: Person) -> str:
    language = reader.language
    row = await services.store.people.get(reader.company, campaign.asked_by) if campaign.asked_by else None
    who = f"{row.name} ({row.email})" if row else t("an admin of your company", language)
    moment = moment_text(campaign.starts_at, reader.timezone, language)
    return f"{who}, {moment}"


async def _running(event: Event, services: Services) -> list[Campaign]:
    rows = await services.store.enrolments.of_person(event.person.company, event.person.id)
    return [campaign for _, campaign in rows]


async def _hold(services: Services, campaign: Campaign) -> bool:
    if campaign.state != RUNNING or _is_trusted(campaign, services.now()):
        return False
    return await hold(services, campaign, Hold.SUSPICIOUS)


def _is_trusted(campaign: Campaign, now: datetime) -> bool:
    return campaign.held_at is not None and now - campaign.held_at < TRUSTED_FOR


def _thanks(language: str, *, held: bool, told: bool) -> str:
    parts = [t("Thank you. Please don't open the link meanwhile.", language)]
    if held:
        parts.append(t("These reminders stop for everybody until an owner has looked.", language))
    if told:
        parts.append(t("I told the owners.", language))
    return " ".join(parts)


def _alarm(event: Event, held: Sequence[Campaign], owner: Person, words: str) -> Reply:
    person, language = event.person, owner.language
    text = t(
        "{person} ({email}) reported a message as suspicious. Please ask what it was. If it was not mine, warn your "
        "colleagues; if it was, tell them so together with this month's phrase: {phrase}",
        language,
        person=person.name,
        email=person.email,
        phrase=words,
    )
    blocks: list[Block] = [Status(Tone.WARNING, t("A message looks suspicious to somebody", language)), Text(text)]
    if not held:
        return tuple(blocks)
    note = t("I have held what this person gets. Nobody else gets a reminder until you let them go on.", language)
    go_on = [
        Button(t("Let them go on", language), "campaign_resume", {"campaign": str(each.id)}, primary=len(held) == 1)
        for each in held
    ]
    titles = "\n".join(f"- {title_of(each, language)}" for each in held)
    return (*blocks, Text(titles), Note(note), Buttons(tuple(go_on)))


def _once(event: Event, owner: int, held: Sequence[Campaign], services: Services) -> str:
    """One alarm a day from each person, and one for each campaign that was held: no way to flood the owners."""
    about = ",".join(str(each.id) for each in held) or "message"
    return f"suspicious:{event.person.id}:{owner}:{services.now():%Y-%m-%d}:{about}"
