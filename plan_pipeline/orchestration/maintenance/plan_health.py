"""The asset check that no active plan is left failed or stale, by what is on disk."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.orchestration.assets.metrics_warehouse import metrics_warehouse
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.reporting.markdown import markdown_table
from plan_pipeline.orchestration.reporting.week_lines import Metadata
from plan_pipeline.services.generation import stamp_of_generation
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.plans.plan_files import REQUEST
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.retirement import active_plan_ids
from plan_pipeline.storage.plans.rollbacks import rollback_of

CHECK_PLAN_HEALTH: Final = "check_plan_health"
"""The job of this check. The page of a job for one plan launches the check as well, whatever the job leaves out."""

SHOWN_REASON = 200
"""Characters of a plan's reasons in the table; the plan's own record has all of them."""


class IssueKind(StrEnum):
    """Why a plan needs attention, the worst first."""

    DAMAGED = "damaged"
    ERROR = "error"
    NEVER_MADE = "never made"
    STALE = "stale"
    REJECTED = "rejected"
    INFEASIBLE = "infeasible"
    HELD = "rolled back"

    @property
    def is_alarming(self) -> bool:
        """Whether the pipeline, and not the plan's request, is at fault, or may be."""
        return self in (IssueKind.DAMAGED, IssueKind.ERROR, IssueKind.NEVER_MADE, IssueKind.STALE)


class PlanIssue(NamedTuple):
    """A plan that needs attention; ``since`` is its last generation, or when it was asked for or rolled back."""

    plan_id: str
    kind: IssueKind
    since: dt.datetime | None
    why: str


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
        plan_ids = active_plan_ids(pipeline.plans)
        oldest = dt.datetime.now(dt.UTC) - dt.timedelta(hours=pipeline.settings.stale_after_hours)
        issues = sorted(plan_issues(pipeline.plans, plan_ids, oldest), key=_worst_first)
    alarming = [issue for issue in issues if issue.kind.is_alarming]
    severity = dg.AssetCheckSeverity.ERROR if alarming else dg.AssetCheckSeverity.WARN
    yield dg.AssetCheckResult(passed=not issues, severity=severity, metadata=_metadata(len(plan_ids), issues))
    if alarming and context.run.job_name == CHECK_PLAN_HEALTH:
        named = ", ".join(f"{issue.plan_id} ({issue.kind})" for issue in alarming[:3])
        more = f" and {len(alarming) - 3} more" if len(alarming) > 3 else ""
        context.log.warning("%d plans are left failed or stale", len(alarming))
        raise dg.Failure(
            f"{len(alarming)} of {len(plan_ids)} active plans are left failed or stale: {named}{more}; "
            "the check's metadata lists them with their reasons",
            allow_retries=False,
        )


def plan_issues(plans: PlanStore, plan_ids: Sequence[str], oldest: dt.datetime) -> Iterator[PlanIssue]:
    """Those of the plans that need attention; one that was last made before ``oldest`` is stale."""
    for plan_id in plan_ids:
        try:
            issue = _issue_of(plans, plan_id, oldest)
        except StorageError as error:
            issue = PlanIssue(plan_id, IssueKind.DAMAGED, None, str(error))
        if issue is not None:
            yield issue


def _issue_of(plans: PlanStore, plan_id: str, oldest: dt.datetime) -> PlanIssue | None:
    rollback = rollback_of(plans, plan_id)
    if rollback is not None:
        why = f"generation {rollback.to_generation} is in place; batches skip the plan until it is launched"
        return PlanIssue(plan_id, IssueKind.HELD, rollback.at, why)
    record = plans.load_generation_record(plan_id)
    if record is None:
        plans.load_request(plan_id)  # where there is none, the plan is damaged
        at = (plans.data.plan_folder(plan_id) / REQUEST).stat().st_mtime
        asked = dt.datetime.fromtimestamp(at, dt.UTC)
        never_made = PlanIssue(plan_id, IssueKind.NEVER_MADE, asked, "no generation has ended yet")
        return never_made if asked < oldest else None
    made = stamp_of_generation(record.generation_id).generated_at
    if record.status is not PlanStatus.PUBLISHED:
        return PlanIssue(plan_id, IssueKind(record.status.value), made, "; ".join(record.reasons))
    return PlanIssue(plan_id, IssueKind.STALE, made, "was made too long ago") if made < oldest else None


def _worst_first(issue: PlanIssue) -> tuple[int, str]:
    return list(IssueKind).index(issue.kind), issue.plan_id


def _metadata(plans: int, issues: Sequence[PlanIssue]) -> Metadata:
    counts = Counter(issue.kind for issue in issues)
    metadata: Metadata = {
        "active_plans": MetadataValue.int(plans),
        "plans_left": MetadataValue.int(len(issues)),
        **{f"plans_{kind.name.lower()}": MetadataValue.int(counts[kind]) for kind in IssueKind},
    }
    if issues:
        metadata["left"] = MetadataValue.md(markdown_table(map(_cells, issues)))
    return metadata


def _cells(issue: PlanIssue) -> dict[str, str]:
    return {
        "plan": issue.plan_id,
        "kind": issue.kind.value,
        "since (UTC)": f"{issue.since:%Y-%m-%d %H:%M}" if issue.since else "",
        "why": issue.why if len(issue.why) <= SHOWN_REASON else issue.why[: SHOWN_REASON - 1] + "…",
    }
