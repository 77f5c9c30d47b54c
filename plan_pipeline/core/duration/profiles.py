"""How long a session of each type usually is, and how far that may be stretched.

All numbers are coaching convention, not trial evidence.
"""

from __future__ import annotations

from typing import NamedTuple

from plan_pipeline.core.limits import LONGEST_DAY_MIN
from plan_pipeline.core.model.vocabulary import DayKind, WorkoutType


class DurationProfile(NamedTuple):
    """Minutes of an ordinary session: the least, the natural and the most."""

    shortest: int
    target: int
    longest: int


class OuterBounds(NamedTuple):
    """Minutes beyond which a session of the type stops being one."""

    shortest: int
    longest: int


_WEEKDAY, _WEEKEND = DayKind.WEEKDAY, DayKind.WEEKEND

WORKOUT_DURATION_PROFILES: dict[tuple[WorkoutType, DayKind], DurationProfile] = {
    (WorkoutType.RECOVERY, _WEEKDAY): DurationProfile(45, 50, 60),
    (WorkoutType.RECOVERY, _WEEKEND): DurationProfile(45, 60, 75),
    (WorkoutType.VO2MAX, _WEEKDAY): DurationProfile(50, 60, 75),
    (WorkoutType.VO2MAX, _WEEKEND): DurationProfile(50, 70, 90),
    (WorkoutType.ANAEROBIC, _WEEKDAY): DurationProfile(50, 60, 75),
    (WorkoutType.ANAEROBIC, _WEEKEND): DurationProfile(50, 70, 90),
    (WorkoutType.THRESHOLD, _WEEKDAY): DurationProfile(60, 75, 90),
    (WorkoutType.THRESHOLD, _WEEKEND): DurationProfile(60, 85, 120),
    (WorkoutType.SWEET_SPOT, _WEEKDAY): DurationProfile(60, 80, 90),
    (WorkoutType.SWEET_SPOT, _WEEKEND): DurationProfile(75, 95, 120),
    (WorkoutType.TEMPO, _WEEKDAY): DurationProfile(60, 75, 90),
    (WorkoutType.TEMPO, _WEEKEND): DurationProfile(75, 90, 120),
    (WorkoutType.ENDURANCE, _WEEKDAY): DurationProfile(60, 75, 90),
    (WorkoutType.ENDURANCE, _WEEKEND): DurationProfile(90, 135, 240),
    (WorkoutType.MIXED, _WEEKDAY): DurationProfile(60, 75, 90),
    (WorkoutType.MIXED, _WEEKEND): DurationProfile(75, 110, 150),
    (WorkoutType.STRENGTH, _WEEKDAY): DurationProfile(30, 45, 60),
    (WorkoutType.STRENGTH, _WEEKEND): DurationProfile(30, 45, 60),
}
"""Weeks of ordinary volume stay within these."""

OUTER_BOUNDS: dict[tuple[WorkoutType, DayKind], OuterBounds] = {
    (WorkoutType.RECOVERY, _WEEKDAY): OuterBounds(30, 75),
    (WorkoutType.RECOVERY, _WEEKEND): OuterBounds(30, 90),
    (WorkoutType.VO2MAX, _WEEKDAY): OuterBounds(35, 105),
    (WorkoutType.VO2MAX, _WEEKEND): OuterBounds(35, 120),
    (WorkoutType.ANAEROBIC, _WEEKDAY): OuterBounds(35, 105),
    (WorkoutType.ANAEROBIC, _WEEKEND): OuterBounds(35, 120),
    (WorkoutType.THRESHOLD, _WEEKDAY): OuterBounds(40, 120),
    (WorkoutType.THRESHOLD, _WEEKEND): OuterBounds(40, 150),
    (WorkoutType.SWEET_SPOT, _WEEKDAY): OuterBounds(40, 120),
    (WorkoutType.SWEET_SPOT, _WEEKEND): OuterBounds(40, 150),
    (WorkoutType.TEMPO, _WEEKDAY): OuterBounds(40, 120),
    (WorkoutType.TEMPO, _WEEKEND): OuterBounds(40, 150),
    (WorkoutType.ENDURANCE, _WEEKDAY): OuterBounds(30, 240),
    (WorkoutType.ENDURANCE, _WEEKEND): OuterBounds(30, LONGEST_DAY_MIN),
    (WorkoutType.MIXED, _WEEKDAY): OuterBounds(45, 120),
    (WorkoutType.MIXED, _WEEKEND): OuterBounds(45, 240),
    (WorkoutType.STRENGTH, _WEEKDAY): OuterBounds(30, 60),
    (WorkoutType.STRENGTH, _WEEKEND): OuterBounds(30, 60),
}
"""Weeks of very few or very many hours may use these."""
