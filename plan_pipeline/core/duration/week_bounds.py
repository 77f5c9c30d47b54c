"""What each training day of a week can have, by its type, its role and the athlete, with the week's hours met."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from plan_pipeline.core.arms import arm_of
from plan_pipeline.core.duration.day_limits import GIVING_WAY, DayLimits, day_limits, lasting_limits
from plan_pipeline.core.duration.envelope import DayBounds, Envelope
from plan_pipeline.core.duration.totals import nearest_total, sums_of
from plan_pipeline.core.limits import EXACT_MIN, up_to_grid
from plan_pipeline.core.model.plan import OverviewWeek, TrainingDay
from plan_pipeline.core.purpose.purpose import Purpose

Give = tuple[int, int]
"""Minutes that a day with minutes of its own may have less and more."""


def week_bounds(
    purpose: Purpose, week: OverviewWeek, envelope: Envelope, *, first_from_106: bool = False
) -> tuple[DayBounds, ...]:
    """What each training day of a week can have; a day that can have nothing is left out, and all days in an arm that
    takes workouts as they are written.

    A day with minutes of its own has them. Where the week's hours cannot be met so, such days give some minutes, first
    downwards; then lengths that are unusual for their type are allowed; then the days' limits give way in their order;
    at last no day has minutes of its own. Limits of a single day give way as well where they leave nothing.
    """
    if not arm_of(purpose.request).adjusts_lengths:
        return ()
    limits = [day_limits(purpose, week.week_number, day, first_from_106=first_from_106) for day in week.trained]
    wanted, best, least_missed = week.target_hours * 60, None, float("inf")
    for bounds in _ever_wider(purpose, week, limits, envelope):
        if len(bounds) == len(week.trained):
            missed = abs(envelope.reachable_minutes(bounds, wanted) - wanted)
            if missed <= EXACT_MIN:
                return bounds
        else:
            missed = float("inf")
        if best is None or missed < least_missed:
            best, least_missed = bounds, missed
    return best or ()


def is_feasible(purpose: Purpose, week: OverviewWeek, envelope: Envelope) -> bool:
    """Whether any workouts of the week's types that the athlete can ride could add up to its hours within the caps.

    To the grid; a property of the week: the same in every arm, whatever the weeks before have used.
    """
    availability = purpose.request.athlete_profile.training_availability
    masks = [
        envelope.mask(day.workout_type, availability.cap_min(day.weekday), never_given_up(purpose, day))
        for day in week.trained
    ]
    wanted = week.target_hours * 60
    return all(masks) and abs(nearest_total(sums_of(masks), wanted) - wanted) <= EXACT_MIN


def never_given_up(purpose: Purpose, day: TrainingDay) -> DayLimits:
    """What a day holds its workout to, whatever it costs."""
    return lasting_limits(purpose, day.workout_type)


def _ever_wider(
    purpose: Purpose, week: OverviewWeek, limits: Sequence[DayLimits], envelope: Envelope
) -> Iterator[tuple[DayBounds, ...]]:
    """The days' bounds with ever more allowed; each only once."""
    has_minutes = any(day.minutes for day in week.trained)
    less, more = purpose.config.week.long_ride.give_min
    gives: tuple[Give | None, ...] = ((0, 0), (less, 0), (less, more), None) if has_minutes else (None,)
    stretched = (False, True) if arm_of(purpose.request).may_stretch_days else (False,)
    for some_gives in (gives[:-1], gives[-1:]):
        for given_up in range(len(GIVING_WAY) + 1):
            if given_up and not _loses(limits, given_up):
                continue
            for is_stretched, give in product(stretched, some_gives):
                found = (
                    _bounds_of(purpose, day, of_day, envelope, given_up, is_stretched, give)
                    for day, of_day in zip(week.trained, limits, strict=True)
                )
                yield tuple(bounds for bounds in found if bounds is not None)


def _loses(limits: Iterable[DayLimits], given_up: int) -> bool:
    """Whether any day is held to less with one more of its limits given up."""
    return any(of_day.without(given_up) != of_day.without(given_up - 1) for of_day in limits)


def _bounds_of(
    purpose: Purpose,
    day: TrainingDay,
    limits: DayLimits,
    envelope: Envelope,
    given_up: int,
    is_stretched: bool,
    give: Give | None,
) -> DayBounds | None:
    """A day's bounds under the most of its limits that leave anything, from those that are not given up."""
    cap = purpose.request.athlete_profile.training_availability.cap_min(day.weekday)
    place = (day.workout_type, day.weekday, cap)
    held: DayLimits | None = None
    for step in range(given_up, len(GIVING_WAY) + 1):
        if (now := limits.without(step)) == held:
            continue
        held = now
        if day.minutes and give is not None:
            minutes = min(up_to_grid(day.minutes), cap)
            found = envelope.bounds_within((max(minutes - give[0], 0), minutes + give[1]), *place, held)
        elif is_stretched:
            found = envelope.widest_bounds(*place, held)
        else:
            found = envelope.bounds(*place, held)
        if found is not None:
            return found
    return None
