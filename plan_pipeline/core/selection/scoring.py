"""How well a library workout suits a day, in points.

Points are convention: variety weighs most, then duration and phase, the seed least.
"""

import operator
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plan_pipeline.core import limits
from plan_pipeline.core.arms import Arm
from plan_pipeline.core.duration.candidates import Numbers
from plan_pipeline.core.duration.distributor import DurationAllocation, typical_week_tss
from plan_pipeline.core.duration.envelope import DayBounds, Envelope
from plan_pipeline.core.duration.solver import Pick
from plan_pipeline.core.model.athlete import MINUTES_PER_DAY
from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import DayKind, ExperienceLevel, Phase, WorkoutType
from plan_pipeline.core.selection.memory import Memory

PHASE_POINTS = 30.0
DAY_POINTS = 15.0
DURATION_POINTS = 40.0
NATURAL_LENGTH_POINTS = 10.0
EXTENSIBLE_POINTS = 10.0
LOAD_POINTS = 20.0
UNUSUAL_LOAD_WEIGHT = 15.0
"""Where a week is planned whole, load weighs more the further its TSS target is from what its days typically give, or
what is typical would win: four times as much at 20 % more or less."""

SERIES_POINTS = 18.0
SERIES_STEP_COST = 9.0
STEPPING_BACK_COST = 54.0
FAMILIAR_COST = 90.0
"""Points a structure of the last four weeks loses by how lately it came; an arm may take more for coming again."""

SEED_POINTS = 4.0

DURATION_REACH = 0.25
"""Duration and load points fall to nothing at this relative distance from what the day is meant to have."""

SERVING_REACH = 0.15
"""A candidate that stays further than this from the day's length serves only where no other does."""

BEYOND_REACH_COST = 2.0
"""Points lost for every minute by which a candidate cannot reach the day's length."""

TOO_LONG_COST, TOO_LONG_MIN_COST = 40.0, 6.0
"""Points lost by a ride that is longer than the longest of late lets it be, and for every minute of that."""

SEVERE_PRICE = 4.0
"""Points a minute above 105 % of threshold costs in a week that would have too many."""

EXTENSION_MIN = 5.0
"""A candidate this far from the day's length needs to be extensible, and is preferred if it is."""

MIDDLE_PLAN_WEEKS = 10
"""A short plan has no time to climb a series from its foot."""


class Criterion(StrEnum):
    """What points are given and taken for."""

    PHASE = "phase"
    WEEKDAY = "weekday"
    SERIES = "series"
    VARIETY = "variety"
    DURATION = "duration"
    OWN_LENGTH = "own_length"
    EXTENSIBLE = "extensible"
    LOAD = "load"
    LONGEST_RIDE = "longest_ride"
    TIME_ABOVE_105 = "time_above_105"
    SEED = "seed"


Parts = Mapping[Criterion, Numbers]
"""Points or costs by what they are for, in the order in which they are added up."""


class Terms(NamedTuple):
    """On what terms a week is planned whole.

    ``load_share`` is its TSS target as a share of what is typical, ``severe_price`` the cost of a minute above 105 % of
    threshold; with ``only_rested`` no structure comes back that was used lately.
    """

    cell_min: int = limits.GRID_MIN
    load_share: float = 1.0
    severe_price: float = 0.0
    only_rested: bool = False


class _Day(NamedTuple):
    """What the points lost by length depend on."""

    workout_type: WorkoutType
    phase: Phase
    kind: DayKind
    target_min: float
    shortest: int
    longest: int
    cell_min: int
    load_share: float
    prefer_extensible: bool


class Scorer:
    """Points for all candidates of a day at once, by row of their type's ``Candidates``.

    An arm that does not adjust lengths knows neither caps nor load: its candidates are near or far from the day's
    length as they are.
    """

    def __init__(self, request: PlanRequest, envelope: Envelope, memory: Memory, arm: Arm) -> None:
        self._request = request
        self._envelope = envelope
        self._memory = memory
        self._arm = arm
        self._missed: dict[tuple[WorkoutType, float, int], Numbers] = {}
        self._fits: tuple[int, Numbers] | None = None

    def points(self, week: OverviewWeek, allocation: DurationAllocation) -> Numbers:
        """All points, at the length nearest to what the day is meant to have."""
        return self.fit_points(week, allocation) + _sum(self._length_parts(week, allocation))

    def fit_points(self, week: OverviewWeek, allocation: DurationAllocation) -> Numbers:
        """The points that do not depend on length: phase, weekday, variety, series, seed."""
        return self._fits_of(week)[self._envelope.rows[allocation.workout_type]] + self._day_points(allocation)

    def point_parts(self, week: OverviewWeek, allocation: DurationAllocation) -> Parts:
        """What ``points`` are given and taken for."""
        rows = self._envelope.rows[allocation.workout_type]
        fits = {criterion: part[rows] for criterion, part in self._fit_parts(week).items()}
        by_day = {Criterion.WEEKDAY: self._day_points(allocation)}
        return {**fits, **by_day, **self._length_parts(week, allocation)}

    def fitting(self, allocation: DurationAllocation) -> NDArray[np.bool_]:
        """Which workouts can be kept within the athlete's cap for the day."""
        candidates = self._envelope.candidates(allocation.workout_type)
        if not self._arm.adjusts_lengths:
            return np.ones(len(candidates), dtype=bool)
        return candidates.shortest_min <= self.cap_min(allocation)

    def serving(self, allocation: DurationAllocation) -> NDArray[np.bool_]:
        """Which workouts can be near enough to the day's length within its cap."""
        if not self._arm.adjusts_lengths:
            return self.fitting(allocation)
        return self._missed_min(allocation) <= SERVING_REACH * allocation.target_min

    def rested(self, workout_type: WorkoutType) -> NDArray[np.bool_]:
        """Which workouts have a structure that is not among the last two uses of their type."""
        candidates = self._envelope.candidates(workout_type)
        rested = np.ones(len(candidates), dtype=bool)
        for fingerprint in self._memory.resting(workout_type):
            rested[candidates.by_fingerprint[fingerprint]] = False
        return rested

    def cap_min(self, allocation: DurationAllocation) -> int:
        """The athlete's limit on the allocation's day, minutes."""
        return self._request.athlete_profile.training_availability.cap_min(allocation.weekday)

    def length_costs(
        self, week: OverviewWeek, allocation: DurationAllocation, bounds: DayBounds, terms: Terms
    ) -> Numbers:
        """Workouts × lengths in cells: what each workout loses at each length, less the points it has at any.

        Infinite where a workout cannot have the length, or the day by its ``bounds`` cannot, or with ``only_rested``
        where its structure was used lately. A new matrix every time.
        """
        day = self._day(week, allocation, bounds, terms)
        lost = self._envelope.kept(day, self._lost_by_length)
        fits = self._fits_of(week)[self._envelope.rows[day.workout_type], np.newaxis]
        if terms.only_rested:
            fits = np.where(self.rested(day.workout_type)[:, np.newaxis], fits, -np.inf)
        costs: Numbers = lost - fits
        for part in self._limit_parts(week, day, terms, costs.shape[1]).values():
            costs += part
        return costs

    def point_parts_at(
        self, week: OverviewWeek, allocation: DurationAllocation, bounds: DayBounds, terms: Terms, pick: Pick
    ) -> dict[Criterion, float]:
        """What the negative of ``length_costs`` is made of, for one workout at one length."""
        day = self._day(week, allocation, bounds, terms)
        fits = self._fit_parts(week).items()
        row = self._envelope.rows[day.workout_type].start + pick.option
        lost = {**self._lost_parts(day), **self._limit_parts(week, day, terms, pick.cells + 1)}
        at_pick = {
            criterion: float(part[pick.option % len(part), pick.cells % part.shape[1]])
            for criterion, part in lost.items()
        }
        return {criterion: float(part[row]) for criterion, part in fits} | {
            criterion: -cost for criterion, cost in at_pick.items()
        }

    def load_share(self, week: OverviewWeek, allocations: Sequence[DurationAllocation]) -> float:
        """The week's TSS target as a share of what its days typically give; 1 where there is no telling."""
        typical = typical_week_tss(allocations, week.phase, self._envelope)
        return round(week.target_tss / typical, 2) if typical and week.target_tss else 1.0

    def _day(self, week: OverviewWeek, allocation: DurationAllocation, bounds: DayBounds, terms: Terms) -> _Day:
        return _Day(
            allocation.workout_type,
            week.phase,
            DayKind.of(allocation.weekday),
            allocation.target_min,
            bounds.shortest,
            bounds.longest,
            terms.cell_min,
            terms.load_share,
            self._arm.prefers_extensible,
        )

    def _lost_by_length(self, day: _Day) -> Numbers:
        grid = self._envelope.candidates(day.workout_type).grid(day.cell_min)
        costs = _sum(self._lost_parts(day))
        if grid.is_exact:
            costs[:, np.arange(costs.shape[1]) * day.cell_min < day.shortest] = np.inf
        else:
            lengths = grid.minutes[:, : costs.shape[1]]
            costs[(lengths < day.shortest) | (lengths > day.longest)] = np.inf
        return costs

    def _lost_parts(self, day: _Day) -> Parts:
        """Points lost for load away from ``load_share`` of what is typical, for distance from the author's version, for
        time, and for a change that the author does not call for; less those for the kind of day.
        """
        candidates = self._envelope.candidates(day.workout_type)
        grid = candidates.grid(day.cell_min)
        cells = day.longest // day.cell_min + (1 if grid.is_exact else 2)
        target = max(day.target_min, 1.0)
        typical = self._envelope.typical_tss(day.workout_type, day.phase, day.target_min)
        wanted = max(typical * day.load_share, 1.0)
        load: Numbers = grid.tss[:, :cells] - wanted
        np.abs(load, out=load)
        unusual = 1 + UNUSUAL_LOAD_WEIGHT * abs(day.load_share - 1)
        load *= LOAD_POINTS * unusual / DURATION_REACH / wanted
        minutes = np.arange(load.shape[1]) * day.cell_min
        parts = {
            Criterion.LOAD: load,
            Criterion.OWN_LENGTH: grid.distance[:, :cells] * (NATURAL_LENGTH_POINTS / DURATION_REACH / target),
            Criterion.DURATION: np.abs(minutes - target)[np.newaxis] * (DURATION_POINTS / DURATION_REACH / target),
        }
        if day.prefer_extensible and grid.is_rigid is not None:
            parts[Criterion.EXTENSIBLE] = EXTENSIBLE_POINTS * grid.is_rigid[:, :cells]
        parts[Criterion.WEEKDAY] = -DAY_POINTS * candidates.for_day[day.kind][:, np.newaxis]
        return parts

    def _limit_parts(self, week: OverviewWeek, day: _Day, terms: Terms, cells: int) -> Parts:
        """Points lost by a ride that outgrows the longest of late, and for minutes above 105 % of threshold."""
        parts = {}
        allowed = self._memory.longest_allowed_min(week.week_number)
        if allowed < day.longest:
            minutes = (np.arange(cells) * day.cell_min)[np.newaxis]
            too_long: Numbers = (minutes > allowed) * (TOO_LONG_COST + TOO_LONG_MIN_COST * (minutes - allowed))
            parts[Criterion.LONGEST_RIDE] = too_long
        if terms.severe_price:
            grid = self._envelope.candidates(day.workout_type).grid(day.cell_min)
            parts[Criterion.TIME_ABOVE_105] = terms.severe_price * grid.severe_min[:, :cells]
        return parts

    def _fits_of(self, week: OverviewWeek) -> Numbers:
        """The points of all workouts of the library in a week, before weekday and length; in order of their rows."""
        if self._fits is None or self._fits[0] != week.week_number:
            self._fits = (week.week_number, _sum(self._fit_parts(week)))
        return self._fits[1]

    def _fit_parts(self, week: OverviewWeek) -> Parts:
        library = self._envelope.everything
        seed = f"{self._request.options.seed}|{self._request.plan_id}|{week.week_number}"
        return {
            Criterion.PHASE: PHASE_POINTS * library.for_phase[week.phase].astype(np.float64),
            Criterion.SEED: SEED_POINTS * library.noise(seed),
            Criterion.SERIES: self._series_points(week.phase),
            Criterion.VARIETY: self._variety_points(week),
        }

    def _variety_points(self, week: OverviewWeek) -> Numbers:
        points = np.zeros(len(self._envelope.everything))
        for workout_type, rows in self._envelope.rows.items():
            of_type, row_of = points[rows], self._envelope.candidates(workout_type).by_fingerprint
            for fingerprint, familiarity in self._memory.familiar(workout_type, week.week_number).items():
                of_type[row_of[fingerprint]] -= FAMILIAR_COST * familiarity + self._arm.again_cost
        return points

    def _series_points(self, phase: Phase) -> Numbers:
        library = self._envelope.everything
        last = np.zeros(len(library))
        for series_id, level in self._memory.levels.items():
            last[library.series_rows[series_id]] = level
        wanted = wanted_levels(self._request, phase, last)
        points: Numbers = library.in_series * (SERIES_POINTS - SERIES_STEP_COST * np.abs(library.level - wanted))
        if not phase.is_light:
            points -= STEPPING_BACK_COST * ((last > 0) & (library.level < np.minimum(last + 1, library.top_level)))
        return points

    def _missed_min(self, allocation: DurationAllocation) -> Numbers:
        key = (allocation.workout_type, allocation.target_min, self.cap_min(allocation))
        if key not in self._missed:
            self._missed[key] = self._envelope.candidates(allocation.workout_type).missed_min(*key[1:])
        return self._missed[key]

    def _day_points(self, allocation: DurationAllocation) -> Numbers:
        candidates = self._envelope.candidates(allocation.workout_type)
        return DAY_POINTS * candidates.for_day[DayKind.of(allocation.weekday)].astype(np.float64)

    def _length_parts(self, week: OverviewWeek, allocation: DurationAllocation) -> Parts:
        """Points by length and load for workouts that are brought to a length, or ridden at their own."""
        candidates, target = self._envelope.candidates(allocation.workout_type), allocation.target_min
        apart = np.abs(candidates.own_min - target)
        if not self._arm.adjusts_lengths:
            near: Numbers = DURATION_POINTS * _nearness(apart, target) - BEYOND_REACH_COST * apart
            return {Criterion.DURATION: near}
        missed = np.minimum(self._missed_min(allocation), MINUTES_PER_DAY)
        beyond = BEYOND_REACH_COST * np.maximum(0.0, missed - EXTENSION_MIN)
        typical = self._envelope.typical_tss(allocation.workout_type, week.phase, target)
        parts = {
            Criterion.DURATION: DURATION_POINTS * _nearness(missed, target) - beyond,
            Criterion.OWN_LENGTH: NATURAL_LENGTH_POINTS * _nearness(apart, target),
            Criterion.LOAD: LOAD_POINTS * _nearness(np.abs(candidates.tss_near(target) - typical), typical),
        }
        if self._arm.prefers_extensible:
            helped = candidates.extensible & (apart > EXTENSION_MIN)
            parts[Criterion.EXTENSIBLE] = EXTENSIBLE_POINTS * helped.astype(np.float64)
        return parts


def _sum(parts: Parts) -> Numbers:
    return reduce(operator.add, parts.values())


def wanted_levels(request: PlanRequest, phase: Phase, last: Numbers) -> Numbers:
    """The steps that a week wants of series whose last steps are given, 0 where a series has not begun.

    One on from the last, one back in a light week. A series that has not begun starts at 1, later in plans too short
    to climb it and for advanced athletes.
    """
    start = 1 + (request.total_weeks <= MIDDLE_PLAN_WEEKS) + (request.total_weeks <= limits.SHORT_PLAN_WEEKS)
    level = request.athlete_profile.experience_level
    start += (level is ExperienceLevel.ADVANCED) - (level is ExperienceLevel.BEGINNER)
    following = np.maximum(1, last - 1) if phase.is_light else last + 1
    return np.where(last > 0, following, max(1, start - phase.is_light))


def _nearness(distance: Numbers, target: float) -> Numbers:
    """1 at the target, 0 from ``DURATION_REACH`` of it away."""
    if not target:
        return np.zeros_like(distance)
    return np.maximum(0.0, 1 - distance / (DURATION_REACH * target))
