"""Workouts in words."""

from typing import Any

import pytest

from plan_pipeline.core.model.segments import RunningSegment, Segment
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import SegmentType, Target
from plan_pipeline.core.model.workout import WorkoutSet, write_out
from plan_pipeline.core.notation import minutes, step_length, step_notation, workout_notation


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


# --- runs ------------------------------------------------------------------------------------------------------


def _run(kind: SegmentType, duration_min: float, low: float | None, high: float | None = None, **more: Any) -> Segment:
    high = low if high is None else high
    return RunningSegment(type=kind, duration_min=duration_min, intensity_low_pct=low, intensity_high_pct=high, **more)


PACES = {"pace_slow": "4:02/km", "pace_fast": "3:54/km"}


def test_a_step_of_a_run_has_its_distance_and_its_pace_the_faster_end_first() -> None:
    step = _run(SegmentType.INTERVAL, 3.95, 105, 109, distance_m=1000, **PACES)
    assert step_notation(step) == "1000 m @ 105–109 % (3:54–4:02/km)"


def test_a_warm_up_is_read_from_slow_to_fast_in_paces_too() -> None:
    step = _run(SegmentType.WARMUP, 15, 65, 78, pace_slow="6:32/km", pace_fast="5:27/km")
    assert step_notation(step) == "15 min @ 65–78 % (6:32–5:27/km)"


def test_one_pace_is_written_once() -> None:
    assert step_notation(_run(SegmentType.STEADY, 20, 80, pace_slow="5:19/km", pace_fast="5:19/km")) == (
        "20 min @ 80 % (5:19/km)"
    )


def test_a_step_by_effort_shows_no_speed_and_a_walk_none_either() -> None:
    assert step_notation(_run(SegmentType.HILL, 1 / 6, 118, target=Target.EFFORT)) == "10 s by effort"
    assert step_notation(_run(SegmentType.WALK, 2, 45)) == "2 min walk"


def test_a_run_whose_runner_is_not_known_has_shares_alone() -> None:
    assert step_notation(_run(SegmentType.INTERVAL, 1.5, 115, distance_m=400)) == "400 m @ 115 %"


@pytest.mark.parametrize(
    ("metres", "text"),
    [(100, "100 m"), (1609.344, "1 mile"), (3218.688, "2 miles"), (3000, "3000 m"), (8000, "8 km"), (6500, "6.5 km")],
)
def test_distances_are_metres_up_to_three_thousand_and_then_kilometres_or_whole_miles(metres: float, text: str) -> None:
    assert step_length(_run(SegmentType.STEADY, 10, 80, distance_m=metres)) == text


def test_repeats_by_distance_are_a_set_like_others() -> None:
    steps = [
        _run(SegmentType.INTERVAL, 1.5, 115, distance_m=400, set_index=index, set_count=8, **PACES)
        for index in range(1, 9)
    ]
    assert tuple(workout_notation(steps)) == ("8 × 400 m @ 115 % (3:54–4:02/km)",)
