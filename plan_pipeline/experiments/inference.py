"""One metric: the share of one arm with its interval, or the difference of two with p-value and the plans it takes.

The statistics are statsmodels' and SciPy's. Weeks of one plan are not independent, so a plan is one observation: the
mean of its weeks, weighted by their number, which gives the difference over weeks.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

CONFIDENCE: Final = 0.95
"""Of intervals, unless an analysis asks for another."""

FEWEST_PLANS: Final = 2
"""Plans an arm (or pairs) without which there is no spread to judge a difference by."""

POWER: Final = 0.8
"""The chance of finding a difference that is there which experiments are commonly planned for (Cohen 1988)."""

MOST_PLANS_NEEDED: Final = 10_000_000
"""More plans than anybody will make: a difference that needs more is not one that could be found."""

LARGEST_EFFECT: Final = 5.0
"""Standard deviations at which three plans suffice; beyond, SciPy's noncentral t gives out for so few."""

SAME_WITHIN: Final = 1e-9
"""Differences that are equal but for the rounding of floats."""


Floats = np.ndarray[Any, np.dtype[np.float64]]


class Estimate(NamedTuple):
    """The difference of two arms in one metric; ``difference`` is candidate minus baseline.

    ``plans`` counts pairs where ``paired``, and otherwise the plans of both arms. ``constant`` where no plan differs
    from any other, so that there is no spread. ``None`` where there is nothing to compute a figure from.
    """

    paired: bool
    plans: int
    baseline_mean: float | None = None
    candidate_mean: float | None = None
    difference: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    test: str = "none"
    constant: bool = False
    minimum_detectable_effect: float | None = None
    plans_needed: int | None = None


def paired_estimate(pairs: pd.DataFrame, *, confidence: float, is_share: bool, unit: str) -> Estimate:
    """Compare two arms on what both made.

    ``pairs`` has a row for each ``unit`` (week or plan) that both arms measured: ``plan_id, baseline, candidate``.
    Least squares of the plans' mean differences on a constant, weighted by their rows, with Student's t of plans − 1
    degrees; for the errors see ``_standard_error``. ``is_share`` says that values lie between 0 and 1. Where all plans
    have the same difference, see ``_constant_difference``.
    """
    by_plan = pairs.assign(difference=pairs.candidate - pairs.baseline).groupby("plan_id", sort=False).difference
    values, rows = by_plan.mean().to_numpy(), by_plan.size().to_numpy().astype(float)
    plans = len(values)
    if plans == 0:
        return Estimate(True, 0, test="none: no plan was measured in both arms")
    baseline, candidate = float(pairs.baseline.mean()), float(pairs.candidate.mean())
    found = Estimate(True, plans, baseline, candidate, candidate - baseline)
    if plans < FEWEST_PLANS:
        return found._replace(test="none: a single plan has no spread")
    if _is_constant(values):
        return _constant_difference(found, float(values[0]), confidence=confidence, is_share=is_share)
    error = _standard_error(values, rows, np.ones((plans, 1)), np.arange(plans))
    found = _with_t(found, error, plans - 1, confidence, f"paired by {unit}, clustered by plan")
    return _with_power(found, error * math.sqrt(plans), (plans, plans), confidence)


def unpaired_estimate(
    baseline: pd.DataFrame, candidate: pd.DataFrame, *, confidence: float, is_share: bool
) -> Estimate:
    """Compare two arms that made different plans.

    Each frame has a row for each week (or plan) of its arm: ``plan_id, value``. Least squares of the plans' means on
    the candidate's indicator, weighted by their rows. The errors leave each arm a spread of its own, so the degrees of
    Student's t are Welch's (1947): those of all plans make intervals too short where arms are of unequal size. A plan
    that was made in both arms is one cluster.
    """
    from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

    arms = [frame.groupby("plan_id", sort=False).value.agg(["mean", "size"]) for frame in (baseline, candidate)]
    counts = [len(arm) for arm in arms]
    if min(counts) == 0:
        return Estimate(False, sum(counts), test="none: an arm has nothing to measure")
    means = [float(frame.value.mean()) for frame in (baseline, candidate)]
    found = Estimate(False, sum(counts), means[0], means[1], means[1] - means[0])
    if min(counts) < FEWEST_PLANS:
        return found._replace(test="none: an arm with a single plan has no spread")
    values = [arm["mean"].to_numpy() for arm in arms]
    if all(map(_is_constant, values)):
        return _constant_arms(found, values, confidence=confidence, is_share=is_share)
    design = np.column_stack([np.ones(sum(counts)), np.repeat([0.0, 1.0], counts)])
    rows = np.concatenate([arm["size"].to_numpy().astype(float) for arm in arms])
    plans = np.concatenate([arm.index.to_numpy() for arm in arms])
    error = _standard_error(np.concatenate(values), rows, design, plans)
    welch_degrees = float(CompareMeans(*map(DescrStatsW, values)).dof_satt())
    found = _with_t(found, error, welch_degrees, confidence, "unpaired, clustered by plan")
    return _with_power(found, error / math.sqrt(1 / counts[0] + 1 / counts[1]), (counts[0], counts[1]), confidence)


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


def ratio_interval(numerators: Floats, denominators: Floats, *, confidence: float) -> tuple[float, float] | None:
    """The interval of the ratio of two means over the same plans (Fieller 1954).

    ``None`` where the denominators' mean is not shown to differ from 0: any ratio is then compatible with the plans.
    """
    from scipy.stats import t

    plans = len(denominators)
    if plans < FEWEST_PLANS or _is_constant(denominators):
        return None
    top, bottom = float(numerators.mean()), float(denominators.mean())
    (top_var, both_var), (_, bottom_var) = np.cov(numerators, denominators) / plans
    limit = float(t.ppf((1 + confidence) / 2, plans - 1)) ** 2
    square, cross, rest = bottom**2 - limit * bottom_var, top * bottom - limit * both_var, top**2 - limit * top_var
    if square <= 0:
        return None
    root = math.sqrt(max(cross**2 - square * rest, 0.0))
    return float((cross - root) / square), float((cross + root) / square)


def _standard_error(values: Floats, rows: Floats, design: Floats, plans: np.ndarray[Any, Any]) -> float:
    """The standard error of the last coefficient of least squares on one observation a plan, weighted by its rows.

    Where plans have equal weights, and arms equally many, HC2, which makes the test Student's for pairs and Welch's
    otherwise, to the last digit. Elsewhere HC3, the jackknife that leaves out a plan at a time: MacKinnon, Nielsen &
    Webb (2023) recommend it for few or unequal clusters (CRV3), where simpler errors are too small. A plan with several
    observations is clustered.
    """
    from statsmodels.regression.linear_model import WLS

    model = WLS(values, design, weights=rows)
    clusters, codes = np.unique(plans, return_inverse=True)
    if len(clusters) < len(plans):
        return float(model.fit(cov_type="cluster", cov_kwds={"groups": codes}).bse[-1])
    balanced = np.ptp(rows) == 0 and design[:, -1].mean() in (0.5, 1.0)
    return float(model.fit(cov_type="HC2" if balanced else "HC3").bse[-1])


def _with_t(found: Estimate, error: float, degrees: float, confidence: float, test: str) -> Estimate:
    from scipy.stats import t

    assert found.difference is not None
    low, high = t.interval(confidence, degrees, loc=found.difference, scale=error)
    p_value = 2 * t.sf(abs(found.difference) / error, degrees)
    return found._replace(
        ci_low=float(low), ci_high=float(high), p_value=float(p_value), test=f"{test}, t({degrees:.3g})"
    )


def _with_power(found: Estimate, spread: float, plans: tuple[int, int], confidence: float) -> Estimate:
    """Add what this experiment would find, and how many plans an arm (or pairs) would find the difference seen.

    ``spread`` is the standard deviation of one plan that corresponds to the standard error, weights included.
    """
    from statsmodels.stats.power import TTestIndPower, TTestPower

    wanted = {"alpha": 1 - confidence, "power": POWER}
    if found.paired:
        power, number, ratio = TTestPower(), "nobs", {}
    else:
        power, number, ratio = TTestIndPower(), "nobs1", {"ratio": plans[1] / plans[0]}
    effect = _solved(power, effect_size=None, **{number: plans[0]}, **ratio, **wanted)
    needed = None
    if found.difference:
        size = min(abs(found.difference) / spread, LARGEST_EFFECT)
        needed = _solved(power, effect_size=size, **{number: None}, **wanted)
    return found._replace(
        minimum_detectable_effect=None if effect is None else effect * spread,
        plans_needed=None if needed is None or needed > MOST_PLANS_NEEDED else math.ceil(needed),
    )


def _solved(power: Any, /, **known: Any) -> float | None:
    """The figure left open; ``None`` where the solver does not find it."""
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        answer = float(np.squeeze(power.solve_power(**known)))
    return answer if math.isfinite(answer) else None


def _is_constant(values: Floats) -> bool:
    return bool(np.ptp(values) <= SAME_WITHIN * max(1.0, float(np.abs(values).max())))


def _constant_difference(found: Estimate, value: float, *, confidence: float, is_share: bool) -> Estimate:
    """All pairs differ by the same amount: there is no spread, and least squares would claim certainty.

    What is sure is that no plan of so many was different. The p-value is the sign test's; the interval of a share
    lets as many plans be different, to the utmost, as the exact binomial interval (Clopper & Pearson 1934) does with
    none seen. A metric without bounds has no interval then.
    """
    from scipy.stats import binomtest

    same = abs(value) <= SAME_WITHIN
    p_value = 1.0 if same else float(binomtest(found.plans, found.plans).pvalue)
    test = f"sign test: {'no plan differs' if same else 'every plan differs by the same'}"
    found = found._replace(p_value=p_value, test=test, constant=True)
    if not is_share:
        return found
    unseen = _unseen_share(found.plans, confidence)
    return found._replace(ci_low=value - unseen * (value + 1), ci_high=value + unseen * (1 - value))


def _constant_arms(found: Estimate, values: list[Floats], *, confidence: float, is_share: bool) -> Estimate:
    """No arm has any spread; as ``_constant_difference``, with Fisher's exact test, each arm at half the error."""
    from scipy.stats import fisher_exact

    (first, second), counts = (float(arm[0]) for arm in values), [len(arm) for arm in values]
    same = abs(second - first) <= SAME_WITHIN
    p_value = 1.0 if same else float(fisher_exact([[counts[0], 0], [0, counts[1]]]).pvalue)
    found = found._replace(p_value=p_value, test="Fisher's exact test: no plan differs within its arm", constant=True)
    if not is_share:
        return found
    unseen_first, unseen_second = (_unseen_share(count, (1 + confidence) / 2) for count in counts)
    low = second - unseen_second * second - (first + unseen_first * (1 - first))
    high = second + unseen_second * (1 - second) - (first - unseen_first * first)
    return found._replace(ci_low=low, ci_high=high)


def _unseen_share(plans: int, confidence: float) -> float:
    """The largest share of plans that may be different where none of so many was."""
    from scipy.stats import binomtest

    return float(binomtest(0, plans).proportion_ci(confidence, method="exact").high)
