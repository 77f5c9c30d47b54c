"""The check of plan health lists every active plan that is left failed or stale, and is green when there is none."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import dagster as dg
import pytest

from plan_pipeline.storage.plans.retirement import retire
from plan_pipeline_tests.orchestration.world import (
    World,
    check_of,
    failure_of,
    make_world,
    rejected_request,
    request,
)

NOW = dt.datetime.now(dt.UTC)
CHECK = "nothing_is_left_failed_or_stale"


def regenerate(world: World) -> dg.ExecuteInProcessResult:
    return world.launch("regenerate_plans", config={"ops": {"generate_in_bulk": {"config": {"retries": 0}}}})


def test_the_check_is_green_when_nothing_is_left(world: World) -> None:
    world.ask(request(weeks=4))
    regenerate(world)

    result = world.launch("check_plan_health")

    assert result.success
    assert check_of(result, CHECK).passed


def test_a_retired_plan_is_not_looked_at(world: World) -> None:
    world.ask(rejected_request("short"))
    regenerate(world)
    retire(world.pipeline.plans, "short", at=NOW, timeout_s=1)

    assert check_of(world.launch("check_plan_health"), CHECK).passed


def test_what_only_its_request_is_to_blame_for_is_a_warning_and_no_failure(world: World) -> None:
    world.ask(rejected_request("short"))
    regenerate(world)

    result = world.launch("check_plan_health")

    check = check_of(result, CHECK)
    assert result.success
    assert not check.passed
    assert check.severity is dg.AssetCheckSeverity.WARN
    assert "| short | rejected |" in check.metadata["left"].value


def test_where_the_pipeline_may_be_to_blame_the_run_fails_after_the_check_is_recorded(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    world = make_world(tmp_path, instance, stale_after_hours=1)
    world.ask(request(weeks=4))
    two_hours_ago = NOW.timestamp() - 7200
    os.utime(world.file("rider", "request.json"), (two_hours_ago, two_hours_ago))

    result = world.launch("check_plan_health")

    check = check_of(result, CHECK)
    assert not result.success
    assert check.severity is dg.AssetCheckSeverity.ERROR
    assert check.metadata["plans_never_made"].value == 1
    assert "1 of 1 active plans are left failed or stale: rider (never made)" in failure_of(result)


def test_stale_plans_are_the_pipelines_fault_only_where_the_nights_batch_is_on(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    off, on = (make_world(tmp_path, instance, stale_after_hours=1e-9, nightly=nightly) for nightly in (False, True))
    off.ask(request(weeks=4))
    regenerate(off)

    without, with_batch = off.launch("check_plan_health"), on.launch("check_plan_health")

    assert without.success
    assert check_of(without, CHECK).severity is dg.AssetCheckSeverity.WARN
    assert "| rider | published, stale |" in check_of(without, CHECK).metadata["left"].value
    assert without.asset_materializations_for_node("plan_status")
    assert "1 of 1 active plans are left failed or stale: rider (stale)" in failure_of(with_batch)


@pytest.mark.parametrize("job", ["refresh_warehouse"])
def test_a_refresh_does_not_look_at_all_plans(world: World, job: str) -> None:
    world.ask(rejected_request("short"))
    regenerate(world)
    result = world.launch(job)
    assert [check.check_name for check in result.get_asset_check_evaluations()] == []


def test_a_run_for_one_plan_does_not_look_at_the_others(world: World) -> None:
    world.ask(rejected_request("short"))
    regenerate(world)
    result = world.run_plan(request(weeks=4))
    assert CHECK not in {check.check_name for check in result.get_asset_check_evaluations()}


def test_a_run_that_somebody_launched_never_fails_for_plans_it_is_not_about(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    world = make_world(tmp_path, instance, stale_after_hours=1)
    world.ask(request(weeks=4))
    two_hours_ago = NOW.timestamp() - 7200
    os.utime(world.file("rider", "request.json"), (two_hours_ago, two_hours_ago))

    result = world.launch("__ASSET_JOB", selection=[dg.AssetKey("metrics_warehouse")])

    assert result.success, failure_of(result)
    assert check_of(result, CHECK).metadata["plans_never_made"].value == 1
