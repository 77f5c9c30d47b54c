"""Weeks of runs before they are brought to their minutes or kilometres. Does not belong here: any assertion."""

from __future__ import annotations

from collections.abc import Sequence

from plan_pipeline.core.content.runs import km_of
from plan_pipeline.core.model.plan import Workout
from plan_pipeline.core.model.vocabulary import Weekday
from plan_pipeline_tests.core.rules.run_weeks import RUNNER, stretch, workout_of


def easy(weekday: str, minutes: float, pct: float = 78, kind: str = "easy") -> Workout:
    """A run of one easy stretch."""
    return workout_of(weekday, [stretch(minutes, pct)], kind)


def long(weekday: str, minutes: float) -> Workout:
    return easy(weekday, minutes, 76, "long")


def threshold(weekday: str, warmup_min: float = 15) -> Workout:
    """Twenty minutes at threshold after a warm-up."""
    return workout_of(weekday, [stretch(warmup_min, 74, "warmup"), stretch(20, 100, "interval")], "threshold")


def km(workouts: Sequence[Workout]) -> list[float]:
    return [round(km_of(workout.segments, RUNNER), 3) for workout in workouts]


def minutes(workouts: Sequence[Workout]) -> list[float]:
    return [workout.duration_min for workout in workouts]


def any_length(_: Weekday) -> float:
    """A day without a cap."""
    return 24 * 60
