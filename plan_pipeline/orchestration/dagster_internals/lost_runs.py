"""Runs that Dagster loses: whose process was killed unnoticed, or that it meant to try again and could not.

With the default launcher Dagster only notices a killed process while the code server that started it lives: one that
died with its runs, as when a machine is switched off, leaves them as started until their time limit.

Before it tries a run again its daemon asks the code server for the job, gives up after one failure, and only says so in
the run's log; and where it is killed between making a run and queueing it, nobody does the latter.
"""

import datetime as dt
import os
import socket
from pathlib import Path
from typing import Final
from uuid import uuid4

import dagster as dg
from dagster._core.storage.tags import TAGS_TO_MAYBE_OMIT_ON_RETRY  # as Dagster's own retries leave them out

from plan_pipeline.orchestration.dagster_internals.run_queue import put_in_queue
from plan_pipeline.orchestration.run_tags import (
    PARENT_RUN_TAG,
    PROCESS_TAG,
    RETRIED_BY_TAG,
    RETRY_NUMBER_TAG,
    ROOT_RUN_TAG,
    WILL_RETRY_TAG,
)

_EXECUTED: Final = (dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)
_START_FIELD: Final = 19
"""Where ``/proc/<pid>/stat`` has the start time, counted from 0 after the name in parentheses."""

_GIVEN_UP: Final = "Failed to retry run"
"""What Dagster's daemon says in the log of such a run."""

_LOOK_BACK: Final = dt.timedelta(hours=6)
_AT_MOST: Final = 100
_QUEUED_WITHIN: Final = dt.timedelta(minutes=2)
"""How long Dagster's daemon may take to queue a run that it has made."""


def executed_here(run_id: str) -> dict[str, str]:
    """The tag of a run that this process executes."""
    pid = os.getpid()
    return {PROCESS_TAG: f"{socket.gethostname()}:{pid}:{_started(pid)}:{run_id}"}


def end_lost_runs(instance: dg.DagsterInstance) -> tuple[str, ...]:
    """Report runs as failed, or as canceled where that was asked for, whose process on this host is gone.

    Returns their ids.
    """
    lost = []
    for run in instance.get_runs(dg.RunsFilter(statuses=_EXECUTED)):
        process = run.tags.get(PROCESS_TAG, "")
        if not is_gone(process, run.run_id):
            continue
        current = instance.get_run_by_id(run.run_id)
        if current is not None and not current.is_finished:  # it may have ended between the two queries
            message = f"process {process}, which executed this run, is gone"
            if current.status is dg.DagsterRunStatus.CANCELING:
                instance.report_run_canceled(current, message)  # one that failed would be tried again
            else:
                instance.report_run_failed(current, message)
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            lost.append(run.run_id)
    return tuple(lost)


def repeat_dropped_runs(instance: dg.DagsterInstance) -> tuple[str, ...]:
    """Queue runs of the last six hours that Dagster could not try again; returns the ids of the failed ones."""
    now = dt.datetime.now(dt.UTC)
    made = instance.get_run_records(
        dg.RunsFilter(statuses=[dg.DagsterRunStatus.NOT_STARTED], created_before=now - _QUEUED_WITHIN), limit=_AT_MOST
    )
    unqueued = [record.dagster_run for record in made if RETRY_NUMBER_TAG in record.dagster_run.tags]
    for run in unqueued:
        put_in_queue(instance, run.run_id)
    records = instance.get_run_records(
        dg.RunsFilter(
            statuses=[dg.DagsterRunStatus.FAILURE],
            tags={WILL_RETRY_TAG: "false"},
            updated_after=now - _LOOK_BACK,
        ),
        limit=_AT_MOST,
    )
    dropped = [record.dagster_run for record in records if _was_dropped(instance, record.dagster_run)]
    for run in dropped:
        _repeat(instance, run)
    return tuple(run.parent_run_id or run.run_id for run in unqueued) + tuple(run.run_id for run in dropped)


def is_gone(tag: str, run_id: str) -> bool:
    """Whether the process that a run's tag names, on this host, has ended; its number may be another's by now.

    Of another host's processes nothing is known, so they are not gone; nor is one that executed another run, or what
    names no process.
    """
    host, pid, started, of_run = tag.rsplit(":", 3) if tag.count(":") >= 3 else ("", "", "", "")
    if host != socket.gethostname() or of_run != run_id or not pid.isdigit():
        return False
    return not _is_alive(int(pid)) or (started != "" and started != _started(int(pid)))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _started(pid: int) -> str:
    """When a process started, in ticks since the machine did; empty where that cannot be known."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return fields[_START_FIELD] if len(fields) > _START_FIELD else ""


def _was_dropped(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    events = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT).records
    if not any(_GIVEN_UP in event.event_log_entry.message for event in events):
        return False
    return not any(child.parent_run_id == run.run_id for child in _family(instance, run))


def _repeat(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    root = run.root_run_id or run.run_id
    number = 1 + sum(RETRY_NUMBER_TAG in other.tags for other in _family(instance, run))
    tags = {name: value for name, value in run.tags.items() if name not in TAGS_TO_MAYBE_OMIT_ON_RETRY}
    own = {PARENT_RUN_TAG: run.run_id, ROOT_RUN_TAG: root, RETRY_NUMBER_TAG: str(number)}
    again = run._replace(
        run_id=str(uuid4()),
        status=dg.DagsterRunStatus.NOT_STARTED,
        root_run_id=root,
        parent_run_id=run.run_id,
        tags={**tags, **own},
    )
    instance.add_run(again)
    instance.add_run_tags(run.run_id, {WILL_RETRY_TAG: "true", RETRIED_BY_TAG: again.run_id})
    put_in_queue(instance, again.run_id)


def _family(instance: dg.DagsterInstance, run: dg.DagsterRun) -> list[dg.DagsterRun]:
    """The repetitions of the run that all of them go back to."""
    return list(instance.get_runs(dg.RunsFilter(tags={ROOT_RUN_TAG: run.root_run_id or run.run_id})))
