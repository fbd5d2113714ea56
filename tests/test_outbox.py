"""What goes out: sent once, put back when the platform is busy, settled when nobody knows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from starlette.routing import BaseRoute

from bot.channel import Doubtful, Letter, Refused, SendError, Throttled
from bot.directory import Directory
from bot.outbox import GRACE, Outbox
from bot.sandbox.clock import Clock
from handlers.messages import Person, Reply, Text
from handlers.people import as_person
from handlers.serialize import to_json
from storage.database import Database
from storage.deliveries import FAILED, QUEUED, SENDING, SENT, UNKNOWN, NewDelivery
from storage.inbox import NewItem
from storage.migrate import migrate
from storage.models import Delivery
from storage.secrets import Cipher
from storage.store import Store
from tests.conftest import DATABASES, KEY

HELLO: Reply = (Text("Hello!"),)


class Platform:
    """A chat platform that takes letters, and can be told to fail."""

    name = "paper"
    needs_reference = True

    def __init__(self) -> None:
        self.arrived: list[Letter] = []
        self.attempts = 0
        self.failures: list[SendError] = []
        self.arrives_although_doubtful = False
        self.can_be_asked = True
        self.go: asyncio.Event | None = None
        self.tried = asyncio.Event()

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, letter: Letter) -> str:
        self.attempts += 1
        self.tried.set()
        if self.go:
            await self.go.wait()
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, Doubtful) and self.arrives_although_doubtful:
                self.arrived.append(letter)
            raise failure
        self.arrived.append(letter)
        return f"P{len(self.arrived)}"

    async def find(self, letter: Letter) -> str | None:
        if not self.can_be_asked:
            raise Doubtful
        places = [number for number, each in enumerate(self.arrived, start=1) if each.id == letter.id]
        return f"P{places[0]}" if places else None


class Post:
    """An outbox with one platform and one person."""

    def __init__(self, store: Store, clock: Clock, ada: Person) -> None:
        self.store, self.clock, self.ada, self.platform = store, clock, ada, Platform()
        self.outbox = self.another()

    def another(self) -> Outbox:
        """The outbox of another process on the same database."""
        return Outbox(self.store, Directory(self.store), {"paper": self.platform}, now=self.clock)

    async def send(self, key: str = "reason", replaces: str = "", reply: Reply = HELLO) -> str:
        delivery = await self.outbox.send(self.ada, reply, key=key, replaces=replaces)
        await self.outbox.settled()
        return delivery

    async def answer(self) -> None:
        """Ada said something, and this is the answer."""
        now = self.clock()
        item = NewItem("1", self.ada.company, "paper", "event", {})
        answer = NewDelivery(
            id="answer",
            company_id=self.ada.company,
            person_id=self.ada.id,
            channel="paper",
            workspace="desk",
            account="ada",
            conversation="c",
            reply=to_json(HELLO),
            key="answer:1",
            inbox_id="1",
        )
        await self.store.inbox.add([item], now)
        await self.store.inbox.finish("1", [answer], now)
        self.outbox.post_answer(answer, HELLO, reference={"drawer": 3})
        await self.outbox.settled()

    async def sweep(self, after: timedelta = timedelta()) -> None:
        self.clock.advance(after)
        await self.outbox.sweep()
        await self.outbox.settled()

    async def state(self, delivery: str) -> str:
        return (await self.row(delivery)).state

    async def row(self, delivery: str) -> Delivery:
        row = await self.store.deliveries.get(delivery)
        assert row is not None
        return row


@pytest.fixture
async def post(database_url: str, clock: Clock) -> AsyncIterator[Post]:
    store = Store(Database(database_url, Cipher([KEY])))
    await migrate(store.database)
    place = {"language": "en", "timezone": "Europe/Berlin"}
    company = (await store.companies.ensure("aurora", name="Aurora", domains=[], **place)).id
    await store.roles.begin(company, ["ada@aurora.example"], now=clock(), **place)
    row = (await store.people.with_email(company, "ada@aurora.example"))[0]
    await store.people.link_accounts(company, "paper", "desk", {"ada": row.id})
    await store.people.save_reference("paper", "desk", "ada", {"drawer": 3})
    yield Post(store, clock, as_person(row))
    await store.database.close()


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
async def test_a_message_is_sent_once_and_remembers_the_platforms_id(post: Post) -> None:
    delivery = await post.send()
    assert await post.send() == "", "the same reason again"
    await post.sweep(timedelta(hours=1))
    (letter,) = post.platform.arrived
    assert (letter.id, letter.account, letter.workspace, letter.reply) == (delivery, "ada", "desk", HELLO)
    assert (letter.reference, letter.language, letter.bulk) == ({"drawer": 3}, "en", True)
    assert ((await post.row(delivery)).state, (await post.row(delivery)).platform_id) == (SENT, "P1")


async def test_an_update_goes_to_the_message_that_it_replaces(post: Post) -> None:
    first = await post.send()
    await post.send(key="update", replaces=first)
    assert [letter.replaces for letter in post.platform.arrived] == ["", "P1"]


async def test_a_busy_platform_gets_it_after_the_pause(post: Post) -> None:
    post.platform.failures = [Throttled(30)]
    delivery = await post.send()
    assert await post.state(delivery) == QUEUED
    await post.sweep(timedelta(seconds=29))
    assert post.platform.attempts == 1
    await post.sweep(timedelta(seconds=2))
    assert (await post.state(delivery), len(post.platform.arrived)) == (SENT, 1)


async def test_a_refused_message_is_recorded_and_not_tried_again(post: Post) -> None:
    post.platform.failures = [Refused("account_inactive")]
    delivery = await post.send()
    await post.sweep(timedelta(hours=1))
    row = await post.row(delivery)
    assert (row.state, row.cause, post.platform.attempts) == (FAILED, "account_inactive", 1)
    assert await post.send(key="the next one")
    assert len(post.platform.arrived) == 1


async def test_a_doubtful_message_that_arrived_is_not_sent_again(post: Post) -> None:
    post.platform.failures, post.platform.arrives_although_doubtful = [Doubtful()], True
    delivery = await post.send()
    assert await post.state(delivery) == SENDING
    await post.sweep(GRACE / 2)
    assert await post.state(delivery) == SENDING, "it may still be on its way"
    await post.sweep(GRACE)
    assert (await post.state(delivery), len(post.platform.arrived), post.platform.attempts) == (SENT, 1, 1)


async def test_a_doubtful_message_that_did_not_arrive_is_sent_again(post: Post) -> None:
    post.platform.failures = [Doubtful()]
    delivery = await post.send()
    await post.sweep(GRACE * 2)
    assert (await post.state(delivery), len(post.platform.arrived)) == (SENT, 1)


async def test_where_the_platform_cannot_be_asked_news_is_reported_and_not_repeated(post: Post) -> None:
    post.platform.failures, post.platform.can_be_asked = [Doubtful()], False
    delivery = await post.send()
    await post.sweep(GRACE * 2)
    row = await post.row(delivery)
    assert (row.state, row.cause, post.platform.attempts) == (UNKNOWN, "no_answer_from_platform", 1)


async def test_where_the_platform_cannot_be_asked_a_waiting_person_gets_the_answer_again(post: Post) -> None:
    post.platform.failures, post.platform.can_be_asked = [Doubtful()], False
    await post.answer()
    assert await post.state("answer") == SENDING
    await post.sweep(GRACE * 2)
    assert (await post.state("answer"), post.platform.attempts) == (SENT, 2)


async def test_an_answer_is_handed_over_as_it_was_made_without_a_claim_of_its_own(post: Post) -> None:
    await post.answer()
    (letter,) = post.platform.arrived
    assert (letter.id, letter.reply, letter.reference, letter.bulk) == ("answer", HELLO, {"drawer": 3}, False)
    row = await post.row("answer")
    assert (row.state, row.tries, row.platform_id) == (SENT, 1, "P1")


async def test_a_person_who_waits_gets_the_answer_when_the_pause_is_over_not_at_the_next_sweep(post: Post) -> None:
    post.platform.failures = [Throttled(0.3)]
    await post.answer()
    assert await post.state("answer") == QUEUED
    post.platform.tried.clear()
    post.clock.advance(timedelta(seconds=1))
    await asyncio.wait_for(post.platform.tried.wait(), 5)
    await post.outbox.settled()
    assert (await post.state("answer"), post.platform.attempts) == (SENT, 2)


async def test_two_processes_never_take_the_same_doubtful_message(post: Post) -> None:
    post.platform.failures = [Doubtful()]
    await post.send()
    post.clock.advance(GRACE * 2)
    others = [post.another() for _ in range(4)]
    await asyncio.gather(*(outbox.sweep() for outbox in others))
    await asyncio.gather(*(outbox.settled() for outbox in others))
    assert len(post.platform.arrived) == 1


async def test_a_message_that_this_process_is_sending_is_not_doubtful(post: Post) -> None:
    post.platform.go = asyncio.Event()
    sent = asyncio.create_task(post.send())
    await asyncio.wait_for(post.platform.tried.wait(), 5)
    post.clock.advance(GRACE * 2)
    assert await post.outbox.sweep() == 0
    post.platform.go.set()
    assert await post.state(await sent) == SENT
    assert post.platform.attempts == 1


async def test_a_process_that_dies_while_sending_leaves_it_to_the_next(post: Post) -> None:
    post.platform.go = asyncio.Event()
    delivery = await post.outbox.send(post.ada, HELLO, key="reason")
    await asyncio.wait_for(post.platform.tried.wait(), 5)
    await post.outbox.stop(grace=0)
    post.platform.go.set()
    post.outbox = post.another()
    await post.sweep(GRACE * 2)
    assert (await post.state(delivery), len(post.platform.arrived)) == (SENT, 1)


async def test_a_channel_that_is_no_longer_configured_fails_the_message_and_no_other(post: Post) -> None:
    gone = Outbox(post.store, Directory(post.store), {}, now=post.clock)
    delivery = await gone.send(post.ada, HELLO, key="reason")
    await gone.settled()
    assert (await post.row(delivery)).cause == "channel_not_configured"
    await gone.sweep()
    assert await post.send(key="after it was configured again")
    assert len(post.platform.arrived) == 1


async def test_a_doubtful_message_of_a_gone_channel_waits_for_its_return(post: Post) -> None:
    post.platform.failures = [Doubtful()]
    delivery = await post.send()
    post.clock.advance(GRACE * 2)
    gone = Outbox(post.store, Directory(post.store), {}, now=post.clock)
    await gone.sweep()
    assert await post.state(delivery) == SENDING
    await post.sweep()
    assert (await post.state(delivery), len(post.platform.arrived)) == (SENT, 1)


async def test_a_channel_that_breaks_in_an_unforeseen_way_is_doubtful(post: Post) -> None:
    post.platform.failures = [RuntimeError("a bug in the channel")]  # type: ignore[list-item]
    delivery = await post.send()
    assert await post.state(delivery) == SENDING
    await post.sweep(GRACE * 2)
    assert (await post.state(delivery), len(post.platform.arrived)) == (SENT, 1)


async def test_one_broken_message_does_not_keep_back_the_others(post: Post) -> None:
    post.platform.failures = [RuntimeError("a bug in the channel")]  # type: ignore[list-item]
    await post.send(key="broken")
    post.clock.advance(GRACE * 2)
    post.platform.can_be_asked = False
    healthy = await post.send(key="healthy")
    await post.sweep()
    assert await post.state(healthy) == SENT


async def test_somebody_without_an_account_cannot_be_reached(post: Post) -> None:
    await post.store.people.unlink_account("paper", "desk", "ada")
    assert await post.send() == ""
    await post.store.people.link_accounts(post.ada.company, "paper", "desk", {"ada": post.ada.id})
    assert await post.send()
    assert len(post.platform.arrived) == 1
