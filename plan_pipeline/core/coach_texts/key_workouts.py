"""Which workouts of a week matter most, and the work in them in one phrase."""

from enum import Enum
from typing import Final, NamedTuple

from plan_pipeline.core.model.plan import PlanWeek, Workout
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import DayRole, Phase, WorkoutType
from plan_pipeline.core.notation import minutes, step_range

WORK_FROM_PCT: Final = 76.0
"""Coggan's tempo begins here: what lies below is riding between and around the work."""

HARD_FROM_PCT, HARD_MIN = 84.0, 12.0
ABOVE_FROM_PCT, ABOVE_MIN = 106.0, 4.0
"""Minutes from an intensity on that make a session of any type a key workout; below the limits of ``content.yaml``, for
a session can matter before it is hard."""


class Key(Enum):
    """Why a workout is one of the week's key workouts."""

    WORK = "work"
    LONG_RIDE = "long ride"
    LATE_WORK = "long ride with work late"
    TEST = "test"
    OPENERS = "openers"
    SHARPENING = "sharpening"


class Dose(NamedTuple):
    """The main work of a session: efforts that are alike, as often as they are ridden."""

    efforts: int
    each_min: float
    intensity: str

    def __str__(self) -> str:
        length = minutes(self.each_min)
        times = f"{self.efforts} × {length}" if self.efforts > 1 else length
        return f"{times} at {self.intensity} %"


def keys_of(week: PlanWeek) -> tuple[Key | None, ...]:
    """What makes each workout of a week a key workout, in their order; ``None`` for the others."""
    roles = {day.weekday: day.role for day in week.training_days}
    longest = 0.0
    if week.phase is not Phase.TAPER and not any(role is not None and role.is_long for role in roles.values()):
        longest = max((w.duration_min for w in week.workouts if w.type is WorkoutType.ENDURANCE), default=0.0)
    return tuple(_key(w, roles.get(w.weekday), is_longest=w.duration_min == longest) for w in week.workouts)


def _key(workout: Workout, role: DayRole | None, *, is_longest: bool) -> Key | None:
    if workout.type is WorkoutType.TEST:
        return Key.TEST
    if workout.type is WorkoutType.OPENERS:
        return Key.OPENERS
    if role is DayRole.SHARPENING:
        return Key.SHARPENING
    if role is DayRole.LATE_WORK:
        return Key.LATE_WORK
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
    return Dose(len(work), work[0].duration_min, step_range(work[0], 1.0))


def _differ(one: Segment, other: Segment) -> bool:
    return (one.duration_min, one.intensity_low_pct, one.intensity_high_pct) != (
        other.duration_min,
        other.intensity_low_pct,
        other.intensity_high_pct,
    )


def _is_work(segment: Segment) -> bool:
    low, high = segment.intensity_low_pct, segment.intensity_high_pct
    return low is not None and high is not None and low >= WORK_FROM_PCT and high > WORK_FROM_PCT
