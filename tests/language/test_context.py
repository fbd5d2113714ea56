from bot.language import PendingQuestion

WHICH = PendingQuestion("connect", ("provider",))
SURE = PendingQuestion("nudge", ("yes_no",))
JANES = PendingQuestion(
    "check_person", ("choice",), (("Jane Miller", "p7"), ("Jane Cooper", "p9")), {"provider": "zoom"}
)


def test_a_bare_provider_answers_the_question(understand):
    (wish,) = understand("Zoom", pending=WHICH)
    assert (wish.intent, wish.slots["provider"], wish.band) == ("connect", "zoom", "act")


def test_yes_and_no_stay_yes_and_no(understand):
    assert understand("yep", pending=SURE)[0].intent == "affirm"
    assert understand("nee lass", pending=SURE, language="de")[0].intent in {"deny", "cancel"}


def test_a_button_can_be_said_by_place_by_name_and_by_number(understand):
    for text in ("the second one", "Cooper", "2", "la deuxième", "die zweite", "nummer 2 bitte", "last"):
        (wish,) = understand(text, pending=JANES)
        assert wish.slots["choice"] == "p9", text
        assert wish.slots["provider"] == "zoom"


def test_neither_is_a_no(understand):
    assert understand("neither", pending=JANES)[0].intent == "deny"


def test_a_new_wish_is_not_taken_for_an_answer(understand):
    assert understand("who is not synced?", pending=WHICH)[0].intent == "list_not_synced"
    assert understand("why do you need that?", pending=WHICH)[0].intent == "why_privacy"


def test_a_time_answers_when(understand):
    (wish,) = understand("Freitag halb drei", language="de", pending=PendingQuestion("snooze", ("when",)))
    assert wish.slots["when"] == "2026-11-27T14:30:00+01:00"


def test_an_hour_that_is_over_is_asked_again(understand):
    (wish,) = understand("9", pending=PendingQuestion("snooze", ("when",)))
    assert wish.intent == "snooze"
    assert "when_unclear" in wish.slots
    assert "when" not in wish.slots


def test_and_for_teams_repeats_the_last_answer_for_teams(understand):
    (wish,) = understand("and for Teams?", last_intent="list_not_connected", last_slots={"provider": "zoom"})
    assert (wish.intent, wish.slots["provider"]) == ("list_not_connected", "teams")


def test_another_person_takes_the_place_of_the_last_one(understand):
    (wish,) = understand("and Karim?", last_intent="check_person", last_slots={"person": "p1"})
    assert (wish.intent, wish.slots["person"]) == ("check_person", "p4")


def test_why_asks_for_the_cause_of_the_last_answer(understand):
    (wish,) = understand("why?", last_intent="check_person", last_slots={"person": "p1"})
    assert (wish.intent, wish.slots["detail"], wish.slots["person"]) == ("check_person", "why", "p1")
    assert understand("pourquoi ?", last_intent="connect")[0].intent == "why_privacy"


def test_without_a_question_nothing_is_assumed(understand):
    assert "choice" not in understand("the second one")[0].slots


def test_a_wish_that_names_an_option_is_no_answer(understand):
    asked = {"pending": JANES}
    for text, intent in (
        ("remind Jane Miller", "nudge"),
        ("why can't Jane Cooper pick Zoom", "check_person"),
        ("remind me in 2 days", "snooze"),
        ("who hasn't connected?", "list_not_connected"),
    ):
        (wish,) = understand(text, **asked)
        assert wish.intent == intent, text
        assert "choice" not in wish.slots, text
    for text in ("Jane Cooper please", "I mean Cooper", "Cooper, thanks", "the second one i think"):
        assert understand(text, **asked)[0].slots["choice"] == "p9", text


def test_a_wish_that_names_a_provider_is_no_answer_to_which(understand):
    assert understand("who hasn't connected Zoom?", pending=WHICH)[0].intent == "list_not_connected"
    assert understand("disconnect my Zoom", pending=WHICH)[0].intent == "disconnect"
    for text in ("Zoom please", "I'd say Zoom", "Zoom, obviously", "plutôt zoom", "lieber Zoom"):
        (wish,) = understand(text, pending=WHICH)
        assert (wish.intent, wish.slots["provider"]) == ("connect", "zoom"), text


def test_thumbs_say_yes_and_no(understand):
    for text in ("👍", "👍🏽", ":+1:", "👌", "✅"):
        (wish,) = understand(text, pending=SURE)
        assert (wish.intent, wish.band) == ("affirm", "act"), text
    for text in ("👎", "👎🏿", ":-1:", "❌"):
        (wish,) = understand(text, pending=SURE)
        assert (wish.intent, wish.band) == ("deny", "act"), text
