"""What is inferred of a workout by its steps: what it is for, who can ride it, and what may change in it."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import DayKind, ExperienceLevel, WorkoutType
from plan_pipeline.core.model.workout import Library, LibraryWorkout, WorkoutSet
from plan_pipeline.library.importing.workouts import UnrideableError, inferred_workout
from plan_pipeline.library.inference.types import type_of
from plan_pipeline_tests.core.builders import a_set, real_config, step


def inferred(*parts: Step | WorkoutSet, name: str = "Work") -> LibraryWorkout:
    return inferred_workout(parts, workout_id="work_1", name=name, description="", config=real_config())


WARMUP, COOLDOWN = step("warmup", 10, 50, 70), step("cooldown", 10, 45, 60)


def intervals(repeat: int, minutes: float, pct: float, rest: float) -> tuple[Step | WorkoutSet, ...]:
    return WARMUP, a_set(repeat, step("interval", minutes, pct), step("recovery", rest, 50)), COOLDOWN


@pytest.mark.parametrize(
    ("parts", "name", "kind"),
    [
        ((step("endurance", 45, 55),), "Work", WorkoutType.RECOVERY),
        ((WARMUP, step("endurance", 90, 66), COOLDOWN), "Work", WorkoutType.ENDURANCE),
        (intervals(3, 15, 82, 5), "Work", WorkoutType.TEMPO),
        (intervals(3, 12, 91, 4), "Work", WorkoutType.SWEET_SPOT),
        (intervals(4, 8, 99, 4), "Work", WorkoutType.THRESHOLD),
        (intervals(5, 3, 112, 3), "Work", WorkoutType.VO2MAX),
        (intervals(8, 0.5, 150, 4), "Work", WorkoutType.ANAEROBIC),
        (intervals(1, 20, 105, 5), "FTP test, 20 minutes", WorkoutType.TEST),
        (intervals(4, 0.5, 125, 3), "Openers", WorkoutType.OPENERS),
        ((step("strength", 30, None),), "Work", WorkoutType.STRENGTH),
    ],
)
def test_the_type_is_that_of_the_work(parts: tuple[Step | WorkoutSet, ...], name: str, kind: WorkoutType) -> None:
    assert inferred(*parts, name=name).type is kind


def test_three_in_four_workouts_of_the_library_have_the_type_that_coaches_gave_them(library: Library) -> None:
    found = sum(type_of(workout.segments, workout.name) is workout.type for workout in library.workouts)
    assert found / len(library.workouts) >= 0.75


def test_minutes_and_load_are_those_of_the_parts() -> None:
    found = inferred(*intervals(4, 8, 99, 4))
    assert (found.duration_min, found.description) == (68, "10 min @ 50–70 %; 4 × (8 min @ 99 % / 4 min @ 50 %); "
                                                          "10 min @ 60–45 %")  # fmt: skip
    assert found.tss > 0


def test_sets_may_have_more_or_fewer_repeats_and_ways_in_and_out_may_change() -> None:
    found = inferred(*intervals(4, 8, 91, 4))
    warmup, work, cooldown = found.parts
    assert isinstance(warmup, Step)
    assert isinstance(work, WorkoutSet)
    assert isinstance(cooldown, Step)
    assert (warmup.duration_range_min, work.repeat_range, cooldown.duration_range_min) == ((5, 20), (2, 6), (5, 20))
    assert (found.extensible, found.duration_scaling_strategy) == (True, "add_sets")


def test_a_ride_without_sets_may_be_longer_or_shorter() -> None:
    found = inferred(WARMUP, step("endurance", 90, 66), COOLDOWN)
    assert isinstance(found.parts[1], Step)
    assert (found.parts[1].duration_range_min, found.duration_scaling_strategy) == ((54, 135), "extend_main")


def test_nothing_of_a_test_may_change() -> None:
    found = inferred(*intervals(2, 8, 105, 10), name="Test")
    assert (found.extensible, found.duration_scaling_strategy) == (False, "fixed")


def test_long_rides_are_for_the_weekend() -> None:
    assert inferred(step("endurance", 240, 65)).suitable_days == (DayKind.WEEKEND,)


def test_a_workout_is_for_the_least_level_that_has_no_difficulty_with_it() -> None:
    easy, hard = inferred(*intervals(3, 6, 92, 4)), inferred(*intervals(6, 4, 110, 3))
    assert (easy.min_level, hard.min_level != ExperienceLevel.BEGINNER) == (ExperienceLevel.BEGINNER, True)


def test_what_nobody_can_ride_is_refused_with_what_is_too_much() -> None:
    with pytest.raises(UnrideableError, match=r"nobody can ride it: .*W′ balance falls"):
        inferred(*intervals(10, 5, 125, 1))
