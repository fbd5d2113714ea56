"""Events in and messages out: once each, whatever the platforms and the processes do."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from storage.deliveries import FAILED, QUEUED, SENDING, SENT, NewDelivery
from storage.inbox import NewItem
from storage.store import Store
from storage.visitors import TOUCHED_EVERY
from tests.storage.conftest import NOW, make_person

MINUTE = timedelta(minutes=1)


def item(company: int, id: str = "1", external_id: str = "event", **payload: Any) -> NewItem:
    return NewItem(id=id, company=company, channel="web", external_id=external_id, payload=payload)


def message(company: int, id: str = "m1", key: str = "reason", **given: Any) -> NewDelivery:
    whom = {"person_id": None, "channel": "web", "workspace": "demo", "account": "ada", "conversation": "c"}
    return NewDelivery(id=id, company_id=company, key=key, reply=[], **{**whom, **given})


async def test_an_event_that_comes_twice_is_stored_once(store: Store, company: int) -> None:
    assert await store.inbox.add([item(company)], NOW) == {"1"}
    assert await store.inbox.add([item(company, id="2")], NOW) == set()
    assert await store.inbox.add([item(company, id="3", external_id="another")], NOW) == {"3"}
    assert [left.id for left in await store.inbox.left_over(NOW + MINUTE)] == ["1", "3"]


async def test_many_at_once_with_the_same_identity_leave_one(store: Store, company: int) -> None:
    added = await asyncio.gather(*(store.inbox.add([item(company, id=str(n))], NOW) for n in range(8)))
    assert sum(len(ids) for ids in added) == 1


async def test_the_same_identity_on_another_channel_is_another_event(store: Store, company: int) -> None:
    await store.inbox.add([item(company)], NOW)
    assert await store.inbox.add([replace(item(company, id="2"), channel="slack")], NOW) == {"2"}


async def test_an_answer_is_stored_with_done_and_only_once(store: Store, company: int) -> None:
    await store.inbox.add([item(company)], NOW)
    finished = await asyncio.gather(
        *(store.inbox.finish("1", [message(company, id=f"m{n}", key=f"k{n}")], NOW) for n in range(4))
    )
    assert sorted(len(ids) for ids in finished) == [0, 0, 0, 1]
    assert await store.deliveries.due(NOW) == [], "who stores an answer sends it"
    (answer,) = await store.deliveries.doubtful(NOW + MINUTE)
    assert (answer.state, answer.claimed_at, answer.tries) == (SENDING, NOW, 1)
    assert await store.inbox.left_over(NOW + MINUTE) == []
    assert await store.inbox.finish("unknown", [message(company, id="x", key="x")], NOW) == ()


async def test_what_goes_with_an_answer_is_stored_with_it_or_not_at_all(store: Store, company: int) -> None:
    nobody = store.questions.asking(company, 4711, channel="web", conversation="a", payload={}, until=NOW + MINUTE)
    await store.inbox.add([item(company)], NOW)
    with pytest.raises(IntegrityError):
        await store.inbox.finish("1", [message(company)], NOW, also=[nobody])
    assert await store.deliveries.get("m1") is None
    assert [left.id for left in await store.inbox.left_over(NOW + MINUTE)] == ["1"]
    assert await store.inbox.finish("1", [message(company)], NOW) == ["m1"]


async def test_an_account_is_noted_as_used_every_few_minutes(store: Store, company: int) -> None:
    ada = await make_person(store, company, "ada@aurora.example")
    await store.people.link_accounts(company, "web", "demo", {"ada": ada})

    async def comes(now: datetime) -> datetime | None:
        visitor = await store.visitors.find("web", "demo", "ada", conversation="", now=now)
        assert visitor is not None
        id = now.isoformat()
        await store.inbox.add([item(company, id=id, external_id=id)], now)
        await store.inbox.finish(id, [], now, also=store.visitors.touching(visitor, now))
        (account,) = await store.people.accounts(company, ada)
        return account.used_at

    assert await comes(NOW) == NOW
    assert await comes(NOW + MINUTE) == NOW
    assert await comes(NOW + TOUCHED_EVERY) == NOW + TOUCHED_EVERY


async def test_tries_are_counted(store: Store, company: int) -> None:
    await store.inbox.add([item(company)], NOW)
    assert [await store.inbox.try_again("1") for _ in range(3)] == [1, 2, 3]
    assert await store.inbox.try_again("unknown") == 0


async def test_the_same_reason_is_never_stored_twice_within_a_company(store: Store, company: int, other: int) -> None:
    assert list(await store.deliveries.add([message(company)], NOW)) == ["m1"]
    assert list(await store.deliveries.add([message(company, id="m2")], NOW)) == []
    assert list(await store.deliveries.add([message(other, id="m3")], NOW)) == ["m3"]
    assert list(await store.deliveries.add([], NOW)) == []


async def test_a_message_is_claimed_by_one_of_many(store: Store, company: int) -> None:
    await store.deliveries.add([message(company)], NOW)
    claims = await asyncio.gather(*(store.deliveries.claim(["m1"], NOW) for _ in range(6)))
    (claimed,) = [delivery for claim in claims for delivery in claim]
    assert (claimed.state, claimed.tries, claimed.claimed_at) == (SENDING, 1, NOW)


async def test_a_message_is_not_claimed_before_its_time(store: Store, company: int) -> None:
    await store.deliveries.add([message(company)], NOW)
    await store.deliveries.claim(["m1"], NOW)
    await store.deliveries.put_back("m1", NOW + MINUTE)
    assert await store.deliveries.due(NOW) == []
    assert list(await store.deliveries.claim(["m1"], NOW)) == []
    assert list(await store.deliveries.due(NOW + MINUTE)) == ["m1"]
    (again,) = await store.deliveries.claim(["m1"], NOW + MINUTE)
    assert again.tries == 2


async def test_a_doubtful_message_is_taken_over_by_one(store: Store, company: int) -> None:
    await store.deliveries.add([message(company)], NOW)
    await store.deliveries.claim(["m1"], NOW)
    assert await store.deliveries.doubtful(NOW) == []
    (doubtful,) = await store.deliveries.doubtful(NOW + MINUTE)
    assert doubtful.claimed_at is not None
    taken = await asyncio.gather(
        *(store.deliveries.reclaim("m1", doubtful.claimed_at, NOW + timedelta(minutes=1, seconds=n)) for n in range(5))
    )
    assert taken.count(True) == 1


async def test_what_is_settled_stays_settled(store: Store, company: int) -> None:
    await store.deliveries.add([message(company)], NOW)
    await store.deliveries.settle("m1", FAILED, cause="never claimed")
    assert (await _state(store, "m1")) == (QUEUED, "", "")
    await store.deliveries.claim(["m1"], NOW)
    await store.deliveries.settle("m1", SENT, platform_id="P1")
    await store.deliveries.settle("m1", FAILED, cause="too late")
    await store.deliveries.put_back("m1", NOW)
    assert (await _state(store, "m1")) == (SENT, "P1", "")
    assert await store.deliveries.platform_id("m1") == "P1"
    assert await store.deliveries.platform_id("unknown") == ""


async def test_a_transcript_is_of_one_account_in_one_company(store: Store, company: int, other: int) -> None:
    await store.inbox.add([item(company, account="ada", text="hi")], NOW)
    await store.inbox.add([item(other, id="2", external_id="e2", account="ada", text="elsewhere")], NOW)
    await store.inbox.add([item(company, id="3", external_id="e3", account="ben", text="hello")], NOW)
    await store.deliveries.add([message(company), message(other, id="m2"), message(company, id="m3", key="k")], NOW)
    await store.deliveries.claim(["m1", "m2"], NOW)
    said, told = await store.deliveries.transcript(company, "web", "ada", NOW - MINUTE)
    assert [each.payload["text"] for each in said] == ["hi"]
    assert [each.id for each in told] == ["m1"]
    assert await store.deliveries.transcript(company, "web", "ada", NOW + MINUTE) == ([], [])


async def test_a_question_is_remembered_until_it_expires_and_stays_in_its_conversation(
    store: Store, company: int
) -> None:
    ada = await make_person(store, company, "ada@aurora.example")
    await store.people.link_accounts(company, "web", "demo", {"ada": ada})

    async def asked(conversation: str = "a", now: datetime = NOW) -> dict[str, Any] | None:
        visitor = await store.visitors.find("web", "demo", "ada", conversation=conversation, now=now)
        assert visitor is not None
        return visitor.question

    for number in (1, 2):
        question = store.questions.asking(
            company, ada, channel="web", conversation="a", payload={"n": number}, until=NOW + MINUTE
        )
        await store.inbox.add([item(company, id=str(number), external_id=str(number))], NOW)
        await store.inbox.finish(str(number), [], NOW, also=[question])
    assert await asked() == {"n": 2}
    assert await asked(conversation="b") is None
    assert await asked(now=NOW + MINUTE) is None


async def _state(store: Store, id: str) -> tuple[str, str, str]:
    delivery = await store.deliveries.get(id)
    assert delivery is not None
    return delivery.state, delivery.platform_id, delivery.cause
