"""Aurora GmbH, the fictional company of forty people that the demo and the tests know by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.sandbox.records import Calendar, Employment, GoToSeat, Job, Mailbox, Member, Person, ZoomUser, plain

DOMAIN = "aurora.example"

OFFICES: Mapping[str, str] = {
    "Berlin": "Europe/Berlin",
    "Munich": "Europe/Berlin",
    "Lyon": "Europe/Paris",
    "London": "Europe/London",
    "Lisbon": "Europe/Lisbon",
}

# first name | last name | office | language | department | what is special | address, if not first name @ domain
CAST = """
Ada|Lindqvist|Berlin|en|People|zoom
Ben|Okafor|London|en|Engineering
Ines|Moreau|Lyon|fr|IT
Dieter|Vogel|Munich|de|Engineering
Clara|Hoffmann|Berlin|de|Engineering|zoom
Marc|Lefèvre|Lyon|fr|Sales|zoom
Priya|Raman|London|en|Product|zoom go_to
Jonas|Weber|Munich|de|Product|zoom
Élodie|Garnier|Lyon|fr|Marketing|zoom
Tomasz|Nowak|Berlin|en|Engineering|zoom
Sofia|Almeida|Lisbon|en|Support|zoom
Lukas|Brandt|Berlin|de|Finance|zoom
Grace|Adeyemi|London|en|Sales|zoom
Camille|Rousseau|Lyon|fr|Engineering
Hannah|Schulz|Berlin|de|Product
Oliver|Bennett|London|en|Marketing|zoom-pending goto-invited
Matteo|Ricci|Munich|en|Sales|zoom-missing goto-missing
Juliette|Bernard|Lyon|fr|People|teams-unlicensed goto-unlicensed
Felix|Krüger|Munich|de|Support
Aisha|Khan|London|en|Engineering|zoom-basic
Nora|Fischer|Berlin|de|Engineering|zoom-lost
Hugo|Petit|Lyon|fr|Sales|zoom calendar-lost
Rita|Sandoval|London|en|People|foreign|rita@hiringhelp.example
Théo|Marchand|Lyon|fr|Product|onboarding missing
Paul|Girard|Lyon|fr|Support||lyon.team@aurora.example
Manon|Faure|Lyon|fr|Support||lyon.team@aurora.example
Interview|Desk|Berlin|de|People|shared|interviews@aurora.example
Stefan|Maier|Munich|de|Finance|disabled
Lena|Hartmann|Berlin|de|Product|leave
George|Whitfield|London|en|Sales|inactive disabled
Yusuf|Demir|Berlin|de|IT
Chloé|Lambert|Lyon|fr|Finance|zoom
Emma|Clarke|London|en|Legal
Anton|Bauer|Munich|de|Operations
Beatriz|Costa|Lisbon|en|Support
Karin|Wolf|Berlin|de|Legal
Louis|Chevalier|Lyon|fr|Operations
Samuel|Reed|London|en|IT|zoom
Vera|Novak|Berlin|en|Engineering
Miguel|Santos|Lisbon|en|Operations
"""

# job | department | hiring team by first name; the first is the hiring manager, the last the recruiter
JOBS = """
Backend Engineer|Engineering|Clara Ben Tomasz Nora Ada
Frontend Engineer|Engineering|Dieter Camille Aisha Rita
Product Manager|Product|Priya Hannah Jonas Théo Lena Ada
Account Executive|Sales|Grace Marc Matteo George Juliette
Key Account Manager|Sales|Hugo Marc Juliette
Content Designer|Marketing|Élodie Oliver Rita
Support Specialist|Support|Sofia Felix Paul Manon Interview
Financial Controller|Finance|Lukas Stefan Ada
"""


@dataclass(frozen=True, slots=True)
class Company:
    """How a world begins."""

    name: str
    domain: str
    calendar: Calendar
    people: tuple[Person, ...]
    jobs: tuple[Job, ...]
    conferencing: Mapping[str, tuple[tuple[str, bool], ...]]
    """Per address: provider, and whether the connection still holds."""
    lost_calendars: frozenset[str]


def aurora(calendar: Calendar = Calendar.GRAPH) -> Company:
    """The forty people; the table above says what is special about whom."""
    rows = [[cell.strip() for cell in (line + "||").split("|")] for line in CAST.split("\n") if line]
    people = tuple(_person(row, number=number) for number, row in enumerate(rows))
    marks = {person.email: row[5].split() for person, row in zip(people, rows, strict=True)}
    return Company(
        name="Aurora GmbH",
        domain=DOMAIN,
        calendar=calendar,
        people=people,
        jobs=tuple(_jobs({person.first_name: person for person in people})),
        conferencing={email: tuple(_connections(words)) for email, words in marks.items()},
        lost_calendars=frozenset(email for email, words in marks.items() if "calendar-lost" in words),
    )


def _person(row: list[str], *, number: int) -> Person:
    first_name, last_name, office, language, department, special, address = row[:7]
    words = special.split()
    return Person(
        id=str(24_205_100 + number),
        first_name=first_name,
        last_name=last_name,
        email=address or f"{plain(first_name)}@{DOMAIN}",
        office=office,
        department=department,
        language=language,
        timezone=OFFICES[office],
        status=next((status for status in Employment if status.lower() in words), Employment.ACTIVE),
        mailbox=next((mailbox for mailbox in Mailbox if mailbox in words), Mailbox.STANDARD),
        zoom=next((user for user in ZoomUser if f"zoom-{user}" in words), ZoomUser.ACTIVE),
        goto=next((seat for seat in GoToSeat if f"goto-{seat}" in words), GoToSeat.LICENSED),
        teams_licence="teams-unlicensed" not in words,
    )


def _connections(words: list[str]) -> Iterator[tuple[str, bool]]:
    for word in words:
        match word:
            case "zoom" | "go_to":
                yield word, True
            case "zoom-lost":
                yield "zoom", False


def _jobs(by_name: Mapping[str, Person]) -> Iterator[Job]:
    for number, line in enumerate(JOBS.strip().split("\n")):
        name, department, names = line.split("|")
        people = [by_name[first_name] for first_name in names.split()]
        yield Job(id=str(810_001 + number), name=name, department=department, team=hiring_team(people))


def hiring_team(people: list[Person]) -> tuple[Member, ...]:
    """The first is the hiring manager, the last the recruiter, the others interview."""
    roles = ["Hiring Manager", *["Interviewer"] * (len(people) - 2), "Recruiter"]
    return tuple(Member(person_id=person.id, role=role) for person, role in zip(people, roles, strict=False))
