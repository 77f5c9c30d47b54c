"""Each arm alone: its means, its failures, its strata, and what makes figures doubtful."""

from __future__ import annotations

import pandas as pd
import pytest

from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY, OPTIMAL
from plan_pipeline_tests.experiments.made_up import PLAN, measures, report, same_weeks, with_plans

pytestmark = pytest.mark.filterwarnings("error")


class TestArms:
    def test_rates_are_over_feasible_weeks_and_the_rest_over_plans(self) -> None:
        experiment = measures({LEGACY: {"a": [0, 1, 1, 1], "b": [1, 1]}, ADJUSTED: same_weeks(2)})
        experiment = with_plans(experiment, LEGACY, ms_per_week=[1.0, 3.0], infeasible_weeks=[0, 2])

        arm = report(experiment).arms[0]

        assert (arm.plans, arm.weeks, arm.infeasible_weeks) == (2, 6, 2)
        assert arm.pass_rate == pytest.approx(5 / 6)
        assert arm.ms_per_week == 2

    def test_plans_are_counted_by_how_they_ended(self) -> None:
        statuses = ["published", "published", "rejected", "infeasible", "error"]
        experiment = with_plans(measures({LEGACY: same_weeks(5)}), status=statuses)

        (arm,) = report(experiment).arms

        assert (arm.plans_published, arm.plans_rejected, arm.plans_infeasible, arm.plans_error) == (2, 1, 1, 1)

    def test_failures_are_listed_by_arm_the_most_frequent_first(self) -> None:
        rows = [("optimal", "too_long", 1), ("legacy", "tss_low", 2), ("legacy", "too_short", 7)]

        found = report(measures({LEGACY: same_weeks(3), OPTIMAL: same_weeks(3)}, failures=rows))

        assert [(each.arm, each.cause, each.weeks) for each in found.failures] == [
            (LEGACY, "too_short", 7),
            (LEGACY, "tss_low", 2),
            (OPTIMAL, "too_long", 1),
        ]


class TestStrata:
    @pytest.mark.parametrize(
        ("hours", "band"),
        [(3, "<5"), (4.99, "<5"), (5, "5–8"), (8, "8–11"), (11, "11–14"), (13.99, "11–14"), (14, "≥14"), (30, "≥14")],
    )
    def test_a_band_begins_with_its_lower_bound(self, hours: float, band: str) -> None:
        (stratum,) = report(measures({LEGACY: same_weeks(3)}, target_hours=hours)).strata

        assert stratum.hours_band == band

    def test_a_stratum_is_a_band_and_a_number_of_days_in_an_arm(self) -> None:
        three_days = measures({LEGACY: {"a": [1, 0]}}, column="passed_before_fix", training_days=3)
        more = measures({LEGACY: {"b": [1]}, ADJUSTED: {"a": [1, 1]}}, column="passed_before_fix", target_hours=12.0)
        both = three_days._replace(
            weeks=pd.concat([three_days.weeks, more.weeks]), plans=pd.concat([three_days.plans, more.plans])
        )

        found = report(both).strata

        assert [(each.hours_band, each.training_days, each.arm, each.weeks) for each in found] == [
            ("5–8", 3, LEGACY, 2),
            ("11–14", 4, LEGACY, 1),
            ("11–14", 4, ADJUSTED, 2),
        ]
        assert [each.pass_rate_before_fix for each in found] == [0.5, 1, 1]
        assert [each.mean_abs_time_error_pct for each in found] == [2, 2, 2]


class TestDoubts:
    def test_a_sound_experiment_leaves_none(self) -> None:
        assert report(measures({LEGACY: same_weeks(20), ADJUSTED: same_weeks(20)})).warnings == ()

    def test_a_small_sample_is_said(self) -> None:
        found = report(measures({LEGACY: same_weeks(20, prefix="l"), ADJUSTED: same_weeks(19, prefix="a")}))

        assert found.warnings == (
            "adjusted has 19 plans, fewer than 20: its intervals rest on few independent observations; make more plans",
        )

    @pytest.mark.parametrize(("column", "what"), [("library_version", "the library"), ("code_version", "the code")])
    def test_arms_made_with_different_versions_are_said(self, column: str, what: str) -> None:
        experiment = measures({LEGACY: same_weeks(20), ADJUSTED: same_weeks(20)})

        found = report(with_plans(experiment, ADJUSTED, **{column: ["v7", "v8"] * 10}))

        assert found.warnings == (
            f"arms were made with different versions of {what} (legacy {PLAN[column]}; adjusted v7, v8): a difference "
            "may come from that; run all arms again",
        )
