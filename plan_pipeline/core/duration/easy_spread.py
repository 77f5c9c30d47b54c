"""Easy days that differ: the minutes of a week's easy sessions spread around their mean, each in a range of its own.

The shortest is the day before a hard or long one, the longest comes two days after a hard one. Source: linear factors
of 1 ± 0.3, which give 35 km on four days as 6, 8, 9.5 and 11.5.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.envelope import DayBounds, Envelope, no_longer_than
from plan_pipeline.core.duration.totals import bits_between
from plan_pipeline.core.limits import EXACT_MIN, GRID_MIN, SHORTEST_SESSION_MIN
from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.model.vocabulary import Weekday, WorkoutType
from plan_pipeline.core.purpose.purpose import Purpose

VARIATION = 0.3
"""Share of the mean that the shortest is below it and the longest above."""

WIDE_ENOUGH = 1.15
"""Easy days have room to differ where the longest may be so many times their mean."""

EASY_OF_LONG = 0.9
"""Easy days have at most so much of the long one."""

Spread = tuple[tuple[DurationAllocation, ...], dict[Weekday, DayBounds]]


def with_easy_days_apart(
    purpose: Purpose,
    week: OverviewWeek,
    allocations: tuple[DurationAllocation, ...],
    bounds: dict[Weekday, DayBounds],
    envelope: Envelope,
) -> Spread:
    """The same with easy days that differ from one another, unless the week's hours could not be met so."""
    if purpose.tier is not None:
        bounds = _below_long_run(purpose, week, bounds, envelope)
    settings = purpose.config.week.easy
    least_min = settings.least_min if settings else SHORTEST_SESSION_MIN
    apart, ranges = spread_easy_days(week, allocations, bounds, purpose.sport.parts.easy, least_min)
    return (apart, ranges) if _is_as_near(week, ranges, bounds, envelope) else (allocations, bounds)


def _below_long_run(
    purpose: Purpose, week: OverviewWeek, bounds: dict[Weekday, DayBounds], envelope: Envelope
) -> dict[Weekday, DayBounds]:
    """The same with no easy run longer than the long one, unless the week's hours could not be met so."""
    long_min = max([day.minutes or 0 for day in week.trained], default=0)
    if not long_min:
        return bounds
    easy, longest = purpose.sport.parts.easy, int(EASY_OF_LONG * long_min)
    held = {day: no_longer_than(each, longest) if each.workout_type is easy else each for day, each in bounds.items()}
    return held if _is_as_near(week, held, bounds, envelope) else bounds


def _is_as_near(
    week: OverviewWeek, ranges: Mapping[Weekday, DayBounds], others: Mapping[Weekday, DayBounds], envelope: Envelope
) -> bool:
    """Whether a week comes exactly to its hours within some ranges, or as near to them as within others."""
    wanted = week.target_hours * 60
    missed = abs(envelope.reachable_minutes(list(ranges.values()), wanted) - wanted)
    return missed <= EXACT_MIN or missed <= abs(envelope.reachable_minutes(list(others.values()), wanted) - wanted)


def spread_easy_days(
    week: OverviewWeek,
    allocations: Sequence[DurationAllocation],
    bounds: Mapping[Weekday, DayBounds],
    easy: WorkoutType,
    least_min: float,
) -> Spread:
    """The same minutes with easy days that differ, and what each of these days may have so that none equals another.

    As they are where there is one easy day at most, or no room for a difference.
    """
    open_days = [
        a for a in allocations if a.workout_type is easy and bounds[a.weekday].shortest < bounds[a.weekday].longest
    ]
    unchanged = tuple(allocations), dict(bounds)
    if len(open_days) < 2:
        return unchanged
    in_order = sorted(open_days, key=lambda a: _rank(week, a.weekday))
    wanted = _linear(sum(a.target_min for a in in_order), len(in_order))
    room = [_below_long(week, bounds[a.weekday], WIDE_ENOUGH * sum(wanted) / len(wanted)) for a in in_order]
    targets = _within(room, wanted, least_min)
    if any(later - earlier < GRID_MIN / 2 for earlier, later in pairwise(targets)):
        return unchanged
    edges = [(a + b) / 2 for a, b in pairwise(targets)]
    found, changed = {}, dict(bounds)
    for i, (allocation, target) in enumerate(zip(in_order, targets, strict=True)):
        day = bounds[allocation.weekday]
        low = day.shortest if i == 0 else max(day.shortest, int(edges[i - 1]) + 1)
        high = day.longest if i == len(edges) else min(day.longest, int(edges[i]))
        if low > high:
            return unchanged
        lengths = day.lengths & bits_between(low, high)
        if not lengths:
            return unchanged
        found[allocation.weekday] = allocation._replace(target_min=round(target, 2), shortest=low, longest=high)
        changed[allocation.weekday] = day._replace(shortest=low, longest=high, lengths=lengths)
    return tuple(found.get(a.weekday, a) for a in allocations), changed


def _rank(week: OverviewWeek, weekday: Weekday) -> tuple[bool, bool, int]:
    """Short days first: those before a hard or long day, then the others, then those two days after a hard one."""
    kinds = [day.workout_type for day in week.training_days]
    at = weekday.position
    following = week.training_days[at + 1] if at + 1 < len(kinds) else None
    is_before = following is not None and (following.workout_type.is_demanding or bool(following.minutes))
    is_rested = at >= 2 and kinds[at - 2].is_demanding and not is_before
    return (not is_before, is_rested, at)


def _below_long(week: OverviewWeek, day: DayBounds, least_longest_min: float) -> DayBounds:
    """What an easy day may have, no longer than the week's long session where that leaves room for a difference."""
    long_min = max([other.minutes or 0 for other in week.trained], default=0)
    longest = min(day.longest, max(long_min - GRID_MIN, int(least_longest_min))) if long_min else day.longest
    return day._replace(longest=longest) if longest > day.shortest else day


def _linear(total: float, days: int) -> list[float]:
    mean = total / days
    return [mean * (1 - VARIATION + 2 * VARIATION * k / (days - 1)) for k in range(days)]


def _within(days: Sequence[DayBounds], wanted: Sequence[float], least_min: float) -> list[float]:
    """Targets within what each day may have, the shortest no shorter than the least; what is cut goes to the others."""
    lows = [max(day.shortest, min(least_min, day.longest)) for day in days]
    targets = [min(max(target, low), day.longest) for target, low, day in zip(wanted, lows, days, strict=True)]
    for _ in days:
        missing = sum(wanted) - sum(targets)
        room = [
            (day.longest - target if missing > 0 else target - low)
            for target, low, day in zip(targets, lows, days, strict=True)
        ]
        if abs(missing) < 0.01 or sum(room) <= 0:
            break
        share = min(1.0, abs(missing) / sum(room))
        step = share if missing > 0 else -share
        targets = [target + step * each for target, each in zip(targets, room, strict=True)]
    return targets
