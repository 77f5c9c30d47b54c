"""What a runner reads of a run: kilometres from distances or minutes, and paces in the runner's units."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.content.runs import as_read, km_of, segment_km
from plan_pipeline.core.model.plan import Workout, WorkoutOption
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.segments import RunningSegment, Segment
from plan_pipeline.core.model.vocabulary import SegmentType, Target
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline_tests.core import weeks
from plan_pipeline_tests.core.builders import rider
from plan_pipeline_tests.core.rules.run_weeks import a_runner, run, stretch, workout_of

RUNNER = Runner(255)
"""4:15/km at threshold: VDOT 50."""

MILES = a_runner(units="mile")


def part(minutes: float, pct: float | None, kind: str = "steady", **more: Any) -> RunningSegment:
    ends = {"intensity_low_pct": pct, "intensity_high_pct": pct}
    return RunningSegment(type=SegmentType(kind), duration_min=minutes, **{**ends, **more})


def paces(segment: RunningSegment, request: PlanRequest | None = None) -> tuple[str | None, str | None]:
    """The paces that a segment is read with, slow and fast."""
    found = as_read(workout_of("Tuesday", [segment]), request or a_runner()).segments[0]
    assert isinstance(found, RunningSegment)
    return found.pace_slow, found.pace_fast


@pytest.mark.parametrize(("minutes", "pct", "km"), [(60, 80, 11.29), (120, 80, 22.59), (60, 100, 14.12)])
def test_minutes_are_kilometres_at_the_runners_speed(minutes: float, pct: float, km: float) -> None:
    assert km_of([stretch(minutes, pct)], RUNNER) == pytest.approx(km, abs=0.005)


def test_a_run_that_quickens_goes_at_its_mean_speed() -> None:
    quickening = part(60, 0, intensity_low_pct=70, intensity_high_pct=90)
    assert segment_km(quickening, RUNNER) == pytest.approx(11.29, abs=0.01)


@pytest.mark.parametrize("minutes", [3.0, 4.5])
def test_a_distance_is_as_far_as_it_is_written_whatever_it_takes(minutes: float) -> None:
    assert segment_km(part(minutes, 108, distance_m=1000.0), RUNNER) == 1.0


@pytest.mark.parametrize("pct", [40, 60])
def test_walks_count(pct: float) -> None:
    assert segment_km(part(10, pct, "walk"), RUNNER) > 0


def test_what_is_off_the_feet_has_no_kilometres() -> None:
    assert segment_km(part(30, None, "strength"), RUNNER) == 0.0


def test_a_slower_runner_covers_less_in_the_same_minutes_and_as_much_of_a_distance() -> None:
    segments = [part(30, 78), part(5, 108, distance_m=1000.0)]
    fast, slow = (km_of(segments, Runner(pace)) for pace in (200, 400))
    assert fast - 1 == pytest.approx(2 * (slow - 1))


def test_a_run_is_read_with_its_kilometres_to_ten_metres() -> None:
    assert as_read(run("Tuesday", 8.1234), a_runner()).distance_km == 8.12


def test_a_session_off_the_feet_has_none() -> None:
    assert as_read(workout_of("Tuesday", [part(30, None, "strength")]), a_runner()).distance_km is None


def test_paces_are_the_slow_and_the_fast_end_of_a_stretch() -> None:
    assert paces(part(60, 0, intensity_low_pct=75, intensity_high_pct=85)) == ("5:40/km", "5:00/km")


def test_paces_are_in_the_runners_units_and_kilometres_are_not() -> None:
    assert paces(part(60, 80), MILES) == ("8:33/mi", "8:33/mi")
    assert as_read(run("Tuesday", 8), MILES).distance_km == 8.0


@pytest.mark.parametrize(
    "segment",
    [part(10, 45, "walk"), part(30, None, "strength"), part(2, 110, target=Target.EFFORT), part(10, 0)],
    ids=["walk", "strength", "effort", "standing"],
)
def test_what_does_not_go_by_pace_shows_none(segment: RunningSegment) -> None:
    assert paces(segment) == (None, None)


def test_a_step_at_the_pace_of_a_race_shows_it() -> None:
    assert paces(part(20, 94, target=Target.RACE, race="marathon")) == ("4:31/km", "4:31/km")


def test_an_option_is_read_as_the_workout_is() -> None:
    option = WorkoutOption(
        label="B",
        name="Other",
        type="easy",
        description="",
        duration_min=60,
        tss=64,
        tss_if2=64,
        intensity_factor=0.8,
        segments=(part(60, 80),),
    )
    read = as_read(run("Tuesday", 8).model_copy(update={"options": (option,)}), a_runner()).options[0]
    assert read.distance_km == 11.29
    assert isinstance(read.segments[0], RunningSegment)
    assert read.segments[0].pace_fast == "5:19/km"


def test_load_and_minutes_are_those_of_before() -> None:
    before = run("Tuesday", 8)
    after = as_read(before, a_runner())
    fields = set(Workout.model_fields) - {"segments", "distance_km", "options"}
    assert {name: getattr(after, name) for name in fields} == {name: getattr(before, name) for name in fields}


def test_a_ride_is_left_as_it_is() -> None:
    ride = weeks.endurance("Tuesday", 60)
    assert as_read(ride, rider(8, "tue, sun")) is ride


def test_a_ride_among_segments_of_a_runner_has_no_paces() -> None:
    on_the_bike = Segment(type=SegmentType.STEADY, duration_min=40, intensity_low_pct=60, intensity_high_pct=60)
    read = as_read(workout_of("Tuesday", [part(10, 75)]).model_copy(update={"segments": (on_the_bike,)}), a_runner())
    assert read.segments == (on_the_bike,)
