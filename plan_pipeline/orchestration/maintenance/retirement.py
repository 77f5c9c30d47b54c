"""The job that retires finished plans, and keeping Dagster's partitions in line with the plans on disk."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import dagster as dg
from dagster import MetadataValue
from pydantic import Field

from plan_pipeline.orchestration.assets.metrics_warehouse import refresh_at_end
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.partitions import PLANS_NAME, PartitionRegistry, plans
from plan_pipeline.orchestration.reporting.markdown import markdown_table
from plan_pipeline.orchestration.reporting.plan_board import refresh_board
from plan_pipeline.orchestration.reporting.week_lines import Metadata
from plan_pipeline.orchestration.run_config import CheckedConfig
from plan_pipeline.orchestration.run_tags import KIND_TAG, MAX_RUNTIME_TAG
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.retirement import Change, Changed, out_of_step, retire_finished
from plan_pipeline.storage.plans.plan_store import PlanStore

MAX_GRACE_DAYS: Final = 3_650
MAX_CHANGES = 5_000
"""Partitions put in or taken out at a time; Dagster advises no more than 25,000."""

PartitionChange = dg.AddDynamicPartitionsRequest | dg.DeleteDynamicPartitionsRequest


def partitions_to_change(store: PlanStore, instance: dg.DagsterInstance) -> list[PartitionChange]:
    """What brings the partitions in line with the plans on disk: active plans in, retired ones out, in that order.

    A partition whose plan is not on disk is kept. Up to ``MAX_CHANGES`` of either kind at a time.
    """
    missing, retired = out_of_step(store, instance.get_dynamic_partitions(PLANS_NAME))
    changes: list[PartitionChange] = []
    if missing:
        changes.append(plans.build_add_request(missing[:MAX_CHANGES]))
    if retired:
        changes.append(plans.build_delete_request(retired[:MAX_CHANGES]))
    return changes


class RetireConfig(CheckedConfig):
    """Which plans the job retires; the settings of the installation say it where it is launched as it is."""

    grace_days: int | None = Field(
        default=None,
        ge=0,
        le=MAX_GRACE_DAYS,
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
        before = now.date() - dt.timedelta(days=grace)
        changed = retire_finished(pipeline.plans, PartitionRegistry(context.instance), before=before, at=now)
        if any(each.change is Change.RETIRED for each in changed):
            refresh_at_end(context, pipeline)
        refresh_board(context, pipeline)
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
    changes = [each.change for each in changed]
    metadata: Metadata = {
        "plans_retired": MetadataValue.int(changes.count(Change.RETIRED)),
        "plans_busy": MetadataValue.int(changes.count(Change.BUSY)),
    }
    if changed:
        rows = ({"plan": each.plan_id, "last day": str(each.last_day), "": each.change.value} for each in changed)
        metadata["plan_table"] = MetadataValue.md(markdown_table(rows))
    return metadata
