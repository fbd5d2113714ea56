"""Every case of the knowledge is reached in a conversation: by what systems say of somebody, or by people's words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime

import pytest
import yaml

from handlers import causes
from handlers.conversations import answer
from handlers.facts import Facts, Source
from handlers.messages import Event, Reply
from handlers.messages import Person as Somebody
from handlers.people import as_person
from handlers.readiness import Path, Provider, path_for
from handlers.services import Services
from storage.database import Database
from storage.migrate import migrate
from storage.observations import COMPANY, NewObservation
from storage.secrets import Cipher
from storage.store import Store
from tests.chat import plain
from tests.conftest import KEY, SUNDAY
from tests.handlers.test_readiness import EWS, SYNCED, TABLE, Row, cause_of, facts

PROVIDERS = {
    Path.GOOGLE_MEET: Provider.GOOGLE_MEET,
    Path.ZOOM: Provider.ZOOM,
    Path.TEAMS_GRAPH: Provider.TEAMS,
    Path.TEAMS_EWS: Provider.TEAMS,
    Path.GOTO: Provider.GOTO,
    None: Provider.TEAMS,
}
SYMPTOMS = yaml.safe_load((causes.KNOWLEDGE / "symptoms.yaml").read_text(encoding="utf-8"))
WORDS = {each["case"]: each["words"][0] for each in reversed(SYMPTOMS)}
"""What people say of a case, in words that the first of its lines holds."""
SEEN = {
    cause_of(row): row
    for row in reversed(TABLE)
    if cause_of(row) and path_for(PROVIDERS[row.path], row.company) is row.path
}
"""What systems say, by the cause that follows from it."""
_LATE = Row("the last day is over", Path.TEAMS_EWS, facts(EWS), facts({**SYNCED, "teams": "absent"}), "")
SEEN["ews-365-switch-off"] = _LATE
DATES = {"ews-365-switch-off": datetime(2027, 4, 2, 10, tzinfo=UTC)}


class Nobody:
    """Nothing is sent to anybody else here."""

    async def send(self, person: Somebody, reply: Reply, *, key: str, replaces: str = "") -> str:
        raise AssertionError("a question alone writes to nobody")

    def post(self, deliveries: Collection[str]) -> None:
        raise AssertionError("a question alone writes to nobody")


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    database = Database(database_url, Cipher([KEY]))
    await migrate(database)
    yield Store(database)
    await database.close()


async def somebody(store: Store, email: str) -> Somebody:
    company = await store.companies.ensure("aurora", name="Aurora", domains=[], language="en", timezone="Europe/Berlin")
    await store.roles.begin(company.id, [email], language="en", timezone="Europe/Berlin", now=SUNDAY)
    return as_person((await store.people.with_email(company.id, email))[0])


async def tell(store: Store, subject: int, company: int, known: Facts, now: datetime) -> None:
    said = [
        NewObservation(subject, fact, Source.CRONOFY, seen.value, dict(seen.detail)) for fact, seen in known.items()
    ]
    await store.observations.save(company, said, now)


@pytest.mark.parametrize("case", [each.id for each in causes.cases()])
async def test_a_conversation_reaches_it(store: Store, case: str) -> None:
    """Each test is one of all cases of the knowledge, so a case that nothing leads to fails here."""
    ada, now = await somebody(store, "ada@aurora.example"), DATES.get(case, SUNDAY)
    services = Services(store=store, outbox=Nobody(), now=lambda: now, public_url="https://greenroom.example")
    row = SEEN.get(case)
    if row is not None:
        await tell(store, COMPANY, ada.company, row.company, now)
        await tell(store, ada.id, ada.company, row.person, now)
        values = {"provider": PROVIDERS[row.path].value, "person": str(ada.id)}
        words = plain(await answer(Event(ada, "check_person", values), services))
    else:
        words = plain(await answer(Event(ada, "report_problem", {}, text=f"Help! {WORDS[case]}"), services))
    assert causes.title(case, "en") in words
    assert causes.fix(case, "en")[0] in words
