"""What the services that make plans have to know of the Dagster run that asks for them."""

import datetime as dt

import dagster as dg

from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.orchestration.dagster_internals.run_queue import UNENDED_STATUSES
from plan_pipeline.orchestration.run_tags import GENERATION_TAG, RETRY_NUMBER_TAG
from plan_pipeline.plugins import planning_version
from plan_pipeline.services.generation import RUN_DIGITS, RunInfo
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.generation_ids import new_generation_id


def stamp_of(instance: dg.DagsterInstance, data: DataFolder, run_id: str) -> Stamp:
    """The stamp of all that a run generates, the same in every step of the run: a tag of the run keeps its id.

    A run that Dagster repeats because its process died goes on with the generation that the first one began.
    """
    record = instance.get_run_record_by_id(run_id)
    assert record is not None, f"run {run_id} is executing but not known to its instance"
    if is_repetition(record.dagster_run):
        first = instance.get_run_record_by_id(record.dagster_run.root_run_id or run_id)
        record = first or record
    run = record.dagster_run
    started = dt.datetime.fromtimestamp(record.start_time or record.create_timestamp.timestamp(), dt.UTC)
    digits = run.run_id[:RUN_DIGITS]
    generation_id = run.tags.get(GENERATION_TAG, "")
    if not generation_id.endswith(f"-{digits}"):  # a run that a person executes again has the tags of the first
        generation_id = new_generation_id(data, started, digits)
        instance.add_run_tags(run.run_id, {GENERATION_TAG: generation_id})
    return Stamp(generation_id=generation_id, generated_at=started, code_version=planning_version())


def run_info(instance: dg.DagsterInstance, data: DataFolder, run: dg.DagsterRun) -> RunInfo:
    """A run as the services know it."""

    def unfinished_runs() -> list[str]:
        runs = instance.get_runs(dg.RunsFilter(statuses=UNENDED_STATUSES))
        return [each.run_id for each in runs if each.run_id != run.run_id]

    return RunInfo(run.run_id, stamp_of(instance, data, run.run_id), is_repetition(run), unfinished_runs)


def first_run_id(run: dg.DagsterRun) -> str:
    """The run that Dagster executes again with this one, or its own id: what is paid for one is paid for the other."""
    return (run.root_run_id if is_repetition(run) else None) or run.run_id


def is_repetition(run: dg.DagsterRun) -> bool:
    """Whether Dagster itself executes a run again; a run that a person executes again is one of its own."""
    return RETRY_NUMBER_TAG in run.tags
