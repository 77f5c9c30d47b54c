"""FIT: what a head unit is told, read by a decoder that shares no code with what wrote it."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import fitdecode
import pytest
from fit_tool.fit_file_builder import FitFileBuilder
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.workout_message import WorkoutMessage
from fit_tool.profile.messages.workout_step_message import WorkoutStepMessage
from fit_tool.profile.profile_type import FileType, Sport, WorkoutStepDuration, WorkoutStepTarget

from plan_pipeline.core.model.vocabulary import SegmentType
from plan_pipeline.formats.reading import UnreadableSessionError
from plan_pipeline.formats.session import SessionSet, SessionStep
from plan_pipeline_tests.formats.sessions import FTP, a_session, ramp, read, ridden, steady, structure, written


def messages(content: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Messages as the decoder names them; a checksum that is wrong raises."""
    with fitdecode.FitReader(io.BytesIO(content), check_crc=fitdecode.CrcCheck.RAISE) as frames:
        return [
            (frame.name, {field.name: field.value for field in frame.fields})
            for frame in frames
            if frame.frame_type == fitdecode.FIT_FRAME_DATA
        ]


def test_every_field_of_a_workout_is_in_the_file() -> None:
    warmup = ramp(600, 50, 75).model_copy(update={"role": SegmentType.WARMUP})
    work = steady(30, 120, "Hard").model_copy(update={"role": SegmentType.INTERVAL})
    session = a_session(warmup, SessionSet(repeat=3, steps=(work, steady(60, 50))), description="Short")
    session = session.model_copy(update={"made_at": dt.datetime(2027, 1, 2, tzinfo=dt.UTC)})
    (_, file_id), (_, workout), *steps = messages(written(session, "fit"))

    assert (file_id["type"], file_id["time_created"]) == ("workout", session.made_at)
    assert workout | {"wkt_name": "Work", "num_valid_steps": 4, "sport": "cycling"} == workout
    power = {"duration_type": "time", "target_type": "power", "target_power_zone": 0}
    warm = {"duration_time": 600, "custom_target_power_low": 50, "custom_target_power_high": 75, "intensity": "warmup"}
    hard = {"duration_time": 30, "custom_target_power_low": 120, "custom_target_power_high": 120, "notes": "Hard"}
    easy = {"duration_time": 60, "custom_target_power_low": 50, "custom_target_power_high": 50, "intensity": "active"}
    assert [fields for _, fields in steps] == [
        {"message_index": 0, "wkt_step_name": "Warmup", **power, **warm},
        {"message_index": 1, "wkt_step_name": "Interval", **power, **hard, "intensity": "interval"},
        {"message_index": 2, "wkt_step_name": "Step", **power, **easy},
        {
            "message_index": 3,
            "duration_type": "repeat_until_steps_cmplt",
            "duration_step": 1,
            "target_type": "open",
            "repeat_steps": 3,
        },
    ]


def test_the_same_session_is_the_same_bytes() -> None:
    session = a_session(steady(600, 60))
    assert written(session, "fit") == written(session, "fit")


def test_ramps_come_back_as_such_wherever_they_stand() -> None:
    session = a_session(steady(60, 50), ramp(300, 60, 90), ramp(300, 90, 60), steady(60, 50))
    assert ridden(read(written(session, "fit"), "fit").session) == ridden(session)


def test_a_session_off_the_bike_stays_off_it() -> None:
    session = a_session(SessionStep(duration_s=600, text="Squats"), SessionStep(duration_s=300, text="Rows"))
    found = read(written(session, "fit"), "fit").session
    assert (found.is_off_the_bike, [step.text for step in found.steps]) == (True, ["Squats", "Rows"])


def fit_of(*steps: dict[str, Any], sport: str = "CYCLING") -> bytes:
    """A workout file of steps by the fields that a head unit or a watch would write."""
    builder = FitFileBuilder(auto_define=True)
    made = FileIdMessage()
    made.type, made.manufacturer, made.serial_number = FileType.WORKOUT, 1, 1
    workout = WorkoutMessage()
    workout.workout_name, workout.num_valid_steps, workout.sport = "Work", len(steps), Sport[sport]
    builder.add_all([made, workout])
    for index, fields in enumerate(steps):
        step = WorkoutStepMessage()
        for name, value in {"message_index": index, **fields}.items():
            setattr(step, name, value)
        builder.add(step)
    return builder.build().to_bytes()


def by_power(low: int, high: int, seconds: int = 60) -> dict[str, Any]:
    return {
        "duration_type": WorkoutStepDuration.TIME,
        "duration_time": seconds,
        "target_type": WorkoutStepTarget.POWER,
        "target_power_zone": 0,
        "custom_target_power_low": low,
        "custom_target_power_high": high,
    }


def repeated(first: int, count: int) -> dict[str, Any]:
    return {
        "duration_type": WorkoutStepDuration.REPEAT_UNTIL_STEPS_CMPLT,
        "duration_step": first,
        "target_type": WorkoutStepTarget.OPEN,
        "target_repeat_steps": count,
    }


def test_targets_in_watts_are_stored_a_thousand_higher_and_measured_by_the_rider_s_threshold() -> None:
    content = fit_of(by_power(1257, 1257))
    assert ridden(read(content, "fit", FTP).session) == [(60, 97, 97)]
    with pytest.raises(UnreadableSessionError, match="give the rider's with --ftp W"):
        read(content, "fit")


def test_a_band_is_its_middle_and_told() -> None:
    found = read(fit_of(by_power(88, 92)), "fit")
    assert (ridden(found.session), found.repairs) == ([(60, 90, 90)], ("the band 88-92 % was read as 90 %",))


def test_a_set_of_sets_is_written_out() -> None:
    steps = [by_power(120, 120, 30), by_power(50, 50, 30), repeated(0, 3), by_power(60, 60, 300), repeated(0, 2)]
    found = read(fit_of(*steps), "fit")
    inner = (3, (30, 120, 120), (30, 50, 50))
    assert structure(found.session) == (inner, (300, 60, 60), inner, (300, 60, 60))
    assert found.repairs == ("a set of sets was written out",)


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ([], "is FIT, but of a ride or a course"),
        ([repeated(0, 3)], "step 1 repeats what is not there"),
        ([by_power(50, 50), repeated(0, 60_000)], "step 2 repeats what is not there"),
        ([by_power(700, 700)], "over 600 %"),
        ([{**by_power(50, 50), "duration_type": WorkoutStepDuration.DISTANCE}], "ends by distance, not by time"),
        ([{**by_power(50, 50), "target_type": WorkoutStepTarget.HEART_RATE}], "goes by heart_rate, not by power"),
        (
            [{"duration_type": WorkoutStepDuration.TIME, "duration_time": 60, "target_type": WorkoutStepTarget.POWER,
              "target_power_zone": 3}],
            "names a zone of the head unit",
        ),
    ],
)  # fmt: skip
def test_what_is_no_workout_by_time_and_power_is_refused(steps: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(UnreadableSessionError) as refused:
        read(fit_of(*steps), "fit")
    assert says in str(refused.value)


def test_what_is_damaged_is_refused() -> None:
    content = written(a_session(steady(600, 60)), "fit")
    damaged = bytearray(content)
    damaged[-10] ^= 1
    for broken in (b"", content[:40], bytes(damaged), b"not FIT at all, but long enough to look at"):
        with pytest.raises(UnreadableSessionError, match=r"is no sound FIT file|is FIT, but"):
            read(broken, "fit")
