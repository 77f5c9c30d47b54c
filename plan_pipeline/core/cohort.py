"""Synthetic plan requests: a population of plausible athletes, the same for the same seed on any machine."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import random
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.athlete import AthleteProfile, TrainingAvailability
from plan_pipeline.core.model.days import monday_on_or_after
from plan_pipeline.core.model.events import MAX_NAME, Event, EventOnTheWay, TimeOff
from plan_pipeline.core.model.request import MAX_WEEKS, MIN_WEEKS, PlanOptions, PlanRequest
from plan_pipeline.core.model.vocabulary import Constraint, EventPriority, ExperienceLevel, Weekday

_T = TypeVar("_T")
Quantiles = tuple[tuple[float, float], ...]
"""A distribution as (share of the population, value) points, linear in between: exact on every machine."""

HOURS_PER_WEEK: Quantiles = ((0, 2.5), (0.1, 4), (0.3, 5.5), (0.5, 7.5), (0.7, 9), (0.85, 11), (0.95, 14), (1, 16))
"""Right-skewed around six to nine hours, as amateur cyclists' weekly volumes are."""

LEAST_HOURS = HOURS_PER_WEEK[0][1]
FTP_W: Quantiles = ((0, 120), (0.1, 165), (0.5, 235), (0.9, 310), (1, 380))
AGE: Quantiles = ((0, 16), (0.1, 23), (0.5, 39), (0.9, 57), (1, 75))
WEIGHT_KG: Quantiles = ((0, 48), (0.1, 57), (0.5, 72), (0.9, 88), (1, 105))
WEEKDAY_CAPS_MIN = (45, 60, 60, 75, 75, 90)
"""What people can fit around a working day, minutes; repeated where it is said more often."""

WEEKEND_CAPS_MIN = (120, 150, 180, 240)
FIRST_START = dt.date(2027, 1, 4)
START_SPREAD_DAYS = 364
GOALS = (
    "Improve FTP",
    "Finish a century comfortably",
    "Climb better",
    "Lose weight and keep power",
    "Race criteriums",
    "Ride a gran fondo",
    "Get back into form",
    "Improve sprint",
)
"""What athletes type; what to make of it is the planner's business."""

UNMEETABLE_SHARE = 0.04
"""Athletes who want more hours than their capped days hold."""

CAPPED_SHARE = 0.45
START_SHARE = 0.9
EVENT_SHARE = 0.5
GOAL_SHARE = {False: 0.75, True: 0.25}
"""Athletes who name a goal, by whether they have an event, which stands for one."""

ON_THE_WAY_SHARE = {False: 0.15, True: 0.35}
"""Athletes with events of priority B or C, by whether there is one of priority A."""

TIME_OFF_SHARE = 0.25
START_CTL_SHARE = 0.4
BY_NOW_SHARE = 0.5
CONSTRAINT_SHARES = {Constraint.NO_HILLS: 0.08, Constraint.INDOOR_ONLY: 0.04}

LONGEST_OFF_DAYS: Final = 10
CLIMBING_M_A_KM: Quantiles = ((0, 2), (0.5, 8), (1, 22))
EVENT_NAMES = ("Spring", "Valley", "Coast", "Autumn", "Alpine")

COMFORTABLE_DAY_MIN = {False: 120, True: 210}
"""What a day without a cap is reckoned to hold when hours and days are matched, by ``is_weekend``."""

TRAINED_DAYS_AT_MOST = 5
"""A week keeps two days of rest, or a sixth day that is an easy ride."""

CAPACITY_MARGIN = 1.2
"""How much more than the wanted hours the days of an athlete who can be planned for hold."""


def synthetic_requests(athletes: int, seed: int, config: PlanningConfig) -> Iterator[PlanRequest]:
    """``athletes`` requests for a seed; a larger cohort of the same seed begins with the smaller one.

    Goals and event types are those of the configuration. Every figure is drawn through ``Random.random``, whose
    sequence Python keeps from release to release, and basic arithmetic alone, so that the same arguments give the same
    requests everywhere. What is drawn about one topic leaves the others as they are.
    """
    for number in range(1, athletes + 1):
        yield _request(f"cohort-s{seed}-{number:05d}", _Draw(f"{seed}/{number}"), config)


def _request(plan_id: str, draw: _Draw, config: PlanningConfig) -> PlanRequest:
    about = draw.about("plan")
    weeks = MIN_WEEKS + about.below(MAX_WEEKS - MIN_WEEKS + 1)
    start = FIRST_START + dt.timedelta(days=about.below(START_SPREAD_DAYS + 1))
    first_monday = monday_on_or_after(start)
    has_event = about.happens(EVENT_SHARE) and bool(config.events)
    is_started = about.happens(START_SHARE)
    away = _time_off(draw.about("time off"), first_monday, weeks) if is_started or has_event else ()
    return PlanRequest(
        plan_id=plan_id,
        athlete_profile=_athlete(plan_id, draw),
        goal=_goal(draw.about("goal"), config, has_event=has_event),
        constraints=_constraints(draw.about("constraints")),
        weeks=weeks,
        start_date=start if is_started else None,
        event=_event(draw.about("event"), first_monday, weeks, config) if has_event else None,
        events=_on_the_way(draw.about("events"), first_monday, weeks, config, away, has_event=has_event)
        if is_started or has_event
        else (),
        time_off=away,
        options=PlanOptions(seed=about.below(1000)),
    )


def _athlete(plan_id: str, draw: _Draw) -> AthleteProfile:
    time, about, by_now = draw.about("time"), draw.about("athlete"), draw.about("by now")
    availability = _unmeetable(time) if time.happens(UNMEETABLE_SHARE) else _availability(time)
    hours = availability.hours_per_week
    age = round(about.of(AGE))
    return AthleteProfile(
        athlete_id=plan_id.replace("cohort", "athlete"),
        ftp=round(about.of(FTP_W)),
        weight_kg=round(about.of(WEIGHT_KG) * 2) / 2 if about.happens(0.9) else None,
        max_hr=218 - age + about.below(17) if about.happens(0.6) else None,
        age=age if about.happens(0.9) else None,
        experience_level=_experience(about, hours),
        goals=tuple(dict.fromkeys(about.one_of(GOALS) for _ in range(1 + about.below(2)))),
        start_ctl=round(hours * (3.5 + 3 * by_now.share())) if by_now.happens(START_CTL_SHARE) else None,
        longest_ride_min=5 * round(hours * (3 + 2.4 * by_now.share())) if by_now.happens(BY_NOW_SHARE) else None,
        current_hours=round(hours * (1 + by_now.share())) / 2 if by_now.happens(BY_NOW_SHARE) else None,
        training_availability=availability,
    )


def _availability(draw: _Draw) -> TrainingAvailability:
    """Hours and days that go together: days are added, then caps lifted, until the hours fit comfortably."""
    hours = round(draw.of(HOURS_PER_WEEK) * 2) / 2
    days = _days(draw, 2 + draw.below(5) if draw.happens(0.9) else 7)
    caps = _caps(draw, days) if draw.happens(CAPPED_SHARE) else {}
    order = draw.shuffled([day for day in Weekday if day not in days])
    while _capacity_min(days, caps) < hours * 60 * CAPACITY_MARGIN:
        if order and len(days) < TRAINED_DAYS_AT_MOST:
            days = [*days, order.pop()]
        elif caps:
            caps.pop(min(caps, key=lambda day: (caps[day], day.position)))
        elif order:
            days = [*days, order.pop()]
        else:
            break
    return TrainingAvailability(hours_per_week=hours, week_days=tuple(days), max_minutes=caps)


def _unmeetable(draw: _Draw) -> TrainingAvailability:
    """More hours than the capped days hold, by a quarter at least."""
    days = _days(draw, 2 + draw.below(3))
    caps = {day: draw.one_of(WEEKDAY_CAPS_MIN) for day in days}
    held_hours = sum(caps.values()) / 60
    hours = max(LEAST_HOURS, round(held_hours * (1.25 + draw.share()) * 2) / 2 + 1)
    return TrainingAvailability(hours_per_week=hours, week_days=tuple(days), max_minutes=caps)


def _days(draw: _Draw, count: int) -> list[Weekday]:
    """Available days, most with at least one on the weekend."""
    days = draw.shuffled(list(Weekday))
    if draw.happens(0.85):
        days.sort(key=lambda day: day is not Weekday.SATURDAY and day is not Weekday.SUNDAY)
        if draw.happens(0.35):
            days[1:] = draw.shuffled(days[1:])
    return days[:count]


def _caps(draw: _Draw, days: Sequence[Weekday]) -> dict[Weekday, int]:
    caps = {}
    for day in sorted(days, key=lambda day: day.position):
        if draw.happens(0.15 if day.is_weekend else 0.7):
            caps[day] = draw.one_of(WEEKEND_CAPS_MIN if day.is_weekend else WEEKDAY_CAPS_MIN)
    return caps


def _capacity_min(days: Sequence[Weekday], caps: dict[Weekday, int]) -> int:
    held = sorted((caps.get(day, COMFORTABLE_DAY_MIN[day.is_weekend]) for day in days), reverse=True)
    return sum(held[:TRAINED_DAYS_AT_MOST])


def _experience(draw: _Draw, hours: float) -> ExperienceLevel:
    """Those who train more have mostly trained for longer."""
    share = draw.share() + (hours - 7.5) / 20
    if share < 0.25:
        return ExperienceLevel.BEGINNER
    return ExperienceLevel.INTERMEDIATE if share < 0.8 else ExperienceLevel.ADVANCED


def _goal(draw: _Draw, config: PlanningConfig, *, has_event: bool) -> str | None:
    return draw.one_of(tuple(config.goals)) if config.goals and draw.happens(GOAL_SHARE[has_event]) else None


def _constraints(draw: _Draw) -> tuple[Constraint, ...]:
    return tuple(constraint for constraint, share in CONSTRAINT_SHARES.items() if draw.happens(share))


def _event(draw: _Draw, first_monday: dt.date, weeks: int, config: PlanningConfig) -> Event:
    """An event in the last week, mostly on the weekend."""
    day = draw.below(7) if draw.happens(0.2) else Weekday.SUNDAY.position - draw.below(2)
    date = first_monday + dt.timedelta(weeks=weeks - 1, days=day)
    return Event(date=date, **_kind_of_event(draw, config))


def _kind_of_event(draw: _Draw, config: PlanningConfig) -> dict[str, Any]:
    """Its type and name, and what some athletes know of it; a day as the type usually has it, or up to 30 % off."""
    kind = config.events[draw.one_of(tuple(config.events))]
    duration_min = kind.default_duration_min * (0.7 + 0.6 * draw.share())
    distance_km = max(0.1, round(duration_min * kind.speed_km_h / 60, 1))
    climbing_m = 10 * round(distance_km * draw.of(CLIMBING_M_A_KM) / 10)
    return {
        "name": f"{draw.one_of(EVENT_NAMES)} {kind.name}"[:MAX_NAME],
        "type": kind.id,
        "distance_km": distance_km if draw.happens(0.4) else None,
        "elevation_m": climbing_m if draw.happens(0.3) else None,
        "expected_duration_min": max(1, round(duration_min)) if draw.happens(0.3) else None,
    }


def _on_the_way(
    draw: _Draw,
    first_monday: dt.date,
    weeks: int,
    config: PlanningConfig,
    away: Sequence[TimeOff],
    *,
    has_event: bool,
) -> tuple[EventOnTheWay, ...]:
    """One or two events on weekends from the second week to the last but one, where the athlete is not away."""
    if not draw.happens(ON_THE_WAY_SHARE[has_event]) or not config.events:
        return ()
    events = []
    for week in sorted(draw.shuffled(range(1, weeks - 1))[: 1 + draw.below(2)]):
        date = first_monday + dt.timedelta(weeks=week, days=Weekday.SUNDAY.position - draw.below(2))
        priority = EventPriority.B if draw.happens(0.7) else EventPriority.C
        event = EventOnTheWay(date=date, priority=priority, **_kind_of_event(draw, config))
        if not any(off.days.holds(date) for off in away):
            events.append(event)
    return tuple(events)


def _time_off(draw: _Draw, first_monday: dt.date, weeks: int) -> tuple[TimeOff, ...]:
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


class _Draw:
    """Draws for one athlete or a topic of theirs, independent of every other's."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._random = random.Random(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big"))  # noqa: S311

    def about(self, topic: str) -> _Draw:
        return _Draw(f"{self._key}/{topic}")

    def share(self) -> float:
        return self._random.random()

    def happens(self, probability: float) -> bool:
        return self.share() < probability

    def below(self, limit: int) -> int:
        return int(self.share() * limit)

    def one_of(self, options: Sequence[_T]) -> _T:
        return options[self.below(len(options))]

    def shuffled(self, items: Sequence[_T]) -> list[_T]:
        left = list(items)
        return [left.pop(self.below(len(left))) for _ in items]

    def of(self, quantiles: Quantiles) -> float:
        share = self.share()
        (low_share, low), (high_share, high) = next(
            piece for piece in itertools.pairwise(quantiles) if share <= piece[1][0]
        )
        return low + (high - low) * (share - low_share) / (high_share - low_share)
