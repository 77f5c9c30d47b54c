"""How long a session of each type usually is, and how far that may be stretched.

All numbers are coaching convention, not trial evidence.
"""

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


_ORDINARY_MIN = {
    WorkoutType.RECOVERY: ((45, 50, 60), (45, 60, 75)),
    WorkoutType.VO2MAX: ((50, 60, 75), (50, 70, 90)),
    WorkoutType.ANAEROBIC: ((50, 60, 75), (50, 70, 90)),
    WorkoutType.THRESHOLD: ((60, 75, 90), (60, 85, 120)),
    WorkoutType.SWEET_SPOT: ((60, 80, 90), (75, 95, 120)),
    WorkoutType.TEMPO: ((60, 75, 90), (75, 90, 120)),
    WorkoutType.ENDURANCE: ((60, 75, 90), (90, 135, 240)),
    WorkoutType.MIXED: ((60, 75, 90), (75, 110, 150)),
    WorkoutType.STRENGTH: ((30, 45, 60), (30, 45, 60)),
    WorkoutType.TEST: ((45, 60, 75), (45, 60, 75)),
    WorkoutType.OPENERS: ((30, 40, 45), (30, 40, 45)),
}
"""Shortest, natural and longest session of a type on a day of the working week, and at the weekend."""

_OUTER_MIN = {
    WorkoutType.RECOVERY: ((30, 75), (30, 90)),
    WorkoutType.VO2MAX: ((35, 105), (35, 120)),
    WorkoutType.ANAEROBIC: ((35, 105), (35, 120)),
    WorkoutType.THRESHOLD: ((40, 120), (40, 150)),
    WorkoutType.SWEET_SPOT: ((40, 120), (40, 150)),
    WorkoutType.TEMPO: ((40, 120), (40, 150)),
    WorkoutType.ENDURANCE: ((30, 240), (30, LONGEST_DAY_MIN)),
    WorkoutType.MIXED: ((45, 120), (45, 300)),
    WorkoutType.STRENGTH: ((30, 60), (30, 60)),
    WorkoutType.TEST: ((45, 90), (45, 90)),
    WorkoutType.OPENERS: ((30, 60), (30, 60)),
}
"""The same for the shortest and the longest session there is."""

WORKOUT_DURATION_PROFILES = {
    (kind, day_kind): DurationProfile(*minutes)
    for kind, both in _ORDINARY_MIN.items()
    for day_kind, minutes in zip(DayKind, both, strict=True)
}
"""Weeks of ordinary volume stay within these."""

OUTER_BOUNDS = {
    (kind, day_kind): OuterBounds(*minutes)
    for kind, both in _OUTER_MIN.items()
    for day_kind, minutes in zip(DayKind, both, strict=True)
}
"""Weeks of very few or very many hours may use these."""
