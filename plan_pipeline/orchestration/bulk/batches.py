"""A batch: a bulk run that was too large for one run, as several of them, and the refresh when the last has ended.

The parts are runs of the same job that name their plans, so Dagster's queue decides how many proceed at once, and each
can be launched again alone.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast
from uuid import uuid4

import dagster as dg

from plan_pipeline.orchestration.dagster_internals.run_queue import put_in_queue
from plan_pipeline.orchestration.run_tags import (
    ARM_TAG,
    EXPERIMENT_TAG,
    KIND_TAG,
    MAX_RUNTIME_TAG,
    OPEN_TAG,
    PART_TAG,
    PRIORITY_TAG,
    REFRESH_TAG,
    RETRY_NUMBER_TAG,
    SPLIT_TAG,
    WILL_RETRY_TAG,
)

RETRY_WITHIN_S: Final = 900.0
"""How long after its end the retry of a run is waited for. Dagster asks for it within seconds; where it cannot, as when
the first of a line of runs was deleted, the run says for good that it will be tried again."""

UNDECIDED_WITHIN_S: Final = 60.0
"""How long a failed run is waited for that does not say yet whether it will be tried again. Dagster notes the failure
first and says so next; a machine with much to do may take a while in between."""

_KEPT_TAGS: Final = (KIND_TAG, MAX_RUNTIME_TAG, PRIORITY_TAG, ARM_TAG, EXPERIMENT_TAG)


def can_split(run: dg.DagsterRun, instance: dg.DagsterInstance) -> bool:
    """Whether a run has a queue to put others in, which it has unless a program executes it itself."""
    queued = isinstance(instance.run_coordinator, dg.QueuedRunCoordinator)
    return queued and run.remote_job_origin is not None and run.job_code_origin is not None


def has_begun_to_split(run: dg.DagsterRun, instance: dg.DagsterInstance) -> bool:
    """Whether Dagster tries a run again that had queued parts of its batch before it was killed."""
    is_retried_whole = RETRY_NUMBER_TAG in run.tags and PART_TAG not in run.tags
    return is_retried_whole and any(_parts_of(instance, _batch_of(run, instance)))


def split(
    run: dg.DagsterRun,
    instance: dg.DagsterInstance,
    plan_ids: Sequence[str],
    chunk_size: int,
    run_config: Mapping[str, Any],
    op_name: str,
) -> tuple[str, ...]:
    """Queue runs for these plans, ``chunk_size`` in each; returns the ids of all runs of the batch.

    ``run_config`` is what the op of each is configured with, apart from ``plan_ids``. A run that Dagster executes again
    after a crash goes on where it was: plans that a part of its batch names already are not queued twice.
    """
    batch_id = _batch_of(run, instance)
    instance.add_run_tags(run.run_id, {SPLIT_TAG: batch_id, OPEN_TAG: "true"})
    parts = list(_parts_of(instance, batch_id))
    for part in parts:
        if part.status is dg.DagsterRunStatus.NOT_STARTED:  # a crash came between making it and queueing it
            put_in_queue(instance, part.run_id)
    queued = set(plans_of(instance, batch_id, op_name))
    remaining = [plan_id for plan_id in plan_ids if plan_id not in queued]
    chunks = [remaining[start : start + chunk_size] for start in range(0, len(remaining), chunk_size)]
    run_ids = [part.run_id for part in parts]
    for number, chunk in enumerate(chunks, start=len(parts) + 1):
        config = {**run.run_config, "ops": {op_name: {"config": {**run_config, "plan_ids": chunk}}}}
        tags = {
            **{name: value for name, value in run.tags.items() if name in _KEPT_TAGS},
            SPLIT_TAG: batch_id,
            PART_TAG: f"{number} of {len(parts) + len(chunks)}",
        }
        part = run._replace(
            run_id=str(uuid4()),
            run_config=config,
            tags=tags,
            status=dg.DagsterRunStatus.NOT_STARTED,
            root_run_id=None,
            parent_run_id=None,
        )
        instance.add_run(part)
        put_in_queue(instance, part.run_id)
        run_ids.append(part.run_id)
    return tuple(run_ids)


def runs_of(instance: dg.DagsterInstance, batch_id: str) -> tuple[str, ...]:
    """The runs that make the plans of a batch, repetitions among them."""
    return tuple(part.run_id for part in _parts_of(instance, batch_id))


def plans_of(instance: dg.DagsterInstance, batch_id: str, op_name: str) -> tuple[str, ...]:
    """The plans that the parts of a batch name."""
    parts = (_config_of(part, op_name) for part in _parts_of(instance, batch_id))
    return tuple(dict.fromkeys(plan_id for config in parts for plan_id in config.get("plan_ids", ())))


def open_batches(instance: dg.DagsterInstance) -> tuple[str, ...]:
    """The batches whose parts have not all ended yet, or whose refresh was not asked for, oldest first."""
    runs = instance.get_runs(dg.RunsFilter(tags={OPEN_TAG: "true"}))
    return tuple(dict.fromkeys(run.tags.get(SPLIT_TAG, run.run_id) for run in reversed(runs)))


def is_followed_by_refresh(run: dg.DagsterRun, instance: dg.DagsterInstance) -> bool:
    """Whether a run is a part of a batch after which the warehouse will be refreshed."""
    batch_id = run.tags.get(SPLIT_TAG, "")
    return batch_id in open_batches(instance) and not is_refreshed(instance, batch_id)


def is_refreshed(instance: dg.DagsterInstance, batch_id: str) -> bool:
    """Whether the refresh after a batch is known to Dagster, queued or further."""
    return bool(instance.get_run_ids(dg.RunsFilter(tags={REFRESH_TAG: batch_id}), limit=1))


def has_ended(instance: dg.DagsterInstance, batch_id: str) -> bool:
    """Whether nothing of a batch is queued or running any more, nor about to be tried again."""
    return not any(is_going(record) for record in instance.get_run_records(dg.RunsFilter(tags={SPLIT_TAG: batch_id})))


def is_going(record: dg.RunRecord) -> bool:
    """Whether a run is queued or running, or about to be tried again."""
    run = record.dagster_run
    if not run.is_finished:
        return True
    ended_s_ago = time.time() - (record.end_time or record.update_timestamp.timestamp())
    if run.status is dg.DagsterRunStatus.FAILURE and WILL_RETRY_TAG not in run.tags:
        return ended_s_ago < UNDECIDED_WITHIN_S
    return run.is_complete_and_waiting_to_retry and ended_s_ago < RETRY_WITHIN_S


def close(instance: dg.DagsterInstance, batch_id: str) -> None:
    """Note that a batch needs nothing more."""
    for run in instance.get_runs(dg.RunsFilter(tags={SPLIT_TAG: batch_id, OPEN_TAG: "true"})):
        instance.add_run_tags(run.run_id, {OPEN_TAG: "false"})


def _batch_of(run: dg.DagsterRun, instance: dg.DagsterInstance) -> str:
    """The run that was to be split in the first place, where Dagster itself tries it again; else the run itself."""
    while RETRY_NUMBER_TAG in run.tags and run.parent_run_id:
        parent = instance.get_run_by_id(run.parent_run_id)
        if parent is None:
            return run.parent_run_id
        run = parent
    return run.run_id


def _parts_of(instance: dg.DagsterInstance, batch_id: str) -> Iterator[dg.DagsterRun]:
    """The parts of a batch and their repetitions, in the order they were made; a part that was itself split is none."""
    runs = instance.get_runs(dg.RunsFilter(tags={SPLIT_TAG: batch_id}))
    return (run for run in reversed(runs) if PART_TAG in run.tags and OPEN_TAG not in run.tags)


def _config_of(run: dg.DagsterRun, op_name: str) -> Mapping[str, Any]:
    run_config = cast("Mapping[str, Any]", run.run_config)
    config: Mapping[str, Any] = run_config.get("ops", {}).get(op_name, {}).get("config", {})
    return config
