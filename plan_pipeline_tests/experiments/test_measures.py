"""What an experiment measured: its own plans alone, each by its latest generation, in numbers worked out by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from plan_pipeline.core.measures.week_metrics import StageTiming
from plan_pipeline.core.model.vocabulary import LEGACY, OPTIMAL, WorkoutType
from plan_pipeline.core.pipeline import PlanFacts
from plan_pipeline.experiments.measures import Measures, UnknownExperimentError, read_measures
from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable, library_rows
from plan_pipeline.storage.warehouse.queries import WarehouseMissingError, query
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.storage import samples

EVENING = samples.NOON + dt.timedelta(hours=8)


def measured(data: DataFolder, *facts: PlanFacts, experiment: str = "try") -> Measures:
    FactStore(data).write_all("run-1", facts)
    refresh_warehouse(data, samples.library())
    return read_measures(data, experiment)


def facts(plan_id: str = "rider-1", **changes: Any) -> PlanFacts:
    return samples.facts(plan_id, **{"weeks": 4, "experiment": "try", **changes})


def timed(made: PlanFacts, **stages_ms: float) -> PlanFacts:
    origin = {
        name: getattr(made.generation, name)
        for name in StageTiming.model_fields
        if name in made.generation.model_fields_set
    }
    origin.pop("weeks")
    weeks = made.generation.weeks
    timings = tuple(StageTiming(**origin, stage=stage, weeks=weeks, duration_ms=ms) for stage, ms in stages_ms.items())
    return made.model_copy(update={"timings": timings})


def with_rides(made: PlanFacts, rides: Mapping[int, Iterable[str]]) -> PlanFacts:
    """The facts with other rides, by week: ids of the library, or ``recovery``."""
    pattern = made.workouts[0]
    workouts = tuple(
        pattern.model_copy(
            update={
                "week": week,
                "library_workout_id": "a" if ride == "recovery" else ride,
                "type": WorkoutType.RECOVERY if ride == "recovery" else WorkoutType.ENDURANCE,
            }
        )
        for week, names in rides.items()
        for ride in names
    )
    return made.model_copy(update={"workouts": workouts})


def keep_library(data: DataFolder, fingerprints: Mapping[str, str]) -> None:
    """Workouts by id, with the structure each of them has."""
    row = next(library_rows(samples.library()))
    rows = [row.model_copy(update={"id": name, "fingerprint": print_}) for name, print_ in fingerprints.items()]
    FactStore(data).write(FactTable.LIBRARY_WORKOUTS, samples.LIBRARY_VERSION, rows)


def only(frame: pd.DataFrame) -> pd.Series[Any]:
    assert len(frame) == 1
    return frame.iloc[0]


class TestWeeks:
    def test_a_week_is_measured_in_each_arm(self, data: DataFolder) -> None:
        found = measured(data, facts(arm=LEGACY, failed=[2]), facts(arm=OPTIMAL, generation_id="gen-2"))

        passed = found.weeks.pivot(index="week", columns="arm", values="passed")
        assert passed.to_dict("list") == {"legacy": [1, 0, 1, 1], "optimal": [1, 1, 1, 1]}

    def test_time_errors_are_there_with_and_without_their_sign(self, data: DataFolder) -> None:
        found = measured(data, facts(failed=[2]))

        assert found.weeks.time_error_pct.tolist() == [0, -12.5, 0, 0]
        assert found.weeks.abs_time_error_pct.tolist() == [0, 12.5, 0, 0]

    def test_infeasible_weeks_are_counted_and_not_measured(self, data: DataFolder) -> None:
        found = measured(data, facts(infeasible=[1, 4]))

        assert found.weeks.week.tolist() == [2, 3]
        assert only(found.plans).infeasible_weeks == 2

    def test_the_columns_are_numbers_and_text(self, data: DataFolder) -> None:
        found = measured(data, facts())

        kinds = {name: str(kind) for name, kind in found.weeks.dtypes.items()}
        assert kinds == {
            "plan_id": "str",
            "arm": "str",
            "week": "int64",
            "phase": "str",
            "training_days": "int64",
            "target_hours": "float64",
            "passed": "float64",
            "passed_before_fix": "float64",
            "auto_fixed": "float64",
            "structure_preserved": "float64",
            "has_goal_minutes": "float64",
            "time_error_pct": "float64",
            "abs_time_error_pct": "float64",
        }

    def test_a_week_has_its_goals_minutes_or_not_where_any_count(self, data: DataFolder) -> None:
        made = facts()
        asked = ((12.0, 15.0), (12.0, 11.0), (0.0, 3.0), (None, None))
        weeks = tuple(
            week.model_copy(update={"goal_min_least": least, "goal_min": has})
            for week, (least, has) in zip(made.weeks, asked, strict=True)
        )
        found = measured(data, made.model_copy(update={"weeks": weeks}))
        np.testing.assert_equal(found.weeks.has_goal_minutes.tolist(), [1.0, 0.0, np.nan, np.nan])


class TestWhichPlans:
    def test_plans_of_other_experiments_and_of_none_are_left_out(self, data: DataFolder) -> None:
        found = measured(
            data,
            facts("mine"),
            facts("other", experiment="try-2", generation_id="gen-2"),
            facts("live", experiment=None, generation_id="gen-3"),
        )

        assert found.plans.plan_id.tolist() == ["mine"]
        assert set(found.weeks.plan_id) == {"mine"}

    def test_a_plan_counts_by_the_latest_generation_of_its_arm(self, data: DataFolder) -> None:
        found = measured(
            data,
            facts(failed=[1, 2], generation_id="early"),
            facts(failed=[3], generation_id="late", generated_at=EVENING),
        )

        assert found.weeks.passed.tolist() == [1, 1, 0, 1]
        assert only(found.plans).generated_at == pd.Timestamp(EVENING)

    def test_a_plan_that_cannot_be_met_is_a_plan_without_measurements(self, data: DataFolder) -> None:
        infeasible = samples.infeasible_facts("rider-2")
        generation = infeasible.generation.model_copy(update={"experiment": "try"})

        found = measured(data, infeasible.model_copy(update={"generation": generation}))

        plan = only(found.plans)
        assert (plan.status, plan.weeks, plan.infeasible_weeks) == ("infeasible", 12, 0)
        assert np.isnan([plan.ms_per_week, plan.variety, plan.rules_broken]).all()
        assert found.weeks.empty


class TestPlans:
    def test_a_plan_carries_who_asked_and_what_made_it(self, data: DataFolder) -> None:
        plan = only(measured(data, facts(failed=[1])).plans)

        assert plan.status == "rejected"
        assert plan.hours_per_week == 4
        assert plan.experience_level == "intermediate"
        assert (plan.library_version, plan.code_version) == (samples.LIBRARY_VERSION, "0.1.0")

    def test_the_time_of_a_week_is_that_of_all_stages_over_the_weeks(self, data: DataFolder) -> None:
        found = measured(data, timed(facts(), week_selection=6.0, week_duration=10.0))

        assert only(found.plans).ms_per_week == 4.0

    def test_a_plan_that_was_not_timed_has_no_time(self, data: DataFolder) -> None:
        assert np.isnan(only(measured(data, timed(facts())).plans).ms_per_week)

    def test_rules_broken_are_errors_and_warnings_waived_or_not(self, data: DataFolder) -> None:
        rules = [
            samples.rule_result("monotony", 2, severity="warning"),
            samples.rule_result("ramp", 1, 3, severity="error"),
            samples.rule_result("day-caps", 1, severity="error", waived=True),
            samples.rule_result("taper", 4, severity="note"),
            samples.rule_result("hard-days", severity="error"),
        ]

        assert only(measured(data, facts(rules=rules)).plans).rules_broken == 3

    def test_a_plan_that_breaks_no_rule_has_none_broken(self, data: DataFolder) -> None:
        assert only(measured(data, facts()).plans).rules_broken == 0

    def test_a_plan_that_was_held_against_no_rule_is_not_known_to_keep_them(self, data: DataFolder) -> None:
        assert np.isnan(only(measured(data, facts(rules=[])).plans).rules_broken)


class TestVariety:
    def test_it_is_distinct_structures_by_rides_over_every_four_weeks_on_end(self, data: DataFolder) -> None:
        keep_library(data, {"a": "A", "b": "B", "c": "C"})
        rides = {1: ["a", "b"], 2: ["a"], 3: ["a"], 4: ["a"], 5: ["c"]}

        found = measured(data, with_rides(facts(weeks=5), rides))

        first, second = 2 / 5, 2 / 4  # weeks 1 to 4: a and b in five rides; weeks 2 to 5: a and c in four
        assert only(found.plans).variety == pytest.approx((first + second) / 2)

    def test_rides_that_differ_in_name_alone_are_one_structure(self, data: DataFolder) -> None:
        keep_library(data, {"a": "A", "b": "A"})

        found = measured(data, with_rides(facts(), {1: ["a"], 2: ["b"], 3: ["a"], 4: ["b"]}))

        assert only(found.plans).variety == 0.25

    def test_recovery_rides_are_left_out(self, data: DataFolder) -> None:
        keep_library(data, {"a": "A", "b": "B"})
        rides = {1: ["a", "recovery"], 2: ["b", "recovery"], 3: ["recovery"], 4: ["recovery"]}

        assert only(measured(data, with_rides(facts(), rides)).plans).variety == 1

    def test_a_ride_that_the_library_does_not_know_is_a_structure_of_its_own(self, data: DataFolder) -> None:
        keep_library(data, {"a": "A"})

        found = measured(data, with_rides(facts(), {1: ["a"], 2: ["a"], 3: ["gone"], 4: ["lost"]}))

        assert only(found.plans).variety == 0.75

    def test_each_arm_has_its_own(self, data: DataFolder) -> None:
        keep_library(data, {"a": "A", "b": "B"})

        found = measured(
            data,
            with_rides(facts(arm=LEGACY), {1: ["a"], 2: ["a"]}),
            with_rides(facts(arm=OPTIMAL, generation_id="gen-2"), {1: ["a"], 2: ["b"]}),
        )

        assert found.plans.set_index("arm").variety.to_dict() == {"legacy": 0.5, "optimal": 1.0}


def test_failures_are_those_of_the_failure_taxonomy(data: DataFolder) -> None:
    found = measured(data, facts(infeasible=[1, 4]), facts("other", experiment="try-2", infeasible=[2]))

    taxonomy = query(data, "SELECT arm, cause, weeks FROM failure_taxonomy WHERE experiment = 'try'")
    assert found.failures.to_dict("records") == taxonomy.records()
    assert found.failures.weeks.sum() == 2


class TestNames:
    def test_an_unknown_experiment_lists_those_there_are(self, data: DataFolder) -> None:
        measured(data, facts(), facts("rider-2", experiment="spring", generation_id="gen-2"))

        with pytest.raises(UnknownExperimentError) as error:
            read_measures(data, "nothing-like-it")

        assert str(error.value) == (
            "experiment 'nothing-like-it' has no plans in the warehouse, which knows spring, try; "
            "name one of them, or launch metrics_warehouse if it ran just now"
        )

    def test_a_slip_of_the_pen_is_guessed(self, data: DataFolder) -> None:
        measured(data, facts(experiment="spring"), experiment="spring")

        with pytest.raises(UnknownExperimentError, match=r"knows spring; did you mean spring\?"):
            read_measures(data, "sprinj")

    def test_where_there_is_no_experiment_at_all_the_remedy_is_to_run_one(self, data: DataFolder) -> None:
        measured_nothing = facts(experiment=None)
        FactStore(data).write_all("run-1", [measured_nothing])
        refresh_warehouse(data, samples.library())

        with pytest.raises(UnknownExperimentError, match="run it first: plan-pipeline experiment run --name try"):
            read_measures(data, "try")

    @pytest.mark.parametrize("name", ["x' OR '1'='1", "", "try; DROP TABLE plan_weeks", "../try"])
    def test_what_is_no_name_is_not_looked_up(self, data: DataFolder, name: str) -> None:
        with pytest.raises(ValueError, match="is not a usable id"):
            read_measures(data, name)

    def test_a_warehouse_of_an_older_version_is_to_be_built_anew(self, data: DataFolder) -> None:
        data.root.mkdir()
        with duckdb.connect(str(data.warehouse)) as db:
            db.execute("CREATE TABLE plan_generations (plan_id VARCHAR, experiment VARCHAR)")

        with pytest.raises(StorageError, match=r"was built by an older version \(.*\); launch metrics_warehouse"):
            read_measures(data, "try")

    def test_before_the_first_warehouse_the_error_says_so(self, data: DataFolder) -> None:
        with pytest.raises(WarehouseMissingError):
            read_measures(data, "try")
