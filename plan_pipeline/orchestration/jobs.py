"""All jobs, and those among them that are made of assets."""

from typing import Final

import dagster as dg

from plan_pipeline.orchestration.assets import STAGES
from plan_pipeline.orchestration.assets.ab_comparison import ab_comparison
from plan_pipeline.orchestration.assets.metrics_warehouse import metrics_warehouse
from plan_pipeline.orchestration.assets.standard_plan import standard_plan
from plan_pipeline.orchestration.assets.workout_library import workout_library
from plan_pipeline.orchestration.bulk.regenerate_plans import regenerate_plans
from plan_pipeline.orchestration.bulk.run_experiment import run_experiment
from plan_pipeline.orchestration.bulk.submit_overviews import submit_overviews
from plan_pipeline.orchestration.intake.ingest_requests import ingest_requests, submit_plan_requests
from plan_pipeline.orchestration.maintenance.exports import exports
from plan_pipeline.orchestration.maintenance.plan_health import CHECK_PLAN_HEALTH, nothing_is_left_failed_or_stale
from plan_pipeline.orchestration.maintenance.plan_status import plan_status
from plan_pipeline.orchestration.maintenance.retention import retain
from plan_pipeline.orchestration.maintenance.retirement import retire_finished_plans
from plan_pipeline.orchestration.run_tags import KIND_TAG, MAX_RUNTIME_TAG

GENERATE_PLAN: Final = "generate_plan"
GENERATE_STANDARD_PLANS: Final = "generate_standard_plans"
REGENERATE_PLANS: Final = regenerate_plans.name
RUN_EXPERIMENT: Final = run_experiment.name
RETIRE_FINISHED_PLANS: Final = retire_finished_plans.name
SUBMIT_OVERVIEWS: Final = submit_overviews.name
RETAIN: Final = retain.name
CHECK_LIBRARY: Final = "check_library"
REFRESH_WAREHOUSE: Final = "refresh_warehouse"

_OF_ALL_PLANS: Final = dg.AssetSelection.checks(nothing_is_left_failed_or_stale)
"""What a run for one plan does not check, and what must not make a refresh fail."""

generate_plan = dg.define_asset_job(
    GENERATE_PLAN,
    selection=dg.AssetSelection.assets(*STAGES, metrics_warehouse, plan_status, exports) - _OF_ALL_PLANS,
    tags={KIND_TAG: "plan", MAX_RUNTIME_TAG: "1800"},
    description=(
        "Generates one plan, or weeks of it, through all six stages, and refreshes the warehouse. "
        "Launch it for a plan and a week, or for a range of weeks: *All* beside `week` is the whole plan, whatever its "
        "length. The plan's request must be in the data folder (the job "
        "`submit_plan_requests`, the inbox and `plan-pipeline generate` put it there and register the plan). A plan of "
        "which any week fails is not published: the run fails and lists the weeks and reasons, and the plan published "
        "before stays in place."
    ),
)

generate_standard_plans = dg.define_asset_job(
    GENERATE_STANDARD_PLANS,
    selection=dg.AssetSelection.assets(standard_plan),
    tags={KIND_TAG: "standard_plans", MAX_RUNTIME_TAG: "1800"},
    description=(
        "Makes standard plans of running, each from the reference runner of its distance and volume tier, and the page "
        "of text that a coach reviews it by. Launch it for one of them or for a range."
    ),
)

check_library = dg.define_asset_job(
    CHECK_LIBRARY,
    selection=dg.AssetSelection.assets(workout_library),
    tags={KIND_TAG: "library", MAX_RUNTIME_TAG: "900"},
    description="Reads the workout library and checks it: sound, rich enough, and under which version.",
)

refresh_warehouse = dg.define_asset_job(
    REFRESH_WAREHOUSE,
    selection=dg.AssetSelection.assets(metrics_warehouse, ab_comparison, plan_status, exports) - _OF_ALL_PLANS,
    tags={KIND_TAG: "warehouse", MAX_RUNTIME_TAG: "1800"},
    description=(
        "Builds warehouse.duckdb anew from all facts, the comparison of the arms from it, and the board of all plans. "
        "Brings the files of plans for other programs up to date, where there are to be some."
    ),
)

check_plan_health = dg.define_asset_job(
    CHECK_PLAN_HEALTH,
    selection=dg.AssetSelection.assets(plan_status) | _OF_ALL_PLANS,
    tags={KIND_TAG: "plan_health", MAX_RUNTIME_TAG: "1800"},
    description=(
        "Checks that every active plan was made within PLAN_PIPELINE_STALE_AFTER_HOURS and published. The check "
        "of `metrics_warehouse` lists those that are not, and so does the board `plan_status`, which this refreshes; "
        "the run fails where the pipeline may be at fault."
    ),
)

ALL = (
    generate_plan,
    generate_standard_plans,
    regenerate_plans,
    submit_overviews,
    run_experiment,
    check_library,
    refresh_warehouse,
    submit_plan_requests,
    ingest_requests,
    retire_finished_plans,
    retain,
    check_plan_health,
)
