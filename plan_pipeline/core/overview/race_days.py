"""The last days before an event, each by its distance from it, for any weekday and any days that can be trained."""

from typing import NamedTuple

from plan_pipeline.core.limits import SHORTEST_SESSION_MIN
from plan_pipeline.core.model.vocabulary import DayRole, EventPriority, Weekday, WorkoutType
from plan_pipeline.core.overview.key_sessions import suited
from plan_pipeline.core.overview.season import days_before_event
from plan_pipeline.core.purpose.purpose import Purpose

LAST_DAYS = 6
"""The days before an event that are planned by their distance from it."""


class RaceDay(NamedTuple):
    """What a day before an event is for. ``is_needed`` says that it is trained whatever the week's hours are,
    ``patterns`` what it is laid out like and ``minutes`` how long it is, where that is said.
    """

    workout_type: WorkoutType
    role: DayRole | None = None
    is_needed: bool = False
    patterns: tuple[str, ...] = ()
    minutes: int | None = None


def race_days(purpose: Purpose, number: int) -> dict[Weekday, RaceDay]:
    """What the last days before the event are for, as far as they lie in a week and can be trained on.

    The sharp session comes first, then easy days, then openers: each on the day nearest to where the event wants it.
    Who still walks between runs has no sharp session.
    """
    if purpose.event_type is None or number < purpose.request.total_weeks - 1:
        return {}
    days = {day: before for day, before in days_before_event(purpose, number) if -LAST_DAYS <= before < 0}
    sharp, openers = _sharp_and_openers(purpose)
    found: dict[Weekday, RaceDay] = {}
    types = purpose.sport.parts
    for day in purpose.request.trainable_days(number):
        before = days.get(day)
        if before is None:
            continue
        if before == sharp and not purpose.walks_in(number):
            kind = suited(purpose, number, purpose.event_type.taper.sharpen_types[0], frozenset(WorkoutType))
            found[day] = RaceDay(kind, DayRole.SHARPENING, is_needed=True)
        elif before == openers:
            found[day] = _eve(purpose, number)
        else:
            found[day] = RaceDay(types.recovery if before >= -2 else types.easy)
    return found


def _eve(purpose: Purpose, number: int) -> RaceDay:
    """The day that opens the legs: openers, or in a sport without any an easy session with a few strides."""
    openers, easy = purpose.sport.parts.openers, purpose.config.week.easy
    if openers is None:
        if easy is None:
            return RaceDay(purpose.sport.parts.easy, is_needed=True)
        patterns = purpose.walk_patterns(number) or easy.eve_of_event
        return RaceDay(purpose.sport.parts.easy, None, True, patterns, round(easy.eve_min))
    kind = suited(purpose, number, openers, frozenset(WorkoutType))
    return RaceDay(kind, is_needed=kind is openers)


def easy_days_around_events(purpose: Purpose, number: int) -> frozenset[Weekday]:
    """Days of a week that an event on the way keeps quiet: before one of priority B those of a small taper, before one
    of C the eve; after either the next day, or the next days.
    """
    request, settings = purpose.request, purpose.config.week.hours
    if not request.events:
        return frozenset()
    found: set[Weekday] = set()
    for week in (number - 1, number, number + 1):
        for event in request.events_in(week) if 1 <= week <= request.total_weeks else ():
            before = settings.easy_days_before_b if event.priority is EventPriority.B else 1
            at = event.weekday.position + len(Weekday) * (week - number)
            found |= {day for day in Weekday if at - before <= day.position <= at + settings.easy_days_after_event}
    return frozenset(found)


def _sharp_and_openers(purpose: Purpose) -> tuple[int | None, int | None]:
    """On which of the last days the sharp session and the openers are; ``None`` where there is no day for one."""
    request, kind = purpose.request, purpose.event_type
    assert kind is not None and request.event_weekday is not None
    room = {
        before: purpose.longest_on(day)
        for number in (request.total_weeks - 1, request.total_weeks)
        if number >= 1
        for day, before in days_before_event(purpose, number)
        if -LAST_DAYS <= before < 0 and day in request.trainable_days(number)
    }
    taper, hours = kind.taper, purpose.config.week.hours
    free = [before for before, minutes in room.items() if minutes >= SHORTEST_SESSION_MIN]
    openers = None
    if taper.openers != "never":
        openers = next((day for day in (taper.openers_on, -1, -2) if day in free), None)
    quiet = [
        before
        for number in (request.total_weeks - 1, request.total_weeks)
        for day, before in days_before_event(purpose, number)
        if day in easy_days_around_events(purpose, number)
    ]
    long_enough = [before for before in free if room[before] >= hours.sharp_session_room_min and before not in quiet]
    wanted = [day for day in (*taper.sharpen_on, *hours.sharpen_else_on) if day in long_enough and day != openers]
    sharp = next((day for day in wanted if openers is None or day < openers), None)
    if sharp is None and openers is not None and openers < -1 and long_enough == free == [openers]:
        sharp, openers = openers, None
    return sharp, openers
