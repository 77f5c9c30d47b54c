"""How metrics are called and their values written, the same in every form of a report."""

from typing import Final, NamedTuple

from plan_pipeline.core.measures.week_metrics import FailureCause
from plan_pipeline.experiments.model import ComparisonOutcome, GuardrailOutcome, Metric

NOTHING: Final = "–"
MINUS: Final = "−"


class Unit(NamedTuple):
    """How values of a metric and their differences are written: times ``scale``, with what behind them.

    Of durations, the number of decimals depends on the value (``None``).
    """

    scale: float
    decimals: int | None
    after_value: str = ""
    after_difference: str = ""


SHARE: Final = Unit(100, 1, " %", " pp")
PERCENTAGE: Final = Unit(1, 1, " %", " pp")
MILLISECONDS: Final = Unit(1, None, " ms", " ms")
SCORE: Final = Unit(1, 3)
"""Arms differ in variety by thousandths."""
COUNT: Final = Unit(1, 2)


class Wording(NamedTuple):
    """How a metric is called, and a sentence on a candidate that has ``more`` or ``less`` of it than the baseline.

    ``over`` says what an arm's value is measured on; plans made are those published or rejected.
    """

    label: str
    unit: Unit
    sentence: str
    more: str = "more"
    less: str = "fewer"
    over: str = "of feasible weeks"


WORDINGS: Final = {
    Metric.PASS_RATE_BEFORE_FIX: Wording(
        "validation pass rate before the fix", SHARE, "passes {amount} {more} weeks than {baseline} before the fix"
    ),
    Metric.PASS_RATE: Wording(
        "validation pass rate after the fix", SHARE, "passes {amount} {more} weeks than {baseline} after the fix"
    ),
    Metric.MEAN_ABS_TIME_ERROR_PCT: Wording(
        "mean time error",
        PERCENTAGE,
        "misses the hours wanted by {amount} {more} than {baseline}",
        less="less",
        over="over feasible weeks",
    ),
    Metric.AUTO_FIX_RATE: Wording(
        "weeks needing auto-fix", SHARE, "needs the auto-fix in {amount} {more} weeks than {baseline}"
    ),
    Metric.MS_PER_WEEK: Wording(
        "execution time per week",
        MILLISECONDS,
        "takes {amount} a week {more} than {baseline}",
        "longer",
        "less",
        over="over plans made",
    ),
    Metric.STRUCTURE_PRESERVED_RATE: Wording(
        "structure preserved", SHARE, "keeps the structure of workouts in {amount} {more} weeks than {baseline}"
    ),
    Metric.VARIETY: Wording(
        "variety score",
        SCORE,
        "scores {amount} {more} in variety than {baseline}",
        "higher",
        "lower",
        over="over plans made",
    ),
    Metric.RULES_BROKEN_PER_PLAN: Wording(
        "rules broken per plan",
        COUNT,
        "breaks {amount} {more} rules a plan than {baseline}",
        over="over plans made",
    ),
    Metric.PLANS_BREAKING_RULES_RATE: Wording(
        "plans that break a rule", SHARE, "breaks rules in {amount} {more} plans than {baseline}", over="of plans made"
    ),
    Metric.GOAL_MINUTES_RATE: Wording(
        "weeks with their goal's minutes",
        SHARE,
        "has the goal's minutes in {amount} {more} weeks than {baseline}",
        over="of weeks that want any",
    ),
}

OUTCOME_WORDS: Final = {
    ComparisonOutcome.BETTER: "better",
    ComparisonOutcome.WORSE: "worse",
    ComparisonOutcome.UNDECIDED: "not shown",
    ComparisonOutcome.SAME: "same",
}

GUARDRAIL_WORDS: Final = {
    GuardrailOutcome.KEPT: "kept",
    GuardrailOutcome.BROKEN: "broken",
    GuardrailOutcome.NOT_SHOWN: "not shown",
}

_CAUSES: Final = {
    FailureCause.TSS_HIGH.value: "TSS too high",
    FailureCause.TSS_LOW.value: "TSS too low",
    FailureCause.STRUCTURE.value: "structure broken",
}


def value(metric: Metric, number: float | None) -> str:
    """A metric's value for people: ``93.4 %``, ``12.1 ms``, ``0.962``; a dash for ``None``."""
    unit = WORDINGS[metric].unit
    if number is None:
        return NOTHING
    if unit is SHARE:
        return share(number)
    if unit.decimals is None:
        return unsigned(unit, number) + unit.after_value
    return f"{number:.{unit.decimals}f}{unit.after_value}"


def share(number: float, decimals: int = 1) -> str:
    """A share of 1 in percent. One that is not quite all or nothing is never written as ``100.0 %`` or ``0.0 %``."""
    least = 10**-decimals
    if 0 < number < least / 200:
        return f"<{least:g} %"
    return f">{100 - least:g} %" if 1 - least / 200 <= number < 1 else f"{100 * number:.{decimals}f} %"


def difference(metric: Metric, number: float | None) -> str:
    """A signed difference for people: ``+8.7 pp``, ``−0.4 ms``; a dash for ``None``."""
    unit = WORDINGS[metric].unit
    return NOTHING if number is None else signed(unit, number) + unit.after_difference


def amount(metric: Metric, number: float | None) -> str:
    """A difference whose direction the text around it gives: ``8.7 pp``; a dash for ``None``."""
    return difference(metric, number).removeprefix("+")


def interval_of(confidence: float) -> str:
    """What the interval of a confidence, 0 to 1, is called."""
    return f"{100 * confidence:g} % interval"


def hours(band: str) -> str:
    """A band of hours a week for people: ``under 5 h``, ``5–8 h``, ``14 h and more``."""
    if band.startswith("<"):
        return f"under {band[1:]} h"
    bound = band.removeprefix("≥").removeprefix(">=")
    return f"{band.replace('-', '–')} h" if bound == band else f"{bound} h and more"


def cause(name: str) -> str:
    """A cause of failure for people: ``too short``, ``TSS too low``, ``rule hard_days_apart``."""
    return _CAUSES.get(name, name.replace(":", " ", 1) if name.startswith("rule:") else name.replace("_", " "))


def p_value(number: float | None) -> str:
    """A p-value for people: three decimals, or ``< 0.001``."""
    if number is None:
        return NOTHING
    return "< 0.001" if number < 0.001 else f"{number:.3f}"


def signed(unit: Unit, number: float) -> str:
    """A bound of a difference without its unit of measurement, with a plus sign where it is above zero."""
    text = unsigned(unit, number)
    return text if text.startswith(MINUS) or not any(digit in text for digit in "123456789") else f"+{text}"


def unsigned(unit: Unit, number: float) -> str:
    """A difference or a bound of its interval without its unit; a minus sign where it is below zero.

    Where its decimals would be all zero it has one digit that is not: a small difference is not written as none.
    """
    scaled = unit.scale * number
    decimals = unit.decimals
    if decimals is None:
        decimals = 0 if abs(number) >= 100 else 1 if abs(number) >= 10 else 2
    text = f"{abs(scaled):.{decimals}f}"
    if float(text) == 0 and abs(scaled) >= 1e-4:
        text = f"{abs(scaled):.1g}"
    return f"{MINUS}{text}" if scaled < 0 and float(text) else text
