"""Which workouts of a week matter most, and the work in them in one phrase."""

from enum import Enum
from typing import Final, NamedTuple

from plan_pipeline.core.model.plan import PlanWeek, Workout
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import DayRole, Phase, Weekday, WeekType, WorkoutType
from plan_pipeline.core.notation import is_by_effort, step_length, step_pace, step_range
from plan_pipeline.core.overview.notes.words import extra_of
from plan_pipeline.core.sports.records import SPORTS

WORK_FROM_PCT: Final = 76.0
"""Coggan's tempo begins here: what lies below is riding between and around the work. In a sport whose easy work goes
higher, it begins where that ends."""

HARD_FROM_PCT, HARD_MIN = 84.0, 12.0
ABOVE_FROM_PCT, ABOVE_MIN = 106.0, 4.0
"""Minutes from an intensity on that make a session of any type a key workout; below the limits of ``content.yaml``, for
a session can matter before it is hard."""


EASY_TYPES: Final = frozenset(kind for record in SPORTS.values() for kind in (record.parts.easy, record.parts.long))
"""The types of which the longest session of a week is its long one, where no day has that role."""


class Key(Enum):
    """Why a workout is one of the week's key workouts."""

    WORK = "work"
    LONG_RIDE = "long ride"
    LATE_WORK = "long ride with work late"
    LONG_QUALITY = "long session that is a key session as well"
    TEST = "test"
    OPENERS = "openers"
    SHARPENING = "sharpening"


class Dose(NamedTuple):
    """The main work of a session: efforts that are alike, as often as they are done."""

    efforts: int
    length: str
    intensity: str

    def __str__(self) -> str:
        times = f"{self.efforts} × {self.length}" if self.efforts > 1 else self.length
        return f"{times} {self.intensity}"


def keys_of(week: PlanWeek) -> tuple[Key | None, ...]:
    """What makes each workout of a week a key workout, in their order; ``None`` for the others."""
    roles = {day.weekday: day.role for day in week.training_days}
    longest = 0.0
    if week.phase is not Phase.TAPER and not any(role is not None and role.is_long for role in roles.values()):
        longest = max((w.duration_min for w in week.workouts if w.type in EASY_TYPES), default=0.0)
    eve = _eve_of_event(week)
    return tuple(
        _key(w, roles.get(w.weekday), is_longest=w.duration_min == longest, is_eve=w.weekday is eve)
        for w in week.workouts
    )


def _eve_of_event(week: PlanWeek) -> Weekday | None:
    """The last day before an event where it ends fast, as openers do in a sport without any."""
    last = week.trained[-1] if week.trained and week.week_type is WeekType.EVENT else None
    return last.weekday if last is not None and extra_of(last.patterns) else None


def _key(workout: Workout, role: DayRole | None, *, is_longest: bool, is_eve: bool) -> Key | None:
    if workout.type is WorkoutType.TEST:
        return Key.TEST
    if workout.type is WorkoutType.OPENERS or is_eve:
        return Key.OPENERS
    if role is DayRole.SHARPENING:
        return Key.SHARPENING
    if role is DayRole.LATE_WORK:
        return Key.LATE_WORK
    if role is DayRole.LONG_QUALITY:
        return Key.LONG_QUALITY
    if role is not None and role.is_long:
        return Key.LONG_RIDE
    if workout.type.is_demanding or _is_demanding(workout):
        return Key.WORK
    return Key.LONG_RIDE if is_longest else None


def _is_demanding(workout: Workout) -> bool:
    if workout.type is WorkoutType.STRENGTH:
        return False
    hard = above = 0.0
    for segment in workout.segments:
        low, high = segment.intensity_low_pct, segment.intensity_high_pct
        if low is not None and high is not None and low + high >= 2 * HARD_FROM_PCT:
            hard += segment.duration_min
            above += segment.duration_min if low + high >= 2 * ABOVE_FROM_PCT else 0.0
    return hard >= HARD_MIN or above >= ABOVE_MIN


def dose_of(workout: Workout) -> Dose | None:
    """The main work of a session; ``None`` where its efforts are of several kinds, too many for a phrase."""
    work = [segment for segment in workout.segments if _is_work(segment)]
    if not work or any(_differ(segment, work[0]) for segment in work):
        return None
    return Dose(len(work), step_length(work[0]), _intensity(work[0]))


def _intensity(segment: Segment) -> str:
    """How hard a step is in a sentence: ``at 95–100 %``, ``at 3:56/km``, ``by effort``."""
    if is_by_effort(segment):
        return "by effort"
    return f"at {step_pace(segment) or f'{step_range(segment, 1.0)} %'}"


def _differ(one: Segment, other: Segment) -> bool:
    return (one.duration_min, one.intensity_low_pct, one.intensity_high_pct) != (
        other.duration_min,
        other.intensity_low_pct,
        other.intensity_high_pct,
    )


def _is_work(segment: Segment) -> bool:
    low, high = segment.intensity_low_pct, segment.intensity_high_pct
    from_pct = max(WORK_FROM_PCT, segment.easy_ceiling_pct)
    return low is not None and high is not None and low >= from_pct and high > from_pct
