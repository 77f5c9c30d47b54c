"""A request given on the command line and one in the inbox for the same plan: the one that came later counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.orchestration.launch import batch_plans, generate_plans
from plan_pipeline.storage.plans.records import PlanRecord, Receipt
from plan_pipeline_tests.orchestration.intake.intake_world import SETTLED, drop, launch_due, output_of, tick
from plan_pipeline_tests.orchestration.world import ROOT, World, make_world, request

Command = Callable[..., list[PlanRecord]]
COMMANDS = pytest.mark.parametrize("command", [generate_plans, batch_plans])


@pytest.fixture
def world(tmp_path: Path, instance: dg.DagsterInstance) -> World:
    return make_world(tmp_path, instance, **SETTLED)


def give(world: World, command: Command, *requests: PlanRequest) -> list[PlanRecord]:
    return command(requests, data=world.pipeline.data, library=ROOT / "workout_library", instance=world.instance)


def published_weeks(world: World) -> int:
    plan = world.pipeline.plans.load_plan("rider")
    assert plan is not None
    return len(plan.training_plan.weekly_plan)


@COMMANDS
def test_a_request_on_the_command_line_counts_although_an_older_one_waits_in_the_inbox(
    world: World, command: Command
) -> None:
    drop(world, "old.json", request("rider", weeks=4))

    (record,) = give(world, command, request("rider", weeks=5))
    (late,) = launch_due(world, tick(world))

    assert record.weeks == 5
    assert output_of(late)["newer_request_is_in_place"] == "- rider"
    assert published_weeks(world) == 5
    receipt = world.pipeline.plans.load_receipt("rider")
    assert receipt is not None
    assert receipt.source == {generate_plans: "plan-pipeline generate", batch_plans: "plan-pipeline batch"}[command]


def test_a_request_on_the_command_line_counts_although_an_older_batch_waits(world: World) -> None:
    drop(world, "old.json", request("rider", weeks=4))
    due = tick(world)

    give(world, batch_plans, request("rider", weeks=5))
    launch_due(world, due)

    assert published_weeks(world) == 5


@COMMANDS
def test_a_file_that_is_dropped_after_the_command_counts(world: World, command: Command) -> None:
    give(world, command, request("rider", weeks=5))
    drop(world, "new.json", request("rider", weeks=4))

    launch_due(world, tick(world))

    assert published_weeks(world) == 4


@COMMANDS
def test_a_command_leaves_a_newer_request_in_place_and_says_so(world: World, command: Command) -> None:
    give(world, generate_plans, request("rider", weeks=4))
    meanwhile = Receipt(source="run 1", order="21000101T000000000000Z-0001", received_at=dt.datetime.now(dt.UTC))
    world.pipeline.plans.save_receipt("rider", meanwhile)

    (record,) = give(world, command, request("rider", weeks=5))

    assert record.status == "error"
    assert record.reasons[0].startswith("a newer request for plan 'rider' came in meanwhile, from run 1")
    assert published_weeks(world) == 4
