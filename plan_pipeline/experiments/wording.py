"""How metrics are called and their values written, the same in every form of a report.

Belongs here: labels, units, numbers for people, names of bands and causes. Does not belong here: what a report says
with them (see ``rendering``).
"""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

from plan_pipeline.core.week_metrics import FailureCause
from plan_pipeline.experiments.model import ComparisonOutcome, Metric

NOTHING = "–"
MINUS = "−"


class Unit(Enum):
    """How the values of a metric and their differences are written."""

    SHARE = auto()
    PERCENTAGE = auto()
    MILLISECONDS = auto()
    SCORE = auto()
    COUNT = auto()


_DECIMALS = {Unit.SHARE: 1, Unit.PERCENTAGE: 1, Unit.SCORE: 3, Unit.COUNT: 2}
"""Of shares, those of their percentages. Arms differ in variety by thousandths."""


class Wording(NamedTuple):
    """How a metric is called, and what it means that the candidate has ``more`` or ``less`` of it."""

    label: str
    unit: Unit
    more: str
    less: str


WORDINGS = {
    Metric.PASS_RATE_BEFORE_FIX: Wording(
        "validation pass rate before the fix",
        Unit.SHARE,
        "{candidate} passes {amount} more weeks than {baseline} before the fix",
        "{candidate} passes {amount} fewer weeks than {baseline} before the fix",
    ),
    Metric.PASS_RATE: Wording(
        "validation pass rate after the fix",
        Unit.SHARE,
        "{candidate} passes {amount} more weeks than {baseline} after the fix",
        "{candidate} passes {amount} fewer weeks than {baseline} after the fix",
    ),
    Metric.MEAN_ABS_TIME_ERROR_PCT: Wording(
        "mean time error",
        Unit.PERCENTAGE,
        "{candidate} misses the hours wanted by {amount} more than {baseline}",
        "{candidate} misses the hours wanted by {amount} less than {baseline}",
    ),
    Metric.AUTO_FIX_RATE: Wording(
        "weeks needing auto-fix",
        Unit.SHARE,
        "{candidate} needs the auto-fix in {amount} more weeks than {baseline}",
        "{candidate} needs the auto-fix in {amount} fewer weeks than {baseline}",
    ),
    Metric.MS_PER_WEEK: Wording(
        "execution time per week",
        Unit.MILLISECONDS,
        "{candidate} takes {amount} a week longer than {baseline}",
        "{candidate} takes {amount} a week less than {baseline}",
    ),
    Metric.STRUCTURE_PRESERVED_RATE: Wording(
        "structure preserved",
        Unit.SHARE,
        "{candidate} keeps the structure of workouts in {amount} more weeks than {baseline}",
        "{candidate} keeps the structure of workouts in {amount} fewer weeks than {baseline}",
    ),
    Metric.VARIETY: Wording(
        "variety score",
        Unit.SCORE,
        "{candidate} scores {amount} higher in variety than {baseline}",
        "{candidate} scores {amount} lower in variety than {baseline}",
    ),
    Metric.RULES_BROKEN_PER_PLAN: Wording(
        "rules broken per plan",
        Unit.COUNT,
        "{candidate} breaks {amount} more rules a plan than {baseline}",
        "{candidate} breaks {amount} fewer rules a plan than {baseline}",
    ),
}

OUTCOME_WORDS = {
    ComparisonOutcome.BETTER: "better",
    ComparisonOutcome.WORSE: "worse",
    ComparisonOutcome.UNDECIDED: "not shown",
    ComparisonOutcome.SAME: "same",
}


_CAUSES = {
    FailureCause.TSS_HIGH.value: "TSS too high",
    FailureCause.TSS_LOW.value: "TSS too low",
    FailureCause.STRUCTURE.value: "structure broken",
}


def value(metric: Metric, number: float | None) -> str:
    """A metric's value for people: ``93.4 %``, ``12.1 ms``, ``0.962``; a dash for ``None``.

    A share that is not quite all or nothing is never written as ``100.0 %`` or ``0.0 %``.
    """
    if number is None:
        return NOTHING
    match WORDINGS[metric].unit:
        case Unit.SHARE:
            if 0 < number < 0.0005:
                return "<0.1 %"
            return ">99.9 %" if 0.9995 <= number < 1 else f"{100 * number:.1f} %"
        case Unit.PERCENTAGE:
            return f"{number:.{_DECIMALS[Unit.PERCENTAGE]}f} %"
        case Unit.MILLISECONDS:
            return f"{_fixed(number, _decimals_of_ms(number))} ms"
        case unit:
            return f"{number:.{_DECIMALS[unit]}f}"


def difference(metric: Metric, number: float | None) -> str:
    """A signed difference for people: ``+8.7 pp``, ``−0.4 ms``; a dash for ``None``."""
    if number is None:
        return NOTHING
    unit = WORDINGS[metric].unit
    suffix = {Unit.SHARE: " pp", Unit.PERCENTAGE: " pp", Unit.MILLISECONDS: " ms"}.get(unit, "")
    return signed(unit, number) + suffix


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
    """A difference or a bound of its interval without its unit; a minus sign where it is below zero."""
    scaled = 100 * number if unit is Unit.SHARE else number
    return _fixed(scaled, _decimals_of_ms(number) if unit is Unit.MILLISECONDS else _DECIMALS[unit])


def _decimals_of_ms(number: float) -> int:
    return 0 if abs(number) >= 100 else 1 if abs(number) >= 10 else 2


def _fixed(number: float, decimals: int) -> str:
    """With ``decimals``, or with one digit that is not zero: a small difference is not written as none."""
    text = f"{abs(number):.{decimals}f}"
    if number and float(text) == 0:
        text = f"{abs(number):.1g}" if abs(number) >= 1e-4 else text
    return f"{MINUS}{text}" if number < 0 and float(text) else text
