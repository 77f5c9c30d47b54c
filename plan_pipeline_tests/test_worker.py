"""A worker that could not do its work says why and ends, before it takes a run."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from plan_pipeline_tests.deploy.set_ups import ROOT, missing_for_workers, plain_environment
from plan_pipeline_tests.storage import lesser_file_system

if reason := missing_for_workers():
    pytest.skip(reason, allow_module_level=True)

NOWHERE = "redis://127.0.0.1:1/0"
"""Where nothing listens: a worker that looks only at itself never gets as far as asking."""

WORKER = (sys.executable, "-m", "celery", "-A", "plan_pipeline.worker", "worker", "--queues=dagster", "--concurrency=1")


def home_with(tmp_path: Path, settings: dict[str, object]) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text(yaml.safe_dump({"telemetry": {"enabled": False}, **settings}))
    return home


def start(home: Path, data: Path, *answers: str) -> subprocess.CompletedProcess[str]:
    """Run a worker until it ends by itself."""
    environment = plain_environment(
        DAGSTER_HOME=str(home), PLAN_PIPELINE_DATA=str(data), PLAN_PIPELINE_LIBRARY=str(ROOT / "workout_library")
    )
    return subprocess.run(
        lesser_file_system.command(answers, *WORKER), env=environment, capture_output=True, text=True, timeout=180
    )


def launcher() -> dict[str, object]:
    """What ``deploy/dagster.yaml`` launches runs with."""
    named = yaml.safe_load((ROOT / "deploy" / "dagster.yaml").read_text())["run_launcher"]
    named["config"].update(broker=NOWHERE, backend=NOWHERE)
    return {"run_launcher": named}


def test_a_worker_of_an_instance_that_launches_otherwise_says_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(ROOT / "dagster.yaml", home)

    done = start(home, tmp_path / "data")

    assert done.returncode != 0
    assert (
        f"{home}/dagster.yaml: run_launcher is DefaultRunLauncher, so no run would reach this worker; "
        "set DAGSTER_HOME to a folder with deploy/dagster.yaml"
    ) in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(
    platform.machine() not in lesser_file_system.NUMBERS, reason="the system calls of this architecture are not listed"
)
def test_a_worker_whose_data_folder_has_locks_that_shut_nobody_out_says_so(tmp_path: Path) -> None:
    data = tmp_path / "data"

    done = start(home_with(tmp_path, launcher()), data, "flock=0")

    assert done.returncode != 0
    assert (
        f"{data}: locks do not shut others out, so two runs could write one plan at a time; use another file system"
    ) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_worker_with_a_misspelt_setting_says_so(tmp_path: Path) -> None:
    environment = plain_environment(DAGSTER_HOME=str(home_with(tmp_path, launcher())), PLAN_PIPELINE_DATTA="x")
    done = subprocess.run(WORKER, env=environment, capture_output=True, text=True, timeout=180, cwd=os.sep)
    assert done.returncode != 0
    assert "PLAN_PIPELINE_DATTA: is not a known setting; did you mean PLAN_PIPELINE_DATA?" in done.stderr
