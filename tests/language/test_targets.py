"""The figures that issue 5 asks for, on the committed sets."""

import pytest

from bot.language import CONSEQUENTIAL, LABELS
from bot.language.evaluation_sets import read_sets
from bot.language.readings import kept_slots
from bot.language.scoring import figures, judge
from handlers.conversations import ROUTER
from tests.language.conftest import EVALUATION


@pytest.fixture(scope="module")
def heldout(interpreter):
    return figures(judge(interpreter, read_sets(sorted(EVALUATION.glob("first_heldout.*.yaml")))))


@pytest.fixture(scope="module")
def second_blind(interpreter):
    """Written after the model was finished, and measured; the phrases were widened since, in kind."""
    return figures(judge(interpreter, read_sets(sorted(EVALUATION.glob("first_second_blind.*.yaml")))))


def test_first_messages_are_understood(heldout, second_blind):
    assert heldout["messages"] >= 500
    assert heldout["accuracy"] >= 0.93
    assert heldout["top_three"] >= 0.97
    assert heldout["one_click"] >= 0.97
    assert second_blind["messages"] >= 500
    assert second_blind["accuracy"] >= 0.92
    assert second_blind["top_three"] >= 0.98
    assert second_blind["one_click"] >= 0.97


def test_a_set_that_was_never_looked_at_is_understood(interpreter):
    """First measured at 95.4 %, before anything was changed because of it."""
    found = figures(judge(interpreter, read_sets([EVALUATION / "first_third_blind.yaml"])))
    assert found["messages"] >= 150
    assert found["accuracy"] >= 0.92
    assert all(row["accuracy"] >= 0.9 for row in found["per_language"].values())
    assert found["one_click"] >= 0.95
    assert found["acted_wrongly"] <= 0.05
    assert found["false_accept_rate"] <= 0.05


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_each_language_is_understood(heldout, second_blind, language):
    assert heldout["per_language"][language]["accuracy"] >= 0.9
    assert second_blind["per_language"][language]["accuracy"] >= 0.9


def test_little_is_done_wrongly(heldout, second_blind):
    for found in (heldout, second_blind):
        assert found["acted_wrongly"] <= 0.02
        assert found["false_accept_rate"] <= 0.04
        assert found["forbidden_acts"] == 0


def test_slots_are_exact(heldout):
    assert heldout["slots"]["provider"]["exact"] >= 0.99
    assert heldout["slots"]["person"]["exact"] >= 0.95
    assert heldout["slots"]["language"]["exact"] >= 0.9
    assert heldout["slots"]["calendar_type"]["exact"] >= 0.9


def test_replies_are_read_in_their_context(interpreter):
    found = figures(judge(interpreter, read_sets([EVALUATION / "replies.yaml"])))
    assert found["accuracy"] >= 0.97
    assert all(row["exact"] >= 0.97 for row in found["slots"].values())


def test_no_time_is_silently_wrong(interpreter):
    found = figures(judge(interpreter, read_sets([EVALUATION / "times.yaml"])))["times"]
    assert found["silently_wrong"] == 0
    assert found["score"] >= 0.99


def test_every_consequential_act_is_confirmed_by_its_conversation():
    """What is done is done by another intent than the one that a sentence can have, or carries a word of agreement."""
    asks_first = {
        "nudge": "campaign_send",
        "pause_reminders": "campaign_pause",
        "resume_reminders": "campaign_resume",
        "schedule_reminders": "reminder_plan",
        "manage_interviewers": "opt_in_other_confirmed",
        "opt_out": "opt_out_confirmed",
    }
    assert not set(asks_first.values()) & set(LABELS)
    assert set(asks_first.values()) <= set(ROUTER.routes)
    # These carry "sure" in the button, which no sentence can.
    assert set(CONSEQUENTIAL) - set(asks_first) == {"disconnect", "erase_my_data", "grant_role", "revoke_role"}
    assert not any("sure" in kept_slots(intent, {"sure": "yes"}) for intent in CONSEQUENTIAL)
