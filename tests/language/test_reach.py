"""Every conversation is reached by free text in three languages, through the web chat's own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
import yaml
from sqlalchemy import select

from bot.channel import Incoming
from bot.demo import Demo
from bot.language.intents import FINER, INTENTS
from handlers.conversations import ROUTER
from handlers.messages import Button, Buttons, Reply, Role
from handlers.serialize import from_json
from storage.models import Question
from tests.conftest import Start
from tests.language.conftest import EVALUATION

MUST_REACH = 0.98
SAME = {"deny": "cancel"}
"""Two words for one conversation."""


@dataclass(frozen=True)
class Reached:
    wanted: str
    text: str
    intent: str
    offered: Sequence[str]

    @property
    def right(self) -> bool:
        if self.offered:
            return self.wanted in self.offered
        return SAME.get(self.intent, self.intent) == SAME.get(self.wanted, self.wanted)


def phrasings(language: str) -> Mapping[str, Sequence[str]]:
    source = yaml.safe_load((EVALUATION / f"reach.{language}.yaml").read_text(encoding="utf-8"))
    return {intent: texts[language] for intent, texts in source["intents"].items()}


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_there_are_ten_phrasings_for_every_conversation_that_people_can_ask_for(language: str) -> None:
    asked_for = {intent for intent in (*INTENTS, *FINER) if intent in ROUTER.routes} - {"affirm"}
    assert {intent for intent, texts in phrasings(language).items() if len(set(texts)) >= 10} == asked_for


@pytest.mark.parametrize("language", ["en", "fr", "de"])
async def test_every_conversation_is_reached_by_free_text(start: Start, language: str) -> None:
    demo = await start()
    wanted = phrasings(language)
    # Last, because it changes in which language everything after it is read.
    ordered = sorted(wanted, key=lambda intent: intent == "set_language")
    asked = [(intent, text) for intent in ordered for text in wanted[intent]]
    reached = await reach(demo, language, asked)
    wrong = [f"{each.text!r} is {each.wanted}, not {each.intent} {each.offered}" for each in reached if not each.right]
    assert len(reached) == len(asked)
    assert 1 - len(wrong) / len(reached) >= MUST_REACH, "\n".join(wrong)


async def reach(demo: Demo, language: str, asked: Sequence[tuple[str, str]]) -> list[Reached]:
    """Say each sentence in a conversation of its own, as an admin where only admins may ask."""
    program, people = demo.program, demo.program.store.people
    for name in ("ada", "ben"):
        for row in await people.with_email(program.company, f"{name}@aurora.example"):
            await people.change(program.company, row.id, language=language)
    for number, (intent, text) in enumerate(asked):
        account = f"{'ben' if Role.EMPLOYEE in ROUTER.routes[intent].roles else 'ada'}@aurora.example"
        place = f"web:{number}"
        event = Incoming("web", f"say-{number}", "demo", account, place, text=text)
        assert await program.inbox.receive(event)
        await program.inbox.settled()
    replies = {**await told(demo, "ada@aurora.example"), **await told(demo, "ben@aurora.example")}
    intents = await talked_about(demo)
    return [
        Reached(intent, text, intents.get(f"web:{number}", ""), offered(replies[f"web:{number}"], intents, number))
        for number, (intent, text) in enumerate(asked)
    ]


async def told(demo: Demo, account: str) -> dict[str, Reply]:
    """Every answer by its conversation."""
    store, since = demo.program.store, demo.program.now() - timedelta(days=1)
    _, sent = await store.deliveries.transcript(demo.program.company, "web", account, since)
    return {each.conversation: from_json(each.reply) for each in sent if each.inbox_id}


async def talked_about(demo: Demo) -> dict[str, str]:
    async with demo.program.store.database.reading() as session:
        rows = (await session.scalars(select(Question))).all()
    return {row.conversation: row.payload["last_intent"] for row in rows}


def offered(reply: Reply, intents: Mapping[str, str], number: int) -> list[str]:
    """The readings that the bot asks about; nothing where it acted."""
    if intents[f"web:{number}"]:
        return []
    rows = [block for block in reply if isinstance(block, Buttons)]
    return [item.intent for row in rows for item in row.items if isinstance(item, Button)]
