"""A small company with something of everything in it: people, what is known of them, secrets, messages, a trail."""

from __future__ import annotations

from datetime import timedelta

from handlers.facts import CompanyFact, PersonFact, Source
from storage.audit import NewEntry
from storage.models import Campaign, Enrolment
from storage.observations import COMPANY, NewObservation
from storage.people import PersonRecord
from storage.store import Store
from tests.conftest import SUNDAY
from tests.storage.conftest import make_company
from tests.storage.test_messages import item, message

NAMES = ("Ada Meyer", "Ben Okafor", "Chloé Martin")


async def fill(store: Store) -> int:
    """Everybody hosts, Ben is not synchronised and is reminded; gives the company."""
    company = await make_company(store, "aurora")
    records = [
        PersonRecord(str(n), f"{name[:3].lower()}@aurora.example", name, "en", "Europe/Berlin")
        for n, name in enumerate(NAMES)
    ]
    await store.people.save(company, records)
    seen = [NewObservation(COMPANY, CompanyFact.INTEGRATION, Source.ADMIN, "active")]
    for row in await store.people.all(company):
        seen.append(NewObservation(row.id, PersonFact.HOSTS, Source.IMPORT, "yes"))
        seen.append(NewObservation(row.id, PersonFact.SYNC, Source.IMPORT, "absent" if "Ben" in row.name else "synced"))
    await store.observations.save(company, seen, SUNDAY)
    grant = {"sub": "s", "access_token": "a", "refresh_token": "r", "expires_at": SUNDAY, "person_id": 0}
    await store.grants.save_all(company, [grant])
    await store.deliveries.add([message(company)], SUNDAY)
    await store.inbox.add([item(company)], SUNDAY)
    await store.audit.add(company, [NewEntry(0, "exported")], SUNDAY)
    await _remind(store, company)
    return company


async def _remind(store: Store, company: int) -> None:
    ben = next(row.id for row in await store.people.all(company) if "Ben" in row.name)
    times = {"created_at": SUNDAY, "starts_at": SUNDAY}
    words = {"provider": "zoom", "fact": "zoom", "state": "running", "audience": [ben], "days": [0, 3, 7]}
    async with store.database.writing() as session:
        campaign = Campaign(company_id=company, **words, **times)
        session.add(campaign)
        await session.flush()
        due = SUNDAY + timedelta(hours=1)
        session.add(Enrolment(company_id=company, campaign_id=campaign.id, person_id=ben, next_at=due))
