"""Who cannot be written to and why, and the chat accounts that belong to nobody in the HR system."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby

from handlers.discretion import sees_names
from handlers.evidence import judge_all
from handlers.messages import Button, Buttons, Event, Person, Reply, Status, Table, Text, Tone
from handlers.needs import hosts_in
from handlers.pages import first_of, page_of
from handlers.router import Router
from handlers.services import Services
from handlers.texts import n, t
from storage.reach import Reached

router = Router()
PAGE = 15
CHATS = {"slack": "Slack", "teams": "Microsoft Teams"}


@dataclass(frozen=True, slots=True)
class Missed:
    """A host who can be written to in no chat."""

    person: int
    name: str
    reasons: tuple[tuple[str, str], ...]
    """Chat and cause of each account; none when there is no account."""


@router.on_admin("unreachable")
async def unreachable(event: Event, services: Services) -> Reply:
    """Who can be written to in no chat, each with the reason and who can change it."""
    language = event.person.language
    missed = await missed_hosts(
        services, event.person.company, hosts_in(await judge_all(services, event.person.company))
    )
    if not missed:
        return (Status(Tone.GOOD, t("I can write to every host.", language)),)
    title = _missed_title(len(missed), language)
    page = page_of(event, missed, PAGE)
    services.trail.note(event, about=(one.person for one in page.items))
    table = Table(
        caption=t("Who, and why", language),
        columns=(t("Name", language), t("Why", language)),
        rows=tuple((one.name, _why(one, services, language)) for one in page.items),
        total=len(missed),
        previous=page.previous,
        following=page.following,
    )
    return (Status(Tone.WARNING, title), table)


@router.on_admin("unmatched")
async def unmatched(event: Event, services: Services) -> Reply:
    """Accounts of the chats whose e-mail address nobody in the HR system has."""
    language, reach = event.person.language, services.store.reach
    count = await reach.count_unmatched(event.person.company)
    if not count:
        return (Status(Tone.GOOD, t("Every chat account belongs to somebody in Personio.", language)),)
    title = _unmatched_title(count, language)
    first = first_of(event, count, PAGE)
    page = page_of(event, range(count), PAGE)
    rows = await reach.unmatched(event.person.company, first=first, most=PAGE)
    table = Table(
        caption=t("Accounts without a person", language),
        columns=(t("E-mail", language), t("Chat", language)),
        rows=tuple((one.email, _chat(one.channel, language)) for one in rows),
        total=count,
        previous=page.previous,
        following=page.following,
    )
    text = t(
        "I match people by their e-mail address. If one of these works for you, the address in Personio or in the "
        "chat has to be corrected so that both are the same; I notice it by myself.",
        language,
    )
    return (Status(Tone.WARNING, title), table, Text(text))


async def reach_section(reader: Person, services: Services, hosts: Collection[int]) -> Reply:
    """Two lines of the dashboard, and the ways to the lists behind them."""
    if not sees_names(services, reader):
        return ()
    language, company = reader.language, reader.company
    missed = len(await missed_hosts(services, company, hosts))
    strange = await services.store.reach.count_unmatched(company)
    lines = [
        (missed, _missed_title(missed, language), Button(t("Who can't you reach?", language), "unreachable")),
        (strange, _unmatched_title(strange, language), Button(t("Which accounts?", language), "unmatched")),
    ]
    told = [(title, button) for count, title, button in lines if count]
    if not told:
        return ()
    return (*(Status(Tone.WARNING, title) for title, _ in told), Buttons(tuple(button for _, button in told)))


async def missed_hosts(services: Services, company: int, hosts: Collection[int]) -> list[Missed]:
    """Of these people, those whom no chat takes a message for; by name."""
    rows = [row for row in await services.store.reach.accounts(company, services.chats()) if row.person in hosts]
    by_person = [list(same) for _, same in groupby(rows, key=lambda row: row.person)]
    return [_missed(same) for same in by_person if not _is_reached(same)]


def _is_reached(accounts: Iterable[Reached]) -> bool:
    return any(one.channel and not one.cause for one in accounts)


def _missed(accounts: list[Reached]) -> Missed:
    reasons = tuple((one.channel, one.cause) for one in accounts if one.channel)
    return Missed(accounts[0].person, accounts[0].name or accounts[0].email, reasons)


def _why(one: Missed, services: Services, language: str) -> str:
    if one.reasons:
        return " ".join(dict.fromkeys(services.why_unreachable(chat, cause, language) for chat, cause in one.reasons))
    chats = ", ".join(_chat(chat, language) for chat in services.chats())
    return t("No account with this person's e-mail address in {chats}.", language, chats=chats)


def _chat(channel: str, language: str) -> str:
    return CHATS.get(channel) or t("the web chat", language)


def _missed_title(count: int, language: str) -> str:
    return n("I cannot write to {count} host", "I cannot write to {count} hosts", count, language)


def _unmatched_title(count: int, language: str) -> str:
    return n(
        "{count} chat account belongs to nobody in Personio",
        "{count} chat accounts belong to nobody in Personio",
        count,
        language,
    )
