"""Every place in the tables where a person stands: in their export, gone when erased, not kept for ever."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, Column, Table, insert, select

from handlers.own_data import CLASSES
from storage.models import Base
from storage.people import PersonRecord
from storage.references import NOBODY, PLACES, Fate, Kept
from storage.retention import PERIODS
from storage.store import Store
from tests.conftest import DATABASES, SUNDAY
from tests.trust.people import opened

BOTH = pytest.mark.parametrize("database_url", DATABASES, indirect=True)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LOOKS_LIKE_SOMEBODY = re.compile(
    r"person|people|actor|subject|asker|assignee|asked|owner|install|mail|name|user|who|note|topic|audience|payload"
    r"|account|mark|about|admin|employee|host$"
)
TABLES = {name.partition(".")[0] for name in PLACES}


def place_of(column: Column[Any]) -> str:
    return f"{column.table.name}.{column.name}"


def may_hold_somebody(column: Column[Any]) -> bool:
    leads_to_people = any(key.column.table.name == "people" for key in column.foreign_keys)
    return leads_to_people or isinstance(column.type, JSON) or bool(LOOKS_LIKE_SOMEBODY.search(column.name))


def goes_as_a_whole(table: Table) -> bool:
    """Rows that are deleted with the person need no look at their other columns."""
    return any(place.fate is Fate.DELETED and name.startswith(f"{table.name}.") for name, place in PLACES.items())


def test_every_column_in_which_somebody_may_stand_is_covered() -> None:
    forgotten = [
        place_of(column)
        for table in Base.metadata.sorted_tables
        for column in table.c
        if may_hold_somebody(column) and not goes_as_a_whole(table) and place_of(column) not in {**PLACES, **NOBODY}
    ]
    assert not forgotten, f"write into storage/references.py what becomes of: {forgotten}"


def test_the_list_names_nothing_that_is_not_there() -> None:
    columns = {place_of(column) for table in Base.metadata.sorted_tables for column in table.c}
    assert PLACES.keys() <= columns
    assert NOBODY.keys() <= columns
    assert {table for tables in CLASSES.values() for table in tables} <= TABLES


def rows_about(person: int, name: str, other: int, company: int) -> dict[str, dict[str, Any]]:
    """One row about this person in each table; `other` is a colleague who has to do with it."""
    mine, number = {"company_id": company, "person_id": person}, str(person)
    channel = {"channel": "slack", "workspace": "T1"}
    campaign = {"company_id": company, "provider": "zoom", "fact": "zoom", "department": "", "days": [], "card": ""}
    proof = {"run": "r", "provider": "zoom", "path": "zoom", "state": "proven", "card": "", "calendar_id": ""}
    return {
        "people": {},  # made by the test
        "accounts": {},
        "unmatched_accounts": {
            **{"company_id": company, "channel": "teams", "workspace": "t", "external_id": f"U{person}"},
            **{"email": f"{name}@a.example"},
        },
        "observations": {
            **{"company_id": company, "subject": person, "fact": "zoom", "source": "cronofy", "value": "connected"},
            **{"detail": {}, "observed_at": SUNDAY, "since": SUNDAY},
        },
        "grants": {**mine, "sub": number, "access_token": "a", "refresh_token": "r", "expires_at": SUNDAY},
        "links": {
            **{**mine, "purpose": "connect", "provider": "zoom", "token_hash": number, "state": "open", "card": ""},
            **{"created_at": SUNDAY, "expires_at": SUNDAY},
        },
        "inbox": {
            **{"id": number, "company_id": company, "channel": "slack", "external_id": number, "state": "done"},
            **{"payload": {"account": f"U{person}", "text": "hello"}, "tries": 0, "received_at": SUNDAY},
        },
        "deliveries": {
            **{**mine, **channel, "id": number, "account": f"U{person}", "conversation": "", "private": False},
            **{"reply": [], "language": "en", "key": number, "inbox_id": "", "replaces": "", "state": "sent"},
            **{"created_at": SUNDAY, "due_at": SUNDAY, "tries": 0, "platform_id": "", "cause": ""},
        },
        "questions": {**mine, "channel": "slack", "conversation": "D", "payload": {}, "expires_at": SUNDAY + DAY},
        "campaigns": {
            **{**campaign, "id": person, "audience": [other, person], "asked_by": person, "state": "done"},
            **{"created_at": SUNDAY, "starts_at": SUNDAY, "shown": "", "held": ""},
        },
        "phrases": {**mine, "language": "en", "text": "hm", "intent": "help", "confidence": 0.2, "heard_at": SUNDAY},
        "enrolments": {
            **{**mine, "campaign_id": person, "state": "connected", "reason": "", "attempt": 1, "written": 1},
            **{"snoozes": 0, "card": "", "card_open": False},
        },
        "tasks": {
            **{"company_id": company, "topic": f"cause:{person}:zoom:it", "asker_id": other, "assignee_id": other},
            **{"state": "done", "note": "", "card": "", "created_at": SUNDAY},
        },
        "proofs": {
            **{**proof, "id": number, "company_id": company, "person_id": other, "asker_id": person, "detail": {}},
            **{"created_at": SUNDAY, "begun_at": SUNDAY, "finished_at": SUNDAY},
        },
        "setup_cards": {**mine, "provider": "zoom", "card": "c", "shown_at": SUNDAY},
        "setup_steps": {
            **{**mine, "path": "zoom", "step": number, "status": "done", "note": ""},
            **{"changed_at": SUNDAY, "version": 1},
        },
        "installations": {
            **{"company_id": company, "team": number, "bot_token": "b", "refresh_token": "", "bot_id": "B"},
            **{"bot_user_id": "U", "enterprise_id": "", "scopes": [], "installer": f"U{person}"},
        },
        "audit": {
            **{"company_id": company, "number": person, "at": SUNDAY, "actor": person, "action": "looked"},
            **{"detail": {}, "previous": "", "hash": number},
        },
        "audit_subjects": {"company_id": company, "number": person, "person_id": person},
    }


async def two_people(store: Store) -> tuple[int, int, int]:
    """A company with two people, each with a row in every table; the second one has proofs of the first one's."""
    place = {"domains": ("a.example",), "language": "en", "timezone": "UTC"}
    company = (await store.companies.ensure("one", name="One", **place)).id
    records = [PersonRecord(name, f"{name}@a.example", name, "en", "UTC") for name in ("ben", "ada")]
    await store.people.save(company, records)
    ben, ada = [row.id for row in sorted(await store.people.all(company), key=lambda row: row.name, reverse=True)]
    await store.companies.link_workspace(company, "slack", "T1")
    await store.people.link_accounts(company, "slack", "T1", {f"U{ben}": ben, f"U{ada}": ada})
    for person, name, other in ((ben, "ben", ada), (ada, "ada", ben)):
        rows = rows_about(person, name, other, company)
        assert rows.keys() == TABLES, "a row about somebody is missing here"
        async with store.database.writing() as session:
            for table in Base.metadata.sorted_tables:
                if values := rows.get(table.name):
                    await session.execute(insert(table).values(**values))
    return company, ben, ada


async def contents(store: Store) -> dict[str, list[dict[str, Any]]]:
    async with store.database.reading() as session:
        return {
            name: [dict(row) for row in (await session.execute(select(table))).mappings().all()]
            for name, table in Base.metadata.tables.items()
        }


@BOTH
async def test_everything_about_somebody_is_in_their_export_and_nothing_about_others(database_url: str) -> None:
    async with opened(database_url) as store:
        company, ben, ada = await two_people(store)
        stored = await store.personal.export(company, ben)
        assert stored.keys() == TABLES
        assert f"'U{ada}'" not in str(stored), "an account of somebody else"
        assert "audience" not in str(stored)


@BOTH
async def test_nothing_says_who_somebody_erased_was(database_url: str) -> None:
    async with opened(database_url) as store:
        company, ben, ada = await two_people(store)
        assert await store.personal.erase(company, ben, actor=ada, now=SUNDAY)
        left = await contents(store)
        for name, place in PLACES.items():
            table, _, column = name.partition(".")
            said = [str(row[column]) for row in left[table]]
            if place.fate is not Fate.NUMBER:
                assert not any(re.search(rf"\b(U?{ben}|ben@a.example)\b", value) for value in said), (
                    f"{name} still says {said}"
                )
            if table not in ("tasks", "campaigns") and name != "proofs.asker_id":
                assert any(re.search(rf"\b(U?{ada}|ada@a.example)\b", value) for value in said), (
                    f"{name} lost somebody else"
                )
        assert "ben" not in str(left["people"])
        assert len(left["campaigns"]) == 2, "what the company did stays"
        assert [(row["person_id"], row["asker_id"]) for row in left["proofs"]] == [(ada, None)]
        assert ben in {row["actor"] for row in left["audit"]}, "the record keeps a number"


AGED = {
    Kept.MESSAGES_IN: ("inbox", PERIODS.messages_in),
    Kept.MESSAGES_OUT: ("deliveries", PERIODS.messages_out),
    Kept.LINKS: ("links", PERIODS.links),
    Kept.QUESTIONS: ("questions", DAY),  # as long as they are open
    Kept.CAMPAIGNS: ("enrolments", PERIODS.campaigns),
    Kept.TASKS: ("tasks", PERIODS.tasks),
    Kept.PROOFS: ("proofs", PERIODS.proofs),
    Kept.PHRASES: ("phrases", PERIODS.phrases),
    Kept.CARDS: ("setup_cards", PERIODS.cards),
    Kept.AUDIT: ("audit_subjects", PERIODS.audit),
}


def test_every_class_has_an_end() -> None:
    for_ever = {Kept.AS_LONG_AS_THE_PERSON, Kept.AS_LONG_AS_THE_ACCOUNT, Kept.AS_LONG_AS_THE_COMPANY}
    assert {place.kept for place in PLACES.values()} == AGED.keys() | for_ever


@BOTH
async def test_each_class_goes_by_the_clock_and_not_before(database_url: str) -> None:
    async with opened(database_url) as store:
        await two_people(store)
        moments = [(period + step, kept) for kept, (_, period) in AGED.items() for step in (-HOUR, HOUR)]
        for age, kept in sorted(moments):
            table, period = AGED[kept]
            await store.retention.prune(SUNDAY + age)
            # The last test interviews that worked stay: the set-up rests on them.
            left = 2 if age < period or kept is Kept.PROOFS else 0
            assert len((await contents(store))[table]) == left, f"{kept} after {age}"


@BOTH
async def test_old_test_interviews_go_but_for_the_last_that_worked(database_url: str) -> None:
    async with opened(database_url) as store:
        company, ben, ada = await two_people(store)
        newer = {"run": "n", "company_id": company, "asker_id": ada, "provider": "zoom", "path": "zoom", "card": ""}
        await store.proofs.add([{**newer, "id": "newer", "person_id": ben}], SUNDAY + DAY)
        await store.proofs.claim(company, "n", 1, SUNDAY + DAY)
        await store.proofs.settle("newer", "proven", detail={}, now=SUNDAY + DAY)
        await store.retention.prune(SUNDAY + PERIODS.proofs + 9 * DAY)
        assert [row["id"] for row in (await contents(store))["proofs"]] == ["newer"]


async def test_a_rehearsal_that_was_never_sent_goes_early(database_url: str) -> None:
    async with opened(database_url) as store:
        company, ben, _ = await two_people(store)
        values = {"provider": "zoom", "fact": "zoom", "audience": [ben], "group": "", "asked_by": ben, "days": [0]}
        draft = await store.campaigns.draft(company, **values, created_at=SUNDAY, starts_at=SUNDAY)
        await store.retention.prune(SUNDAY + PERIODS.drafts - DAY)
        assert await store.campaigns.get(company, draft)
        await store.retention.prune(SUNDAY + PERIODS.drafts + DAY)
        assert await store.campaigns.get(company, draft) is None
