"""The asset ``standard_plan``: its partitions, one of them, and a range."""

from __future__ import annotations

import dagster as dg

from plan_pipeline.core.standard_plans.plans import BY_ID, STANDARD_PLANS
from plan_pipeline.orchestration.assets.standard_plan import standard_plan, standard_plans
from plan_pipeline.storage.standard_plans import StandardPlanStore
from plan_pipeline_tests.orchestration.world import World

FIRST, SECOND, THIRD = (plan.plan_id for plan in STANDARD_PLANS[-3:])


def materialized(world: World) -> set[str]:
    return world.instance.get_materialized_partitions(standard_plan.key)


def test_its_partitions_are_the_standard_plans() -> None:
    assert standard_plans.get_partition_keys() == list(BY_ID) == [plan.plan_id for plan in STANDARD_PLANS]


def test_one_partition_is_stored_with_its_page_and_shown(world: World) -> None:
    result = world.launch("generate_standard_plans", tags={"dagster/partition": FIRST})

    assert result.success
    assert materialized(world) == {FIRST}
    stored = StandardPlanStore(world.pipeline.data).load(FIRST)
    assert stored is not None
    event = world.instance.get_latest_materialization_event(standard_plan.key)
    assert event is not None and event.asset_materialization is not None
    metadata = event.asset_materialization.metadata
    assert metadata["page"].value == f"```text\n{stored.page}```"
    assert metadata["plan"].value == BY_ID[FIRST].title


def test_a_range_in_one_run_makes_each_and_marks_no_other(world: World) -> None:
    tags = {"dagster/asset_partition_range_start": FIRST, "dagster/asset_partition_range_end": THIRD}

    result = world.launch("generate_standard_plans", tags=tags)

    assert result.success
    assert materialized(world) == {FIRST, SECOND, THIRD}


def test_the_same_library_and_configuration_give_the_same_plan(world: World) -> None:
    contents = []
    for _ in range(2):
        world.launch("generate_standard_plans", tags={"dagster/partition": FIRST})
        stored = StandardPlanStore(world.pipeline.data).load(FIRST)
        assert stored is not None
        contents.append((stored.plan.generation.content_hash, stored.page))
    assert contents[0] == contents[1]


def test_a_range_takes_a_single_run() -> None:
    assert standard_plan.backfill_policy == dg.BackfillPolicy.single_run()
