"""Everything that the product can say, drawn for Slack and for Teams: nothing is refused, cut off or empty."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from bot.channel import Letter
from bot.slack import home, modals
from bot.slack.elements import Place as SlackPlace
from bot.slack.elements import presses
from bot.slack.limits import check_message, check_models, check_view
from bot.slack.modals import Submitted
from bot.slack.render import blocks
from bot.teams.render import Place as TeamsPlace
from bot.teams.render import size
from bot.teams.split import CARD_BYTES, CARDS, cards
from handlers.messages import Button, Buttons, Form, Reply
from handlers.serialize import from_json, to_json
from tests.slack.stand_in import ANYWHERE, problems
from tests.surfaces.conftest import Opens
from tests.surfaces.tour import Tour
from tests.teams.stand_in import actions
from tests.teams.test_teams_every_reply import check

LETTER = "0b5a9c86-6d3e-4a29-9d2f-3a4f6f1d2c11"
WITHOUT_CRONOFY = {"cronofy_client_id": ""}


@dataclass(frozen=True)
class Scene:
    """Who goes through which company, in which language."""

    calendar: str
    language: str
    provider: str
    guided: bool = False

    def __str__(self) -> str:
        return " ".join((self.calendar, self.language, "guided" if self.guided else "direct"))


# Every path, in English and in German, whose words are the longest.
SCENES = [
    Scene("graph", "en", "zoom"),
    Scene("graph", "de", "goto"),
    Scene("google", "de", "google_meet"),
    Scene("ews", "de", "teams", guided=True),
]
ADMIN = "ada@aurora.example"
WORDS = frozenset({"text", "title", "value", "data", "verb", "url", "width", "label", "id", "placeholder"})


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=SCENES, ids=str)
async def said(request: pytest.FixtureRequest, opens: Opens) -> tuple[str, dict[str, Reply]]:
    """The language, and every answer of one tour."""
    scene: Scene = request.param
    async with opens(calendar=scene.calendar, **(WITHOUT_CRONOFY if scene.guided else {})) as demo:
        return scene.language, await Tour(demo, ADMIN, scene.language, scene.provider).goes()


def test_the_tour_comes_by_everything(said: tuple[str, dict[str, Reply]]) -> None:
    _, replies = said
    assert len(replies) > 200
    assert all(from_json(to_json(reply)) == reply for reply in replies.values()), "each can be stored"


def test_every_answer_is_a_message_in_slack(said: tuple[str, dict[str, Reply]]) -> None:
    language, replies = said
    for name, reply in replies.items():
        if not reply:
            continue
        pieces = blocks(reply, SlackPlace(LETTER, language=language))
        assert pieces, name
        for piece in pieces:
            check_message(piece.blocks, piece.text)
            check_models(piece.blocks)
            assert not problems(list(piece.blocks), most=50, allowed=ANYWHERE | {"table"}), name
        assert buttons_of(reply) <= labels([piece.blocks for piece in pieces]), name


def test_every_answer_is_a_home_tab_and_every_form_a_modal_in_slack(said: tuple[str, dict[str, Reply]]) -> None:
    language, replies = said
    for name, reply in replies.items():
        letter = Letter(
            LETTER, company=1, workspace="T1", account="U1", conversation="", reply=reply, language=language
        )
        view = home.view(letter, page=0)
        check_view(view)
        check_models(view["blocks"])
        assert not problems(view["blocks"], most=100, allowed=ANYWHERE | {"table"}), name
        for number, item in enumerate(presses(reply)):
            if isinstance(item, Form):
                modal = modals.view(letter, item, Submitted(LETTER, number, ""))
                check_view(modal)
                check_models(modal["blocks"])


def test_every_answer_is_a_card_in_teams(said: tuple[str, dict[str, Reply]]) -> None:
    language, replies = said
    checked = set[str]()
    for name, reply in replies.items():
        drawn = cards(reply, TeamsPlace(message=LETTER, language=language, viewer="29:ada"))
        assert 1 <= len(drawn) <= CARDS, name
        assert buttons_of(reply) <= {action["title"] for action in actions(list(drawn))}, name
        for each in drawn if reply else ():
            assert size(each) <= CARD_BYTES, name
            assert each["speak"], name
            for element in each["body"]:
                # The schema is slow, and what differs in words alone is the same to it.
                if (shape := json.dumps(_shape(element))) not in checked:
                    checked.add(shape)
                    check({**each, "body": [element]})


def _shape(part: Any) -> Any:
    """A drawing without its words."""
    match part:
        case dict():
            return {
                key: "" if key in ("text", "title", "value", "data") else _shape(each) for key, each in part.items()
            }
        case list():
            shapes = [_shape(each) for each in part]
            return [each for number, each in enumerate(shapes) if each not in shapes[:number]]
    return part


def buttons_of(reply: Reply) -> set[str]:
    """What has to be on every drawing, or a way would be lost."""
    return {
        item.label for block in reply if isinstance(block, Buttons) for item in block.items if isinstance(item, Button)
    }


def labels(drawn: Any) -> set[str]:
    return set(_labels(drawn))


def _labels(drawn: Any) -> Iterator[str]:
    if isinstance(drawn, list | tuple):
        for each in drawn:
            yield from _labels(each)
    elif isinstance(drawn, dict):
        if drawn.get("type") == "button":
            yield drawn["text"]["text"]
        for each in drawn.values():
            yield from _labels(each)
