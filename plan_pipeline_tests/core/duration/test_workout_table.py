"""Bringing one workout to a length: the nearest it can have, within the cap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.model.workout import LibraryWorkout
from plan_pipeline_tests.core.builders import (
    MANY,
    endurance_ride,
    library_workout,
    library_workouts,
    real_config,
    real_library,
    step,
)

RIDE = WorkoutTable(endurance_ride(60, (40, 120)), real_config())


@pytest.mark.parametrize(
    ("target", "got"), [(60, 60), (90, 90), (88, 90), (87, 85), (87.5, 85), (20, 40), (500, 120), (62.4, 60)]
)
def test_the_nearest_reachable_length_is_taken_the_shorter_of_two(target: float, got: float) -> None:
    assert RIDE.nearest(target).minutes == got


def test_the_cap_of_the_day_is_kept() -> None:
    assert RIDE.nearest(90, longest_min=83).minutes == 80


def test_a_workout_that_is_too_long_at_its_shortest_comes_at_its_shortest() -> None:
    assert RIDE.nearest(90, longest_min=30).minutes == 40


def test_a_fixed_workout_stays_as_it_is() -> None:
    fixed = WorkoutTable(library_workout(step("tempo", 50, 85), strategy="fixed"), real_config())

    assert fixed.rendition(fixed.nearest(75)).segments == fixed.workout.segments


def test_a_workout_is_written_out_at_its_length() -> None:
    assert sum(segment.duration_min for segment in RIDE.rendition(RIDE.nearest(95)).segments) == 95


@MANY
@given(library_workouts(), st.integers(10, 300))
def test_no_other_length_is_nearer(workout: LibraryWorkout, target: int) -> None:
    table = WorkoutTable(workout, real_config())
    missed = abs(target - table.nearest(target).minutes)

    assert missed == pytest.approx(min(abs(target - minutes) for minutes in table.minutes))


@MANY
@given(library_workouts(), st.integers(10, 300), st.integers(10, 300))
def test_a_cap_is_never_exceeded_where_a_length_lies_below_it(workout: LibraryWorkout, target: int, cap: int) -> None:
    table = WorkoutTable(workout, real_config())
    minutes = table.nearest(target, longest_min=cap).minutes

    assert minutes <= cap or minutes == table.minutes[0]


@pytest.mark.parametrize("workout", real_library().workouts, ids=lambda workout: workout.id)
def test_every_workout_of_the_library_comes_in_multiples_of_five(workout: LibraryWorkout) -> None:
    assert all(minutes % 5 == 0 for minutes in WorkoutTable(workout, real_config()).minutes)
