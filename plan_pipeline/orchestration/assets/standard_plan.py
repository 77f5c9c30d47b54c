"""``standard_plan``: the standard plans of running, one partition each."""

from collections.abc import Iterator
from typing import Any, Final

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.core.standard_plans.page import week_km
from plan_pipeline.core.standard_plans.plans import BY_ID
from plan_pipeline.orchestration.assets.shared import COACHING, RELEASE
from plan_pipeline.orchestration.assets.workout_library import workout_library
from plan_pipeline.orchestration.dagster_internals.event_batches import (
    REPORTED_BY_STEP,
    data_version_tags,
    report_materializations,
)
from plan_pipeline.orchestration.dagster_internals.plain_failure import PlainFailure
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.generations import stamp_of
from plan_pipeline.orchestration.reporting.markdown import markdown_list
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.standard_plans.making import MadeStandardPlan, StandardPlanError, make_standard_plan

standard_plans: Final = dg.StaticPartitionsDefinition(list(BY_ID))


@dg.asset(
    deps=[workout_library],
    partitions_def=standard_plans,
    backfill_policy=dg.BackfillPolicy.single_run(),
    group_name="standard_plans",
    owners=[COACHING],
    kinds={"python", "json"},
    tags={"domain": "training-plans"},
    code_version=RELEASE,
)
def standard_plan(
    context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.MaterializeResult[None]:
    """A standard plan of a race distance, a length and a volume tier, with a page of text to review it by.

    Made from the reference runner of its tier in `standard_plans.yaml`, and stored below `standard_plans/<id>/`. Plans
    that cannot be made fail the run after the others were made.
    """
    made, failed = [], []
    with translate_failures():
        stamp = stamp_of(context.instance, pipeline.data, context.run.run_id)
        for plan_id in context.partition_keys:
            try:
                made.append(make_standard_plan(BY_ID[plan_id], pipeline, stamp))
            except StandardPlanError as error:
                failed.append(str(error))
    step_key = str(context.op_execution_context.op_handle)
    report_materializations(context.instance, context.run.run_id, context.job_name, step_key, _marks(made))
    if failed:
        raise PlainFailure("\n".join(failed))
    return dg.MaterializeResult(metadata={"plans": MetadataValue.int(len(made)), **REPORTED_BY_STEP})


def _marks(made: list[MadeStandardPlan]) -> Iterator[dg.AssetMaterialization]:
    for each in made:
        yield dg.AssetMaterialization(
            standard_plan.key,
            partition=each.standard.plan_id,
            metadata=_metadata(each),
            tags=data_version_tags(each.plan.generation.content_hash),
        )


def _metadata(made: MadeStandardPlan) -> dict[str, Any]:
    weeks = made.plan.training_plan.weekly_plan
    warnings = [result.statement for result in made.plan.rule_results if result.warns]
    minutes = sum(workout.duration_min for week in weeks for workout in week.workouts)
    return {
        "plan": MetadataValue.text(made.standard.title),
        "km": MetadataValue.float(round(sum(map(week_km, weeks)), 1)),
        "fullest_week_km": MetadataValue.float(round(max(map(week_km, weeks)), 1)),
        "hours": MetadataValue.float(round(minutes / 60, 1)),
        "warnings": MetadataValue.md(markdown_list(warnings) or "none"),
        "page": MetadataValue.md(_as_markdown(made.page)),
    }


def _as_markdown(page: str) -> str:
    """A page of text as a block of code, in which nothing means anything to Markdown but the end of the block."""
    quoted = page.replace("`", "'")
    return f"```text\n{quoted}```"
