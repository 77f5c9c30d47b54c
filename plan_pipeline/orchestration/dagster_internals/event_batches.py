"""Reporting many materializations with few writes, which no public method of Dagster's instance does."""

from collections.abc import Iterable
from itertools import chain, pairwise
from uuid import uuid4

import dagster as dg
from dagster._core.events import DagsterEventBatchMetadata, StepMaterializationData  # an event as one of a batch


def report_materializations(
    instance: dg.DagsterInstance, run_id: str, job_name: str, step_key: str, cells: Iterable[dg.AssetMaterialization]
) -> int:
    """Mark cells as materialized by a run, in as few writes as the instance's event log allows; returns how many.

    The stock storages take one write an event, ``BatchingSqliteEventLogStorage`` one a batch.
    """
    batch_id = uuid4().hex
    count = 0
    for cell, following in pairwise(chain(cells, [None])):
        assert cell is not None
        event = dg.DagsterEvent(
            event_type_value=dg.DagsterEventType.ASSET_MATERIALIZATION.value,
            job_name=job_name,
            message=cell.description or "",
            event_specific_data=StepMaterializationData(cell),
            step_key=step_key,
        )
        instance.report_dagster_event(
            event, run_id=run_id, batch_metadata=DagsterEventBatchMetadata(batch_id, is_end=following is None)
        )
        count += 1
    return count
