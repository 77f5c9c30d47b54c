"""What a week leaves to the next: days that are easy after long runs, and the distance from the last hard day."""

from __future__ import annotations

import pytest

from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.model.vocabulary import Phase, Weekday, WorkoutType
from plan_pipeline.core.overview.week_before import NEARLY, NOTHING_BEFORE, WeekBefore
from plan_pipeline_tests.core.purpose.runner_purposes import marathon_purpose, tables_of
from plan_pipeline_tests.core.running import running_config

TABLES = tables_of(marathon_purpose())
VERY_LONG_MIN = running_config().content.hardness.very_long_over_min


def spread(**days: tuple[str, float]) -> list[DurationAllocation]:
    """The minutes of days, each by its type."""
    return [
        DurationAllocation(Weekday(day.capitalize()), WorkoutType(kind), minutes, 20, 300)
        for day, (kind, minutes) in days.items()
    ]


def before(hard_long_day: Weekday | None = None, **days: tuple[str, float]) -> WeekBefore:
    return WeekBefore.of(spread(**days), Phase.BUILD, TABLES, hard_long_day)


def tired(week_before: WeekBefore, **days: tuple[str, float]) -> set[Weekday]:
    return set(week_before.tired_days(spread(**days), Phase.BUILD, TABLES, running_config()))


@pytest.mark.parametrize(("day", "since"), [("tuesday", 6), ("saturday", 2), ("sunday", 1)])
def test_the_last_hard_day_is_so_many_days_before_the_next_monday(day: str, since: int) -> None:
    assert before(**{day: ("threshold", 60)}).since_hard == since


def test_a_long_run_is_no_hard_day_unless_it_is_a_key_session() -> None:
    week = {"thursday": ("threshold", 60.0), "sunday": ("long", 120.0)}
    assert before(**week).since_hard == 4


def test_a_long_run_that_is_a_key_session_asks_for_an_easy_day_more() -> None:
    week = {"thursday": ("threshold", 60.0), "sunday": ("long", 120.0)}
    assert before(Weekday.SUNDAY, **week).since_hard == before(sunday=("threshold", 60)).since_hard - 1


def test_a_week_without_a_hard_day_leaves_all_room() -> None:
    assert before(tuesday=("easy", 40)).since_hard == NOTHING_BEFORE.since_hard == 9


def test_all_seven_days_are_left_with_a_little_more_than_planned() -> None:
    days = before(tuesday=("easy", 40)).days
    assert len(days) == 7
    assert [day.minutes for day in days if day.minutes] == [40 / NEARLY]


def test_monday_is_tired_after_a_very_long_sunday() -> None:
    after = before(sunday=("long", VERY_LONG_MIN))
    assert tired(after, monday=("threshold", 60), thursday=("threshold", 60)) == {Weekday.MONDAY}


def test_a_day_within_the_week_is_tired_by_the_days_before_it_too() -> None:
    assert tired(NOTHING_BEFORE, saturday=("long", VERY_LONG_MIN), sunday=("threshold", 60)) == {Weekday.SUNDAY}


def test_short_runs_tire_nobody() -> None:
    assert tired(before(sunday=("easy", 40)), monday=("threshold", 60)) == set()


def test_easy_days_are_never_among_the_tired() -> None:
    assert tired(before(sunday=("long", VERY_LONG_MIN)), monday=("easy", 40)) == set()
