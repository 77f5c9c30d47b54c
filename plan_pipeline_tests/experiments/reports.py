"""Reports of experiments for tests: what an analysis could have found, without one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from plan_pipeline.core.experiment import DEFAULT_MARGINS
from plan_pipeline.core.model.request import ArmName
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY, OPTIMAL
from plan_pipeline.core.registries import ARMS
from plan_pipeline.experiments.measures import Measures
from plan_pipeline.experiments.model import (
    ArmSummary,
    Comparison,
    ComparisonOutcome,
    ExperimentReport,
    FailureCount,
    GuardrailOutcome,
    GuardrailResult,
    Metric,
    Stratum,
)

REPORT_FIELDS = {"experiment", "arms", "comparisons", "srm_p_value"}
ARM_FIELDS = {
    "arm",
    "plans",
    "weeks",
    "pass_rate",
    "pass_rate_before_fix",
    "mean_abs_time_error_pct",
    "auto_fix_rate",
    "ms_per_week",
    "structure_preserved_rate",
    "variety",
}
COMPARISON_FIELDS = {"metric", "baseline", "candidate", "difference", "ci_low", "ci_high", "p_value", "test"}
"""What a report has to have in JSON, with its arms and comparisons: programs read these names."""

AT = dt.datetime(2027, 1, 4, 3, 0, tzinfo=dt.UTC)

MEANS: dict[Metric, tuple[float, float, float]] = {
    Metric.PASS_RATE_BEFORE_FIX: (0.883, 0.97, 1.0),
    Metric.PASS_RATE: (0.91, 0.99, 1.0),
    Metric.MEAN_ABS_TIME_ERROR_PCT: (7.71, 1.2, 0.0),
    Metric.AUTO_FIX_RATE: (0.052, 0.02, 0.0),
    Metric.MS_PER_WEEK: (1.31, 1.84, 12.4),
    Metric.STRUCTURE_PRESERVED_RATE: (1.0, 0.9997, 0.98),
    Metric.VARIETY: (0.962, 0.964, 0.999),
    Metric.RULES_BROKEN_PER_PLAN: (1.04, 0.12, 0.08),
    Metric.PLANS_BREAKING_RULES_RATE: (0.61, 0.1, 0.08),
    Metric.GOAL_MINUTES_RATE: (0.58, 0.9, 0.97),
}
"""Of legacy, adjusted and optimal."""


def arm(which: ArmName, **changes: Any) -> ArmSummary:
    """An arm with fifty plans, one of them infeasible."""
    place = list(ARMS.names()).index(which)
    values = {metric.value: means[place] for metric, means in MEANS.items()}
    counts = {"plans_published": 45, "plans_rejected": 4, "plans_infeasible": 1, "plans_error": 0}
    made = {"arm": which, "plans": 50, "weeks_asked": 703, "weeks": 693, "infeasible_weeks": 2, **values, **counts}
    return ArmSummary.model_validate({**made, **changes})


def comparison(
    metric: Metric = Metric.PASS_RATE_BEFORE_FIX,
    difference: float | None = 0.087,
    interval: tuple[float, float] | None = (0.071, 0.103),
    better: ComparisonOutcome = ComparisonOutcome.BETTER,
    **changes: Any,
) -> Comparison:
    """Adjusted against legacy, unless ``changes`` say otherwise."""
    low, high = interval or (None, None)
    found = {
        "metric": metric,
        "baseline": LEGACY,
        "candidate": ADJUSTED,
        "baseline_mean": MEANS[metric][0],
        "candidate_mean": MEANS[metric][1],
        "difference": difference,
        "ci_low": low,
        "ci_high": high,
        "p_value": 0.0004,
        "p_adjusted": 0.0032,
        "test": "paired by week, clustered by plan, t(48)",
        "paired": True,
        "plans": 49,
        "minimum_detectable_effect": 0.023,
        "plans_needed": 1340,
        "margin": DEFAULT_MARGINS[metric],
        "within_margin": None if interval is None else max(map(abs, interval)) < DEFAULT_MARGINS[metric],
        "better": better,
    }
    return Comparison.model_validate({**found, **changes})


def undecided(metric: Metric = Metric.VARIETY, **changes: Any) -> Comparison:
    """A difference that is not shown."""
    return comparison(metric, 0.002, (-0.011, 0.018), ComparisonOutcome.UNDECIDED, **changes)


def guardrail(outcome: GuardrailOutcome = GuardrailOutcome.KEPT, **changes: Any) -> GuardrailResult:
    """Structure preserved of adjusted, held against legacy's."""
    values = {
        GuardrailOutcome.KEPT: (0.0003, -0.002, 0.004),
        GuardrailOutcome.BROKEN: (0.034, 0.021, 0.047),
        GuardrailOutcome.NOT_SHOWN: (0.0003, -0.019, 0.02),
    }
    value, least, most = values[outcome]
    found = {
        "metric": Metric.STRUCTURE_PRESERVED_RATE,
        "arm": ADJUSTED,
        "baseline": LEGACY,
        "limit": 0.01,
        "value": value,
        "least": least,
        "most": most,
        "outcome": outcome,
        "kept": outcome is GuardrailOutcome.KEPT,
        "message": "as the analysis says it",
    }
    return GuardrailResult.model_validate({**found, **changes})


def stratum(which: ArmName, band: str, days: int, weeks: int, rate: float) -> Stratum:
    """A cell of the heat map."""
    return Stratum(
        arm=which,
        hours_band=band,
        training_days=days,
        weeks=weeks,
        pass_rate_before_fix=rate,
        mean_abs_time_error_pct=2.5,
    )


STRATA = (
    stratum(LEGACY, "<5", 3, 40, 0.9),
    stratum(ADJUSTED, "<5", 3, 40, 1.0),
    stratum(LEGACY, "5-8", 3, 31, 0.55),
    stratum(ADJUSTED, "5-8", 3, 31, 0.998),
    stratum(LEGACY, "5-8", 5, 4, 0.25),
)
"""Few weeks on five days; none under five hours on five days, and none of adjusted on five days at all."""

FAILURES = (
    FailureCount(arm=LEGACY, cause="too_short", weeks=45),
    FailureCount(arm=LEGACY, cause="rule:day-caps", weeks=12),
    FailureCount(arm=ADJUSTED, cause="too_short", weeks=7),
)


def report(**changes: Any) -> ExperimentReport:
    """Two arms that are compared on two metrics, of which the first is shown to differ."""
    found = {
        "experiment": "lengths-2027",
        "generated_at": AT + dt.timedelta(days=1),
        "first_generation": AT,
        "last_generation": AT + dt.timedelta(minutes=9),
        "confidence": 0.95,
        "paired": True,
        "arms": (arm(LEGACY), arm(ADJUSTED)),
        "comparisons": (comparison(), undecided()),
        "srm_p_value": 0.62,
        "guardrails": (guardrail(),),
        "failures": FAILURES,
        "strata": STRATA,
        "warnings": (),
    }
    return ExperimentReport.model_validate({**found, **changes})


def three_arms(**changes: Any) -> ExperimentReport:
    """Each of three arms compared with each other on every metric."""
    pairs = ((LEGACY, ADJUSTED), (LEGACY, OPTIMAL), (ADJUSTED, OPTIMAL))
    compared = tuple(
        comparison(metric, baseline=baseline, candidate=candidate) for baseline, candidate in pairs for metric in Metric
    )
    return report(**{"arms": tuple(arm(which) for which in ARMS.names()), "comparisons": compared, **changes})


def weeks(rows: Sequence[tuple[str, ArmName, float, bool]]) -> pd.DataFrame:
    """Weeks as measures have them: of plan, arm, time error in percent, and whether they pass."""
    numbers: dict[tuple[str, ArmName], int] = {}
    found = []
    for plan_id, which, error, passed in rows:
        numbers[plan_id, which] = numbers.get((plan_id, which), 0) + 1
        found.append(
            {
                "plan_id": plan_id,
                "arm": which,
                "week": numbers[plan_id, which],
                "time_error_pct": error,
                "abs_time_error_pct": abs(error),
                "passed": float(passed),
                "passed_before_fix": float(passed),
            }
        )
    return pd.DataFrame(found)


def paired_weeks(plans: int = 12, weeks_of_plan: int = 6, arms: Sequence[ArmName] = (LEGACY, ADJUSTED)) -> pd.DataFrame:
    """Plans made in every arm. In legacy each fourth plan fails every other week, in the others all weeks pass."""
    return weeks(
        [
            (f"plan-{plan:02}", which, *_week(which, plan, week))
            for which in arms
            for plan in range(plans)
            for week in range(weeks_of_plan)
        ]
    )


def _week(which: ArmName, plan: int, week: int) -> tuple[float, bool]:
    if which != LEGACY:
        return (week % 3 - 1) * 0.4, True
    return float((plan * 7 + week * 5) % 41 - 26), bool(plan % 4 or week % 2)


def measures(frame: pd.DataFrame | None = None, changes: Mapping[str, Any] | None = None) -> Measures:
    """Measures with weeks alone: all that reports take from them."""
    nothing = pd.DataFrame()
    found = {
        "experiment": "lengths-2027",
        "weeks": paired_weeks() if frame is None else frame,
        "plans": nothing,
        "failures": nothing,
    }
    return Measures(**{**found, **(changes or {})})
