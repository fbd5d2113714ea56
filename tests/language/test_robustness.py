import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.language import LABELS, PendingQuestion
from bot.language.dates import find_moment
from bot.language.evaluation_sets import read_sets
from bot.language.normalise import fold_in_place, plain
from tests.language.conftest import EVALUATION

ROOT = Path(__file__).parents[2]

PIECES = some.sampled_from(
    [
        "connect",
        "Zoom",
        "my",
        "Teams",
        "don't",
        "not",
        "remind",
        "Anna",
        "Tom",
        "tomorrow",
        "at",
        "9",
        "monday",
        "next",
        "week",
        "pause",
        "reminders",
        "<@U042>",
        "<at>Tom</at>",
        "jeudi",
        "demain",
        "à",
        "pas",
        "ne",
        "relance",
        "übermorgen",
        "halb",
        "drei",
        "nicht",
        "alle",
        "und",
        "and",
        "then",
        ",",
        ".",
        "?",
        "!",
        "👍",
        "31.2.",
        "25:99",
        "a@b.c",
    ]
)
SENTENCES = some.lists(PIECES, max_size=60).map(" ".join)
PENDING = some.sampled_from(
    [
        None,
        PendingQuestion("connect", ("provider",)),
        PendingQuestion("nudge", ("yes_no", "when", "choice"), (("A B", "1"), ("A C", "2"))),
    ]
)
CALM = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@CALM
@given(
    text=some.one_of(some.text(max_size=300), SENTENCES),
    pending=PENDING,
    language=some.sampled_from(["en", "fr", "de"]),
)
def test_no_input_crashes_it_and_none_takes_long(interpreter, context, text, pending, language):
    asked = replace(context, pending=pending, language=language, last_intent="progress")
    least = 1.0
    for _ in range(3):
        started = time.process_time()
        wishes = interpreter.understand(text, asked)
        least = min(least, time.process_time() - started)
        if least < 0.05:
            break
    assert least < 0.05
    assert wishes
    assert all(wish.intent in LABELS and wish.band in {"act", "ask", "menu"} for wish in wishes)
    assert all(isinstance(value, str) for wish in wishes for value in wish.slots.values())


@pytest.mark.parametrize(
    "unit", ["a", "connect my Zoom and ", "(((((", "1 2 3 ", "<@U1> ", "é", "tomorrow or monday, ", "\n"]
)
def test_very_long_messages_take_no_longer(interpreter, context, unit):
    text = unit * 20_000
    spent = []
    for _ in range(3):
        started = time.process_time()
        interpreter.understand(text, context)
        spent.append(time.process_time() - started)
    assert min(spent) < 0.05


@CALM
@given(text=some.text(max_size=200))
def test_folding_keeps_each_letter_in_its_place(text):
    assert len(fold_in_place(plain(text))) == len(plain(text))


@CALM
@given(text=SENTENCES, language=some.sampled_from(["en", "fr", "de"]))
def test_no_time_is_in_the_past(context, text, language):
    moment = find_moment(text, context.now, language)
    assert moment is None or moment.at is None or moment.at > context.now


def test_loading_is_quick(interpreter):
    started = time.process_time()
    type(interpreter).load()
    assert time.process_time() - started < 0.5


def test_ninety_nine_of_a_hundred_messages_take_less_than_ten_milliseconds(interpreter, context):
    spent = []
    for item in read_sets(sorted(EVALUATION.glob("first_heldout.*.yaml"))):
        tries = []
        for _ in range(3):
            started = time.process_time()
            interpreter.understand(item.text, context)
            tries.append(time.process_time() - started)
        spent.append(min(tries))
    assert sorted(spent)[len(spent) * 99 // 100] < 0.010


MEASURE = """
import sys
def resident():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024
before = resident()
from datetime import UTC, datetime
from bot.language import Context, Interpreter
interpreter = Interpreter.load()
for language in ("en", "fr", "de"):
    interpreter.understand("remind Jane tomorrow at 9 and show me who is missing", Context(language, datetime.now(UTC)))
print(resident() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_needs_less_than_sixty_megabytes(interpreter):
    """With numpy, in a program of its own; the session's interpreter has trained the weights if they were missing."""
    command = [sys.executable, "-c", MEASURE]
    printed = subprocess.run(command, capture_output=True, check=True, text=True, cwd=ROOT).stdout
    assert 1 < float(printed) < 60
