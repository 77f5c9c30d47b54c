"""Events as the bulk job stores them, for tests of event logs."""

from __future__ import annotations

import time

import dagster as dg
from dagster._core.events import StepMaterializationData
from dagster._core.events.log import EventLogEntry

RUN_ID = "0f6bd9f4-9d2c-4d5a-8a39-000000000001"


def materialized(cell: dg.AssetMaterialization) -> EventLogEntry:
    return EventLogEntry(
        user_message="",
        level=20,
        run_id=RUN_ID,
        error_info=None,
        timestamp=time.time(),
        job_name="regenerate_plans",
        step_key="generate_in_bulk",
        dagster_event=dg.DagsterEvent(
            event_type_value=dg.DagsterEventType.ASSET_MATERIALIZATION.value,
            job_name="regenerate_plans",
            step_key="generate_in_bulk",
            event_specific_data=StepMaterializationData(cell),
        ),
    )
