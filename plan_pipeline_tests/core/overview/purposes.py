"""Purposes of requests for the tests of the overview. Does not belong here: any assertion."""

from __future__ import annotations

from typing import Any

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.purpose.purpose import Purpose, purpose_of
from plan_pipeline_tests.core.builders import real_config

SUNDAY = "2027-06-13"


def rider(
    hours: float = 8,
    days: str = "Mon-Sun",
    *,
    caps: dict[str, int] | None = None,
    level: str = "intermediate",
    athlete: dict[str, Any] | None = None,
    **plan: Any,
) -> PlanRequest:
    """The request of a rider with so many hours on some days; twelve weeks unless ``plan`` says otherwise."""
    availability = {"hours_per_week": hours, "week_days": days, "max_minutes": caps or {}}
    profile = {"athlete_id": "a", "ftp": 250, "experience_level": level, "training_availability": availability}
    return PlanRequest.model_validate(
        {"plan_id": "p", "athlete_profile": profile | (athlete or {}), "weeks": 12} | plan
    )


def purpose(*given: Any, **plan: Any) -> Purpose:
    """What a request of ``rider`` is for."""
    return purpose_of(rider(*given, **plan), real_config())


def event(kind: str, date: str = SUNDAY, **more: Any) -> dict[str, Any]:
    return {"date": date, "type": kind, **more}
