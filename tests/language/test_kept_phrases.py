"""What was not understood is kept with consent only, without names, for a time, and goes with the person."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.demo import Demo
from bot.language import Interpreter, NameIndex
from bot.language.evaluate import evaluate, evaluate_log
from bot.language.review import Heard, without_names
from bot.settings import read_settings
from handlers.data_sheet import data_sheet
from handlers.tidying import tidy
from storage.models import Phrase
from storage.retention import PERIODS
from tests.chat import Chat
from tests.conftest import Start
from tests.language.conftest import PEOPLE

UNSURE = "the zoom thing of Ines or tom and Frau Quandt, ines@aurora.example, 0151 23456789, is it mine or not"


async def kept(demo: Demo) -> list[Phrase]:
    return list(await demo.program.store.phrases.of(demo.program.company))


@pytest.fixture
async def keeping(start: Start) -> Demo:
    return await start(greenroom_keep_phrases="true")


async def test_nothing_is_kept_unless_the_setting_says_so(demo: Demo) -> None:
    assert read_settings().greenroom_keep_phrases is False
    await Chat(demo, "ben@aurora.example").says(UNSURE)
    assert await kept(demo) == []


async def test_what_was_not_understood_is_kept_without_names(keeping: Demo) -> None:
    ben = Chat(keeping, "ben@aurora.example")
    await ben.says(UNSURE)
    await ben.says("connect my Zoom")
    await ben.says("what is for lunch today, and where do I park my car?")
    (phrase,) = await kept(keeping)
    assert phrase.text.startswith("the zoom thing of [name] or [name] and")
    assert phrase.language == "en"
    assert phrase.intent
    for word in ("ines", "tom", "quandt", "aurora", "0151", "23456789"):
        assert word not in phrase.text.lower()


async def test_it_is_shown_to_the_person_and_goes_with_them(keeping: Demo) -> None:
    program = keeping.program
    await Chat(keeping, "ben@aurora.example").says(UNSURE)
    (phrase,) = await kept(keeping)
    assert "phrases" in await program.store.personal.export(program.company, phrase.person_id)
    await program.store.personal.erase(program.company, phrase.person_id, actor=phrase.person_id, now=program.now())
    assert await kept(keeping) == []


async def test_it_is_deleted_when_its_time_is_over(keeping: Demo) -> None:
    await Chat(keeping, "ben@aurora.example").says(UNSURE)
    await tidy(keeping.program.services)
    assert len(await kept(keeping)) == 1
    keeping.world.clock.advance(PERIODS.phrases + timedelta(days=1))
    assert (await tidy(keeping.program.services))["phrases"] == 1
    assert await kept(keeping) == []


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_the_data_sheet_tells_people(language: str) -> None:
    assert str(PERIODS.phrases.days) in data_sheet(language)
    told = {"en": "were not understood", "fr": "pas été compris", "de": "nicht verstanden wurden"}
    assert told[language] in data_sheet(language)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("kannst du Frau Oyelaran-Bright helfen", "kannst du Frau [name] helfen"),
        ("Zbigniew says the link is broken", "[name] says the link is broken"),
        ("call me on +49 151 234567", "call me on [number]"),
        ("personnel number 448213", "personnel number [number]"),
        ("<@U042> and jo@x.example and Karim", "[name] and [name] and [name]"),
        ("the zoom zlink does not open at 9:30", "the zoom zlink does not open at 9:30"),
    ],
)
def test_names_and_numbers_are_masked_and_slips_are_not(interpreter: Interpreter, text: str, masked: str) -> None:
    directory = NameIndex(PEOPLE, mentions={"U042": "p3"})
    assert without_names(text, directory, interpreter.model.vocabulary, "en") == masked


def test_the_review_is_an_evaluation_set(interpreter: Interpreter, tmp_path: Path) -> None:
    heard = [Heard('say "hm": #1', "en", "connect", 0.3), Heard("zut", "fr", "help", 0.2), Heard("Zut", "fr", "help")]
    path = tmp_path / "log.yaml"
    path.write_text(evaluate_log(heard).text, encoding="utf-8")
    items = yaml.safe_load(path.read_text(encoding="utf-8"))["items"]
    assert [(item["text"], item["lang"], item["intent"]) for item in items] == [
        ("zut", "fr", "help"),
        ('say "hm": #1', "en", "connect"),
    ]
    assert "# 0.20 sure, 2 times" in path.read_text(encoding="utf-8")
    assert "messages" in evaluate([path], as_json=True, interpreter=interpreter).text
