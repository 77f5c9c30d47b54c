"""Two days in a row leave the day after them fresh enough to be hard."""

from __future__ import annotations

import pytest

from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.model.vocabulary import Phase, Weekday, WeekType, WorkoutType
from plan_pipeline.core.selection.before_hard import most_before_hard
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.core.rules.overviews import a_week

RULES = real_config().content.hardness
SATURDAY, SUNDAY = Weekday.SATURDAY, Weekday.SUNDAY


def week(days: str) -> OverviewWeek:
    return a_week(1, WeekType.LOAD, Phase.BUILD, 8.0, days)


def most(days: str, following: str | None, **minutes: float) -> dict[Weekday, float]:
    this = week(days)
    meant = {Weekday(name.capitalize()): target for name, target in minutes.items()}
    allocations = [
        DurationAllocation(day.weekday, day.workout_type, meant[day.weekday], 30, 300) for day in this.trained
    ]
    return most_before_hard(this, week(following) if following else None, allocations, RULES)


WEEKEND = "saturday endurance, sunday endurance"


@pytest.mark.parametrize("following", ["monday vo2max, sunday endurance", "monday threshold, sunday endurance"])
def test_a_weekend_before_a_hard_monday_stays_below_what_tires(following: str) -> None:
    found = most(WEEKEND, following, saturday=150, sunday=135)

    assert found == {SATURDAY: 155, SUNDAY: 140}
    assert sum(found.values()) < RULES.two_days_min


@pytest.mark.parametrize("following", [None, "monday endurance, sunday endurance", "tuesday vo2max, sunday endurance"])
def test_before_an_easy_monday_it_may_be_as_long_as_it_likes(following: str | None) -> None:
    assert most(WEEKEND, following, saturday=150, sunday=135) == {}


def test_days_that_are_meant_to_be_too_much_together_are_left_as_they_are() -> None:
    assert most(WEEKEND, "monday vo2max, sunday endurance", saturday=180, sunday=150) == {}


def test_within_a_week_it_is_the_same() -> None:
    days = "wednesday endurance, thursday endurance, friday threshold"
    found = most(days, None, wednesday=120, thursday=100, friday=60)

    assert found.keys() == {Weekday.WEDNESDAY, Weekday.THURSDAY}
    assert week(days).training_days[Weekday.FRIDAY.position].workout_type is WorkoutType.THRESHOLD
