"""Live experiments: each plan gets the arm it is assigned for as long as the experiment runs; no run is stopped."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.experiment import Experiment, assigned_arm, traffic_hundredth
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.plan import Infeasible, Overview
from plan_pipeline.core.model.request import PlanOptions, PlanRequest
from plan_pipeline.core.model.vocabulary import ADJUSTED, BY_RULES, LEGACY
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.writer import RulesOverviewWriter
from plan_pipeline.core.stages import Stage
from plan_pipeline.experiments.definitions import read_definitions
from plan_pipeline.experiments.reporting import report_on
from plan_pipeline.services.sources import LiveExperiments
from plan_pipeline_tests.orchestration.world import World, check_of, failure_of, make_world, request, temporary_instance

TODAY = dt.datetime.now(dt.UTC).date()
LAST_WEEK, NEXT_WEEK = TODAY - dt.timedelta(days=7), TODAY + dt.timedelta(days=7)
PLANS = [f"rider-{number}" for number in range(200)]
MOST = 60
"""The hundredths of the population that are in the experiment of most of these tests."""


UNASSIGNED = PlanOptions().duration
"""The arm of a request that names none."""


def define(folder: Path, name: str, **fields: Any) -> Experiment:
    """Write a definition that is running, unless its fields say otherwise."""
    values = {"name": name, "arms": {"legacy": 50, "adjusted": 50}, "start": LAST_WEEK, "end": NEXT_WEEK, **fields}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(values, sort_keys=False))
    return next(each for each in read_definitions(folder).experiments if each.name == name)


def generated(world: World, *plan_ids: str) -> dict[str, tuple[str, str | None]]:
    """Run the plans in bulk; arm and experiment of each, as recorded."""
    before = len(world.records)
    config = {"ops": {"generate_in_bulk": {"config": {"plan_ids": list(plan_ids), "refresh_warehouse": True}}}}
    result = world.launch("regenerate_plans", config=config)
    assert result.success, failure_of(result)
    return {record.plan_id: (record.arm, record.experiment) for record in world.records[before:]}


def warnings_of(world: World, result: dg.ExecuteInProcessResult) -> list[str]:
    entries = [record.event_log_entry for record in world.instance.get_records_for_run(result.run_id).records]
    return [entry.user_message for entry in entries if entry.level == 30]


def only_legacy(folder: Path, name: str = "all-legacy", **fields: Any) -> Experiment:
    """An experiment that gives practically every plan the arm legacy, which no request here asks for."""
    return define(folder, name, arms={"legacy": 1_000_000, "adjusted": 0.001}, **fields)


# --- a population -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """200 plans, most of which are in the experiment ``half``, generated once. Shared."""
    folder = tmp_path_factory.mktemp("population")
    with temporary_instance(folder) as instance:
        world = make_world(folder, instance)
        define(world.pipeline.data.experiments, "half", traffic=[0, MOST])
        world.ask(*(request(plan_id, weeks=4) for plan_id in PLANS))
        generated(world)
        yield world


def test_each_plan_of_a_batch_is_made_in_the_arm_it_is_assigned(population: World) -> None:
    half = next(each for each in population.pipeline.live_experiments.now().experiments if each.name == "half")
    for record in population.records[: len(PLANS)]:
        arm = assigned_arm(half, record.plan_id)
        assert (record.arm, record.experiment) == ((arm, "half") if arm else (UNASSIGNED, None))


def test_the_split_is_about_as_designed(population: World) -> None:
    arms = Counter(record.arm for record in population.records[: len(PLANS)] if record.experiment == "half")
    assert arms.total() == sum(traffic_hundredth(plan_id) < MOST for plan_id in PLANS)
    assert min(arms[LEGACY], arms[ADJUSTED]) > 0.35 * arms.total()


def test_the_facts_and_the_published_plan_carry_the_arm(population: World) -> None:
    recorded = {record.plan_id: (record.arm, record.experiment) for record in population.records[: len(PLANS)]}
    rows = population.rows("plan_generations")
    assert {row["plan_id"]: (row["arm"], row["experiment"]) for row in rows} == recorded
    assert not any(row["simulated"] for row in rows)
    published = [record for record in population.records[: len(PLANS)] if record.status == "published"]
    for record in published:
        plan = population.pipeline.plans.load_plan(record.plan_id)
        assert plan is not None
        assert plan.generation.arm == record.arm


def test_the_report_compares_plans_that_are_in_one_arm_each(population: World) -> None:
    report = report_on(population.pipeline.data, "half").report
    counted = Counter(record.arm for record in population.records[: len(PLANS)] if record.experiment == "half")
    assert not report.paired
    assert {arm.arm: arm.plans for arm in report.arms} == counted
    assert report.arms[0].arm == LEGACY
    assert report.srm_p_value is not None and report.srm_p_value > 0.001
    assert {each.paired for each in report.comparisons} == {False}


def test_another_experiment_on_other_traffic_moves_no_plan_of_the_first_nor_does_its_end(population: World) -> None:
    folder = population.pipeline.data.experiments
    some = PLANS[:40]
    before = {record.plan_id: (record.arm, record.experiment) for record in population.records[: len(PLANS)]}
    only_legacy(folder, "rest", traffic=[MOST, 100])
    both = generated(population, *some)
    only_legacy(folder, "rest", traffic=[MOST, 100], end=TODAY)
    after = generated(population, *some)

    in_the_first = [plan_id for plan_id in some if before[plan_id][1] == "half"]
    assert {plan_id: both[plan_id] for plan_id in in_the_first} == {p: before[p] for p in in_the_first}
    assert {both[plan_id] for plan_id in some if plan_id not in in_the_first} == {("legacy", "rest")}
    assert after == {plan_id: before[plan_id] for plan_id in some}


# --- one plan -----------------------------------------------------------------------------------------------


def test_an_asset_run_makes_the_plan_in_its_assigned_arm(world: World) -> None:
    only_legacy(world.pipeline.data.experiments)

    result = world.run_plan(request(weeks=4))

    assert check_of(result, "live_experiments_are_sound").passed
    assert check_of(result, "live_experiments_are_sound").metadata["running"].value == "all-legacy"
    assert {(row["arm"], row["experiment"]) for row in world.rows("plan_weeks")} == {("legacy", "all-legacy")}
    assert len(world.rows("plan_weeks")) == 4


@pytest.mark.parametrize("period", [{"end": TODAY}, {"start": NEXT_WEEK, "end": None}])
def test_outside_its_period_plans_are_made_as_their_requests_say(world: World, period: dict[str, Any]) -> None:
    only_legacy(world.pipeline.data.experiments, **period)
    world.ask(request(weeks=4))
    assert generated(world) == {"rider": (UNASSIGNED, None)}


def test_a_changed_definition_holds_from_the_next_run_on(world: World) -> None:
    world.ask(request(weeks=4))
    only_legacy(world.pipeline.data.experiments)
    during = generated(world)
    only_legacy(world.pipeline.data.experiments, end=TODAY)

    assert during == {"rider": ("legacy", "all-legacy")}
    assert generated(world) == {"rider": (UNASSIGNED, None)}


class _EndsTheExperiment(RulesOverviewWriter):
    """Overviews by rules, and someone who removes the definition while the run is under way."""

    def __init__(self, definition: Path) -> None:
        self.definition = definition

    def write(self, request: PlanRequest, library: Library, config: PlanningConfig) -> Overview | Infeasible:
        self.definition.unlink(missing_ok=True)
        return super().write(request, library, config)


def test_all_stages_of_a_run_see_the_experiments_that_were_there_when_it_began(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    folder = tmp_path / "data" / "experiments"
    definition = folder / "all-legacy.yaml"
    world = make_world(tmp_path, instance, writers={BY_RULES: lambda: _EndsTheExperiment(definition)})
    only_legacy(folder)

    result = world.run_plan(request(weeks=6))

    assert result.success, failure_of(result)
    assert not definition.exists()
    assert {(row["arm"], row["experiment"]) for row in world.rows("plan_weeks")} == {("legacy", "all-legacy")}


def test_a_request_that_names_an_experiment_keeps_its_arm(world: World) -> None:
    only_legacy(world.pipeline.data.experiments)
    world.ask(request(weeks=4, experiment="own", duration="optimal"))
    assert generated(world) == {"rider": ("optimal", "own")}


def test_with_adjustment_switched_off_every_plan_is_legacy_and_in_no_experiment(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    world = make_world(tmp_path, instance, enable_duration_adjustment=False)
    define(world.pipeline.data.experiments, "half")
    world.ask(*(request(f"rider-{number}", weeks=4) for number in range(8)))
    assert set(generated(world).values()) == {("legacy", None)}


# --- a week alone -------------------------------------------------------------------------------------------


def test_a_week_can_be_made_again_alone_when_only_the_experiments_name_is_gone(world: World) -> None:
    define(world.pipeline.data.experiments, "as-asked", arms={"legacy": 0.001, UNASSIGNED: 1_000_000})
    assert world.run_plan(request(weeks=4)).success
    (world.pipeline.data.experiments / "as-asked.yaml").unlink()

    result = world.run_cell("rider", 2)

    assert result.success, failure_of(result)


def test_a_week_in_another_arm_is_not_mixed_into_the_plan(world: World) -> None:
    only_legacy(world.pipeline.data.experiments)
    assert world.run_plan(request(weeks=4)).success
    (world.pipeline.data.experiments / "all-legacy.yaml").unlink()

    result = world.run_cell("rider", 2)

    assert result.success, failure_of(result)
    record = world.pipeline.plans.load_generation_record("rider")
    assert record is not None
    assert (record.arm, record.experiment) == ("optimal", None)
    alone = world.content_hash("rider")
    world.run_plan(request(weeks=4))
    assert world.content_hash("rider") == alone


def test_a_generation_measured_after_the_experiment_is_measured_as_it_was_made(world: World) -> None:
    only_legacy(world.pipeline.data.experiments)
    made_of = [stage for stage in Stage if stage is not Stage.WEEK_METRICS]
    assert world.run_plan(request(weeks=4), stages=made_of).success
    (world.pipeline.data.experiments / "all-legacy.yaml").unlink()

    assert world.run("rider|01", "rider|04", stages=[Stage.WEEK_METRICS]).success

    assert {(row["arm"], row["experiment"]) for row in world.rows("plan_weeks")} == {("legacy", "all-legacy")}


# --- definitions that cannot be used ------------------------------------------------------------------------


def test_a_broken_definition_is_warned_of_and_stops_no_plan_and_no_other_experiment(world: World) -> None:
    folder = world.pipeline.data.experiments
    only_legacy(folder, traffic=[0, 50])
    (folder / "broken.yaml").write_text("name: broken\narms: {legacy: 50, best: 50}\ntraffic: [50, 100]\n")
    inside = next(plan_id for plan_id in PLANS if traffic_hundredth(plan_id) < 50)
    outside = next(plan_id for plan_id in PLANS if traffic_hundredth(plan_id) >= 50)
    world.ask(request(inside, weeks=4), request(outside, weeks=4))

    result = world.launch("regenerate_plans")

    assert result.success
    assert {record.plan_id: record.arm for record in world.records} == {
        inside: "legacy",
        outside: UNASSIGNED,
    }
    (warning,) = (text for text in warnings_of(world, result) if "experiment" in text)
    assert "broken.yaml: arms" in warning
    assert "made as their requests say" in warning


def test_in_an_asset_run_a_broken_definition_turns_a_check_yellow_with_the_reason(world: World) -> None:
    folder = world.pipeline.data.experiments
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text("name: [")

    result = world.run_plan(request(weeks=4))

    assert result.success
    check = check_of(result, "live_experiments_are_sound")
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "broken.yaml" in check.metadata["problems"].value
    assert len([text for text in warnings_of(world, result) if "broken.yaml" in text]) == 1


# --- reading ------------------------------------------------------------------------------------------------


def _stamp(run: int) -> Stamp:
    at = dt.datetime(2027, 1, 4, tzinfo=dt.UTC)
    return Stamp(generation_id=f"run-{run}", generated_at=at, code_version="0")


def test_definitions_are_read_again_only_when_a_file_has_changed(tmp_path: Path) -> None:
    define(tmp_path, "half")
    traffic = LiveExperiments(tmp_path)
    first = traffic.now()
    assert traffic.now() is first
    define(tmp_path, "half", salt="another")
    assert traffic.now() is not first
    assert traffic.now().experiments[0].salt == "another"


def test_a_run_keeps_what_it_saw_and_the_next_one_sees_what_is_there(tmp_path: Path) -> None:
    traffic = LiveExperiments(tmp_path)
    assert traffic.for_run(_stamp(1)).experiments == ()
    half = define(tmp_path, "half")
    assert traffic.for_run(_stamp(1)).experiments == ()
    assert traffic.for_run(_stamp(2)).experiments == (half,)


def test_a_process_remembers_a_few_runs_only(tmp_path: Path) -> None:
    traffic = LiveExperiments(tmp_path)
    for run in range(100):
        traffic.for_run(_stamp(run))
    define(tmp_path, "half")
    assert traffic.for_run(_stamp(99)).experiments == ()
    assert len(traffic.for_run(_stamp(0)).experiments) == 1


def test_a_link_to_nowhere_among_the_definitions_is_a_problem_of_its_own(tmp_path: Path) -> None:
    half = define(tmp_path, "half")
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    found = LiveExperiments(tmp_path).now()
    assert found.experiments == (half,)
    assert "gone.yaml" in found.problems[0]
