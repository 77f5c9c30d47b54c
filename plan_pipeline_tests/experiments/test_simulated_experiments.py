"""A known effect is found and a null is not: intervals hold the truth, and A/A experiments flag what they may."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from scipy.stats import binom, ttest_rel

from plan_pipeline.core.experiment import Metric
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY
from plan_pipeline.experiments.analysis import compare
from plan_pipeline_tests.experiments.simulation import ALPHA, METRICS, RunSummary, Setting, simulated, tallies, truth

SEED = 7
FEW, MANY = 60, 1000
PRACTICALLY = 1e-4
"""How seldom a method that is exactly right falls outside of the bounds of the short form."""

SETTINGS = [
    Setting(paired=True, plans=(50, 50), effect=True),
    Setting(paired=True, plans=(20, 20), effect=True),
    Setting(paired=False, plans=(50, 50), effect=True),
    Setting(paired=False, plans=(20, 20), effect=True),
]
AA_SETTINGS = [setting._replace(effect=False) for setting in SETTINGS]


@lru_cache
def tallied(setting: Setting, experiments: int) -> dict[Metric, RunSummary]:
    return tallies(setting, experiments, SEED)


@pytest.mark.parametrize("setting", [SETTINGS[0], SETTINGS[3]], ids=str)
def test_intervals_hold_the_truth_as_often_as_a_right_method_does(setting: Setting) -> None:
    covered = {metric: found.covered for metric, found in tallied(setting, FEW).items()}

    assert min(covered.values()) >= binom.ppf(PRACTICALLY, FEW, 1 - ALPHA), covered


@pytest.mark.parametrize("setting", [AA_SETTINGS[1]], ids=str)
def test_an_experiment_without_an_effect_flags_one_no_more_often_than_a_right_method(setting: Setting) -> None:
    flagged = {metric: found.flagged for metric, found in tallied(setting, FEW).items()}

    assert max(flagged.values()) <= binom.ppf(1 - PRACTICALLY, FEW, ALPHA), flagged


def test_an_effect_is_found_more_often_the_more_plans_there_are() -> None:
    few, many = (tallied(setting, FEW)[Metric.PASS_RATE].flagged for setting in (SETTINGS[1], SETTINGS[0]))

    assert ALPHA * FEW < few < many


def test_pairs_find_more_than_as_many_plans_in_arms_of_their_own() -> None:
    paired, apart = (tallied(setting, FEW)[Metric.PASS_RATE].flagged for setting in (SETTINGS[0], SETTINGS[2]))

    assert apart < paired


def test_weeks_taken_as_independent_would_miss_the_bounds() -> None:
    rng = np.random.default_rng(SEED)
    covered = 0
    for _ in range(FEW):
        weeks = simulated(SETTINGS[0], rng).weeks
        both = weeks[weeks.arm == LEGACY].merge(weeks[weeks.arm == ADJUSTED], on=["plan_id", "week"])
        low, high = ttest_rel(both.passed_y, both.passed_x).confidence_interval(1 - ALPHA)
        covered += low <= truth(Metric.PASS_RATE, effect=True) <= high

    assert covered < binom.ppf(PRACTICALLY, FEW, 1 - ALPHA)


def test_the_truth_is_what_many_plans_come_to() -> None:
    measures = simulated(Setting(paired=False, plans=(20_000, 20_000), effect=True), np.random.default_rng(SEED))

    for metric in METRICS:
        found = compare(measures, metric, LEGACY, ADJUSTED, paired=False, confidence=1 - PRACTICALLY)
        assert found.ci_low is not None and found.ci_high is not None and found.difference is not None
        assert found.ci_low <= truth(metric, effect=True) <= found.ci_high
        assert found.difference == pytest.approx(truth(metric, effect=True), rel=0.15)


@pytest.mark.slow
@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_in_a_thousand_experiments_93_to_97_per_cent_of_the_intervals_hold_the_truth(setting: Setting) -> None:
    shares = {metric: found.covered / MANY for metric, found in tallied(setting, MANY).items()}

    assert min(shares.values()) >= 0.93, shares
    assert max(shares.values()) <= 0.97, shares


@pytest.mark.slow
@pytest.mark.parametrize("setting", AA_SETTINGS, ids=str)
def test_a_thousand_experiments_without_an_effect_flag_about_5_per_cent(setting: Setting) -> None:
    shares = {metric: found.flagged / MANY for metric, found in tallied(setting, MANY).items()}

    assert min(shares.values()) >= 0.03, shares
    assert max(shares.values()) <= 0.07, shares
