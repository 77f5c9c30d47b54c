"""A simulated experiment: the same athletes in each arm, measured fairly, published nowhere, and never mixed up."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import dagster as dg
import pytest

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.plan import Infeasible, Overview
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import ADJUSTED, BY_RULES, LEGACY, PlanStatus
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.writer import RulesOverviewWriter
from plan_pipeline.core.registries import ARMS
from plan_pipeline.experiments.design import Design, load_design
from plan_pipeline.orchestration import launch
from plan_pipeline.orchestration.bulk.run_experiment import turns
from plan_pipeline.orchestration.partitions import PLANS_NAME
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline_tests.core.builders import in_arm, real_config
from plan_pipeline_tests.orchestration.launched import start
from plan_pipeline_tests.orchestration.world import World, failure_of, make_world, temporary_instance

ATHLETES = [request.plan_id for request in synthetic_requests(4, 5, real_config())]
DEADLINE_S = 120.0


class Ran(NamedTuple):
    world: World
    result: dg.ExecuteInProcessResult


def _config(**values: object) -> dict[str, object]:
    return {"ops": {"simulate_arms": {"config": values}}}


def _run(world: World, **values: object) -> dg.ExecuteInProcessResult:
    settings = {"name": "small", "athletes": 4, "seed": 5, **values}
    return world.launch("run_experiment", config=_config(**settings))


def _output(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    (event,) = (event for event in result.all_events if event.event_type_value == "STEP_OUTPUT")
    return {name: value.value for name, value in event.step_output_data.metadata.items()}


def _made(world: World) -> list[tuple[str, str]]:
    return sorted((row["plan_id"], row["arm"]) for row in world.rows("plan_generations"))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """Four athletes in two arms, two athletes a chunk. Shared, so leave it as it is."""
    folder = tmp_path_factory.mktemp("ran")
    with temporary_instance(folder) as instance:
        world = make_world(folder, instance)
        yield Ran(world, _run(world, chunk_athletes=2))


def test_each_athlete_is_planned_for_in_each_arm(ran: Ran) -> None:
    assert ran.result.success, failure_of(ran.result)
    assert _made(ran.world) == [(plan_id, arm) for plan_id in ATHLETES for arm in ("adjusted", "legacy")]


def test_the_facts_carry_the_experiment_and_say_that_nobody_gets_the_plan(ran: Ran) -> None:
    assert {(row["experiment"], row["simulated"]) for row in ran.world.rows("plan_generations")} == {("small", True)}
    assert {row["experiment"] for row in ran.world.rows("plan_weeks")} == {"small"}


def test_the_generations_of_the_arms_have_ids_of_their_own(ran: Ran) -> None:
    ids = {(row["generation_id"], row["arm"]) for row in ran.world.rows("plan_generations")}
    assert len(ids) == 2
    assert all(generation_id.endswith(f"-{arm}") for generation_id, arm in ids)


def test_nothing_is_published_and_no_plan_registered(ran: Ran) -> None:
    assert not ran.world.pipeline.data.plans.exists()
    assert ran.world.instance.get_dynamic_partitions(PLANS_NAME) == []


def test_no_simulated_plan_is_a_current_one(ran: Ran) -> None:
    assert not query(ran.world.pipeline.data, "SELECT * FROM current_plans").rows


def test_a_chunk_is_one_file_a_table_named_after_its_run_and_first_athlete(ran: Ran) -> None:
    (generation,) = {row["generation_id"].rpartition("-")[0] for row in ran.world.rows("plan_generations")}
    for table in ("plan_generations", "plan_weeks", "plan_workouts", "rule_results", "stage_timings"):
        names = {path.name for path in (ran.world.pipeline.data.facts / table).iterdir()}
        assert names == {f"part-{generation}-from-000001.parquet", f"part-{generation}-from-000003.parquet"}


def test_the_run_is_tagged_with_the_experiment(ran: Ran) -> None:
    run = ran.world.instance.get_run_by_id(ran.result.run_id)
    assert run is not None
    assert (run.tags["experiment"], run.tags["kind"]) == ("small", "experiment")


def test_the_output_tells_the_counts_and_the_comparison(ran: Ran) -> None:
    told = _output(ran.result)
    assert (told["experiment"], told["athletes"], told["arms"], told["plans"]) == ("small", 4, "legacy, adjusted", 8)
    assert told["plans_published"] + told["plans_rejected"] + told["plans_infeasible"] == 8
    assert "| legacy | adjusted |" in told["comparison"]
    assert "mean time error" in told["comparison"]


def test_the_warehouse_is_refreshed_once_at_the_end(ran: Ran) -> None:
    refreshed = [event for event in ran.result.all_events if event.is_step_materialization]
    assert [event.asset_key for event in refreshed] == [dg.AssetKey("metrics_warehouse")]
    assert len(query(ran.world.pipeline.data, "SELECT * FROM latest_generations")) == 8


def test_a_simulated_week_is_what_a_bulk_run_makes_of_the_same_request(ran: Ran, world: World) -> None:
    world.ask(*(in_arm(request, ADJUSTED) for request in synthetic_requests(4, 5, real_config())))
    assert world.launch("regenerate_plans").success

    def measured(rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
        return {
            tuple(row[name] for name in ("plan_id", "week", "phase", "final_hours", "final_tss", "passed"))
            for row in rows
            if row["arm"] == ADJUSTED
        }

    assert measured(ran.world.rows("plan_weeks")) == measured(world.rows("plan_weeks"))


def test_the_arms_take_turns_athlete_by_athlete(ran: Ran) -> None:
    order = [(record.plan_id, record.arm) for record in ran.world.records[-8:]]
    assert order == [
        (ATHLETES[0], "legacy"),
        (ATHLETES[0], "adjusted"),
        (ATHLETES[1], "adjusted"),
        (ATHLETES[1], "legacy"),
        (ATHLETES[2], "legacy"),
        (ATHLETES[2], "adjusted"),
        (ATHLETES[3], "adjusted"),
        (ATHLETES[3], "legacy"),
    ]


def test_each_arm_has_each_turn_equally_often() -> None:
    orders = [turns(ARMS.names(), athlete) for athlete in range(6)]
    assert all(sorted(order) == sorted(ARMS.names()) for order in orders)
    for turn in range(3):
        assert sorted(order[turn] for order in orders) == sorted([*ARMS.names(), *ARMS.names()])


def test_the_design_is_kept_beside_the_definitions(ran: Ran) -> None:
    kept = load_design(ran.world.pipeline.data, "small")
    assert kept == Design(name="small", athletes=4, arms=(LEGACY, ADJUSTED), seed=5)


class _FailsForSomeone(RulesOverviewWriter):
    """Overviews by rules, and a fault of the program for one athlete."""

    def write(self, request: PlanRequest, library: Library, config: PlanningConfig) -> Overview | Infeasible:
        if request.plan_id == ATHLETES[1]:
            raise ZeroDivisionError("nothing to divide by")
        return super().write(request, library, config)


def test_a_plan_that_fails_is_an_error_among_the_others(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    world = make_world(tmp_path, instance, writers={BY_RULES: _FailsForSomeone})

    result = _run(world)

    assert result.success, failure_of(result)
    failed = [row for row in world.rows("plan_generations") if row["status"] == PlanStatus.ERROR]
    assert sorted((row["plan_id"], row["arm"]) for row in failed) == [
        (ATHLETES[1], "adjusted"),
        (ATHLETES[1], "legacy"),
    ]
    assert "ZeroDivisionError: nothing to divide by" in failed[0]["reasons"]
    assert len(_made(world)) == 8
    told = _output(result)
    assert told["plans_error"] == 2
    assert told["outcomes"].splitlines()[0] == "| arm | published | rejected | infeasible | error |"


def test_run_again_the_latest_plan_of_each_athlete_and_arm_counts(world: World) -> None:
    assert _run(world).success
    again = _run(world, arms=["adjusted", "legacy"])

    assert again.success, failure_of(again)
    assert len(world.rows("plan_generations")) == 16
    latest = query(world.pipeline.data, "SELECT DISTINCT generation_id FROM latest_generations ORDER BY 1")
    newest = max(row["generation_id"].rpartition("-")[0] for row in world.rows("plan_generations"))
    assert latest["generation_id"] == [f"{newest}-adjusted", f"{newest}-legacy"]


@pytest.mark.parametrize("change", [{"athletes": 3}, {"seed": 6}, {"arms": ["legacy", "optimal"]}])
def test_a_name_stands_for_one_population(ran: Ran, change: dict[str, object]) -> None:
    result = _run(ran.world, **change)

    assert not result.success
    assert "name: 'small' was 4 athletes of seed 5 in the arms legacy, adjusted" in failure_of(result)
    assert "choose another name" in failure_of(result)
    assert len(ran.world.rows("plan_generations")) == 8


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        (
            {"arms": ["legacy", "best"]},
            "arms: 'best' is neither an arm nor an overview writer; use one of legacy, adj",
        ),
        ({"arms": ["legacy", "legacy"]}, "arms: 'legacy' is named twice"),
        ({"arms": ["legacy"]}, "arms: 'legacy' alone cannot be compared"),
        ({"athletes": 0}, "athletes: 0 is not between 1 and 100000"),
        ({"name": "A/B"}, "name: 'A/B' is not a usable id"),
        ({"seed": -1}, "seed: -1 is not between"),
    ],
)
def test_a_setting_that_cannot_be_used_ends_the_run_with_the_remedy(
    world: World, setting: dict[str, object], complaint: str
) -> None:
    result = _run(world, **setting)

    assert not result.success
    assert complaint in failure_of(result)
    assert not world.pipeline.data.facts.exists()


@pytest.mark.slow
def test_with_the_settings_of_the_launchpad_it_compares_legacy_with_adjusted_over_50_athletes(world: World) -> None:
    result = world.launch("run_experiment")

    assert result.success, failure_of(result)
    told = _output(result)
    assert (told["experiment"], told["plans"]) == ("legacy-adjusted-50-seed-7", 100)


# --- cut short ----------------------------------------------------------------------------------------------


def _lines(program: subprocess.Popen[str], count: int) -> int:
    """Wait until as many plans were made; returns how many were."""
    assert program.stdout is not None
    return sum(bool(program.stdout.readline()) for _ in range(count))


@pytest.mark.slow
def test_a_killed_run_loses_no_more_than_the_chunk_it_was_at_and_can_be_run_again(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data")
    program = start(data, "experiment", 5_000, 5)
    try:
        assert _lines(program, 52) == 52
        program.kill()
        left, _ = program.communicate(timeout=DEADLINE_S)
    finally:
        program.kill()
    made = 52 + len(left.splitlines())
    kept = list((data.facts / "plan_generations").glob("part-*.parquet"))

    assert made // 10 - 1 <= len(kept) <= made // 10 + 1

    program = start(data, "experiment", 5_000, 5)
    try:
        assert _lines(program, 20) == 20
        program.send_signal(signal.SIGINT)
        _, errors = program.communicate(timeout=DEADLINE_S)
    finally:
        program.kill()
    assert program.returncode == 130, errors
    with launch.dagster_instance(data) as instance:
        runs = instance.get_runs(dg.RunsFilter(tags={"experiment": "cut-short"}))
        assert [run.status for run in runs] == [dg.DagsterRunStatus.FAILURE] * 2
    assert len(list((data.facts / "plan_generations").glob("part-*.parquet"))) > len(kept)
