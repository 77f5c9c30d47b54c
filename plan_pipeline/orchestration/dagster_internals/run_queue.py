"""Putting runs that a program made into Dagster's queue, and the statuses of runs that have not ended."""

from typing import Any, Final, cast

import dagster as dg

ENDED_STATUSES: Final = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
UNENDED_STATUSES: Final = tuple(status for status in dg.DagsterRunStatus if status not in ENDED_STATUSES)


def put_in_queue(instance: dg.DagsterInstance, run_id: str) -> None:
    """Put a run in the queue. The run coordinator that queues asks nothing of the workspace that it is given."""
    instance.submit_run(run_id, workspace=cast("Any", None))
