"""Every conversation that exists, over Teams: each intent, and then each button of its answer, drawn as valid cards."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import adaptive_cards
import httpx
import pytest
from jsonschema import Draft6Validator

from bot.demo import Demo
from bot.teams.render import size
from bot.teams.split import CARD_BYTES
from handlers.conversations import ROUTER
from tests.teams.stand_in import StandIn, Writer, actions
from tests.teams.test_teams_story import clock, say, settled

__all__ = ["clock", "say"]

Say = Callable[[dict[str, Any]], Awaitable[httpx.Response]]
SCHEMA = Draft6Validator(json.loads((Path(adaptive_cards.__file__).parent / "schemas" / "schema-1.5.json").read_text()))
CAST = {"ada": "owner", "dieter": "hr_admin", "camille": "employee"}
VALUES = {"provider": "zoom", "person": "Ben Okafor"}


def pressed(writer: Writer, intent: str, values: dict[str, str]) -> dict[str, Any]:
    """A button of any intent, as an older client sends it."""
    return writer.activity(value={"greenroom": {"intent": intent, "values": values}})


def new_cards(teams: StandIn, writer: Writer, seen: set[str]) -> list[tuple[str, dict[str, Any]]]:
    """The cards that arrived since the last time, each with the message that carries it."""
    found = []
    for message, body in teams.messages.get(writer.chat, {}).items():
        if message not in seen:
            seen.add(message)
            found += [(message, attachment["content"]) for attachment in body["attachments"]]
    return found


def new_buttons(drawn: dict[str, Any], tried: set[str]) -> list[dict[str, Any]]:
    """The buttons of a card that mean something which was not tried yet."""
    found = []
    for button in actions(drawn):
        meaning = json.dumps([button.get("verb"), button.get("data", {}).get("greenroom", {}).get("values")])
        if button["type"] == "Action.Execute" and meaning not in tried:
            tried.add(meaning)
            found.append(button)
    return found


def check(drawn: dict[str, Any]) -> None:
    published = {name: value for name, value in drawn.items() if name != "msteams"}
    assert SCHEMA.is_valid(published), json.dumps(drawn)[:2000]
    assert size(published) <= CARD_BYTES
    assert drawn["speak"]


@pytest.mark.parametrize("name", CAST)
async def test_every_conversation_passes(demo: Demo, teams: StandIn, say: Say, name: str) -> None:
    company, people = demo.program.company, demo.program.store.people
    [row] = await people.with_email(company, f"{name}@aurora.example")
    await people.change(company, row.id, role=CAST[name])
    writer = Writer(teams, name, f"{name}@aurora.example")
    seen, tried = set[str](), set[str]()
    for intent in ROUTER.routes:
        await say(pressed(writer, intent, VALUES))
        cards = new_cards(teams, writer, seen)
        assert cards, f"no answer to {intent}"
        for message, drawn in cards:
            check(drawn)
            for button in new_buttons(drawn, tried):
                response = await say(writer.presses(button, message=message))
                assert response.json()["statusCode"] == 200, button
                for _, answer in new_cards(teams, writer, seen):
                    check(answer)
    await settled(demo)
    assert all("Traceback" not in json.dumps(body) for body in teams.messages[writer.chat].values())
