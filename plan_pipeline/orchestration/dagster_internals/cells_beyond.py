"""Cells that plans do not have: Dagster plans every cell of a range, and earlier releases marked them."""

from collections.abc import Mapping

import dagster as dg

from plan_pipeline.core.model.request import MAX_WEEKS
from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.dagster_internals.batching_event_log import BatchingEventLog
from plan_pipeline.orchestration.partitions import cell_key


def forget_cells_beyond(instance: dg.DagsterInstance, weeks_by_plan: Mapping[str, int]) -> None:
    """Have Dagster forget all it knows of weeks beyond the length of plans; a stock event log cannot, and keeps it."""
    beyond = [
        str(cell_key(plan_id, number))
        for plan_id, total_weeks in weeks_by_plan.items()
        for number in range(total_weeks + 1, MAX_WEEKS + 1)
    ]
    events = instance.event_log_storage
    if beyond and isinstance(events, BatchingEventLog):
        events.forget_cells([dg.AssetKey(stage.value) for stage in Stage], beyond)
