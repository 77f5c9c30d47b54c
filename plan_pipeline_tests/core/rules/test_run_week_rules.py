"""A runner's days beside each other: easy days around hard long runs, strides, easy runs that differ, rest."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.model.plan import PlanWeek
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.vocabulary import Phase, WeekType
from plan_pipeline_tests.core.rules.plan_weeks import plan_week
from plan_pipeline_tests.core.rules.run_weeks import (
    a_runner,
    found,
    racing,
    run,
    session,
    stretch,
    with_strides,
    workout_of,
)

AT_MARATHON_PACE = ((60, 78), (30, 94))
EASY_LONG = ((90, 78),)


def long_run(*parts: tuple[float, float], day: str = "Sunday") -> Any:
    return session(day, *parts, kind="long")


# --- hard-day-spacing --------------------------------------------------------------------------------------------


def test_quality_next_to_quality_rejects_a_plan_over_the_seam_of_weeks_too() -> None:
    hard = [plan_week(1, session("Sunday", (15, 75), (20, 98))), plan_week(2, session("Monday", (15, 75), (20, 98)))]

    result = found("hard-day-spacing", hard)

    assert (result.rejects, result.value, result.weeks) == (True, 0, (2,))
    assert result.message.endswith("put at least 1 day of rest or easy running between hard days.")


def test_quality_before_an_easy_long_run_is_right() -> None:
    weeks = [plan_week(1, session("Saturday", (15, 75), (20, 98)), long_run(*EASY_LONG))]

    assert found("hard-day-spacing", weeks).passed
    assert found("easy-around-long-quality", weeks).passed


# --- easy-around-long-quality ------------------------------------------------------------------------------------


@pytest.mark.parametrize("day_before", [None, run("Saturday", 8), with_strides("Saturday", 8)])
def test_rest_easy_running_and_strides_may_come_before_a_hard_long_run(day_before: Any) -> None:
    workouts = [each for each in (day_before, long_run(*AT_MARATHON_PACE)) if each]

    result = found("easy-around-long-quality", [plan_week(1, *workouts)])

    assert (result.passed, result.value) == (True, 0)


def test_a_steady_run_before_a_hard_long_run_is_told() -> None:
    weeks = [plan_week(1, run("Saturday", 8, 88, "steady"), long_run(*AT_MARATHON_PACE))]

    result = found("easy-around-long-quality", weeks)

    assert (result.passed, result.value, result.severity) == (False, 1, RuleSeverity.WARNING)
    assert result.message == (
        "Week 1: 38.6 min at or above 84 % on Saturday, the day before a long run with 30 min at or above 92 %; run "
        "easily on that day, or rest."
    )


@pytest.mark.parametrize(("day", "passed"), [("Monday", False), ("Tuesday", False), ("Wednesday", True)])
def test_two_easy_days_follow_a_long_run_at_marathon_pace_over_the_seam_of_weeks(day: str, passed: bool) -> None:
    weeks = [plan_week(1, long_run(*AT_MARATHON_PACE)), plan_week(2, session(day, (15, 75), (20, 98)))]

    assert found("easy-around-long-quality", weeks).passed is passed


def test_a_hard_long_run_without_marathon_pace_asks_for_no_second_day() -> None:
    steady = [plan_week(1, long_run((40, 78), (60, 86))), plan_week(2, session("Tuesday", (15, 75), (20, 98)))]

    assert found("easy-around-long-quality", steady).passed


@pytest.mark.parametrize(("day", "passed"), [("Tuesday", False), ("Wednesday", True)])
def test_two_easy_days_follow_a_race_and_the_day_after_may_be_long(day: str, passed: bool) -> None:
    request = racing("half_marathon", events=[{"date": "2027-02-06", "type": "10k"}])
    weeks = [
        plan_week(1, run("Thursday", 8), long_run(*EASY_LONG)),
        plan_week(2, session("Monday" if day == "Tuesday" else day, (15, 75), (20, 98))),
    ]

    assert found("easy-around-long-quality", weeks, request).passed is passed


# --- mp-long-run-in-cutback --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "passed"), [(WeekType.RECOVERY, False), (WeekType.LOAD, True)])
def test_no_cutback_week_holds_a_long_run_at_marathon_pace(kind: WeekType, passed: bool) -> None:
    result = found("mp-long-run-in-cutback", [plan_week(1, long_run(*AT_MARATHON_PACE), week_type=kind)])

    assert (result.passed, result.value) == (passed, 0 if passed else 1)


def test_an_easy_long_run_belongs_into_a_cutback_week() -> None:
    weeks = [plan_week(1, long_run(*EASY_LONG), week_type=WeekType.RECOVERY)]

    assert found("mp-long-run-in-cutback", weeks).passed


# --- strides -----------------------------------------------------------------------------------------------------


def in_phases(*phases: Phase, fast: tuple[int, ...] = ()) -> list[PlanWeek]:
    return [
        plan_week(n, with_strides("Tuesday", 8) if n in fast else run("Tuesday", 8), phase=phase)
        for n, phase in enumerate(phases, 1)
    ]


PHASES = (Phase.BASE, Phase.BASE, Phase.BUILD, Phase.PEAK)


def test_strides_in_one_week_of_every_phase_are_enough() -> None:
    result = found("strides", in_phases(*PHASES, fast=(2, 3, 4)))

    assert (result.passed, result.value) == (True, 0)


def test_phases_without_any_are_told() -> None:
    result = found("strides", in_phases(*PHASES, fast=(3,)))

    assert (result.passed, result.value, result.weeks) == (False, 2, (1, 2, 4))
    assert result.message == "No strides in base and peak; put four to eight of 20 s into an easy run of every week."


def test_hill_sprints_and_repetitions_count_as_strides() -> None:
    hills = workout_of("Tuesday", [stretch(30, 78), stretch(0.2, 110, "hill")])
    weeks = [
        plan_week(1, hills, phase=Phase.BASE),
        plan_week(2, session("Tuesday", (15, 75), (1, 115)), phase=Phase.BUILD),
    ]

    assert found("strides", weeks).passed


def test_light_weeks_and_weeks_of_run_and_walk_are_not_asked() -> None:
    light = [plan_week(1, run("Tuesday", 5), week_type=WeekType.RECOVERY)]
    beginner = a_runner(4, weekly_km=20, experience_level="beginner", current_weekly_km=6)

    assert found("strides", light).value is None
    assert found("strides", in_phases(Phase.BASE), beginner).value is None


# --- easy-runs-differ --------------------------------------------------------------------------------------------


def test_easy_runs_of_a_week_that_differ_by_more_than_five_percent_are_right() -> None:
    weeks = [plan_week(1, run("Monday", 6), run("Wednesday", 8), run("Friday", 9.5), run("Sunday", 11.5))]

    assert found("easy-runs-differ", weeks).passed


def test_neighbours_that_are_alike_are_noted() -> None:
    weeks = [plan_week(1, run("Monday", 8), run("Wednesday", 8.2), run("Friday", 9.5))]

    result = found("easy-runs-differ", weeks)

    assert (result.passed, result.value, result.severity) == (False, 1, RuleSeverity.NOTE)
    assert result.message == (
        "Week 1: 8 km on Monday and 8.2 on Wednesday are alike; make the one before a hard day shorter."
    )


def test_two_easy_runs_of_a_week_may_be_alike() -> None:
    assert found("easy-runs-differ", [plan_week(1, run("Monday", 8), run("Wednesday", 8))]).passed


# --- rest-days ---------------------------------------------------------------------------------------------------

ALL_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def on_days(count: int) -> list[PlanWeek]:
    return [plan_week(1, *(run(day, 8) for day in ALL_DAYS[:count]))]


@pytest.mark.parametrize(
    ("athlete", "days", "passed"),
    [
        ({"weekly_km": 60, "current_weekly_km": 40}, 6, True),
        ({"weekly_km": 60, "current_weekly_km": 40}, 7, False),
        ({"weekly_km": 120, "current_weekly_km": 95}, 7, True),
        ({"weekly_km": 60, "current_weekly_km": 40, "experience_level": "beginner"}, 5, True),
        ({"weekly_km": 60, "current_weekly_km": 40, "experience_level": "beginner"}, 6, False),
    ],
)
def test_one_day_is_without_a_run_two_for_beginners_and_none_in_the_high_tier(
    athlete: dict[str, Any], days: int, passed: bool
) -> None:
    result = found("rest-days", on_days(days), racing(**athlete))

    assert (result.passed, result.value, result.severity) == (passed, 7 - days, RuleSeverity.WARNING)


def test_other_training_on_a_day_without_a_run_is_rest_from_running() -> None:
    bike = session("Sunday", (40, 70), kind="cross_training")
    weeks = [plan_week(1, *(run(day, 8) for day in ALL_DAYS[:6]), bike)]

    result = found("rest-days", weeks, racing(weekly_km=60, current_weekly_km=40))

    assert (result.passed, result.value) == (True, 1)


def test_a_run_on_every_day_is_told() -> None:
    result = found("rest-days", on_days(7), racing(weekly_km=60, current_weekly_km=40))

    assert result.message == "Week 1: runs on 7 days; leave 1 day without one."
