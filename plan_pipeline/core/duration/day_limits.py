"""What a day of a plan holds its workout to, and in which order that gives way where nothing would be left."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.config.levels import Level
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.plan import TrainingDay
from plan_pipeline.core.model.vocabulary import (
    Band,
    Constraint,
    DayRole,
    ExperienceLevel,
    Requirement,
    WorkoutType,
)
from plan_pipeline.core.purpose.purpose import Purpose

KEPT_OF_PLANS = 512
"""Limits by plan that are kept, a few dozen a plan: more would keep plans that are done in memory."""


class MostMinutes(NamedTuple):
    """The most minutes that a session holds in some bands together."""

    bands: tuple[Band, ...]
    minutes: float


class OnsetLimit(NamedTuple):
    """Nothing at or above ``below_pct`` but so many efforts of up to so many seconds."""

    below_pct: float
    spin_ups: int
    spin_up_s: float


class MinutesFrom(NamedTuple):
    """Minutes at or above a share of threshold: the least and the most."""

    from_pct: float
    least: float
    most: float


class DayLimits(NamedTuple):
    """What a day holds its workout to.

    The athlete's ``level``, the requirements that are ``forbidden``, the patterns that are ``excluded``, the event type
    that simulations are for and being ``rideable`` at all never give way; the others do, in the order of
    ``GIVING_WAY``. With ``usual`` a workout asks no more than a rider of the level is to be asked for. Where there are
    ``patterns``, a workout has one of them.
    """

    workout_type: WorkoutType
    level: ExperienceLevel
    forbidden: frozenset[Requirement] = frozenset()
    event_type: str | None = None
    rideable: bool = True
    excluded: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    late_least_min: float = 0.0
    sharp: MinutesFrom | None = None
    usual: bool = False
    session: tuple[MostMinutes, ...] = ()
    easy: bool = False
    onset: OnsetLimit | None = None

    def without(self, given_up: int) -> "DayLimits":
        """These limits without the first so many of those that give way."""
        return self._replace(**{name: _NONE[name] for name in _IN_ORDER[:given_up]}) if given_up else self

    def given_up_for(self, held: "DayLimits") -> "Iterator[tuple[str, DayLimits]]":
        """What is said of each of these limits that has given way in ``held``, and ``held`` with it alone."""
        for name, says in GIVING_WAY.items():
            if getattr(self, name) != getattr(held, name):
                yield says, held._replace(**{name: getattr(self, name)})


GIVING_WAY = {
    "patterns": "is laid out in another way than the day asks for",
    "late_least_min": "has too little work in its last third",
    "sharp": "has other than the minutes of a last sharp session",
    "usual": "asks more than is usual at the athlete's level",
    "session": "has more minutes of intensity than the athlete's level has in a session",
    "easy": "is harder than an easy day is to be",
    "onset": "has more intensity than the first weeks are to have",
}
"""What gives way where nothing else is left, first to last, and what is said of a workout that was chosen then."""

_IN_ORDER = tuple(GIVING_WAY)
_NONE = DayLimits._field_defaults


def day_limits(purpose: Purpose, week_number: int, day: TrainingDay, *, first_from_106: bool = False) -> DayLimits:
    """All that a day of a week is held to; with ``first_from_106`` as the plan's first session at or above 106 %."""
    level = purpose.level_in(week_number)
    weeks = next((onset.until_week for onset in level.first_weeks if week_number <= onset.until_week), None)
    return _limits_of(purpose, level is purpose.level, weeks, day.workout_type, day.role, day.patterns, first_from_106)


@lru_cache(maxsize=KEPT_OF_PLANS)
def lasting_limits(purpose: Purpose, kind: WorkoutType) -> DayLimits:
    """What days of a type are held to in all weeks, and whatever it costs."""
    return DayLimits(
        workout_type=kind,
        level=purpose.experience,
        forbidden=_forbidden(purpose.request.all_constraints),
        event_type=purpose.event_type.id if purpose.event_type else None,
        rideable=purpose.is_on(Flag.RIDEABILITY),
        excluded=purpose.excluded_patterns,
    )


@lru_cache(maxsize=KEPT_OF_PLANS)
def _limits_of(
    purpose: Purpose,
    at_own_level: bool,
    onset_until: int | None,
    kind: WorkoutType,
    role: DayRole | None,
    patterns: tuple[str, ...],
    first_from_106: bool,
) -> DayLimits:
    sharp = _sharp(purpose) if role is DayRole.SHARPENING else None
    lasting = lasting_limits(purpose, kind)
    return _added_to(lasting, purpose.config, at_own_level, onset_until, role, patterns, sharp, first_from_106)


@lru_cache(maxsize=4096)
def _added_to(
    lasting: DayLimits,
    config: PlanningConfig,
    at_own_level: bool,
    onset_until: int | None,
    role: DayRole | None,
    patterns: tuple[str, ...],
    sharp: MinutesFrom | None,
    first_from_106: bool,
) -> DayLimits:
    """What lasts with what gives way; plans of athletes who are alike share it."""
    kind, levels = lasting.workout_type, config.levels
    level = levels.of(lasting.level) if at_own_level else levels.beginner
    onset = next((onset for onset in level.first_weeks if onset.until_week == onset_until), None)
    is_test = kind is WorkoutType.TEST
    return lasting._replace(
        patterns=patterns,
        late_least_min=config.week.long_ride.works_late_least_min if role is DayRole.LATE_WORK else 0.0,
        sharp=sharp,
        usual=lasting.rideable,
        session=() if is_test else _kept(session_maxima(level, level.first_from_106_min if first_from_106 else None)),
        easy=not (kind.is_demanding or role is DayRole.LONG_QUALITY),
        onset=OnsetLimit(onset.below_pct, onset.spin_ups, onset.spin_up_s) if onset and not is_test else None,
    )


def session_maxima(level: Level, from_106_min: float | None = None) -> tuple[MostMinutes, ...]:
    """The most minutes that a session of a level holds in bands: those of a whole week where a session has no own."""
    of_week = {band: max(most, level.goal_weekly_minutes.get(band, 0.0)) for band, most in level.weekly_minutes.items()}
    by_band = [MostMinutes((band,), minutes) for band, minutes in (of_week | level.session_minutes).items()]
    upper = level.session_from_106 if from_106_min is None else min(level.session_from_106, from_106_min)
    return (*by_band, MostMinutes((Band.VO2MAX, Band.ANAEROBIC), upper))


@lru_cache(maxsize=256)
def _kept(maxima: tuple[MostMinutes, ...]) -> tuple[MostMinutes, ...]:
    """The same for all days for which they are equal."""
    return maxima


def _sharp(purpose: Purpose) -> MinutesFrom | None:
    if purpose.event_type is None:
        return None
    taper = purpose.event_type.taper
    return MinutesFrom(taper.sharpen_from_pct, *taper.sharpen_min)


@lru_cache(maxsize=256)
def _forbidden(constraints: tuple[Constraint, ...]) -> frozenset[Requirement]:
    return frozenset().union(*(constraint.forbids for constraint in constraints))
