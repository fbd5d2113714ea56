"""What each source said: `since` is kept, older news never wins, companies never mix, links are used once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from storage.database import DatabaseUrlError, parse_url
from storage.links import DONE, USED
from storage.models import Observation
from storage.observations import COMPANY, NewObservation, Settled
from storage.people import PersonRecord
from storage.store import Store
from tests.storage.conftest import NOW, make_person

HOUR = timedelta(hours=1)


def said(value: str, subject: int = COMPANY, **detail: str) -> NewObservation:
    return NewObservation(subject, "sync", "cronofy", value, dict(detail))


async def only(store: Store, company: int, subject: int = COMPANY) -> Observation:
    (seen,) = await store.observations.of(company, subject)
    return seen


async def test_since_stays_while_the_value_stays(store: Store, company: int) -> None:
    for hours, value in [(0, "synced"), (1, "synced"), (2, "failed"), (3, "failed")]:
        await store.observations.save(company, [said(value)], NOW + hours * HOUR)
    seen = await only(store, company)
    assert (seen.value, seen.since, seen.observed_at) == ("failed", NOW + 2 * HOUR, NOW + 3 * HOUR)


async def test_older_news_never_wins(store: Store, company: int) -> None:
    await store.observations.save(company, [said("failed", error="new")], NOW + HOUR)
    await store.observations.save(company, [said("synced", error="old")], NOW)
    seen = await only(store, company)
    assert (seen.value, seen.detail, seen.observed_at) == ("failed", {"error": "new"}, NOW + HOUR)


async def test_each_source_keeps_its_own_word(store: Store, company: int) -> None:
    words = [NewObservation(COMPANY, "integration", source, "active") for source in ("cronofy", "admin")]
    await store.observations.save(company, [*words, said("synced")], NOW)
    assert len(await store.observations.of(company, COMPANY)) == 3
    await store.observations.save(company, [], NOW)


async def test_companies_never_see_each_other(store: Store, company: int, other: int) -> None:
    mine = await make_person(store, company, "ada@aurora.example")
    theirs = await make_person(store, other, "ada@aurora.example")
    await store.observations.save(company, [said("synced", mine)], NOW)
    await store.observations.save(other, [said("failed", theirs)], NOW)
    assert [(row.id, row.seen.value) for row in await store.observations.of_people(company, ["sync"]) if row.seen] == [
        (mine, "synced")
    ]
    assert await store.people.get(company, theirs) is None
    assert await store.observations.of(company, theirs) == []
    await store.people.change(company, theirs, name="Changed")
    assert (await store.people.with_email(other, "ada@aurora.example"))[0].name == "Ada"


async def test_people_without_evidence_are_listed_beside_nothing(store: Store, company: int) -> None:
    ada = await make_person(store, company, "ada@aurora.example")
    (row,) = await store.observations.of_people(company, ["sync"])
    assert (row.id, row.seen) == (ada, None)


async def test_only_those_beyond_doubt_are_left_out(store: Store, company: int) -> None:
    people = [await make_person(store, company, f"{name}@aurora.example") for name in ("a", "b", "c", "d")]
    fresh, stale, contested, failed = people
    await store.observations.save(company, [said("synced", stale)], NOW - 5 * HOUR)
    await store.observations.save(
        company,
        [
            said("synced", fresh),
            said("synced", contested),
            NewObservation(contested, "sync", "import", "absent"),
            said("failed", failed),
        ],
        NOW,
    )
    rows = await store.observations.of_people(company, ["sync"], unless=[Settled("sync", "synced", NOW - HOUR)])
    assert sorted({row.id for row in rows}) == sorted([stale, contested, failed])


async def test_the_hr_system_completes_a_person_whom_the_settings_named(store: Store, company: int) -> None:
    await make_person(store, company, "ada@aurora.example")
    record = PersonRecord("p1", "ada@aurora.example", "Ada Lindqvist", "en", "Europe/Berlin", office="Berlin")
    await store.people.save(company, [record])
    (ada,) = await store.people.all(company)
    assert (ada.name, ada.role, ada.personio_id) == ("Ada Lindqvist", "owner", "p1")
    await store.people.change(company, ada.id, language="fr")
    await store.people.save(company, [PersonRecord("p1", "ada@aurora.example", "Ada L.", "de", "Europe/Berlin")])
    (ada,) = await store.people.all(company)
    assert (ada.name, ada.language) == ("Ada L.", "fr"), "what the person chose is not overwritten"


async def test_the_account_used_last_is_where_somebody_is_reached(store: Store, company: int) -> None:
    ada = await make_person(store, company, "ada@aurora.example")
    await store.people.link_accounts(company, "slack", "T1", {"U1": ada})
    await store.people.link_accounts(company, "teams", "tenant", {"29:x": ada})
    await store.people.touch_account("teams", "tenant", "29:x", NOW)
    assert [account.channel for account in await store.people.accounts(company, ada)] == ["teams", "slack"]
    await store.people.touch_account("slack", "T1", "U1", NOW + HOUR)
    await store.people.save_reference("slack", "T1", "U1", {"channel": "D1"})
    first = (await store.people.accounts(company, ada))[0]
    assert (first.channel, first.reference) == ("slack", {"channel": "D1"})
    await store.people.unlink_account("slack", "T1", "U1")
    assert await store.people.of_account("slack", "T1", "U1") is None


async def test_the_first_company_keeps_a_workspace(store: Store, company: int, other: int) -> None:
    await store.companies.link_workspace(company, "slack", "T1")
    await store.companies.link_workspace(other, "slack", "T1")
    assert await store.companies.of_workspace("slack", "T1") == company
    assert await store.companies.of_workspace("teams", "T1") is None


async def make_link(store: Store, company: int, person: int, token: str, provider: str = "zoom") -> int:
    return await store.links.create(
        company,
        person,
        purpose="connect",
        provider=provider,
        token_hash=token,
        card="card",
        now=NOW,
        until=NOW + HOUR,
    )


async def test_a_link_is_used_by_one_of_many(store: Store, company: int) -> None:
    ada = await make_person(store, company, "ada@aurora.example")
    link = await make_link(store, company, ada, "t1")
    used = await asyncio.gather(*(store.links.use(link, nonce_hash=f"n{n}", now=NOW) for n in range(8)))
    assert used.count(True) == 1
    winner = await store.links.with_nonce(f"n{used.index(True)}")
    assert winner is not None
    assert winner.state == USED


async def test_a_link_is_renewed_by_one_of_many(store: Store, company: int) -> None:
    ada = await make_person(store, company, "ada@aurora.example")
    link = await make_link(store, company, ada, "t1")
    renewed = await asyncio.gather(*(store.links.renew(link) for _ in range(5)))
    assert renewed.count(True) == 1


async def test_a_link_that_ran_out_or_was_replaced_cannot_be_used(store: Store, company: int) -> None:
    ada = await make_person(store, company, "ada@aurora.example")
    first, goto = await make_link(store, company, ada, "t1"), await make_link(store, company, ada, "t2", "goto")
    second = await make_link(store, company, ada, "t3")
    assert not await store.links.use(first, nonce_hash="n1", now=NOW)
    assert not await store.links.use(second, nonce_hash="n2", now=NOW + HOUR)
    assert await store.links.use(second, nonce_hash="n3", now=NOW)
    assert await store.links.use(goto, nonce_hash="n4", now=NOW)


async def test_a_link_that_led_nowhere_is_open_again(store: Store, company: int) -> None:
    ada = await make_person(store, company, "ada@aurora.example")
    link = await make_link(store, company, ada, "t1")
    await store.links.use(link, nonce_hash="n1", now=NOW)
    await store.links.reopen(link)
    assert await store.links.with_nonce("n1") is None
    assert await store.links.use(link, nonce_hash="n2", now=NOW)
    assert [each.id for each in await store.links.unfinished(NOW, NOW - HOUR)] == [link]
    await store.links.finish(link, DONE)
    assert await store.links.unfinished(NOW, NOW - HOUR) == []
    await store.links.reopen(link)
    finished = await store.links.with_token("t1")
    assert finished is not None
    assert finished.state == DONE


@pytest.mark.parametrize(
    "url", ["", "greenroom.db", "mysql://host/name", "http://host", "sqlite", "postgresql+psycopg://h/n"]
)
def test_an_address_of_no_database_is_explained(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match="It must look like"):
        parse_url(url)
    assert parse_url("postgres://user@host/name").drivername == "postgresql+asyncpg"
    assert parse_url("sqlite:///x.db").drivername == "sqlite+aiosqlite"
