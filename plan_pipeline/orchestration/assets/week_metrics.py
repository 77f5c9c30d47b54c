"""``week_metrics``: what a generation came to, as rows for analysts.

Belongs here: the asset, and which part of the fact tables a row goes to. Does not belong here: how the numbers
are computed (see ``core.metrics``).
"""

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.core.pipeline import PlanFacts
from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.assets.assembly import facts_of_verdict, has_facts
from plan_pipeline.orchestration.assets.cells import PlanOfRun, finished, for_each_plan
from plan_pipeline.orchestration.assets.final_plan import final_plan
from plan_pipeline.orchestration.assets.shared import stage_asset
from plan_pipeline.orchestration.reporting.metadata import metrics_lines
from plan_pipeline.services.pipeline import Pipeline


@stage_asset(deps=[final_plan], kinds={"parquet"})
def week_metrics(context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]) -> dg.MaterializeResult[None]:
    """Rows of the last generation of each plan: all its weeks as they now stand, workouts and timings.

    One Parquet file a table for the run. Facts of a generation are written once: launched again on its own, this
    stage adds only what is missing.
    """
    own: list[PlanFacts] = []

    def measure(plan: PlanOfRun) -> None:
        if plan.in_error():
            plan.report.note(plan.plan_id, "no overview could be had in this run, which is recorded")
            return
        verdict, facts = facts_of_verdict(plan)
        if has_facts(pipeline, verdict):
            plan.report.note(plan.plan_id, f"the facts of {verdict.generation_id} are there already, nothing to do")
        elif verdict.generation_id == plan.stamp.generation_id:
            own.append(facts)
        elif _made_a_generation(context.run):
            plan.report.note(plan.plan_id, f"{verdict.generation_id}, of another run, has taken this one's place")
        else:
            pipeline.facts.write_all(f"{verdict.generation_id}-{plan.plan_id}", [facts])
        pipeline.plans.save_weeks(plan.plan_id, Stage.WEEK_METRICS, {row.week: row for row in facts.weeks})
        plan.report.lines += metrics_lines(facts)
        plan.report.record(verdict)

    report = for_each_plan(context, pipeline, Stage.WEEK_METRICS, measure)
    written = pipeline.facts.write_all(own[0].generation.generation_id, own) if own else {}
    report.extra["fact_files"] = MetadataValue.json([str(path) for path in written.values()])
    return finished(context, report)


def _made_a_generation(run: dg.DagsterRun) -> bool:
    """Whether the run goes through ``final_plan`` itself, and is not launched to measure what another one made."""
    name = final_plan.key.to_user_string()
    selected = run.asset_selection is None or final_plan.key in run.asset_selection
    return selected and name in (run.step_keys_to_execute or [name])
