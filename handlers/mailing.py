"""The e-mail for hosts, sent by the company's own mail server: counted first, confirmed once, watched to its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from handlers.addressees import Addressee, Addressees, addressees_of
from handlers.connect import named_provider
from handlers.genuine import phrase
from handlers.mailing_card import confirm, nobody, not_configured, progress, refused
from handlers.messages import Event, Heading, Reply, Text
from handlers.people import as_person
from handlers.readiness import Provider
from handlers.router import Router
from handlers.serialize import to_json
from handlers.services import Services
from handlers.template import Letter, in_use, needs_account, write_letter
from handlers.texts import t
from providers.base import ProviderError
from storage.deliveries import NewDelivery
from storage.mailings import Sent

router = Router()
MAIL = "mail"
"""The name of the channel."""


@router.on_admin("email_send")
async def email_send(event: Event, services: Services) -> Reply:
    """Who would get it; nothing is sent."""
    if services.mail is None:
        return not_configured(event)
    found = await _addressees(event, services)
    if not found.people:
        return nobody(found, event, services)
    services.trail.note(event, about=(one.person.id for one in found.people))
    return confirm(found, event, services)


@router.on_admin("email_send_now")
async def email_send_now(event: Event, services: Services) -> Reply:
    """The mail server is tried first: when it cannot be used, nothing is begun and the button stays."""
    if services.mail is None:
        return not_configured(event)
    found = await _addressees(event, services)
    if not found.people:
        return nobody(found, event, services)
    try:
        await services.mail.check()
    except ProviderError as error:
        return refused(error, event)
    services.trail.note(event, about=(one.person.id for one in found.people))
    today = await _today(event, services)
    words = phrase(services, event.person.company)
    letters = [_delivery(one, event, key=f"{today}{one.person.id}", words=words) for one in found.people]
    services.outbox.post(await services.store.deliveries.add(letters, services.now()))
    return await _card(event, services)


@router.on_admin("email_test")
async def email_test(event: Event, services: Services) -> Reply:
    """The letter to the admin alone, as a host would get it."""
    if services.mail is None:
        return not_configured(event)
    try:
        await services.mail.check()
    except ProviderError as error:
        return refused(error, event)
    row = await services.store.people.get(event.person.company, event.person.id)
    if row is None or "@" not in row.email:
        return (Text(t("I don't know your e-mail address.", event.person.language)),)
    providers = await _providers(event, services)
    at_once = [each for each in providers if not await needs_account(services, event.person.company, each)]
    one = Addressee(as_person(row), tuple(each for each in providers if each not in at_once), tuple(at_once))
    words = phrase(services, event.person.company)
    letter = _delivery(one, event, key=f"mailtest:{uuid4()}", words=words)
    services.outbox.post(await services.store.deliveries.add([letter], services.now()))
    return (Text(t("I have sent it to {address}.", event.person.language, address=row.email)),)


@router.on_admin("email_progress")
async def email_progress(event: Event, services: Services) -> Reply:
    return await _card(event, services)


@router.on_admin("email_stop")
async def email_stop(event: Event, services: Services) -> Reply:
    await services.store.mailings.stop(event.person.company, await _today(event, services))
    return await _card(event, services)


@router.on_admin("email_again")
async def email_again(event: Event, services: Services) -> Reply:
    """Those who did not get it; nobody who did gets it again."""
    if services.mail is None:
        return not_configured(event)
    try:
        await services.mail.check()
    except ProviderError as error:
        return refused(error, event, again="email_again")
    today = await _today(event, services)
    services.outbox.post(await services.store.mailings.again(event.person.company, today, services.now()))
    return await _card(event, services)


async def follow(services: Services) -> None:
    """Bring the cards of today's e-mails up to date by themselves; the same state is told once."""
    if services.mail is None:
        return
    for company in await services.store.companies.all():
        sent = await services.store.mailings.of(company.id, _keys(services, company.timezone))
        settled = sum(1 for each in sent if each.state not in ("queued", "sending"))
        for card in {each.card for each in sent if each.card and settled}:
            key = f"mailcard:{card}:{settled}"
            if not await services.store.mailings.of(company.id, key):
                await _bring_up_to_date(services, company.id, card, sent, key=key)


async def _bring_up_to_date(services: Services, company: int, card: str, sent: Sequence[Sent], *, key: str) -> None:
    shown = await services.store.deliveries.get(card)
    row = await services.store.people.get(company, shown.person_id) if shown and shown.person_id else None
    if row is None or not as_person(row).is_admin:
        return
    names = {each.id: each.name or each.email for each in await services.store.people.all(company)}
    reply = progress(sent, names, Event(as_person(row), "email_progress"), services, problem=None)
    await services.outbox.send(as_person(row), reply, key=key, replaces=card)


async def _card(event: Event, services: Services) -> Reply:
    """How far today's e-mails are; a server that cannot be used is said to be so while some are waiting."""
    company = event.person.company
    sent = await services.store.mailings.of(company, await _today(event, services))
    names = {row.id: row.name or row.email for row in await services.store.people.all(company)}
    problem: ProviderError | None = None
    if any(each.state == "queued" for each in sent) and event.intent == "email_progress" and services.mail is not None:
        try:
            await services.mail.check()
        except ProviderError as error:
            problem = error
    return progress(sent, names, event, services, problem=problem)


async def _addressees(event: Event, services: Services) -> Addressees:
    company = event.person.company
    written = await services.store.mailings.of(company, await _today(event, services))
    already = {each.person for each in written if each.person is not None}
    return await addressees_of(
        services, company, await _providers(event, services), already=already, since=services.now() - timedelta(days=1)
    )


async def _providers(event: Event, services: Services) -> list[Provider]:
    named = named_provider(event)
    return [named] if named else await in_use(services, event.person.company)


async def _today(event: Event, services: Services) -> str:
    """What the keys of today's e-mails begin with: nobody gets two on one day, whatever is pressed."""
    company = await services.store.companies.get(event.person.company)
    return _keys(services, company.timezone)


def _keys(services: Services, timezone: str) -> str:
    return f"mail:{services.now().astimezone(ZoneInfo(timezone)).date()}:"


def _delivery(one: Addressee, event: Event, *, key: str, words: str) -> NewDelivery:
    person = one.person
    letter = write_letter(one.providers, person.language, at_once=one.at_once, phrase=words)
    return NewDelivery(
        id=str(uuid4()),
        company_id=person.company,
        person_id=person.id,
        channel=MAIL,
        workspace=MAIL,
        account=person.email,
        # For an e-mail, where it is talked about: the card that follows it.
        conversation=event.answer,
        reply=to_json(_as_reply(letter, event, person.language)),
        key=key,
        language=person.language,
    )


def _as_reply(letter: Letter, event: Event, language: str) -> Reply:
    why = t("{person} asked me to send this to everybody who hosts interviews.", language, person=event.person.name)
    return (Heading(letter.subject), Text(letter.body), Text(why))
