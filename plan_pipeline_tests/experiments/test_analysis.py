"""What a report says of an experiment: which arms are compared, corrected for being many, checked, and never a NaN."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import chisquare
from statsmodels.stats.multitest import multipletests

from plan_pipeline.core.experiment import Guardrail, Metric
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY, OPTIMAL
from plan_pipeline.core.registries import ARMS
from plan_pipeline.experiments.analysis import compare, split_p_value
from plan_pipeline.experiments.model import ComparisonOutcome, GuardrailOutcome
from plan_pipeline_tests.experiments.made_up import (
    comparison,
    measures,
    of_pass_rate,
    paired_experiment,
    report,
    same_weeks,
    with_plans,
)
from plan_pipeline_tests.experiments.reports import ARM_FIELDS, COMPARISON_FIELDS, REPORT_FIELDS
from plan_pipeline_tests.experiments.simulation import NOON

PASS_RATE = Metric.PASS_RATE
pytestmark = pytest.mark.filterwarnings("error")


class TestTooLittle:
    def test_one_arm_is_described_and_not_compared(self) -> None:
        found = report(measures({OPTIMAL: same_weeks(30)}))

        assert [arm.arm for arm in found.arms] == [OPTIMAL]
        assert found.comparisons == ()
        assert found.srm_p_value is None
        assert not found.paired
        assert found.warnings == ("optimal is the only arm with plans, so nothing is compared; run another arm",)

    def test_a_single_pair_has_a_difference_and_nothing_to_judge_it_by(self) -> None:
        found = of_pass_rate({LEGACY: {"a": [0, 1]}, ADJUSTED: {"a": [1, 1]}})

        assert found.difference == 0.5
        assert (found.ci_low, found.ci_high, found.p_value, found.p_adjusted) == (None, None, None, None)
        assert (found.minimum_detectable_effect, found.plans_needed) == (None, None)
        assert found.test == "none: a single plan has no spread"
        assert found.better is ComparisonOutcome.UNDECIDED

    def test_an_arm_with_a_single_plan_has_nothing_to_judge_it_by(self) -> None:
        found = of_pass_rate({LEGACY: {"a": [0, 1]}, ADJUSTED: {"b": [1, 1], "c": [0, 0]}})

        assert found.difference == 0
        assert found.p_value is None
        assert found.test == "none: an arm with a single plan has no spread"

    @pytest.mark.parametrize("prefix", ["p", "other"])
    def test_an_arm_without_a_feasible_week_is_not_compared_by_the_week(self, prefix: str) -> None:
        found = report(measures({LEGACY: same_weeks(30), ADJUSTED: same_weeks(30, weeks=0, prefix=prefix)}))

        empty = comparison(found, PASS_RATE)
        assert (empty.difference, empty.p_value, empty.better) == (None, None, ComparisonOutcome.UNDECIDED)
        assert empty.test.startswith("none: ")
        assert comparison(found, Metric.VARIETY).difference == 0
        assert found.arms[1].pass_rate is None
        assert found.warnings == (
            "adjusted has no feasible week, so its rates and errors are unknown; find out why its plans are infeasible",
        )

    def test_a_metric_that_nobody_measured_is_null(self) -> None:
        experiment = with_plans(measures({LEGACY: same_weeks(30), ADJUSTED: same_weeks(30)}), ms_per_week=math.nan)

        found = report(experiment)

        assert found.arms[0].ms_per_week is None
        assert comparison(found, Metric.MS_PER_WEEK).difference is None

    def test_measures_without_plans_are_an_error(self) -> None:
        with pytest.raises(ValueError, match="experiment 'by-hand' has no plans to analyse; run it first"):
            report(measures({}))

    @pytest.mark.parametrize("plans", [0, 1, 25])
    @pytest.mark.parametrize("other", [0, 1, 2, 25])
    @pytest.mark.parametrize("weeks", [0, 1, 4])
    def test_no_report_holds_a_number_that_json_does_not_know(self, plans: int, other: int, weeks: int) -> None:
        rng = np.random.default_rng(plans * 100 + other)
        weekly = {
            LEGACY: {f"p{n}": rng.integers(0, 2, weeks).tolist() for n in range(plans + 1)},
            ADJUSTED: {f"p{n}": rng.integers(0, 2, weeks).tolist() for n in range(other)},
            OPTIMAL: {f"q{n}": rng.integers(0, 2, weeks).tolist() for n in range(other)},
        }

        text = report(measures(weekly)).model_dump_json()

        json.loads(text, parse_constant=pytest.fail)


class TestManyComparisons:
    def test_every_pair_of_arms_is_compared_in_order(self) -> None:
        found = report(measures({arm: same_weeks(3) for arm in (OPTIMAL, LEGACY, ADJUSTED)}), metrics=[PASS_RATE])

        assert [(each.baseline, each.candidate) for each in found.comparisons] == [
            (LEGACY, ADJUSTED),
            (LEGACY, OPTIMAL),
            (ADJUSTED, OPTIMAL),
        ]

    def test_another_baseline_comes_first(self) -> None:
        found = report(
            measures({arm: same_weeks(3) for arm in ARMS.names()}),
            metrics=[PASS_RATE, Metric.VARIETY],
            baseline=OPTIMAL,
        )

        assert [arm.arm for arm in found.arms] == [OPTIMAL, LEGACY, ADJUSTED]
        assert [(each.baseline, each.candidate, each.metric) for each in found.comparisons[:2]] == [
            (OPTIMAL, LEGACY, PASS_RATE),
            (OPTIMAL, LEGACY, Metric.VARIETY),
        ]

    def test_without_legacy_the_baseline_is_adjusted(self) -> None:
        found = report(measures({OPTIMAL: same_weeks(3), ADJUSTED: same_weeks(3)}))

        assert {(each.baseline, each.candidate) for each in found.comparisons} == {(ADJUSTED, OPTIMAL)}

    def test_a_baseline_without_plans_is_an_error(self) -> None:
        with pytest.raises(
            ValueError, match="baseline: optimal has no plans in 'by-hand'; choose from legacy, adjusted"
        ):
            report(measures({LEGACY: same_weeks(3), ADJUSTED: same_weeks(3)}), baseline=OPTIMAL)

    def test_p_values_are_corrected_by_holm(self) -> None:
        found = report(paired_experiment(), metrics=[PASS_RATE, Metric.MEAN_ABS_TIME_ERROR_PCT, Metric.MS_PER_WEEK])

        expected = multipletests([each.p_value for each in found.comparisons], method="holm")[1]
        assert [each.p_adjusted for each in found.comparisons] == pytest.approx(list(expected))

    def test_a_comparison_that_could_show_nothing_does_not_make_the_others_stricter(self) -> None:
        experiment = paired_experiment()  # its plans all have the same variety, and break no rule

        alone = comparison(report(experiment, metrics=[PASS_RATE]), PASS_RATE)
        together = comparison(report(experiment, metrics=[PASS_RATE, Metric.VARIETY, Metric.AUTO_FIX_RATE]), PASS_RATE)

        assert together.p_adjusted == alone.p_adjusted

    def test_a_difference_that_does_not_survive_the_correction_is_undecided(self) -> None:
        experiment = paired_experiment(seed=4)

        alone = comparison(report(experiment, metrics=[PASS_RATE]), PASS_RATE)
        among_three = comparison(
            report(experiment, metrics=[PASS_RATE, Metric.MS_PER_WEEK, Metric.MEAN_ABS_TIME_ERROR_PCT]), PASS_RATE
        )

        assert alone.p_value == among_three.p_value
        assert alone.better is ComparisonOutcome.BETTER
        assert among_three.p_adjusted is not None and among_three.p_adjusted > 0.05
        assert among_three.better is ComparisonOutcome.UNDECIDED


class TestDirection:
    @pytest.mark.parametrize(
        ("column", "metric"),
        [
            ("passed", PASS_RATE),
            ("passed_before_fix", Metric.PASS_RATE_BEFORE_FIX),
            ("structure_preserved", Metric.STRUCTURE_PRESERVED_RATE),
        ],
    )
    def test_more_of_a_good_thing_is_better(self, column: str, metric: Metric) -> None:
        weekly = {LEGACY: same_weeks(12, 0), ADJUSTED: same_weeks(12, 1)}

        assert comparison(report(measures(weekly, column=column)), metric).better is ComparisonOutcome.BETTER

    @pytest.mark.parametrize(
        ("column", "metric"),
        [("auto_fixed", Metric.AUTO_FIX_RATE), ("abs_time_error_pct", Metric.MEAN_ABS_TIME_ERROR_PCT)],
    )
    def test_more_of_a_fault_is_worse(self, column: str, metric: Metric) -> None:
        weekly = {LEGACY: same_weeks(12, 0), ADJUSTED: same_weeks(12, 1)}

        assert comparison(report(measures(weekly, column=column)), metric).better is ComparisonOutcome.WORSE

    @pytest.mark.parametrize(
        ("column", "metric", "better"),
        [
            ("variety", Metric.VARIETY, ComparisonOutcome.BETTER),
            ("ms_per_week", Metric.MS_PER_WEEK, ComparisonOutcome.WORSE),
            ("rules_broken", Metric.RULES_BROKEN_PER_PLAN, ComparisonOutcome.WORSE),
        ],
    )
    def test_figures_of_plans_have_a_direction_too(
        self, column: str, metric: Metric, better: ComparisonOutcome
    ) -> None:
        experiment = measures({LEGACY: same_weeks(30), ADJUSTED: same_weeks(30)})
        spread = np.linspace(0, 0.1, 30)

        found = with_plans(with_plans(experiment, LEGACY, **{column: spread}), ADJUSTED, **{column: 0.5 + spread[::-1]})

        assert comparison(report(found), metric).better is better


class TestSplit:
    def test_it_is_the_chi_square_test_of_the_plans(self) -> None:
        experiment = measures({LEGACY: same_weeks(60, prefix="l"), ADJUSTED: same_weeks(40, prefix="a")})

        assert report(experiment).srm_p_value == pytest.approx(chisquare([60, 40]).pvalue)
        assert split_p_value(experiment, {LEGACY: 3, ADJUSTED: 2}) == 1

    def test_plans_that_went_missing_are_said(self) -> None:
        found = report(measures({LEGACY: same_weeks(150, prefix="l"), ADJUSTED: same_weeks(60, prefix="a")}))

        assert found.warnings == (
            "plans are not split over the arms as designed (p = 5e-10): find out where plans went missing before "
            "believing any difference",
        )

    def test_an_arm_that_got_no_plan_at_all_counts(self) -> None:
        experiment = measures({LEGACY: same_weeks(30, prefix="l"), ADJUSTED: same_weeks(30, prefix="a")})

        expected = chisquare([30, 30, 0]).pvalue
        assert split_p_value(experiment, {LEGACY: 1, ADJUSTED: 1, OPTIMAL: 1}) == pytest.approx(expected)

    def test_plans_in_an_arm_without_a_weight_are_impossible(self) -> None:
        experiment = measures({arm: same_weeks(30, prefix=arm) for arm in ARMS.names()})

        assert split_p_value(experiment, {LEGACY: 1, ADJUSTED: 1}) == 0


class TestMargins:
    """No difference shown is not sameness: that takes an interval within a margin that was stated."""

    def test_no_difference_in_few_plans_is_undecided(self) -> None:
        found = of_pass_rate({LEGACY: same_weeks(17), ADJUSTED: same_weeks(17)})

        assert (found.difference, found.margin, found.within_margin) == (0, 0.02, False)
        assert found.ci_high == pytest.approx(0.195, abs=0.001)
        assert found.better is ComparisonOutcome.UNDECIDED

    def test_no_difference_in_many_plans_is_the_same(self) -> None:
        found = of_pass_rate({LEGACY: same_weeks(200), ADJUSTED: same_weeks(200)})

        assert (found.better, found.within_margin) == (ComparisonOutcome.SAME, True)

    def test_a_margin_of_ones_own_counts(self) -> None:
        alike = {LEGACY: same_weeks(17), ADJUSTED: same_weeks(17)}

        assert of_pass_rate(alike, margins={PASS_RATE: 0.25}).better is ComparisonOutcome.SAME
        assert of_pass_rate(alike, margins={Metric.VARIETY: 0.25}).margin == 0.02

    def test_a_small_difference_that_is_shown_is_one_although_it_is_within_the_margin(self) -> None:
        slower = [0.9 + 0.001 * (n % 3) for n in range(30)]
        experiment = with_plans(measures({LEGACY: same_weeks(30), ADJUSTED: same_weeks(30)}), ADJUSTED, variety=slower)

        found = comparison(report(experiment), Metric.VARIETY)

        assert (found.better, found.within_margin) == (ComparisonOutcome.BETTER, True)

    def test_a_small_difference_that_is_not_shown_is_sameness_within_the_margin(self) -> None:
        rng = np.random.default_rng(1)
        errors = {f"p{n}": [float(rng.normal(5, 1))] for n in range(200)}
        shifted = {plan: [value[0] + float(rng.normal(0, 0.1))] for plan, value in errors.items()}
        both = measures({LEGACY: errors, ADJUSTED: shifted}, column="abs_time_error_pct")

        found = comparison(report(both), Metric.MEAN_ABS_TIME_ERROR_PCT)

        assert (found.better, found.within_margin) == (ComparisonOutcome.SAME, True)


class TestGuardrails:
    def held(self, limit: float, legacy: float = 1.0, adjusted: float = 1.0) -> Any:
        weekly = {LEGACY: same_weeks(30, legacy), ADJUSTED: same_weeks(30, adjusted)}
        guardrail = Guardrail(metric=PASS_RATE, max_worse=limit)
        (result,) = report(measures(weekly), metrics=[Metric.VARIETY], guardrails=[guardrail]).guardrails
        return result

    def test_an_arm_that_is_no_worse_keeps_it(self) -> None:
        result = self.held(0.2)

        assert (result.outcome, result.kept, result.value) == (GuardrailOutcome.KEPT, True, 0)
        assert (result.least, result.most) == pytest.approx((-0.116, 0.116), abs=0.001)
        assert result.message == "pass_rate: adjusted is no worse than legacy; at most 0.2 worse is allowed"

    def test_an_arm_that_is_shown_to_be_worse_by_more_than_the_limit_breaks_it(self) -> None:
        result = self.held(0.02, 1.0, 0.75)

        assert (result.outcome, result.kept, result.value) == (GuardrailOutcome.BROKEN, False, 0.25)
        assert result.least is not None and result.least > 0.02
        assert result.message == "pass_rate: adjusted is 0.25 worse than legacy; at most 0.02 worse is allowed"

    @pytest.mark.parametrize("limit", [0.2, 0.25])
    def test_harm_near_the_limit_leaves_it_open(self, limit: float) -> None:
        result = self.held(limit, 1.0, 0.75)

        assert (result.outcome, result.kept, result.value) == (GuardrailOutcome.NOT_SHOWN, False, 0.25)
        assert "cannot be ruled out yet" in result.message

    def test_a_better_arm_keeps_it_with_a_negative_value(self) -> None:
        result = self.held(0.5, 0.5, 1.0)

        assert (result.kept, result.value) == (True, -0.5)
        assert "adjusted is 0.5 better than legacy" in result.message

    def test_it_is_said_where_more_than_the_limit_cannot_be_ruled_out(self) -> None:
        result = self.held(0.02)

        assert (result.outcome, result.kept) == (GuardrailOutcome.NOT_SHOWN, False)
        assert result.message.endswith("at most 0.02 worse is allowed, and up to 0.116 cannot be ruled out yet")

    def test_for_a_fault_more_is_worse(self) -> None:
        experiment = measures({LEGACY: same_weeks(30), ADJUSTED: same_weeks(30)})
        slower = with_plans(experiment, ADJUSTED, ms_per_week=9.0)

        (result,) = report(slower, guardrails=[Guardrail(metric=Metric.MS_PER_WEEK, max_worse=5)]).guardrails

        assert (result.outcome, result.kept, result.value) == (GuardrailOutcome.BROKEN, False, 7)

    def test_no_difference_without_an_interval_is_not_called_kept(self) -> None:
        experiment = measures({LEGACY: same_weeks(30), ADJUSTED: same_weeks(30)})

        (result,) = report(experiment, guardrails=[Guardrail(metric=Metric.MS_PER_WEEK, max_worse=5)]).guardrails

        assert (result.outcome, result.kept, result.value) == (GuardrailOutcome.NOT_SHOWN, False, 0)
        assert result.message.endswith("and without an interval more cannot be ruled out")

    def test_what_cannot_be_measured_is_not_kept(self) -> None:
        experiment = with_plans(measures({LEGACY: same_weeks(30), ADJUSTED: same_weeks(30)}), ms_per_week=math.nan)

        (result,) = report(experiment, guardrails=[Guardrail(metric=Metric.MS_PER_WEEK, max_worse=5)]).guardrails

        assert (result.outcome, result.kept, result.value) == (GuardrailOutcome.NOT_SHOWN, False, None)
        assert result.message.endswith(
            "adjusted cannot be held against legacy, which allows 5 worse; measure both arms"
        )

    def test_every_arm_is_held_against_the_baseline(self) -> None:
        experiment = measures({arm: same_weeks(30) for arm in ARMS.names()})

        found = report(experiment, guardrails=[Guardrail(metric=PASS_RATE, max_worse=0.2)])

        assert [(each.arm, each.baseline) for each in found.guardrails] == [(ADJUSTED, LEGACY), (OPTIMAL, LEGACY)]

    def test_a_guardrail_on_a_metric_that_is_not_compared_adds_no_comparison(self) -> None:
        experiment = measures({LEGACY: same_weeks(30), ADJUSTED: same_weeks(30)})

        found = report(experiment, metrics=[Metric.VARIETY], guardrails=[Guardrail(metric=PASS_RATE, max_worse=0.2)])

        assert {each.metric for each in found.comparisons} == {Metric.VARIETY}


class TestReport:
    def test_the_same_measures_give_the_same_report(self) -> None:
        assert report(paired_experiment()) == report(paired_experiment())

    def test_the_order_of_the_rows_makes_no_difference(self) -> None:
        experiment = paired_experiment()
        shuffled = experiment._replace(
            weeks=experiment.weeks.sample(frac=1, random_state=1), plans=experiment.plans.sample(frac=1, random_state=2)
        )

        first, second = (json.loads(report(found).model_dump_json()) for found in (experiment, shuffled))

        assert approximately(first, second)

    def test_the_analysis_leaves_the_measures_alone(self) -> None:
        experiment = paired_experiment()
        weeks, plans = experiment.weeks.copy(), experiment.plans.copy()

        report(experiment)

        assert experiment.weeks.equals(weeks)
        assert experiment.plans.equals(plans)

    def test_it_is_dated_and_says_when_plans_were_made(self) -> None:
        later = NOON + dt.timedelta(days=3)
        experiment = with_plans(measures({LEGACY: same_weeks(2)}), generated_at=[NOON, later])

        found = report(experiment)

        assert (found.generated_at, found.first_generation, found.last_generation) == (NOON, NOON, later)

    def test_the_exact_names_are_in_the_json(self) -> None:
        found = json.loads(report(paired_experiment()).model_dump_json())

        assert found.keys() >= REPORT_FIELDS
        assert found["arms"][0].keys() >= ARM_FIELDS
        assert found["comparisons"][0].keys() >= COMPARISON_FIELDS

    def test_a_report_has_the_intervals_of_its_comparisons(self) -> None:
        experiment = paired_experiment()

        found = comparison(report(experiment), PASS_RATE)
        alone = compare(experiment, PASS_RATE, LEGACY, ADJUSTED, paired=True)

        assert (found.ci_low, found.ci_high, found.p_value) == (alone.ci_low, alone.ci_high, alone.p_value)

    def test_more_confidence_makes_wider_intervals(self) -> None:
        experiment = paired_experiment()

        usual, more = (comparison(report(experiment, confidence=level), PASS_RATE) for level in (0.95, 0.99))

        assert more.ci_low is not None and usual.ci_low is not None and more.ci_low < usual.ci_low
        assert more.p_value == usual.p_value

    @pytest.mark.parametrize("confidence", [0, 1, 95])
    def test_a_confidence_that_is_none_is_an_error(self, confidence: float) -> None:
        with pytest.raises(ValueError, match=f"confidence: {confidence} is not between 0 and 1; 0.95 is usual"):
            report(paired_experiment(), confidence=confidence)


def approximately(first: Any, second: Any) -> bool:
    """Whether two pieces of JSON are equal but for the rounding of floats."""
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(approximately(first[key], second[key]) for key in first)
    if isinstance(first, list):
        return len(first) == len(second) and all(map(approximately, first, second))
    return first == second or (isinstance(first, float) and math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-12))
