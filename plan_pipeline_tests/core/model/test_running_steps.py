"""Steps and segments of running: by distance, at a race's pace or by effort, as a runner meets them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from plan_pipeline.core.model.plan import Workout
from plan_pipeline.core.model.segments import AnySegment, RunningSegment, Segment
from plan_pipeline.core.model.steps import AnyStep, RunningStep, Step
from plan_pipeline.core.model.vocabulary import SegmentType, Target
from plan_pipeline.core.paces.runner import REFERENCE_RUNNER, Runner
from plan_pipeline.core.paces.vdot import RaceDistance
from plan_pipeline_tests.core.rules.run_weeks import run

SLOWER = Runner(360)


def step(**fields: Any) -> RunningStep:
    return RunningStep.model_validate({"type": "interval", **fields})


def speed(low: float, high: float | None = None) -> dict[str, float]:
    return {"speed_low_pct": low, "speed_high_pct": low if high is None else high}


def refusal(**fields: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        step(**fields)
    return str(caught.value)


# --- steps -----------------------------------------------------------------------------------------------


def test_a_distance_takes_the_reference_runners_minutes() -> None:
    """1000 m at 100 % of 4:15/km."""
    assert step(distance_m=1000, **speed(100)).duration_min == pytest.approx(4.25)


def test_a_distance_is_run_at_the_middle_of_its_speeds() -> None:
    assert step(distance_m=1000, **speed(95, 105)).duration_min == pytest.approx(4.25)


def test_for_another_runner_it_takes_other_minutes_at_the_same_share() -> None:
    own = step(distance_m=1000, **speed(100)).at(SLOWER)
    assert (own.duration_min, own.intensity_low_pct, own.distance_m) == (6.0, 100, 1000)


def test_a_race_pace_is_the_share_that_the_race_is_of_threshold() -> None:
    marathon = step(duration_min=20, race="marathon")
    assert marathon.intensity_low_pct == pytest.approx(REFERENCE_RUNNER.race_pct(RaceDistance.MARATHON), abs=0.05)


def test_for_another_runner_a_race_pace_is_another_share_of_the_same_minutes() -> None:
    marathon = step(duration_min=20, race="marathon")
    own = marathon.at(SLOWER)
    assert own.duration_min == 20
    assert own.intensity_low_pct == pytest.approx(SLOWER.race_pct(RaceDistance.MARATHON), abs=0.05)
    assert own.intensity_low_pct != marathon.intensity_low_pct


def test_a_share_of_a_race_pace_is_a_share_of_it() -> None:
    slow, fast = (step(duration_min=20, race="10k", race_low_pct=pct, race_high_pct=pct) for pct in (95, 100))
    assert slow.intensity_low_pct == pytest.approx(0.95 * (fast.intensity_low_pct or 0), abs=0.1)


@pytest.mark.parametrize(("fields", "depends"), [({"distance_m": 400}, True), ({"duration_min": 5}, False)])
def test_a_step_of_minutes_is_the_same_for_everyone(fields: dict[str, float], depends: bool) -> None:
    one = step(**fields, **speed(105))
    assert one.depends_on_runner is depends
    assert (one.at(SLOWER) is one) is not depends


def test_a_step_survives_being_written_and_read() -> None:
    for one in (
        step(distance_m=400, **speed(112, 118)),
        step(duration_min=20, race="marathon", race_low_pct=97, race_high_pct=100),
        step(duration_min=2, by_effort=True, **speed(108)),
    ):
        assert RunningStep.model_validate(one.model_dump()) == one


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"duration_min": 5, "race_low_pct": 95, "race_high_pct": 100}, "name the race, or use speed"),
        ({"duration_min": 5, "race": "10k", "by_effort": True}, "keep one of by_effort and race"),
        ({"distance_m": 400}, "duration_min"),
        ({"distance_m": 400, "duration_min": 2}, "distance_m needs a speed to be run at"),
        ({"distance_m": 400, "duration_range_min": [1, 5], **speed(75)}, "is for steps of minutes"),
        ({"distance_m": 0, **speed(75)}, "distance_m"),
        ({"duration_min": 5, "speed_low_pct": 90}, "give both, or neither off the feet"),
        ({"duration_min": 5, **speed(95, 90)}, "speed_low_pct 95 is above speed_high_pct 90; swap them"),
        ({"duration_min": 5, "duration_range_min": [3, 9], **speed(90)}, "only for blocks up to 84 % of threshold"),
        ({"duration_min": 5, "race": "lunar", **speed(90)}, "race"),
    ],
)
def test_a_step_that_is_not_one_thing_is_refused_with_a_remedy(fields: dict[str, Any], message: str) -> None:
    assert message in refusal(**fields)


def test_an_easy_run_may_be_lengthened_up_to_84_percent_where_a_ride_may_not() -> None:
    assert step(duration_min=40, duration_range_min=[30, 60], **speed(84)).segment.is_easy
    with pytest.raises(ValidationError, match="only for blocks up to 75 %"):
        Step(type="steady", duration_min=40, power_low_pct=84, power_high_pct=84, duration_range_min=(30, 60))


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ({"type": "interval", "duration_min": 5, "power_low_pct": 100, "power_high_pct": 100}, Step),
        ({"type": "interval", "duration_min": 5, "speed_low_pct": 100, "speed_high_pct": 100}, RunningStep),
        ({"type": "interval", "duration_min": 5, "race": "10k"}, RunningStep),
        ({"type": "strength", "duration_min": 5, "by_effort": False}, RunningStep),
    ],
)
def test_a_step_is_one_of_running_where_it_has_a_field_of_running(written: dict[str, Any], kind: type[Step]) -> None:
    assert type(TypeAdapter(AnyStep).validate_python(written)) is kind


# --- segments --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        ({"duration_min": 5, **speed(100)}, Target.PACE),
        ({"duration_min": 5, "race": "10k"}, Target.RACE),
        ({"duration_min": 5, "by_effort": True, **speed(110)}, Target.EFFORT),
    ],
)
def test_a_segment_says_what_it_goes_by(fields: dict[str, Any], target: Target) -> None:
    segment = step(**fields).segment
    assert isinstance(segment, RunningSegment)
    assert segment.target is target


def test_a_segment_of_a_distance_keeps_it() -> None:
    segment = step(distance_m=800, **speed(108)).segment_of(3.3, set_index=2, set_count=5)
    assert isinstance(segment, RunningSegment)
    assert (segment.distance_m, segment.duration_min, segment.set_index, segment.set_count) == (800, 3.3, 2, 5)


def a_segment(**fields: Any) -> RunningSegment:
    ends = {"intensity_low_pct": 80.0, "intensity_high_pct": 80.0}
    return RunningSegment(type=SegmentType.STEADY, duration_min=30, **{**ends, **fields})


def test_running_is_written_with_speeds_and_cycling_with_power() -> None:
    ride = Segment(type=SegmentType.STEADY, duration_min=30, intensity_low_pct=70, intensity_high_pct=70)
    assert {"speed_low_pct", "speed_high_pct"} <= set(a_segment().model_dump())
    assert {"power_low_pct", "power_high_pct"} <= set(ride.model_dump())


def test_what_a_segment_does_not_have_is_not_written() -> None:
    assert set(a_segment().model_dump()) == {
        "type",
        "duration_min",
        "speed_low_pct",
        "speed_high_pct",
        "description",
    }


@pytest.mark.parametrize(
    "segment",
    [
        a_segment(distance_m=1000.0),
        a_segment(target=Target.RACE, race=RaceDistance.MARATHON, pace_slow="4:31/km", pace_fast="4:31/km"),
        a_segment(target=Target.EFFORT),
        a_segment(intensity_low_pct=None, intensity_high_pct=None),
        Segment(type=SegmentType.STEADY, duration_min=30, intensity_low_pct=70, intensity_high_pct=75),
    ],
    ids=["distance", "race", "effort", "off the feet", "ride"],
)
def test_a_segment_is_read_as_what_it_was_written(segment: Segment) -> None:
    read = TypeAdapter(AnySegment).validate_json(segment.model_dump_json(by_alias=True))
    assert read == segment
    assert type(read) is type(segment)


def test_a_distance_is_written_as_a_number_with_a_point_whatever_it_was_given_as() -> None:
    assert '"distance_m":1000.0' in a_segment(distance_m=1000).model_dump_json()


@pytest.mark.parametrize(("pct", "easy"), [(84, True), (84.1, False)])
def test_running_is_easy_up_to_84_percent(pct: float, easy: bool) -> None:
    assert a_segment(intensity_high_pct=pct).is_easy is easy


def test_a_run_of_a_plan_is_read_as_it_was_written() -> None:
    planned = run("Tuesday", 8.0)
    assert Workout.model_validate_json(planned.model_dump_json()) == planned
