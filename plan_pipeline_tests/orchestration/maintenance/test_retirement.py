"""Retiring in Dagster: plans leave the partitions and the nightly batch, keep what they have, and come back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import dagster as dg
import pytest

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.orchestration.partitions import PartitionRegistry
from plan_pipeline.services.retirement import Change, Changed, restore_plans, retire_plans
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.retirement import UnknownPlanError, is_retired
from plan_pipeline.storage.plans.retirement import retire as put_aside
from plan_pipeline_tests.orchestration.intake.intake_world import output_of, registered
from plan_pipeline_tests.orchestration.world import World, make_world, request

TODAY = dt.datetime.now(dt.UTC).date()


def dated(plan_id: str, *, ended_days_ago: int) -> PlanRequest:
    """A plan of four weeks whose last week began so that it ended about so many days ago, on a Sunday."""
    start = TODAY - dt.timedelta(days=ended_days_ago, weeks=4)
    return request(plan_id, weeks=4).model_copy(update={"start_date": start - dt.timedelta(days=start.weekday())})


def retire(world: World, *plan_ids: str) -> list[Changed]:
    return retire_plans(world.pipeline.plans, PartitionRegistry(world.instance), plan_ids, at=dt.datetime.now(dt.UTC))


def bring_back(world: World, *plan_ids: str) -> list[Changed]:
    return restore_plans(world.pipeline.plans, PartitionRegistry(world.instance), plan_ids, at=dt.datetime.now(dt.UTC))


def test_a_retired_plan_leaves_the_partitions_and_keeps_its_files_and_facts(world: World) -> None:
    world.run_plan(request("rider", weeks=4))
    facts = world.rows("plan_weeks")

    assert retire(world, "rider") == [Changed("rider", Change.RETIRED, None)]

    assert registered(world) == []
    assert world.pipeline.plans.load_plan("rider") is not None
    assert world.rows("plan_weeks") == facts


def test_a_retired_plan_is_not_regenerated_with_all_active_plans(world: World) -> None:
    world.ask(request("active", weeks=4), request("retired", weeks=4))
    retire(world, "retired")
    assert world.launch("regenerate_plans").success
    assert {row["plan_id"] for row in world.rows("plan_generations")} == {"active"}


def test_a_plan_that_is_brought_back_has_its_marks_again(world: World) -> None:
    world.run_plan(request("rider", weeks=4))
    marked = world.marked("final_plan")
    retire(world, "rider")

    assert bring_back(world, "rider") == [Changed("rider", Change.RESTORED, None)]

    assert registered(world) == ["rider"]
    assert world.marked("final_plan") == marked


def test_a_plan_that_is_generated_again_by_name_is_back(world: World) -> None:
    world.run_plan(request("rider", weeks=4))
    retire(world, "rider")
    config = {"ops": {"generate_in_bulk": {"config": {"plan_ids": ["rider"]}}}}
    assert world.launch("regenerate_plans", config=config).success
    assert not is_retired(world.pipeline.plans, "rider")
    assert registered(world) == ["rider"]


def test_doing_it_again_changes_nothing_but_puts_the_partitions_right(world: World) -> None:
    world.ask(request("rider"))
    retire(world, "rider")
    world.instance.add_dynamic_partitions("plans", ["rider"])
    assert retire(world, "rider") == [Changed("rider", Change.UNCHANGED, None)]
    assert registered(world) == []
    bring_back(world, "rider")
    assert bring_back(world, "rider")[0].change is Change.UNCHANGED
    assert registered(world) == ["rider"]


def test_a_plan_that_nobody_knows_is_an_error(world: World) -> None:
    with pytest.raises(UnknownPlanError, match="there is no plan 'nobody'"):
        retire(world, "nobody")


def test_the_job_retires_what_is_over_for_longer_than_the_settings_say(world: World) -> None:
    world.ask(dated("long-over", ended_days_ago=30), dated("just-over", ended_days_ago=8), request("undated"))

    run = world.launch("retire_finished_plans")

    assert output_of(run)["plans_retired"] == 1
    assert registered(world) == ["just-over", "undated"]
    board = world.instance.get_latest_materialization_event(dg.AssetKey("plan_status"))
    assert board is not None and board.asset_materialization is not None
    assert board.asset_materialization.metadata["plans_retired"].value == 1


def test_the_job_can_be_told_how_many_days_of_grace_there_are(world: World) -> None:
    world.ask(dated("just-over", ended_days_ago=8))
    config = {"ops": {"retire_what_is_over": {"config": {"grace_days": 0}}}}
    assert output_of(world.launch("retire_finished_plans", config=config))["plans_retired"] == 1
    assert registered(world) == []


def test_the_job_finishes_what_was_cut_short_between_the_mark_and_the_partitions(world: World) -> None:
    world.ask(request("rider"))
    put_aside(world.pipeline.plans, "rider", at=dt.datetime.now(dt.UTC), timeout_s=1)
    world.launch("retire_finished_plans")
    assert registered(world) == []


def test_a_plan_that_a_run_is_writing_is_left_alone(world: World) -> None:
    world.ask(request("busy"), request("idle"))
    with PlanStore(world.pipeline.data).lock("busy"):
        changed = retire(world, "busy", "idle")
    assert [each.change for each in changed] == [Change.BUSY, Change.RETIRED]
    assert registered(world) == ["busy"]


def test_the_days_of_grace_are_a_setting(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    strict = make_world(tmp_path, instance, retire_after_days=0)
    strict.ask(dated("just-over", ended_days_ago=8))
    assert output_of(strict.launch("retire_finished_plans"))["plans_retired"] == 1
