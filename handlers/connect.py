"""An employee connects their own video account; each path has its own answer."""

from __future__ import annotations

from handlers.facts import Source
from handlers.faults import fault_note
from handlers.messages import Button, Buttons, Event, Reply, Text
from handlers.next_step import state_of
from handlers.readiness import Provider
from handlers.refresh import OWN_FACT, refresh_person
from handlers.router import Router
from handlers.services import Services
from handlers.texts import t
from storage.observations import NewObservation

router = Router()


@router.on("connect")
async def connect(event: Event, services: Services) -> Reply:
    provider = named_provider(event)
    if provider is None:
        return _ask_which(event)
    problem = await refresh_person(services, event.person)
    reply = await state_of(services, event.person, provider, card=event.answer)
    return (*reply, fault_note(problem, event.person.language)) if problem else reply


@router.on("done")
async def done(event: Event, services: Services) -> Reply:
    """ "I've done it": looked up live where that is possible, taken on their word where it is not."""
    provider = named_provider(event)
    if provider is None:
        return _ask_which(event)
    if not services.is_direct:
        word = NewObservation(event.person.id, OWN_FACT[provider], Source.EMPLOYEE, "connected")
        await services.store.observations.save(event.person.company, [word], services.now())
    return await connect(event, services)


def named_provider(event: Event) -> Provider | None:
    """The provider that the event names, if it is one of ours."""
    value = event.values.get("provider", "")
    return Provider(value) if value in set(Provider) else None


def _ask_which(event: Event) -> Reply:
    buttons = tuple(Button(each.display_name, event.intent, {"provider": each.value}) for each in Provider)
    return (Text(t("Which one do you use for interviews?", event.person.language)), Buttons(buttons))
