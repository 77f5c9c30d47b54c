"""Synthetic plan requests: a population of plausible athletes, the same for the same seed on any machine."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import random
from collections.abc import Iterator, Sequence
from typing import TypeVar

from plan_pipeline.core.model.athlete import AthleteProfile, TrainingAvailability
from plan_pipeline.core.model.events import Event
from plan_pipeline.core.model.request import PlanOptions, PlanRequest
from plan_pipeline.core.model.vocabulary import ExperienceLevel, Weekday

_T = TypeVar("_T")
Quantiles = tuple[tuple[float, float], ...]
"""A distribution as (share of the population, value) points, linear in between: exact on every machine."""

HOURS_PER_WEEK: Quantiles = ((0, 3), (0.1, 4.5), (0.3, 6), (0.5, 7.5), (0.7, 9), (0.85, 11), (0.95, 14), (1, 18))
"""Right-skewed around six to nine hours, as amateur cyclists' weekly volumes are."""

LEAST_HOURS = HOURS_PER_WEEK[0][1]
FTP_W: Quantiles = ((0, 120), (0.1, 165), (0.5, 235), (0.9, 310), (1, 380))
AGE: Quantiles = ((0, 18), (0.1, 24), (0.5, 39), (0.9, 57), (1, 70))
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
EVENT_TYPES = (("century", "Century"), ("gran_fondo", "Gran Fondo"), ("race", "Road Race"), ("tt", "Time Trial"))

UNMEETABLE_SHARE = 0.04
"""Athletes who want more hours than their capped days hold."""

CAPPED_SHARE = 0.45
EVENT_SHARE = 0.5
START_CTL_SHARE = 0.4

COMFORTABLE_DAY_MIN = {False: 120, True: 210}
"""What a day without a cap is reckoned to hold when hours and days are matched, by ``is_weekend``."""

TRAINED_DAYS_AT_MOST = 5
"""A week keeps two days of rest, or a sixth day that is an easy ride."""

CAPACITY_MARGIN = 1.2
"""How much more than the wanted hours the days of an athlete who can be planned for hold."""


def synthetic_requests(athletes: int, seed: int) -> Iterator[PlanRequest]:
    """``athletes`` requests for a seed; a larger cohort of the same seed begins with the smaller one.

    Every figure is drawn through ``Random.random``, whose sequence Python keeps from release to release, and
    basic arithmetic alone, so that the same arguments give the same requests everywhere.
    """
    for number in range(1, athletes + 1):
        yield _request(f"cohort-s{seed}-{number:05d}", _Draw(f"{seed}/{number}"))


def _request(plan_id: str, draw: _Draw) -> PlanRequest:
    weeks = 4 + draw.below(21)
    start = FIRST_START + dt.timedelta(days=draw.below(START_SPREAD_DAYS + 1))
    event = _event(draw, start, weeks) if draw.happens(EVENT_SHARE) else None
    return PlanRequest(
        plan_id=plan_id,
        athlete_profile=_athlete(plan_id, draw),
        weeks=weeks,
        start_date=start if draw.happens(0.9) else None,
        event=event,
        options=PlanOptions(seed=draw.below(1000)),
    )


def _athlete(plan_id: str, draw: _Draw) -> AthleteProfile:
    availability = _unmeetable(draw) if draw.happens(UNMEETABLE_SHARE) else _availability(draw)
    hours = availability.hours_per_week
    age = round(draw.of(AGE))
    return AthleteProfile(
        athlete_id=plan_id.replace("cohort", "athlete"),
        ftp=round(draw.of(FTP_W)),
        weight_kg=round(draw.of(WEIGHT_KG) * 2) / 2 if draw.happens(0.9) else None,
        max_hr=218 - age + draw.below(17) if draw.happens(0.6) else None,
        age=age if draw.happens(0.9) else None,
        experience_level=_experience(draw, hours),
        goals=tuple(dict.fromkeys(draw.one_of(GOALS) for _ in range(1 + draw.below(2)))),
        start_ctl=round(hours * (3.5 + 3 * draw.share())) if draw.happens(START_CTL_SHARE) else None,
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


def _event(draw: _Draw, start: dt.date, weeks: int) -> Event:
    """An event in the last week of a plan that begins on the first Monday from ``start``."""
    kind, name = draw.one_of(EVENT_TYPES)
    first_monday = start + dt.timedelta(days=-start.weekday() % 7)
    weekday = Weekday.SUNDAY if draw.happens(0.6) else Weekday.SATURDAY
    date = first_monday + dt.timedelta(weeks=weeks - 1, days=weekday.position)
    return Event(date=date, name=f"{draw.one_of(('Spring', 'Valley', 'Coast', 'Autumn', 'Alpine'))} {name}", type=kind)


class _Draw:
    """Draws for one athlete, independent of every other athlete's."""

    def __init__(self, key: str) -> None:
        self._random = random.Random(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big"))  # noqa: S311

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
