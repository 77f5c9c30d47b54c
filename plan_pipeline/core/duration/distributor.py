"""How many minutes each day of a week is meant to have: the week's hours spread over them."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from plan_pipeline.core.duration.day_limits import DayLimits
from plan_pipeline.core.duration.envelope import DayBounds, Envelope
from plan_pipeline.core.model.vocabulary import Phase, Weekday, WorkoutType

RIGID_SHARE = 0.5
"""Days of intervals follow the week's scaling half as far as endurance, mixed and recovery days; as far as them
where the week is shorter than its days' profiles, so that the long ride stays the longest, unless that has minutes of
its own."""


class DurationAllocation(NamedTuple):
    """The minutes a training day is meant to have, the range they may move in, and what the day holds a workout to."""

    weekday: Weekday
    workout_type: WorkoutType
    target_min: float
    shortest: int
    longest: int
    limits: DayLimits | None = None


def distribute_weekly_hours(days: Sequence[DayBounds], target_hours: float) -> tuple[DurationAllocation, ...]:
    """Minutes for each day, in the order given, adding up to ``target_hours`` wherever that is possible.

    Every day's natural length is scaled, flexible days more than rigid ones. Days stay within their profile while the
    week fits it; a week of very few or very many hours may use all that the days can have. The result is exact: within
    the bounds, minutes grow with the scale without a gap, so there is one scale that meets the target.
    """
    return _distributed(tuple(days), target_hours * 60)


def typical_week_tss(spread: Sequence[DurationAllocation], phase: Phase, envelope: Envelope) -> float:
    """The TSS that a week of a phase typically has with its hours spread over its days so."""
    return sum(envelope.typical_tss(day.workout_type, phase, day.target_min, day.limits) for day in spread)


@lru_cache(maxsize=2048)
def _distributed(days: tuple[DayBounds, ...], wanted: float) -> tuple[DurationAllocation, ...]:
    ranges = [(day.profile.shortest, day.profile.longest) for day in days]
    squeezed = wanted < sum(low for low, _ in ranges)
    if squeezed or wanted > sum(high for _, high in ranges):
        ranges = [(day.shortest, day.longest) for day in days]
    has_a_line = any(day.shortest == day.longest for day in days)
    rigid_share = 1.0 if squeezed and not has_a_line else RIGID_SHARE
    shares = [1.0 if day.workout_type.is_flexible else rigid_share for day in days]
    minutes = _scaled(days, ranges, shares, wanted)
    return tuple(
        DurationAllocation(day.weekday, day.workout_type, round(m, 2), low, high, day.limits)
        for day, m, (low, high) in zip(days, minutes, ranges, strict=True)
    )


def _scaled(
    days: Sequence[DayBounds], ranges: Sequence[tuple[int, int]], shares: Sequence[float], wanted: float
) -> list[float]:
    """Every day's natural length scaled within its range, by the one scale at which they add up to ``wanted``.

    The sum grows with the scale in straight lines, which bend where a day comes to an end of its range.
    """
    lines = [
        (day.profile.target, share, low, high) for day, share, (low, high) in zip(days, shares, ranges, strict=True)
    ]

    def at(scale: float) -> list[float]:
        return [min(max(target * (1 + (scale - 1) * share), low), high) for target, share, low, high in lines]

    bends = sorted([1 + (limit / target - 1) / share for target, share, low, high in lines for limit in (low, high)])
    if not bends or sum(at(bends[-1])) <= wanted:
        return at(bends[-1]) if bends else []
    i = bisect_left(bends, wanted, key=lambda scale: sum(at(scale)))
    if i == 0:
        return at(bends[0])
    (low_scale, low), (high_scale, high) = ((scale, sum(at(scale))) for scale in bends[i - 1 : i + 1])
    return at(low_scale + (high_scale - low_scale) * (wanted - low) / (high - low))
