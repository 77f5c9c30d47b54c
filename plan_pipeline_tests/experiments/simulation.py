"""Simulated experiments whose truth is known: plans with effects of their own, so that their weeks go together.

Belongs here: making measures, and running many experiments to see how often the analysis is right. Does not belong
here: anything that asserts. Used by the tests and by ``benchmarks/experiments.py``.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from plan_pipeline.core.experiment import Metric
from plan_pipeline.core.model.request import ArmName
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY
from plan_pipeline.experiments.analysis import compare
from plan_pipeline.experiments.measures import Measures

METRICS = (Metric.PASS_RATE, Metric.MEAN_ABS_TIME_ERROR_PCT, Metric.MS_PER_WEEK)
"""A rate and a skewed figure measured in every week, and one measured once a plan."""

FEWEST_WEEKS, MOST_WEEKS = 4, 24
INFEASIBLE_SHARE = 0.04
"""Weeks that are missing from an arm, whichever they are."""

PLAN_VARIANCE, PLAN_IN_ARM_VARIANCE, WEEK_VARIANCE, REST_VARIANCE = 0.35, 0.15, 0.25, 0.25
"""What a week's outcome is made of, adding up to 1: its plan, its plan in this arm, the week itself, and chance."""

PASS_RATE = {LEGACY: 0.78, ADJUSTED: 0.86}
TIME_ERROR_PCT = {LEGACY: 6.0, ADJUSTED: 5.0}
MS = {LEGACY: 2.0, ADJUSTED: 2.3}
LOG_SPREAD = 0.6
"""Standard deviation of the logarithm of time errors and times: a long tail to the right, as they have."""

ALPHA = 0.05
NOON = dt.datetime(2027, 1, 4, 12, tzinfo=dt.UTC)


class Setting(NamedTuple):
    """An experiment to simulate many times: ``plans`` are pairs, or the baseline's and the candidate's."""

    paired: bool
    plans: tuple[int, int]
    effect: bool

    def __str__(self) -> str:
        size = f"{self.plans[0]} pairs" if self.paired else f"{self.plans[0]} and {self.plans[1]} plans"
        return f"{'paired' if self.paired else 'unpaired'}, {size}, {'an effect' if self.effect else 'A/A'}"


class RunSummary(NamedTuple):
    """Of so many simulated experiments, how many intervals held the truth, and how many flagged a difference."""

    experiments: int
    covered: int
    flagged: int


def truth(metric: Metric, *, effect: bool) -> float:
    """The difference between the arms in the population that experiments are drawn from."""
    values = {Metric.PASS_RATE: PASS_RATE, Metric.MEAN_ABS_TIME_ERROR_PCT: TIME_ERROR_PCT, Metric.MS_PER_WEEK: MS}[
        metric
    ]
    return values[ADJUSTED] - values[LEGACY] if effect else 0.0


def tallies(setting: Setting, experiments: int, seed: int) -> dict[Metric, RunSummary]:
    """Simulate and analyse many experiments; the same seed gives the same tallies, each setting draws of its own."""
    rng = np.random.default_rng([seed, setting.paired, *setting.plans, setting.effect])
    covered, flagged = dict.fromkeys(METRICS, 0), dict.fromkeys(METRICS, 0)
    for _ in range(experiments):
        measures = simulated(setting, rng)
        for metric in METRICS:
            found = compare(measures, metric, LEGACY, ADJUSTED, paired=setting.paired)
            assert found.ci_low is not None and found.ci_high is not None and found.p_value is not None
            covered[metric] += found.ci_low <= truth(metric, effect=setting.effect) <= found.ci_high
            flagged[metric] += found.p_value < ALPHA
    return {metric: RunSummary(experiments, covered[metric], flagged[metric]) for metric in METRICS}


def simulated(setting: Setting, rng: np.random.Generator) -> Measures:
    """The measures of one experiment: both arms have the same plans, or each its own."""
    if setting.paired:
        draws = _population(setting.plans[0], rng)
        arms = {arm: _measured(arm, draws, setting.effect, rng) for arm in PASS_RATE}
    else:
        arms = {
            arm: _measured(arm, _population(plans, rng, prefix=arm), setting.effect, rng)
            for arm, plans in zip(PASS_RATE, setting.plans, strict=True)
        }
    return Measures(
        experiment="simulated",
        weeks=pd.concat([weeks for weeks, _ in arms.values()], ignore_index=True),
        plans=pd.concat([plans for _, plans in arms.values()], ignore_index=True),
        failures=pd.DataFrame({"arm": [], "cause": [], "weeks": []}),
    )


class _Population(NamedTuple):
    """What is true of plans in any arm: ids, lengths, and how their outcomes and weeks deviate."""

    ids: np.ndarray[tuple[int], np.dtype[np.object_]]
    lengths: np.ndarray[tuple[int], np.dtype[np.int64]]
    plan_effects: np.ndarray[tuple[int], np.dtype[np.float64]]
    week_effects: np.ndarray[tuple[int], np.dtype[np.float64]]


def _population(plans: int, rng: np.random.Generator, prefix: str = "plan") -> _Population:
    lengths = rng.integers(FEWEST_WEEKS, MOST_WEEKS + 1, plans)
    return _Population(
        np.array([f"{prefix}-{number}" for number in range(plans)], dtype=object),
        lengths,
        rng.normal(0, PLAN_VARIANCE**0.5, plans),
        rng.normal(0, WEEK_VARIANCE**0.5, lengths.sum()),
    )


def _measured(
    arm: ArmName, drawn: _Population, effect: bool, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One arm's weeks and plans."""
    truly = arm if effect else LEGACY
    plan_level = drawn.plan_effects + rng.normal(0, PLAN_IN_ARM_VARIANCE**0.5, len(drawn.ids))
    chance = rng.normal(0, REST_VARIANCE**0.5, drawn.lengths.sum())
    level = np.repeat(plan_level, drawn.lengths) + drawn.week_effects + chance
    passed = (norm.ppf(PASS_RATE[truly]) + level > 0).astype(float)
    weeks = pd.DataFrame(
        {
            "plan_id": np.repeat(drawn.ids, drawn.lengths),
            "arm": arm,
            "week": np.concatenate([np.arange(1, length + 1) for length in drawn.lengths]),
            "phase": "base",
            "training_days": 4,
            "target_hours": 7.0,
            "passed": passed,
            "passed_before_fix": passed,
            "auto_fixed": 0.0,
            "structure_preserved": 1.0,
            "has_goal_minutes": 1.0,
            "abs_time_error_pct": TIME_ERROR_PCT[truly] * np.exp(LOG_SPREAD * level - LOG_SPREAD**2 / 2),
        }
    )
    spread = rng.normal(0, LOG_SPREAD, len(drawn.ids))
    plans = pd.DataFrame(
        {
            "plan_id": drawn.ids,
            "arm": arm,
            "status": "published",
            "weeks": drawn.lengths,
            "infeasible_weeks": 0,
            "hours_per_week": 7.0,
            "experience_level": "intermediate",
            "ms_per_week": MS[truly] * np.exp(spread - LOG_SPREAD**2 / 2),
            "variety": 0.9,
            "rules_broken": 0.0,
            "breaks_rules": 0.0,
            "library_version": "v1",
            "code_version": "0.1.0",
            "generated_at": pd.Timestamp(NOON),
        }
    )
    return weeks[rng.random(len(weeks)) >= INFEASIBLE_SHARE], plans
