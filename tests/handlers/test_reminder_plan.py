"""When reminders go out, over time zones, clock changes, weekends, holidays and every plan that can be set."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.reminder_plan import Place, Plan, allowed_from, following, good_moment, is_good
from handlers.workdays import free_days

ZONES = ["Europe/Berlin", "Europe/London", "Europe/Lisbon", "America/New_York", "Asia/Dubai", "Asia/Kolkata",
         "Australia/Lord_Howe", "Pacific/Apia", "America/Santiago", "Africa/Cairo", "UTC", "Nowhere/Land"]  # fmt: skip
OFFICES = ["", "Berlin", "Munich", "London", "Edinburgh", "Lyon", "Somewhere"]
moments = st.integers(0, 3 * 365 * 24 * 60).map(lambda m: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=m))
places = st.builds(Place, st.sampled_from(ZONES), st.sampled_from(OFFICES), st.integers(0, 100_000))
hours = st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(lambda pair: pair[0] < pair[1])
day_plans = st.lists(st.integers(1, 60), max_size=3, unique=True).map(lambda days: (0, *sorted(days)))
plans = st.builds(lambda days, pair, week: Plan(days, pair[0], pair[1], week), day_plans, hours, st.integers(1, 5))


@given(moments, places, plans)
@settings(max_examples=300, deadline=None)
def test_a_good_moment_is_never_early_and_always_in_working_hours_of_a_working_day(
    after: datetime, place: Place, plan: Plan
) -> None:
    moment = good_moment(after, place, plan)
    local = moment.astimezone(place.zone)
    assert moment >= after
    assert not place.is_free(local.date())
    # An hour that a clock change leaves out moves the window by that hour.
    assert plan.begin <= local.hour <= plan.end
    assert is_good(moment, place, plan)


@given(moments, places, plans)
@settings(max_examples=200, deadline=None)
def test_a_good_moment_stays_where_it_is(after: datetime, place: Place, plan: Plan) -> None:
    moment = good_moment(after, place, plan)
    assert good_moment(moment, place, plan) == moment


@given(moments, places, plans)
@settings(max_examples=200, deadline=None)
def test_the_whole_plan_keeps_its_days_and_its_ceiling(start: datetime, place: Place, plan: Plan) -> None:
    sent: list[datetime] = []
    moment = good_moment(start, place, plan)
    for number in range(1, len(plan.days) + 1):
        while (later := good_moment(allowed_from(sent, moment, place, plan), place, plan)) > moment:
            moment = later
        sent.append(moment)
        moment = following(moment, number, plan.days, place, plan)
    assert all(is_good(each, place, plan) for each in sent)
    for (earlier, later), (before, after) in zip(pairwise(sent), pairwise(plan.days), strict=True):
        days = (later.astimezone(place.zone).date() - earlier.astimezone(place.zone).date()).days
        assert days >= after - before
    for each in sent:
        assert sum(1 for other in sent if each - timedelta(days=7) < other <= each) <= plan.a_week


@pytest.mark.parametrize(
    ("office", "timezone", "day"),
    [
        ("Berlin", "Europe/Berlin", date(2026, 3, 8)),  # a Sunday
        ("Munich", "Europe/Berlin", date(2026, 1, 6)),  # Epiphany, in Bavaria alone
        ("Lyon", "Europe/Paris", date(2026, 7, 14)),
        ("London", "Europe/London", date(2026, 8, 31)),  # not in Scotland
        ("Dubai", "Asia/Dubai", date(2026, 12, 2)),
    ],
)
def test_public_holidays_of_the_office_are_free(office: str, timezone: str, day: date) -> None:
    assert free_days(timezone, office)(day)


def test_a_holiday_of_another_region_is_a_working_day() -> None:
    assert not free_days("Europe/Berlin", "Berlin")(date(2026, 1, 6))
    assert not free_days("Europe/London", "Edinburgh")(date(2026, 8, 31))


def test_friday_evening_becomes_monday_morning() -> None:
    friday = datetime(2026, 11, 27, 17, 30, tzinfo=UTC)
    moment = good_moment(friday, Place("Europe/Berlin", "Berlin"), Plan())
    assert moment == datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sunday", "hour"),
    [(datetime(2026, 3, 29, 12, tzinfo=UTC), 7), (datetime(2026, 10, 25, 12, tzinfo=UTC), 8)],
)
def test_nine_stays_nine_when_the_clocks_change(sunday: datetime, hour: int) -> None:
    moment = good_moment(sunday, Place("Europe/Berlin", "Berlin"), Plan())
    assert (moment.hour, moment.minute) == (hour, 0)


def test_people_of_one_team_do_not_all_get_it_in_the_same_minute() -> None:
    sunday = datetime(2026, 11, 22, 12, tzinfo=UTC)
    minutes = {good_moment(sunday, Place("Europe/Berlin", "", seed), Plan()) for seed in range(90)}
    assert len(minutes) == 90


def test_a_plan_survives_storage() -> None:
    plan = Plan((0, 3), 8, 18, 2)
    assert Plan.from_json(plan.to_json()) == plan
    assert Plan.from_json({}) == Plan()
