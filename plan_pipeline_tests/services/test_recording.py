"""Facts are written by one function, and once, also where a run was killed before it wrote them."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

import plan_pipeline
from plan_pipeline.services.generation import RUN_DIGITS
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline_tests.orchestration.world import World, make_world, request, temporary_instance

PACKAGE = Path(plan_pipeline.__file__).parent
PLANS = ("rider-1", "rider-2")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two plans, published by a run."""
    with temporary_instance(tmp_path) as instance:
        made = make_world(tmp_path, instance)
        made.ask(*(request(plan_id, weeks=4) for plan_id in PLANS))
        made.launch("regenerate_plans")
        yield made


def published(world: World) -> set[tuple[str, str]]:
    found = {plan_id: world.pipeline.plans.load_plan(plan_id) for plan_id in PLANS}
    return {(plan_id, plan.generation.generation_id) for plan_id, plan in found.items() if plan is not None}


def forget_facts(world: World, *tables: FactTable) -> None:
    """Leave of the published generations what a run leaves that is killed before it has written these tables."""
    for table in tables:
        for path in world.pipeline.facts.files(table):
            path.unlink()


def rows_a_week(world: World) -> Counter[tuple[str, str, int]]:
    return Counter((row["plan_id"], row["generation_id"], row["week"]) for row in world.rows("plan_weeks"))


def in_bulk(world: World) -> None:
    world.launch("regenerate_plans")


def by_assets(world: World) -> None:
    world.run("rider-1|01", "rider-2|04")


@pytest.mark.parametrize("next_run", [in_bulk, by_assets])
@pytest.mark.parametrize(
    "missing", [[FactTable.PLAN_GENERATIONS], list(FactTable)], ids=["written in part", "not written at all"]
)
def test_the_next_run_makes_up_for_facts_that_are_missing_once(
    world: World, missing: list[FactTable], next_run: Callable[[World], None]
) -> None:
    before = published(world)
    forget_facts(world, *missing)

    next_run(world)

    assert published(world) == before
    generations = Counter((row["plan_id"], row["generation_id"]) for row in world.rows("plan_generations"))
    assert before <= generations.keys()
    assert set(generations.values()) == {1}
    assert {(*each, week) for each in before for week in range(1, 5)} <= rows_a_week(world).keys()
    assert set(rows_a_week(world).values()) == {1}


def test_the_facts_of_a_run_that_is_still_going_are_left_to_it(world: World) -> None:
    (plan_id, generation_id), *_ = sorted(published(world))
    (maker,) = world.instance.get_runs(dg.RunsFilter(job_name="regenerate_plans"))
    forget_facts(world, *FactTable)
    world.instance.report_run_canceling(maker)  # not ended yet

    world.launch("regenerate_plans", config={"ops": {"generate_in_bulk": {"config": {"plan_ids": [plan_id]}}}})

    assert generation_id not in {row["generation_id"] for row in world.rows("plan_generations")}


def test_one_function_writes_the_facts_of_generations() -> None:
    callers = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "write_all"
    ]
    assert callers == ["services/recording.py"]


def test_facts_that_are_there_are_left_as_they_are(world: World) -> None:
    world.launch("regenerate_plans", config={"ops": {"generate_in_bulk": {"config": {"unchanged": "verify"}}}})
    parts = world.pipeline.facts.parts(FactTable.PLAN_GENERATIONS)
    runs = {run.run_id[:RUN_DIGITS] for run in world.instance.get_runs()}
    assert {part.split("-")[1] for part in parts} == runs
    assert len(parts) == 2
