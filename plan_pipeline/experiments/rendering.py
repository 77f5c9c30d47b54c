"""What a report says in words and figures, the same in the terminal, in Markdown and on the page.

Belongs here: the verdict on two arms in a sentence, the rows of the comparison table, what the checks say. Does not
belong here: how numbers are written (see ``wording``), any form of it (see ``table``, ``page``) or computing it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from plan_pipeline.core.model.vocabulary import Arm
from plan_pipeline.experiments.analysis import SRM_SUSPECT_BELOW
from plan_pipeline.experiments.model import (
    ArmSummary,
    Comparison,
    ComparisonOutcome,
    ExperimentReport,
    GuardrailResult,
    Metric,
)
from plan_pipeline.experiments.wording import (
    MINUS,
    NOTHING,
    OUTCOME_WORDS,
    WORDINGS,
    difference,
    interval_of,
    p_value,
    signed,
    unsigned,
    value,
)


class Pair(NamedTuple):
    """Two arms that are compared."""

    baseline: Arm
    candidate: Arm

    def __str__(self) -> str:
        return f"{self.candidate} {MINUS} {self.baseline}"


class Difference(NamedTuple):
    """A comparison as the cells of a table; dashes where there is nothing to compare."""

    amount: str
    interval: str
    outcome: ComparisonOutcome | None

    @property
    def word(self) -> str:
        return "" if self.outcome is None else OUTCOME_WORDS[self.outcome]


class Row(NamedTuple):
    """A metric: its value in each arm, and the difference of each pair, in the report's order."""

    metric: Metric
    label: str
    values: tuple[str, ...]
    differences: tuple[Difference, ...]


class PairVerdict(NamedTuple):
    """What is to be said about two arms: the first metric in a sentence, the rest by name."""

    pair: Pair
    outcome: ComparisonOutcome
    sentence: str
    also: str


class ReportCheck(NamedTuple):
    """Something that must hold for the figures to be trusted, and whether it does."""

    kept: bool
    text: str


def pairs_of(report: ExperimentReport) -> tuple[Pair, ...]:
    """The pairs of arms that the report compares, in its order."""
    return tuple(dict.fromkeys(Pair(each.baseline, each.candidate) for each in report.comparisons))


def rows(report: ExperimentReport) -> tuple[Row, ...]:
    """The comparison table: a row for each metric that any arm has a value of."""
    compared = {(each.metric, Pair(each.baseline, each.candidate)): each for each in report.comparisons}
    return tuple(
        Row(
            metric,
            WORDINGS[metric].label,
            tuple(value(metric, value_of(arm, metric)) for arm in report.arms),
            tuple(_difference(compared.get((metric, pair))) for pair in pairs_of(report)),
        )
        for metric in Metric
        if any(value_of(arm, metric) is not None for arm in report.arms)
    )


def value_of(arm: ArmSummary, metric: Metric) -> float | None:
    """What the arm has of a metric."""
    found: float | None = getattr(arm, metric.value)
    return found


def verdicts(report: ExperimentReport) -> tuple[PairVerdict, ...]:
    """One verdict a pair of arms. The first of a pair's comparisons is what the experiment is about."""
    return tuple(_verdict(pair, _of_pair(report, pair), report.confidence) for pair in pairs_of(report))


def sentence(comparison: Comparison, confidence: float) -> str:
    """What one comparison shows, with its interval: ``adjusted passes 8.7 pp more weeks than legacy …``."""
    wording, pair = WORDINGS[comparison.metric], Pair(comparison.baseline, comparison.candidate)
    change = comparison.difference
    if change is None:
        return f"nothing to compare {pair.candidate} and {pair.baseline} by in {wording.label}"
    if comparison.better is ComparisonOutcome.SAME:
        return f"{pair.candidate} and {pair.baseline} have the same {wording.label}"
    if comparison.better is ComparisonOutcome.UNDECIDED:
        shown = f"{difference(comparison.metric, change)}{_around(comparison, confidence, turned=False)}"
        corrected = (
            "; clear of 0 by itself, but not once corrected for many comparisons" if _clear_of_0(comparison) else ""
        )
        return (
            f"no difference shown between {pair.candidate} and {pair.baseline} in {wording.label}: {shown}{corrected}"
        )
    phrase = wording.more if change > 0 else wording.less
    amount = difference(comparison.metric, abs(change)).removeprefix("+")
    said = phrase.format(candidate=pair.candidate, baseline=pair.baseline, amount=amount)
    return said + _around(comparison, confidence, turned=change < 0)


def _around(comparison: Comparison, confidence: float, *, turned: bool) -> str:
    """The interval as the end of a sentence; ``turned`` where the sentence speaks of how much less."""
    low, high = comparison.ci_low, comparison.ci_high
    if low is None or high is None:
        return ""
    unit = WORDINGS[comparison.metric].unit
    low, high = (-high, -low) if turned else (low, high)
    return f", {interval_of(confidence)} {unsigned(unit, low)} to {unsigned(unit, high)}"


def _clear_of_0(comparison: Comparison) -> bool:
    low, high = comparison.ci_low, comparison.ci_high
    return low is not None and high is not None and (low > 0 or high < 0)


def checks(report: ExperimentReport) -> tuple[ReportCheck, ...]:
    """The split of the plans over the arms, where there is one to test, and every guardrail."""
    guardrails = (ReportCheck(each.kept, _guardrail(report, each)) for each in report.guardrails)
    if report.srm_p_value is None:
        return tuple(guardrails)
    kept = report.srm_p_value >= SRM_SUSPECT_BELOW
    plans = ", ".join(f"{arm.plans:,} {arm.arm}" for arm in report.arms)
    judged = "as designed" if kept else "not as designed"
    return (ReportCheck(kept, f"plans are split {judged}: {plans} (p {p_value(report.srm_p_value)})"), *guardrails)


def alerts(report: ExperimentReport) -> tuple[str, ...]:
    """What a reader must know before the figures: broken guardrails and the report's warnings."""
    broken = (f"guardrail broken: {_guardrail(report, each)}" for each in report.guardrails if not each.kept)
    return tuple(dict.fromkeys([*broken, *report.warnings]))


def _guardrail(report: ExperimentReport, result: GuardrailResult) -> str:
    metric, label = result.metric, WORDINGS[result.metric].label
    limit = difference(metric, result.limit).removeprefix("+")
    if result.value is None:
        return f"{label} of {result.arm} cannot be held against {result.baseline}'s ({limit} worse is allowed)"
    amount = difference(metric, abs(result.value)).removeprefix("+")
    change = f"{amount} {'worse' if result.value > 0 else 'better'} than" if result.value else "the same as"
    said = f"{label} of {result.arm} is {change} {result.baseline}'s, at most {limit} worse is allowed"
    compared = next((c for c in _of_pair(report, Pair(result.baseline, result.arm)) if c.metric is metric), None)
    if compared is None or compared.ci_low is None or compared.ci_high is None:
        return said
    worst = -compared.ci_low if metric.higher_is_better else compared.ci_high
    if not result.kept or worst <= result.limit:
        return said
    return f"{said}; up to {difference(metric, worst).removeprefix('+')} worse cannot be ruled out yet"


def power_lines(report: ExperimentReport) -> tuple[str, ...]:
    """For each pair of arms, what would have been found where nothing is shown, and the plans it would take."""
    lines = []
    for pair in pairs_of(report):
        found = [
            f"{WORDINGS[each.metric].label} {power(each)}"
            for each in _of_pair(report, pair)
            if each.better is ComparisonOutcome.UNDECIDED and each.minimum_detectable_effect is not None
        ]
        if found:
            lines.append(f"{pair.candidate} against {pair.baseline} would show, with 80 % power: {'; '.join(found)}")
    return tuple(lines)


def power(comparison: Comparison) -> str:
    """The least difference that would be found with 80 % power, and the plans it takes to find the one seen."""
    if comparison.minimum_detectable_effect is None:
        return NOTHING
    least = difference(comparison.metric, comparison.minimum_detectable_effect).removeprefix("+")
    if comparison.plans_needed is None:
        return f"{least} or more"
    each = "pairs of plans" if comparison.paired else "plans an arm"
    seen = difference(comparison.metric, comparison.difference)
    return f"{least} or more ({seen} needs {comparison.plans_needed:,} {each})"


def design(report: ExperimentReport) -> str:
    """How the plans were compared, in a sentence."""
    *others, last = (str(arm.arm) for arm in report.arms)
    weeks = f"{sum(arm.weeks for arm in report.arms):,} feasible weeks in all"
    if not others:
        return f"{last} alone, with nothing to compare it with; {weeks}"
    how = "the same plans in each arm, compared plan by plan" if report.paired else "each plan in one arm"
    return f"{', '.join(others)} and {last}: {how}; {weeks}"


def _of_pair(report: ExperimentReport, pair: Pair) -> tuple[Comparison, ...]:
    return tuple(each for each in report.comparisons if Pair(each.baseline, each.candidate) == pair)


def _verdict(pair: Pair, comparisons: Sequence[Comparison], confidence: float) -> PairVerdict:
    first, *rest = comparisons
    alike = first.better is ComparisonOutcome.BETTER
    parts = [
        f"{word}: {', '.join(_short(each) for each in found)}"
        for word, outcome in (
            ("also better" if alike else "better", ComparisonOutcome.BETTER),
            ("worse", ComparisonOutcome.WORSE),
        )
        if (found := [each for each in rest if each.better is outcome])
    ]
    return PairVerdict(
        pair,
        first.better,
        sentence(first, confidence),
        "; ".join(parts) or ("nothing else is shown to differ" if rest else ""),
    )


def _short(comparison: Comparison) -> str:
    return f"{WORDINGS[comparison.metric].label} ({difference(comparison.metric, comparison.difference)})"


def _difference(comparison: Comparison | None) -> Difference:
    if comparison is None or comparison.difference is None:
        return Difference(NOTHING, "", None)
    unit = WORDINGS[comparison.metric].unit
    low, high = comparison.ci_low, comparison.ci_high
    interval = "" if low is None or high is None else f"{signed(unit, low)} to {signed(unit, high)}"
    return Difference(difference(comparison.metric, comparison.difference), interval, comparison.better)
