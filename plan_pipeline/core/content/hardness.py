"""Whether a session is hard or long by what is in it, whatever it is called, and what the day after has to be."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from plan_pipeline.core.config.content import HardnessRules
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.session import SessionContent, content_of
from plan_pipeline.core.content.w_balance import Surge, w_spent
from plan_pipeline.core.load import SHAPES_KEPT, Shape, shape_of
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.wording import number


class Hardness(NamedTuple):
    """Why a session is hard and why it is long, as messages put it; ``None`` for what it is not."""

    hard: str | None
    long: str | None


class DayTotal(NamedTuple):
    """What a day holds in all: minutes and TSS."""

    minutes: float = 0.0
    tss: float = 0.0


def hardness_of(segments: Sequence[Segment], kind: WorkoutType, config: PlanningConfig) -> Hardness:
    """Whether a session is hard, long, both or neither; worked out once per shape.

    A test is hard; of other types nothing is concluded.
    """
    return _hardness_of(shape_of(segments), kind, config)


@lru_cache(maxsize=SHAPES_KEPT)
def _hardness_of(shape: Shape, kind: WorkoutType, config: PlanningConfig) -> Hardness:
    content, rules = content_of(shape), config.content.hardness
    return Hardness(why_hard(content, kind, rules), why_long(DayTotal(content.minutes, content.tss), rules))


def why_hard(content: SessionContent, kind: WorkoutType, rules: HardnessRules) -> str | None:
    """What makes a session hard: ``20 min at or above 96 %``; ``None`` where nothing does."""
    if kind is WorkoutType.TEST:
        return "a test"
    if opens_the_legs(content, rules):
        return None
    for limit in rules.at_least:
        if (minutes := content.minutes_from(limit.from_pct)) >= limit.minutes - ROUNDING:
            return f"{number(minutes)} min at or above {limit.from_pct:g} %"
    if (spent := w_spent_that_counts(content.surges, rules)) > rules.w_spent_over_s + ROUNDING:
        return f"{number(spent, 0)} s·FTP of work above threshold"
    return None


def why_long(day: DayTotal, rules: HardnessRules) -> str | None:
    """What makes a ride or a day long: ``260 min`` or ``162 TSS``; ``None`` where nothing does."""
    return _reached(day, rules.long_min, rules.long_tss)


def why_easy_after(before: Sequence[DayTotal], rules: HardnessRules) -> str | None:
    """Why the day after some days, the last one last, is not to be hard; ``None`` where they leave it free.

    ``before`` has the days in a row, rest days as days of nothing, and over the week's seam as well; the last two
    matter.
    """
    if not before:
        return None
    if long := why_long(before[-1], rules):
        return f"the day before has {long}"
    if len(before) < 2:
        return None
    two_ago, last = before[-2:]
    if two_ago.minutes > rules.very_long_over_min or two_ago.tss >= rules.very_long_tss:
        return f"two days before had {number(two_ago.minutes, 0)} min and {number(two_ago.tss, 0)} TSS"
    both = DayTotal(two_ago.minutes + last.minutes, two_ago.tss + last.tss)
    rode_both = two_ago.minutes > 0 and last.minutes >= rules.two_days_last_min
    if rode_both and (reached := _reached(both, rules.two_days_min, rules.two_days_tss)):
        return f"the two days before have {reached} together"
    return None


def opens_the_legs(content: SessionContent, rules: HardnessRules) -> bool:
    """Whether a ride is no more than openers: short, easy on the whole, with little work near threshold."""
    limits = rules.openers
    return (
        content.minutes <= limits.up_to_min
        and content.intensity_factor < limits.below_intensity
        and content.minutes_from(limits.from_pct) < limits.below_min
    )


def w_spent_that_counts(surges: Sequence[Surge], rules: HardnessRules) -> float:
    """Work above threshold, s·FTP, without that of a few short sprints.

    Seconds are whole: ten of them are 0.1667 minutes in a file.
    """
    sprints = [surge for surge in surges if round(surge.seconds) <= rules.sprints.up_to_s]
    return w_spent(surges) - (w_spent(sprints) if len(sprints) <= rules.sprints.at_most else 0.0)


ROUNDING = 1e-6
"""Minutes of sixths and thirds do not add up to whole ones in floating point."""


def _reached(day: DayTotal, least_min: float, least_tss: float) -> str | None:
    if day.minutes >= least_min - ROUNDING:
        return f"{number(day.minutes, 0)} min"
    return f"{number(day.tss, 0)} TSS" if day.tss >= least_tss else None
