"""Rides and runs in one data folder: each row says its sport, and what holds for one sport alone holds for both."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.pipeline import PlanFacts, generate_plan, origin_of, plan_facts
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.core.builders import STAMP, real_config, real_library, rider
from plan_pipeline_tests.core.running import a_runner_request, in_kilometres, running_config, running_library

RIDE = rider(7, "tue, thu, sat, sun", weeks=8, plan_id="rides")
HOURS = a_runner_request(plan_id="runs-of-hours")
KILOMETRES = in_kilometres(52, plan_id="runs-of-km")


def facts_of(request: PlanRequest) -> PlanFacts:
    is_run = request.sport is Sport.RUNNING
    library, config = (running_library(), running_config()) if is_run else (real_library(), real_config())
    made = generate_plan(request, library, config, stamp=STAMP)
    facts = plan_facts(made, config, origin_of(request, library.version, config.version, STAMP))
    generation = facts.generation.model_copy(update={"published_generation": STAMP.generation_id})
    return facts.model_copy(update={"generation": generation})


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A plan of rides and two of runs, one of which counts kilometres. Shared, so leave it as it is."""
    data = DataFolder(tmp_path_factory.mktemp("both"))
    FactStore(data).write_all("run-1", [facts_of(RIDE), facts_of(HOURS), facts_of(KILOMETRES)])
    refresh_warehouse(data, real_library(), running_library())
    return data


def one(data: DataFolder, sql: str) -> Any:
    (row,) = query(data, sql).records()
    return next(iter(row.values()))


@pytest.mark.parametrize(
    "table", ["plan_generations", "plan_weeks", "plan_workouts", "rule_results", "stage_timings", "library_workouts"]
)
def test_every_row_says_its_sport(both: DataFolder, table: str) -> None:
    assert query(both, f"SELECT DISTINCT sport FROM {table} ORDER BY 1")["sport"] == ["cycling", "running"]


def test_plans_of_both_sports_are_current(both: DataFolder) -> None:
    found = query(both, "SELECT plan_id, sport FROM current_plans ORDER BY plan_id").records()
    assert found == [
        {"plan_id": "rides", "sport": "cycling"},
        {"plan_id": "runs-of-hours", "sport": "running"},
        {"plan_id": "runs-of-km", "sport": "running"},
    ]


def test_weeks_and_workouts_of_rides_have_no_kilometres(both: DataFolder) -> None:
    weeks = "SELECT count(actual_km) + count(target_km) FROM plan_weeks WHERE sport = 'cycling'"
    assert one(both, weeks) == 0
    assert one(both, "SELECT count(distance_km) FROM plan_workouts WHERE sport = 'cycling'") == 0


def test_only_a_plan_that_counts_kilometres_is_asked_for_some_and_all_runs_have_them(both: DataFolder) -> None:
    asked = query(both, "SELECT DISTINCT plan_id FROM plan_weeks WHERE target_km IS NOT NULL")["plan_id"]
    assert asked == ["runs-of-km"]
    assert one(both, "SELECT bool_and(actual_km > 0) FROM plan_weeks WHERE sport = 'running' AND training_days > 0")


def test_kilometres_of_a_week_are_those_of_its_runs(both: DataFolder) -> None:
    sql = """
        SELECT max(abs(w.actual_km - d.km))
        FROM plan_weeks AS w
        JOIN (SELECT plan_id, week, sum(distance_km) AS km FROM plan_workouts WHERE NOT optional GROUP BY ALL) AS d
            USING (plan_id, week)
        WHERE w.sport = 'running'
    """
    assert one(both, sql) < 0.01


def test_kilometres_come_to_what_was_asked(both: DataFolder) -> None:
    assert one(both, "SELECT max(abs(actual_km - target_km)) FROM plan_weeks WHERE target_km IS NOT NULL") <= 1.0


def test_minutes_of_the_three_zones_are_parted_by_the_levels_of_the_sport(both: DataFolder) -> None:
    sql = """
        SELECT sport, sum(zone_1_min + zone_2_min + zone_3_min) / (60 * sum(final_hours)) AS share,
            sum(zone_2_min) > 0 AND sum(zone_3_min) > 0 AS mixed
        FROM plan_weeks GROUP BY sport ORDER BY sport
    """
    for row in query(both, sql).records():
        assert 0.95 < row["share"] < 1.01
        assert row["mixed"]


def test_pass_rates_are_over_all_plans_of_an_arm(both: DataFolder) -> None:
    (row,) = query(both, "FROM pass_rates").records()
    assert (row["plans"], row["plans_published"]) == (3, 3)
    assert row["weeks"] == one(both, "SELECT count(*) FROM plan_weeks")


def test_pass_rates_by_sport_are_of_each_alone(both: DataFolder) -> None:
    rides, runs = query(both, "FROM pass_rates_by_sport ORDER BY sport").records()
    assert (rides["sport"], rides["plans"], rides["feasible_weeks"]) == ("cycling", 1, 8)
    assert (runs["sport"], runs["plans"], runs["feasible_weeks"]) == ("running", 2, 20)
    assert rides["mean_actual_km"] is None
    assert 25 < runs["mean_actual_km"] < 60
    assert runs["mean_abs_km_error_pct"] < 3
    assert round(runs["zone_1_pct"] + runs["zone_2_pct"] + runs["zone_3_pct"]) == 100


def test_pass_rates_by_goal_tell_sports_apart(both: DataFolder) -> None:
    found = query(both, "SELECT sport, goal, plans FROM pass_rates_by_goal ORDER BY sport, goal").records()
    assert [(row["sport"], row["plans"]) for row in found] == [("cycling", 1), ("running", 2)]
