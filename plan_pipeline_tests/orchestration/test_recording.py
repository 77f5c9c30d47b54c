"""Facts of a run that was killed before they were written are there once, whoever makes up for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from plan_pipeline.orchestration.generations import RUN_DIGITS
from plan_pipeline.storage.facts.fact_store import FactTable
from plan_pipeline_tests.orchestration.world import World, make_world, request, temporary_instance

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


@pytest.mark.parametrize(
    "missing", [[FactTable.PLAN_GENERATIONS], list(FactTable)], ids=["written in part", "not written at all"]
)
def test_the_next_run_makes_up_for_facts_that_are_missing_once(world: World, missing: list[FactTable]) -> None:
    before = published(world)
    forget_facts(world, *missing)

    world.launch("regenerate_plans")

    assert published(world) == before
    generations = Counter((row["plan_id"], row["generation_id"]) for row in world.rows("plan_generations"))
    assert before <= generations.keys()
    assert set(generations.values()) == {1}
    assert {(*each, week) for each in before for week in range(1, 5)} <= rows_a_week(world).keys()
    assert set(rows_a_week(world).values()) == {1}


def test_facts_that_are_there_are_left_as_they_are(world: World) -> None:
    world.launch("regenerate_plans")
    parts = world.pipeline.facts.parts(FactTable.PLAN_GENERATIONS)
    runs = {run.run_id[:RUN_DIGITS] for run in world.instance.get_runs()}
    assert {part.split("-")[1] for part in parts} == runs
    assert len(parts) == 2
