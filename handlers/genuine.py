"""Is this message real? How to check without a click, a phrase that only our company knows, and a way to report."""

from __future__ import annotations

import hashlib

from handlers.messages import Button, Buttons, Event, Fact, Facts, Note, Reply, Role, Status, Text, Tone
from handlers.people import as_person
from handlers.router import Router
from handlers.services import Services
from handlers.texts import t

router = Router()

WORDS = (
    "maple", "river", "lantern", "harbour", "cedar", "meadow", "copper", "violin", "amber", "comet", "garden", "island",
    "orchard", "pebble", "saffron", "willow", "beacon", "canyon", "feather", "glacier", "hazel", "juniper", "kettle",
    "lagoon", "marble", "nutmeg", "olive", "prairie", "quartz", "ribbon", "summit", "thistle",
)  # fmt: skip
REPORT_TO = frozenset({Role.OWNER})


def phrase(services: Services, company: int) -> str:
    """Two words and a number that change each week: the same for everybody of a company, unknown outside it."""
    year, week, _ = services.now().isocalendar()
    made = hashlib.sha256(services.sign(f"phrase-{company}-{year}-{week}").encode()).digest()
    return f"{WORDS[made[0] % len(WORDS)]} {WORDS[made[1] % len(WORDS)]} {made[2] % 90 + 10}"


@router.on("is_it_real")
async def is_it_real(event: Event, services: Services) -> Reply:
    language, company = event.person.language, await services.store.companies.get(event.person.company)
    text = t(
        "I am the bot that {company} uses for video interviews. You never need a link from a message: write “connect "
        "my Zoom” here, and I make one for you alone. I never ask for a password.",
        language,
        company=company.name,
    )
    facts = Facts(
        (
            Fact(t("My links begin with", language), f"{services.public_url}/link/"),
            Fact(t("This week's phrase", language), phrase(services, event.person.company)),
        )
    )
    note = t("The phrase is the same for all your colleagues: compare it with theirs, or with your admin's.", language)
    report = Button(t("Report as suspicious", language), "report_suspicious", danger=True)
    return (Text(text), facts, Note(note), Buttons((report,)))


@router.on("report_suspicious")
async def report_suspicious(event: Event, services: Services) -> Reply:
    person, language = event.person, event.person.language
    services.trail.note(event)
    for row in await services.store.roles.admins(person.company):
        owner = as_person(row)
        if owner.role in REPORT_TO and owner.id != person.id:
            await services.outbox.send(owner, _alarm(event, owner.language), key=_once(event, owner.id, services))
    text = t("Thank you. I told the owners, who will look into it. Please don't open the link meanwhile.", language)
    return (Status(Tone.GOOD, t("Reported", language)), Text(text))


def _alarm(event: Event, language: str) -> Reply:
    person = event.person
    text = t(
        "{person} ({email}) reported a message as suspicious. Please ask what it was. If it was not mine, warn your "
        "colleagues; if it was, tell them so together with this week's phrase.",
        language,
        person=person.name,
        email=person.email,
    )
    show = Button(t("Show this week's phrase", language), "is_it_real")
    return (Status(Tone.WARNING, t("A message looks suspicious to somebody", language)), Text(text), Buttons((show,)))


def _once(event: Event, owner: int, services: Services) -> str:
    """One alarm a day from each person: a report is no way to flood the owners."""
    return f"suspicious:{event.person.id}:{owner}:{services.now():%Y-%m-%d}"
