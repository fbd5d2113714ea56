"""Do-not-disturb is respected where Slack tells it, and politely done without where it does not."""

from datetime import timedelta

import pytest

from tests.slack.conftest import Office
from tests.slack.stand_in import TEAM, Failure

PEOPLE = ["U01ADA", "U02BEN", "U03INES"]


def silent(office: Office, account: str, *, begin: float, end: float, enabled: bool = True) -> None:
    now = office.clock[0].timestamp()
    office.slack.silences[account] = {
        "dnd_enabled": enabled,
        "next_dnd_start_ts": int(now + begin),
        "next_dnd_end_ts": int(now + end),
    }


async def test_the_end_of_a_silence_is_read(office: Office) -> None:
    silent(office, "U01ADA", begin=-60, end=3600)
    silent(office, "U02BEN", begin=60, end=3600)
    silent(office, "U03INES", begin=-60, end=3600, enabled=False)
    found = await office.channel.quiet(TEAM, PEOPLE)
    assert list(found) == ["U01ADA"]
    assert found["U01ADA"] - office.clock[0] <= timedelta(hours=1)


async def test_slack_is_not_asked_more_often_than_it_allows(office: Office) -> None:
    silent(office, "U01ADA", begin=-60, end=3600)
    assert await office.channel.quiet(TEAM, PEOPLE)
    assert await office.channel.quiet(TEAM, PEOPLE) == {}
    office.clock[0] += timedelta(seconds=4)
    assert await office.channel.quiet(TEAM, PEOPLE)
    assert office.slack.count("dnd.teamInfo") == 2


async def test_without_the_permission_it_is_asked_once_and_never_again(office: Office) -> None:
    office.slack.failures["dnd.teamInfo"] = [Failure(error="missing_scope")]
    for _ in range(3):
        assert await office.channel.quiet(TEAM, PEOPLE) == {}
        office.clock[0] += timedelta(seconds=4)
    assert office.slack.count("dnd.teamInfo") == 1


@pytest.mark.parametrize("failure", [Failure(status=500), Failure(error="internal_error")])
async def test_trouble_is_over_with_the_next_question(office: Office, failure: Failure) -> None:
    silent(office, "U01ADA", begin=-60, end=3600)
    office.slack.failures["dnd.teamInfo"] = [failure]
    assert await office.channel.quiet(TEAM, PEOPLE) == {}
    office.clock[0] += timedelta(seconds=4)
    assert await office.channel.quiet(TEAM, PEOPLE)
