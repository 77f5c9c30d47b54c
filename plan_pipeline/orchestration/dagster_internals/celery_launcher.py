"""Launching runs on Celery's workers, and noticing when the worker of a run is gone with its machine.

``deploy/dagster.yaml`` names the launcher. Trying lost runs again is left to Dagster's run retries. Needs the extra
``cluster``.
"""

from __future__ import annotations

from typing import Any, Final

import dagster as dg
from celery.result import AsyncResult
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus  # what a launcher answers run monitoring with
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.tags import DAGSTER_CELERY_TASK_ID_TAG

ANSWERS_WITHIN_S: Final = 3.0
"""A worker answers in milliseconds, from a process that does nothing else than its bookkeeping."""

CHECKS_BEFORE_LOST: Final = 3
"""Run monitoring's checks in a row that a run's worker must miss: one may fall in a restart of Redis."""

_HEALTHY = CheckRunHealthResult(WorkerStatus.RUNNING)


class WatchfulCeleryRunLauncher(CeleryRunLauncher):
    """The stock launcher, which asks a run's worker whether it still has the run.

    The stock one reads what workers last wrote about a run. A worker whose process for the run was killed writes that
    it failed; a worker that was killed as a whole, as when its machine is switched off, writes nothing, and the run
    would stay as started until its time limit. A run whose result Redis has lost is not given up while a worker has it.
    That a run is being canceled is noted before its process ends: otherwise it would have failed, and would be tried
    again.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._missed: dict[str, int] = {}

    def terminate(self, run_id: str) -> bool:
        """Have the worker of a run end it; returns whether there was anything to end."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished or DAGSTER_CELERY_TASK_ID_TAG not in run.tags:
            return False
        self._instance.report_run_canceling(run)
        return super().terminate(run_id)

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """How the worker of a run is that Dagster has as started."""
        task_id = run.tags.get(DAGSTER_CELERY_TASK_ID_TAG)
        if task_id is None:  # a worker may be faster than the launcher, which sets the tag last
            return _HEALTHY
        task: AsyncResult[Any] = AsyncResult(task_id, app=self.celery)
        state, worker = _state_of(task)
        if state in ("FAILURE", "REVOKED"):
            return CheckRunHealthResult(WorkerStatus.FAILED, "the process that a worker had for the run was killed")
        if state != "SUCCESS" and self._has_task(task_id, worker):
            self._missed.pop(run.run_id, None)
            return _HEALTHY
        missed = self._missed[run.run_id] = self._missed.get(run.run_id, 0) + 1
        if missed < CHECKS_BEFORE_LOST:
            return _HEALTHY
        del self._missed[run.run_id]
        if state == "SUCCESS":
            return CheckRunHealthResult(WorkerStatus.FAILED, "its worker has finished without recording the run's end")
        who = worker or "every worker"
        return CheckRunHealthResult(
            WorkerStatus.FAILED, f"{who} was asked for the run {missed} times in a row, and did not have it"
        )

    def _has_task(self, task_id: str, worker: str | None) -> bool:
        """Whether the worker, or any one where it is not known which, has a task in hand or waiting."""
        only = {"destination": [worker], "limit": 1} if worker else {}
        answers = self.celery.control.inspect(timeout=ANSWERS_WITHIN_S, **only).query_task(task_id)
        return any(task_id in tasks for tasks in (answers or {}).values())


def _state_of(task: AsyncResult[Any]) -> tuple[str, str | None]:
    """What was last written about a task, and the name of its worker while it has one."""
    meta = task.backend.get_task_meta(task.id)
    about = meta.get("result")
    return meta["status"], about.get("hostname") if isinstance(about, dict) else None
