"""How sure the mean of one arm is, for its plot. Differences between arms have theirs from the analysis.

Belongs here: the share of an arm with its interval over weeks that belong to plans. Does not belong here: comparing
arms (see ``inference``), whose statistics this uses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from plan_pipeline.experiments.inference import paired_estimate

if TYPE_CHECKING:
    import pandas as pd

CONFIDENCE: Final = 0.95


class Interval(NamedTuple):
    """A share, 0 to 1, with its 95 % interval."""

    mean: float
    low: float
    high: float


def share_by_plan(weeks: pd.DataFrame, column: str) -> Interval | None:
    """The mean of a column that is 0 or 1, clustered by ``plan_id``; ``None`` where there is no week.

    It is the difference from nothing, judged as differences are. Where no plan differs from any other there is no
    spread to judge by, and the interval is the exact binomial one (Clopper & Pearson 1934) for as many draws as there
    are plans; so it is for a single plan.
    """
    from scipy.stats import binomtest

    if weeks.empty:
        return None
    against_nothing = weeks[["plan_id"]].assign(baseline=0.0, candidate=weeks[column].astype(float))
    found = paired_estimate(against_nothing, confidence=CONFIDENCE, is_share=True, unit="week")
    mean = float(against_nothing.candidate.mean())
    if found.constant or found.ci_low is None or found.ci_high is None:
        low, high = binomtest(round(mean * found.plans), found.plans).proportion_ci(CONFIDENCE, method="exact")
        return Interval(mean, float(low), float(high))
    return Interval(mean, max(found.ci_low, 0.0), min(found.ci_high, 1.0))
