"""``week_metrics``: what a generation came to, as rows for analysts."""

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.assets.cells import finished, for_each_plan
from plan_pipeline.orchestration.assets.final_plan import final_plan
from plan_pipeline.orchestration.assets.plan_of_run import PlanOfRun, stored_generation
from plan_pipeline.orchestration.assets.shared import stage_asset
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.generations import run_info
from plan_pipeline.services.generation import save_week_metrics
from plan_pipeline.services.pipeline import FinishedGeneration, Pipeline
from plan_pipeline.services.recording import record_facts


@stage_asset(deps=[final_plan], kinds={"parquet"})
def week_metrics(context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]) -> dg.MaterializeResult[None]:
    """Rows of the last generation of each plan, as ``final_plan`` measured it: weeks, workouts, rules and timings.

    One Parquet file a table for the run. Facts of a generation are written once: launched again on its own, this
    stage adds only what is missing.
    """
    generations: list[FinishedGeneration] = []

    def collect(plan: PlanOfRun) -> None:
        generation = plan.memory.finished.get(plan.plan_id) or stored_generation(plan)
        generations.append(generation)
        save_week_metrics(pipeline, generation)
        plan.report.record(generation.record)
        plan.report.lines += plan.finished_lines()

    report = for_each_plan(context, pipeline, Stage.WEEK_METRICS, collect)
    with translate_failures():
        run = run_info(context.instance, pipeline.data, context.run)
        recording = record_facts(pipeline, run, run.stamp.generation_id, generations)
    for plan_id, reason in recording.skipped.items():
        report.note(plan_id, reason)
    report.extra["fact_files"] = MetadataValue.json([str(path) for path in recording.files])
    return finished(context, report)
