"""Runs whose process was killed, which nobody else may notice: ended, so that they are tried again or can be.

With the default launcher Dagster itself only notices while the code server that started the process lives: one that
died with its runs, as when a machine is switched off, leaves them as started until their time limit.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Final

import dagster as dg

from plan_pipeline.orchestration.run_tags import PROCESS_TAG

_EXECUTED: Final = (dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)
_START_FIELD: Final = 19
"""Where ``/proc/<pid>/stat`` has the start time, counted from 0 after the name in parentheses."""


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
