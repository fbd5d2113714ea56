from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import Throttled
from bot.teams.limits import Limits, Pace, Rate

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
WINDOWS = ((1, 7), (2, 8), (30, 60), (3600, 1800))


class Clock:
    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment


def turns(
    pace: Pace, clock: Clock, gaps: list[float], conversation: str = "a:1", *, bulk: bool = False
) -> list[datetime]:
    """When each message would leave, for messages that come with these gaps; those sent away come no more."""
    found = []
    for gap in gaps:
        clock.moment += timedelta(seconds=gap)
        try:
            wait = pace.reserve("tenant", conversation, bulk=bulk)
        except Throttled:
            continue
        found.append(clock.moment + timedelta(seconds=wait))
    return found


def most_within(moments: list[datetime], seconds: float) -> int:
    """The most that any window of this length holds."""
    window = timedelta(seconds=seconds)
    return max((sum(start <= moment < start + window for moment in moments) for start in moments), default=0)


@given(st.lists(st.floats(min_value=0, max_value=2), max_size=200))
def test_a_conversation_stays_inside_every_window_of_microsoft(gaps):
    clock = Clock()
    moments = turns(Pace(Limits(), clock), clock, gaps)
    for seconds, most in WINDOWS:
        assert most_within(moments, seconds) <= most


def test_an_hour_of_constant_writing_stays_inside_the_hour():
    clock = Clock()
    moments = turns(Pace(Limits(), clock), clock, [0.5] * 8000)
    assert 1700 <= most_within(moments, 3600) <= 1800


@given(st.lists(st.floats(min_value=0, max_value=0.2), max_size=200), st.booleans())
def test_a_tenant_never_sees_more_than_fifty_in_a_second(gaps, bulk):
    clock = Clock()
    pace = Pace(Limits(conversation=()), clock)
    assert most_within(turns(pace, clock, gaps, bulk=bulk), 1) <= (20 if bulk else 50)


def test_a_short_wait_is_reserved_and_a_long_one_is_left_to_the_queue():
    clock = Clock()
    pace = Pace(Limits(conversation=(Rate(burst=1, each_second=4),), tenant=()), clock)
    assert [pace.reserve("t", "c") for _ in range(3)] == [0, 0.25, 0.5]
    with pytest.raises(Throttled) as pause:
        pace.reserve("t", "c")
    assert pause.value.retry_after == 0.75

    clock.moment += timedelta(seconds=0.75)
    assert pace.reserve("t", "c") == 0


def test_one_conversation_does_not_slow_another():
    clock = Clock()
    pace = Pace(Limits(), clock)
    turns(pace, clock, [0] * 20, "a:1")
    assert pace.reserve("tenant", "a:2") == 0


def test_only_so_many_conversations_are_remembered():
    pace = Pace(Limits(), Clock(), remembered=10)
    for number in range(100):
        pace.reserve("tenant", f"a:{number}") if number < 20 else pace.reserve(f"tenant {number}", "a")
    assert len(pace._buckets) == 10
