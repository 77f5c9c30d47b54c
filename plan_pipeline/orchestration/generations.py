"""What the services that make plans have to know of the Dagster run that asks for them."""

import datetime as dt

import dagster as dg

from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.orchestration.dagster_internals.run_queue import UNENDED_STATUSES
from plan_pipeline.orchestration.run_tags import RETRY_NUMBER_TAG
from plan_pipeline.services.generation import RunInfo, new_stamp


def stamp_of(instance: dg.DagsterInstance, run_id: str) -> Stamp:
    """The stamp of all that a run generates: sortable in time, the same in every step of the run.

    A run that Dagster repeats because its process died goes on with the generation that the first one began.
    """
    record = instance.get_run_record_by_id(run_id)
    assert record is not None, f"run {run_id} is executing but not known to its instance"
    if is_repetition(record.dagster_run):
        first = instance.get_run_record_by_id(record.dagster_run.root_run_id or run_id)
        if first is not None:
            record, run_id = first, first.dagster_run.run_id
    started = dt.datetime.fromtimestamp(record.start_time or record.create_timestamp.timestamp(), dt.UTC)
    return new_stamp(started, run_id)


def run_info(instance: dg.DagsterInstance, run: dg.DagsterRun) -> RunInfo:
    """A run as the services know it."""

    def unfinished_runs() -> list[str]:
        runs = instance.get_runs(dg.RunsFilter(statuses=UNENDED_STATUSES))
        return [each.run_id for each in runs if each.run_id != run.run_id]

    return RunInfo(run.run_id, stamp_of(instance, run.run_id), is_repetition(run), unfinished_runs)


def is_repetition(run: dg.DagsterRun) -> bool:
    """Whether Dagster itself executes a run again; a run that a person executes again is one of its own."""
    return RETRY_NUMBER_TAG in run.tags
