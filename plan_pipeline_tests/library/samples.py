"""Small libraries on disk for the tests of ``plan_pipeline.library``.

Belongs here: data that is right, for tests to break in one place. Does not belong here: assertions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

SHIPPED = Path(__file__).resolve().parents[2] / "workout_library"


def easy_step(minutes: float = 10, **changes: Any) -> dict[str, Any]:
    step = {"type": "endurance", "duration_min": minutes, "power_low_pct": 60, "power_high_pct": 60}
    return {**step, **changes}


def workout(workout_id: str = "thr_one", **changes: Any) -> dict[str, Any]:
    """A valid workout as a file holds it: an hour at 60 % of threshold, which is 36 TSS."""
    return {
        "id": workout_id,
        "name": "Hour",
        "purpose": "Be right.",
        "description": "Ride for an hour.",
        "suitable_phases": ["base"],
        "suitable_days": ["weekday"],
        "extensible": False,
        "duration_scaling_strategy": "fixed",
        "duration_min": 60,
        "tss": 36,
        "parts": [easy_step(60)],
        **changes,
    }


def intervals(workout_id: str = "thr_sets", repeat_range: list[int] | None = None, **changes: Any) -> dict[str, Any]:
    """A workout of six ten-minute repeats at 60 %, again an hour and 36 TSS."""
    a_set: dict[str, Any] = {"repeat": 6, "steps": [easy_step(5), easy_step(5, type="recovery")]}
    if repeat_range:
        a_set["repeat_range"] = repeat_range
    return workout(workout_id, parts=[a_set], **changes)


def file_of(*workouts: Any, kind: str = "threshold", **changes: Any) -> dict[str, Any]:
    return {"schema_version": "2.0", "sport": "cycling", "type": kind, "workouts": list(workouts), **changes}


def easy_run(minutes: float = 10, **changes: Any) -> dict[str, Any]:
    return {"type": "endurance", "duration_min": minutes, "speed_low_pct": 80, "speed_high_pct": 80, **changes}


def run(workout_id: str = "easy_one", **changes: Any) -> dict[str, Any]:
    """A valid workout of running as a file holds it: an hour at 80 % of threshold speed, which is 64 TSS."""
    return workout(workout_id, **{"description": "Run for an hour.", "parts": [easy_run(60)], "tss": 64, **changes})


def run_file_of(*workouts: Any, kind: str = "easy", **changes: Any) -> dict[str, Any]:
    return file_of(*workouts, kind=kind, **{"sport": "running", **changes})


def write(folder: Path, data: Any, name: str = "cycling/threshold.yaml") -> Path:
    """Write data as YAML, or text as it is; returns the library folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data if isinstance(data, str) else yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return folder
