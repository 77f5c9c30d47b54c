"""What a week's workouts hold together, and what was asked of it."""

from __future__ import annotations

import pytest

from plan_pipeline.core.content.week_content import WeekContent, long_ride_target_min, week_content
from plan_pipeline.core.model.plan import OverviewWeek, Workout
from plan_pipeline.core.model.vocabulary import DayRole, ExperienceLevel, Phase, Weekday, WeekType
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.core.rules.overviews import a_week
from plan_pipeline_tests.core.weeks import endurance, segment, workout

BEGINNER, ADVANCED = ExperienceLevel.BEGINNER, ExperienceLevel.ADVANCED


def measured(*workouts: Workout, level: ExperienceLevel = ADVANCED) -> WeekContent:
    return week_content(workouts, level, real_config())


def effort(weekday: str, minutes: float, pct: float, kind: str = "mixed") -> Workout:
    """One effort between two easy parts."""
    parts = (segment("warmup", 20, 60), segment("interval", minutes, pct), segment("cooldown", 10, 50))
    return workout(weekday, parts, kind=kind)


def test_minutes_are_counted_in_the_band_they_are_ridden_in() -> None:
    found = measured(effort("Tuesday", 12, 100), effort("Thursday", 15, 90), endurance("Saturday", 180))

    assert (found.bands.sweet_spot, found.bands.threshold, found.bands.vo2max) == (15, 12, 0)
    assert found.longest_ride_min == 180


def test_a_day_is_hard_by_what_is_ridden_whatever_it_is_called() -> None:
    assert measured(effort("Tuesday", 25, 100, kind="mixed"), endurance("Saturday", 60)).hard_days == 1
    assert measured(effort("Tuesday", 25, 60, kind="threshold"), endurance("Saturday", 60)).hard_days == 0


def test_what_is_left_of_w_prime_depends_on_the_level() -> None:
    hard = effort("Tuesday", 4, 115, kind="vo2max")

    trained, new = measured(hard).least_w_balance_pct, measured(hard, level=BEGINNER).least_w_balance_pct
    assert trained is not None and new is not None
    assert new < trained < 100


def test_a_test_is_no_measure_of_what_is_left_and_an_optional_ride_counts_for_nothing() -> None:
    maximal = effort("Tuesday", 4, 115, kind="test")
    spare = endurance("Sunday", 240).model_copy(update={"optional": True})

    found = measured(maximal, endurance("Saturday", 60), spare)
    assert found.least_w_balance_pct == pytest.approx(100)
    assert found.longest_ride_min == 60


def test_a_week_without_workouts_holds_nothing() -> None:
    assert measured() == WeekContent()


def test_the_long_ride_of_a_week_is_that_of_its_line() -> None:
    week = a_week(1, WeekType.LOAD, Phase.BASE, 6, "tuesday endurance, saturday endurance, sunday endurance")
    assert long_ride_target_min(week) is None

    roles = {
        Weekday.SATURDAY: {"role": DayRole.BACK_TO_BACK, "minutes": 200},
        Weekday.SUNDAY: {"role": DayRole.LATE_WORK, "minutes": 180},
    }
    days = [{**dict(day), **roles.get(day.weekday, {})} for day in week.training_days]
    assert long_ride_target_min(OverviewWeek.model_validate({**week.model_dump(), "training_days": days})) == 180
