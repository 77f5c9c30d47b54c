"""Whether anything is left failed or stale: how every active plan stands, by what is on disk.

Belongs here: the asset check, and what it says of each plan that somebody has to look at. Does not belong here: when it
runs (see ``schedules``), a single run's checks (see ``checks``).
"""

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
from plan_pipeline.orchestration.reporting.markdown import MAX_ROWS, markdown_table
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
"""Characters of a plan's reasons in the table; the plan's own verdict has all of them."""


class IssueKind(StrEnum):
    """Why somebody has to look at a plan, the worst first."""

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
    """A plan that is left in kind; ``since`` is its last generation, or when it was asked for or rolled back."""

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
    that it is alerted of like any other; a run that somebody launched for a plan never does for others. Rejected and
    infeasible plans, which need a talk with the athlete, and plans that were rolled back are a warning.
    """
    with translate_failures():
        now = dt.datetime.now(dt.UTC)
        plan_ids = active_plan_ids(pipeline.plans)
        limit = dt.timedelta(hours=pipeline.settings.stale_after_hours)
        left = sorted(plan_issues(pipeline.plans, plan_ids, stale_after=limit, now=now), key=_worst_first)
    alarming = [each for each in left if each.kind.is_alarming]
    severity = dg.AssetCheckSeverity.ERROR if alarming else dg.AssetCheckSeverity.WARN
    yield dg.AssetCheckResult(passed=not left, severity=severity, metadata=_metadata(len(plan_ids), left))
    if alarming and context.run.job_name == CHECK_PLAN_HEALTH:
        named = ", ".join(f"{each.plan_id} ({each.kind})" for each in alarming[:3])
        more = f" and {len(alarming) - 3} more" if len(alarming) > 3 else ""
        context.log.warning("%d plans are left failed or stale", len(alarming))
        raise dg.Failure(
            f"{len(alarming)} of {len(plan_ids)} active plans are left failed or stale: {named}{more}; "
            "the check's metadata lists them with their reasons",
            allow_retries=False,
        )


def plan_issues(
    plans: PlanStore, plan_ids: Sequence[str], *, stale_after: dt.timedelta, now: dt.datetime
) -> Iterator[PlanIssue]:
    """Those of the plans that somebody has to look at."""
    for plan_id in plan_ids:
        try:
            found = _issue_of(plans, plan_id, now - stale_after)
        except StorageError as error:
            found = PlanIssue(plan_id, IssueKind.DAMAGED, None, str(error))
        if found is not None:
            yield found


def _issue_of(plans: PlanStore, plan_id: str, oldest: dt.datetime) -> PlanIssue | None:
    rollback = rollback_of(plans, plan_id)
    if rollback is not None:
        why = f"generation {rollback.to_generation} is in place; batches leave the plan alone until it is launched"
        return PlanIssue(plan_id, IssueKind.HELD, rollback.at, why)
    verdict = plans.load_generation_record(plan_id)
    if verdict is None:
        asked = _asked_for(plans, plan_id)
        return (
            PlanIssue(plan_id, IssueKind.NEVER_MADE, asked, "no generation has ended yet") if asked < oldest else None
        )
    made = stamp_of_generation(verdict.generation_id).generated_at
    if verdict.status is not PlanStatus.PUBLISHED:
        return PlanIssue(plan_id, IssueKind(verdict.status.value), made, "; ".join(verdict.reasons))
    return PlanIssue(plan_id, IssueKind.STALE, made, "was made too long ago") if made < oldest else None


def _asked_for(plans: PlanStore, plan_id: str) -> dt.datetime:
    """When the plan's request was stored. Raises ``ArtefactMissingError`` where there is none."""
    plans.load_request(plan_id)
    at = (plans.data.plan_folder(plan_id) / REQUEST).stat().st_mtime
    return dt.datetime.fromtimestamp(at, dt.UTC)


def _worst_first(left: PlanIssue) -> tuple[int, str]:
    return list(IssueKind).index(left.kind), left.plan_id


def _metadata(plans: int, left: Sequence[PlanIssue]) -> Metadata:
    counts = Counter(each.kind for each in left)
    found: Metadata = {
        "active_plans": MetadataValue.int(plans),
        "plans_left": MetadataValue.int(len(left)),
        **{f"plans_{kind.name.lower()}": MetadataValue.int(counts[kind]) for kind in IssueKind},
    }
    if left:
        rest = f"\n\n… and {len(left) - MAX_ROWS} more plans" if len(left) > MAX_ROWS else ""
        found["left"] = MetadataValue.md(markdown_table(_cells(each) for each in left[:MAX_ROWS]) + rest)
    return found


def _cells(left: PlanIssue) -> dict[str, str]:
    return {
        "plan": left.plan_id,
        "kind": left.kind.value,
        "since (UTC)": f"{left.since:%Y-%m-%d %H:%M}" if left.since else "",
        "why": left.why if len(left.why) <= SHOWN_REASON else left.why[: SHOWN_REASON - 1] + "…",
    }
