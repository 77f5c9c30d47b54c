"""An inbox with a sensor that looks into it and launches what is due, as Dagster's daemon would: once for each key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from dagster._core.storage.tags import RUN_KEY_TAG

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.orchestration.intake.inbox_sensor import take_and_launch
from plan_pipeline_tests.orchestration.world import World

SETTLED = {"inbox_settle_s": 0}
"""Settings under which a file is taken as soon as it is there."""


def drop(world: World, name: str, *requests: PlanRequest) -> None:
    """Put a file of these requests, one a line, into the inbox."""
    folder = world.pipeline.data.requests_inbox
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join(each.model_dump_json() for each in requests))


def tick(world: World, *, cursor: str | None = None, later: dt.timedelta = dt.timedelta()) -> dg.SensorResult:
    """What the sensor says at some later time, with the changes of partitions that it asks for made."""
    with dg.build_sensor_context(instance=world.instance, cursor=cursor) as context:
        result = take_and_launch(context, world.pipeline, now=dt.datetime.now(dt.UTC) + later)
    for change in result.dynamic_partitions_requests or ():
        if isinstance(change, dg.AddDynamicPartitionsRequest):
            world.instance.add_dynamic_partitions(change.partitions_def_name, list(change.partition_keys))
        else:
            for key in change.partition_keys:
                world.instance.delete_dynamic_partition(change.partitions_def_name, key)
    return result


def launch_due(world: World, result: dg.SensorResult, *, number: int | None = None) -> list[dg.ExecuteInProcessResult]:
    """Execute what a tick asks for and no run was made for yet; only the one with that ``number``, from 0, if given."""
    requests = list(result.run_requests or ())
    return [
        world.launch(
            "ingest_requests", tags={**request.tags, RUN_KEY_TAG: str(request.run_key)}, config=request.run_config
        )
        for request in (requests if number is None else [requests[number]])
        if not runs_with_key(world, request)
    ]


def runs_with_key(world: World, request: dg.RunRequest) -> Sequence[dg.DagsterRun]:
    return world.instance.get_runs(dg.RunsFilter(tags={RUN_KEY_TAG: str(request.run_key)}))


def submit(
    world: World, requests: Any, *, tags: Mapping[str, str] | None = None, generate: bool = True
) -> dg.ExecuteInProcessResult:
    """Launch ``submit_plan_requests`` with requests as the launchpad hands them over."""
    own = {"ops": {"ingest_submitted": {"config": {"requests": requests, "generate": generate}}}}
    return world.launch("submit_plan_requests", tags=tags, config=own)


def output_of(result: dg.ExecuteInProcessResult) -> Mapping[str, Any]:
    """The metadata of the one output of a run, as plain values."""
    (event,) = (event for event in result.all_events if event.event_type_value == "STEP_OUTPUT")
    return {name: value.value for name, value in event.step_output_data.metadata.items()}


def registered(world: World) -> Sequence[str]:
    return world.instance.get_dynamic_partitions("plans")
