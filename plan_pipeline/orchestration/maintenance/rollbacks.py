"""Noting in Dagster that an earlier version of a plan was put in place."""

import dagster as dg

from plan_pipeline.core.model.request import MAX_WEEKS
from plan_pipeline.orchestration.assets.final_plan import final_plan
from plan_pipeline.orchestration.partitions import cell_key
from plan_pipeline.storage.plans.rollbacks import Rollback


def note_rollback(instance: dg.DagsterInstance, done: Rollback) -> None:
    """Have the cells of ``final_plan`` say that an earlier version of a plan was put in place."""
    metadata = {
        "rolled_back_to": done.to_generation,
        "rolled_back_from": done.from_generation or "a plan that could not be read",
        "at": done.at.isoformat(),
    }
    cells = instance.get_materialized_partitions(final_plan.key)
    for number in range(1, MAX_WEEKS + 1):
        if (cell := cell_key(done.plan_id, number)) in cells:
            observation = dg.AssetObservation(final_plan.key, partition=cell, metadata=metadata)
            instance.report_runless_asset_event(observation)
