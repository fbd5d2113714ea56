"""Many companies in one installation: nothing crosses, whatever method or conversation is asked."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, get_type_hints

import pytest
from sqlalchemy import text

from bot.demo import Demo
from handlers.conversations import ROUTER, answer
from handlers.messages import Event
from handlers.people import as_person
from handlers.serialize import to_json
from storage.audit import NewEntry
from storage.deliveries import NewDelivery
from storage.models import Base
from storage.observations import NewObservation
from storage.people import PersonRecord
from storage.store import Store
from tests.conftest import SUNDAY

FOREIGN = "Marker"
"""Stands in every name and address of the other company."""
NOT_BY_COMPANY = {
    "companies.ensure": "by its own short name",
    "companies.all": "the jobs look after every company",
    "companies.of_workspace": "says whose a workspace is",
    "people.of_account": "the platform vouches for the account; its workspace belongs to one company",
    "people.unlink_account": "by the platform's account",
    "people.touch_account": "by the platform's account",
    "people.save_reference": "by the platform's account",
    "links.with_token": "by a secret",
    "links.with_nonce": "by a secret",
    "links.use": "by the number of a link that a secret led to",
    "links.reopen": "by the number of a link that a secret led to",
    "links.renew": "by the number of a link that a secret led to",
    "rotated.get": "secrets of the settings, which belong to the installation",
    "rotated.save": "secrets of the settings, which belong to the installation",
    "links.finish": "by the number of a link that a secret led to",
    "links.unfinished": "a job for every company",
    "inbox.add": "each item names its company",
    "inbox.get": "by an id of our own making",
    "inbox.left_over": "a job for every company",
    "inbox.try_again": "a job for every company",
    "inbox.finish": "by an id of our own making",
    "deliveries.add": "each delivery names its company",
    "deliveries.claim": "a job for every company",
    "deliveries.reclaim": "a job for every company",
    "deliveries.settle": "a job for every company",
    "deliveries.put_back": "a job for every company",
    "deliveries.due": "a job for every company",
    "deliveries.doubtful": "a job for every company",
    "deliveries.get": "by an id of our own making",
    "deliveries.platform_id": "by an id of our own making",
    "installations.find": "by a workspace that Slack has vouched for",
    "installations.teams": "Slack's channel serves every workspace",
    "installations.forget": "by a workspace that Slack has vouched for",
    "installations.begin": "an installation that belongs to nobody yet",
    "installations.finish": "an installation that belongs to nobody yet",
    "deliveries.skip": "a job for every company",
    "visitors.find": "the platform vouches for the account; its workspace belongs to one company",
    "visitors.touching": "by the account of a visitor who was just found",
    "campaigns.companies_running": "a job for every company",
    "campaigns.counts": "of a campaign that was read with its company before",
    "campaigns.outcomes": "of a campaign that was read with its company before",
    "standings.newcomers": "of a campaign that was read with its company before",
    "queues.last_heard": "figures of the installation, for whoever runs it",
    "phrases.keeping": "each phrase names its company",
    "queues.depths": "figures of the installation, for whoever runs it",
    "links.funnel": "figures of the installation, for whoever runs it",
    "reach.known": "by a workspace that the platform has vouched for",
    "campaigns.mark_shown": "of a campaign that was read with its company before",
    "enrolments.snooze": "of an enrolment that was read with its company before",
    "enrolments.close_card": "of an enrolment that was read with its company before",
    "pacing.carry_out": "decisions about enrolments that were read with their company before",
    "tasks.sent": "of a task that was just made",
    "tasks.reminded": "of a task that was read by a job for every company",
    "tasks.settle": "of a task that was read with its company before",
    "proofs.add": "each test interview names its company",
    "proofs.note": "of a test interview that was read by a job for every company",
    "proofs.settle": "of a test interview that was read by a job for every company",
    "proofs.waiting": "a job for every company",
    "personal.to_erase": "a job for every company",
    "retention.prune": "a job for every company",
    "retention.leavers": "a job for every company",
    "retention.wipe_uninstalled": "a job for every company",
}
"""Methods that take no company, each with the reason; every other method is walked."""
CREATES = {"companies.link_workspace", "companies.claim_workspace", "installations.save", "campaigns.draft"}
"""A workspace belongs to whom Slack or Microsoft says; the first company keeps it (see its own tests).
A draft only adds a row of the company that it names."""


@pytest.fixture
async def foreign(demo: Demo) -> int:
    """Another company with one of everything in it; gives its person."""
    store = demo.program.store
    place = {"domains": ("marker.example",), "language": "en", "timezone": "UTC"}
    company = (await store.companies.ensure("marker", name=FOREIGN, **place)).id
    record = PersonRecord("P1", "marker@marker.example", f"{FOREIGN} Person", "en", "UTC", FOREIGN, FOREIGN)
    await store.people.save(company, [record])
    (row,) = await store.people.all(company)
    await store.people.change(company, row.id, role="owner")
    await store.companies.link_workspace(company, "slack", "TMARKER")
    await store.people.link_accounts(company, "slack", "TMARKER", {"UMARKER": row.id})
    await store.people.add_alias(company, row.id, "alias@marker.example")
    seen = [NewObservation(row.id, "zoom", "cronofy", "connected", {"account": FOREIGN})]
    await store.observations.save(company, seen, SUNDAY)
    tokens = {"person_id": row.id, "sub": FOREIGN, "access_token": FOREIGN, "refresh_token": FOREIGN}
    await store.grants.save_all(company, [{**tokens, "expires_at": SUNDAY}])
    await store.links.create(
        company,
        row.id,
        purpose="connect",
        provider="zoom",
        token_hash=FOREIGN,
        card="",
        now=SUNDAY,
        until=SUNDAY + timedelta(days=400),
    )
    until = SUNDAY + timedelta(days=1)
    asking = store.questions.asking(
        company, row.id, channel="slack", conversation="D1", payload={"said": FOREIGN}, until=until
    )
    await store.database.live.write(asking)
    delivery = NewDelivery(
        id="marker-1",
        company_id=company,
        person_id=row.id,
        channel="web",
        workspace="demo",
        account="ada@aurora.example",
        conversation="",
        reply=[{"block": "Text", "text": FOREIGN}],
        key="1",
    )
    await store.deliveries.add([delivery], SUNDAY)
    await store.audit.add(company, [NewEntry(row.id, FOREIGN, (row.id,))], SUNDAY)
    return row.id


async def rows_of_the_other(store: Store, company: int) -> dict[str, list[str]]:
    async with store.database.reading() as session:
        found = {}
        for name, table in Base.metadata.tables.items():
            if "company_id" in table.c:
                query = text(f"SELECT * FROM {name} WHERE company_id = :company")
                found[name] = sorted(map(str, (await session.execute(query, {"company": company})).all()))
        return found


def methods(store: Store) -> dict[str, Any]:
    parts = {name: part for name, part in vars(store).items() if name != "database"}
    return {
        f"{name}.{method}": getattr(part, method)
        for name, part in parts.items()
        for method, _ in inspect.getmembers(type(part), inspect.isfunction)
        if not method.startswith("_")
    }


def arguments(method: Any, company: int, person: int) -> dict[str, Any]:
    """Our company's number beside the other company's people, links and addresses."""
    hints = get_type_hints(method)
    given: dict[str, Any] = {}
    for name, parameter in inspect.signature(method).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            given["role"] = "employee"
        elif parameter.kind is parameter.VAR_POSITIONAL:
            continue
        elif parameter.default is parameter.empty:
            given[name] = _argument(name, hints.get(name, str), company, person)
    return given


def _argument(name: str, hint: Any, company: int, person: int) -> Any:
    known = {
        "company": company,
        "email": "marker@marker.example",
        "channel": "slack",
        "workspace": "TMARKER",
        "conversation": "D1",
        "account": "ada@aurora.example",
        "subjects": [person],
        "facts": ["zoom"],
        "fact": "zoom",
        "role": "employee",
        "token_hash": "another",
        "provider": "zoom",
        "purpose": "connect",
    }
    if name in known:
        return known[name]
    for kind, value in ((datetime, SUNDAY), (int, person), (str, "marker@marker.example"), (dict, {}), (list, [])):
        if hint is kind:
            return value
    if hint == datetime | None:
        return SUNDAY
    return {} if "Mapping" in str(hint) or "dict" in str(hint) else []


def test_each_method_takes_the_company_or_says_why_not(demo: Demo) -> None:
    without = {
        name
        for name, method in methods(demo.program.store).items()
        if "company" not in inspect.signature(method).parameters
    }
    assert without == NOT_BY_COMPANY.keys(), "a method without a company needs its reason in NOT_BY_COMPANY"


async def test_no_method_reads_or_changes_anything_of_another_company(demo: Demo, foreign: int) -> None:
    store, ours = demo.program.store, demo.program.company
    theirs = (
        await store.companies.ensure("marker", name=FOREIGN, domains=["marker.example"], language="en", timezone="UTC")
    ).id
    before = await rows_of_the_other(store, theirs)
    assert all(before[name] for name in ("people", "grants", "links", "observations", "deliveries", "audit"))
    walked = 0
    for name, method in methods(store).items():
        if name in NOT_BY_COMPANY or name in CREATES:
            continue
        result = method(**arguments(method, ours, foreign))
        if callable(result):  # work that is done together with an answer
            result = store.database.live.write(result)
        found = [each async for each in result] if inspect.isasyncgen(result) else await result
        assert FOREIGN not in _words(found), f"{name} reads across companies"
        walked += 1
    assert walked > 25
    assert await rows_of_the_other(store, theirs) == before


def _words(found: Any) -> str:
    """Everything in an answer, also the columns of rows."""
    if isinstance(found, Mapping):
        return " ".join(_words(each) for pair in found.items() for each in pair)
    if isinstance(found, list | tuple | set | frozenset):
        return " ".join(_words(each) for each in found)
    if isinstance(found, Base):
        return str({column: getattr(found, column) for column in found.__table__.c.keys()})  # noqa: SIM118 - not a dict
    return str(found)


async def test_no_conversation_tells_or_changes_anything_of_another_company(demo: Demo, foreign: int) -> None:
    store, ours = demo.program.store, demo.program.company
    theirs = next(each.id for each in await store.companies.all() if each.id != ours)
    (ada,) = await store.people.with_email(ours, "ada@aurora.example")
    before = await rows_of_the_other(store, theirs)
    for intent in ROUTER.routes:
        for values in (
            {"person": str(foreign), "provider": "zoom", "role": "owner", "sure": "yes", "account": FOREIGN},
            {"person": "marker@marker.example", "email": "marker@marker.example", "role": "owner", "sure": "yes"},
            {"person_candidates": f"{foreign},{foreign}", "link": "1", "delivery": "marker-1", "campaign": "1"},
        ):
            (row,) = await store.people.with_email(ours, "ada@aurora.example")
            event = Event(as_person(row), intent, values, channel="web", conversation="web:ada", message="marker-1")
            reply = str(to_json(await answer(event, demo.program.services)))
            assert f"{FOREIGN} Person" not in reply, f"{intent} tells about another company"
            await store.people.change(ours, ada.id, role="owner", erase_at=None)
    await demo.settled()
    assert await rows_of_the_other(store, theirs) == before


async def test_a_workspace_stays_with_its_first_company(demo: Demo, foreign: int) -> None:
    store, ours = demo.program.store, demo.program.company
    theirs = next(each.id for each in await store.companies.all() if each.id != ours)
    await store.companies.link_workspace(ours, "slack", "TMARKER")
    assert await store.companies.of_workspace("slack", "TMARKER") == theirs
