"""The bodies of the stages: the plans of a run, one after the other, each with the weeks that are asked for."""

from collections.abc import Callable, Mapping

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.config import ConfigError
from plan_pipeline.core.stages import Stage
from plan_pipeline.library import LibraryError
from plan_pipeline.orchestration.assets.plan_of_run import PlanOfRun
from plan_pipeline.orchestration.dagster_internals.cells_beyond import forget_cells_beyond
from plan_pipeline.orchestration.dagster_internals.event_batches import (
    REPORTED_BY_STEP,
    data_version_tags,
    report_materializations,
)
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.generations import run_info
from plan_pipeline.orchestration.partitions import cell_key, cells_of_run
from plan_pipeline.orchestration.reporting.metadata import CommonTags, StageReport
from plan_pipeline.orchestration.run_tags import ARM_TAG, EXPERIMENT_TAG, PLAN_TAG
from plan_pipeline.services.generation import NOT_PUBLISHING, GenerationService, failure_record
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.run_log import line


def for_each_plan(
    context: dg.AssetExecutionContext, pipeline: Pipeline, stage: Stage, work: Callable[[PlanOfRun], None]
) -> StageReport:
    """Take every plan of the run through ``work``, under its lock, unless an earlier step of the run failed it.

    Weeks that a plan does not have are left out, and the run says so; a plan with none of those asked for is skipped.

    Broken storage, a library or configuration without which no plan of the run can be made, and a missing earlier stage
    end the run, with a message and no retry; a transient failure has the step tried again.
    """
    report = StageReport(stage)
    with translate_failures():
        asked_by_plan = cells_of_run(context.run.tags, context.instance)
        run = run_info(context.instance, pipeline.data, context.run)
        generations = GenerationService(pipeline, pipeline.knowledge(run.stamp), run)
        unusable: dict[str, LibraryError | ConfigError] = {}
        if stage is Stage.PLAN_OVERVIEW:
            pipeline.live_experiments.warn(context.log, run.stamp)
            if not pipeline.plans.publishing:
                context.log.warning(NOT_PUBLISHING)
        tags = CommonTags()
        for plan_id, asked in asked_by_plan.items():
            request = pipeline.request(plan_id, run.stamp)
            options = request.options
            tags.add({PLAN_TAG: plan_id, ARM_TAG: options.duration, EXPERIMENT_TAG: options.experiment})
            weeks = tuple(number for number in asked if number <= request.total_weeks)
            forget_cells_beyond(context.instance, {plan_id: request.total_weeks})
            if len(weeks) < len(asked):
                context.log.warning(line(report.beyond(request, asked), plan=plan_id))
            if not weeks:
                continue
            report.cells[plan_id] = weeks
            plan = PlanOfRun(generations, stage, request, weeks, report)
            with pipeline.plans.lock(plan_id):
                if plan.in_error():
                    report.note(plan_id, "no overview could be had in this run, nothing to do")
                elif (error := _why_unusable(plan)) is not None:
                    unusable[plan_id] = error
                else:
                    work(plan)
        _tell_unusable(unusable, generations, stage, report)
        _tag(context, tags.found())
    if len(report.cells) == 1:
        file = pipeline.data.plan_folder(next(iter(report.cells))) / f"{stage}.json"
        report.extra["file"] = MetadataValue.path(str(file))
    return report


def _why_unusable(plan: PlanOfRun) -> LibraryError | ConfigError | None:
    """Why the plan's sport has nothing that plans can be made from."""
    try:
        plan.generations.knowledge.of(plan.request.sport)
    except (LibraryError, ConfigError) as error:
        return error
    return None


def _tell_unusable(
    unusable: Mapping[str, LibraryError | ConfigError],
    generations: GenerationService,
    stage: Stage,
    report: StageReport,
) -> None:
    """Record that plans could not be made, where the run has others. Raises why where it has none, and after the stage
    that a run begins with, as later ones leave such plans out.
    """
    if not unusable:
        return
    if len(unusable) == len(report.cells) or stage is not Stage.PLAN_OVERVIEW:
        raise next(iter(unusable.values()))
    pipeline, generation_id = generations.pipeline, generations.run.stamp.generation_id
    for plan_id, error in unusable.items():
        with pipeline.plans.lock(plan_id):
            request = pipeline.plans.load_request(plan_id)
            record = failure_record(pipeline, plan_id, request, generation_id, str(error))
            pipeline.plans.save_generation_record(plan_id, record)
        report.record(record)


def make_weeks(context: dg.AssetExecutionContext, pipeline: Pipeline, stage: Stage) -> dg.MaterializeResult[None]:
    """The body of a stage on weeks: load what it takes, make the weeks, store those asked for, report on them.

    Plans without an overview are skipped with a note.
    """

    def make(plan: PlanOfRun) -> None:
        if plan.record.infeasible is not None:
            plan.report.note(plan.plan_id, f"infeasible, nothing to do: {plan.record.infeasible.reason}")
        else:
            taken = [plan.takes(name) for name in stage.takes]
            with plan.measured():
                weeks = {week.week_number: week for week in stage.make(*taken)}
            asked = {number: weeks[number] for number in plan.weeks}
            plan.save(asked)
            plan.report.add_lines(plan.lines_of(asked))

    return finished(context, for_each_plan(context, pipeline, stage, make))


def finished(context: dg.AssetExecutionContext, report: StageReport) -> dg.MaterializeResult[None]:
    """What a stage returns, after marking the cells of the run that exist: each has first what is its own, then the
    report on the run, which the output of the step has as well.
    """
    common = report.metadata()
    own = {cell_key(line.plan_id, line.week): line.metadata() | line.workouts_metadata() for line in report.lines}
    cells = (
        dg.AssetMaterialization(
            report.stage.value, partition=key, metadata=own.get(key, {}) | common, tags=data_version_tags(version)
        )
        for plan_id, weeks in report.cells.items()
        for version in (report.data_version(plan_id),)
        for key in (cell_key(plan_id, number) for number in weeks)
    )
    step_key = str(context.op_execution_context.op_handle)
    report_materializations(context.instance, context.run.run_id, context.job_name, step_key, cells)
    return dg.MaterializeResult(metadata={**common, **REPORTED_BY_STEP})


def _tag(context: dg.AssetExecutionContext, tags: Mapping[str, str]) -> None:
    """Tag the run, unless an earlier step has."""
    run = context.instance.get_run_by_id(context.run.run_id)
    known = run.tags if run else {}
    new = {tag: value for tag, value in tags.items() if known.get(tag) != value}
    if new:
        context.instance.add_run_tags(context.run.run_id, new)
