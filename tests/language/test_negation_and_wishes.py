import pytest

from bot.language.evaluation_sets import read_sets
from bot.language.negation import forbids
from bot.language.scoring import judge
from tests.language.conftest import EVALUATION

NEGATIONS = read_sets([EVALUATION / "negations.yaml"])
WISHES = read_sets([EVALUATION / "two_wishes.yaml"])


@pytest.mark.parametrize("item", [item for item in NEGATIONS if item.forbidden], ids=lambda item: item.text)
def test_a_forbidden_act_is_never_what_is_understood(interpreter, item):
    (verdict,) = judge(interpreter, [item])
    assert not {wish.intent for wish in verdict.readings} & item.forbidden


def test_a_no_that_belongs_to_the_wish_does_not_stop_it(interpreter):
    verdicts = judge(interpreter, [item for item in NEGATIONS if not item.forbidden])
    assert sum(verdict.right for verdict in verdicts) / len(verdicts) >= 0.9


def test_without_forbids_nothing(understand):
    assert understand("schreib allen Hosts ohne Zoom", language="de")[0].intent == "nudge"
    assert not forbids("erinnere alle ohne Zoom", "nudge")
    assert forbids("bitte niemanden erinnern", "nudge")


def test_dont_connect_it_yet_means_later(understand):
    for text in (
        "don't connect my Zoom yet",
        "ne connecte pas encore mon Zoom",
        "mein Zoom bitte noch nicht verbinden",
    ):
        assert understand(text)[0].intent == "snooze", text


def test_the_guard_sees_the_verb_that_is_negated():
    assert forbids("under no circumstances message Jane", "nudge")
    assert forbids("schreib Jane bloß nicht", "nudge")
    assert not forbids("remind everyone who hasn't connected", "nudge")
    assert not forbids("disconnect Zoom, I do not need it", "disconnect")


def test_two_wishes_are_both_found_in_order(interpreter):
    verdicts = judge(interpreter, WISHES)
    right = [tuple(wish.intent for wish in verdict.readings) == verdict.item.intents for verdict in verdicts]
    assert sum(right) / len(right) >= 0.9


def test_each_wish_has_its_own_slots(understand):
    first, second = understand("disconnect my Zoom and connect my Teams")
    assert (first.intent, first.slots["provider"]) == ("disconnect", "zoom")
    assert (second.intent, second.slots["provider"]) == ("connect", "teams")


def test_a_greeting_before_the_wish_is_no_wish(understand):
    assert [wish.intent for wish in understand("good morning, is my Teams connected?")] == ["my_status"]


def test_never_more_than_three_wishes(understand):
    text = "connect my Zoom. show the progress. pause all reminders. who is not synced? speak German. I want a human."
    assert 2 <= len(understand(text)) <= 3
