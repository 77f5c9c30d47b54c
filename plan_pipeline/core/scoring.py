"""How well a library workout suits a day: points, and the memory of earlier weeks they depend on.

Belongs here: what makes one candidate better than another. Does not belong here: choosing among them
(see ``selection``). Points are convention, tuned on nothing: phase and duration weigh most, the seed least.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.envelope import DayBounds, Envelope, TypeMatrix, WorkoutTable
from plan_pipeline.core.duration.profiles import GRID_MIN
from plan_pipeline.core.plan import OverviewWeek
from plan_pipeline.core.request import PlanRequest
from plan_pipeline.core.vocabulary import Arm, DayKind, ExperienceLevel, Phase, WorkoutType
from plan_pipeline.core.workout import LibraryWorkout

PHASE_POINTS = 30.0
DAY_POINTS = 15.0
DURATION_POINTS = 40.0
NATURAL_LENGTH_POINTS = 10.0
EXTENSIBLE_POINTS = 10.0
LOAD_POINTS = 20.0
SERIES_POINTS = 18.0
SERIES_STEP_COST = 9.0
FAMILIAR_COST = 25.0
SEED_POINTS = 4.0

DURATION_REACH = 0.25
"""Duration and load points fall to nothing at this relative distance from what the day is meant to have."""

SERVING_REACH = 0.15
"""A candidate that stays further than this from the day's length serves only where no other does."""

BEYOND_REACH_COST = 2.0
"""Points lost for every minute by which a candidate cannot reach the day's length."""

EXTENSION_MIN = 5.0
"""A candidate this far from the day's length needs to be extensible, and is preferred if it is."""

REST_USES = 2
"""A workout does not come back within the last two uses of its type."""

FAMILIAR_WEEKS = 4
"""A structure seen within this many weeks is familiar, the more so the more recent."""

SHORT_PLAN_WEEKS, MIDDLE_PLAN_WEEKS = 6, 10
"""A short plan has no time to climb a series from its foot."""


class _Use(NamedTuple):
    week: int
    workout_id: str
    fingerprint: str


class Memory:
    """What the weeks so far have used; the only thing one week's choice knows of another's."""

    def __init__(self) -> None:
        self._uses: dict[WorkoutType, list[_Use]] = {}
        self._levels: dict[str, int] = {}

    def add(self, week: OverviewWeek, workout: LibraryWorkout) -> None:
        """Remember a use. A light week's step back does not count as the series' last step."""
        use = _Use(week.week_number, workout.id, workout.fingerprint)
        self._uses.setdefault(workout.type, []).append(use)
        if workout.series and not week.phase.is_light:
            self._levels[workout.series.id] = workout.series.level

    def rested(self, workout: LibraryWorkout) -> bool:
        """Whether the workout is not among the last two uses of its type."""
        return all(use.workout_id != workout.id for use in self._uses.get(workout.type, [])[-REST_USES:])

    def familiarity(self, workout: LibraryWorkout, week: int) -> float:
        """1 for a structure used this week, falling to 0 for one not used in the last weeks."""
        last = max(
            (use.week for use in self._uses.get(workout.type, []) if use.fingerprint == workout.fingerprint),
            default=week - FAMILIAR_WEEKS,
        )
        return max(0.0, 1 - (week - last) / FAMILIAR_WEEKS)

    def level(self, series_id: str) -> int | None:
        """The step a series has come to, ``None`` if it has not begun."""
        return self._levels.get(series_id)


class Scorer:
    """Points for candidates of one plan. ``prefer_extensible`` is worth 10 points where length has to change."""

    def __init__(self, request: PlanRequest, envelope: Envelope, memory: Memory, *, prefer_extensible: bool) -> None:
        self._request = request
        self._envelope = envelope
        self._memory = memory
        self._prefer_extensible = prefer_extensible
        self._is_legacy = request.options.duration is Arm.LEGACY

    def score(self, week: OverviewWeek, allocation: DurationAllocation, table: WorkoutTable) -> float:
        """All points of a candidate for a day, at the length nearest to what the day is meant to have."""
        score = self.fit_points(week, allocation, table.workout)
        if self._is_legacy:
            return score + _legacy_duration_points(allocation, table.workout)
        return score + self._duration_points(allocation, table) + self._load_points(week, allocation, table)

    def fit_points(self, week: OverviewWeek, allocation: DurationAllocation, workout: LibraryWorkout) -> float:
        """The points that do not depend on length: phase, weekday, variety, series, seed."""
        points = PHASE_POINTS * (week.phase in workout.suitable_phases)
        points += DAY_POINTS * (DayKind.of(allocation.weekday) in workout.suitable_days)
        points -= FAMILIAR_COST * self._memory.familiarity(workout, week.week_number)
        points += self._series_points(week, workout)
        return points + SEED_POINTS * _noise(self._request, week.week_number, workout.id)

    def fits(self, allocation: DurationAllocation, table: WorkoutTable) -> bool:
        """Whether a workout can be kept within the athlete's cap for the day, which arm ``legacy`` does not know."""
        return self._is_legacy or table.minutes[0] <= self.cap_min(allocation)

    def serves(self, allocation: DurationAllocation, table: WorkoutTable) -> bool:
        """Whether a workout can be near enough to the day's length within its cap; in arm ``legacy`` any will do."""
        if self._is_legacy:
            return True
        target, cap = allocation.target_min, self.cap_min(allocation)
        minutes = table.nearest(target, cap).minutes
        return minutes <= cap and abs(minutes - target) <= SERVING_REACH * target

    def cap_min(self, allocation: DurationAllocation) -> int:
        """The athlete's limit on the allocation's day, minutes."""
        return self._request.athlete_profile.training_availability.cap_min(allocation.weekday)

    def length_costs(
        self, week: OverviewWeek, allocation: DurationAllocation, bounds: DayBounds, matrix: TypeMatrix
    ) -> NDArray[np.float64]:
        """Workouts × grid lengths: points lost at each length for time, load and distance from the author's version.

        Infinite where a workout cannot have the length, or the day by its ``bounds`` cannot.
        """
        target = max(allocation.target_min, 1.0)
        minutes = np.arange(matrix.tss.shape[1]) * GRID_MIN
        typical = max(self._envelope.typical_tss(allocation.workout_type, week.phase, allocation.target_min), 1.0)
        costs: NDArray[np.float64] = (
            DURATION_POINTS / DURATION_REACH * np.abs(minutes - target) / target
            + LOAD_POINTS / DURATION_REACH * np.abs(matrix.tss - typical) / typical
            + NATURAL_LENGTH_POINTS / DURATION_REACH * matrix.distance / target
        )
        outside = (minutes < bounds.shortest) | (minutes > bounds.longest)
        return np.where(matrix.reach & ~outside, costs, np.inf)

    def _duration_points(self, allocation: DurationAllocation, table: WorkoutTable) -> float:
        target = allocation.target_min
        apart = abs(table.workout.duration_min - target)
        missed = abs(table.nearest(target).minutes - target)
        points = DURATION_POINTS * _nearness(missed, target) + NATURAL_LENGTH_POINTS * _nearness(apart, target)
        points -= BEYOND_REACH_COST * max(0.0, missed - EXTENSION_MIN)
        if self._prefer_extensible and table.workout.extensible and apart > EXTENSION_MIN:
            points += EXTENSIBLE_POINTS
        return points

    def _load_points(self, week: OverviewWeek, allocation: DurationAllocation, table: WorkoutTable) -> float:
        typical = self._envelope.typical_tss(allocation.workout_type, week.phase, allocation.target_min)
        return LOAD_POINTS * _nearness(abs(table.tss_near(allocation.target_min) - typical), typical)

    def _series_points(self, week: OverviewWeek, workout: LibraryWorkout) -> float:
        if workout.series is None:
            return 0.0
        wanted = wanted_level(self._request, week.phase, self._memory.level(workout.series.id))
        return SERIES_POINTS - SERIES_STEP_COST * abs(workout.series.level - wanted)


def wanted_level(request: PlanRequest, phase: Phase, last: int | None) -> int:
    """The step of a series that a week wants: one on from the last, one back in a light week.

    A series that has not begun starts at 1, later in plans too short to climb it and for advanced athletes.
    """
    if last is not None:
        return max(1, last - 1) if phase.is_light else last + 1
    start = 1 + (request.total_weeks <= MIDDLE_PLAN_WEEKS) + (request.total_weeks <= SHORT_PLAN_WEEKS)
    level = request.athlete_profile.experience_level
    start += (level is ExperienceLevel.ADVANCED) - (level is ExperienceLevel.BEGINNER)
    return max(1, start - phase.is_light)


def _legacy_duration_points(allocation: DurationAllocation, workout: LibraryWorkout) -> float:
    apart = abs(workout.duration_min - allocation.target_min)
    return DURATION_POINTS * _nearness(apart, allocation.target_min) - BEYOND_REACH_COST * apart


def _nearness(distance: float, target: float) -> float:
    """1 at the target, 0 from ``DURATION_REACH`` of it away."""
    return max(0.0, 1 - distance / (DURATION_REACH * target)) if target else 0.0


def _noise(request: PlanRequest, week: int, workout_id: str) -> float:
    """A number in [0, 1) that depends on the seed, the plan, the week and the workout, and on nothing else."""
    key = f"{request.options.seed}|{request.plan_id}|{week}|{workout_id}".encode()
    return int.from_bytes(hashlib.blake2b(key, digest_size=4).digest(), "big") / 2**32
