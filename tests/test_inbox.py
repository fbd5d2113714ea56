"""What came in is answered once: over kills, restarts, duplicates and faults of our own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.app import Program, build
from bot.channel import Incoming
from bot.demo import Demo
from bot.directory import Directory, Visitor
from bot.inbox import MOST_TRIES, Answer, Inbox
from bot.outbox import GRACE
from handlers.messages import Person, Reply, Text
from storage.deliveries import SENDING, SENT, NewDelivery
from tests.chat import Chat, plain
from tests.conftest import DATABASES


class Slow:
    """An answerer that answers when it is let; `fails` makes it raise so often."""

    def __init__(self, fails: int = 0) -> None:
        self.go = asyncio.Event()
        self.asked: list[str] = []
        self.heard = asyncio.Semaphore(0)
        self.fails = fails

    async def answer(self, incoming: Incoming, visitor: Visitor | None, *, delivery: str) -> Answer:
        self.asked.append(incoming.text)
        self.heard.release()
        await self.go.wait()
        if self.fails:
            self.fails -= 1
            raise RuntimeError("a fault of ours")
        return Answer((Text(f"You said: {incoming.text}"),))

    def apology(self, person: Person | None) -> Reply:
        return (Text("Sorry!"),)


def inbox_with(demo: Demo, answerer: Slow) -> Inbox:
    program = demo.program
    return Inbox(program.store, program.directory, answerer, post=program.outbox.post_answer, now=program.now)


async def state(demo: Demo, delivery: str) -> str:
    row = await demo.program.store.deliveries.get(delivery)
    assert row is not None
    return row.state


def restarted(demo: Demo) -> Program:
    """A second process on the same database, as after a kill."""
    again = build(demo.program.settings, now=demo.program.now, paced=False)
    for channel in demo.program.channels.values():
        again.add(channel)
    return again


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
async def test_an_event_that_was_acknowledged_is_answered_by_the_next_process(demo: Demo) -> None:
    ben = Chat(demo, "ben@aurora.example")
    killed = inbox_with(demo, Slow())
    assert await killed.receive(ben.event(text="connect my Zoom"))
    await killed.stop(grace=0)  # before it could answer
    assert await ben.messages() == []

    demo.world.clock.advance(timedelta(minutes=2))
    again = restarted(demo)
    try:
        await again.open()
        await again.take_over()
        await again.settled()
        (answer,) = await ben.screen()
        assert answer.startswith("One step left for Zoom")
        await again.sweep()
        await demo.program.sweep()
        await again.settled()
        assert len(await ben.messages()) == 1
    finally:
        await again.stop()


async def test_an_answer_that_was_stored_but_not_sent_is_sent_by_the_next_process(demo: Demo) -> None:
    ben = Chat(demo, "ben@aurora.example")
    program, answerer, dropped = demo.program, Slow(), list[str]()
    answerer.go.set()

    def drop(delivery: NewDelivery, reply: Reply, *, reference: Mapping[str, object]) -> None:
        """The process dies between the commit and the sending."""
        dropped.append(delivery.id)

    killed = Inbox(program.store, program.directory, answerer, post=drop, now=program.now)
    await killed.receive(ben.event(text="hello"))
    await killed.settled()
    (answer,) = dropped
    await program.sweep()
    await program.settled()
    assert await state(demo, answer) == SENDING, "the dead process could still be sending it"
    for _ in range(2):
        demo.world.clock.advance(GRACE * 2)
        await program.sweep()
        await program.settled()
    assert await state(demo, answer) == SENT
    assert await ben.screen() == ["You said: hello"]


async def test_an_event_that_the_platform_delivers_twice_is_answered_once(demo: Demo) -> None:
    ben = Chat(demo, "ben@aurora.example")
    event = ben.event(text="help")
    taken = await asyncio.gather(*(demo.program.inbox.receive(event) for _ in range(5)))
    await ben.settled()
    assert taken.count(True) == 1
    assert len(await ben.messages()) == 1
    assert not await demo.program.inbox.receive(event)


async def test_two_processes_that_sweep_at_once_answer_once(demo: Demo) -> None:
    ben = Chat(demo, "ben@aurora.example")
    killed = inbox_with(demo, Slow())
    await killed.receive(ben.event(text="hello"))
    await killed.stop(grace=0)
    demo.world.clock.advance(timedelta(minutes=2))
    answerers = [Slow(), Slow()]
    inboxes = [inbox_with(demo, answerer) for answerer in answerers]
    await asyncio.gather(*(inbox.sweep(timedelta(minutes=1)) for inbox in inboxes))
    for answerer in answerers:
        answerer.go.set()
    await asyncio.gather(*(inbox.settled() for inbox in inboxes))
    await demo.program.settled()
    assert await ben.screen() == ["You said: hello"]


async def test_what_is_being_worked_on_is_not_swept(demo: Demo) -> None:
    ben, answerer = Chat(demo, "ben@aurora.example"), Slow()
    inbox = inbox_with(demo, answerer)
    await inbox.receive(ben.event(text="hello"))
    demo.world.clock.advance(timedelta(minutes=5))
    assert await inbox.sweep(timedelta(minutes=1)) == 0
    answerer.go.set()
    await inbox.settled()
    await demo.program.settled()
    assert await ben.screen() == ["You said: hello"]


async def test_sentences_of_one_conversation_are_answered_in_order_and_others_do_not_wait(demo: Demo) -> None:
    ben, ada, answerer = Chat(demo, "ben@aurora.example"), Chat(demo, "ada@aurora.example"), Slow()
    inbox = inbox_with(demo, answerer)
    for text in ("one", "two", "three"):
        ben.tick()
        await inbox.receive(ben.event(text=text))
    await inbox.receive(ada.event(text="meanwhile"))
    for _ in range(2):
        await asyncio.wait_for(answerer.heard.acquire(), 5)
    assert sorted(answerer.asked) == ["meanwhile", "one"], "the second sentence waits for its turn"
    answerer.go.set()
    await inbox.settled()
    assert [text for text in answerer.asked if text != "meanwhile"] == ["one", "two", "three"]


async def test_a_fault_of_ours_is_an_apology_and_the_next_sentence_works(demo: Demo) -> None:
    ben, answerer = Chat(demo, "ben@aurora.example"), Slow(fails=1)
    answerer.go.set()
    inbox = inbox_with(demo, answerer)
    for text in ("broken", "works"):
        ben.tick()
        await inbox.receive(ben.event(text=text))
    await inbox.settled()
    await demo.program.settled()
    assert await ben.screen() == ["Sorry!", "You said: works"]


async def test_an_event_on_which_every_process_dies_ends_in_an_apology(demo: Demo) -> None:
    ben = Chat(demo, "ben@aurora.example")
    first = inbox_with(demo, Slow())
    await first.receive(ben.event(text="deadly"))
    await first.stop(grace=0)
    for _ in range(MOST_TRIES):
        demo.world.clock.advance(timedelta(minutes=2))
        answerer = Slow()
        dying = inbox_with(demo, answerer)
        assert await dying.sweep(timedelta(minutes=1)) == 1
        await asyncio.wait_for(answerer.heard.acquire(), 5)
        await dying.stop(grace=0)
    demo.world.clock.advance(timedelta(minutes=2))
    await demo.program.sweep()
    await demo.program.settled()
    (apology,) = await ben.screen()
    assert apology.startswith("Sorry, something went wrong on my side, and nothing was changed.")
    await demo.program.sweep()
    await demo.program.settled()
    assert len(await ben.messages()) == 1
    assert "One step left for Zoom" in await ben.says("connect my Zoom")


async def test_stopping_lets_running_answers_finish(demo: Demo) -> None:
    ben, answerer = Chat(demo, "ben@aurora.example"), Slow()
    inbox = inbox_with(demo, answerer)
    await inbox.receive(ben.event(text="hello"))
    stopping = asyncio.create_task(inbox.stop(grace=5))
    await asyncio.sleep(0)
    answerer.go.set()
    await stopping
    await demo.program.settled()
    assert await ben.screen() == ["You said: hello"]


async def test_a_directory_knows_people_by_their_accounts_only(demo: Demo) -> None:
    directory: Directory = demo.program.directory
    ada = await directory.person_of("web", "demo", "ada@aurora.example")
    assert ada is not None
    assert ada.is_admin
    assert await directory.person_of("web", "another", "ada@aurora.example") is None
    assert await directory.person_of("slack", "demo", "ada@aurora.example") is None
    assert plain(()) == ""
