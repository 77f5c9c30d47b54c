"""Races that runners prepare for: such as go with what they run by now, in times that go with how fast they are."""

from collections.abc import Sequence
from typing import Any, Final

from plan_pipeline.core.cohort.draw import Draw, Quantiles
from plan_pipeline.core.cohort.season import KindOfEvent, Season
from plan_pipeline.core.config.aim import EventType
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.events import MAX_NAME, Event
from plan_pipeline.core.model.vocabulary import CourseProfile, ExperienceLevel
from plan_pipeline.core.paces.vdot import race_time_s

READY_SHARE = 0.8
"""Who runs so much of the least that a race's tiers start from goes in for it."""

UNREADY_SHARE = 0.05
"""Runners who go in for any race, ready or not."""

GOAL_TIME_SHARE = 0.5
GOAL_FACTOR: Final = (0.96, 1.03)
"""A goal over what the runner's VDOT stands for, from the most hopeful to the most careful."""

CLIMBING_M_A_KM: Quantiles = ((0, 10), (0.5, 30), (1, 70))
"""Of a race that is timed by its climbing too."""

TUNE_UP_SHARE: Final = 0.6
"""A race on the way takes so much of the time of the one it leads to at most."""

SHORT_RACE_MIN: Final = 130.0
"""A race on the way to none is no longer, minutes."""

EVENT_NAMES = ("Spring", "City", "Riverside", "Autumn", "Forest")


def races_for(
    config: PlanningConfig, vdot: float, current_km: float, season: Season, level: ExperienceLevel
) -> KindOfEvent:
    """Draws the race that a plan leads up to, mostly one that the runner is ready to train for."""
    every = tuple(config.events.values())
    ready = [
        kind
        for kind in every
        if current_km >= READY_SHARE * _least_km(kind)
        and (level is not ExperienceLevel.BEGINNER or season.weeks >= kind.least_weeks_for_beginners)
    ]

    def kind_of(draw: Draw) -> dict[str, Any]:
        is_unready = draw.happens(UNREADY_SHARE)
        return _race(draw, every if is_unready or not ready else ready, vdot)

    return kind_of


def races_on_the_way(config: PlanningConfig, vdot: float, aim: Event | None) -> KindOfEvent:
    """Draws a tune-up race, shorter than the one that the plan leads up to."""
    kind = config.event(aim.type) if aim is not None and aim.type is not None else None
    longest_min = SHORT_RACE_MIN if kind is None else TUNE_UP_SHARE * kind.default_duration_min
    by_length = sorted(config.events.values(), key=lambda each: each.default_duration_min)
    short = [each for each in by_length if each.default_duration_min <= longest_min] or by_length[:1]

    def kind_of(draw: Draw) -> dict[str, Any]:
        return _race(draw, short, vdot)

    return kind_of


def _least_km(kind: EventType) -> float:
    return min((tier.start_km[0] for tier in kind.tiers.values()), default=0.0)


def _race(draw: Draw, kinds: Sequence[EventType], vdot: float) -> dict[str, Any]:
    """A race's type and name, what its course is like, and what some runners hope for and expect."""
    kind = draw.one_of(kinds)
    name = f"{draw.one_of(EVENT_NAMES)} {kind.name}"[:MAX_NAME]
    is_warm, temperature = draw.happens(0.15), 12 + draw.below(18)
    weather = {"expected_temperature": temperature, "dew_point": temperature - 4 - draw.below(8)} if is_warm else {}
    course = _of_known_length(draw, kind, vdot) if kind.race else _of_any_length(draw, kind)
    return {"name": name, "type": kind.id, **course, **weather}


def _of_known_length(draw: Draw, kind: EventType, vdot: float) -> dict[str, Any]:
    assert kind.race is not None
    low, high = GOAL_FACTOR
    hoped_s = race_time_s(kind.race.metres, vdot) * (low + (high - low) * draw.share())
    profile = CourseProfile.HILLY if draw.happens(0.3) else CourseProfile.FLAT
    return {
        "goal_time": round(hoped_s / 30) * 30 if draw.happens(GOAL_TIME_SHARE) else None,
        "profile": profile if draw.happens(0.5) else None,
    }


def _of_any_length(draw: Draw, kind: EventType) -> dict[str, Any]:
    """A race as its type usually is, or up to 30 % off; what is timed by its climbing too is on trails."""
    duration_min = kind.default_duration_min * (0.7 + 0.6 * draw.share())
    distance_km = max(1.0, round(duration_min * kind.speed_km_h / 60, 1))
    climbs = kind.climbing_min_per_100_m > 0
    climbing_m = 10 * round(distance_km * draw.of(CLIMBING_M_A_KM) / 10)
    return {
        "distance_km": distance_km if draw.happens(0.7) else None,
        "elevation_m": climbing_m if climbs and draw.happens(0.6) else None,
        "expected_duration_min": round(duration_min) if draw.happens(0.3) else None,
        "profile": CourseProfile.TRAIL if climbs else None,
    }
