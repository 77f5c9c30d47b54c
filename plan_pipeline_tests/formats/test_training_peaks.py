"""Structured workouts of TrainingPeaks, in either spelling of their fields."""

from __future__ import annotations

import json
from typing import Any

import pytest

from plan_pipeline.formats.reading import UnreadableSessionError
from plan_pipeline_tests.formats.sessions import FTP, read, ridden, structure

Json = dict[str, Any]


def step(seconds: float, low: float, high: float | None = None, kind: str = "active", **more: Any) -> Json:
    return {
        "name": kind.capitalize(),
        "length": {"value": seconds, "unit": "second"},
        "targets": [{"minValue": low, "maxValue": low if high is None else high}],
        "intensityClass": kind,
        **more,
    }


def block(*steps: Json, repeat: int = 1) -> Json:
    kind = "repetition" if repeat > 1 else "step"
    return {"type": kind, "length": {"value": repeat, "unit": "repetition"}, "steps": list(steps)}


def workout(*blocks: Json, metric: str = "percentOfFtp", **more: Any) -> str:
    structured = {"structure": list(blocks), "primaryIntensityMetric": metric}
    return json.dumps({"title": "Work", "description": "Hard", "structure": structured, **more})


PARTS = (block(step(600, 55, kind="warmUp")), block(step(120, 110), step(60, 50, kind="rest"), repeat=4))


def test_steps_and_repetitions_are_read_with_their_roles() -> None:
    found = read(workout(*PARTS), "training_peaks").session
    assert structure(found) == ((600, 55, 55), (4, (120, 110, 110), (60, 50, 50)))
    assert [step.role for step in found.steps][:3] == ["warmup", "interval", "recovery"]
    assert (found.name, found.description) == ("Work", "Hard")


def test_the_structure_may_be_text() -> None:
    data = json.loads(workout(*PARTS))
    data["structure"] = json.dumps(data["structure"])
    assert structure(read(json.dumps([data]), "training_peaks").session)[0] == (600, 55, 55)


def test_the_spelling_of_partners_is_read() -> None:
    text = json.dumps(
        {
            "Title": "Work",
            "Structure": [
                {
                    "IntensityClass": "WarmUp",
                    "Length": {"Unit": "Second", "Value": 600},
                    "Type": "Step",
                    "IntensityTarget": {"Unit": "PercentOfFtp", "Value": 75, "MinValue": 70, "MaxValue": 80},
                }
            ],
        }
    )
    found = read(text, "training_peaks")
    assert (ridden(found.session), found.repairs) == ([(600, 75, 75)], ("the band 70-80 % was read as 75 %",))


def test_a_cadence_beside_the_power_is_passed_over() -> None:
    both = step(60, 90)
    both["targets"].append({"minValue": 85, "maxValue": 95, "unit": "roundOrStridePerMinute"})
    assert ridden(read(workout(block(both)), "training_peaks").session) == [(60, 90, 90)]


def test_watts_are_measured_by_the_rider_s_threshold() -> None:
    text = workout(block(step(60, 257)), metric="watts")
    assert ridden(read(text, "training_peaks", FTP).session) == [(60, 97, 97)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is not valid JSON"),
        ("[1, 2]", "is a list of 2, not a workout"),
        ("{}", "has no structure with a list of steps"),
        (workout(), "holds no steps"),
        (workout({"steps": [3]}), "structure[0] is 3, not an object"),
        (workout(block(step(0, 50))), "structure[0].steps[0].length is 0 s"),
        (workout(block(step(60, -1))), "structure[0].steps[0].targets is -1, which is no number from 0"),
        (workout(block(step(60, 50)), metric="percentOfMaxHr"), "goes by percentofmaxhr, not by power"),
        (workout(block(step(1e308, 50))), "which is no number from 0"),
        (workout(block(step(60, 50), repeat=100_000)), "is 100000 repeats; write 1 to 1000"),
        (workout(block({**step(60, 50), "length": {"value": 5, "unit": "kilometer"}})), "is in kilometer, not in time"),
        (workout(block(step(60, 250)), metric="watts"), "give the rider's with --ftp W"),
    ],
)
def test_what_is_no_workout_by_time_and_power_is_refused_with_field_and_reason(text: str, says: str) -> None:
    with pytest.raises(UnreadableSessionError) as refused:
        read(text, "training_peaks")
    assert says in str(refused.value)
