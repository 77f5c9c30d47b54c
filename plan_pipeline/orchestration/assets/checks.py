"""Asset checks: what is green or red beside an asset, for the plans that a run was about.

In a run over a range a check sees no partition, so these read the plan store for the run's cells.
"""

from collections.abc import Iterable
from typing import Any

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.core.experiment import is_running
from plan_pipeline.core.model.plan import ValidatedWeek
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.core.stages import Stage
from plan_pipeline.library import LibraryError, library_stats, load_library, validate_library
from plan_pipeline.orchestration.assets.final_plan import final_plan
from plan_pipeline.orchestration.assets.plan_overview import plan_overview
from plan_pipeline.orchestration.assets.week_metrics import week_metrics
from plan_pipeline.orchestration.assets.week_validation import week_validation
from plan_pipeline.orchestration.assets.workout_library import workout_library
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.generations import stamp_of
from plan_pipeline.orchestration.partitions import cells_of_run
from plan_pipeline.orchestration.reporting.markdown import markdown_list, markdown_table
from plan_pipeline.orchestration.reporting.metadata import record_cells, rules_metadata
from plan_pipeline.services.generation import StageOutput, last_record, rejection_message
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.storage.plans.records import PlanRecord

MIN_WORKOUTS = 120
"""Workouts a library should have for plans of 24 weeks to keep their variety."""

MIN_EXTENSIBLE_SHARE = 0.6
"""The share of workouts whose length may change, below which many weeks cannot reach their hours."""

MIN_STRUCTURES = 8
"""Distinct structures a type should have, so that no stimulus has to be repeated within a phase."""

MAX_TIME_ERROR_PCT = 5.0
"""How far a week's hours may be from those wanted, %; the promise made to athletes."""


@dg.asset_check(asset=workout_library, blocking=True)
def library_is_valid(pipeline: dg.ResourceParam[Pipeline]) -> dg.AssetCheckResult:
    """Schema, unique ids, no structural duplicates, stated lengths and TSS equal to what the parts give.

    Blocking: no plan is generated from a library with an error.
    """
    report = validate_library(pipeline.library.folder)
    problems = {"errors": _listed(map(str, report.errors)), "warnings": _listed(map(str, report.warnings))}
    return dg.AssetCheckResult(passed=report.passed, metadata={"workouts": report.workout_count, **problems})


@dg.asset_check(asset=workout_library)
def library_is_rich_enough(pipeline: dg.ResourceParam[Pipeline]) -> dg.AssetCheckResult:
    """Enough workouts, enough structures of every type, and enough that may be lengthened."""
    try:
        stats = library_stats(load_library(pipeline.library.folder))
    except LibraryError as error:
        return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN, description=str(error))
    shortfalls = []
    if stats.workouts < MIN_WORKOUTS:
        shortfalls.append(f"{stats.workouts} workouts, below {MIN_WORKOUTS}")
    if stats.extensible_share < MIN_EXTENSIBLE_SHARE:
        shortfalls.append(f"{stats.extensible_share:.0%} extensible, below {MIN_EXTENSIBLE_SHARE:.0%}")
    shortfalls += [
        f"{kind}: {of_type.structures} structures, below {MIN_STRUCTURES}"
        for kind, of_type in stats.by_type.items()
        if of_type.structures < MIN_STRUCTURES
    ]
    counted = {"workouts": stats.workouts, "extensible_share": stats.extensible_share}
    return _warning(not shortfalls, **counted, shortfalls=_listed(shortfalls))


@dg.asset_check(asset=plan_overview)
def live_experiments_are_sound(
    context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.AssetCheckResult:
    """Every definition of a live experiment can be used; says which cannot, and which are running.

    A warning: plans that a bad definition would have reached are made as their requests say.
    """
    stamp = stamp_of(context.instance, pipeline.data, context.run.run_id)
    definitions = pipeline.live_experiments.for_run(stamp)
    running = [each.name for each in definitions.experiments if is_running(each, stamp.generated_at.date())]
    shown, problems = ", ".join(running) or "none", definitions.problems
    return _warning(not problems, running=shown, problems=_listed(problems))


@dg.asset_check(asset=week_validation)
def weeks_pass(context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]) -> dg.AssetCheckResult:
    """Every week of the run passed validation; says which did not, and how many only the auto-fix saved."""
    with translate_failures():
        verdicts = [
            (plan_id, number, week.validation)
            for plan_id, asked in cells_of_run(context.run.tags, context.instance).items()
            for number, week in _validated(pipeline, plan_id).items()
            if number in asked
        ]
    failed = [
        f"{plan_id}: week {number}: {'; '.join(verdict.errors)}"
        for plan_id, number, verdict in verdicts
        if not verdict.passed
    ]
    return dg.AssetCheckResult(
        passed=not failed,
        metadata={
            "weeks": len(verdicts),
            "weeks_passed": len(verdicts) - len(failed),
            "weeks_passed_before_fix": sum(verdict.passed_before_fix for *_, verdict in verdicts),
            "failed": _listed(failed),
        },
    )


@dg.asset_check(asset=week_metrics)
def time_error_within_5_pct(
    context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.AssetCheckResult:
    """The hours of every week are within 5 % of those wanted. A warning: the verdict on a week is validation's."""
    with translate_failures():
        weeks = [
            (abs(week.time_error_pct), record.plan_id, week)
            for record in _records(context, pipeline).values()
            for week in record.week_summaries
            if week.time_error_pct is not None
        ]
    outside = [
        f"{plan_id}: week {week.week}: {week.final_hours:.2f} h planned, "
        f"{week.target_hours:.2f} h wanted ({week.time_error_pct:+.1f} %)"
        for error_pct, plan_id, week in weeks
        if error_pct > MAX_TIME_ERROR_PCT
    ]
    largest = max((error_pct for error_pct, *_ in weeks), default=0.0)
    return _warning(not outside, max_abs_time_error_pct=largest, outside=_listed(outside))


@dg.asset_check(asset=final_plan)
def plan_is_published(context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]) -> Any:
    """Every plan of the run was published; says which was not, and why.

    A run for a single plan that is not published fails here, after its result is recorded: the stages after
    ``final_plan`` still measure it and refresh the warehouse.
    """
    with translate_failures():
        records = _records(context, pipeline)
    message = rejection_message(records)
    metadata: dict[str, Any] = {
        "plans": len(records),
        "plans_published": sum(record.status is PlanStatus.PUBLISHED for record in records.values()),
        "plan_table": MetadataValue.md(markdown_table(map(record_cells, records.values()))),
        "reasons": _listed(f"{record.plan_id}: {reason}" for record in records.values() for reason in record.reasons),
    }
    yield dg.AssetCheckResult(passed=message is None, metadata=metadata)
    if message is not None and len(records) == 1:
        raise dg.Failure(message, allow_retries=False)


@dg.asset_check(asset=final_plan)
def plan_rules_are_kept(
    context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.AssetCheckResult:
    """No plan of the run breaks a rule that it is not excused from; says which do, and on what weeks.

    A warning: a plan that breaks a rule of severity error is rejected, which ``plan_is_published`` reports.
    """
    with translate_failures():
        records = _records(context, pipeline)
    results = [result for record in records.values() for result in record.rule_results]
    is_broken = any(result.rejects or result.warns for result in results)
    return _warning(not is_broken, plans=len(records), **rules_metadata(records.values()))


def _validated(pipeline: Pipeline, plan_id: str) -> dict[int, ValidatedWeek]:
    """A plan's validated weeks; none where its overview gave it none."""
    record = pipeline.plans.load_overview(plan_id)
    if record is None or record.overview is None:
        return {}
    made = pipeline.plans.load_weeks(plan_id, Stage.WEEK_VALIDATION, StageOutput[ValidatedWeek])
    return {number: output.week for number, output in made.items()}


def _records(context: dg.AssetCheckExecutionContext, pipeline: Pipeline) -> dict[str, PlanRecord]:
    """How the plans of the run ended; one that was never made, and is asked for weeks it does not have, is left out."""
    records = {}
    for plan_id, asked in cells_of_run(context.run.tags, context.instance).items():
        record = pipeline.plans.load_generation_record(plan_id)
        if record is not None or min(asked) <= pipeline.plans.load_request(plan_id).total_weeks:
            records[plan_id] = record or last_record(pipeline, plan_id)
    return records


def _warning(passed: bool, **metadata: dg.MetadataValue | str | float) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=passed, severity=dg.AssetCheckSeverity.WARN, metadata=metadata)


def _listed(items: Iterable[str]) -> MetadataValue:
    return MetadataValue.md(markdown_list(items) or "none")


ALL = (
    library_is_valid,
    library_is_rich_enough,
    live_experiments_are_sound,
    weeks_pass,
    plan_rules_are_kept,
    plan_is_published,
    time_error_within_5_pct,
)
