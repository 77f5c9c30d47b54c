"""Measures written out by hand or simulated, and reports on them, for tests of what the analysis makes of them.

Belongs here: building the frames. Does not belong here: anything that asserts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from plan_pipeline.core.experiment import Metric
from plan_pipeline.core.model.request import ArmName
from plan_pipeline.core.model.vocabulary import ADJUSTED
from plan_pipeline.experiments.analysis import analyse
from plan_pipeline.experiments.measures import Measures
from plan_pipeline.experiments.model import Comparison, ExperimentReport
from plan_pipeline_tests.experiments.simulation import NOON, Setting, simulated

Weeks = Sequence[float]
"""The value of each of a plan's weeks, 1, 2, 3, …"""

WEEK = {
    "phase": "base",
    "training_days": 4,
    "target_hours": 7.0,
    "passed": 1.0,
    "passed_before_fix": 1.0,
    "auto_fixed": 0.0,
    "structure_preserved": 1.0,
    "abs_time_error_pct": 2.0,
    "has_goal_minutes": 1.0,
}
PLAN = {
    "status": "published",
    "weeks": 4,
    "infeasible_weeks": 0,
    "hours_per_week": 7.0,
    "experience_level": "intermediate",
    "ms_per_week": 2.0,
    "variety": 0.9,
    "rules_broken": 0.0,
    "breaks_rules": 0.0,
    "library_version": "v1",
    "code_version": "0.1.0",
    "generated_at": pd.Timestamp(NOON),
}


def measures(
    weekly: Mapping[ArmName, Mapping[str, Weeks]], *, column: str = "passed", failures: Sequence[Any] = (), **week: Any
) -> Measures:
    """Measures of plans by arm and id with the values of their weeks in ``column``; everything else is the same."""
    weeks = [
        {"plan_id": plan_id, "arm": arm, "week": number, **WEEK, **week, column: value}
        for arm, plans in weekly.items()
        for plan_id, values in plans.items()
        for number, value in enumerate(values, start=1)
    ]
    plans = [{"plan_id": plan_id, "arm": arm, **PLAN} for arm, plans in weekly.items() for plan_id in plans]
    return Measures(
        experiment="by-hand",
        weeks=pd.DataFrame(weeks, columns=["plan_id", "arm", "week", *WEEK]).astype({column: float}),
        plans=pd.DataFrame(plans, columns=["plan_id", "arm", *PLAN]),
        failures=pd.DataFrame(failures, columns=["arm", "cause", "weeks"]),
    )


def with_plans(found: Measures, arm: ArmName | None = None, **columns: Any) -> Measures:
    """The measures with other figures of plans: one for all, or one a plan in order; of one arm, or of all."""
    plans = found.plans.copy()
    rows = slice(None) if arm is None else plans.arm == arm
    for name, values in columns.items():
        plans.loc[rows, name] = values
    return found._replace(plans=plans)


def same_weeks(plans: int, value: float = 1.0, weeks: int = 4, prefix: str = "p") -> dict[str, Weeks]:
    """So many plans, all of whose weeks have the same value."""
    return {f"{prefix}{number}": [value] * weeks for number in range(plans)}


def paired_experiment(plans: int = 30, seed: int = 1) -> Measures:
    """A simulated experiment with an effect, the same plans in both arms."""
    return simulated(Setting(paired=True, plans=(plans, plans), effect=True), np.random.default_rng(seed))


def unpaired_experiment(plans: tuple[int, int] = (30, 30), seed: int = 1) -> Measures:
    """A simulated experiment with an effect, other plans in each arm."""
    return simulated(Setting(paired=False, plans=plans, effect=True), np.random.default_rng(seed))


def report(found: Measures, **settings: Any) -> ExperimentReport:
    return analyse(found, now=NOON, **settings)


def comparison(found: ExperimentReport, metric: Metric, candidate: ArmName = ADJUSTED) -> Comparison:
    """What a report says of a metric in an arm, held against the baseline."""
    (one,) = [
        each
        for each in found.comparisons
        if each.metric is metric and each.candidate == candidate and each.baseline == found.arms[0].arm
    ]
    return one


def of_pass_rate(weekly: Mapping[ArmName, Mapping[str, Weeks]], **settings: Any) -> Comparison:
    """The comparison of pass rates, alone in its report."""
    return comparison(report(measures(weekly), metrics=[Metric.PASS_RATE], **settings), Metric.PASS_RATE)
