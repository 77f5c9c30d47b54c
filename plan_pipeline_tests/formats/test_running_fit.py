"""FIT of runs: what a watch is told, read by a decoder that shares no code with what wrote it."""

from __future__ import annotations

import io
from typing import Any

import fitdecode
import pytest
from fit_tool.profile.profile_type import WorkoutStepDuration, WorkoutStepTarget

from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.formats.reading import UnreadableSessionError
from plan_pipeline.formats.session import Session, SessionSet, SessionStep
from plan_pipeline_tests.formats.runs import RUNNER, SLOWER, a_run, at_pace, by_effort, read_run
from plan_pipeline_tests.formats.sessions import read, ridden, structure, written
from plan_pipeline_tests.formats.test_fit import fit_of, messages

NUMBERS = ("duration_value", "target_value", "custom_target_value_low", "custom_target_value_high")


def raw(content: bytes) -> list[dict[str, Any]]:
    """The steps with the numbers that are in the file, without units."""
    with fitdecode.FitReader(io.BytesIO(content)) as frames:
        steps = [frame for frame in frames if frame.frame_type == fitdecode.FIT_FRAME_DATA]
        return [
            {(field.parent_field or field).name: field.raw_value for field in step.fields}
            for step in steps
            if step.name == "workout_step"
        ]


SESSION = a_run(
    at_pace(70, 80, seconds=900, role="warmup"),
    SessionSet(
        repeat=5, steps=(at_pace(108.5, metres=1000, role="interval"), at_pace(66, seconds=150, role="recovery"))
    ),
    SessionSet(repeat=4, steps=(by_effort(20, "stride", 120, text="Fast and loose"), by_effort(60, "walk"))),
    at_pace(75, 60, seconds=600, role="cooldown"),
    description="Track",
)


def test_a_run_has_its_sport_distances_in_centimetres_times_in_milliseconds_and_speeds_in_millimetres_a_second() -> (
    None
):
    content = written(SESSION, "fit")
    (workout,) = [fields for name, fields in messages(content) if name == "workout"]
    assert (workout["sport"], workout["num_valid_steps"]) == ("running", 8)

    warmup, work, jog, *_ = raw(content)
    assert [warmup[name] for name in NUMBERS] == [900_000, 0, 2745, 3137]
    assert [work[name] for name in NUMBERS] == [100_000, 0, 4201, 4310]
    assert jog["duration_value"] == 150_000
    named = [fields for name, fields in messages(content) if name == "workout_step"]
    assert [step["duration_type"] for step in named[:4]] == ["time", "distance", "time", "repeat_until_steps_cmplt"]
    assert [step["intensity"] for step in named if "intensity" in step] == [
        *("warmup", "interval", "recovery", "interval", "recovery", "cooldown")
    ]
    assert named[1]["target_type"] == "speed"


def test_low_is_the_slower_end_in_every_step() -> None:
    speeds = [(step[NUMBERS[2]], step[NUMBERS[3]]) for step in raw(written(SESSION, "fit")) if NUMBERS[2] in step]
    assert len(speeds) == 4
    assert all(0 < slow < fast for slow, fast in speeds)


def test_strides_walks_and_steps_without_a_pace_have_an_open_target_and_their_words() -> None:
    steps = [fields for name, fields in messages(written(SESSION, "fit")) if name == "workout_step"]
    stride, walk = steps[4], steps[5]
    assert (stride["wkt_step_name"], stride["notes"], stride["target_type"]) == ("Stride", "Fast and loose", "open")
    assert (walk["wkt_step_name"], walk["target_type"]) == ("Walk", "open")
    assert "custom_target_speed_low" not in stride | walk


def test_a_slower_runner_is_told_slower_speeds_for_the_same_run() -> None:
    slower = SESSION.model_copy(update={"runner": SLOWER})
    pairs = zip(raw(written(SESSION, "fit")), raw(written(slower, "fit")), strict=True)
    speeds = [(fast[NUMBERS[2]], slow[NUMBERS[2]]) for fast, slow in pairs if NUMBERS[2] in fast]
    assert speeds
    assert all(fast > slow for fast, slow in speeds)


def test_a_run_comes_back_with_its_structure_and_nothing_to_repair() -> None:
    found = read_run(written(SESSION, "fit"), "fit")
    assert (found.session.sport, found.repairs) == (Sport.RUNNING, ())
    assert structure(found.session) == structure(SESSION)
    assert [step.role for step in found.session.steps] == [step.role for step in SESSION.steps]


def test_speeds_without_a_threshold_pace_are_refused_and_never_read_as_power() -> None:
    with pytest.raises(UnreadableSessionError, match="--threshold-pace 4:15/km"):
        read(written(SESSION, "fit"), "fit", ftp_watts=250)
    by_time_alone = a_run(by_effort(600, "walk"))
    assert read(written(by_time_alone, "fit"), "fit").session.sport is Sport.RUNNING


def test_the_same_speeds_are_more_percent_of_a_slower_threshold() -> None:
    content = written(a_run(at_pace(100, seconds=600)), "fit")
    assert ridden(read_run(content, "fit", RUNNER).session) == [(600, 100, 100)]
    (_, low, high) = ridden(read_run(content, "fit", SLOWER).session)[0]
    assert low == high == pytest.approx(100 * 330 / 255, abs=0.1)


@pytest.mark.parametrize(
    ("kind", "sub_sport"),
    [(WorkoutType.STRENGTH, "strength_training"), (WorkoutType.CROSS_TRAINING, "cardio_training")],
)
def test_what_is_done_in_place_of_a_run_is_training_of_its_kind_and_comes_back(
    kind: WorkoutType, sub_sport: str
) -> None:
    session = a_run(SessionStep(duration_s=1800, text="Whole body"), unmeasured=kind)
    content = written(session, "fit")
    (workout,) = [fields for name, fields in messages(content) if name == "workout"]
    assert (workout["sport"], workout["sub_sport"]) == ("training", sub_sport)
    found = read(content, "fit").session
    assert (found.sport, found.unmeasured, found.is_off_the_bike) == (Sport.RUNNING, kind, True)


def test_strength_training_of_other_programs_is_for_riders_as_before() -> None:
    found = read(written(Session(name="Gym", parts=(SessionStep(duration_s=600),)), "fit"), "fit").session
    assert (found.sport, found.unmeasured) == (Sport.CYCLING, None)


def by_speed(low: float, high: float, **fields: Any) -> dict[str, Any]:
    return {
        "duration_type": WorkoutStepDuration.TIME,
        "duration_time": 600,
        "target_type": WorkoutStepTarget.SPEED,
        "target_speed_zone": 0,
        "custom_target_speed_low": low,
        "custom_target_speed_high": high,
        **fields,
    }


def test_a_distance_of_a_mile_is_a_mile_again_and_the_faster_end_may_come_first() -> None:
    mile = by_speed(4.0, 3.5, duration_type=WorkoutStepDuration.DISTANCE, duration_distance=1609.34)
    (step,) = read_run(fit_of(mile, sport="RUNNING"), "fit").session.steps
    assert (step.distance_m, step.start_pct, step.end_pct) == (1609.344, 89.2, 102.0)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (by_speed(0.0, 0.0), "has a speed of 0 m/s, slower than a walk"),
        (by_speed(186.3, 186.3), "has a speed of 186.3 m/s, faster than anybody runs"),
        (by_speed(3, 4, target_type=WorkoutStepTarget.HEART_RATE), "goes by heart_rate, not by pace; give it a pace"),
        (by_speed(3, 4, target_type=WorkoutStepTarget.POWER), "goes by power, not by pace; give it a pace"),
        (by_speed(3, 4, target_speed_zone=3), "names a zone of the watch; give it a pace"),
        (by_speed(3, 4, duration_type=WorkoutStepDuration.OPEN), "ends by open, not by time or distance"),
        (
            by_speed(3, 4, duration_type=WorkoutStepDuration.DISTANCE, duration_distance=186_327.0),
            "is 186327 m, beyond 0 to 50000 m; correct its distance",
        ),
    ],
)
def test_what_is_no_run_by_length_and_pace_is_refused(step: dict[str, Any], says: str) -> None:
    with pytest.raises(UnreadableSessionError) as refused:
        read_run(fit_of(step, sport="RUNNING"), "fit")
    assert says in str(refused.value)
