"""A program that takes requests from the inbox to published plans and kills itself on the way, again and again.

Usage: ``python -m …killed_intake FOLDER STRIDE``. In ``FOLDER/0``, ``FOLDER/<STRIDE>`` and so on it does all that a
tick of the sensor and the run after it do, in a process that is killed once it has changed that many files; then, in
another process, what the next tick and run do. Prints the number of changes before each kill.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import dagster as dg

import plan_pipeline.storage.facts.fact_store  # noqa: F401  slow to import, so before the processes part
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.orchestration.dagster_internals.lost_runs import end_lost_runs
from plan_pipeline.orchestration.launch import dagster_instance
from plan_pipeline.services.sources import LibrarySource
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline_tests.orchestration.intake.intake_world import SETTLED, drop, launch_due, tick
from plan_pipeline_tests.orchestration.world import ROOT, World, make_world, request
from plan_pipeline_tests.storage.file_events import before_changes_below

PLANS = ("rider-1", "rider-2")


def main(root: Path, stride: int) -> None:
    LibrarySource(lambda: ROOT / "workout_library").load(Sport.CYCLING)
    changes = 0
    while _died(lambda folder, changes=changes: _ingest(folder, changes), root / str(changes)):
        if _died(_recover, root / str(changes)):
            raise SystemExit(f"recovery after {changes} changes failed")
        print(changes)
        changes += stride


def _ingest(folder: Path, changes: int) -> None:
    with _instance(folder) as instance:
        world = make_world(folder, instance, **SETTLED)
        drop(world, "one.json", request(PLANS[0], weeks=4))
        drop(world, "two.jsonl", request(PLANS[1], weeks=4))
        left = changes

        def kill_in_the_end(change: str) -> None:
            nonlocal left
            if "/.dagster/" in change:
                return
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

        with before_changes_below(world.pipeline.data.root, kill_in_the_end):
            _tick_and_run(world)


def _recover(folder: Path) -> None:
    """What happens within the hour: lost runs are ended, and the sensor looks again, twice."""
    with _instance(folder) as instance:
        world = make_world(folder, instance, **SETTLED)
        end_lost_runs(instance)
        for _ in range(2):
            _tick_and_run(world, later=dt.timedelta(hours=1))


def _tick_and_run(world: World, later: dt.timedelta = dt.timedelta()) -> None:
    for run in launch_due(world, tick(world, later=later)):
        assert run.success


def _instance(folder: Path) -> AbstractContextManager[dg.DagsterInstance]:
    return dagster_instance(DataFolder(folder / "data"))


def _died(work: Callable[[Path], None], folder: Path) -> bool:
    """Do some work in a process of its own; whether that was killed. Ends the program where the work failed."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work(folder)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit(f"the work in {folder} failed by itself")
    return os.WIFSIGNALED(status)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
