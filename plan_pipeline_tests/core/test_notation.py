"""Workouts in words."""

import pytest

from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import SegmentType
from plan_pipeline.core.model.workout import WorkoutSet, write_out
from plan_pipeline.core.notation import minutes, workout_notation


def _step(kind: SegmentType, duration_min: float, low: float | None, high: float | None = None) -> Step:
    return Step(type=kind, duration_min=duration_min, power_low_pct=low, power_high_pct=low if high is None else high)


WORK = _step(SegmentType.INTERVAL, 10, 95, 100)
REST = _step(SegmentType.RECOVERY, 5, 50)


def test_a_set_is_written_once_with_its_count() -> None:
    parts = (WorkoutSet(repeat=3, steps=(WORK, REST)),)
    assert tuple(workout_notation(tuple(write_out(parts)))) == ("3 × (10 min @ 95–100 % / 5 min @ 50 %)",)


def test_a_set_of_one_step_needs_no_brackets() -> None:
    parts = (WorkoutSet(repeat=4, steps=(WORK,)),)
    assert tuple(workout_notation(tuple(write_out(parts)))) == ("4 × 10 min @ 95–100 %",)


def test_sets_of_the_same_count_that_follow_each_other_stay_two() -> None:
    sprint = _step(SegmentType.INTERVAL, 0.5, 150)
    parts = (WorkoutSet(repeat=3, steps=(WORK, REST)), WorkoutSet(repeat=3, steps=(sprint, REST)))
    assert tuple(workout_notation(tuple(write_out(parts)))) == (
        "3 × (10 min @ 95–100 % / 5 min @ 50 %)",
        "3 × (30 s @ 150 % / 5 min @ 50 %)",
    )


def test_a_set_done_once_is_written_as_its_steps() -> None:
    parts = (WorkoutSet(repeat=1, steps=(WORK, REST)),)
    assert tuple(workout_notation(tuple(write_out(parts)))) == ("10 min @ 95–100 %", "5 min @ 50 %")


def test_repeats_that_differ_are_written_singly() -> None:
    uneven = [
        Segment(
            type=SegmentType.INTERVAL,
            duration_min=length,
            power_low_pct=90,
            power_high_pct=90,
            set_index=index,
            set_count=2,
        )
        for index, length in ((1, 10), (2, 8))
    ]
    assert tuple(workout_notation(uneven)) == ("10 min @ 90 %", "8 min @ 90 %")


def test_a_warm_up_is_read_upwards_and_a_cool_down_downwards() -> None:
    parts = (_step(SegmentType.WARMUP, 15, 45, 70), _step(SegmentType.COOLDOWN, 10, 45, 65))
    assert tuple(workout_notation(tuple(write_out(parts)))) == ("15 min @ 45–70 %", "10 min @ 65–45 %")


def test_work_off_the_bike_has_no_intensity() -> None:
    assert tuple(workout_notation([_step(SegmentType.STRENGTH, 30, None).segment])) == ("30 min",)


@pytest.mark.parametrize(
    ("duration_min", "text"), [(10, "10 min"), (0.5, "30 s"), (1.5, "1 min 30 s"), (90, "90 min"), (1 / 3, "20 s")]
)
def test_lengths_are_minutes_and_seconds(duration_min: float, text: str) -> None:
    assert minutes(duration_min) == text
