"""Whether one arm is better than another: measures in, a report out. Nothing is read, and nothing is shown."""

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from plan_pipeline.core.experiment import DEFAULT_MARGINS, Guardrail, Metric
from plan_pipeline.core.model.request import ArmName
from plan_pipeline.experiments.inference import CONFIDENCE, Estimate, paired_estimate, unpaired_estimate
from plan_pipeline.experiments.measures import Measures
from plan_pipeline.experiments.model import (
    Comparison,
    ComparisonOutcome,
    ExperimentReport,
    GuardrailOutcome,
    GuardrailResult,
)
from plan_pipeline.experiments.model_use import extra_costs, model_use
from plan_pipeline.experiments.summaries import (
    METRIC_COLUMNS,
    arms_of,
    doubts,
    failure_counts,
    left_undone,
    plans_of,
    price_doubts,
    strata,
    summarise,
    values_of,
)

SRM_SUSPECT_BELOW: Final = 0.001
"""A split this unlikely means that plans went missing (Fabijan et al. 2019 diagnose at 0.0005 to 0.001)."""

PAIRED_SHARE: Final = 0.5
"""Arms are paired where at least this share of the smaller one's plans is in the other as well.

A paired design has all of them in both unless a run broke off, live arms only those that were moved between them.
"""


def analyse(
    measures: Measures,
    *,
    baseline: ArmName | None = None,
    metrics: Iterable[Metric] = tuple(Metric),
    guardrails: Sequence[Guardrail] = (),
    margins: Mapping[Metric, float] = DEFAULT_MARGINS,
    split: Mapping[ArmName, float] | None = None,
    confidence: float = CONFIDENCE,
    athletes: Mapping[ArmName, int] | None = None,
    now: dt.datetime | None = None,
) -> ExperimentReport:
    """Compare the arms of an experiment.

    Every arm is compared with the ``baseline`` (by default the first there is of legacy, adjusted, optimal), and then
    the others with each other. ``split`` are the weights that plans were to be split by, equal by default. p-values
    are corrected over the comparisons of the report by Holm (1979), without those in which no plan differs at all,
    which could not have been findings (Tarone 1990); only a corrected one below 1 − ``confidence`` makes an arm better
    or worse. Arms are the same where the whole interval lies within the metric's margin: two one-sided tests
    (Schuirmann 1987), at half of 1 − ``confidence`` each. Metrics that ``margins`` leaves out have the default.
    ``athletes`` is how many each arm was to have plans of, where that is known: those it lacks were left undone, and
    the split is then not tested. The same measures give the same report; ``now`` is what it is dated.

    Raises ``ValueError`` for a baseline without plans, for measures without any, and for a confidence outside 0 to 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: {confidence:g} is not between 0 and 1; 0.95 is usual")
    arms = _in_order(measures, baseline)
    asked = tuple(dict.fromkeys(metrics))
    pairs = list(itertools.combinations(arms, 2))
    paired = bool(pairs) and all(_is_paired(measures, *pair) for pair in pairs)
    estimates = {
        (metric, *pair): compare(measures, metric, *pair, paired=paired, confidence=confidence)
        for pair in pairs
        for metric in dict.fromkeys([*asked, *(guardrail.metric for guardrail in guardrails)])
    }
    undone = left_undone(measures, athletes or {})
    srm = None if any(undone.values()) else split_p_value(measures, split)
    made = measures.plans.generated_at
    use = model_use(*measures.models, arms) if measures.models else ()
    return ExperimentReport(
        experiment=measures.experiment,
        generated_at=now or dt.datetime.now(dt.UTC),
        first_generation=made.min().to_pydatetime(),
        last_generation=made.max().to_pydatetime(),
        confidence=confidence,
        paired=paired,
        arms=tuple(summarise(measures, arm, undone.get(arm)) for arm in arms),
        comparisons=_comparisons(
            {key: found for key, found in estimates.items() if key[0] in asked},
            {**DEFAULT_MARGINS, **margins},
            confidence,
        ),
        srm_p_value=srm,
        guardrails=tuple(
            _guardrail(guardrail, arm, arms[0], estimates[guardrail.metric, arms[0], arm], 1 - confidence)
            for guardrail in guardrails
            for arm in arms[1:]
        ),
        failures=failure_counts(measures),
        strata=strata(measures),
        warnings=(*_split_doubt(srm), *doubts(measures, paired=paired, undone=undone), *price_doubts(use)),
        sports=measures.sports,
        model_use=use,
        extra_costs=extra_costs(*measures.models, pairs, confidence=confidence) if measures.models and paired else (),
    )


def compare(
    measures: Measures,
    metric: Metric,
    baseline: ArmName,
    candidate: ArmName,
    *,
    paired: bool,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Two arms by one metric alone, before any correction: over the weeks (or plans) of both where ``paired``."""
    source = METRIC_COLUMNS[metric]
    first, second = values_of(measures, metric, baseline), values_of(measures, metric, candidate)
    if not paired:
        return unpaired_estimate(first, second, confidence=confidence, is_share=source.is_share)
    both = first.merge(second, on=["plan_id", "week"], suffixes=("_baseline", "_candidate"))
    pairs = both.rename(columns={"value_baseline": "baseline", "value_candidate": "candidate"})
    return paired_estimate(pairs, confidence=confidence, is_share=source.is_share, unit=source.unit)


def split_p_value(measures: Measures, split: Mapping[ArmName, float] | None = None) -> float | None:
    """How likely a split of plans at least this uneven is, if they are split by the weights: the chi-square test.

    An arm without any plan counts with none; plans in an arm that has no weight cannot be, and give 0. ``None`` where
    there is one arm only.
    """
    from scipy.stats import chisquare

    counts = {arm: len(plans_of(measures, arm)) for arm in arms_of(measures)}
    weights = dict(split) if split else dict.fromkeys(counts, 1.0)
    if len(weights) < 2:
        return None
    if counts.keys() - weights.keys():
        return 0.0
    observed = [counts.get(arm, 0) for arm in weights]
    expected = [sum(observed) * weight / sum(weights.values()) for weight in weights.values()]
    return float(chisquare(observed, expected).pvalue)


def _in_order(measures: Measures, baseline: ArmName | None) -> tuple[ArmName, ...]:
    """The arms with the baseline first."""
    arms = arms_of(measures)
    if not arms:
        raise ValueError(f"experiment {measures.experiment!r} has no plans to analyse; run it first")
    first = baseline or arms[0]
    if first not in arms:
        raise ValueError(f"baseline: {first} has no plans in {measures.experiment!r}; choose from {', '.join(arms)}")
    return (first, *(arm for arm in arms if arm != first))


def _is_paired(measures: Measures, one: ArmName, other: ArmName) -> bool:
    first, second = plans_of(measures, one), plans_of(measures, other)
    return len(first & second) >= PAIRED_SHARE * min(len(first), len(second))


def _comparisons(
    estimates: Mapping[tuple[Metric, ArmName, ArmName], Estimate], margins: Mapping[Metric, float], confidence: float
) -> tuple[Comparison, ...]:
    adjusted = _holm([None if _is_same(estimate) else estimate.p_value for estimate in estimates.values()])
    return tuple(
        Comparison(
            metric=metric,
            baseline=baseline,
            candidate=candidate,
            **{name: value for name, value in estimate._asdict().items() if name != "constant"},
            p_adjusted=estimate.p_value if _is_same(estimate) else p_adjusted,
            margin=margins[metric],
            within_margin=_is_within(estimate, margins[metric]),
            better=_outcome(metric, estimate, p_adjusted, margins[metric], 1 - confidence),
        )
        for ((metric, baseline, candidate), estimate), p_adjusted in zip(estimates.items(), adjusted, strict=True)
    )


def _holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Corrected p-values in the same order; what has none stays without, and does not count."""
    from statsmodels.stats.multitest import multipletests

    known = [p_value for p_value in p_values if p_value is not None]
    corrected = iter(multipletests(known, method="holm")[1].tolist() if known else [])
    return [None if p_value is None else next(corrected) for p_value in p_values]


def _is_same(estimate: Estimate) -> bool:
    """Whether nothing differs anywhere: no outcome of such a comparison could have been a finding."""
    return estimate.constant and estimate.p_value == 1.0


def _is_within(estimate: Estimate, margin: float) -> bool | None:
    """Whether the whole interval is nearer to 0 than the margin; ``None`` without an interval."""
    if estimate.ci_low is None or estimate.ci_high is None:
        return None
    return -margin < estimate.ci_low and estimate.ci_high < margin


def _outcome(
    metric: Metric, estimate: Estimate, p_adjusted: float | None, margin: float, alpha: float
) -> ComparisonOutcome:
    if estimate.difference and p_adjusted is not None and p_adjusted < alpha:
        is_better = (estimate.difference > 0) is metric.higher_is_better
        return ComparisonOutcome.BETTER if is_better else ComparisonOutcome.WORSE
    return ComparisonOutcome.SAME if _is_within(estimate, margin) else ComparisonOutcome.UNDECIDED


def _guardrail(
    guardrail: Guardrail, arm: ArmName, baseline: ArmName, estimate: Estimate, alpha: float
) -> GuardrailResult:
    """Held against the interval of the difference: kept where it excludes more harm than the limit allows."""
    metric, limit = guardrail.metric, guardrail.max_worse
    worse = least = most = None
    outcome = GuardrailOutcome.NOT_SHOWN
    if estimate.difference is None:
        message = f"{metric}: {arm} cannot be held against {baseline}, which allows {limit:g} worse; measure both arms"
    else:
        sign = -1 if metric.higher_is_better else 1
        worse = sign * estimate.difference + 0.0  # without the sign of a negative zero
        change = f"{worse:.3g} worse" if worse > 0 else f"{-worse:.3g} better" if worse < 0 else "no worse"
        message = f"{metric}: {arm} is {change} than {baseline}; at most {limit:g} worse is allowed"
        if estimate.ci_low is not None and estimate.ci_high is not None:
            least, most = sorted((sign * estimate.ci_low + 0.0, sign * estimate.ci_high + 0.0))
            if most <= limit:
                outcome = GuardrailOutcome.KEPT
            elif least > limit:
                outcome = GuardrailOutcome.BROKEN
            else:
                message += f", and up to {most:.3g} cannot be ruled out yet"
        elif worse > limit and estimate.p_value is not None and estimate.p_value < alpha:
            outcome = GuardrailOutcome.BROKEN
        else:
            message += ", and without an interval more cannot be ruled out"
    return GuardrailResult(
        metric=metric,
        arm=arm,
        baseline=baseline,
        limit=limit,
        value=worse,
        least=least,
        most=most,
        outcome=outcome,
        kept=outcome is GuardrailOutcome.KEPT,
        message=message,
    )


def _split_doubt(p_value: float | None) -> list[str]:
    if p_value is None or p_value >= SRM_SUSPECT_BELOW:
        return []
    return [
        f"plans are not split over the arms as designed (p = {p_value:.1g}): find out where plans went missing "
        "before believing any difference"
    ]
