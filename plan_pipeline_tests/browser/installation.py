"""The installation that the pages are of: a data folder with plans to be made, and the real ``plan-pipeline ui`` on it.

Belongs here: what is asked for before anybody looks, starting and ending the server. Does not belong here: what is
clicked (see ``page``).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.orchestration.assets.workout_library import record_library
from plan_pipeline.orchestration.launch import dagster_instance, generate_plans
from plan_pipeline.orchestration.partitions import register_plans
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline_tests.deploy.dagster_api import ENDED, DagsterApi, wait_until
from plan_pipeline_tests.orchestration.world import ROOT

STARTS_WITHIN_S = 180
ENDS_WITHIN_S = 60


@dataclass(frozen=True)
class UiServer:
    """Webserver, daemon and code server of a data folder, with Dagster's API for what a page does not say."""

    folder: Path
    port: int

    @property
    def api(self) -> DagsterApi:
        return DagsterApi(self.port)

    @property
    def pipeline(self) -> Pipeline:
        return Pipeline.of(Settings(data=self.folder / "data", library=ROOT / "workout_library"))

    def ask(self, *requests: PlanRequest) -> None:
        """Hand requests in and register their plans, as a run did before the page was opened."""
        for each in requests:
            self.pipeline.plans.save_request(each)
        with dagster_instance(DataFolder(self.folder / "data")) as instance:
            record_library(instance, self.pipeline)
            register_plans(instance, [each.plan_id for each in requests])

    def generate(self, *requests: PlanRequest) -> None:
        """What `plan-pipeline generate` does."""
        data = DataFolder(self.folder / "data")
        with dagster_instance(data) as instance:
            generate_plans(requests, data=data, library=ROOT / "workout_library", instance=instance)

    def wait_for_runs(self, number: int, within_s: float) -> None:
        """Until so many runs were launched, and all have ended."""
        wait_until(lambda: self._have_ended(number), within_s, lambda: repr(self.api.runs()))

    def _have_ended(self, number: int) -> bool:
        runs = self.api.runs()
        return len(runs) >= number and all(run.status in ENDED for run in runs)


@contextmanager
def ui_server(folder: Path) -> Iterator[UiServer]:
    """The server as a user starts it; all of its processes are gone afterwards."""
    port = _free_port()
    log = folder / "ui.log"
    command = [sys.executable, "-c", "from plan_pipeline.cli import main; main()", "ui", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--data", str(folder / "data")],
            env={"PATH": os.environ["PATH"], "HOME": str(folder)},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait_until_it_answers(port, process, log)
        yield UiServer(folder, port)
    finally:
        _end(process)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(f"plan-pipeline ui does not answer:\n{log.read_text()}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C's gentler brother first; whoever is left of the group is killed."""
    process.terminate()
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(ENDS_WITHIN_S)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(ENDS_WITHIN_S)
