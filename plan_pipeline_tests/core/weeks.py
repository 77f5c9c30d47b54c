"""Weeks for the tests of validation and its fix: segments, rides and training days in as few words as possible.

Belongs here: builders. Does not belong here: anything that asserts.
"""

from __future__ import annotations

from collections.abc import Iterable

from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.plan import TrainingDay, Workout
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import SegmentType, Weekday, WorkoutType

EASY_PCT = 65.0
HARD_PCT = 110.0


def segment(kind: str, minutes: float, low: float | None = EASY_PCT, high: float | None = None) -> Segment:
    """A segment at one intensity, or from ``low`` to ``high``; off the bike with ``low=None``."""
    return Segment(
        type=SegmentType(kind), duration_min=minutes, power_low_pct=low, power_high_pct=low if high is None else high
    )


def workout(
    weekday: str, segments: Iterable[Segment], *, kind: str = "mixed", name: str = "Ride", description: str = ""
) -> Workout:
    """A workout of segments, with the load they give."""
    listed = tuple(segments)
    load = workout_load(listed)
    return Workout(
        weekday=Weekday(weekday),
        name=name,
        type=WorkoutType(kind),
        description=description,
        duration_min=sum(part.duration_min for part in listed),
        tss=load.tss,
        tss_method=load.method,
        tss_if2=load.tss_if2,
        intensity_factor=load.intensity_factor,
        segments=listed,
    )


def endurance(weekday: str, minutes: float, *, warmup: float = 0, cooldown: float = 0, name: str = "Ride") -> Workout:
    """An endurance ride of ``minutes`` in all."""
    parts = [segment("steady", minutes - warmup - cooldown)]
    if warmup:
        parts.insert(0, segment("warmup", warmup, 50, 65))
    if cooldown:
        parts.append(segment("cooldown", cooldown, 40, 55))
    return workout(weekday, parts, kind="endurance", name=name)


def intervals(weekday: str, *, kind: str = "vo2max", sets: int = 5, description: str = "") -> Workout:
    """A 25-minute frame around sets of 4 minutes hard and 3 easy."""
    work = [segment("interval", 4, HARD_PCT), segment("recovery", 3, 50)] * sets
    parts = [segment("warmup", 15, 50, 70), *work, segment("cooldown", 10, 40, 55)]
    return workout(weekday, parts, kind=kind, name="5 × 4 min", description=description)


def recovery(weekday: str, minutes: float = 60, name: str = "Legs loose") -> Workout:
    return workout(weekday, [segment("recovery", minutes, 50)], kind="recovery", name=name)


def days(**kinds: str) -> tuple[TrainingDay, ...]:
    """The seven days of a week; what is not named is rest."""
    return tuple(
        TrainingDay(weekday=day, workout_type=WorkoutType(kinds.get(day.value.lower(), "rest"))) for day in Weekday
    )


def days_of(workouts: Iterable[Workout]) -> tuple[TrainingDay, ...]:
    """The seven days that workouts were made for."""
    return days(**{w.weekday.value.lower(): w.type.value for w in workouts})


def hours(workouts: Iterable[Workout]) -> float:
    return sum(part.duration_min for w in workouts for part in w.segments) / 60
