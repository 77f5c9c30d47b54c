"""Words for weeks and sessions, which the focus of a week and the notes of a plan share."""

from collections.abc import Sequence

from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.model.vocabulary import WeekType, WorkoutType
from plan_pipeline.core.wording import listed

_TYPE_NAMES = {
    WorkoutType.SWEET_SPOT: "sweet spot",
    WorkoutType.VO2MAX: "VO2max",
    WorkoutType.MIXED: "mixed, race-like riding",
    WorkoutType.TEST: "a test",
}


def name_of(kind: WorkoutType) -> str:
    """A type as a sentence puts it."""
    return _TYPE_NAMES.get(kind, kind.value)


def weeks_named(numbers: Sequence[int]) -> str:
    """``week 3``, ``weeks 3 and 7``, ``weeks 1 to 4``."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"weeks {numbers[0]} to {numbers[-1]}"
    return f"week{'s' if len(numbers) > 1 else ''} {listed([str(number) for number in numbers])}"


def load_weeks(weeks: Sequence[OverviewWeek]) -> list[OverviewWeek]:
    """The weeks that load."""
    return [week for week in weeks if week.week_type is WeekType.LOAD]


def hours_of(minutes: float) -> str:
    """Minutes as an athlete says them: ``45 min``, ``3 h``, ``3 h 20``."""
    hours, rest = divmod(round(minutes), 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"
