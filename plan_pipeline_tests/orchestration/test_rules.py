"""Plan rules in runs: an error rejects the plan unless it is waived, a warning is shown, and all results are kept."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg
import pytest

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.plan import Overview
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import BY_ANTHROPIC, PlanStatus, Sport
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.writer import RulesOverviewWriter
from plan_pipeline.core.rules.rule_sports import rules_of_sport
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline_tests.core.rules.overviews import with_days_swapped
from plan_pipeline_tests.orchestration.world import (
    World,
    check_of,
    failure_of,
    make_world,
    metadata_of,
    request,
    temporary_instance,
)

BREACH = "hard-day-spacing: Week 2: "


class HardDaysInARow:
    """Writes what the rules write, with the week's second hard day moved next to the first."""

    def write(self, request: PlanRequest, library: Library, config: PlanningConfig) -> Overview:
        written = RulesOverviewWriter().write(request, library, config)
        assert isinstance(written, Overview)
        return with_days_swapped(written, "Wednesday", "Thursday")


def careless(plan_id: str = "rider", *waivers: str) -> PlanRequest:
    return request(plan_id, weeks=4, overview="anthropic", waivers=waivers)


@pytest.fixture(scope="module")
def careless_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which the writer of overviews puts hard days next to one another."""
    folder = tmp_path_factory.mktemp("careless")
    with temporary_instance(folder) as instance:
        yield make_world(folder, instance, writers={BY_ANTHROPIC: HardDaysInARow})


@pytest.fixture(scope="module")
def rejected(careless_world: World) -> dg.ExecuteInProcessResult:
    return careless_world.run_plan(careless("strict"))


@pytest.fixture(scope="module")
def waived(careless_world: World) -> dg.ExecuteInProcessResult:
    return careless_world.run_plan(careless("lenient", "hard-day-spacing"))


def test_a_broken_rule_fails_the_run_of_a_single_plan_with_its_id_and_the_week(
    rejected: dg.ExecuteInProcessResult, careless_world: World
) -> None:
    assert not rejected.success
    assert BREACH in failure_of(rejected)
    assert careless_world.pipeline.plans.load_plan("strict") is None


def test_the_rules_that_are_broken_are_a_table_with_their_counts(rejected: dg.ExecuteInProcessResult) -> None:
    metadata = metadata_of(rejected, "final_plan")
    assert metadata["rule_errors"] == 2
    assert "| strict | hard-day-spacing v2 | error | consensus |" in metadata["rule_table"]


def test_the_check_on_rules_warns_with_the_same_table(rejected: dg.ExecuteInProcessResult) -> None:
    check = check_of(rejected, "plan_rules_are_kept")
    assert (check.passed, check.severity.value) == (False, "WARN")
    assert "hard-day-spacing" in check.metadata["rule_table"].value


def test_a_waived_rule_neither_rejects_the_plan_nor_turns_the_check(
    waived: dg.ExecuteInProcessResult, careless_world: World
) -> None:
    assert waived.success, failure_of(waived)
    plan = careless_world.pipeline.plans.load_plan("lenient")
    assert plan is not None
    assert [r.rule_id for r in plan.rule_results if not r.passed and r.waived] == ["hard-day-spacing"]
    assert metadata_of(waived, "final_plan")["rules_waived"] == 1
    assert "| error, waived |" in metadata_of(waived, "final_plan")["rule_table"]


def test_results_are_rows_of_the_warehouse_for_rejected_plans_as_for_published_ones(
    rejected: dg.ExecuteInProcessResult, waived: dg.ExecuteInProcessResult, careless_world: World
) -> None:
    found = query(
        careless_world.pipeline.data,
        "SELECT plan_id, passed, waived FROM rule_results WHERE rule_id = 'hard-day-spacing' ORDER BY plan_id",
    )
    assert found.rows == [("lenient", False, True), ("strict", False, False)]
    assert len(careless_world.rows("rule_results")) == 2 * len(rules_of_sport(Sport.CYCLING))


def test_a_bulk_run_records_the_same_results(
    rejected: dg.ExecuteInProcessResult, waived: dg.ExecuteInProcessResult, world: World
) -> None:
    bulk = make_world(world.pipeline.data.root.parent, world.instance, writers={BY_ANTHROPIC: HardDaysInARow})
    bulk.ask(careless("strict"), careless("lenient", "hard-day-spacing"))

    result = bulk.launch("regenerate_plans")

    assert {r.plan_id: r.status for r in bulk.records} == {
        "strict": PlanStatus.REJECTED,
        "lenient": PlanStatus.PUBLISHED,
    }
    (output,) = (event for event in result.all_events if event.event_type_value == "STEP_OUTPUT")
    assert "| hard-day-spacing | error | 1 |" in output.step_output_data.metadata["rules_broken"].value
    assert len(bulk.rows("rule_results")) == 2 * len(rules_of_sport(Sport.CYCLING))


def test_a_bulk_run_marks_the_cells_of_final_plan_with_what_rules_say(world: World) -> None:
    bulk = make_world(world.pipeline.data.root.parent, world.instance, writers={BY_ANTHROPIC: HardDaysInARow})
    bulk.ask(careless("strict"))
    bulk.launch("regenerate_plans")

    (event,) = bulk.instance.fetch_materializations(
        dg.AssetRecordsFilter(asset_key=dg.AssetKey("final_plan"), asset_partitions=["strict|01"]), limit=1
    ).records
    assert event.asset_materialization is not None
    assert event.asset_materialization.metadata["rule_errors"].value == 2


def test_a_plan_that_keeps_every_rule_has_a_green_check(world: World) -> None:
    result = world.run_plan(request(weeks=4))

    assert check_of(result, "plan_rules_are_kept").passed
