"""A report in words and figures, the same in the terminal, in Markdown, on the page and in Dagster's UI.

``table`` and ``page`` only lay it out; how numbers are written is in ``wording``.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from plan_pipeline.core.wording import listed
from plan_pipeline.experiments.analysis import SRM_SUSPECT_BELOW
from plan_pipeline.experiments.model import (
    Comparison,
    ComparisonOutcome,
    ExperimentReport,
    FailureCount,
    GuardrailOutcome,
    GuardrailResult,
    Metric,
    Pair,
)
from plan_pipeline.experiments.wording import (
    GUARDRAIL_WORDS,
    NOTHING,
    OUTCOME_WORDS,
    WORDINGS,
    amount,
    difference,
    interval_of,
    p_value,
    share,
    signed,
    unsigned,
    value,
)

MARKS: Final = {
    ComparisonOutcome.BETTER: "▲",
    ComparisonOutcome.WORSE: "▼",
    ComparisonOutcome.UNDECIDED: "·",
    ComparisonOutcome.SAME: "=",
}


CHECK_MARKS: Final = {
    GuardrailOutcome.KEPT: "✓",
    GuardrailOutcome.BROKEN: "✗",
    GuardrailOutcome.NOT_SHOWN: "?",
}


class Difference(NamedTuple):
    """A comparison as the cell of a table; a dash where there is nothing to compare, empty where nothing could be."""

    amount: str
    interval: str
    outcome: ComparisonOutcome | None

    @property
    def word(self) -> str:
        return OUTCOME_WORDS[self.outcome] if self.outcome else ""

    @property
    def text(self) -> str:
        """The difference with its mark and its word, without the interval."""
        return f"{MARKS[self.outcome]} {self.amount} {self.word}" if self.outcome else self.amount


class Row(NamedTuple):
    """What each arm has of something, and the difference of each pair, in the report's order.

    ``over`` says what the values are counted over, and within which margin arms count as the same.
    """

    label: str
    over: str
    values: tuple[str, ...]
    differences: tuple[Difference, ...]


class PairVerdict(NamedTuple):
    """What is found about two arms: the first metric in a sentence, the rest by name."""

    pair: Pair
    outcome: ComparisonOutcome
    sentence: str
    also: str

    @property
    def mark(self) -> str:
        return MARKS[self.outcome]


class ReportCheck(NamedTuple):
    """Something that must hold for the figures to be trusted, and whether it is shown to."""

    outcome: GuardrailOutcome
    text: str

    @property
    def mark(self) -> str:
        return CHECK_MARKS[self.outcome]

    @property
    def word(self) -> str:
        return GUARDRAIL_WORDS[self.outcome]


def design(report: ExperimentReport) -> str:
    """How the plans were compared, in a sentence."""
    *others, last = (str(arm.arm) for arm in report.arms)
    sports = listed(list(report.sports), "and")
    weeks = f"{sum(arm.weeks for arm in report.arms):,} feasible weeks of {sports} in all"
    if not others:
        return f"{last} alone, with nothing to compare it with; {weeks}"
    how = "the same plans in each arm, compared plan by plan" if report.paired else "each plan in one arm"
    return f"{', '.join(others)} and {last}: {how}; {weeks}"


def verdicts(report: ExperimentReport) -> tuple[PairVerdict, ...]:
    """One verdict a pair of arms."""
    return tuple(_verdict(report, pair) for pair in report.pairs)


def alerts(report: ExperimentReport) -> tuple[str, ...]:
    """What a reader must know before the figures: guardrails that are broken, or seem to be, and the warnings."""
    seem = {GuardrailOutcome.BROKEN: "guardrail broken", GuardrailOutcome.NOT_SHOWN: "guardrail may be broken"}
    harms = (
        f"{seem[each.outcome]}: {_guardrail(each)}"
        for each in report.guardrails
        if each.outcome is GuardrailOutcome.BROKEN or (each.value is not None and each.value > each.limit)
    )
    return tuple(dict.fromkeys([*harms, *report.warnings]))


def rows(report: ExperimentReport) -> tuple[Row, ...]:
    """The comparison table: plans, weeks, and each metric that any arm has a value of."""
    compared = {(each.metric, each.pair): each for each in report.comparisons}
    blank = (Difference("", "", None),) * len(report.pairs)
    counts = (
        Row("plans", "all that were asked for", tuple(f"{arm.plans:,}" for arm in report.arms), blank),
        Row("weeks", "all that were asked for", tuple(f"{arm.weeks_asked:,}" for arm in report.arms), blank),
        Row("feasible weeks", "of all weeks asked for", tuple(f"{arm.weeks:,}" for arm in report.arms), blank),
    )
    measured = {metric: [getattr(arm, metric.value) for arm in report.arms] for metric in Metric}
    return counts + tuple(
        Row(
            WORDINGS[metric].label,
            WORDINGS[metric].over + _margin(metric, compared),
            tuple(value(metric, number) for number in numbers),
            tuple(_difference(compared.get((metric, pair))) for pair in report.pairs),
        )
        for metric, numbers in measured.items()
        if any(number is not None for number in numbers)
    )


def note(report: ExperimentReport) -> str:
    """How to read a difference of the table."""
    better, worse, open_, same = MARKS.values()
    over = "over what both arms measured, so that they can differ from those of the columns" if report.paired else ""
    return (
        f"Differences are candidate minus baseline{over and f', {over}'}, with their {interval_of(report.confidence)}. "
        f"{better} better and {worse} worse are shown after correction for many comparisons, {same} same is shown too: "
        f"the whole interval lies within the row's margin. {open_} not shown is neither, and not sameness. "
        "Plans made are those published or rejected."
    )


def checks(report: ExperimentReport) -> tuple[ReportCheck, ...]:
    """The split of the plans over the arms, where there is one to test, and every guardrail."""
    guardrails = tuple(ReportCheck(each.outcome, _guardrail(each)) for each in report.guardrails)
    if report.srm_p_value is None:
        return guardrails
    kept = report.srm_p_value >= SRM_SUSPECT_BELOW
    plans = ", ".join(f"{arm.plans:,} {arm.arm}" for arm in report.arms)
    judged = "as designed" if kept else "not as designed"
    outcome = GuardrailOutcome.KEPT if kept else GuardrailOutcome.BROKEN
    return (ReportCheck(outcome, f"plans are split {judged}: {plans} (p {p_value(report.srm_p_value)})"), *guardrails)


def asked_share(report: ExperimentReport, failure: FailureCount) -> str:
    """The weeks that failed for a cause, in percent of all weeks asked of the arm."""
    asked = next((arm.weeks_asked for arm in report.arms if arm.arm == failure.arm), 0)
    return share(failure.weeks / asked) if asked else NOTHING


def power_lines(report: ExperimentReport) -> tuple[str, ...]:
    """For each pair of arms, what would have been found where nothing is shown, and the plans it would take."""
    lines = []
    for pair in report.pairs:
        found = [
            f"{WORDINGS[each.metric].label} {_power(each)}"
            for each in report.of_pair(pair)
            if each.better is ComparisonOutcome.UNDECIDED and each.minimum_detectable_effect is not None
        ]
        if found:
            lines.append(f"{pair.candidate} against {pair.baseline} would show, with 80 % power: {'; '.join(found)}")
    return tuple(lines)


def sentence(comparison: Comparison, confidence: float) -> str:
    """What one comparison shows, with its interval: ``adjusted passes 8.7 pp more weeks than legacy …``."""
    wording, (baseline, candidate) = WORDINGS[comparison.metric], comparison.pair
    change = comparison.difference
    if change is None:
        return f"nothing to compare {candidate} and {baseline} by in {wording.label}"
    shown = f"{difference(comparison.metric, change)}{_around(comparison, confidence, turned=False)}"
    if comparison.better is ComparisonOutcome.SAME:
        within = f"within {amount(comparison.metric, comparison.margin)} either way"
        return f"{candidate} and {baseline} have the same {wording.label} {within}: {shown}"
    if comparison.better is ComparisonOutcome.UNDECIDED:
        not_shown = f"no difference shown between {candidate} and {baseline} in {wording.label}"
        return f"{not_shown}: {shown}; {_left_open(comparison)}"
    found = wording.sentence.format(
        amount=amount(comparison.metric, abs(change)),
        more=wording.more if change > 0 else wording.less,
        baseline=baseline,
    )
    return f"{candidate} {found}{_around(comparison, confidence, turned=change < 0)}"


def _around(comparison: Comparison, confidence: float, *, turned: bool) -> str:
    """The interval as the end of a sentence; ``turned`` where the sentence speaks of how much less."""
    low, high = comparison.ci_low, comparison.ci_high
    if low is None or high is None:
        return ""
    unit = WORDINGS[comparison.metric].unit
    low, high = (-high, -low) if turned else (low, high)
    return f", {interval_of(confidence)} {unsigned(unit, low)} to {unsigned(unit, high)}"


def _left_open(comparison: Comparison) -> str:
    low, high = comparison.ci_low, comparison.ci_high
    if low is None or high is None:
        return "without an interval, how far they may differ is open"
    if low > 0 or high < 0:
        return "clear of 0 by itself, but not once corrected for many comparisons"
    if low == -high:
        return f"a difference of up to {amount(comparison.metric, high)} either way is compatible with these plans"
    below, above = (difference(comparison.metric, bound) for bound in (low, high))
    return f"any difference from {below} to {above} is compatible with these plans"


def _margin(metric: Metric, compared: Mapping[tuple[Metric, Pair], Comparison]) -> str:
    margin = next((each.margin for (of, _), each in compared.items() if of is metric), None)
    return "" if margin is None else f", margin {amount(metric, margin)}"


def _verdict(report: ExperimentReport, pair: Pair) -> PairVerdict:
    first, *rest = report.of_pair(pair)
    alike = first.better is ComparisonOutcome.BETTER
    parts = [
        f"{word}: " + ", ".join(f"{WORDINGS[each.metric].label} ({_by(each)})" for each in found)
        for word, outcome in (
            ("also better" if alike else "better", ComparisonOutcome.BETTER),
            ("worse", ComparisonOutcome.WORSE),
        )
        if (found := [each for each in rest if each.better is outcome])
    ]
    also = "; ".join(parts) or ("nothing else is shown to differ" if rest else "")
    return PairVerdict(pair, first.better, sentence(first, report.confidence), also)


def _guardrail(result: GuardrailResult) -> str:
    metric, label = result.metric, WORDINGS[result.metric].label
    limit = amount(metric, result.limit)
    if result.value is None:
        return f"{label} of {result.arm} cannot be held against {result.baseline}'s ({limit} worse is allowed)"
    change = "no different from"
    if result.value:
        change = f"{amount(metric, abs(result.value))} {'worse' if result.value > 0 else 'better'} than"
    found = f"{label} of {result.arm} is {change} {result.baseline}'s in these plans, at most {limit} worse is allowed"
    if result.least is None or result.most is None:
        return found if result.outcome is GuardrailOutcome.BROKEN else f"{found}; without an interval more is possible"
    if result.outcome is GuardrailOutcome.BROKEN:
        return f"{found}; at least {amount(metric, result.least)} worse is shown"
    if result.outcome is GuardrailOutcome.NOT_SHOWN:
        return f"{found}; up to {amount(metric, result.most)} worse cannot be ruled out yet"
    ruled_out = "any harm" if result.most <= 0 else f"more than {amount(metric, result.most)} worse"
    return f"{found}; {ruled_out} is ruled out"


def _by(comparison: Comparison) -> str:
    """By how much arms differ; a difference may be shown although it matters to nobody."""
    found = difference(comparison.metric, comparison.difference)
    return f"{found}, within the margin" if comparison.within_margin else found


def _power(comparison: Comparison) -> str:
    """The least difference that would be found with 80 % power, and the plans it takes to find the one seen."""
    least = f"{amount(comparison.metric, comparison.minimum_detectable_effect)} or more"
    if comparison.plans_needed is None:
        return least
    each = "pairs of plans" if comparison.paired else "plans an arm"
    seen = difference(comparison.metric, comparison.difference)
    return f"{least} ({seen} needs {comparison.plans_needed:,} {each})"


def _difference(comparison: Comparison | None) -> Difference:
    if comparison is None or comparison.difference is None:
        return Difference(NOTHING, "", None)
    unit = WORDINGS[comparison.metric].unit
    low, high = comparison.ci_low, comparison.ci_high
    interval = "" if low is None or high is None else f"{signed(unit, low)} to {signed(unit, high)}"
    return Difference(difference(comparison.metric, comparison.difference), interval, comparison.better)
