"""The figures that issue 5 asks for, on the committed sets."""

import pytest

from bot.language.evaluation_sets import read_sets
from bot.language.scoring import figures, judge
from tests.language.conftest import EVALUATION


@pytest.fixture(scope="module")
def heldout(interpreter):
    return figures(judge(interpreter, read_sets(sorted(EVALUATION.glob("first_heldout.*.yaml")))))


def test_first_messages_are_understood(heldout):
    assert heldout["messages"] >= 500
    assert heldout["accuracy"] >= 0.88
    assert heldout["top_three"] >= 0.95
    assert heldout["one_click"] >= 0.93


def test_each_language_is_understood(heldout):
    assert {language: row["accuracy"] >= 0.86 for language, row in heldout["per_language"].items()} == {
        "de": True,
        "en": True,
        "fr": True,
    }


def test_little_is_done_wrongly(heldout):
    assert heldout["acted_wrongly"] <= 0.04
    assert heldout["false_accept_rate"] <= 0.03
    assert heldout["forbidden_acts"] == 0


def test_slots_are_exact(heldout):
    assert heldout["slots"]["provider"]["exact"] >= 0.98
    assert heldout["slots"]["person"]["exact"] >= 0.95
    assert heldout["slots"]["language"]["exact"] >= 0.9
    assert heldout["slots"]["calendar_type"]["exact"] >= 0.9


def test_replies_are_read_in_their_context(interpreter):
    found = figures(judge(interpreter, read_sets([EVALUATION / "replies.yaml"])))
    assert found["accuracy"] >= 0.95
    assert all(row["exact"] >= 0.9 for row in found["slots"].values())


def test_no_time_is_silently_wrong(interpreter):
    found = figures(judge(interpreter, read_sets([EVALUATION / "times.yaml"])))["times"]
    assert found["silently_wrong"] == 0
    assert found["score"] >= 0.97
