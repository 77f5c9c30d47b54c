"""The jobs that people and programs launch.

Belongs here: which assets a job is of, its tags and its description. Does not belong here: what the assets do
(see ``assets``), jobs that are not of assets (see ``bulk``, ``experiment_job``), launching (see ``launch``).
"""

from __future__ import annotations

from typing import Final

import dagster as dg

from plan_pipeline.orchestration.assets import STAGES, ab_comparison, metrics_warehouse, workout_library
from plan_pipeline.orchestration.bulk import regenerate_plans
from plan_pipeline.orchestration.experiment_job import run_experiment
from plan_pipeline.orchestration.partitions import MAX_RUNTIME_TAG

GENERATE_PLAN: Final = "generate_plan"
REGENERATE_PLANS: Final = regenerate_plans.name
RUN_EXPERIMENT: Final = run_experiment.name
CHECK_LIBRARY: Final = "check_library"
REFRESH_WAREHOUSE: Final = "refresh_warehouse"

generate_plan = dg.define_asset_job(
    GENERATE_PLAN,
    selection=dg.AssetSelection.assets(*STAGES, metrics_warehouse),
    tags={"kind": "plan", MAX_RUNTIME_TAG: "1800"},
    description=(
        "Generates one plan, or weeks of it, through all six stages, and refreshes the warehouse. "
        "Launch it for a plan and a week, or for a range of weeks. The plan's request must be in the data folder "
        "(`plan-pipeline generate` puts it there and registers the plan). A plan of which any week fails is not "
        "published: the run fails and lists the weeks and reasons, and the plan published before stays in place."
    ),
)

check_library = dg.define_asset_job(
    CHECK_LIBRARY,
    selection=dg.AssetSelection.assets(workout_library),
    tags={"kind": "library"},
    description="Reads the workout library and checks it: sound, rich enough, and under which version.",
)

refresh_warehouse = dg.define_asset_job(
    REFRESH_WAREHOUSE,
    selection=dg.AssetSelection.assets(metrics_warehouse, ab_comparison),
    tags={"kind": "warehouse"},
    description="Builds warehouse.duckdb anew from all facts, and the comparison of the arms from it.",
)

ALL = (generate_plan, regenerate_plans, run_experiment, check_library, refresh_warehouse)
