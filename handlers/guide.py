"""The guide: an admin says "set up Zoom" and is led to the end, step by step, each checked."""

from __future__ import annotations

from handlers import causes, guide_words
from handlers.connect import named_provider
from handlers.evidence import company_facts, value_of
from handlers.facts import CompanyFact, Source
from handlers.faults import fault_note
from handlers.guide_check import look, redraw, show
from handlers.guide_state import Survey, survey
from handlers.guide_steps import GuideStep, Stand
from handlers.messages import Button, Buttons, Event, Form, Heading, Input, InputKind, Note, Reply, Status, Text, Tone
from handlers.readiness import Provider
from handlers.router import Router
from handlers.services import Services
from handlers.texts import t
from handlers.wording import numbered
from storage.observations import COMPANY, NewObservation
from storage.setups import DONE, OPEN, SKIPPED

router = Router()

BY_WORD = {
    GuideStep.INTEGRATION: (CompanyFact.INTEGRATION, "active"),
    GuideStep.MEET: (CompanyFact.MEET, "on"),
    GuideStep.ZOOM_APP: (CompanyFact.ZOOM_APP, "all_users"),
}
"""What an admin's word says where no system can be asked."""
ASKED_OF_CRONOFY = frozenset({GuideStep.INTEGRATION, GuideStep.SYNCED, GuideStep.SIGNED_IN, GuideStep.PROOF})
KINDS = frozenset({"google", "graph", "ews", "exchange"})
_FITTING = {"google": Provider.GOOGLE_MEET, "graph": Provider.TEAMS, "ews": Provider.TEAMS, "exchange": Provider.TEAMS}


@router.on_admin("setup_provider")
async def setup_provider(event: Event, services: Services) -> Reply:
    provider = named_provider(event)
    if provider is None:
        return await _which_provider(event, services)
    problem = await look(services, event.person.company, provider)
    found = await survey(services, event.person.company, provider)
    reply = await show(services, event, found, step=event.values.get("step", ""))
    return (*reply, fault_note(problem, event.person.language)) if problem else reply


@router.on_admin("zoom_app")
async def zoom_app(event: Event, services: Services) -> Reply:
    """The step of the guide where it is due; otherwise the instruction alone, and what comes before."""
    language = event.person.language
    found = await survey(services, event.person.company, Provider.ZOOM)
    if found.offers(GuideStep.ZOOM_APP):
        return await show(services, event, found, step=GuideStep.ZOOM_APP)
    return (
        Heading(guide_words.title(GuideStep.ZOOM_APP, found.path, language)),
        Text(numbered(causes.fix("zoom-app-not-approved", language))),
        Note(t("In the set-up of Zoom other steps come first.", language)),
        Buttons((Button(t("Open the set-up", language), "setup_provider", {"provider": "zoom"}, primary=True),)),
    )


@router.on_admin("guide_check")
async def guide_check(event: Event, services: Services) -> Reply:
    provider, step = named_provider(event), event.values.get("step", "")
    if provider is None:
        return await _which_provider(event, services)
    problem = await look(services, event.person.company, provider, step=step)
    note = fault_note(problem, _language(event)) if problem else None
    return await _after(event, services, provider, step=step, problem=note)


@router.on_admin("guide_done")
async def guide_done(event: Event, services: Services) -> Reply:
    """ "Done, check it": a system's word where there is one, otherwise the person's."""
    provider = named_provider(event)
    if provider is None:
        return await _which_provider(event, services)
    note = await confirm(services, event.person.company, provider, event.values.get("step", ""), event=event)
    return await _after(event, services, provider, step="", problem=note)


async def confirm(services: Services, company: int, provider: Provider, step: str, *, event: Event) -> Note | None:
    """Check a step that somebody says is done; their word counts where nothing can be asked."""
    problem = await look(services, company, provider, step=step)
    found = await survey(services, company, provider)
    standing = found.standing(step)
    if problem is not None:
        return fault_note(problem, _language(event))
    if standing is None or not found.offers(step):
        return None
    if standing.stand is not Stand.GOOD and not (found.direct and step in ASKED_OF_CRONOFY):
        await _take_word(services, found, standing.step, event=event)
        standing = (await survey(services, company, provider)).standing(step)
    if standing is not None and standing.stand not in (Stand.GOOD, Stand.SKIPPED):
        return Note(
            t("I looked again, and it is not there yet: {step}", _language(event), step=_title(found, step, event))
        )
    return None


@router.on_admin("guide_skip")
async def guide_skip(event: Event, services: Services) -> Reply:
    language = _language(event)
    reason = Input("reason", t("Why is it not needed?", language), InputKind.MULTILINE, max_length=300)
    kept = {key: event.values[key] for key in ("provider", "step", "version") if key in event.values}
    return (Form(t("Skip this step", language), "guide_skip_save", (reason,), t("Skip it", language), kept),)


@router.on_admin("guide_skip_save")
async def guide_skip_save(event: Event, services: Services) -> Reply:
    language, reason = _language(event), event.values.get("reason", "").strip()
    if not reason:
        error = t("Please write a few words, so that your colleagues understand it.", language)
        field = Input("reason", t("Why is it not needed?", language), InputKind.MULTILINE, error=error, max_length=300)
        kept = {key: event.values[key] for key in ("provider", "step", "version") if key in event.values}
        return (Form(t("Skip this step", language), "guide_skip_save", (field,), t("Skip it", language), kept),)
    done = await _mark(event, services, status=SKIPPED, note=reason[:300])
    if not done:
        return (Text(_was_faster(language)),)
    return (Status(Tone.NEUTRAL, t("Skipped. The set-up goes on with the next step.", language)),)


@router.on_admin("guide_resume")
async def guide_resume(event: Event, services: Services) -> Reply:
    provider = named_provider(event)
    if provider is None:
        return await _which_provider(event, services)
    done = await _mark(event, services, status=OPEN)
    note = None if done else Note(_was_faster(_language(event)))
    return await _after(event, services, provider, step=event.values.get("step", ""), problem=note)


@router.on_admin("guide_calendar")
async def guide_calendar(event: Event, services: Services) -> Reply:
    """Somebody says which calendar it is; where Cronofy knows, Cronofy's word stays the stronger one."""
    provider, kind = named_provider(event), event.values.get("kind", "")
    if provider is None or kind not in KINDS:
        return await _which_provider(event, services)
    word = NewObservation(COMPANY, CompanyFact.CALENDAR, Source.ADMIN, kind)
    await services.store.observations.save(event.person.company, [word], services.now())
    return await _after(event, services, provider, step="")


async def _after(
    event: Event, services: Services, provider: Provider, *, step: str, problem: Note | None = None
) -> Reply:
    """The card after a change, for this person and for everybody else who looks at it."""
    found = await survey(services, event.person.company, provider)
    standing = found.standing(step)
    stay = step if standing is not None and standing.stand is not Stand.GOOD else ""
    reply = await show(services, event, found, step=stay)
    await redraw(services, event.person.company, provider=provider.value, but=event.person.id)
    return (*reply, problem) if problem else reply


async def _mark(event: Event, services: Services, *, status: str, note: str = "") -> bool:
    """Write what somebody said about a step that is on offer, unless a colleague was faster."""
    provider, step = named_provider(event), event.values.get("step", "")
    version = event.values.get("version", "")
    if provider is None or not version.isdecimal():
        return False
    company = event.person.company
    found = await survey(services, company, provider)
    if not found.offers(step):
        return False
    written = await services.store.setups.mark(
        company,
        found.path_name,
        step,
        status=status,
        now=services.now(),
        version=int(version),
        person=event.person.id,
        note=note,
    )
    await redraw(services, company, provider=provider.value, but=event.person.id if status == OPEN else 0)
    return written


async def _take_word(services: Services, found: Survey, step: GuideStep, *, event: Event) -> None:
    person, company = event.person, event.person.company
    if step in BY_WORD:
        fact, value = BY_WORD[step]
        word = NewObservation(COMPANY, fact, Source.ADMIN, value)
        await services.store.observations.save(company, [word], services.now())
        return
    if step in (GuideStep.CALENDAR, GuideStep.WHICH_TEAMS):
        return  # "done" does not say which calendar it is: the card has a button for each
    standing = found.standing(step)
    version = standing.mark.version if standing and standing.mark else 0
    await services.store.setups.mark(
        company, found.path_name, step, status=DONE, now=services.now(), version=version, person=person.id
    )


async def _which_provider(event: Event, services: Services) -> Reply:
    """Which one shall it be; the one that comes with the calendar is named first."""
    language = _language(event)
    kind = value_of(await company_facts(services, event.person.company), CompanyFact.CALENDAR)
    best = _FITTING.get(kind)
    order = sorted(Provider, key=lambda each: each is not best)
    buttons = tuple(
        Button(each.display_name, "setup_provider", {"provider": each.value}, primary=each is best) for each in order
    )
    text = t("Which one do you want to use for interviews?", language)
    if best is not None:
        advice = t("{provider} fits your company's calendar best.", language, provider=best.display_name)
        text = f"{text} {advice}"
    return (Text(text), Buttons(buttons))


def _title(found: Survey, step: str, event: Event) -> str:
    return guide_words.title(GuideStep(step), found.path, _language(event))


def _was_faster(language: str) -> str:
    return t("A colleague was faster: the set-up shows what they did.", language)


def _language(event: Event) -> str:
    return event.person.language
