"""``plan_status``: what all plans are now, as a board, and what a batch that was split has left."""

import dagster as dg

from plan_pipeline.orchestration.assets.final_plan import final_plan
from plan_pipeline.orchestration.assets.shared import OPERATIONS, RELEASE
from plan_pipeline.orchestration.bulk.batches import plans_of, runs_of
from plan_pipeline.orchestration.bulk.regenerate_plans import generate_in_bulk
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.reporting.alerts import Unpublished, alert_if_unpublished
from plan_pipeline.orchestration.reporting.check_results import report_checks
from plan_pipeline.orchestration.reporting.plan_board import board
from plan_pipeline.orchestration.run_tags import REFRESH_TAG
from plan_pipeline.services.generation import RUN_DIGITS, run_digits
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.plan_checks import PlanCheck, PlansOfRun
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.plans.retirement import is_retired


@dg.asset(
    deps=[final_plan],
    group_name="plans",
    owners=[OPERATIONS],
    kinds={"python"},
    tags={"domain": "training-plans"},
    code_version=RELEASE,
)
def plan_status(context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]) -> dg.MaterializeResult[None]:
    """How many plans are published, rejected, infeasible and so on now, and which need someone, the worst first.

    Refreshed by every run that makes plans, and every morning. After the last run of a batch that was split it reports
    the checks of plans for the batch as a whole, and alerts of what was not published.
    """
    with translate_failures():
        result = dg.MaterializeResult[None](metadata=board(pipeline))
        batch_id = context.run.tags.get(REFRESH_TAG)
        if batch_id is not None:
            _report_batch(context, pipeline, batch_id)
        return result


def _report_batch(context: dg.AssetExecutionContext, pipeline: Pipeline, batch_id: str) -> None:
    plans, made_by = PlansOfRun(), {run_id[:RUN_DIGITS] for run_id in runs_of(context.instance, batch_id)}
    unpublished = Unpublished()
    for plan_id in plans_of(context.instance, batch_id, generate_in_bulk.name):
        if is_retired(pipeline.plans, plan_id):
            continue
        try:
            record = pipeline.plans.load_generation_record(plan_id)
        except StorageError as error:
            plans.problems[PlanCheck.PLAN_IS_PUBLISHED][plan_id] = (f"damaged: {error}",)
            continue
        if record is not None:
            plans.add(record)
            if run_digits(record.generation_id) in made_by:
                unpublished.add(record)
    report_checks(context, pipeline.plans, plans, anew=True)
    batch = context.instance.get_run_by_id(batch_id) or context.run
    alert_if_unpublished(batch, unpublished, pipeline.settings)
