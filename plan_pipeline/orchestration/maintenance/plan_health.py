"""The asset check that no active plan is left failed or stale, by what is on disk."""

import datetime as dt
from typing import Any, Final

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.orchestration.assets.metrics_warehouse import metrics_warehouse, refresh
from plan_pipeline.orchestration.dagster_internals.plain_failure import PlainFailure
from plan_pipeline.orchestration.dagster_internals.stored_states import is_turned_on
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.reporting.plan_board import count_plans, counts_metadata, states_table
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.plan_changes import settle_changes
from plan_pipeline.services.plan_states import CurrentStatus, PlanState
from plan_pipeline.settings import Settings

NIGHTLY_BATCH: Final = "nightly_batch"
"""The schedule of the night's batch."""

CHECK_PLAN_HEALTH: Final = "check_plan_health"
"""The job of this check. The page of a job for one plan launches the check as well, whatever the job leaves out."""


@dg.asset_check(asset=metrics_warehouse, name="nothing_is_left_failed_or_stale")
def nothing_is_left_failed_or_stale(
    context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> Any:
    """Every active plan was made within the limit and came out well; lists those that were not.

    Where the pipeline may be at fault a run of the job ``check_plan_health`` fails after its result is recorded, so
    that it is alerted of like any other; a run that was launched for one plan never does for others. That plans were
    made too long ago is its fault where the night's batch is on. Rejected and infeasible plans, which need a talk with
    the athlete, and plans that were rolled back are a warning.
    """
    with translate_failures():
        now = dt.datetime.now(dt.UTC)
        if settled := settle_changes(pipeline.plans, now=now):
            context.log.warning("the warehouse told another plan than is in place of %s", ", ".join(settled))
            refresh(pipeline)
        counts = count_plans(pipeline.plans, pipeline.settings.stale_after_hours, now)
        has_batch = is_batch_on(context.instance, pipeline.settings)
    alarming = counts.failed + (counts.outdated if has_batch else 0)
    metadata = counts_metadata(counts)
    if counts.worst:
        metadata["left"] = MetadataValue.md(states_table(counts, now))
    severity = dg.AssetCheckSeverity.ERROR if alarming else dg.AssetCheckSeverity.WARN
    yield dg.AssetCheckResult(passed=not counts.need_someone, severity=severity, metadata=metadata)
    if alarming and context.run.job_name == CHECK_PLAN_HEALTH:
        context.log.warning("%d plans are left failed or stale", alarming)
        named = [f"{state.plan_id} ({_in_a_word(state)})" for state in counts.worst if state.is_alarming][
            : min(3, alarming)
        ]
        more = f" and {alarming - len(named)} more" if alarming > len(named) else ""
        raise PlainFailure(
            f"{alarming} of {counts.active} active plans are left failed or stale: {', '.join(named)}{more}; "
            "the check's metadata lists them with their reasons"
        )


def is_batch_on(instance: dg.DagsterInstance, settings: Settings) -> bool:
    """Whether the schedule of the night's batch is on, as people set it or else as the settings have it."""
    decided = is_turned_on(instance, NIGHTLY_BATCH)
    return settings.nightly if decided is None else decided


def _in_a_word(state: PlanState) -> str:
    return "stale" if state.status is CurrentStatus.PUBLISHED else state.status.in_words
