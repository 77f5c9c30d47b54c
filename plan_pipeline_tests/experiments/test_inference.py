"""The difference between two arms: the textbook's figures where there is one, and honesty where there is none."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import t, ttest_ind, ttest_rel
from statsmodels.stats.power import TTestIndPower, TTestPower

from plan_pipeline.core.experiment import Metric
from plan_pipeline.core.model.request import ArmName
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY
from plan_pipeline.experiments.inference import ratio_interval
from plan_pipeline.experiments.measures import Measures
from plan_pipeline.experiments.model import ComparisonOutcome
from plan_pipeline_tests.experiments.made_up import (
    comparison,
    measures,
    of_pass_rate,
    paired_experiment,
    report,
    same_weeks,
    unpaired_experiment,
    with_plans,
)

PASS_RATE = Metric.PASS_RATE
pytestmark = pytest.mark.filterwarnings("error")


def per_plan(found: Measures, arm: ArmName) -> np.ndarray[Any, Any]:
    rows = found.plans[found.plans.arm == arm]
    return rows.sort_values("plan_id").ms_per_week.to_numpy()


class TestPairs:
    def test_the_difference_is_over_the_weeks_that_both_arms_have(self) -> None:
        found = of_pass_rate({LEGACY: {"a": [0, 1], "b": [0, 0, 1]}, ADJUSTED: {"a": [1, 1], "b": [1, 0]}})

        assert (found.baseline_mean, found.candidate_mean, found.difference) == (0.25, 0.75, 0.5)
        assert found.paired
        assert found.plans == 2

    def test_what_is_measured_once_a_plan_is_students_t_test(self) -> None:
        experiment = paired_experiment()
        expected = ttest_rel(per_plan(experiment, ADJUSTED), per_plan(experiment, LEGACY))

        found = comparison(report(experiment), Metric.MS_PER_WEEK)

        assert found.p_value == pytest.approx(expected.pvalue)
        assert (found.ci_low, found.ci_high) == pytest.approx(tuple(expected.confidence_interval(0.95)))
        assert found.test == "paired by plan, clustered by plan, t(29)"

    def test_what_is_measured_every_week_is_clustered_by_plan(self) -> None:
        experiment = paired_experiment()
        legacy, adjusted = (experiment.weeks[experiment.weeks.arm == arm] for arm in ("legacy", "adjusted"))
        both = legacy.merge(adjusted, on=["plan_id", "week"])
        fit = sm.OLS(both.passed_y - both.passed_x, np.ones(len(both))).fit(
            cov_type="cluster-crv3", cov_kwds={"groups": both.plan_id.astype("category").cat.codes}, use_t=True
        )

        found = comparison(report(experiment), PASS_RATE)

        assert found.ci_high is not None and found.difference is not None
        jackknife_error = fit.bse.iloc[0] * math.sqrt(30 / 29)  # statsmodels shrinks it by (plans - 1) / plans
        half = jackknife_error * (fit.conf_int().iloc[0, 1] - fit.params.iloc[0]) / fit.bse.iloc[0]
        assert found.difference == pytest.approx(fit.params.iloc[0])
        assert found.ci_high - found.difference == pytest.approx(half)
        assert found.test == "paired by week, clustered by plan, t(29)"

    def test_many_weeks_of_few_plans_are_no_more_sure_than_the_plans(self) -> None:
        few = {LEGACY: {"a": [0.0], "b": [0.0], "c": [1.0]}, ADJUSTED: {"a": [1.0], "b": [0.0], "c": [1.0]}}
        repeated = {arm: {plan: list(value) * 20 for plan, value in plans.items()} for arm, plans in few.items()}

        assert of_pass_rate(few).p_value == pytest.approx(of_pass_rate(repeated).p_value)

    def test_arms_that_lost_a_few_plans_are_still_paired_and_it_is_said(self) -> None:
        found = report(measures({LEGACY: same_weeks(30), ADJUSTED: same_weeks(20)}))

        assert found.paired
        assert comparison(found, PASS_RATE).plans == 20
        assert (
            "adjusted lacks 10 of the 30 plans, which are left out of its comparisons; run it for all of them"
            in found.warnings
        )


class TestArmsOfDifferentPlans:
    def test_what_is_measured_once_a_plan_in_arms_of_equal_size_is_welchs_t_test(self) -> None:
        experiment = unpaired_experiment((40, 40))
        expected = ttest_ind(per_plan(experiment, ADJUSTED), per_plan(experiment, LEGACY), equal_var=False)

        found = comparison(report(experiment), Metric.MS_PER_WEEK)

        assert not found.paired
        assert found.plans == 80
        assert found.p_value == pytest.approx(expected.pvalue)
        assert (found.ci_low, found.ci_high) == pytest.approx(tuple(expected.confidence_interval(0.95)))
        assert found.test == f"unpaired, clustered by plan, t({expected.df:.3g})"

    def test_in_arms_of_unequal_size_a_plan_that_is_left_out_counts_for_more(self) -> None:
        experiment = unpaired_experiment((20, 80))
        legacy, adjusted = per_plan(experiment, LEGACY), per_plan(experiment, ADJUSTED)
        degrees = ttest_ind(adjusted, legacy, equal_var=False).df
        jackknife_error = math.sqrt(legacy.var(ddof=1) / 19 + adjusted.var(ddof=1) / 79)

        found = comparison(report(experiment), Metric.MS_PER_WEEK)

        assert found.ci_high is not None and found.difference is not None
        assert found.ci_high - found.difference == pytest.approx(t.ppf(0.975, degrees) * jackknife_error)

    def test_the_difference_is_between_the_means_over_all_weeks(self) -> None:
        found = of_pass_rate({LEGACY: {"a": [0, 1], "b": [0, 0, 1]}, ADJUSTED: {"c": [1, 1], "d": [1, 0]}})

        assert (found.baseline_mean, found.candidate_mean) == (0.4, 0.75)
        assert found.difference == pytest.approx(0.35)

    def test_plans_that_were_moved_between_arms_are_one_cluster_and_it_is_said(self) -> None:
        experiment = measures(
            {
                LEGACY: {**same_weeks(18, prefix="l"), "moved": [0, 0, 0, 0], "l-bad": [0, 1, 0, 1]},
                ADJUSTED: {**same_weeks(18, prefix="a"), "moved": [0, 0, 0, 0], "a-bad": [1, 1, 0, 1]},
            }
        )

        found = report(experiment)

        together = comparison(found, PASS_RATE)
        apart = of_pass_rate(
            {
                LEGACY: {**same_weeks(18, prefix="l"), "moved-1": [0, 0, 0, 0], "l-bad": [0, 1, 0, 1]},
                ADJUSTED: {**same_weeks(18, prefix="a"), "moved-2": [0, 0, 0, 0], "a-bad": [1, 1, 0, 1]},
            }
        )
        assert not found.paired
        assert together.difference == apart.difference
        assert together.p_value is not None and apart.p_value is not None
        assert together.p_value < apart.p_value  # what both arms share cancels out
        assert any(each.startswith("1 of 39 plans were made in more than one arm") for each in found.warnings)


class TestWithoutSpread:
    """Where no plan differs from any other, least squares would be certain of everything; the analysis is not."""

    def test_no_difference_anywhere_leaves_room_for_what_was_not_seen(self) -> None:
        found = of_pass_rate({LEGACY: same_weeks(50), ADJUSTED: same_weeks(50)})

        unseen = 1 - 0.025 ** (1 / 50)  # Clopper and Pearson, none of fifty
        assert found.better is ComparisonOutcome.UNDECIDED
        assert (found.difference, found.p_value, found.p_adjusted) == (0, 1, 1)
        assert (found.ci_low, found.ci_high) == pytest.approx((-unseen, unseen))
        assert found.test == "sign test: no plan differs"

    def test_the_same_difference_everywhere_is_judged_by_its_sign(self) -> None:
        found = of_pass_rate({LEGACY: same_weeks(10, 0), ADJUSTED: same_weeks(10, 1)})

        assert found.better is ComparisonOutcome.BETTER
        assert found.difference == 1
        assert found.p_value == pytest.approx(2 * 0.5**10)
        assert found.ci_low is not None and 0 < found.ci_low < 1
        assert found.ci_high == 1

    def test_a_handful_of_plans_without_spread_decides_nothing(self) -> None:
        found = of_pass_rate({LEGACY: same_weeks(4, 0), ADJUSTED: same_weeks(4, 1)})

        assert found.p_value == pytest.approx(0.125)
        assert found.better is ComparisonOutcome.UNDECIDED

    def test_a_metric_without_bounds_has_no_interval_then(self) -> None:
        found = comparison(
            report(measures({LEGACY: same_weeks(9), ADJUSTED: same_weeks(9)})), Metric.RULES_BROKEN_PER_PLAN
        )

        assert (found.difference, found.ci_low, found.ci_high, found.p_value) == (0, None, None, 1)

    def test_different_plans_without_spread_are_judged_by_fishers_exact_test(self) -> None:
        found = of_pass_rate({LEGACY: same_weeks(10, 0, prefix="l"), ADJUSTED: same_weeks(12, 1, prefix="a")})

        assert found.better is ComparisonOutcome.BETTER
        assert found.p_value == pytest.approx(1 / math.comb(22, 10))
        assert found.ci_low is not None and 0 < found.ci_low < 1
        assert found.ci_high == 1
        assert found.test == "Fisher's exact test: no plan differs within its arm"

    def test_different_plans_that_are_all_alike_may_differ_by_what_was_not_seen(self) -> None:
        found = of_pass_rate({LEGACY: same_weeks(30, prefix="l"), ADJUSTED: same_weeks(30, prefix="a")})

        assert found.better is ComparisonOutcome.UNDECIDED
        assert found.ci_low is not None and found.ci_high is not None
        assert found.ci_low == pytest.approx(-found.ci_high)
        assert found.ci_high > 0

    def test_an_arm_without_spread_beside_one_with_some_is_no_special_case(self) -> None:
        mixed = {f"l{n}": [n % 3 > 0, 1, 1, 1] for n in range(30)}

        found = of_pass_rate({LEGACY: mixed, ADJUSTED: same_weeks(30, prefix="a")})

        assert found.test.startswith("unpaired, clustered by plan")
        assert found.ci_low is not None and found.difference is not None and found.ci_low < found.difference

    def test_differences_that_are_equal_but_for_rounding_have_no_spread(self) -> None:
        values = {f"p{n}": [0.1 * n] for n in range(10)}
        higher = {plan: [value[0] + 0.3] for plan, value in values.items()}

        found = comparison(
            report(measures({LEGACY: values, ADJUSTED: higher}, column="abs_time_error_pct")),
            Metric.MEAN_ABS_TIME_ERROR_PCT,
        )

        assert found.test == "sign test: every plan differs by the same"


class TestPower:
    def test_pairs_detect_what_the_t_test_of_their_differences_does(self) -> None:
        experiment = paired_experiment()
        differences = per_plan(experiment, ADJUSTED) - per_plan(experiment, LEGACY)
        spread = differences.std(ddof=1)

        found = comparison(report(experiment), Metric.MS_PER_WEEK)

        size = TTestPower().solve_power(nobs=30, alpha=0.05, power=0.8)
        needed = TTestPower().solve_power(effect_size=abs(differences.mean()) / spread, alpha=0.05, power=0.8)
        assert found.minimum_detectable_effect == pytest.approx(size * spread)
        assert found.plans_needed == math.ceil(needed)

    def test_arms_detect_what_the_t_test_of_two_samples_does(self) -> None:
        experiment = unpaired_experiment()
        values = [per_plan(experiment, arm) for arm in (LEGACY, ADJUSTED)]
        spread = math.sqrt((values[0].var(ddof=1) + values[1].var(ddof=1)) / 2)

        found = comparison(report(experiment), Metric.MS_PER_WEEK)

        size = TTestIndPower().solve_power(nobs1=30, alpha=0.05, power=0.8)
        effect = abs(values[1].mean() - values[0].mean()) / spread
        assert found.minimum_detectable_effect == pytest.approx(size * spread)
        assert found.plans_needed == math.ceil(TTestIndPower().solve_power(effect_size=effect, alpha=0.05, power=0.8))

    def test_more_plans_detect_less(self) -> None:
        effects = [
            comparison(report(paired_experiment(plans)), PASS_RATE).minimum_detectable_effect for plans in (20, 80, 320)
        ]

        assert effects == sorted(effects, reverse=True)  # type: ignore[type-var]

    def test_a_difference_that_leaps_to_the_eye_needs_few_plans(self) -> None:
        experiment = measures({LEGACY: same_weeks(30), ADJUSTED: same_weeks(30)})
        found = with_plans(experiment, ADJUSTED, ms_per_week=1000 + np.linspace(0, 1, 30))

        assert comparison(report(found), Metric.MS_PER_WEEK).plans_needed == 3

    def test_a_difference_too_small_for_any_experiment_has_no_number(self) -> None:
        experiment = measures({LEGACY: same_weeks(30), ADJUSTED: same_weeks(30)})
        found = with_plans(experiment, ADJUSTED, ms_per_week=2.000001 + np.linspace(-1, 1, 30))

        assert comparison(report(found), Metric.MS_PER_WEEK).plans_needed is None


# --- ratios -------------------------------------------------------------------------------------------------


def test_the_interval_of_a_ratio_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(400):
        brought = rng.normal(1.0, 1.0, 40)
        found = ratio_interval(2 * brought + rng.normal(0, 1, 40), brought, confidence=0.95)
        held += found is not None and found[0] <= 2.0 <= found[1]
    assert 0.92 <= held / 400 <= 0.98


def test_there_is_no_interval_of_a_ratio_to_what_may_be_nothing() -> None:
    costs = np.array([1.0, 2.0, 3.0, 2.0])
    assert ratio_interval(costs, np.array([1.0, -1.0, 1.0, -1.0]), confidence=0.95) is None
    assert ratio_interval(costs, np.zeros(4), confidence=0.95) is None
    assert ratio_interval(costs[:1], np.ones(1), confidence=0.95) is None
