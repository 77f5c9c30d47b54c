"""The product's running library and configuration, and requests of runners, for tests of what differs by sport.

Belongs here: builders. Does not belong here: anything that asserts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from plan_pipeline.config import load_config
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.workout import Library
from plan_pipeline.library import load_library
from plan_pipeline_tests.core.builders import ROOT


@lru_cache(maxsize=1)
def running_library() -> Library:
    """The running library that the product comes with."""
    return load_library(ROOT / "workout_library", Sport.RUNNING)


@lru_cache(maxsize=1)
def running_config() -> PlanningConfig:
    """The planning configuration of running that the product comes with."""
    return load_config(ROOT / "config", Sport.RUNNING)


def a_runner_request(
    *, availability: dict[str, Any] | None = None, athlete: dict[str, Any] | None = None, **plan: Any
) -> PlanRequest:
    """A 10 km of 41:20 by a runner of 40 km a week who has 5 hours on five days; ten weeks to a half marathon."""
    profile = {
        "athlete_id": "runner-7",
        "recent_race": {"distance_m": 10_000, "time": "41:20"},
        "current_weekly_km": 40,
        "longest_run_km": 14,
        "goals": ["Run the half under 1:33"],
        **(athlete or {}),
        "training_availability": {
            "hours_per_week": 5,
            "week_days": "Tuesday, Wednesday, Thursday, Saturday, Sunday",
            **(availability or {}),
        },
    }
    defaults: dict[str, Any] = {
        "plan_id": "runner-7-half",
        "sport": "running",
        "weeks": 10,
        "event": {"date": "2027-03-28", "name": "Spring Half", "type": "half_marathon", "goal_time": "1:33:00"},
    }
    return PlanRequest.model_validate({**defaults, "athlete_profile": profile, **plan})


def in_kilometres(km: float, days: str = "Tuesday, Wednesday, Thursday, Saturday, Sunday", **plan: Any) -> PlanRequest:
    """The same runner's request with the kilometres of the fullest week in place of hours."""
    return a_runner_request(availability={"hours_per_week": None, "weekly_km": km, "week_days": days}, **plan)
