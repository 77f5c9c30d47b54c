"""A program that runs the job ``retain`` on copies of a data folder and kills it on the way, each time a step later.

Usage: ``python -m …killed_retention FOLDER STRIDE``. ``FOLDER/data`` has facts of several runs. In ``FOLDER/0``,
``FOLDER/<STRIDE>`` and so on the job is executed in a process that is killed after so many changes of files of facts.
After each kill, and after the job of the next night, every row of facts has to be there once. Prints a line a kill.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb

from plan_pipeline.orchestration.dagster_internals.lost_runs import end_lost_runs
from plan_pipeline.orchestration.launch import dagster_instance
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.facts.migrations import fact_queries
from plan_pipeline_tests.orchestration.world import make_world
from plan_pipeline_tests.storage.file_events import before_changes_below

Rows = list[tuple[object, ...]]


def main(root: Path, stride: int) -> None:
    truth = week_rows(DataFolder(root / "data"))
    changes = 0
    while True:
        folder = root / str(changes)
        shutil.copytree(root / "data", folder / "data")
        if not died(partial(retain, folder, kill_before=changes)):
            return
        check(folder, truth, f"killed before change {changes}")
        if died(partial(retain, folder)):
            raise SystemExit(f"the job after {changes} changes was killed")
        check(folder, truth, f"the night after change {changes}")
        if len(FactStore(DataFolder(folder / "data")).files(FactTable.PLAN_WEEKS)) != 1:
            raise SystemExit(f"facts are not merged the night after change {changes}")
        print(changes, flush=True)
        changes += stride


def check(folder: Path, truth: Rows, when: str) -> None:
    found = week_rows(DataFolder(folder / "data"))
    if found != truth:
        raise SystemExit(f"{when}: {len(found)} rows, not {len(truth)}, or others")


def retain(folder: Path, *, kill_before: int | None = None) -> None:
    """Execute the job, killed before so many changes of files below ``facts``, if any."""
    data = DataFolder(folder / "data")
    left = kill_before

    def count(change: str) -> None:
        nonlocal left
        if left is None or change.endswith(".lock"):
            return
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    with dagster_instance(data) as instance, before_changes_below(data.facts, count):
        end_lost_runs(instance)
        if not make_world(folder, instance).launch("retain").success:
            raise RuntimeError("the job failed")


def week_rows(data: DataFolder) -> Rows:
    """Every row of ``plan_weeks`` that counts, in order."""
    with duckdb.connect() as db:
        parts = FactStore(data).parts(FactTable.PLAN_WEEKS).values()
        queries = fact_queries(db, FactTable.PLAN_WEEKS, parts)
        found = (db.execute(f"SELECT plan_id, generation_id, week FROM ({sql})").fetchall() for sql in queries)
        return sorted(row for rows in found for row in rows)


def died(work: Callable[[], None]) -> bool:
    """Do some work in a process of its own; whether that was killed. Ends the program where the work failed."""
    sys.stdout.flush()
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("the job failed by itself")
    return os.WIFSIGNALED(status)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
