"""Retiring plans and bringing them back: the mark on disk and Dagster's partitions, kept in step.

Belongs here: the job and the functions that do both. Does not belong here: which plans are finished, and the mark
itself (see ``storage.retirement``). The mark comes first, so that what is cut short is put right by doing it again.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

import dagster as dg
from dagster import MetadataValue
from pydantic import Field

from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.partitions import PLANS_NAME, plans, register_plans, unregister_plans
from plan_pipeline.orchestration.reporting.markdown import markdown_table
from plan_pipeline.orchestration.reporting.week_lines import Metadata
from plan_pipeline.orchestration.run_tags import KIND_TAG, MAX_RUNTIME_TAG
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.storage.plans.plan_store import PlanLockedError, PlanStore
from plan_pipeline.storage.plans.retirement import finished_plans, is_retired, last_day_of, restore, retire

LOCK_TIMEOUT_S = 5.0
"""How long a plan that a run is writing may hold up the others."""

MAX_CHANGES = 5_000
"""Partitions put in or taken out at a time; Dagster advises no more than 25,000."""


class Change(StrEnum):
    """What became of a plan that was to be retired or brought back."""

    RETIRED = "retired"
    RESTORED = "restored"
    UNCHANGED = "unchanged"
    BUSY = "busy"


class Changed(NamedTuple):
    """A plan and what became of it; ``last_day`` is ``None`` for a plan without dates."""

    plan_id: str
    change: Change
    last_day: dt.date | None


def retire_plans(
    store: PlanStore, instance: dg.DagsterInstance, plan_ids: Iterable[str], *, at: dt.datetime
) -> list[Changed]:
    """Mark plans as retired and take them out of the partitions; files and facts stay.

    A plan that a run is writing is left alone and reported as busy. Raises ``UnknownPlanError``.
    """
    changed = []
    for plan_id in dict.fromkeys(plan_ids):
        was_retired = is_retired(store, plan_id)
        try:
            mark = retire(store, plan_id, at=at, timeout_s=LOCK_TIMEOUT_S)
        except PlanLockedError:
            changed.append(Changed(plan_id, Change.BUSY, last_day_of(store, plan_id)))
            continue
        changed.append(Changed(plan_id, Change.UNCHANGED if was_retired else Change.RETIRED, mark.last_day))
    unregister_plans(instance, [each.plan_id for each in changed if each.change is not Change.BUSY])
    return changed


def retire_finished(
    store: PlanStore, instance: dg.DagsterInstance, *, before: dt.date, at: dt.datetime
) -> list[Changed]:
    """Retire every plan whose last day is before ``before``, and finish what a killed process began."""
    found = [plan.plan_id for plan in finished_plans(store, before=before)]
    changed = retire_plans(store, instance, found, at=at)
    known = instance.get_dynamic_partitions(PLANS_NAME)
    unregister_plans(instance, [plan_id for plan_id in known if is_retired(store, plan_id)])
    return changed


def finished_before(today: dt.date, grace_days: int) -> dt.date:
    """The day before which the last day of a plan must be for it to be retired."""
    return today - dt.timedelta(days=grace_days)


def restore_plans(store: PlanStore, instance: dg.DagsterInstance, plan_ids: Iterable[str]) -> list[Changed]:
    """Take the marks of plans away and put them into the partitions again. Busy and unknown plans as for retiring."""
    changed = []
    for plan_id in dict.fromkeys(plan_ids):
        try:
            was_retired = restore(store, plan_id, timeout_s=LOCK_TIMEOUT_S)
            change = Change.RESTORED if was_retired else Change.UNCHANGED
        except PlanLockedError:
            change = Change.BUSY
        changed.append(Changed(plan_id, change, last_day_of(store, plan_id)))
    register_plans(instance, [each.plan_id for each in changed if each.change is not Change.BUSY])
    return changed


PartitionChange = dg.AddDynamicPartitionsRequest | dg.DeleteDynamicPartitionsRequest


def partitions_to_change(store: PlanStore, instance: dg.DagsterInstance) -> list[PartitionChange]:
    """What brings the partitions in line with the plans on disk: active plans in, retired ones out, in that order.

    A partition whose plan is not on disk is left alone, up to ``MAX_CHANGES`` of either kind at a time.
    """
    known = set(instance.get_dynamic_partitions(PLANS_NAME))
    on_disk = store.plan_ids()
    retired = {plan_id for plan_id in on_disk if is_retired(store, plan_id)}
    missing = [plan_id for plan_id in on_disk if plan_id not in known and plan_id not in retired]
    changes: list[PartitionChange] = []
    if missing:
        changes.append(plans.build_add_request(missing[:MAX_CHANGES]))
    if known & retired:
        changes.append(plans.build_delete_request(sorted(known & retired)[:MAX_CHANGES]))
    return changes


class RetireConfig(dg.Config):
    """Which plans the job retires; the settings of the installation say it where it is launched as it is."""

    grace_days: int | None = Field(
        default=None,
        ge=0,
        description="Days after a plan's last day before it is retired; as the settings say if unset.",
    )


@dg.op(description="Retires every plan that is over, and takes all retired plans out of the partitions.")
def retire_what_is_over(
    context: dg.OpExecutionContext, config: RetireConfig, pipeline: dg.ResourceParam[Pipeline]
) -> dg.Output[None]:
    """What the command line does with ``retire --finished``."""
    with translate_failures():
        grace = pipeline.settings.retire_after_days if config.grace_days is None else config.grace_days
        now = dt.datetime.now(dt.UTC)
        before = finished_before(now.date(), grace)
        changed = retire_finished(pipeline.plans, context.instance, before=before, at=now)
        return dg.Output(None, metadata=_metadata(changed))


@dg.job(
    tags={KIND_TAG: "retirement", MAX_RUNTIME_TAG: "3600"},
    description=(
        "Retires every plan whose last week is over: it leaves the partitions and is no longer regenerated at night. "
        "Its files and facts stay. `plan-pipeline retire --undo PLAN`, or generating it again, brings it back."
    ),
)
def retire_finished_plans() -> None:
    """One step."""
    retire_what_is_over()


def _metadata(changed: Sequence[Changed]) -> Metadata:
    by_change = {change: [each for each in changed if each.change is change] for change in Change}
    found: Metadata = {
        "plans_retired": MetadataValue.int(len(by_change[Change.RETIRED])),
        "plans_busy": MetadataValue.int(len(by_change[Change.BUSY])),
    }
    if changed:
        rows = ({"plan": each.plan_id, "last day": str(each.last_day), "": each.change.value} for each in changed)
        found["plan_table"] = MetadataValue.md(markdown_table(rows))
    return found
