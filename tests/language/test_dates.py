from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.language.dates import find_moment
from tests.language.conftest import EVALUATION, NOW

CASES = yaml.safe_load((EVALUATION / "times.yaml").read_text(encoding="utf-8"))["items"]


def read(text: str, language: str, now: datetime = NOW) -> str:
    moment = find_moment(text, now, language)
    if moment is None or moment.repeats:
        return "none"
    return moment.at.replace(tzinfo=None).isoformat(timespec="minutes") if moment.at else "unclear"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['lang']}: {case['text']}")
def test_a_time_is_what_people_mean(case):
    assert read(case["text"], case["lang"]) == str(case["when"])


def test_a_time_is_found_inside_a_sentence():
    assert read("could you please ask me again next week, I am on the road", "en") == "2026-11-30T09:00"
    assert read("je suis en réunion, rappelle-moi demain à 14h s'il te plaît", "fr") == "2026-11-26T14:00"
    assert read("bin grad im Call, meld dich am Montag um halb zehn nochmal", "de") == "2026-11-30T09:30"


def test_a_german_time_is_understood_from_an_english_speaker():
    assert read("übermorgen um 14 Uhr", "en") == "2026-11-27T14:00"


def test_next_friday_has_two_readings_to_choose_from():
    moment = find_moment("next friday at 3", NOW, "en")
    assert moment is not None
    assert [option.isoformat() for option in moment.options] == [
        "2026-11-27T15:00:00+01:00",
        "2026-12-04T15:00:00+01:00",
    ]


def test_an_hour_that_the_clocks_skip_moves_forward():
    before = datetime(2026, 3, 28, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert read("2026-03-29 02:30", "en", before) == "2026-03-29T03:30"


def test_hours_across_the_change_of_the_clocks_are_real_hours():
    night = datetime(2026, 10, 24, 23, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    moment = find_moment("in 6 hours", night, "en")
    assert moment is not None
    assert moment.at is not None
    assert moment.at.isoformat() == "2026-10-25T04:00:00+01:00"


def test_nine_tomorrow_is_nine_on_the_wall_after_the_change():
    saturday = datetime(2026, 10, 24, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    moment = find_moment("morgen um 9", saturday, "de")
    assert moment is not None
    assert moment.at is not None
    assert moment.at.isoformat() == "2026-10-25T09:00:00+01:00"


def test_the_zone_is_the_persons_own():
    tokyo = NOW.astimezone(ZoneInfo("Asia/Tokyo"))
    moment = find_moment("tomorrow at 9", tokyo, "en")
    assert moment is not None
    assert moment.at is not None
    assert moment.at.isoformat() == "2026-11-26T09:00:00+09:00"


@pytest.mark.parametrize("text", ["every monday at 9", "tous les lundis à 9h", "jeden Montag um 9"])
def test_what_repeats_is_no_single_time(text):
    moment = find_moment(text, NOW, "en")
    assert moment is not None
    assert moment.repeats
    assert moment.at is None


def test_what_was_understood_is_never_in_the_past():
    for case in CASES:
        moment = find_moment(case["text"], NOW, case["lang"])
        assert moment is None or moment.at is None or moment.at > NOW
