"""The assets, one module each: the six stages of a plan, and what stands before and after them.

Belongs here: bodies of about 15 lines that load, make one call of the core, store and report. Does not belong
here: what the stages share (see ``cells``), or any computation (see ``core``).
"""

from plan_pipeline.orchestration.assets.ab_comparison import ab_comparison
from plan_pipeline.orchestration.assets.final_plan import final_plan
from plan_pipeline.orchestration.assets.metrics_warehouse import metrics_warehouse
from plan_pipeline.orchestration.assets.plan_overview import plan_overview
from plan_pipeline.orchestration.assets.week_duration import week_duration
from plan_pipeline.orchestration.assets.week_metrics import week_metrics
from plan_pipeline.orchestration.assets.week_selection import week_selection
from plan_pipeline.orchestration.assets.week_validation import week_validation
from plan_pipeline.orchestration.assets.workout_library import workout_library

STAGES = (plan_overview, week_selection, week_duration, week_validation, final_plan, week_metrics)
"""The stages in the order in which a plan goes through them; all are partitioned by plan and week."""

ALL = (workout_library, *STAGES, metrics_warehouse, ab_comparison)

__all__ = [
    "ALL",
    "STAGES",
    "ab_comparison",
    "final_plan",
    "metrics_warehouse",
    "plan_overview",
    "week_duration",
    "week_metrics",
    "week_selection",
    "week_validation",
    "workout_library",
]
