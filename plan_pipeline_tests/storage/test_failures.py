"""Why weeks fail and for whom: every plan that was not published has a cause, and nothing counts twice."""

from __future__ import annotations

import datetime as dt

import pytest

from plan_pipeline.core.model.vocabulary import LEGACY, OPTIMAL, PlanStatus
from plan_pipeline.core.pipeline import PlanFacts
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.storage import samples

TOMORROW = samples.NOON + dt.timedelta(days=1)


def built(data: DataFolder, *facts: PlanFacts) -> DataFolder:
    FactStore(data).write_all("run-1", facts)
    refresh_warehouse(data, samples.library())
    return data


def table(data: DataFolder, sql: str) -> list[tuple[object, ...]]:
    return query(data, sql).rows


class TestWeekFailures:
    def test_a_failed_week_has_a_row_for_each_cause(self, data: DataFolder) -> None:
        built(
            data,
            samples.facts("rider-1", weeks=4, failed=[2], failed_ride_min=60),
            samples.facts("rider-2", weeks=4, failed=[3], failed_ride_min=300),
        )

        assert table(data, "SELECT plan_id, week, cause FROM week_failures ORDER BY ALL") == [
            ("rider-1", 2, "too_short"),
            ("rider-2", 3, "too_long"),
            ("rider-2", 3, "tss_high"),
        ]

    def test_a_row_says_which_generation_it_is_of(self, data: DataFolder) -> None:
        built(data, samples.facts("rider-1", "gen-7", weeks=4, failed=[2], experiment="exp", arm=LEGACY))

        assert table(data, "SELECT plan_id, generation_id, arm, experiment FROM week_failures") == [
            ("rider-1", "gen-7", "legacy", "exp")
        ]

    def test_a_plan_whose_weeks_all_pass_has_none(self, data: DataFolder) -> None:
        built(data, samples.facts(weeks=4))

        assert table(data, "FROM week_failures") == []

    def test_a_week_that_nothing_can_meet_is_infeasible(self, data: DataFolder) -> None:
        built(data, samples.facts(weeks=4, infeasible=[1, 4], failed_ride_min=60))

        assert table(data, "SELECT week, cause FROM week_failures ORDER BY ALL") == [
            (1, "infeasible"),
            (4, "infeasible"),
        ]

    def test_a_rule_broken_as_an_error_is_a_cause_of_the_weeks_it_names(self, data: DataFolder) -> None:
        built(data, samples.facts(weeks=12, rules=[samples.rule_result("day-caps", 3, 11, severity="error")]))

        assert table(data, "SELECT week, cause FROM week_failures ORDER BY ALL") == [
            (3, "rule:day-caps"),
            (11, "rule:day-caps"),
        ]

    def test_a_broken_rule_that_names_no_week_is_a_cause_of_the_whole_plan(self, data: DataFolder) -> None:
        rule = samples.rule_result("event-date", 1, severity="error").model_copy(update={"weeks": ()})
        built(data, samples.facts(weeks=4, rules=[rule]))

        assert table(data, "SELECT week, cause FROM week_failures") == [(None, "rule:event-date")]

    @pytest.mark.parametrize(
        "rule",
        [
            samples.rule_result("monotony", 3, severity="warning"),
            samples.rule_result("day-caps", 3, severity="error", waived=True),
            samples.rule_result("day-caps", severity="error"),
        ],
        ids=["a warning", "waived", "kept"],
    )
    def test_a_rule_that_does_not_reject_the_plan_is_no_cause(self, data: DataFolder, rule: object) -> None:
        built(data, samples.facts(weeks=4, rules=[rule]))  # type: ignore[list-item]

        assert table(data, "FROM week_failures") == []

    @pytest.mark.parametrize(
        ("facts", "cause"),
        [
            (samples.infeasible_facts("rider-1"), "infeasible"),
            (samples.broken_off_facts("rider-1"), "error"),
            (samples.broken_off_facts("rider-1", status=PlanStatus.REJECTED), "other"),
        ],
    )
    def test_a_plan_without_weeks_has_one_cause_for_all_of_it(
        self, data: DataFolder, facts: PlanFacts, cause: str
    ) -> None:
        built(data, facts)

        assert table(data, "SELECT plan_id, week, cause FROM week_failures") == [("rider-1", None, cause)]

    def test_what_a_killed_run_left_of_a_generation_it_never_ended_is_no_failure(self, data: DataFolder) -> None:
        broken = samples.rule_result("day-caps", 3, severity="error")
        killed = samples.facts("killed", "g1", weeks=4, failed=[2], rules=[broken])
        FactStore(data).write(FactTable.PLAN_WEEKS, "killed-run", killed.weeks)
        FactStore(data).write(FactTable.RULE_RESULTS, "killed-run", killed.rules)
        built(data, samples.facts("rider-1", "g2", weeks=4, failed=[1], failed_ride_min=60))

        assert table(data, "SELECT plan_id, week, cause FROM week_failures") == [("rider-1", 1, "too_short")]

    def test_every_plan_that_was_not_published_has_a_cause_and_no_other_has(self, data: DataFolder) -> None:
        built(
            data,
            samples.facts("published", "g1", weeks=4),
            samples.facts("failed", "g2", weeks=4, failed=[1]),
            samples.facts("capped", "g3", weeks=4, rules=[samples.rule_result("day-caps", 2, severity="error")]),
            samples.infeasible_facts("impossible"),
            samples.broken_off_facts("broken-off"),
        )

        assert table(data, "SELECT DISTINCT plan_id FROM week_failures ORDER BY ALL") == table(
            data, "SELECT plan_id FROM plan_generations WHERE NOT published ORDER BY ALL"
        )


class TestFailureTaxonomy:
    def test_weeks_are_counted_by_arm_experiment_and_cause_with_their_share_of_all_weeks(
        self, data: DataFolder
    ) -> None:
        built(
            data,
            samples.facts("rider-1", "g1", weeks=4, arm=LEGACY, experiment="exp", failed=[1], failed_ride_min=60),
            samples.facts("rider-2", "g2", weeks=6, arm=LEGACY, experiment="exp", failed=[2], failed_ride_min=60),
            samples.facts("rider-1", "g3", weeks=4, arm=OPTIMAL, experiment="exp"),
        )

        assert table(data, "SELECT experiment, arm, cause, weeks, weeks_pct, plans FROM failure_taxonomy") == [
            ("exp", "legacy", "too_short", 2, 20.0, 2)
        ]

    def test_a_week_with_several_causes_counts_under_each(self, data: DataFolder) -> None:
        built(data, samples.facts(weeks=4, failed=[1], failed_ride_min=300))

        assert table(data, "SELECT cause, weeks, weeks_pct FROM failure_taxonomy ORDER BY cause") == [
            ("too_long", 1, 25.0),
            ("tss_high", 1, 25.0),
        ]

    def test_a_cause_of_a_whole_plan_counts_for_all_weeks_that_were_asked_for(self, data: DataFolder) -> None:
        built(data, samples.infeasible_facts("rider-1", weeks=12), samples.facts("rider-2", weeks=4, infeasible=[1]))

        assert table(data, "SELECT cause, weeks, weeks_pct, plans FROM failure_taxonomy") == [
            ("infeasible", 13, 81.25, 2)
        ]

    def test_only_the_latest_generation_of_a_plan_counts(self, data: DataFolder) -> None:
        built(
            data,
            samples.facts("rider-1", "g1", weeks=4, failed=[1, 2]),
            samples.facts("rider-1", "g2", weeks=4, failed=[3], generated_at=TOMORROW),
        )

        assert table(data, "SELECT weeks, plans FROM failure_taxonomy") == [(1, 1)]


class TestStrata:
    def test_weeks_are_grouped_by_what_was_asked_for(self, data: DataFolder) -> None:
        built(
            data,
            samples.facts("rider-1", "g1", weeks=4, failed=[1], failed_ride_min=60),
            samples.facts("rider-2", "g2", weeks=4, infeasible=[2]),
        )

        assert query(data, "FROM strata").records() == [
            {
                "experiment": None,
                "arm": "adjusted",
                "hours_band": "<5",
                "training_days": 3,
                "phase": "base",
                "experience_level": "intermediate",
                "weeks": 8,
                "feasible_weeks": 7,
                "pass_rate_before_fix_pct": 600 / 7,
                "pass_rate_after_fix_pct": 600 / 7,
                "mean_abs_time_error_pct": 25 / 7,
            }
        ]

    @pytest.mark.parametrize(
        ("hours", "band"),
        [
            (4.99, "<5"),
            (5, "5–8"),
            (7.99, "5–8"),
            (8, "8–11"),
            (11, "11–14"),
            (13.99, "11–14"),
            (14, "≥14"),
            (30, "≥14"),
        ],
    )
    def test_a_band_begins_with_its_lower_bound(self, data: DataFolder, hours: float, band: str) -> None:
        facts = samples.facts(weeks=1 + 3)
        weeks = tuple(week.model_copy(update={"target_hours": float(hours)}) for week in facts.weeks)
        built(data, facts.model_copy(update={"weeks": weeks}))

        assert table(data, "SELECT hours_band FROM strata") == [(band,)]

    def test_bands_are_in_order_of_their_hours(self, data: DataFolder) -> None:
        facts = samples.facts(weeks=5)
        hours = (12.0, 3.0, 20.0, 9.0, 6.0)
        weeks = tuple(w.model_copy(update={"target_hours": h}) for w, h in zip(facts.weeks, hours, strict=True))
        built(data, facts.model_copy(update={"weeks": weeks}))

        assert table(data, "SELECT hours_band FROM strata ORDER BY hours_band") == [
            ("<5",), ("5–8",), ("8–11",), ("11–14",), ("≥14",)
        ]  # fmt: skip

    def test_arms_and_experiments_are_kept_apart(self, data: DataFolder) -> None:
        built(
            data,
            samples.facts("rider-1", "g1", weeks=4),
            samples.facts("rider-1", "g2", weeks=4, experiment="exp"),
            samples.facts("rider-1", "g3", weeks=4, experiment="exp", arm=LEGACY),
        )

        assert table(data, "SELECT experiment, arm, weeks FROM strata") == [
            (None, "adjusted", 4),
            ("exp", "adjusted", 4),
            ("exp", "legacy", 4),
        ]


class TestSimulated:
    def test_a_simulated_generation_is_nobodys_current_plan(self, data: DataFolder) -> None:
        built(
            data,
            samples.facts("rider-1", "real", weeks=4),
            samples.facts("rider-1", "tried", weeks=4, experiment="exp", generated_at=TOMORROW, simulated=True),
            samples.facts("rider-2", "tried", weeks=4, experiment="exp", simulated=True),
        )

        assert table(data, "SELECT plan_id, generation_id FROM current_plans") == [("rider-1", "real")]
        assert table(data, "SELECT DISTINCT generation_id FROM current_plan_weeks") == [("real",)]

    def test_a_simulated_generation_is_measured_like_any_other(self, data: DataFolder) -> None:
        built(
            data,
            samples.facts("rider-1", "g1", weeks=4, experiment="exp", simulated=True),
            samples.facts("rider-2", "g2", weeks=4, experiment="exp"),
        )

        assert table(data, "SELECT plans, plans_simulated, weeks FROM pass_rates") == [(2, 1, 8)]
