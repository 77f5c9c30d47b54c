"""``PLAN_PIPELINE_PUBLISH=false``: plans are made, measured and recorded, what is published stays, and all say so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import dagster as dg
import pytest

from plan_pipeline.core.stages import Stage
from plan_pipeline.services.plan_states import plan_state
from plan_pipeline.storage.plans.rollbacks import roll_back
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline_tests.orchestration.world import (
    World,
    check_of,
    make_world,
    rejected_request,
    request,
    temporary_instance,
)

SWITCHED_OFF = "publishing is switched off (PLAN_PIPELINE_PUBLISH=false)"


class Braked(NamedTuple):
    """``changed`` has another request than when it was published, ``same`` the same, ``new`` was never published."""

    world: World
    published: dict[str, bytes]
    result: dg.ExecuteInProcessResult


@pytest.fixture(scope="module")
def braked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Braked]:
    folder = tmp_path_factory.mktemp("braked")
    with temporary_instance(folder) as instance:
        before = make_world(folder, instance)
        before.ask(request("changed", weeks=4), request("same", weeks=4))
        assert before.launch("regenerate_plans").success
        published = {name: before.file(name, "plan.json").read_bytes() for name in ("changed", "same")}

        world = make_world(folder, instance, publish=False)
        world.ask(request("changed", weeks=4, hours=6), request("new", weeks=4), rejected_request("short"))
        yield Braked(world, published, world.launch("regenerate_plans"))


def now(world: World, plan_id: str) -> tuple[str, tuple[str, ...]]:
    """What a plan is now, and why."""
    state = plan_state(world.pipeline.plans, plan_id, oldest=dt.datetime.min.replace(tzinfo=dt.UTC))
    return state.status.value, state.reasons


def test_nothing_is_published_and_what_is_published_stays(braked: Braked) -> None:
    assert braked.result.success
    for plan_id, content in braked.published.items():
        assert braked.world.file(plan_id, "plan.json").read_bytes() == content
    assert not braked.world.file("new", "plan.json").exists()


def test_the_outcome_is_one_of_the_four_and_says_that_the_plan_is_withheld(braked: Braked) -> None:
    outcomes = {record.plan_id: record.outcome() for record in braked.world.records}
    assert {name: (o["status"], o.get("withheld", False)) for name, o in outcomes.items()} == {
        "changed": ("published", True),
        "new": ("published", True),
        "same": ("published", False),
        "short": ("rejected", False),
    }
    assert outcomes["new"]["reasons"] == [f"not published: {SWITCHED_OFF}"]


def test_the_warehouse_has_them_as_not_published_and_goes_by_what_is(braked: Braked) -> None:
    rows = query(
        braked.world.pipeline.data,
        "SELECT plan_id, published FROM plan_generations WHERE reasons LIKE 'not published%' ORDER BY plan_id",
    )
    assert rows.rows == [("changed", False), ("new", False)]
    current = query(braked.world.pipeline.data, "SELECT plan_id, hours_per_week FROM current_plans ORDER BY plan_id")
    assert current.rows == [("changed", 8.0), ("same", 8.0)]


def test_the_summary_and_the_cells_say_so_and_plans_are_withheld(braked: Braked) -> None:
    (output,) = (event for event in braked.result.all_events if event.event_type_value == "STEP_OUTPUT")
    told = {name: value.value for name, value in output.step_output_data.metadata.items()}
    assert (told["plans_published"], told["plans_withheld"], told["plans_rejected"]) == (1, 2, 1)
    assert SWITCHED_OFF in told["publishing"]
    cell = braked.world.cell(Stage.FINAL_PLAN, "new|02")
    assert cell["status"].value == "withheld"
    assert SWITCHED_OFF in str(cell["reasons"].value)
    assert now(braked.world, "new") == ("withheld", (f"not published: {SWITCHED_OFF}",))
    assert now(braked.world, "same")[0] == "published"


def test_an_asset_run_succeeds_with_a_green_check_that_says_so_and_its_stages_run_alone(world: World) -> None:
    off = make_world(world.pipeline.data.root.parent, world.instance, publish=False)

    result = off.run_plan(request(weeks=4))

    assert result.success
    assert not off.file("rider", "plan.json").exists()
    check = check_of(result, "plan_is_published")
    assert (check.passed, check.description) == (True, f"1 plan withheld: {SWITCHED_OFF}")
    assert off.run_cell("rider", 2, stages=[Stage.WEEK_METRICS]).success
    assert [row["published"] for row in off.rows("plan_generations")] == [False]


def test_a_withheld_plan_is_confirmed_while_publishing_is_off_and_published_when_it_is_on_again(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    off = make_world(tmp_path, instance, publish=False)
    off.ask(request(weeks=4))
    for _ in range(2):
        off.launch("regenerate_plans")
    assert [record.confirmed for record in off.records] == [False, True]
    assert len(off.rows("plan_generations")) == 1

    on = make_world(tmp_path, instance)
    on.launch("regenerate_plans")

    assert [(record.was_published, record.changed) for record in on.records] == [(True, True)]
    assert now(on, "rider") == ("published", ())


def test_a_person_can_still_roll_back(world: World) -> None:
    world.run_plan(request(weeks=4))
    first = world.content_hash("rider")
    world.run_plan(request(weeks=4, hours=6))
    off = make_world(world.pipeline.data.root.parent, world.instance, publish=False)

    roll_back(off.pipeline.plans, "rider", to=None, now=dt.datetime.now(dt.UTC))

    assert off.content_hash("rider") == first
