"""Asset checks: what is green or red beside an asset, for the plans that a run was about.

Belongs here: judging what is stored and saying it in a list. Does not belong here: the judgements on weeks
and plans themselves (see ``core``). In a run over a range a check sees no partition, so these read the plan
store for the run's cells.
"""

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
from plan_pipeline.orchestration.reporting.week_lines import Metadata
from plan_pipeline.services.generation import rejection_message
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.stage_outputs import StageOutput
from plan_pipeline.storage.plans.plan_store import ArtefactMissingError, PlanRecord

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
    return dg.AssetCheckResult(
        passed=report.passed,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            "workouts": MetadataValue.int(report.workout_count),
            "errors": MetadataValue.md(markdown_list(str(problem) for problem in report.errors) or "none"),
            "warnings": MetadataValue.md(markdown_list(str(problem) for problem in report.warnings) or "none"),
        },
    )


@dg.asset_check(asset=workout_library)
def library_is_rich_enough(pipeline: dg.ResourceParam[Pipeline]) -> dg.AssetCheckResult:
    """Enough workouts, enough structures of every type, and enough that may be lengthened."""
    try:
        stats = library_stats(load_library(pipeline.library.folder))
    except LibraryError as error:
        return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN, description=str(error))
    shortfalls = [
        *([f"{stats.workouts} workouts, below {MIN_WORKOUTS}"] if stats.workouts < MIN_WORKOUTS else []),
        *(
            [f"{stats.extensible_share:.0%} extensible, below {MIN_EXTENSIBLE_SHARE:.0%}"]
            if stats.extensible_share < MIN_EXTENSIBLE_SHARE
            else []
        ),
        *(
            f"{kind}: {found.structures} structures, below {MIN_STRUCTURES}"
            for kind, found in stats.by_type.items()
            if found.structures < MIN_STRUCTURES
        ),
    ]
    return dg.AssetCheckResult(
        passed=not shortfalls,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "workouts": MetadataValue.int(stats.workouts),
            "extensible_share": MetadataValue.float(stats.extensible_share),
            "shortfalls": MetadataValue.md(markdown_list(shortfalls) or "none"),
        },
    )


@dg.asset_check(asset=plan_overview)
def live_experiments_are_sound(
    context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.AssetCheckResult:
    """Every definition of a live experiment can be used; says which cannot, and which are running.

    A warning: plans that a bad definition would have reached are made as their requests say.
    """
    stamp = stamp_of(context.instance, context.run.run_id)
    definitions = pipeline.live_experiments.for_run(stamp)
    running = [each.name for each in definitions.experiments if is_running(each, stamp.generated_at.date())]
    return dg.AssetCheckResult(
        passed=not definitions.problems,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "running": MetadataValue.text(", ".join(running) or "none"),
            "problems": MetadataValue.md(markdown_list(definitions.problems) or "none"),
        },
    )


@dg.asset_check(asset=week_validation)
def weeks_pass(context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]) -> dg.AssetCheckResult:
    """Every week of the run passed validation; says which did not, and how many only the auto-fix saved."""
    judged = 0
    before_fix = 0
    failed: list[str] = []
    with translate_failures():
        for plan_id, asked in cells_of_run(context.run.tags, context.instance).items():
            for number, week in _validated(pipeline, plan_id).items():
                if number not in asked:
                    continue
                judged += 1
                before_fix += week.validation.passed_before_fix
                if not week.validation.passed:
                    failed.append(f"{plan_id}: week {number}: {'; '.join(week.validation.errors)}")
    return dg.AssetCheckResult(
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            "weeks": MetadataValue.int(judged),
            "weeks_passed": MetadataValue.int(judged - len(failed)),
            "weeks_passed_before_fix": MetadataValue.int(before_fix),
            "failed": MetadataValue.md(markdown_list(failed) or "none"),
        },
    )


@dg.asset_check(asset=week_metrics)
def time_error_within_5_pct(
    context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.AssetCheckResult:
    """The hours of every week are within 5 % of those wanted. A warning: the verdict on a week is validation's."""
    largest = 0.0
    outside: list[str] = []
    with translate_failures():
        for record in _verdicts(context, pipeline).values():
            for week in record.week_summaries:
                if week.time_error_pct is None:
                    continue
                largest = max(largest, abs(week.time_error_pct))
                if abs(week.time_error_pct) > MAX_TIME_ERROR_PCT:
                    outside.append(
                        f"{record.plan_id}: week {week.week}: {week.final_hours:.2f} h planned, "
                        f"{week.target_hours:.2f} h wanted ({week.time_error_pct:+.1f} %)"
                    )
    return dg.AssetCheckResult(
        passed=not outside,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "max_abs_time_error_pct": MetadataValue.float(largest),
            "outside": MetadataValue.md(markdown_list(outside) or "none"),
        },
    )


@dg.asset_check(asset=final_plan)
def plan_is_published(context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]) -> Any:
    """Every plan of the run was published; says which was not, and why.

    A run for a single plan that is not published fails here, after its result is recorded: the stages after
    ``final_plan`` still measure it and refresh the warehouse.
    """
    with translate_failures():
        verdicts = _verdicts(context, pipeline)
    reason = rejection_message(verdicts)
    yield dg.AssetCheckResult(
        passed=reason is None, severity=dg.AssetCheckSeverity.ERROR, metadata=_verdict_metadata(verdicts)
    )
    if reason is not None and len(verdicts) == 1:
        raise dg.Failure(reason, allow_retries=False)


@dg.asset_check(asset=final_plan)
def plan_rules_are_kept(
    context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> dg.AssetCheckResult:
    """No plan of the run breaks a rule that it is not excused from; says which do, and on what weeks.

    A warning: a plan that breaks a rule of severity error is rejected, which ``plan_is_published`` reports.
    """
    with translate_failures():
        verdicts = _verdicts(context, pipeline)
    results = [result for record in verdicts.values() for result in record.rule_results]
    return dg.AssetCheckResult(
        passed=not any(result.rejects or result.warns for result in results),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"plans": MetadataValue.int(len(verdicts)), **rules_metadata(verdicts.values())},
    )


def _validated(pipeline: Pipeline, plan_id: str) -> dict[int, ValidatedWeek]:
    """A plan's validated weeks; none where its overview gave it none."""
    record = pipeline.plans.load_overview(plan_id)
    if record is None or record.overview is None:
        return {}
    made = pipeline.plans.load_weeks(plan_id, Stage.WEEK_VALIDATION, StageOutput[ValidatedWeek])
    return {number: week.week for number, week in made.items()}


def _verdicts(context: dg.AssetCheckExecutionContext, pipeline: Pipeline) -> dict[str, PlanRecord]:
    found: dict[str, PlanRecord] = {}
    for plan_id in cells_of_run(context.run.tags, context.instance):
        verdict = pipeline.plans.load_generation_record(plan_id)
        if verdict is None:
            raise ArtefactMissingError(f"plan {plan_id!r} has no {Stage.FINAL_PLAN}; launch {Stage.FINAL_PLAN} first")
        found[plan_id] = verdict
    return found


def _verdict_metadata(verdicts: dict[str, PlanRecord]) -> Metadata:
    published = sum(record.status is PlanStatus.PUBLISHED for record in verdicts.values())
    reasons = [f"{record.plan_id}: {reason}" for record in verdicts.values() for reason in record.reasons]
    return {
        "plans": MetadataValue.int(len(verdicts)),
        "plans_published": MetadataValue.int(published),
        "plan_table": MetadataValue.md(markdown_table(record_cells(record) for record in verdicts.values())),
        "reasons": MetadataValue.md(markdown_list(reasons) or "none"),
    }


ALL = (
    library_is_valid,
    library_is_rich_enough,
    live_experiments_are_sound,
    weeks_pass,
    plan_rules_are_kept,
    plan_is_published,
    time_error_within_5_pct,
)
