"""``plan_overview``: what each week of a plan is for, before any workout is chosen."""

from dataclasses import replace

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.overview.writer import OverviewError, OverviewUnavailableError
from plan_pipeline.core.purpose.purpose import Purpose, purpose_if_known
from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.assets.cells import finished, for_each_plan
from plan_pipeline.orchestration.assets.plan_of_run import PlanOfRun
from plan_pipeline.orchestration.assets.shared import stage_asset
from plan_pipeline.orchestration.assets.workout_library import workout_library
from plan_pipeline.orchestration.dagster_internals.plain_failure import PlainFailure
from plan_pipeline.orchestration.failures import may_try_again
from plan_pipeline.orchestration.generations import first_run_id
from plan_pipeline.orchestration.model_calls import ModelCalls
from plan_pipeline.orchestration.reporting.metadata import purpose_metadata
from plan_pipeline.orchestration.reporting.week_lines import Metadata, WeekLine, line_of, week_line
from plan_pipeline.orchestration.run_config import CheckedConfig
from plan_pipeline.orchestration.run_tags import RENEW_TAG
from plan_pipeline.services.generation import rejection_message
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.recording import record_facts


class OverviewConfig(CheckedConfig):
    """``renew`` has a model write the overview anew although nothing has changed. Rules always do."""

    renew: bool = False


@stage_asset(deps=[workout_library])
def plan_overview(
    context: dg.AssetExecutionContext, config: OverviewConfig, pipeline: dg.ResourceParam[Pipeline]
) -> dg.MaterializeResult[None]:
    """The weeks of a plan: phase, hours, TSS, and what each weekday is for, by rules or by a model.

    Always made for the whole plan, whichever weeks are asked for. A request that cannot be met is recorded as
    infeasible, with the limits in its way.
    """
    renew = config.renew or context.run.tags.get(RENEW_TAG, "").lower() == "true"
    calls = ModelCalls.of(context.op_execution_context, pipeline.settings)
    overview_service = replace(pipeline.overviews, call=calls.one, run_id=first_run_id(context.run))
    reused: list[str] = []
    purposes: list[Purpose] = []

    def write(plan: PlanOfRun) -> None:
        try:
            with plan.measured():
                record, kept = overview_service.overview(
                    plan.request, plan.library, plan.config, plans=pipeline.plans, renew=renew
                )
        except OverviewError as error:
            if isinstance(error, OverviewUnavailableError) and may_try_again():
                raise
            generation = plan.generations.fail(plan.request, str(error))
            record_facts(pipeline, plan.run, f"{generation.record.generation_id}-{plan.plan_id}", [generation])
            plan.report.record(generation.record)
            return
        pipeline.plans.save_overview(plan.plan_id, record)
        purposes.extend(filter(None, [purpose_if_known(plan.request, plan.config)]))
        reused.extend([plan.plan_id] if kept else [])
        if record.infeasible is not None:
            plan.report.reasons += [f"{plan.plan_id}: infeasible: {record.infeasible.reason}"]
        else:
            plan.report.add_lines(plan.lines_of({number: plan.overview.week(number) for number in plan.weeks}))

    report = for_each_plan(context, pipeline, Stage.PLAN_OVERVIEW, write)
    if report.records and len(report.records) == len(report.cells):
        raise PlainFailure(rejection_message(report.records) or "", metadata=report.metadata())
    if len(report.cells) == len(purposes) == 1:
        report.extra |= _metadata_of(purposes[0])
    report.extra["stored_overview_used"] = MetadataValue.text(", ".join(reused) or "no")
    return finished(context, report)


def _metadata_of(purpose: Purpose) -> Metadata:
    """What a plan is for, and how its request was read."""
    event_type = purpose.event_type.id if purpose.event_type else None
    found = purpose_metadata(purpose.aim.id, event_type, purpose.long_ride_target_min)
    return found | ({"request_read_as": MetadataValue.text(purpose.reading)} if purpose.reading else {})


@week_line.register
def _(made: OverviewWeek, plan_id: str, week: OverviewWeek) -> WeekLine:
    days = ", ".join(f"{day.weekday[:3]} {day.workout_type}" for day in made.trained)
    return line_of(plan_id, week, remark=f"{made.focus} ({days})")
