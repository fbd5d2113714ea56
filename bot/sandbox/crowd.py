"""A company of any size: Aurora's cast first, then as many made-up colleagues as asked for, the same for each seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from bot.sandbox.company import DOMAIN, OFFICES, Company, aurora, hiring_team
from bot.sandbox.records import Calendar, Employment, Job, Mailbox, Person, plain

FIRST_NAMES = """
Alba Amir Anna Arthur Bea Bruno Carla Cem Dana David Ella Emil Eva Farid Fiona Gabriel Greta Hana Henri Ida Ivan
Jana Jules Kira Leon Lina Louise Malik Mara Max Mila Mona Nils Noah Olga Oscar Pia Rafael Rosa Ruben Sara Simon
Tara Tim Ugo Valérie Viktor Wanda Yara Zoé
"""
LAST_NAMES = """
Abadi Ahrens Albrecht Arnaud Baptiste Becker Blanc Bosch Carter Colin Dahl Diallo Dietrich Dubois Ebert Evans
Ferrari Fontaine Frank Gauthier Graf Haas Hansen Hughes Ito Jansen Kaya Keller König Laurent Lopez Martin Meier
Mercier Morgan Müller Neumann Ortega Pereira Perrin Quinn Richter Robin Rossi Sauer Silva Simon Turner Vidal
Zhang
"""
LANGUAGES = {"Berlin": "de", "Munich": "de", "Lyon": "fr", "London": "en", "Lisbon": "en"}
DEPARTMENTS = ("Engineering", "Product", "Sales", "Marketing", "Support", "Finance", "People", "Operations")
MAILBOXES = (Mailbox.STANDARD, Mailbox.MISSING, Mailbox.DISABLED, Mailbox.FOREIGN, Mailbox.SHARED)
STATUSES = (Employment.ACTIVE, Employment.LEAVE, Employment.INACTIVE)
CONNECTIONS = ((), (("zoom", True),), (("zoom", False),), (("zoom", True), ("go_to", True)))
TEAM = 6


def generate(size: int, seed: int = 1, *, calendar: Calendar = Calendar.GRAPH) -> Company:
    """Below forty: the first of the cast; above: the cast and a crowd."""
    company = aurora(calendar)
    if size <= len(company.people):
        return _shortened(company, size=size)
    random = Random(seed)
    crowd = tuple(_crowd(size - len(company.people), random))
    hosts = [person for person in crowd if person.status != Employment.INACTIVE and random.random() < 0.7]
    connections = random.choices(CONNECTIONS, weights=(50, 44, 3, 3), k=len(crowd))
    return replace(
        company,
        people=company.people + crowd,
        jobs=company.jobs + tuple(_jobs(hosts)),
        conferencing=dict(company.conferencing)
        | {person.email: links for person, links in zip(crowd, connections, strict=True)},
        lost_calendars=company.lost_calendars | {person.email for person in crowd if random.random() < 0.01},
    )


def _shortened(company: Company, *, size: int) -> Company:
    people = company.people[:size]
    known = {person.id for person in people}
    teams = (
        replace(job, team=tuple(member for member in job.team if member.person_id in known)) for job in company.jobs
    )
    return replace(company, people=people, jobs=tuple(job for job in teams if job.team))


def _crowd(count: int, random: Random) -> Iterator[Person]:
    taken: dict[str, int] = {}
    first_names, last_names = FIRST_NAMES.split(), LAST_NAMES.split()
    offices = random.choices(tuple(OFFICES), weights=(35, 25, 20, 15, 5), k=count)
    mailboxes = random.choices(MAILBOXES, weights=(930, 30, 15, 20, 5), k=count)
    statuses = random.choices(STATUSES, weights=(955, 25, 20), k=count)
    for number, (office, mailbox, status) in enumerate(zip(offices, mailboxes, statuses, strict=True)):
        first_name, last_name = random.choice(first_names), random.choice(last_names)
        local = f"{plain(first_name)}.{plain(last_name)}"
        taken[local] = taken.get(local, 0) + 1
        numbered = local if taken[local] == 1 else f"{local}{taken[local]}"
        # about one in a hundred shares the address of somebody with the same name
        shared = taken[local] > 1 and random.random() < 0.01
        yield Person(
            id=str(24_300_000 + number),
            first_name=first_name,
            last_name=last_name,
            email=f"{local if shared else numbered}@{_domain(mailbox)}",
            office=office,
            department=random.choice(DEPARTMENTS),
            language=LANGUAGES[office] if random.random() < 0.8 else "en",
            timezone=OFFICES[office],
            status=status,
            mailbox=mailbox,
        )


def _domain(mailbox: Mailbox) -> str:
    return "hiringhelp.example" if mailbox == Mailbox.FOREIGN else DOMAIN


def _jobs(hosts: list[Person]) -> Iterator[Job]:
    for number, start in enumerate(range(0, len(hosts), TEAM)):
        team = hosts[start : start + TEAM]
        department = team[0].department
        yield Job(
            id=str(820_001 + number),
            name=f"{department} role {number + 1}",
            department=department,
            team=hiring_team(team),
        )
