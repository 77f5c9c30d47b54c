"""The load of a workout at a length is foreseen without writing it out, and comes out as foreseen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.duration.length_load import length_loads
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import ScalingStrategy
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet
from plan_pipeline_tests.core.builders import MANY, a_set, library_workout, real_config, real_library, step

pytestmark = pytest.mark.no_cover  # other tests reach all lines; counting them here takes as long again

AS_FORESEEN = 0.1 + 1e-9
"""TSS are stated to one decimal; foreseen ones may be rounded the other way."""

RAMPED = 1.0
"""A block that ramps and changes its length is foreseen by its mean, which leaves out how the ramp's ends join on."""


def misses(workout: LibraryWorkout) -> list[float]:
    """TSS foreseen less TSS of the workout written out, at every length it can have."""
    table = WorkoutTable(workout, real_config())
    written = [table.rendition(length).load.tss for length in table.lengths]
    return [float(miss) for miss in length_loads(workout, table.lengths) - np.array(written)]


def test_every_length_of_the_shipped_library_has_the_load_foreseen() -> None:
    assert max(abs(miss) for workout in real_library().workouts for miss in misses(workout)) <= AS_FORESEEN


@st.composite
def workouts(draw: st.DrawFn, *, ramped: bool) -> LibraryWorkout:
    """Warm-up, sets of any work, easy blocks: anything may be fixed or change its length; easy blocks ramp or hold."""

    def easy(kind: str) -> Step:
        minutes, power = draw(st.integers(5, 60)), draw(st.integers(40, 75))
        to = draw(st.sampled_from(((max(1, minutes - 20), minutes + 40), None)))
        return step(kind, minutes, *([draw(st.integers(40, power)), power] if ramped else [power]), to=to)

    repeat = draw(st.integers(1, 6))
    parts: list[Step | WorkoutSet] = [
        easy("warmup"),
        a_set(
            repeat,
            step("interval", draw(st.sampled_from((0.25, 0.5, 1, 3.5, 8))), draw(st.integers(80, 160))),
            step("recovery", draw(st.sampled_from((0.25, 0.5, 2, 4))), draw(st.integers(40, 60))),
            to=draw(st.sampled_from(((1, repeat + 4), None))),
        ),
        easy("endurance"),
        easy("cooldown"),
    ]
    return library_workout(*parts, strategy=draw(st.sampled_from(ScalingStrategy)))


@MANY
@given(workouts(ramped=False))
def test_blocks_that_hold_their_power_and_sets_have_the_load_foreseen(workout: LibraryWorkout) -> None:
    assert max(abs(miss) for miss in misses(workout)) <= AS_FORESEEN


@MANY
@given(workouts(ramped=True))
def test_blocks_that_ramp_are_foreseen_to_a_point_of_tss(workout: LibraryWorkout) -> None:
    assert max(abs(miss) for miss in misses(workout)) <= RAMPED


def test_a_workout_off_the_bike_has_no_load_at_any_length() -> None:
    workout = library_workout(step("strength", 30, None, to=None), kind="strength")

    assert list(length_loads(workout, WorkoutTable(workout, real_config()).lengths)) == [0]
