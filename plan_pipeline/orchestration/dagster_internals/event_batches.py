"""Reporting many materializations with few writes, and instead of those that Dagster would report by itself.

No public method of Dagster does either: what it reports of a step over a range are all cells of the range.
"""

from collections.abc import Iterable, Mapping
from itertools import chain, pairwise
from typing import Any, Final
from uuid import uuid4

import dagster as dg
from dagster._core.definitions.data_version import DATA_VERSION_TAG  # what has a cell's data version
from dagster._core.definitions.source_asset import (
    SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION,  # what Dagster looks for before it reports a step's output
)
from dagster._core.events import DagsterEventBatchMetadata, StepMaterializationData  # an event as one of a batch

REPORTED_BY_STEP: Final[Mapping[str, Any]] = {SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION: True}
"""Metadata of the output of a step that has reported its materializations itself, so that Dagster adds none in any sort
of run. Dagster has it for steps that have reported their observations."""


def data_version_tags(version: str | None) -> dict[str, str] | None:
    """The tags of a materialization of data of this version, which its page shows."""
    return None if version is None else {DATA_VERSION_TAG: version}


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
