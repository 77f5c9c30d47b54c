"""What key sessions are chosen by so that they vary: new structures first, none twice in a row or out of place."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.duration.candidates import Candidates
from plan_pipeline.core.model.plan import OverviewWeek, TrainingDay
from plan_pipeline.core.model.vocabulary import Phase, Weekday, WeekType, WorkoutType
from plan_pipeline.core.selection.memory import Memory
from plan_pipeline.core.selection.variation import (
    AVOIDED_COST,
    COSTLY_IN_LIGHT_WEEK_COST,
    MOST_USES_COUNTED,
    NEW_VARIANT_POINTS,
    USED_COST,
    unrepeated,
    variation_points,
    varies,
)
from plan_pipeline.core.sports.cycling import CYCLING
from plan_pipeline.core.sports.running import RUNNING
from plan_pipeline_tests.core.purpose.runner_purposes import marathon_purpose, tables_of
from plan_pipeline_tests.core.running import running_config, running_library

BY_ID = {workout.id: workout for workout in running_library().workouts}
FIVE, TEN = "run_cru_5x5", "run_cru_3x10"
CRUISE = tables_of(marathon_purpose()).candidates(WorkoutType.CRUISE_INTERVALS)


def a_week(number: int = 3, *, phase: Phase = Phase.BUILD, **kinds: str) -> OverviewWeek:
    days = tuple(
        TrainingDay(weekday=day, workout_type=WorkoutType(kinds.get(day.value.lower(), "rest"))) for day in Weekday
    )
    kind = WeekType.RECOVERY if phase.is_light else WeekType.LOAD
    fields: dict[str, Any] = {"focus": "Run.", "target_hours": 5, "target_tss": 250}
    return OverviewWeek(week_number=number, week_type=kind, phase=phase, training_days=days, **fields)


def used(*ids: str) -> Memory:
    """What a plan remembers after these workouts, one a week."""
    memory = Memory(running_config().week.long_ride)
    for number, workout_id in enumerate(ids, start=1):
        memory.add(a_week(number), BY_ID[workout_id], 60)
    return memory


def points(
    workout_id: str, memory: Memory | None = None, *, week: OverviewWeek | None = None, candidates: Candidates = CRUISE
) -> float:
    """The points of a workout on Thursday, the day after Wednesday's."""
    found = week or a_week(thursday="cruise_intervals")
    by_row = variation_points(candidates, memory or used(), found, found.training_days[3])
    return float(by_row[candidates.row[workout_id]])


def test_the_examples_are_laid_out_differently() -> None:
    assert BY_ID[FIVE].variant != BY_ID[TEN].variant


@pytest.mark.parametrize(
    ("kind", "does"),
    [
        (WorkoutType.THRESHOLD, True),
        (WorkoutType.HILLS, True),
        (WorkoutType.STEADY, True),
        (WorkoutType.EASY, False),
        (WorkoutType.RECOVERY, False),
        (WorkoutType.TEST, False),
        (WorkoutType.REST, False),
    ],
)
def test_key_sessions_of_runners_vary_and_easy_runs_and_tests_do_not(kind: WorkoutType, does: bool) -> None:
    assert varies(kind, RUNNING.parts) is does


def test_the_brisk_sessions_of_a_sport_vary_there_alone() -> None:
    assert varies(WorkoutType.TEMPO, CYCLING.parts)
    assert not varies(WorkoutType.STEADY, CYCLING.parts) or WorkoutType.STEADY.is_demanding


def test_the_structure_of_the_last_session_of_a_type_does_not_come_back_at_once() -> None:
    allowed = unrepeated(CRUISE, used(TEN, FIVE), WorkoutType.CRUISE_INTERVALS)
    closed = {table.workout.variant for table, is_open in zip(CRUISE.tables, allowed, strict=True) if not is_open}
    assert closed == {BY_ID[FIVE].variant}


def test_it_may_come_back_the_time_after_next() -> None:
    assert unrepeated(CRUISE, used(FIVE, TEN), WorkoutType.CRUISE_INTERVALS)[CRUISE.row[FIVE]]


def test_before_its_first_session_a_type_has_all_its_structures() -> None:
    assert unrepeated(CRUISE, used("run_thr_25"), WorkoutType.CRUISE_INTERVALS).all()


def test_a_structure_that_the_plan_has_not_had_gains() -> None:
    assert points(FIVE) == NEW_VARIANT_POINTS
    assert points(FIVE, used(TEN)) == NEW_VARIANT_POINTS


@pytest.mark.parametrize("times", [1, 2, 3, 5])
def test_one_that_it_has_had_loses_for_each_time_up_to_three(times: int) -> None:
    assert points(FIVE, used(*[FIVE] * times)) == -USED_COST * min(times, MOST_USES_COUNTED)


def test_another_length_of_a_structure_is_the_same_structure() -> None:
    of_type = [table.workout for table in CRUISE.tables]
    alike = next(each.id for each in of_type if each.variant == BY_ID[FIVE].variant and each.id != FIVE)
    assert points(alike, used(FIVE)) == -USED_COST


def avoiding() -> tuple[str, WorkoutType, WorkoutType]:
    """A workout that is not to follow some type, that type, and its own."""
    found = next(each for each in BY_ID.values() if each.avoid_after)
    return found.id, found.avoid_after[0], found.type


def test_a_session_loses_on_the_day_after_one_that_it_is_not_to_follow() -> None:
    workout_id, after, own = avoiding()
    candidates = tables_of(marathon_purpose()).candidates(own)
    beside, apart = (
        points(workout_id, week=a_week(thursday=own, **{day: after.value}), candidates=candidates)
        for day in ("wednesday", "tuesday")
    )
    assert apart - beside == AVOIDED_COST


def test_monday_follows_nothing() -> None:
    workout_id, after, own = avoiding()
    candidates = tables_of(marathon_purpose()).candidates(own)
    week = a_week(monday=own, sunday=after.value)
    by_row = variation_points(candidates, used(), week, week.training_days[0])
    assert by_row[candidates.row[workout_id]] == NEW_VARIANT_POINTS


@pytest.mark.parametrize("cost", [3, 4])
def test_a_light_week_has_no_costly_session(cost: int) -> None:
    costs = {w.fatigue_cost: w for w in BY_ID.values() if w.type in (WorkoutType.VO2MAX, WorkoutType.CRUISE_INTERVALS)}
    workout = costs[cost]
    candidates = tables_of(marathon_purpose()).candidates(workout.type)
    weeks = [a_week(phase=phase) for phase in (Phase.BUILD, Phase.RECOVERY)]
    load, light = (points(workout.id, week=week, candidates=candidates) for week in weeks)
    assert load - light == (COSTLY_IN_LIGHT_WEEK_COST if cost >= 4 else 0)
