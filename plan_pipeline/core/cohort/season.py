"""When plans are: how long, from when on, with an event at the end or not, and days on which nothing is trained."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from plan_pipeline.core.cohort.draw import Draw
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.days import monday_on_or_after
from plan_pipeline.core.model.events import Event, EventOnTheWay, TimeOff
from plan_pipeline.core.model.request import MAX_WEEKS, MIN_WEEKS
from plan_pipeline.core.model.vocabulary import EventPriority, Weekday

FIRST_START = dt.date(2027, 1, 4)
START_SPREAD_DAYS = 364
START_SHARE = 0.9
EVENT_SHARE = 0.5
GOAL_SHARE = {False: 0.75, True: 0.25}
"""Athletes who name a goal, by whether they have an event, which stands for one."""

ON_THE_WAY_SHARE = {False: 0.15, True: 0.35}
"""Athletes with events of priority B or C, by whether there is one of priority A."""

TIME_OFF_SHARE = 0.25
LONGEST_OFF_DAYS: Final = 10

KindOfEvent = Callable[[Draw], dict[str, Any]]
"""Type, name and figures of an event, as fields of ``Event``."""


class Season(NamedTuple):
    """The time of a plan; ``is_started`` says that the request has its start date."""

    weeks: int
    start: dt.date
    is_started: bool
    has_event: bool
    away: tuple[TimeOff, ...]
    seed: int

    @property
    def first_monday(self) -> dt.date:
        return monday_on_or_after(self.start)

    @property
    def is_dated(self) -> bool:
        """Whether the plan's weeks are on dates."""
        return self.is_started or self.has_event

    @property
    def fields(self) -> dict[str, Any]:
        """What of it is the same in requests of every sport."""
        return {"weeks": self.weeks, "start_date": self.start if self.is_started else None, "time_off": self.away}


def season_of(draw: Draw, config: PlanningConfig) -> Season:
    """The time of one athlete's plan."""
    about = draw.about("plan")
    weeks = MIN_WEEKS + about.below(MAX_WEEKS - MIN_WEEKS + 1)
    start = FIRST_START + dt.timedelta(days=about.below(START_SPREAD_DAYS + 1))
    has_event = about.happens(EVENT_SHARE) and bool(config.events)
    is_started = about.happens(START_SHARE)
    away = _time_off(draw.about("time off"), monday_on_or_after(start), weeks) if is_started or has_event else ()
    return Season(weeks, start, is_started, has_event, away, about.below(1000))


def event_of(draw: Draw, season: Season, kind_of: KindOfEvent) -> Event | None:
    """The event in the last week, mostly on the weekend; ``None`` where there is none."""
    if not season.has_event:
        return None
    day = draw.below(7) if draw.happens(0.2) else Weekday.SUNDAY.position - draw.below(2)
    date = season.first_monday + dt.timedelta(weeks=season.weeks - 1, days=day)
    return Event(date=date, **kind_of(draw))


def on_the_way(
    draw: Draw, season: Season, config: PlanningConfig, kind_of: KindOfEvent, most: int = 2
) -> tuple[EventOnTheWay, ...]:
    """A few events on weekends from the second week to the last but one, where the athlete is not away."""
    if not season.is_dated or not draw.happens(ON_THE_WAY_SHARE[season.has_event]) or not config.events:
        return ()
    events = []
    for week in sorted(draw.shuffled(range(1, season.weeks - 1))[: 1 + draw.below(most)]):
        date = season.first_monday + dt.timedelta(weeks=week, days=Weekday.SUNDAY.position - draw.below(2))
        priority = EventPriority.B if draw.happens(0.7) else EventPriority.C
        event = EventOnTheWay(date=date, priority=priority, **kind_of(draw))
        if not any(off.days.holds(date) for off in season.away):
            events.append(event)
    return tuple(events)


def goal_of(draw: Draw, config: PlanningConfig, season: Season) -> str | None:
    """The goal that an athlete names, if any."""
    return draw.one_of(tuple(config.goals)) if config.goals and draw.happens(GOAL_SHARE[season.has_event]) else None


def _time_off(draw: Draw, first_monday: dt.date, weeks: int) -> tuple[TimeOff, ...]:
    """Once or twice a few days, from the second week to the last but one."""
    if not draw.happens(TIME_OFF_SHARE):
        return ()
    times = 2 if weeks >= 2 * MIN_WEEKS and draw.happens(0.3) else 1
    room_days = 7 * (weeks - 2) // times
    away = []
    for number in range(times):
        length = 2 + draw.below(LONGEST_OFF_DAYS - 1)
        first = first_monday + dt.timedelta(days=7 + number * room_days + draw.below(room_days - length + 1))
        away.append(TimeOff(**{"from": first, "to": first + dt.timedelta(days=length - 1), "reason": "travel"}))
    return tuple(away)
