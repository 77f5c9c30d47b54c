"""A program that generates plans in a data folder, for tests that interrupt, kill or double it.

Usage: ``python -m …launched DATA generate|batch PLANS WEEKS``, or ``DATA experiment ATHLETES CHUNK``; prints each
plan's status as it is done.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from plan_pipeline.experiments.design import Design
from plan_pipeline.orchestration import launch
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline_tests.orchestration.world import ROOT, request


def start(data: DataFolder, how: str, count: int, size: int) -> subprocess.Popen[str]:
    """Start this program on a data folder that has Dagster's state in it."""
    environment = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    return subprocess.Popen(
        [sys.executable, "-m", __spec__.name, str(data.root), how, str(count), str(size)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def main(root: str, how: str, plans: str, weeks: str) -> None:
    def show(plan_id: str, record: PlanRecord) -> None:
        print(plan_id, record.status.value, flush=True)

    data = DataFolder(Path(root))
    if how == "experiment":
        experiment(data, athletes=int(plans), chunk=int(weeks), show=show)
        return
    run = launch.generate_plans if how == "generate" else launch.batch_plans
    requests = [request(f"rider-{number}", weeks=int(weeks)) for number in range(int(plans))]
    with launch.dagster_instance(data) as instance:
        run(requests, data=data, library=ROOT / "workout_library", instance=instance, on_progress=show)


def experiment(data: DataFolder, *, athletes: int, chunk: int, show: launch.OnProgress) -> None:
    design = Design.of(name="cut-short", athletes=athletes, arms=["legacy", "adjusted"], seed=3)
    with launch.dagster_instance(data) as instance:
        launch.run_experiment(
            design,
            data=data,
            library=ROOT / "workout_library",
            instance=instance,
            on_progress=show,
            chunk_athletes=chunk,
        )


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt as interrupt:
        sys.exit(128 + (interrupt.args or (signal.SIGINT,))[0])
