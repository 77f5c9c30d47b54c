"""Plans of several sports in one installation: what is wrong with one sport keeps nobody from plans of another."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import pytest

from plan_pipeline.core.model.vocabulary import PlanStatus, Sport
from plan_pipeline.orchestration.assets.workout_library import recorded_library_version, version_of
from plan_pipeline_tests.library.samples import run, run_file_of, write
from plan_pipeline_tests.orchestration.world import (
    ROOT,
    World,
    check_of,
    failure_of,
    make_world,
    metadata_of,
    request,
    run_request,
)

EASY = "running/easy.yaml"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """The library of cycling that comes with the project, and one of running that has an error."""
    shutil.copytree(ROOT / "workout_library" / "cycling", tmp_path / "library" / "cycling")
    return write(tmp_path / "library", run_file_of(run(tss=1)), EASY)


@pytest.fixture
def both(tmp_path: Path, instance: dg.DagsterInstance, library: Path) -> World:
    world = make_world(tmp_path, instance, library=library)
    world.ask(request("rider", weeks=4), run_request())
    return world


def test_in_a_bulk_run_the_plan_of_the_broken_sport_alone_is_not_made(both: World) -> None:
    assert both.launch("regenerate_plans").success

    records = {record.plan_id: record for record in both.records}
    assert records["rider"].status is PlanStatus.PUBLISHED
    assert records["runner"].status is PlanStatus.ERROR
    assert "running/easy.yaml: easy_one: tss: states 1 but the parts give 64; write 64" in records["runner"].reasons[0]


def test_in_a_run_over_a_range_as_well_and_the_run_says_why(both: World) -> None:
    result = both.run("rider|01", "runner|04")

    assert result.success, failure_of(result)
    assert both.pipeline.plans.load_plan("rider") is not None
    assert both.pipeline.plans.load_plan("runner") is None
    assert "runner: the workout library has 1 problem" in metadata_of(result, "plan_overview")["reasons"]
    record = both.pipeline.plans.load_generation_record("runner")
    assert record is not None and record.status is PlanStatus.ERROR


def test_a_run_that_has_no_other_plan_fails_with_the_reason_and_stores_nothing(both: World) -> None:
    result = both.run("runner|01", "runner|04")

    assert "running/easy.yaml: easy_one: tss" in failure_of(result)
    assert both.pipeline.plans.load_generation_record("runner") is None


def test_the_check_of_the_library_is_yellow_where_another_sport_is_good(both: World) -> None:
    result = both.launch("check_library")

    assert result.success
    check = check_of(result, "library_is_valid")
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "running/easy.yaml" in str(check.metadata["errors"].value)
    assert "| running | 1 |" in str(check.metadata["by_sport"].value)


def test_the_version_that_is_recorded_is_of_the_sports_that_plans_can_be_made_of(both: World, library: Path) -> None:
    both.launch("regenerate_plans")
    cycling = both.pipeline.library.load(Sport.CYCLING)
    assert recorded_library_version(both.instance) == cycling.version

    write(library, run_file_of(run()), EASY)
    both.launch("regenerate_plans")

    libraries = both.pipeline.library.load_all()
    assert recorded_library_version(both.instance) == version_of(libraries) != cycling.version
    kept = {row["library_version"]: row["sport"] for row in both.rows("library_workouts")}
    assert kept == {library.version: sport.value for sport, library in libraries.items()}
