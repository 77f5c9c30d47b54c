"""Weeks that a plan does not have: launched in whatever way, their cells stay as if nobody had ever launched them."""

from __future__ import annotations

import dagster as dg
import pytest
from dagster._core.storage.partition_status_cache import get_and_update_asset_status_cache_value

from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.partitions import plan_weeks
from plan_pipeline_tests.orchestration.world import World, failure_of, metadata_of, rejected_request, request

PAGE_OF_JOB = {"dagster/partition/plan": "rider", "dagster/partition/week": "01"}
"""A range that is launched from the page of the job has the tags of its first cell as well."""


def weeks(plan_id: str, count: int) -> set[str]:
    return {f"{plan_id}|{week:02}" for week in range(1, count + 1)}


def shown(world: World, stage: Stage) -> dict[str, set[str]]:
    """The cells that the page of an asset shows as something, by what it shows them as."""
    cached = get_and_update_asset_status_cache_value(world.instance, dg.AssetKey(stage.value), plan_weeks)
    if cached is None:
        return {}
    with dg.partition_loading_context(dynamic_partitions_store=world.instance):
        found = {
            "materialized": cached.deserialize_materialized_partition_subsets(plan_weeks),
            "failed": cached.deserialize_failed_partition_subsets(plan_weeks),
            "in progress": cached.deserialize_in_progress_partition_subsets(plan_weeks),
        }
        return {status: set(subset.get_partition_keys()) for status, subset in found.items() if not subset.is_empty}


@pytest.mark.parametrize("tags", [{}, PAGE_OF_JOB], ids=["range", "page of the job"])
def test_of_all_weeks_only_those_of_the_plan_are_marked_each_with_its_own_figures(
    world: World, tags: dict[str, str]
) -> None:
    world.ask(request(weeks=4))

    result = world.run("rider|01", "rider|24", tags=tags)

    assert result.success
    for stage in Stage:
        assert world.marked_by(result, stage) == sorted(weeks("rider", 4))
        assert shown(world, stage) == {"materialized": weeks("rider", 4)}
        assert "rider: has 4 weeks, so there is nothing to do for week 5, 6," in metadata_of(result, stage)["notes"]
    assert len({world.cell(Stage.WEEK_VALIDATION, cell)["hours_wanted"].value for cell in weeks("rider", 4)}) > 1
    assert world.file("rider", "plan.json").is_file()


def test_plans_of_different_length_each_have_their_own_weeks_and_those_of_a_failed_run_are_no_failures(
    world: World,
) -> None:
    world.ask(request("short", weeks=4), request("long", weeks=6, hours=6))
    assert world.run("short|01", "long|24").success
    world.ask(rejected_request("rejected"))
    assert not world.run("rejected|01", "rejected|24").success

    for stage in Stage:
        assert shown(world, stage) == {"materialized": weeks("short", 4) | weeks("long", 6) | weeks("rejected", 6)}


def test_a_single_week_that_does_not_exist_makes_nothing_and_says_so(generated: World) -> None:
    before = {**generated.artefacts("rider"), "record": generated.file("rider", "final_plan.json").read_bytes()}

    result = generated.run_cell("rider", 20)

    assert result.success
    after = {**generated.artefacts("rider"), "record": generated.file("rider", "final_plan.json").read_bytes()}
    assert after == before
    assert all("so there is nothing to do for week 20" in metadata_of(result, stage)["notes"] for stage in Stage)
    logged = [entry.user_message for entry in generated.instance.all_logs(result.run_id)]
    assert "plan rider has 6 weeks, so there is nothing to do for week 20 plan=rider" in logged
    assert shown(generated, Stage.FINAL_PLAN) == {"materialized": weeks("rider", 6)}


def test_a_single_week_that_does_not_exist_is_nothing_to_do_before_the_plan_was_ever_made_either(world: World) -> None:
    world.ask(request(weeks=4))
    result = world.run_cell("rider", 9)
    assert result.success, failure_of(result)
    assert shown(world, Stage.FINAL_PLAN) == {}


@pytest.mark.parametrize("how", ["asset run", "bulk run"])
def test_marks_that_an_earlier_release_or_request_left_on_such_weeks_are_cleared(world: World, how: str) -> None:
    world.ask(request(weeks=4), request("other", weeks=6))
    for stage in Stage:
        for cell in weeks("rider", 24) | weeks("other", 6):
            world.instance.report_runless_asset_event(dg.AssetMaterialization(stage.value, partition=cell))
    assert shown(world, Stage.FINAL_PLAN) == {"materialized": weeks("rider", 24) | weeks("other", 6)}

    if how == "asset run":
        assert world.run_cell("rider", 1, stages=[Stage.PLAN_OVERVIEW]).success
    else:
        assert world.launch("regenerate_plans").success

    for stage in Stage:
        assert shown(world, stage) == {"materialized": weeks("rider", 4) | weeks("other", 6)}
