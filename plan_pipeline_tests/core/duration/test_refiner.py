"""Spreading what is left of a week: flexible days first, caps kept, ±5 % or the nearest total there is."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.refiner import RefinableDay, RefinedWeek, refine_weekly_total
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.model.vocabulary import Weekday, WorkoutType
from plan_pipeline.core.model.workout import LibraryWorkout
from plan_pipeline_tests.core.builders import (
    MANY,
    a_set,
    endurance_ride,
    library_workout,
    library_workouts,
    real_config,
    step,
)

RIDE = endurance_ride(60, (30, 120))
TEMPO = endurance_ride(60, (45, 90), kind="tempo")
FIXED = library_workout(step("tempo", 60, 85), strategy="fixed", kind="tempo")


def a_day(workout: LibraryWorkout, minutes: float, weekday: str = "Tuesday", cap: int = 1440) -> RefinableDay:
    """A day meant to have ``minutes``, whose workout has them as nearly as it can."""
    table = WorkoutTable(workout, real_config())
    allocation = DurationAllocation(Weekday(weekday), workout.type, minutes, 30, 240)
    nearest = table.nearest(minutes, cap)
    within = tuple(length for length in table.lengths if length.minutes <= max(cap, nearest.minutes))
    return RefinableDay(allocation, table, nearest, within)


def gappy(*minutes: int) -> LibraryWorkout:
    """A workout that can last one of two lengths and nothing between."""
    short, long = minutes
    sets = a_set(2, step("interval", long - short, 100), to=(1, 2))
    frame = [step("warmup", 2 * short - long)] if 2 * short > long else []
    return library_workout(*frame, sets, strategy="add_sets")


def lengths(week: RefinedWeek) -> list[float]:
    return [day.length.minutes for day in week.days]


def test_a_week_that_is_there_already_does_not_change() -> None:
    days = [a_day(RIDE, 60), a_day(TEMPO, 75)]

    refined = refine_weekly_total(days, 135)

    assert refined.days == tuple(days)
    assert refined.reached
    assert refined.statement == "2.25 h planned of 2.25 h wanted"


def test_flexible_days_give_way_before_days_of_intervals() -> None:
    refined = refine_weekly_total([a_day(TEMPO, 60), a_day(RIDE, 60)], 150)

    assert lengths(refined) == [60, 90]


def test_days_of_intervals_take_part_once_the_flexible_ones_can_do_no_more() -> None:
    refined = refine_weekly_total([a_day(TEMPO, 60), a_day(RIDE, 60, cap=75)], 150)

    assert lengths(refined) == [75, 75]


def test_what_is_left_is_shared_so_that_no_day_strays_far() -> None:
    refined = refine_weekly_total([a_day(RIDE, 60), a_day(RIDE, 60, "Thursday")], 160)

    assert lengths(refined) == [80, 80]


def test_a_week_that_is_too_long_is_shortened() -> None:
    refined = refine_weekly_total([a_day(RIDE, 90), a_day(TEMPO, 60)], 120)

    assert lengths(refined) == [60, 60]


def test_the_cap_of_a_day_is_kept_and_the_statement_names_the_nearest_total() -> None:
    refined = refine_weekly_total([a_day(RIDE, 60, cap=75), a_day(RIDE, 60, "Thursday", cap=75)], 240)

    assert lengths(refined) == [75, 75]
    assert not refined.reached
    assert refined.statement == (
        "4.00 h cannot be reached with these workouts: the nearest reachable total is 2.50 h (-37.5 %)"
    )


def test_fixed_workouts_are_left_alone() -> None:
    refined = refine_weekly_total([a_day(FIXED, 60), a_day(FIXED, 60, "Thursday")], 180)

    assert lengths(refined) == [60, 60]
    assert not refined.reached


def test_within_five_percent_counts_as_reached() -> None:
    assert refine_weekly_total([a_day(FIXED, 60)], 63).reached
    assert not refine_weekly_total([a_day(FIXED, 60)], 64).reached


def test_a_total_that_single_steps_cannot_reach_is_reached_by_moving_two_days() -> None:
    refined = refine_weekly_total([a_day(gappy(30, 60), 60), a_day(gappy(35, 50), 35)], 80)

    assert lengths(refined) == [30, 50]


def test_a_week_that_wants_nothing_comes_as_short_as_it_can_be() -> None:
    refined = refine_weekly_total([a_day(RIDE, 60)], 0)

    assert lengths(refined) == [30]
    assert refined.statement == "0.00 h cannot be reached with these workouts: the nearest reachable total is 0.50 h"


def test_a_week_without_days_is_what_it_is() -> None:
    assert refine_weekly_total([], 60).days == ()


# --- properties ----------------------------------------------------------------------------------------------

days = st.lists(
    st.tuples(library_workouts(), st.integers(30, 150), st.sampled_from((45, 60, 90, 1440))), min_size=1, max_size=4
).map(lambda drawn: [a_day(workout, minutes, cap=cap) for workout, minutes, cap in drawn])


@MANY
@given(days, st.integers(60, 600))
def test_a_day_only_moves_to_a_length_that_it_may_have(week: list[RefinableDay], wanted: int) -> None:
    for before, after in zip(week, refine_weekly_total(week, wanted).days, strict=True):
        assert after.length in before.lengths


@MANY
@given(days, st.integers(60, 600))
def test_the_total_never_gets_further_away(week: list[RefinableDay], wanted: int) -> None:
    def missed(days: list[RefinableDay] | tuple[RefinableDay, ...]) -> float:
        return abs(sum(day.length.minutes for day in days) - wanted)

    assert missed(refine_weekly_total(week, wanted).days) <= missed(week)


@MANY
@given(days, st.integers(60, 600))
def test_refining_a_refined_week_changes_nothing(week: list[RefinableDay], wanted: int) -> None:
    once = refine_weekly_total(week, wanted)

    assert refine_weekly_total(once.days, wanted) == once


grid_days = st.lists(
    st.tuples(st.integers(6, 20), st.integers(0, 8), st.integers(0, 8), st.sampled_from((60, 90, 1440))),
    min_size=1,
    max_size=3,
).map(
    lambda drawn: [
        a_day(
            endurance_ride(5 * own, (5 * (own - min(less, own - 1)), 5 * (own + more)), kind=kind.value),
            5 * own,
            cap=max(cap, 5 * own),
        )
        for (own, less, more, cap), kind in zip(
            drawn, (WorkoutType.ENDURANCE, WorkoutType.TEMPO, WorkoutType.MIXED), strict=False
        )
    ]
)


@MANY
@given(grid_days, st.integers(6, 120))
def test_the_total_reached_is_the_nearest_there_is(week: list[RefinableDay], cells: int) -> None:
    wanted = 5 * cells
    choices = [[length.minutes for length in day.lengths] for day in week]
    nearest = min(abs(sum(picked) - wanted) for picked in product(*choices))

    assert abs(sum(lengths(refine_weekly_total(week, wanted))) - wanted) == pytest.approx(nearest)
