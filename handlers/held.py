"""An account that is not the person's own: held back, explained, disconnected on request or confirmed by an admin."""

from __future__ import annotations

import structlog

from handlers.access import person_session
from handlers.connect import named_provider
from handlers.discretion import WHO_ACT
from handlers.evidence import person_facts
from handlers.facts import Seen
from handlers.messages import Button, Buttons, Event, Means, Note, Person, Reply, Status, Text, Tone
from handlers.people import as_person
from handlers.readiness import Provider
from handlers.refresh import OWN_FACT, refresh_person
from handlers.router import Router
from handlers.services import Services
from handlers.texts import t
from providers.base import ProviderError

LOG = structlog.get_logger(__name__)
router = Router()


@router.on("disconnect")
async def disconnect(event: Event, services: Services) -> Reply:
    """End a connection of one's own at Cronofy, after a question."""
    person, language, provider = event.person, event.person.language, named_provider(event)
    seen = await _connected(services, person, provider) if provider else None
    if provider is None or seen is None or not seen.detail.get("profile_id"):
        return (Text(t("I see no account of yours that I could disconnect.", language)),)
    if event.values.get("sure") != "yes":
        return _ask_if_sure(provider, str(seen.detail.get("account", "")), language)
    services.trail.note(event, about=(person.id,))
    session = await person_session(services, person.company, person.id)
    try:
        if session is None:
            return _by_hand(provider, language)
        await session.revoke_profile(str(seen.detail["profile_id"]))
    except ProviderError as error:
        LOG.warning("profile_not_revoked", status=error.status)
        return _by_hand(provider, language)
    await refresh_person(services, person)
    text = t("{provider} is disconnected.", language, provider=provider.display_name)
    return (Status(Tone.GOOD, text), _connect_again(provider, language))


@router.on("claim_account")
async def claim_account(event: Event, services: Services) -> Reply:
    """ "It is mine": somebody who may say so is asked."""
    person, language, provider = event.person, event.person.language, named_provider(event)
    seen = await _connected(services, person, provider) if provider else None
    account = str(seen.detail.get("account", "")) if seen else ""
    if provider is None or not account:
        return (Text(t("I see no account that anybody would have to confirm.", language)),)
    asked = 0
    for row in await services.store.roles.admins(person.company):
        admin = as_person(row)
        if admin.role in WHO_ACT and admin.id != person.id:
            key = f"claim:{person.id}:{provider}:{admin.id}:{services.now():%Y-%m-%d}"
            await services.outbox.send(admin, _question(person, provider, account, admin.language), key=key)
            asked += 1
    if not asked:
        return (Text(t("There is no other admin who could confirm it.", language)),)
    return (Status(Tone.NEUTRAL, t("I asked your admins to confirm it, and tell you what they say.", language)),)


@router.on("allow_account", roles=WHO_ACT)
async def allow_account(event: Event, services: Services) -> Reply:
    """An admin confirms the address; never for oneself, and never an address of somebody else here."""
    language, provider = event.person.language, named_provider(event)
    person = await _other(event, services)
    seen = await _connected(services, person, provider) if person and provider else None
    account = str(seen.detail.get("account", "")).lower() if seen else ""
    if person is None or provider is None or not account or account != event.values.get("account", "").lower():
        return (Text(t("There is nothing to confirm any more.", language)),)
    if await services.store.people.with_email(person.company, account):
        services.trail.note(event, about=(person.id,), outcome="refused")
        return (Status(Tone.WARNING, t("This address is somebody else's here, so I cannot take it.", language)),)
    await services.store.people.add_alias(person.company, person.id, account)
    services.trail.note(event, about=(person.id,))
    await refresh_person(services, person)
    told = t("{admin} confirmed that {account} is yours.", person.language, admin=event.person.name, account=account)
    await services.outbox.send(person, (Status(Tone.GOOD, told),), key=f"allowed:{person.id}:{provider}:{account}")
    text = t("{account} counts as the account of {person} from now on.", language, account=account, person=person.name)
    return (Status(Tone.GOOD, text),)


def _ask_if_sure(provider: Provider, account: str, language: str) -> Reply:
    name = provider.display_name
    text = t("Disconnect {provider} ({account}) from your interviews?", language, provider=name, account=account)
    agreed = {"provider": provider.value, "sure": "yes"}
    buttons = (
        Button(t("Yes, disconnect it", language), "disconnect", agreed, danger=True, in_place=True, means=Means.YES),
        Button(t("No, leave it as it is", language), "cancel", in_place=True, means=Means.NO),
    )
    return (Text(text), Buttons(buttons))


def _by_hand(provider: Provider, language: str) -> Reply:
    text = t(
        "Cronofy did not take it. You can do it yourself: sign in to {provider} with that account, open its list of "
        "added apps, and remove Cronofy there.",
        language,
        provider=provider.display_name,
    )
    return (Status(Tone.WARNING, t("It is still connected", language)), Text(text))


def _connect_again(provider: Provider, language: str) -> Buttons:
    label = t("Connect {provider}", language, provider=provider.display_name)
    return Buttons((Button(label, "connect", {"provider": provider.value}, primary=True),))


def _question(person: Person, provider: Provider, account: str, language: str) -> Reply:
    text = t(
        "{person} ({email}) says that {account} is their own {provider} account. Is it?",
        language,
        person=person.name,
        email=person.email,
        account=account,
        provider=provider.display_name,
    )
    values = {"person": str(person.id), "provider": provider.value, "account": account}
    buttons = (
        Button(t("Yes, it is theirs", language), "allow_account", values, in_place=True, means=Means.YES),
        Button(t("No, leave it as it is", language), "cancel", in_place=True, means=Means.NO),
    )
    return (Text(text), Note(t("Only confirm it if you know the address.", language)), Buttons(buttons))


async def _other(event: Event, services: Services) -> Person | None:
    wanted = event.values.get("person", "")
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 16) or int(wanted) == event.person.id:
        return None
    row = await services.store.people.get(event.person.company, int(wanted))
    return as_person(row) if row else None


async def _connected(services: Services, person: Person, provider: Provider | None) -> Seen | None:
    facts = await person_facts(services, person.company, person.id)
    return facts.get(OWN_FACT[provider]) if provider else None
