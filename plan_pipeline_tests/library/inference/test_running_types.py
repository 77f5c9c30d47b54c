"""The type of a run, by its zones and how they are laid out."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.steps import RunningStep
from plan_pipeline.core.model.vocabulary import DayKind, Phase, Sport, WorkoutType
from plan_pipeline.core.model.workout import WorkoutSet, write_out
from plan_pipeline.core.sports.running import RUNNING
from plan_pipeline.library.inference.suitability import PURPOSES_OF_RUNS, USUAL_PHASES_OF_RUNS, days_of, phases_of
from plan_pipeline.library.inference.types import type_of
from plan_pipeline_tests.formats.runs import in_library, running_library

WARMUP, COOLDOWN = in_library("warmup", 68, 78, duration_min=15), in_library("cooldown", 62, 72, duration_min=10)


def easy(minutes: float, pct: float = 77) -> RunningStep:
    return in_library("endurance", pct, duration_min=minutes)


def repeats(count: int, minutes: float, pct: float, rest: float = 2, kind: str = "interval") -> WorkoutSet:
    steps = (in_library(kind, pct, duration_min=minutes), in_library("recovery", 66, duration_min=rest))
    return WorkoutSet(repeat=count, steps=steps)


def one(minutes: float, low: float, high: float | None = None) -> RunningStep:
    return in_library("steady", low, high, duration_min=minutes)


@pytest.mark.parametrize(
    ("parts", "name", "kind"),
    [
        ((easy(30, 70),), "Run", WorkoutType.RECOVERY),
        ((easy(30, 70),), "Easy half hour", WorkoutType.EASY),
        ((easy(50),), "Run", WorkoutType.EASY),
        ((easy(45), repeats(6, 1 / 3, 120, 1, "stride")), "Run", WorkoutType.EASY),
        ((easy(40), repeats(8, 1 / 6, 120, 2, "hill")), "Run", WorkoutType.EASY),
        ((easy(95),), "Run", WorkoutType.LONG),
        ((easy(70),), "Long run", WorkoutType.LONG),
        ((easy(80), one(20, 94), COOLDOWN), "Run", WorkoutType.LONG),
        ((WARMUP, one(40, 88), COOLDOWN), "Run", WorkoutType.STEADY),
        ((WARMUP, one(15, 80), one(15, 86), one(10, 93), COOLDOWN), "Run", WorkoutType.PROGRESSIVE),
        ((WARMUP, one(30, 76, 92), COOLDOWN), "Run", WorkoutType.PROGRESSIVE),
        ((WARMUP, one(40, 94), COOLDOWN), "Run", WorkoutType.MARATHON_PACE),
        ((WARMUP, one(20, 99), COOLDOWN), "Run", WorkoutType.THRESHOLD),
        ((WARMUP, repeats(2, 15, 99), COOLDOWN), "Run", WorkoutType.THRESHOLD),
        ((WARMUP, repeats(4, 7, 99, 1), COOLDOWN), "Run", WorkoutType.CRUISE_INTERVALS),
        ((WARMUP, repeats(5, 4, 104), COOLDOWN), "Run", WorkoutType.RACE_PACE),
        ((WARMUP, repeats(5, 3, 108.5), COOLDOWN), "Run", WorkoutType.VO2MAX),
        ((WARMUP, repeats(8, 1.5, 117), COOLDOWN), "Run", WorkoutType.REPETITION),
        ((WARMUP, repeats(8, 1, 107, 2, "hill"), COOLDOWN), "Run", WorkoutType.HILLS),
        ((WARMUP, repeats(8, 1, 107), COOLDOWN), "Eight hills", WorkoutType.HILLS),
        ((WARMUP, repeats(3, 8, 101), COOLDOWN), "Race simulation", WorkoutType.RACE_SIMULATION),
        ((WARMUP, one(20, 106), COOLDOWN), "20 min test", WorkoutType.TEST),
        ((in_library("strength", None, duration_min=30),), "Heavy", WorkoutType.STRENGTH),
        ((in_library("endurance", None, duration_min=45),), "Easy bike", WorkoutType.CROSS_TRAINING),
    ],
)
def test_the_type_is_that_of_the_work(
    parts: tuple[RunningStep | WorkoutSet, ...], name: str, kind: WorkoutType
) -> None:
    assert type_of(tuple(write_out(parts)), name, Sport.RUNNING) is kind


def test_nine_in_ten_runs_of_the_library_have_the_type_that_coaches_gave_them() -> None:
    workouts = running_library().workouts
    found = sum(type_of(workout.segments, workout.name, Sport.RUNNING) is workout.type for workout in workouts)
    assert found / len(workouts) >= 0.85


def test_every_type_of_running_has_a_purpose_and_phases() -> None:
    trained = set(RUNNING.trained_types)
    assert set(PURPOSES_OF_RUNS) == set(USUAL_PHASES_OF_RUNS) == trained


def test_easy_runs_suit_every_phase_and_long_ones_the_weekend() -> None:
    assert phases_of(WorkoutType.EASY, 60, Sport.RUNNING) == tuple(Phase)
    assert Phase.TAPER in phases_of(WorkoutType.CRUISE_INTERVALS, 50, Sport.RUNNING)
    assert (days_of(90, Sport.RUNNING), days_of(91, Sport.RUNNING)) == (tuple(DayKind), (DayKind.WEEKEND,))
