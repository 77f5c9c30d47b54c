"""Runs whose process was killed, which nobody else may notice: ended, so that they are tried again or can be.

With the default launcher Dagster itself only notices while the code server that started the process lives: one that
died with its runs, as when a machine is switched off, leaves them as started until their time limit.
"""

from __future__ import annotations

from typing import Final

import dagster as dg

from plan_pipeline.orchestration.dagster_internals.processes import is_gone
from plan_pipeline.orchestration.run_tags import PROCESS_TAG

EXECUTED_STATUSES: Final = (
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)
"""Those of runs that a process executes."""


def end_lost_runs(instance: dg.DagsterInstance) -> tuple[str, ...]:
    """Report runs as failed, or as canceled where that was asked for, whose process on this host is gone.

    Returns their ids.
    """
    lost = []
    for run in instance.get_runs(dg.RunsFilter(statuses=EXECUTED_STATUSES)):
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
