"""Proof: an admin has a test interview made for one host or for all, and sees what came of it."""

from __future__ import annotations

from handlers.connect import named_provider
from handlers.discretion import hides
from handlers.evidence import company_facts, judge_everybody, value_of
from handlers.facts import PersonFact
from handlers.guide_check import redraw
from handlers.guide_rules import hosts_among
from handlers.guide_state import path_name, survey
from handlers.guide_steps import GuideStep
from handlers.guide_words import in_personio
from handlers.messages import Button, Buttons, Event, Heading, Note, Reply, Status, Text, Tone
from handlers.people import as_person
from handlers.proof_card import draw_run
from handlers.proof_run import advance, look, start
from handlers.readiness import Provider, needs_own_account, path_for
from handlers.refresh import OWN_FACT
from handlers.router import Router
from handlers.services import Services
from handlers.support import support
from handlers.texts import n, t
from storage.models import Proof
from storage.proofs import QUEUED, WAITING
from storage.setups import DONE

router = Router()
MOST_CHOICES = 5
OFTEN_REDRAWN = 20
"""Runs up to this size are redrawn at every result, larger ones at every tenth."""


@router.on_admin("test_interview")
async def test_interview(event: Event, services: Services) -> Reply:
    language, provider = event.person.language, named_provider(event)
    if provider is None:
        buttons = tuple(Button(each.display_name, "test_interview", {"provider": each.value}) for each in Provider)
        return (Text(t("With which provider?", language)), Buttons(buttons))
    if not services.is_direct:
        return _in_personio(provider, language)
    hosts = await _able(services, event.person.company, provider)
    chosen = event.values.get("person", "")
    if chosen.isdecimal():
        return await _run(event, services, provider, [int(chosen)])
    if not hosts:
        text = t("Nobody is far enough for a test interview yet. The set-up says what comes first.", language)
        open_it = Button(t("Open the set-up", language), "setup_provider", {"provider": provider.value}, primary=True)
        return (Text(text), Buttons((open_it,)))
    values = {"provider": provider.value}
    # Whoever can be tested is ready already: in the works-council mode only the asker is offered.
    offered = [one for one in hosts if not services.works_council or one[0] == event.person.id]
    choices = [Button(name, "test_interview", {**values, "person": str(id)}) for id, name in offered[:MOST_CHOICES]]
    everybody = n("All {count} host", "All {count} hosts", len(hosts), language)
    if hides(services, len(hosts)):
        everybody = t("All hosts", language)
    text = t("In whose calendar? The interview is private, without guests, at night, and deleted again.", language)
    return (Text(text), Buttons((*choices, Button(everybody, "test_everybody", values))))


@router.on_admin("test_everybody")
async def test_everybody(event: Event, services: Services) -> Reply:
    """Many calendars are touched, so it is said how many, and confirmed."""
    language, provider = event.person.language, named_provider(event)
    if provider is None or not services.is_direct:
        return await test_interview(event, services)
    hosts = await _able(services, event.person.company, provider)
    if event.values.get("sure") == "yes" and hosts:
        return await _run(event, services, provider, [id for id, _ in hosts])
    text = n(
        "I would make a test interview in the calendar of {count} host, and delete it again.",
        "I would make a test interview in the calendars of {count} hosts, and delete each again.",
        len(hosts),
        language,
    )
    if hides(services, len(hosts)):
        text = t("I would make a test interview in each host's calendar, and delete it again.", language)
    sure = Button(t("Start", language), "test_everybody", {**event.values, "sure": "yes"}, primary=True, in_place=True)
    return (Text(text), Buttons((sure, Button(t("Open the set-up", language), "setup_provider", dict(event.values)))))


@router.on_admin("test_look")
async def test_look(event: Event, services: Services) -> Reply:
    company, run = event.person.company, event.values.get("run", "")
    for proof in await services.store.proofs.of_run(company, run):
        if proof.state == WAITING:
            await look(services, proof)
    await advance(services, company, run)
    return await _shown(event, services, run)


@router.on_admin("test_stop")
async def test_stop(event: Event, services: Services) -> Reply:
    company, run = event.person.company, event.values.get("run", "")
    await services.store.proofs.stop(company, run, services.now())
    return await _shown(event, services, run)


@router.on_admin("proof_seen")
async def proof_seen(event: Event, services: Services) -> Reply:
    """Without Cronofy a person looks; what they saw is kept as their word."""
    language, provider = event.person.language, named_provider(event)
    if provider is None:
        return await test_interview(event, services)
    if event.values.get("seen") != "yes":
        what = t("a test interview in Personio had no link", language)
        return support(provider, language, evidence=what)
    company = event.person.company
    found = await survey(services, company, provider)
    standing = found.standing(GuideStep.PROOF)
    if standing is None or not found.offers(GuideStep.PROOF):
        open_it = Button(t("Open the set-up", language), "setup_provider", {"provider": provider.value}, primary=True)
        return (Text(t("Thank you. In the set-up other steps come first.", language)), Buttons((open_it,)))
    version = standing.mark.version if standing.mark else 0
    await services.store.setups.mark(
        company,
        found.path_name,
        GuideStep.PROOF,
        status=DONE,
        now=services.now(),
        version=version,
        person=event.person.id,
    )
    await redraw(services, company, provider=provider.value)
    return (
        Status(Tone.GOOD, t("Noted: you saw the link in a test interview in Personio.", language)),
        Note(t("I did not see it myself, so I call it reported.", language)),
    )


async def news(services: Services, company: int, person: int, *, failing: str = "") -> None:
    """Cronofy told something about this person's calendar: perhaps a link is there, or none will come."""
    for proof in await services.store.proofs.waiting_of(company, person):
        if await look(services, proof, failing=failing == proof.id):
            await _told(services, proof)


async def poll(services: Services) -> None:
    """Look after every test interview that is not over, also after a restart."""
    waiting = await services.store.proofs.waiting()
    for proof in waiting:
        if proof.state == WAITING and await look(services, proof):
            await _told(services, proof)
    for company, run in {(proof.company_id, proof.run) for proof in waiting if proof.state == QUEUED}:
        await advance(services, company, run)


async def _run(event: Event, services: Services, provider: Provider, hosts: list[int]) -> Reply:
    run = await start(services, event.person, provider, hosts, card=event.answer)
    return await _shown(event, services, run)


async def _shown(event: Event, services: Services, run: str) -> Reply:
    """The card for whoever asked; everybody on it goes on record."""
    proofs = await services.store.proofs.of_run(event.person.company, run)
    services.trail.note(event, about={proof.person_id for proof in proofs})
    return await _card(services, event.person.company, run, event.person.language)


async def _told(services: Services, proof: Proof) -> None:
    """Go on with the run, and bring its card and the set-up up to date."""
    await advance(services, proof.company_id, proof.run)
    proofs = await services.store.proofs.of_run(proof.company_id, proof.run)
    over = sum(1 for one in proofs if one.state not in (QUEUED, WAITING))
    if len(proofs) > OFTEN_REDRAWN and over % 10 and over < len(proofs):
        return
    row = await services.store.people.get(proof.company_id, proof.asker_id) if proof.asker_id else None
    if row is None:
        return
    asker = as_person(row)
    reply = await _card(services, proof.company_id, proof.run, asker.language)
    await services.outbox.send(asker, reply, key=f"proof:{proof.id}", replaces=proof.card)
    if over == len(proofs):
        await redraw(services, proof.company_id, provider=proof.provider)


async def _card(services: Services, company: int, run: str, language: str) -> Reply:
    proofs = await services.store.proofs.of_run(company, run)
    if not proofs:
        return (Text(t("That is no longer there. Please ask again.", language)),)
    rows = [await services.store.people.get(company, id) for id in {proof.person_id for proof in proofs}]
    return draw_run(proofs, {row.id: row.name for row in rows if row}, language, where=services)


async def _able(services: Services, company: int, provider: Provider) -> list[tuple[int, str]]:
    """Hosts who have what a test interview needs: a synchronised calendar and, where needed, their own account."""
    path = path_for(provider, await company_facts(services, company))
    own = OWN_FACT[provider] if path_name(path) != path_name(None) and path and needs_own_account(path) else None
    hosts = hosts_among(await judge_everybody(services, company, provider))
    return sorted(
        (
            (one.person.id, one.person.name)
            for one in hosts
            if value_of(one.person.facts, PersonFact.SYNC) == "synced"
            and (own is None or value_of(one.person.facts, own) == "connected")
        ),
        key=lambda host: host[1],
    )


def _in_personio(provider: Provider, language: str) -> Reply:
    values = {"provider": provider.value}
    return (
        Heading(t("A test interview in Personio", language)),
        Text(in_personio(provider, language)),
        Buttons(
            (
                Button(t("The link was there", language), "proof_seen", {**values, "seen": "yes"}, primary=True),
                Button(t("There was no link", language), "proof_seen", {**values, "seen": "no"}),
            )
        ),
        Note(t("I cannot look into Personio, so this rests on what you see.", language)),
    )
