"""``final_plan``: the published plan, or the reasons why there is none."""

import dagster as dg

from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.assets.cells import finished, for_each_plan
from plan_pipeline.orchestration.assets.plan_of_run import PlanOfRun, assembled
from plan_pipeline.orchestration.assets.plan_overview import plan_overview
from plan_pipeline.orchestration.assets.shared import stage_asset
from plan_pipeline.orchestration.assets.week_validation import week_validation
from plan_pipeline.services.pipeline import Pipeline


@stage_asset(deps=[plan_overview, week_validation], kinds={"json"})
def final_plan(context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]) -> dg.MaterializeResult[None]:
    """The plan of all its weeks, published as ``plan.json`` when every one of them passed.

    Otherwise the verdict is stored with its reasons, and the plan published before stays in place. All weeks of
    a plan are put together, whichever of them were asked for.
    """

    def publish(plan: PlanOfRun) -> None:
        with plan.measured():
            result = assembled(plan)
        generation = plan.generations.finish(result.model_copy(update={"stage_ms": plan.stage_ms()}), plan.inputs)
        plan.memory.finished[plan.plan_id] = generation
        plan.report.record(generation.record)
        plan.report.lines += plan.finished_lines()

    return finished(context, for_each_plan(context, pipeline, Stage.FINAL_PLAN, publish))
