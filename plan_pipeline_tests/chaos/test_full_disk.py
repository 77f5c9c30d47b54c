"""A disk that fills up ends a run with a clear error and damages nothing; with room again the same command succeeds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.model.request import ArmName, PlanRequest
from plan_pipeline.core.model.vocabulary import ADJUSTED, OPTIMAL
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline_tests.chaos.installation import PROJECT
from plan_pipeline_tests.chaos.watchful_reader import faults_of, faults_of_warehouse
from plan_pipeline_tests.core.builders import real_config

SIZE_MB = 48
PLANS = 6
ENDS_WITHIN_S = 600
WITHOUT_ROOM = [600, *(pytest.param(kilobytes, marks=pytest.mark.slow) for kilobytes in (0, 150, 1500))]
"""Kilobytes that are left: the disk is full in the middle of the run; before it, in its first plan, near its end."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(place)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"mounting a small disk takes root: {mounted.stderr.strip() or mounted.stdout.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a plan for each athlete of the cohort, and Dagster's state in it; to be copied."""
    folder = tmp_path_factory.mktemp("made")
    done = command(DataFolder(folder / "data"), "batch", written(folder, cohort(ADJUSTED)))
    assert done.returncode in (0, 1), done.stderr
    return folder / "data"


@pytest.fixture
def data(disk: Path, made: Path) -> DataFolder:
    return DataFolder(shutil.copytree(made, disk / "data"))


@pytest.fixture
def home(data: DataFolder, tmp_path: Path) -> Path:
    """Dagster's state, on a disk that has room."""
    return Path(shutil.move(data.root / ".dagster", tmp_path / "home"))


def cohort(arm: ArmName) -> list[PlanRequest]:
    """Plans that come out differently in each arm."""
    return [
        each.model_copy(update={"options": each.options.model_copy(update={"duration": arm})})
        for each in synthetic_requests(PLANS, 5, real_config())
    ]


def command(data: DataFolder, *arguments: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    """What somebody types; Dagster's state is in ``home``, or with the data."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/", "PYTHONPATH": str(PROJECT)}
    if home is not None:
        environment["DAGSTER_HOME"] = str(home)
    return subprocess.run(
        [sys.executable, "-c", "from plan_pipeline.cli import main; main()", "--data", str(data.root), *arguments],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=ENDS_WITHIN_S,
    )


def fill(disk: Path, leave_kb: int) -> Path:
    """Use up a disk but for some kilobytes; returns the file to remove."""
    filler = disk / "filler"
    free = os.statvfs(disk)
    with filler.open("wb") as file:
        file.write(bytes(max(0, free.f_bavail * free.f_frsize - leave_kb * 1024)))
    return filler


def written(folder: Path, requests: list[PlanRequest]) -> str:
    path = folder / f"requests-{requests[0].options.duration}.jsonl"
    path.write_text("".join(f"{each.model_dump_json()}\n" for each in requests))
    return str(path)


def contents(data: DataFolder) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in data.plans.glob("*/plan.json")}


def check_everything_is_whole(data: DataFolder, before: dict[Path, bytes]) -> None:
    now = contents(data)
    assert before.keys() <= now.keys()
    found = [fault for path in [*now, *data.plans.glob("*/versions/[!.]*")] for fault in faults_of(path)]
    assert [*found, *faults_of_warehouse(data)] == []
    assert [path for path in data.root.rglob("*.tmp") if ".dagster" not in path.parts] == []


@pytest.mark.parametrize("leave_kb", WITHOUT_ROOM)
def test_a_batch_on_a_full_disk_says_so_and_succeeds_when_there_is_room(
    disk: Path, data: DataFolder, home: Path, tmp_path: Path, leave_kb: int
) -> None:
    before = contents(data)
    filler = fill(disk, leave_kb)

    failed = command(data, "batch", written(tmp_path, cohort(OPTIMAL)), home=home)

    assert failed.returncode == 1
    assert "the disk is full" in failed.stderr and "make room" in failed.stderr
    assert "Traceback" not in failed.stderr
    check_everything_is_whole(data, before)
    filler.unlink()
    again = command(data, "batch", written(tmp_path, cohort(OPTIMAL)), home=home)
    assert again.returncode in (0, 1) and "the disk is full" not in again.stderr
    check_everything_is_whole(data, before)
    now = contents(data)
    assert all(now[path] != content for path, content in before.items())


def test_a_plan_on_a_full_disk_says_so_and_succeeds_when_there_is_room(
    disk: Path, data: DataFolder, home: Path, tmp_path: Path
) -> None:
    before = contents(data)
    published = next(iter(before)).parent
    asked = published / "request.json"
    filler = fill(disk, 20)

    failed = command(data, "generate", str(asked), "--arm", "optimal", home=home)

    assert failed.returncode == 1
    assert "the disk is full" in failed.stdout + failed.stderr and "make room" in failed.stdout + failed.stderr
    check_everything_is_whole(data, before)
    filler.unlink()
    assert command(data, "generate", str(asked), "--arm", "optimal", home=home).returncode == 0
    assert contents(data)[published / "plan.json"] != before[published / "plan.json"]
    check_everything_is_whole(data, before)


@pytest.mark.slow
@pytest.mark.parametrize("leave_kb", [0, 600])
def test_a_batch_ends_although_dagster_has_no_room_for_its_own_state(
    disk: Path, data: DataFolder, tmp_path: Path, leave_kb: int
) -> None:
    before = contents(data)
    filler = fill(disk, leave_kb)

    failed = command(data, "batch", written(tmp_path, cohort(OPTIMAL)))

    assert failed.returncode == 1
    assert "the disk is full" in failed.stdout + failed.stderr and "make room" in failed.stdout + failed.stderr
    check_everything_is_whole(data, before)
    filler.unlink()
    again = command(data, "batch", written(tmp_path, cohort(OPTIMAL)))
    assert again.returncode in (0, 1) and "the disk is full" not in again.stderr
    check_everything_is_whole(data, before)
