"""Whether the worker of a run still has it, asked of a real Redis and a real worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from plan_pipeline_tests.deploy.dagster_api import wait_until
from plan_pipeline_tests.deploy.set_ups import ROOT, missing_for_workers, plain_environment, services

if reason := missing_for_workers():
    pytest.skip(reason, allow_module_level=True)

from celery.result import AsyncResult
from dagster._core.launcher import WorkerStatus
from dagster_celery.tags import DAGSTER_CELERY_TASK_ID_TAG

from plan_pipeline.orchestration.dagster_internals.celery_launcher import CHECKS_BEFORE_LOST, WatchfulCeleryRunLauncher

STARTS_WITHIN_S = 120
TASK_ID = "a-task"
RUN_ID = "0f6bd9f4-9d2c-4d5a-8a39-000000000001"

WORKER = """
import time
from celery import Celery
app = Celery(broker={address!r}, backend={address!r})
app.conf.task_track_started = True

@app.task(name="sleep")
def sleep():
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    with services("redis") as environment:
        yield environment["DAGSTER_REDIS_URL"]


@pytest.fixture
def instance(redis: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[dg.DagsterInstance]:
    """An instance that launches as ``deploy/dagster.yaml`` says; its own state is on SQLite."""
    launcher = yaml.safe_load((ROOT / "deploy" / "dagster.yaml").read_text())["run_launcher"]
    launcher["config"].update(broker=redis, backend=redis)
    overrides = {"telemetry": {"enabled": False}, "run_launcher": launcher}
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides=overrides) as instance:
        yield instance


@pytest.fixture
def launcher(instance: dg.DagsterInstance) -> WatchfulCeleryRunLauncher:
    assert isinstance(instance.run_launcher, WatchfulCeleryRunLauncher)
    return instance.run_launcher


def run(task_id: str | None = None) -> dg.DagsterRun:
    tags = {} if task_id is None else {DAGSTER_CELERY_TASK_ID_TAG: task_id}
    return dg.DagsterRun(job_name="a_job", run_id=RUN_ID, status=dg.DagsterRunStatus.STARTED, tags=tags)


def written(launcher: WatchfulCeleryRunLauncher, task_id: str, state: str, about: Any = None) -> dg.DagsterRun:
    """A run of whose task a worker wrote this last."""
    launcher.celery.backend.store_result(task_id, about, state)
    return run(task_id)


@contextmanager
def worker(address: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker on one slot, ready for tasks; killed in the end with what it started."""
    (folder / "sleeper.py").write_text(WORKER.format(address=address))
    log = folder / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "sleeper", "worker", "-c1", "-Qdagster", "-lINFO"],
            cwd=folder,
            env=plain_environment() | {"PYTHONPATH": str(folder)},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        wait_until(lambda: b" ready." in log.read_bytes(), STARTS_WITHIN_S, log.read_text)
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_run_that_was_only_just_handed_out_is_taken_to_run(launcher: WatchfulCeleryRunLauncher) -> None:
    assert launcher.check_run_worker_health(run()).status is WorkerStatus.RUNNING


@pytest.mark.parametrize("state", ["FAILURE", "REVOKED"])
def test_a_run_whose_process_was_killed_is_lost_at_once(launcher: WatchfulCeleryRunLauncher, state: str) -> None:
    about = {"exc_type": "WorkerLostError", "exc_message": ["killed"], "exc_module": "billiard.exceptions"}
    health = launcher.check_run_worker_health(written(launcher, f"killed-{state}", state, about))
    assert health.status is WorkerStatus.FAILED
    assert health.msg == "the process that a worker had for the run was killed"


def test_a_run_that_no_worker_has_is_lost_after_three_looks(launcher: WatchfulCeleryRunLauncher) -> None:
    lost = written(launcher, "started", "STARTED", {"hostname": "celery@switched-off", "pid": 1})
    looks = [launcher.check_run_worker_health(lost) for _ in range(CHECKS_BEFORE_LOST)]
    assert [look.status for look in looks] == [WorkerStatus.RUNNING, WorkerStatus.RUNNING, WorkerStatus.FAILED]
    assert looks[-1].msg == "celery@switched-off was asked for the run 3 times in a row, and did not have it"


def test_a_run_that_ended_without_saying_so_is_lost_after_three_looks(launcher: WatchfulCeleryRunLauncher) -> None:
    ended = written(launcher, "ended", "SUCCESS", 0)
    looks = [launcher.check_run_worker_health(ended) for _ in range(CHECKS_BEFORE_LOST)]
    assert [look.status for look in looks] == [WorkerStatus.RUNNING, WorkerStatus.RUNNING, WorkerStatus.FAILED]
    assert looks[-1].msg == "its worker has finished without recording the run's end"


def test_a_run_is_not_given_up_while_its_worker_has_it_and_is_once_the_worker_is_killed(
    launcher: WatchfulCeleryRunLauncher, redis: str, tmp_path: Path
) -> None:
    with worker(redis, tmp_path) as process:
        task: AsyncResult[Any] = launcher.celery.send_task("sleep", queue="dagster", task_id=TASK_ID)
        wait_until(lambda: task.state == "STARTED", STARTS_WITHIN_S, lambda: str(task.state))
        held = [launcher.check_run_worker_health(run(TASK_ID)) for _ in range(CHECKS_BEFORE_LOST + 1)]
        kill(process)
        after = [launcher.check_run_worker_health(run(TASK_ID)) for _ in range(CHECKS_BEFORE_LOST)]
    assert {look.status for look in held} == {WorkerStatus.RUNNING}
    assert after[-1].status is WorkerStatus.FAILED


def test_a_run_whose_result_was_lost_is_not_given_up_while_a_worker_has_it(
    launcher: WatchfulCeleryRunLauncher, redis: str, tmp_path: Path
) -> None:
    with worker(redis, tmp_path):
        task: AsyncResult[Any] = launcher.celery.send_task("sleep", queue="dagster", task_id="forgotten")
        wait_until(lambda: task.state == "STARTED", STARTS_WITHIN_S, lambda: str(task.state))
        task.forget()
        looks = [launcher.check_run_worker_health(run("forgotten")) for _ in range(CHECKS_BEFORE_LOST + 1)]
    assert {look.status for look in looks} == {WorkerStatus.RUNNING}


def test_one_look_that_finds_the_run_forgets_those_that_did_not(
    launcher: WatchfulCeleryRunLauncher, redis: str, tmp_path: Path
) -> None:
    with worker(redis, tmp_path):
        task: AsyncResult[Any] = launcher.celery.send_task("sleep", queue="dagster", task_id="found-again")
        wait_until(lambda: task.state == "STARTED", STARTS_WITHIN_S, lambda: str(task.state))
        about = launcher.celery.backend.get_task_meta("found-again")["result"]
        for hostname in ("celery@elsewhere", "celery@elsewhere", about["hostname"], "celery@elsewhere"):
            look = launcher.check_run_worker_health(
                written(launcher, "found-again", "STARTED", {**about, "hostname": hostname})
            )
            assert look.status is WorkerStatus.RUNNING


def test_ending_a_run_that_no_worker_was_given_does_nothing(
    instance: dg.DagsterInstance, launcher: WatchfulCeleryRunLauncher
) -> None:
    instance.add_run(run())
    assert not launcher.terminate(RUN_ID)
    assert instance.get_run_by_id(RUN_ID).status is dg.DagsterRunStatus.STARTED  # type: ignore[union-attr]


def test_ending_a_run_that_has_ended_does_nothing(
    instance: dg.DagsterInstance, launcher: WatchfulCeleryRunLauncher
) -> None:
    instance.add_run(run("ended-before").with_status(dg.DagsterRunStatus.SUCCESS))
    assert not launcher.terminate(RUN_ID)


def test_ending_a_run_is_noted_before_its_process_is_told(
    instance: dg.DagsterInstance, launcher: WatchfulCeleryRunLauncher
) -> None:
    instance.add_run(run("under-way"))
    assert launcher.terminate(RUN_ID)
    assert instance.get_run_by_id(RUN_ID).status is dg.DagsterRunStatus.CANCELING  # type: ignore[union-attr]
