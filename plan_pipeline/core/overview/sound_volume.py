"""What makes the volume of a weekly overview sound: hours or kilometres, and load, of weeks and from week to week."""

import math
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from plan_pipeline.core import limits
from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.model.vocabulary import WeekType
from plan_pipeline.core.overview.season import least_load_share
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline.core.wording import number

Weeks = tuple[OverviewWeek, ...]

LOAD_WEEK_SHARE = (0.75, 1.10)
"""Hours of a load week over the request's hours, lowest and highest."""

ANY_WEEK_MAX_SHARE = 1.15
"""Hours of any week over the request's hours, at most."""

RECOVERY_WEEK_SHARE = (0.40, 0.80)
"""Hours of a recovery week over the mean of the plan's load weeks (convention: about 60 %)."""

GROWING_SHARE = 0.85
"""With less than this share of the plan's mean load week, the weeks before are those of a plan that has yet to grow."""

ON_RAMP_LIGHT_SHARE = (0.40, 0.90)
"""The same where volume ramps to a fullest week, and the most of a taper week: over the most of the load weeks of late,
which the plan's mean falls short of (a drop of a tenth counts as a cutback; published plans have 13-19 %)."""

LATE_WEEKS = 3
"""Load weeks that are of late."""

TAPER_MAX_SHARE = 0.80
"""Hours of a taper week over the mean load week, at most: volume goes down by 41-60 % on the way (Bosquet 2007)."""

TSS_PER_HOUR = (20.0, 95.0)
"""Lowest and highest weekly TSS per hour: 100 is an hour at threshold, 20 an hour at 45 % (TSS = 100 h IF2)."""

_h = partial(number, digits=2)

_ROUNDING_H = 0.005
"""Hours closer to a limit than this are on it."""

_ROUNDING_KM = 0.5
"""Kilometres are planned in halves."""

_ROUNDING_TSS = 0.5
"""TSS closer to a limit than this is on it: targets are whole numbers."""


def hours_as_requested(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """A load week has about the athlete's hours, or kilometres where the plan counts them; no week has many more."""
    request = purpose.request
    hours = request.athlete_profile.hours_per_week
    for week in weeks:
        if week.target_km is not None:
            yield from _km_as_requested(purpose, week)
            continue
        is_load = week.week_type is WeekType.LOAD
        low, high = LOAD_WEEK_SHARE if is_load else (0.0, ANY_WEEK_MAX_SHARE)
        low *= least_load_share(purpose, week.week_number)
        if not _within(week.target_hours, low * hours, high * hours):
            allowed = f"{_h(low * hours)} to {_h(high * hours)}" if is_load else f"at most {_h(high * hours)}"
            yield (
                f"Week {week.week_number}: target_hours {_h(week.target_hours)} in {a_week(week)} week; "
                f"with {_h(hours)} h a week it is {allowed} h."
            )


def recovery_weeks_are_light(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """A recovery week has 40 to 80 % of the mean load week's hours, and fewer where the athlete is away.

    Where the load weeks before it are of a plan that has yet to grow, 40 % of these will do.
    """
    if purpose.config.week.hours.ramp is not None:
        yield from _lighter_than_of_late(purpose, weeks)
        return
    mean = _mean_load_hours(weeks)
    high = _to_quarter_hour(RECOVERY_WEEK_SHARE[1] * mean)
    for place, week in enumerate(weeks):
        before = _mean_load_hours(weeks[:place])
        least = RECOVERY_WEEK_SHARE[0] * (before if 0 < before < GROWING_SHARE * mean else mean)
        low = 0.0 if purpose.request.days_taken(week.week_number) else least
        if mean and week.week_type is WeekType.RECOVERY and not _within(week.target_hours, low, high):
            yield (
                f"Week {week.week_number}: target_hours {_h(week.target_hours)} in a recovery week; "
                f"with load weeks of {_h(mean)} h on average it is {_h(low)} to {_h(high)} h."
            )


def taper_descends(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """Taper weeks have at most 80 % of the mean load week, and none has more hours than the one before it.

    Where volume ramps, ``recovery_weeks_are_light`` holds them to the load weeks of late.
    """
    mean = 0.0 if purpose.config.week.hours.ramp else _mean_load_hours(weeks)
    most = _to_quarter_hour(TAPER_MAX_SHARE * mean)
    for week in weeks:
        if mean and week.week_type.is_taper and week.target_hours > most + _ROUNDING_H:
            yield (
                f"Week {week.week_number}: target_hours {_h(week.target_hours)} in {a_week(week)} week; "
                f"with load weeks of {_h(mean)} h on average it is at most {_h(most)} h."
            )
    for week, following in pairwise(weeks):
        both = week.week_type.is_taper and following.week_type.is_taper
        if both and following.target_hours > max(week.target_hours, limits.SHORTEST_SESSION_MIN / 60) + _ROUNDING_H:
            yield (
                f"Week {following.week_number}: target_hours {_h(following.target_hours)} after "
                f"{_h(week.target_hours)} in taper week {week.week_number}; no taper week has more hours "
                "than the one before."
            )


def hours_fit_the_days(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """The trained days can hold the week's hours, each up to its cap and the longest session, and have some."""
    request, longest_min = purpose.request, purpose.config.week.longest_session_min
    available = request.athlete_profile.training_availability
    for week in weeks:
        held = sum(min(available.cap_min(day.weekday), longest_min) for day in week.trained)
        if held < week.target_minutes:
            yield (
                f"Week {week.week_number}: target_hours {_h(week.target_hours)} do not fit its "
                f"{len(week.trained)} training days, which hold {_h(held / 60)} h; "
                "lower the hours or train on another available day."
            )
        if week.trained and week.target_minutes == 0:
            yield (
                f"Week {week.week_number}: target_hours 0 for {len(week.trained)} training days; "
                "give them hours or make them rest."
            )


def only_the_event_leaves_a_week_empty(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """A week is without training only where the event leaves it no day that can hold a session."""
    request = purpose.request
    available = request.athlete_profile.training_availability
    for week in weeks:
        days, least = request.trainable_days(week.week_number), limits.SHORTEST_SESSION_MIN
        usable = [day for day in days if available.cap_min(day) >= least]
        if usable and not week.trained:
            yield (
                f"Week {week.week_number}: no training day in {a_week(week)} week, "
                f"where training is possible on {', '.join(usable)}."
            )


def tss_fits_the_hours(_purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """Weekly TSS is between 20 and 95 for each hour."""
    low, high = TSS_PER_HOUR
    for week in weeks:
        least, most = low * week.target_hours, high * week.target_hours
        if not least - _ROUNDING_TSS <= week.target_tss <= most + _ROUNDING_TSS:
            yield (
                f"Week {week.week_number}: target_tss {week.target_tss:g} for {_h(week.target_hours)} h; "
                f"it is {low:g} to {high:g} an hour, so {least:.0f} to {most:.0f}."
            )


def _km_as_requested(purpose: Purpose, week: OverviewWeek) -> Iterator[str]:
    is_load, target_km = week.week_type is WeekType.LOAD, week.target_km or 0.0
    low, high = LOAD_WEEK_SHARE if is_load else (0.0, ANY_WEEK_MAX_SHARE)
    low, high = low * least_load_share(purpose, week.week_number) * purpose.weekly_km, high * purpose.weekly_km
    if not low - _ROUNDING_KM <= target_km <= high + _ROUNDING_KM:
        yield (
            f"Week {week.week_number}: {target_km:g} km in {a_week(week)} week; with {purpose.weekly_km:g} km in the "
            f"fullest week it is {low:.1f} to {high:.1f} km."
        )


def _lighter_than_of_late(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """Recovery and taper weeks have 40 to 90 % of the fullest of the last load weeks before, and fewer hours where the
    athlete is away or the event takes the days."""
    for place, week in enumerate(weeks):
        late = [each.target_hours for each in weeks[:place] if each.week_type is WeekType.LOAD][-LATE_WEEKS:]
        if week.week_type is WeekType.LOAD or not late:
            continue
        may_be_less = week.week_type.is_taper or purpose.request.days_taken(week.week_number)
        low = 0.0 if may_be_less else ON_RAMP_LIGHT_SHARE[0] * max(late)
        high = _to_quarter_hour(ON_RAMP_LIGHT_SHARE[1] * max(late))
        if not _within(week.target_hours, low, high):
            yield (
                f"Week {week.week_number}: target_hours {_h(week.target_hours)} in {a_week(week)} week; "
                f"with load weeks of up to {_h(max(late))} h before it is {_h(low)} to {_h(high)} h."
            )


def _mean_load_hours(weeks: Weeks) -> float:
    hours = [week.target_hours for week in weeks if week.week_type is WeekType.LOAD]
    return sum(hours) / len(hours) if hours else 0.0


def _to_quarter_hour(hours: float) -> float:
    """An upper limit in the quarter hours that weeks are planned in, rounded up."""
    return math.ceil(hours * 4 - _ROUNDING_H) / 4


def _within(value: float, low: float, high: float) -> bool:
    return low - _ROUNDING_H <= value <= high + _ROUNDING_H


def a_week(week: OverviewWeek) -> str:
    """A week by its type, with its article."""
    return f"{'an' if week.week_type is WeekType.EVENT else 'a'} {week.week_type}"
