"""``PLAN_PIPELINE_EXPORTS``: published plans are kept as files of other programs, and only what changes is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.services.instances.scheduling import schedule_plan
from plan_pipeline_tests.core.builders import in_force
from plan_pipeline_tests.orchestration.world import (
    World,
    failure_of,
    make_world,
    rejected_request,
    request,
    temporary_instance,
)


def dated(plan_id: str, **more: Any) -> PlanRequest:
    """A request that says when its plan begins, which a calendar needs."""
    asked = request(plan_id, weeks=4, **more).model_dump(mode="json")
    return PlanRequest.model_validate({**asked, "start_date": "2027-01-04"})


def files_of(world: World) -> dict[str, tuple[int, int]]:
    """Every file for another program with its time of change and the file that it is."""
    folder = world.pipeline.data.root / "exports"
    found = ((path, path.stat()) for path in folder.rglob("*.*") if path.is_file())
    return {str(path.relative_to(folder)): (status.st_mtime_ns, status.st_ino) for path, status in found}


def metadata_of_asset(world: World) -> dict[str, object]:
    event = world.instance.get_latest_materialization_event(dg.AssetKey("exports"))
    assert event is not None
    assert event.asset_materialization is not None
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("exports")
    with temporary_instance(folder) as instance:
        world = make_world(folder, instance, exports="ZWO, ics")
        world.ask(dated("dated"), request("undated", weeks=4), rejected_request("short"))
        assert world.launch("regenerate_plans").success
        yield world


def test_a_bulk_run_writes_each_published_plan_in_the_chosen_formats(world: World) -> None:
    written = files_of(world)
    assert "dated/ics/dated.ics" in written
    for plan in ("dated", "undated"):
        assert sum(name.startswith(f"{plan}/zwo/W01-") for name in written) >= 2
    assert not any(name.startswith("short") for name in written)


def test_a_plan_that_a_format_cannot_hold_is_told_and_has_its_other_formats(world: World) -> None:
    metadata = metadata_of_asset(world)
    assert (metadata["formats"], metadata["plans"]) == ("zwo, ics", 2)
    assert "undated: ics:" in str(metadata["not_possible"])
    assert "dated: ics" not in str(metadata["not_possible"]).replace("undated", "")


def test_a_night_in_which_nothing_has_changed_writes_no_file(world: World) -> None:
    before = files_of(world)
    assert world.launch("regenerate_plans").success
    assert files_of(world) == before
    assert metadata_of_asset(world)["plans_written"] == 0


def test_a_changed_plan_alone_is_written_and_files_of_workouts_that_are_gone_are_removed(world: World) -> None:
    before = files_of(world)
    world.ask(dated("dated", hours=4, days="Tuesday, Saturday"))
    assert world.launch("regenerate_plans").success
    after = files_of(world)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed
    assert all(name.startswith("dated/") for name in changed)
    assert not [name for name in after if name.startswith("dated/zwo/W01-4-Thursday")]


def test_an_instance_is_written_with_its_plan_and_not_in_a_night_without_changes(world: World) -> None:
    now = dt.datetime.now(dt.UTC)
    monday = now.date() + dt.timedelta(days=7 - now.weekday())
    (done,) = schedule_plan(world.pipeline.plans, "undated", monday, in_force=in_force, now=now)
    name = done.instance.instance_id
    assert world.launch("regenerate_plans").success
    before = files_of(world)
    assert f"{name}/ics/{name}.ics" in before
    assert world.launch("regenerate_plans").success
    assert (files_of(world), metadata_of_asset(world)["plans_written"]) == (before, 0)


def test_a_run_of_one_plan_writes_it_too(world: World) -> None:
    assert world.run_plan(dated("alone")).success
    assert "alone/ics/alone.ics" in files_of(world)


def test_a_format_that_there_is_not_fails_the_asset_with_the_nearest(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("unknown")
    with temporary_instance(folder) as instance:
        world = make_world(folder, instance, exports="zwoo")
        assert "PLAN_PIPELINE_EXPORTS: 'zwoo' is not a known format; did you mean zwo?" in failure_of(
            world.launch("refresh_warehouse")
        )


def test_without_the_setting_nothing_is_written_and_the_asset_says_how_to_begin(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("none")
    with temporary_instance(folder) as instance:
        world = make_world(folder, instance)
        world.ask(dated("dated"))
        assert world.launch("regenerate_plans").success
        assert world.launch("refresh_warehouse").success
        assert files_of(world) == {}
        assert "PLAN_PIPELINE_EXPORTS" in str(metadata_of_asset(world)["formats"])
