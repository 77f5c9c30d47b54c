"""Plans of runners that differ in what notes and pages have to cope with, made once for all tests.

Belongs here: requests and the plans made from them. Does not belong here: anything that asserts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from plan_pipeline.core.model.plan import Overview, Plan
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline.core.pipeline import PlanResult, generate_plan
from plan_pipeline_tests.core.builders import STAMP
from plan_pipeline_tests.core.running import a_runner_request, in_kilometres, running_config, running_library

EVERY_DAY = "mon-sun"
MARATHON = {"date": "2027-05-02", "name": "Spring Marathon", "type": "marathon", "goal_time": "3:15:00"}
TUNE_UP = {"date": "2027-03-21", "name": "City Half", "type": "half_marathon"}


def marathon(*, athlete: dict[str, Any] | None = None, event: dict[str, Any] | None = None, **plan: Any) -> PlanRequest:
    """45 km a week by now and 60 in the fullest, seventeen weeks to a marathon with a half on the way."""
    return in_kilometres(
        60,
        EVERY_DAY,
        athlete={"current_weekly_km": 45, "longest_run_km": 16, "age": 38, "max_hr": 186, **(athlete or {})},
        event={**MARATHON, **(event or {})},
        **{"weeks": None, "start_date": "2027-01-04", "events": [TUNE_UP], **plan},
    )


REQUESTS = {
    "marathon": marathon(),
    "half in miles without hills": a_runner_request(
        athlete={"units": "mile", "access": ["track"], "recent_race": {"distance_m": 5000, "time": "24:30"}}
    ),
    "5 km": in_kilometres(
        35,
        EVERY_DAY,
        athlete={"current_weekly_km": 25, "longest_run_km": 10},
        event={"date": "2027-02-28", "name": "Park Run", "type": "5k", "goal_time": "18:00"},
        weeks=8,
    ),
    "first plan": a_runner_request(
        athlete={
            "experience_level": "beginner",
            "recent_race": None,
            "threshold_pace": "6:30/km",
            "current_weekly_km": 6,
            "longest_run_km": None,
            "goals": ["couch to 5k"],
        },
        availability={"hours_per_week": 2.5, "week_days": "tue, thu, sat"},
        event=None,
    ),
    "trail": a_runner_request(
        availability={"hours_per_week": 6, "week_days": EVERY_DAY},
        event={"date": "2027-03-28", "name": "Fell", "type": "trail", "distance_km": 30, "profile": "trail"},
    ),
}


@lru_cache(maxsize=16)
def made(name: str) -> PlanResult:
    """What becomes of a request of ``REQUESTS``."""
    return generate_plan(REQUESTS[name], running_library(), running_config(), stamp=STAMP)


def running_plan(name: str = "marathon") -> Plan:
    plan = made(name).plan
    assert plan is not None, made(name).verdict
    return plan


def running_overview(request: PlanRequest) -> Overview:
    """The overview of any runner's request."""
    written = plan_overview(request, running_library(), running_config())
    assert isinstance(written, Overview), written
    return written
