"""The library as a runner meets it: planned with the nearest of a few paces, run with the runner's own seconds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.duration.resolved import (
    PACE_STEP,
    depends_on_runner,
    for_runner,
    in_whole_minutes,
    planning_runner,
    resolved_library,
    settled,
)
from plan_pipeline.core.duration.workout_table import table_of
from plan_pipeline.core.model.segments import RunningSegment, Segment
from plan_pipeline.core.model.vocabulary import SegmentType, Target
from plan_pipeline.core.model.workout import LibraryWorkout, write_out
from plan_pipeline.core.paces.runner import REFERENCE_RUNNER, Runner
from plan_pipeline_tests.core.builders import real_library, rider
from plan_pipeline_tests.core.running import a_runner_request, running_config, running_library

WORKOUTS = running_library().workouts
DISTANCES = [workout for workout in WORKOUTS if depends_on_runner(workout)]
PACES = st.integers(170, 480).map(Runner)


def by_pace(pace: str) -> Any:
    return a_runner_request(athlete={"recent_race": None, "threshold_pace": pace})


def stretch(minutes: float, pct: float = 75, **more: Any) -> RunningSegment:
    fields = {"type": SegmentType.STEADY, "intensity_low_pct": pct, "intensity_high_pct": pct, **more}
    return RunningSegment(duration_min=minutes, **fields)


def minutes_of(segments: tuple[Segment, ...]) -> list[float]:
    return [segment.duration_min for segment in segments]


# --- to plan with ----------------------------------------------------------------------------------------


def test_a_cyclist_meets_the_library_itself() -> None:
    assert resolved_library(real_library(), rider(8, "tue, thu, sun")) is real_library()


def test_runners_of_nearly_the_same_pace_share_one_library() -> None:
    first, second = (resolved_library(running_library(), by_pace(pace)) for pace in ("4:14/km", "4:18/km"))
    assert first is second


def test_the_version_of_a_library_names_the_pace() -> None:
    version = running_library().version
    assert resolved_library(running_library(), by_pace("4:15/km")).version == f"{version}@255"
    assert resolved_library(running_library(), by_pace("5:15/km")).version == f"{version}@310"


@given(PACES)
def test_weeks_are_planned_with_a_pace_within_half_a_step(runner: Runner) -> None:
    ratio = planning_runner(runner).threshold_s_per_km / runner.threshold_s_per_km
    assert PACE_STEP**-0.5 * 0.995 <= ratio <= PACE_STEP**0.5 * 1.005


@given(PACES)
def test_the_pace_that_weeks_are_planned_with_stands_for_itself(runner: Runner) -> None:
    assert planning_runner(planning_runner(runner)) == planning_runner(runner)


def test_about_twenty_paces_serve_all_runners() -> None:
    assert len({planning_runner(Runner(pace)) for pace in range(170, 480)}) <= 23


@pytest.mark.parametrize("pace", [190, 255, 330, 450])
def test_a_workout_of_distances_lasts_whole_minutes(pace: int) -> None:
    for workout in DISTANCES:
        if workout.duration_min > 0 and _has_room(workout):
            minutes = in_whole_minutes(workout, Runner(pace)).duration_min
            assert minutes == pytest.approx(round(minutes)), workout.id


def _has_room(workout: LibraryWorkout) -> bool:
    """Whether some easy step outside sets has one length in minutes: where odd seconds may go."""
    return any(
        segment.is_easy and segment.set_index is None and part_range is None and not depends
        for segment, part_range, depends in (
            (step.segment, step.duration_range_min, getattr(step, "depends_on_runner", False))
            for step in workout.parts
            if hasattr(step, "segment")
        )
    )


def test_distances_stay_as_they_are_written() -> None:
    for workout in DISTANCES:
        for slower in (Runner(200), Runner(400)):
            assert distances(in_whole_minutes(workout, slower)) == distances(workout)


def distances(workout: LibraryWorkout) -> list[float | None]:
    return [segment.distance_m for segment in workout.segments if isinstance(segment, RunningSegment)]


def test_a_slower_runner_takes_longer_for_a_distance() -> None:
    for workout in DISTANCES:
        if any(distances(workout)):
            fast, slow = (in_whole_minutes(workout, Runner(pace)).duration_min for pace in (200, 400))
            assert fast < slow


def test_a_workout_of_minutes_is_the_same_for_everyone() -> None:
    for workout in WORKOUTS:
        if not depends_on_runner(workout):
            assert in_whole_minutes(workout, Runner(400)) is workout


def test_a_race_pace_is_a_larger_share_of_threshold_for_a_faster_runner() -> None:
    (race_paced,) = [each for each in WORKOUTS if each.id == "run_long_mp_finish_20"]
    highest = [
        max(segment.intensity_high_pct or 0 for segment in in_whole_minutes(race_paced, Runner(pace)).segments)
        for pace in (200, 255, 400)
    ]
    assert highest == sorted(highest, reverse=True)
    assert highest[0] > highest[-1]


# --- to run ----------------------------------------------------------------------------------------------


@given(st.sampled_from(DISTANCES), PACES, st.integers(0, 40))
def test_a_run_lasts_as_long_as_it_was_planned(workout: LibraryWorkout, runner: Runner, which: int) -> None:
    table = table_of(in_whole_minutes(workout, planning_runner(runner)), running_config())
    length = table.lengths[which % len(table.lengths)]
    assert sum(minutes_of(for_runner(table, length, runner))) == pytest.approx(length.minutes, abs=1e-6)


@given(st.sampled_from(DISTANCES), PACES)
def test_a_distance_takes_the_runners_own_seconds(workout: LibraryWorkout, runner: Runner) -> None:
    table = table_of(in_whole_minutes(workout, planning_runner(runner)), running_config())
    for segment in for_runner(table, table.lengths[0], runner):
        if isinstance(segment, RunningSegment) and segment.distance_m is not None and segment.race is None:
            assert segment.intensity_low_pct is not None and segment.intensity_high_pct is not None
            middle = (segment.intensity_low_pct + segment.intensity_high_pct) / 2
            assert segment.duration_min * 60 == pytest.approx(segment.distance_m / runner.speed(middle), abs=0.51)


def test_missing_minutes_go_into_the_last_easy_stretch() -> None:
    assert minutes_of(settled((stretch(10), stretch(20, 100), stretch(15)), 1.5)) == [10, 20, 16.5]


@pytest.mark.parametrize(
    "last",
    [
        stretch(5, set_index=1, set_count=1),
        stretch(5, distance_m=1000.0),
        stretch(5, 100),
        stretch(2.4),
    ],
    ids=["of a set", "a distance", "hard", "too short"],
)
def test_no_minutes_are_taken_from_a_stretch_that_is_given(last: RunningSegment) -> None:
    assert minutes_of(settled((stretch(10), last), -1.5)) == [8.5, last.duration_min]


def test_a_stretch_at_the_pace_of_a_race_keeps_its_minutes() -> None:
    easy_race = stretch(10, 80, race="marathon", target=Target.RACE)
    assert minutes_of(settled((stretch(10), easy_race), 2)) == [12, 10]


def test_where_nothing_is_easy_segments_stay_as_they_are() -> None:
    hard = (stretch(10, 100),)
    assert settled(hard, 1) is hard


def test_the_reference_runner_runs_the_library_as_it_is_stated() -> None:
    for workout in DISTANCES:
        own = in_whole_minutes(workout, REFERENCE_RUNNER)
        assert own.duration_min - workout.duration_min == pytest.approx(0, abs=1.01), workout.id
        assert len(tuple(write_out(own.parts))) == len(workout.segments)
