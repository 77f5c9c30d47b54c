"""Whether the hours of a normal load week can be had on the request's days at all, and if not, what is in the way."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.content.bands import bands_in_words
from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.duration.envelope import DayBounds, Envelope, envelope_for
from plan_pipeline.core.limits import EXACT_MIN, SHORTEST_SESSION_MIN
from plan_pipeline.core.model.plan import Infeasible, OverviewWeek
from plan_pipeline.core.model.vocabulary import Band, ExperienceLevel, Weekday, WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.week_layout import WeekLayouts, WeekNeeds, layouts_of
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline.core.purpose.room import sessions_with_room
from plan_pipeline.core.sports.sport import SessionTypes, Words
from plan_pipeline.core.wording import counted

GOAL_RULE: Final = "goal-emphasis"
"""The rule that holds plans to the minutes of their goal."""

BEGINNER_WEEKS_RULE: Final = "weeks-for-beginners"
"""The rule that a beginner's plan is long enough for its event."""

REACHABLE_SHARE = 0.025
"""A week's wanted minutes may be moved this far to what its days can have before the request is infeasible."""


def infeasibility_of(purpose: Purpose, library: Library) -> Infeasible | None:
    """Why no overview can give the request's hours on its days, ``None`` if one can."""
    if (too_short := _too_short_for_beginner(purpose)) is not None:
        return too_short
    envelope = envelope_for(library, purpose)
    days = purpose.request.athlete_profile.training_availability.week_days
    caps = {day: purpose.longest_on(day) for day in days}
    wanted, types = round(purpose.hours * 60), purpose.sport.parts
    if types.easy not in envelope.by_type:
        limit = f"the library has no {types.easy} workouts"
        return _infeasible(f"{limit}: add some, every plan needs them", wanted, 0, (limit,))
    most_days = purpose.config.week.days.most_training_days
    longest_week = _longest_week(caps, envelope, most_days, types)
    if not longest_week:
        limits = tuple(f"{day.value} is capped at {cap} min" for day, cap in caps.items())
        reason = f"no day can hold a session of {SHORTEST_SESSION_MIN} min: {'; '.join(limits)}"
        return _infeasible(reason, wanted, 0, limits)
    longest, shortest = sum(day.longest for day in longest_week), min(day.shortest for day in longest_week)
    if wanted > longest * (1 + REACHABLE_SHARE):
        limits = tuple(_limit_of(day, purpose.sport.words) for day in longest_week)
        shown = "; ".join(limits) + ("" if len(longest_week) > 1 else "; no other day is available")
        reason = f"at most {longest / 60:.1f} h of {wanted / 60:g} h a week: {shown}"
        return _infeasible(reason, wanted, longest, limits)
    if wanted < shortest * (1 - REACHABLE_SHARE):
        limit = f"the shortest session is {shortest} min"
        reason = f"at least {shortest / 60:.1f} h, not {wanted / 60:g} h a week: {limit}"
        return _infeasible(reason, wanted, shortest, (limit,))
    nearest = _nearest(layouts_of(envelope, purpose.config), caps, envelope, wanted, most_days)
    if abs(nearest - wanted) <= max(REACHABLE_SHARE * wanted, EXACT_MIN):
        return None
    limit = "the library's workouts have no lengths that add up to it"
    reason = f"nearest to {wanted / 60:g} h a week is {nearest / 60:.1f} h: {limit}"
    return _infeasible(reason, wanted, nearest, (limit,))


def _too_short_for_beginner(purpose: Purpose) -> Infeasible | None:
    """Why a beginner's plan is not made for a race so near, where its type says how long one takes at least."""
    request, kind = purpose.request, purpose.event_type
    least = kind.least_weeks_for_beginners if kind else 0
    is_waived = BEGINNER_WEEKS_RULE in request.options.waivers
    if kind is None or is_waived or request.total_weeks >= least or purpose.experience is not ExperienceLevel.BEGINNER:
        return None
    reason = (
        f"{counted(request.total_weeks, 'week')} are too few for a beginner's {kind.name.lower()}, which takes {least} "
        "or more: take a later race, or build a base first with goal: base_season and no event"
    )
    wanted = round(purpose.hours * 60)
    return _infeasible(reason, wanted, wanted, ("weeks",))


def missing_for_goal(purpose: Purpose, library: Library, weeks: Sequence[OverviewWeek]) -> Infeasible | None:
    """Why a goal that the request names cannot be had from a library without any work of its kind, else ``None``.

    That is so where most weeks are for such work. A goal that the request leaves no room for, or that it waives, is not
    held to its minutes.
    """
    is_held = purpose.request.goal is not None and GOAL_RULE not in purpose.request.options.waivers
    asked = [week.minutes[0].bands for week in weeks if week.minutes and week.minutes[0].least > 0]
    if not (asked and is_held and purpose.is_on(Flag.GOAL_MINUTES)):
        return None
    held = _bands_held(library)
    missing = [bands for bands in asked if not held & frozenset(bands)]
    if 2 * len(missing) <= len(asked):
        return None
    if sessions_with_room(purpose) < purpose.aim.sessions_a_week.of(purpose.experience):
        return None
    limit = f"the library has no workouts with minutes at {bands_in_words(missing[0])}"
    reason = f"{limit}, which {purpose.aim.name!r} is made of: add some, or choose another goal"
    wanted = purpose.hours * 60
    return _infeasible(reason, wanted, wanted, (limit,))


@lru_cache(maxsize=8)
def _bands_held(library: Library) -> frozenset[Band]:
    """The bands that some workout of the library has minutes in, but for tests and openers."""
    contents = [
        session_content(workout.segments).bands
        for workout in library.workouts
        if workout.type not in (WorkoutType.TEST, WorkoutType.OPENERS)
    ]
    return frozenset(band for band in Band if any(bands.of(band) > 0 for bands in contents))


def _nearest(layouts: WeekLayouts, caps: Mapping[Weekday, int], envelope: Envelope, wanted: int, most_days: int) -> int:
    """The minutes nearest to those wanted that any layout of a normal week can have; the first that is near."""
    nearest: int | None = None
    for needs in _layouts_tried(min(len(caps), most_days), envelope):
        if (layout := layouts.lay_out(caps, needs)) is not None:
            minutes = envelope.reachable_minutes(layout.days, wanted)
            if nearest is None or abs(minutes - wanted) < abs(nearest - wanted):
                nearest = minutes
            if abs(minutes - wanted) <= EXACT_MIN:
                break
    return nearest or 0


def _layouts_tried(most_days: int, envelope: Envelope) -> Iterator[WeekNeeds]:
    """Easy weeks of every number of days, the fullest first, then those with a key session of some type."""
    for days in range(most_days, 0, -1):
        yield WeekNeeds(days)
    for kind in envelope.by_type:
        for days in range(most_days, 1, -1):
            yield WeekNeeds(days, (kind,))


def _longest_week(
    caps: Mapping[Weekday, int], envelope: Envelope, most_days: int, types: SessionTypes
) -> tuple[DayBounds, ...]:
    """The days of the longest week there can be: endurance on all of them, recovery on the last of six."""
    endurance = [b for day, cap in caps.items() if (b := envelope.bounds(types.easy, day, cap))]
    ranked = sorted(endurance, key=lambda day: -day.longest)
    days = ranked[: most_days - 1]
    for spare in ranked[most_days - 1 :]:
        if recovery := envelope.bounds(types.recovery, spare.weekday, spare.cap_min):
            days.append(recovery)
            break
    return tuple(sorted(days, key=lambda day: day.weekday.position))


def _limit_of(day: DayBounds, words: Words) -> str:
    if day.cap_min <= day.longest:
        return f"{day.weekday} is capped at {day.cap_min} min"
    session = words.session
    kind = f"recovery {session}" if day.workout_type is WorkoutType.RECOVERY else session
    return f"{day.weekday}'s longest {kind} is {day.longest} min"


def _infeasible(reason: str, wanted_min: float, nearest_min: float, binding: tuple[str, ...]) -> Infeasible:
    return Infeasible(
        reason=reason,
        wanted_hours=round(wanted_min / 60, 2),
        nearest_hours=round(nearest_min / 60, 2),
        binding=binding,
    )
