"""What makes a weekly overview sound, by a person, a model or rules: the rules, and every breach of them in words.

A breach is one sentence with week, day, value and limit, so that it can be sent back to a model as well as shown to a
person.
"""

import math
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby, pairwise

from plan_pipeline.core import limits
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.plan import OverviewWeek, TrainingDay
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Phase, WeekType, WorkoutType
from plan_pipeline.core.overview.season import least_load_share, most_load_weeks_in_a_row, most_taper_weeks
from plan_pipeline.core.purpose.purpose import Purpose, purpose_of
from plan_pipeline.core.wording import number

LONG_RIDE_TYPES = frozenset({WorkoutType.ENDURANCE, WorkoutType.MIXED})
LOAD_WEEK_SHARE = (0.75, 1.10)
"""Hours of a load week over the request's hours, lowest and highest."""

ANY_WEEK_MAX_SHARE = 1.15
"""Hours of any week over the request's hours, at most."""

RECOVERY_WEEK_SHARE = (0.40, 0.80)
"""Hours of a recovery week over the mean of the plan's load weeks (convention: about 60 %)."""

GROWING_SHARE = 0.85
"""With less than this share of the plan's mean load week, the weeks before are those of a plan that has yet to grow."""

TAPER_MAX_SHARE = 0.80
"""Hours of a taper week over the mean load week, at most: volume goes down by 41-60 % on the way (Bosquet 2007)."""

TAPER_INTENSITY_TYPES = frozenset({WorkoutType.MIXED, WorkoutType.TEMPO})
"""Beside the hard types, what keeps intensity in a taper week (intensity is kept: Bosquet 2007, Wang 2023)."""

TSS_PER_HOUR = (20.0, 95.0)
"""Lowest and highest weekly TSS per hour: 100 is an hour at threshold, 20 an hour at 45 % (TSS = 100 h IF2)."""

PHASES_OF = {
    WeekType.LOAD: (Phase.BASE, Phase.BUILD, Phase.PEAK),
    WeekType.RECOVERY: (Phase.RECOVERY,),
    WeekType.TAPER: (Phase.TAPER,),
    WeekType.EVENT: (Phase.TAPER,),
}
Weeks = tuple[OverviewWeek, ...]
OverviewRule = Callable[[Purpose, Weeks], Iterator[str]]

_h = partial(number, digits=2)

_ROUNDING_H = 0.005
"""Hours closer to a limit than this are on it."""

_ROUNDING_TSS = 0.5
"""TSS closer to a limit than this is on it: targets are whole numbers."""


def overview_breaches(request: PlanRequest, weeks: Weeks, config: PlanningConfig) -> tuple[str, ...]:
    """Every breach of ``OVERVIEW_RULES`` by the weeks of an overview, one sentence each; empty if it is sound.

    Raises ``UnknownAimError`` for a goal that the configuration does not have.
    """
    purpose = purpose_of(request, config)
    return tuple(breach for rule in OVERVIEW_RULES for breach in rule(purpose, weeks))


# --- shape of the plan -----------------------------------------------------------------------------------


def every_week_once(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """As many weeks as the request asks for, numbered 1, 2, 3 …"""
    request = purpose.request
    if len(weeks) != request.total_weeks:
        yield f"The overview has {len(weeks)} weeks; the request asks for {request.total_weeks}."
    numbers = [week.week_number for week in weeks]
    if numbers != list(range(1, len(weeks) + 1)):
        yield f"The weeks are numbered {', '.join(map(str, numbers))}; number them 1 to {len(weeks)} in order."


def phase_fits_week_type(_purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """A load week is base, build or peak; a recovery week recovery; a taper or event week taper."""
    for week in weeks:
        if week.phase not in PHASES_OF[week.week_type]:
            allowed = " or ".join(PHASES_OF[week.week_type])
            yield f"Week {week.week_number}: phase {week.phase}; the phase of {_a(week)} week is {allowed}."


def load_comes_in_blocks(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """There are load weeks, and not too many of them in a row."""
    request = purpose.request
    if not any(week.week_type is WeekType.LOAD for week in weeks):
        yield "The overview has no load week; at least 1 is needed."
    cycle = purpose.config.week.load_cycle
    most = most_load_weeks_in_a_row(request.athlete_profile, request.total_weeks, cycle)
    for week_type, run in groupby(weeks, key=lambda week: week.week_type):
        block = list(run)
        if week_type is WeekType.LOAD and len(block) > most:
            first, last = block[0].week_number, block[-1].week_number
            yield (
                f"Weeks {first} to {last}: {len(block)} load weeks in a row; "
                f"at most {most} may follow each other without a recovery week."
            )


def taper_ends_the_plan(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """Taper weeks are the last weeks, few, and there where there is an event."""
    request = purpose.request
    tapering = [week for week in weeks if week.week_type.is_taper]
    for week, following in pairwise(weeks):
        if week.week_type.is_taper and not following.week_type.is_taper:
            yield (
                f"Week {following.week_number}: a {following.week_type} week after taper week {week.week_number}; "
                "taper weeks are the last weeks of the plan."
            )
    if len(tapering) > (most := most_taper_weeks(purpose.config)):
        yield f"The overview has {len(tapering)} taper weeks; at most {most}."
    for week in weeks:
        if request.event is not None and week.week_number == request.total_weeks and not week.week_type.is_taper:
            yield (f"Week {week.week_number}: a {week.week_type} week holds the event; its type is event or taper.")


# --- days ------------------------------------------------------------------------------------------------


def only_trainable_days(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """Training only on available days, and none on the day of the event or after it."""
    request = purpose.request
    available = request.athlete_profile.training_availability
    for week in weeks:
        allowed = request.trainable_days(week.week_number)
        for day in week.trained:
            if day.weekday in allowed:
                continue
            if available.cap_min(day.weekday) == 0:
                yield (
                    f"{_where(week, day)}: {day.workout_type} on a day the athlete cannot train; "
                    f"the days are {', '.join(d for d in available.week_days if available.cap_min(d) > 0)}."
                )
            else:
                yield (
                    f"{_where(week, day)}: {day.workout_type} on or after the event on {request.event_weekday}; "
                    "that day and the days after it are rest."
                )


def few_hard_days(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """No more hard days a week than an athlete of the level takes at that point of the plan; a test is one."""
    for week in weeks:
        hard = [day for day in week.trained if day.workout_type.is_hard]
        level = purpose.level_in(week.week_number)
        most = level.most_hard_days(week.week_number, week.target_hours, len(week.trained))
        most = max(most, any(day.workout_type is WorkoutType.TEST for day in hard))
        if len(hard) > most:
            days = ", ".join(f"{day.weekday} {day.workout_type}" for day in hard)
            yield f"Week {week.week_number}: {len(hard)} hard days ({days}); at most {most}."


def hard_days_apart(_purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """No two hard days after one another, from Sunday to the next Monday included."""
    days = [(week, day) for week in weeks for day in week.training_days]
    for (week, day), (next_week, next_day) in pairwise(days):
        if day.workout_type.is_hard and next_day.workout_type.is_hard:
            yield (
                f"{_where(next_week, next_day)}: {next_day.workout_type} the day after {day.workout_type} "
                f"(week {week.week_number}, {day.weekday}); put rest or an easy day between hard days."
            )


def enough_rest(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """At least two rest days, or six training days of which one is recovery."""
    settings = purpose.config.week.days
    for week in weeks:
        trained, rest = len(week.trained), len(week.training_days) - len(week.trained)
        if rest >= settings.least_rest_days:
            continue
        if trained > settings.most_training_days:
            least = settings.least_rest_days
            yield f"Week {week.week_number}: {trained} training days; at least {least} days are rest."
        elif all(day.workout_type is not WorkoutType.RECOVERY for day in week.trained):
            yield (
                f"Week {week.week_number}: {trained} training days and no recovery ride among them; "
                f"make one a recovery ride or rest on {settings.least_rest_days} days."
            )


def long_ride_at_the_weekend(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """A load week has an endurance or mixed ride on a weekend day where one is available."""
    request = purpose.request
    available = request.athlete_profile.training_availability
    for week in weeks:
        weekend = [
            day
            for day in request.trainable_days(week.week_number)
            if day.is_weekend and available.cap_min(day) >= purpose.config.week.long_ride.least_room_min
        ]
        long_rides = [d for d in week.trained if d.weekday in weekend and d.workout_type in LONG_RIDE_TYPES]
        if week.week_type is WeekType.LOAD and weekend and not long_rides:
            yield (
                f"Week {week.week_number}: no endurance or mixed ride at the weekend, where the long ride belongs; "
                f"put one on {' or '.join(weekend)}."
            )


def taper_keeps_intensity(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """A taper week of enough training days, the eve of the event aside, has a session above endurance."""
    request, from_days = purpose.request, purpose.config.rule_number("taper-intensity", "from_days")
    for week in weeks:
        eve = request.eve_in(week.week_number)
        room = purpose.config.week.hours.sharp_session_room_min
        counted = [day for day in week.trained if day.weekday is not eve and purpose.longest_on(day.weekday) >= room]
        first_weeks = purpose.level_in(week.week_number).first_weeks
        if any(week.week_number <= onset.until_week for onset in first_weeks):
            continue
        keeps = any(d.workout_type.is_hard or d.workout_type in TAPER_INTENSITY_TYPES for d in week.trained)
        if week.week_type.is_taper and len(counted) >= from_days and not keeps:
            yield (
                f"Week {week.week_number}: a taper week of {len(week.trained)} training days without intensity; "
                "keep at least 1 hard, tempo or mixed session."
            )


# --- hours and load --------------------------------------------------------------------------------------


def hours_as_requested(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """A load week has about the athlete's hours; no week has many more."""
    request = purpose.request
    hours = request.athlete_profile.training_availability.hours_per_week
    for week in weeks:
        is_load = week.week_type is WeekType.LOAD
        low, high = LOAD_WEEK_SHARE if is_load else (0.0, ANY_WEEK_MAX_SHARE)
        low *= least_load_share(purpose, week.week_number)
        if not _within(week.target_hours, low * hours, high * hours):
            allowed = f"{_h(low * hours)} to {_h(high * hours)}" if is_load else f"at most {_h(high * hours)}"
            yield (
                f"Week {week.week_number}: target_hours {_h(week.target_hours)} in {_a(week)} week; "
                f"with {_h(hours)} h a week it is {allowed} h."
            )


def recovery_weeks_are_light(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """A recovery week has 40 to 80 % of the mean load week's hours, and fewer where the athlete is away.

    Where the load weeks before it are of a plan that has yet to grow, 40 % of these will do.
    """
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


def taper_descends(_purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """Taper weeks have at most 80 % of the mean load week, and none has more hours than the one before it."""
    mean = _mean_load_hours(weeks)
    most = _to_quarter_hour(TAPER_MAX_SHARE * mean)
    for week in weeks:
        if mean and week.week_type.is_taper and week.target_hours > most + _ROUNDING_H:
            yield (
                f"Week {week.week_number}: target_hours {_h(week.target_hours)} in {_a(week)} week; "
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
                f"Week {week.week_number}: no training day in {_a(week)} week, "
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


OVERVIEW_RULES: tuple[OverviewRule, ...] = (
    every_week_once,
    phase_fits_week_type,
    load_comes_in_blocks,
    taper_ends_the_plan,
    only_trainable_days,
    few_hard_days,
    hard_days_apart,
    enough_rest,
    long_ride_at_the_weekend,
    taper_keeps_intensity,
    hours_as_requested,
    recovery_weeks_are_light,
    taper_descends,
    hours_fit_the_days,
    only_the_event_leaves_a_week_empty,
    tss_fits_the_hours,
)
"""Every rule, in the order its breaches are reported."""


def _mean_load_hours(weeks: Weeks) -> float:
    hours = [week.target_hours for week in weeks if week.week_type is WeekType.LOAD]
    return sum(hours) / len(hours) if hours else 0.0


def _to_quarter_hour(hours: float) -> float:
    """An upper limit in the quarter hours that weeks are planned in, rounded up."""
    return math.ceil(hours * 4 - _ROUNDING_H) / 4


def _within(value: float, low: float, high: float) -> bool:
    return low - _ROUNDING_H <= value <= high + _ROUNDING_H


def _where(week: OverviewWeek, day: TrainingDay) -> str:
    return f"Week {week.week_number}, {day.weekday}"


def _a(week: OverviewWeek) -> str:
    return f"{'an' if week.week_type is WeekType.EVENT else 'a'} {week.week_type}"
