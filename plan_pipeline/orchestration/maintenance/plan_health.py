"""The asset check that no active plan is left failed or stale, by what is on disk."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.orchestration.assets.metrics_warehouse import metrics_warehouse
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.reporting.markdown import markdown_table
from plan_pipeline.orchestration.reporting.week_lines import Metadata
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.plan_states import CurrentStatus, PlanState, plan_states

CHECK_PLAN_HEALTH: Final = "check_plan_health"
"""The job of this check. The page of a job for one plan launches the check as well, whatever the job leaves out."""

TROUBLES: Final = tuple(status for status in CurrentStatus if status.is_trouble)
"""What a plan may be that needs somebody, apart from stale."""

SHOWN_REASON = 200
"""Characters of a plan's reasons in the table; the plan's own record has all of them."""


@dg.asset_check(asset=metrics_warehouse, name="nothing_is_left_failed_or_stale")
def nothing_is_left_failed_or_stale(
    context: dg.AssetCheckExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> Any:
    """Every active plan was made within the limit and came out well; lists those that were not.

    Where the pipeline may be at fault a run of the job ``check_plan_health`` fails after its result is recorded, so
    that it is alerted of like any other; a run that was launched for one plan never does for others. Rejected and
    infeasible plans, which need a talk with the athlete, and plans that were rolled back are a warning.
    """
    with translate_failures():
        oldest = dt.datetime.now(dt.UTC) - dt.timedelta(hours=pipeline.settings.stale_after_hours)
        active = [state for state in plan_states(pipeline.plans, oldest=oldest) if state.is_active]
    left = sorted((state for state in active if state.needs_someone), key=_worst_first)
    alarming = [state for state in left if state.is_alarming]
    severity = dg.AssetCheckSeverity.ERROR if alarming else dg.AssetCheckSeverity.WARN
    yield dg.AssetCheckResult(passed=not left, severity=severity, metadata=_metadata(len(active), left))
    if alarming and context.run.job_name == CHECK_PLAN_HEALTH:
        named = ", ".join(f"{state.plan_id} ({_in_a_word(state)})" for state in alarming[:3])
        more = f" and {len(alarming) - 3} more" if len(alarming) > 3 else ""
        context.log.warning("%d plans are left failed or stale", len(alarming))
        raise dg.Failure(
            f"{len(alarming)} of {len(active)} active plans are left failed or stale: {named}{more}; "
            "the check's metadata lists them with their reasons",
            allow_retries=False,
        )


def _in_a_word(state: PlanState) -> str:
    return "stale" if state.status is CurrentStatus.PUBLISHED else state.status.in_words


def _worst_first(state: PlanState) -> tuple[int, str]:
    return list(CurrentStatus).index(state.status), state.plan_id


def _metadata(plans: int, left: Sequence[PlanState]) -> Metadata:
    counts = Counter(state.status for state in left)
    metadata: Metadata = {
        "active_plans": MetadataValue.int(plans),
        "plans_left": MetadataValue.int(len(left)),
        "plans_stale": MetadataValue.int(sum(state.stale for state in left)),
        **{f"plans_{status.value}": MetadataValue.int(counts[status]) for status in TROUBLES},
    }
    if left:
        metadata["left"] = MetadataValue.md(markdown_table(map(_cells, left)))
    return metadata


def _cells(state: PlanState) -> dict[str, str]:
    why = "; ".join([*(["was made too long ago"] if state.stale else []), *state.reasons])
    return {
        "plan": state.plan_id,
        "status": state.status.in_words,
        "since (UTC)": f"{state.since:%Y-%m-%d %H:%M}" if state.since else "",
        "why": why if len(why) <= SHOWN_REASON else why[: SHOWN_REASON - 1] + "…",
    }
