"""Runs for the tests of workout files, and plans of running.

Belongs here: builders. Does not belong here: anything that asserts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from plan_pipeline.config import load_config
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.steps import RunningStep
from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.core.model.workout import Library, LibraryWorkout
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.formats import READERS
from plan_pipeline.formats.reading import ReadSession, RunsReader
from plan_pipeline.formats.session import Session, SessionPart, SessionStep, parts_of_library
from plan_pipeline.library import load_library
from plan_pipeline_tests.core.builders import ROOT, STAMP

RUNNER = Runner(255)
SLOWER = Runner(330)
"""Thresholds of 4:15/km and of 5:30/km."""


@lru_cache(maxsize=1)
def running_library() -> Library:
    return load_library(ROOT / "workout_library", Sport.RUNNING)


@lru_cache(maxsize=1)
def running_config() -> PlanningConfig:
    return load_config(ROOT / "config", Sport.RUNNING)


@lru_cache(maxsize=1)
def running_plan() -> Plan:
    """A plan of eight weeks for a runner with a threshold of 4:15/km."""
    request = PlanRequest.model_validate(
        {
            "plan_id": "runner-1",
            "sport": "running",
            "weeks": 8,
            "goal": "general_fitness",
            "start_date": "2027-01-04",
            "athlete_profile": {
                "athlete_id": "runner",
                "threshold_pace": "4:15/km",
                "current_weekly_km": 40,
                "longest_run_km": 18,
                "training_availability": {"hours_per_week": 5, "week_days": "tue, thu, sat, sun"},
            },
        }
    )
    plan = generate_plan(request, running_library(), running_config(), stamp=STAMP).plan
    assert plan is not None
    return plan


def a_run(*parts: SessionPart, runner: Runner | None = RUNNER, **fields: Any) -> Session:
    return Session(**{"name": "Run", "parts": parts, "sport": Sport.RUNNING, "runner": runner, **fields})


def run_of(workout: LibraryWorkout, runner: Runner = RUNNER) -> Session:
    unmeasured = workout.type if workout.type in record_of(Sport.RUNNING).unmeasured else None
    parts = parts_of_library(workout.parts)
    return a_run(*parts, runner=runner, name=workout.name, description=workout.description, unmeasured=unmeasured)


def at_pace(
    low: float, high: float | None = None, *, seconds: float | None = None, metres: float | None = None, **fields: Any
) -> SessionStep:
    """A step of seconds or metres at a range of % of threshold speed."""
    ends = {"start_pct": low, "end_pct": low if high is None else high}
    length = {"duration_s": seconds or 60.0, "distance_m": metres}
    return SessionStep(**{**length, **ends, **fields})


def by_effort(seconds: float, role: str | None = None, pct: float = 45, **fields: Any) -> SessionStep:
    """A step that shows no pace."""
    return at_pace(pct, seconds=seconds, role=role, by_effort=True, **fields)


def in_library(kind: str, low: float | None, high: float | None = None, **fields: Any) -> RunningStep:
    """A step of the library, of ``duration_min`` or ``distance_m``."""
    ends = {"speed_low_pct": low, "speed_high_pct": low if high is None else high}
    return RunningStep.model_validate({"type": kind, "by_effort": False, **ends, **fields})


def read_run(content: bytes | str, form: str, runner: Runner | None = RUNNER) -> ReadSession:
    reader = READERS.get(form)
    if runner is not None:
        assert isinstance(reader, RunsReader)
        reader = reader.for_runner(runner)
    return reader.read(content.encode() if isinstance(content, str) else content)


UNMEASURED = (WorkoutType.STRENGTH, WorkoutType.CROSS_TRAINING)
