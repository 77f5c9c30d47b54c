"""Words for weeks, sessions and distances, which the focus of a week, the notes of a plan and its pages share."""

from collections.abc import Sequence

from plan_pipeline.core.model.plan import OverviewWeek, TrainingDay
from plan_pipeline.core.model.vocabulary import WeekType, WorkoutType
from plan_pipeline.core.paces.text import Units
from plan_pipeline.core.wording import listed, number

_TYPE_NAMES = {
    WorkoutType.SWEET_SPOT: "sweet spot",
    WorkoutType.VO2MAX: "VO2max",
    WorkoutType.MIXED: "mixed, race-like riding",
    WorkoutType.TEST: "a test",
    WorkoutType.EASY: "easy running",
    WorkoutType.LONG: "a long run",
    WorkoutType.STEADY: "steady running",
    WorkoutType.PROGRESSIVE: "a run that gets faster",
    WorkoutType.MARATHON_PACE: "marathon pace",
    WorkoutType.CRUISE_INTERVALS: "cruise intervals",
    WorkoutType.RACE_PACE: "race pace",
    WorkoutType.REPETITION: "fast repetitions",
    WorkoutType.HILLS: "hill repeats",
    WorkoutType.RACE_SIMULATION: "a race simulation",
    WorkoutType.CROSS_TRAINING: "cross-training",
}

_PATTERNS = {
    "easy": "easy throughout",
    "rolling": "over rolling ground",
    "trail": "on trails",
    "pick_ups": "with pick-ups",
    "progressive": "that gets faster",
    "fast_finish": "with a fast finish",
    "hilly_finish": "with hills in its second half",
    "time_on_feet": "by time, not by distance",
    "mp_finish_short": "with a little marathon pace at its end",
    "mp_finish_long": "with marathon pace at its end",
    "mp_blocks": "with blocks at marathon pace",
    "mp_sandwich": "with marathon pace between easy stretches",
    "mp_over_under": "a little over and under marathon pace",
    "hm_finish": "with half-marathon pace at its end",
    "hm_blocks": "with blocks at half-marathon pace",
    "run_walk": "running and walking by turns",
    "run_walk_longer": "running and walking by turns",
    "run_walk_long": "running and walking by turns",
}
"""How long runs are laid out, to follow "a long run"."""

_EXTRAS = {"strides": "strides", "hill_sprints": "hill sprints"}
"""What easy runs may end with."""

WALKED = "run_walk"


def is_walked_by_turns(day: TrainingDay) -> bool:
    """Whether a day's run is broken by walks."""
    return any(pattern.startswith(WALKED) for pattern in day.patterns)


def name_of(kind: WorkoutType) -> str:
    """A type as a sentence puts it."""
    return _TYPE_NAMES.get(kind, kind.value)


def laid_out(pattern: str) -> str:
    """How a long run is laid out, to follow "a long run": ``with marathon pace at its end``."""
    return _PATTERNS.get(pattern, f"({pattern.replace('_', ' ')})")


def extra_of(patterns: Sequence[str]) -> str:
    """The fast running that an easy day ends with, empty where it has none: ``strides``."""
    return next((_EXTRAS[pattern] for pattern in patterns if pattern in _EXTRAS), "")


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


def ground(km: float, units: Units | None, digits: int = 0) -> str:
    """Kilometres in the athlete's units, which are kilometres where none are named: ``56 km``, ``35 mi``."""
    units = units or Units.KM
    return f"{number(km * 1000 / units.metres, digits)} {units.short}"


def ground_span(kms: Sequence[float], units: Units | None) -> str:
    """From the least to the most of some kilometres: ``40 to 64 km``; one number where both read the same."""
    low, high = (ground(km, units) for km in (min(kms), max(kms)))
    return low if low == high else f"{low.partition(' ')[0]} to {high}"
