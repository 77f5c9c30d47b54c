"""Runs as JSON: structured workouts of TrainingPeaks, and workouts in the library's own form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.formats.reading import UnreadableSessionError
from plan_pipeline_tests.formats.sessions import read, ridden, structure


def of_training_peaks(*steps: dict[str, Any], metric: str = "percentOfThresholdPace") -> str:
    blocks = [{"steps": [step]} for step in steps]
    return json.dumps({"title": "Run", "structure": {"primaryIntensityMetric": metric, "structure": blocks}})


def step(value: float, unit: str, low: float, high: float, **fields: str) -> dict[str, Any]:
    return {"length": {"value": value, "unit": unit}, "targets": [{"minValue": low, "maxValue": high}], **fields}


def test_percent_of_threshold_pace_is_a_run_and_ranges_stay() -> None:
    found = read(
        of_training_peaks(
            step(10, "minute", 70, 80, intensityClass="warmUp"),
            step(1, "kilometer", 105, 108),
            step(1, "mile", 95, 95),
            step(400, "meter", 60, 70, intensityClass="coolDown"),
        ),
        "training_peaks",
    ).session
    assert found.sport is Sport.RUNNING
    assert ridden(found) == [(600, 70, 80), ("m", 1000, 105, 108), ("m", 1609.344, 95, 95), ("m", 400, 70, 60)]


def test_a_run_by_heart_rate_or_power_is_refused() -> None:
    by_power = {"length": {"value": 60, "unit": "second"}, "targets": [{"minValue": 90, "unit": "percentOfFtp"}]}
    with pytest.raises(UnreadableSessionError, match="goes by percentOfFtp, not by pace; give it in"):
        read(of_training_peaks(step(10, "minute", 70, 80), by_power), "training_peaks")


WORKOUT: dict[str, Any] = {
    "name": "Kilometres",
    "sport": "running",
    "parts": [
        {"type": "warmup", "duration_min": 15, "speed_low_pct": 70, "speed_high_pct": 80},
        {
            "repeat": 5,
            "steps": [
                {"type": "race_pace", "distance_m": 1000, "race": "5k"},
                {"type": "walk", "duration_min": 2},
            ],
        },
        {"type": "cooldown", "duration_min": 10, "speed_low_pct": 60, "speed_high_pct": 72},
    ],
}


def test_a_workout_in_the_library_s_form_is_read_with_its_distances() -> None:
    found = read(json.dumps(WORKOUT), "training_peaks").session
    assert (found.name, found.sport) == ("Kilometres", Sport.RUNNING)
    (_, work, _) = structure(found)
    assert work == (5, ("m", 1000, pytest.approx(106.7, abs=0.2), pytest.approx(106.7, abs=0.2)), (120, None, None))


def test_what_is_done_in_place_of_a_run_says_so_by_its_type() -> None:
    parts = [{"type": "endurance", "duration_min": 45}]
    found = read(json.dumps({"sport": "run", "type": "cross training", "parts": parts}), "training_peaks").session
    assert found.unmeasured is WorkoutType.CROSS_TRAINING


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"parts": 5}, "parts is 5, not a list of steps and sets"),
        ({"parts": [{"type": "steady", "duration_min": 5, "speed_low_pct": 80}]}, "parts.0: speed_low_pct and speed_"),
        (
            {"parts": [{"type": "steady", "duration_min": -1, "speed_low_pct": 80, "speed_high_pct": 80}]},
            "duration_min",
        ),
        ({"sport": "swimming"}, "sport is 'swimming', which is none; write one of cycling, running"),
    ],
)
def test_what_is_wrong_in_it_is_named_by_its_place(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UnreadableSessionError) as refused:
        read(json.dumps({**WORKOUT, **changes}), "training_peaks")
    assert says in str(refused.value)
