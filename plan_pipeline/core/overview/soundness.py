"""What makes a weekly overview sound, by a person, a model or rules: the rules, and every breach of them in words.

A breach is one sentence with week, day, value and limit, so that it can be sent back to a model as well as shown to a
person.
"""

from collections.abc import Callable, Iterator
from itertools import groupby, pairwise

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.plan import OverviewWeek, TrainingDay
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Phase, WeekType, WorkoutType
from plan_pipeline.core.overview.season import most_load_weeks_in_a_row, most_taper_weeks
from plan_pipeline.core.overview.sound_volume import (
    Weeks,
    a_week,
    hours_as_requested,
    hours_fit_the_days,
    only_the_event_leaves_a_week_empty,
    recovery_weeks_are_light,
    taper_descends,
    tss_fits_the_hours,
)
from plan_pipeline.core.purpose.purpose import Purpose, purpose_of

PHASES_OF = {
    WeekType.LOAD: (Phase.BASE, Phase.BUILD, Phase.PEAK),
    WeekType.RECOVERY: (Phase.RECOVERY,),
    WeekType.TAPER: (Phase.TAPER,),
    WeekType.EVENT: (Phase.TAPER,),
}
OverviewRule = Callable[[Purpose, Weeks], Iterator[str]]


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
            yield f"Week {week.week_number}: phase {week.phase}; the phase of {a_week(week)} week is {allowed}."


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
    """At least two rest days, or six training days of which one is recovery; as many days as the tier has, if any."""
    settings = purpose.config.week.days
    for week in weeks:
        if purpose.tier is not None:
            if len(week.trained) > (most := purpose.most_training_days):
                yield f"Week {week.week_number}: {len(week.trained)} training days; at most {most}."
            continue
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
    """A load week has its long session, of a type meant for it, on a weekend day where one is available."""
    request, types = purpose.request, long_types(purpose)
    available = request.athlete_profile.training_availability
    for week in weeks:
        weekend = [
            day
            for day in request.trainable_days(week.week_number)
            if day.is_weekend and available.cap_min(day) >= purpose.config.week.long_ride.least_room_min
        ]
        long_rides = [d for d in week.trained if d.weekday in weekend and d.workout_type in types]
        if week.week_type is WeekType.LOAD and weekend and not long_rides:
            word = purpose.sport.words.session
            yield (
                f"Week {week.week_number}: no {' or '.join(types)} {word} at the weekend, where the long {word} "
                f"belongs; put one on {' or '.join(weekend)}."
            )


def long_types(purpose: Purpose) -> tuple[WorkoutType, ...]:
    """The types that the week's long session may have."""
    types, patterns = purpose.sport.parts, purpose.long_ride_demand.patterns
    varied = [types.varied] if types.long is types.easy else []
    return tuple(dict.fromkeys([types.long, *varied, *(each.kind for each in patterns if each.kind)]))


def taper_keeps_intensity(purpose: Purpose, weeks: Weeks) -> Iterator[str]:
    """A taper week of enough training days, the eve of the event aside, has a session above easy ones (intensity is
    kept: Bosquet 2007, Wang 2023)."""
    types = purpose.sport.parts
    request, from_days = purpose.request, purpose.config.rule_number("taper-intensity", "from_days")
    for week in weeks:
        eve = request.eve_in(week.week_number)
        room = purpose.config.week.hours.sharp_session_room_min
        counted = [day for day in week.trained if day.weekday is not eve and purpose.longest_on(day.weekday) >= room]
        first_weeks = purpose.level_in(week.week_number).first_weeks
        if any(week.week_number <= onset.until_week for onset in first_weeks):
            continue
        keeps = any(d.workout_type.is_hard or d.workout_type in (types.brisk, types.varied) for d in week.trained)
        if week.week_type.is_taper and len(counted) >= from_days and not keeps:
            yield (
                f"Week {week.week_number}: a taper week of {len(week.trained)} training days without intensity; "
                f"keep at least 1 hard, {types.brisk} or {types.varied} session."
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


def _where(week: OverviewWeek, day: TrainingDay) -> str:
    return f"Week {week.week_number}, {day.weekday}"
