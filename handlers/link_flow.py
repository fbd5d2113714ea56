"""What happens behind a link: off to Cronofy, back again, and the proof that it worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hmac import compare_digest

import structlog

from handlers import links
from handlers.access import person_session, save_tokens
from handlers.evidence import value_of
from handlers.guide_check import redraw
from handlers.links import CALENDAR, CONNECT, EXPORT, Followed, make_link
from handlers.messages import Buttons, Link, Person, Reply, Status, Text, Tone
from handlers.next_step import state_of
from handlers.people import as_person
from handlers.readiness import Provider, State
from handlers.refresh import CRONOFY_NAMES, OWN_FACT, WRONG_ACCOUNT, refresh_connection, refresh_integration
from handlers.services import Services
from handlers.situation import situation_of
from handlers.sync import ask_for_hosts
from handlers.texts import t
from providers.base import NotAuthorised, NotFound, ProviderError
from storage.grants import SERVICE_ACCOUNT
from storage.links import DONE, HELD, REFUSED
from storage.models import LinkToken

LOG = structlog.get_logger(__name__)
LOOK_FOR = timedelta(hours=1)
"""How long a connection that was begun is looked for before people have to ask themselves."""


class Outcome(StrEnum):
    """How a way to an outside page ended, as far as is known."""

    CONNECTED = "connected"
    REFUSED = "refused"
    NOT_YET = "not_yet"
    HELD = "held"
    """Connected, but with an account that is not the person's own."""
    CANNOT_TELL = "cannot_tell"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Result:
    """What the page says after the return."""

    outcome: Outcome
    followed: Followed


async def leave(services: Services, followed: Followed) -> str | None:
    """Consume an open link; returns the outside address to go to, or None when somebody was faster.

    Raises ProviderError when the outside system does not answer; the link stays usable then.
    """
    link, person = followed.link, followed.person
    if link is None or person is None or services.cronofy is None:
        return None
    nonce = await links.use(services, link)
    if nonce is None:
        return None
    try:
        return await _outside(services, link, person, nonce)
    except ProviderError:
        await services.store.links.reopen(link.id)
        raise


async def come_back(services: Services, nonce: str, *, refused: bool) -> Result:
    """The browser returned: believe nothing that the address says, ask Cronofy."""
    followed = await links.came_back(services, nonce)
    if followed.link is None or followed.person is None or followed.link.purpose != CONNECT:
        return Result(Outcome.UNKNOWN, followed)
    outcome = await _outcome(services, followed.link, followed.person)
    if outcome is Outcome.NOT_YET and refused:
        outcome = Outcome.REFUSED
    await _tell(services, followed.link, followed.person, outcome)
    return Result(outcome, followed)


async def connect_calendar(services: Services, state: str, code: str, *, browser: str) -> Result:
    """The admin returned with a code for the company's calendar; `state` is the link's nonce.

    `browser` is what the browser that left was given: a code that somebody else slips in counts for nothing.
    """
    followed = await links.came_back(services, state)
    link, person = followed.link, followed.person
    if link is None or person is None or link.purpose != CALENDAR or services.cronofy is None:
        return Result(Outcome.UNKNOWN, followed)
    if not compare_digest(browser.encode(), link.token_hash.encode()):
        return Result(Outcome.UNKNOWN, followed)
    if not code:
        await _tell(services, link, person, Outcome.REFUSED)
        return Result(Outcome.REFUSED, followed)
    try:
        granted = await services.cronofy.exchange(code, redirect_uri=_calendar_return(services))
    except NotAuthorised:
        # The page was reloaded: the code was used the first time.
        known = await services.store.grants.get(person.company, SERVICE_ACCOUNT)
        return Result(Outcome.CONNECTED if known else Outcome.REFUSED, followed)
    except ProviderError:
        return Result(Outcome.CANNOT_TELL, followed)
    await save_tokens(services, person.company, SERVICE_ACCOUNT, granted.tokens)
    await refresh_integration(services, person.company)
    await _tell(services, link, person, Outcome.CONNECTED)
    await _read_calendars(services, person.company)
    return Result(Outcome.CONNECTED, followed)


async def _read_calendars(services: Services, company: int) -> None:
    """Begin at once with what would follow within minutes; whoever set this up sees the next step."""
    try:
        await ask_for_hosts(services, company, unless_asked_since=services.now())
    except ProviderError as error:
        LOG.warning("calendars_not_asked_for", status=error.status)
    await redraw(services, company)


async def renew(services: Services, followed: Followed) -> bool:
    """Send the person a new link in the chat; the one who opened the old one learns nothing."""
    link, person = followed.link, followed.person
    if link is None or person is None or not await services.store.links.renew(link.id):
        return False
    key = f"renew:{link.id}:{services.now():%Y-%m-%dT%H}"
    if link.purpose != CONNECT:
        return bool(await services.outbox.send(person, await _another(services, link, person), key=key))
    reply = await state_of(services, person, Provider(link.provider), card=link.card)
    return bool(await services.outbox.send(person, reply, key=key))


async def send_own(services: Services, person: Person, forwarded: LinkToken) -> bool:
    """A link of one's own for somebody who was forwarded another person's."""
    reply = await state_of(services, person, Provider(forwarded.provider), card="")
    key = f"own:{forwarded.id}:{person.id}:{services.now():%Y-%m-%dT%H}"
    return bool(await services.outbox.send(person, reply, key=key))


async def _another(services: Services, link: LinkToken, person: Person) -> Reply:
    url = await make_link(services, person, purpose=link.purpose, card="")
    text = t("Here is a new link to connect the calendar.", person.language)
    label = t("Connect the calendar", person.language)
    if link.purpose == EXPORT:
        text = t(
            "The link below leads to a file with everything that is stored about you. It works once.", person.language
        )
        label = t("Download my data", person.language)
    return (Text(text), Buttons((Link(label, url, primary=True),)))


async def look_again(services: Services) -> int:
    """Look for the results of links that were followed lately; returns how many were found."""
    now = services.now()
    found = 0
    for link in await services.store.links.unfinished(
        used_before=now - timedelta(seconds=5), used_after=now - LOOK_FOR
    ):
        row = await services.store.people.get(link.company_id, link.person_id)
        if row is None or link.purpose != CONNECT:
            continue
        outcome = await _outcome(services, link, as_person(row))
        if outcome in (Outcome.CONNECTED, Outcome.HELD):
            await _tell(services, link, as_person(row), outcome)
            found += 1
    return found


async def _outside(services: Services, link: LinkToken, person: Person, nonce: str) -> str:
    cronofy = services.cronofy
    if cronofy is None:
        raise ValueError("There is a link, but Cronofy is not configured.")
    if link.purpose == CALENDAR:
        return cronofy.admin_url(redirect_uri=_calendar_return(services), state=nonce)
    provider = Provider(link.provider)
    situation = await situation_of(services, person, provider, card=link.card)
    if situation.lost_calendar:
        return situation.lost_calendar
    seen = situation.facts.get(OWN_FACT[provider])
    if seen and seen.value == "disconnected" and seen.detail.get("relink_url"):
        return str(seen.detail["relink_url"])
    session = await person_session(services, person.company, person.id)
    if session is None:
        raise NotFound("Cronofy", "making a link to connect")
    return await session.conferencing_link(CRONOFY_NAMES[provider], f"{services.public_url}/connected/{nonce}")


def _calendar_return(services: Services) -> str:
    return f"{services.public_url}/oauth/cronofy/callback"


async def _outcome(services: Services, link: LinkToken, person: Person) -> Outcome:
    if await refresh_connection(services, person) is not None:
        return Outcome.CANNOT_TELL
    provider = Provider(link.provider)
    situation = await situation_of(services, person, provider, card=link.card)
    state = situation.verdict.state
    if situation.verdict.cause == WRONG_ACCOUNT:
        return Outcome.HELD
    # Their own part is done, although somebody else may still have to do theirs.
    done = value_of(situation.facts, OWN_FACT[provider]) == "connected" and state is not State.ACTION_NEEDED
    return Outcome.CONNECTED if done or state is State.READY else Outcome.NOT_YET


async def _tell(services: Services, link: LinkToken, person: Person, outcome: Outcome) -> None:
    """Bring the card in the chat up to date; the same result is told once."""
    match outcome:
        case Outcome.CONNECTED:
            await services.store.links.finish(link.id, DONE)
        case Outcome.REFUSED:
            await services.store.links.finish(link.id, REFUSED)
        case Outcome.HELD:
            await services.store.links.finish(link.id, HELD)
        case _:
            return
    reply = await _news(services, link, person, outcome)
    await services.outbox.send(person, reply, key=f"link:{link.id}:{outcome}", replaces=link.card)


async def _news(services: Services, link: LinkToken, person: Person, outcome: Outcome) -> Reply:
    language = person.language
    if link.purpose == CALENDAR and outcome is Outcome.CONNECTED:
        text = t("I am reading your people's calendars now. Ask me “who isn't synced” in a minute.", language)
        return (Status(Tone.GOOD, t("The calendar integration is active.", language)), Text(text))
    if outcome in (Outcome.CONNECTED, Outcome.HELD):
        return await state_of(services, person, Provider(link.provider), card=link.card)
    if link.purpose == CALENDAR:
        return (Status(Tone.WARNING, t("The calendar was not connected.", language)),)
    name = Provider(link.provider).display_name
    text = t(
        "{provider} did not let the connection through. If it said that the app is not approved, your IT admin has to "
        "approve Cronofy first. Otherwise just try again.",
        language,
        provider=name,
    )
    again = await state_of(services, person, Provider(link.provider), card=link.card)
    return (Status(Tone.WARNING, t("{provider} was not connected", language, provider=name)), Text(text), *again)
