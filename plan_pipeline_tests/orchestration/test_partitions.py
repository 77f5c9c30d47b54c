from __future__ import annotations

import dagster as dg
import pytest

from plan_pipeline.orchestration.partitions import PLANS_NAME, cell_key, cells_of_run, range_tags, register_plans
from plan_pipeline.orchestration.run_tags import RANGE_END_TAG, RANGE_START_TAG, SINGLE_TAG


def test_a_plan_is_registered_once(instance: dg.DagsterInstance) -> None:
    assert register_plans(instance, ["a", "b", "a"]) == ("a", "b")
    assert register_plans(instance, ["b", "c"]) == ("c",)
    assert instance.get_dynamic_partitions(PLANS_NAME) == ["a", "b", "c"]


@pytest.mark.parametrize("key", ["a|b", "a,b", "../x", "", "A", "a" * 64, "-a"])
def test_a_key_that_dagster_would_mangle_is_not_registered_nor_any_beside_it(
    instance: dg.DagsterInstance, key: str
) -> None:
    with pytest.raises(ValueError, match="not a usable id"):
        register_plans(instance, ["fine", key])
    assert instance.get_dynamic_partitions(PLANS_NAME) == []


def test_a_cell_is_named_plan_then_week_with_two_digits() -> None:
    assert str(cell_key("rider", 8)) == "rider|08"


def test_a_single_partition_is_one_cell(instance: dg.DagsterInstance) -> None:
    assert cells_of_run({SINGLE_TAG: "rider|08"}, instance) == {"rider": (8,)}


def test_a_range_within_a_plan_is_its_weeks(instance: dg.DagsterInstance) -> None:
    register_plans(instance, ["a", "rider"])
    assert cells_of_run(range_tags("rider", 2, 5), instance) == {"rider": (2, 3, 4, 5)}


def test_a_range_over_plans_is_grouped_by_plan_in_order_of_registration(instance: dg.DagsterInstance) -> None:
    register_plans(instance, ["z", "a", "m"])
    tags = {RANGE_START_TAG: "z|03", RANGE_END_TAG: "a|04"}
    assert list(cells_of_run(tags, instance).items()) == [("z", (3, 4)), ("a", (3, 4))]


@pytest.mark.parametrize(("start", "end"), [("z|04", "z|03"), ("a|01", "z|24")])
def test_a_range_that_starts_after_its_end_is_a_failure(instance: dg.DagsterInstance, start: str, end: str) -> None:
    register_plans(instance, ["z", "a"])
    with pytest.raises(dg.Failure, match="its start comes after its end"):
        cells_of_run({RANGE_START_TAG: start, RANGE_END_TAG: end}, instance)


def test_a_run_without_partitions_is_a_failure_that_says_how_to_launch_it(instance: dg.DagsterInstance) -> None:
    with pytest.raises(dg.Failure, match="names no plan and week: launch it for a partition"):
        cells_of_run({}, instance)
