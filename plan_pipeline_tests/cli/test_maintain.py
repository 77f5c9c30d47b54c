"""``plan-pipeline maintain``: what the nightly retention does, without a daemon and without a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from plan_pipeline.orchestration.launch import dagster_instance
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline_tests.cli.conftest import Run
from plan_pipeline_tests.orchestration.maintenance.test_retention import KIND
from plan_pipeline_tests.storage import samples


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    """A folder with a plan of two versions, of which the environment of a call may keep one."""
    store = PlanStore(DataFolder(tmp_path / "data"))
    for number in (1, 2):
        store.publish(samples.plan(generation_id=f"gen-{number}", notes=f"notes {number}"))
    return store.data


def test_it_clears_away_what_the_job_does_and_says_what_that_freed(run: Run, data: DataFolder) -> None:
    ended = run("maintain", "--data", data.root, "--json", PLAN_PIPELINE_KEEP_VERSIONS="1")

    assert ended.exit_code == 0
    assert ended.json.keys() == KIND | {"bytes_freed", "errors"}
    assert (ended.json["versions_deleted"], ended.json["errors"]) == (1, [])
    assert [path.stem for path in PlanStore(data).versions("rider-1")] == ["gen-2"]
    assert ended.json["bytes_freed"] >= 4096
    with dagster_instance(data) as instance:
        assert instance.get_runs_count() == 0


def test_what_cannot_be_cleared_away_stops_nothing_else_and_is_named(run: Run, data: DataFolder) -> None:
    folder = data.facts / "plan_weeks"
    folder.mkdir(parents=True)
    for name in ("part-a.parquet", "part-b.parquet"):
        (folder / name).write_bytes(b"no Parquet")

    ended = run("maintain", "--data", data.root, PLAN_PIPELINE_KEEP_VERSIONS="1")

    assert ended.exit_code == 1
    assert "versions deleted: 1" in ended.stdout
    assert "could not be cleared away: " in ended.stderr
    assert "part-" in ended.stderr
