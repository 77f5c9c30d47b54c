"""How well a library workout suits a day, in points.

Points are convention: variety weighs most, then duration and phase, the seed least.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plan_pipeline.core import limits
from plan_pipeline.core.arms import Arm
from plan_pipeline.core.duration.candidates import Numbers
from plan_pipeline.core.duration.day_limits import DayLimits
from plan_pipeline.core.duration.distributor import DurationAllocation, typical_week_tss
from plan_pipeline.core.duration.envelope import DayBounds, Envelope
from plan_pipeline.core.model.athlete import MINUTES_PER_DAY
from plan_pipeline.core.model.plan import OverviewWeek, TrainingDay
from plan_pipeline.core.model.vocabulary import DayKind, Weekday, WorkoutType
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline.core.selection.criteria import Criterion, Parts, summed
from plan_pipeline.core.selection.fits import Fits, is_long
from plan_pipeline.core.selection.memory import Memory
from plan_pipeline.core.selection.week_minutes import NO_PRICES, Dose, Prices

DAY_POINTS = 15.0
DURATION_POINTS = 40.0
NATURAL_LENGTH_POINTS = 10.0
EXTENSIBLE_POINTS = 10.0
LOAD_POINTS = 20.0
UNUSUAL_LOAD_WEIGHT = 15.0
"""Where a week is planned whole, load weighs more the further its TSS target is from what its days typically give, or
what is typical would win: four times as much at 20 % more or less."""

BEFORE_HARD_COST = 120.0
"""Points lost by a ride so long that a day after is to be easy, where it is not."""

DOSE_POINTS = 100.0
"""Points lost by a session with none of the minutes in bands that it is to have, or with twice as many."""

DURATION_REACH = 0.25
"""Duration and load points fall to nothing at this relative distance from what the day is meant to have."""

SERVING_REACH = 0.15
"""A candidate that stays further than this from the day's length serves only where no other does."""

BEYOND_REACH_COST = 2.0
"""Points lost for every minute by which a candidate cannot reach the day's length."""

TOO_LONG_COST, TOO_LONG_MIN_COST = 80.0, 10.0
"""Points lost by a ride that is longer than the longest of late lets it be, and for every minute of that."""

EXTENSION_MIN = 5.0
"""A candidate this far from the day's length needs to be extensible, and is preferred if it is."""


class Terms(NamedTuple):
    """On what terms a week is planned whole.

    ``load_share`` is its TSS target as a share of what is typical, ``doses`` are the minutes in bands that its days are
    to have, ``most_min`` the minutes above which some of them would tire for a hard day, ``prices`` what a minute in
    each band costs; with ``only_rested`` no structure comes back that was used lately.
    """

    cell_min: int = limits.GRID_MIN
    load_share: float = 1.0
    doses: Mapping[Weekday, tuple[Dose, ...]] = MappingProxyType({})
    most_min: Mapping[Weekday, float] = MappingProxyType({})
    prices: Prices = NO_PRICES
    only_rested: bool = False


class _Grid(NamedTuple):
    """Workouts of a type × lengths in cells of so many minutes."""

    workout_type: WorkoutType
    cell_min: int


class _Day(NamedTuple):
    """What the points lost by length depend on. ``limits`` stand for all that leave the same."""

    workout_type: WorkoutType
    kind: DayKind
    target_min: float
    typical_tss: float
    shortest: int
    longest: int
    cell_min: int
    load_share: float
    prefer_extensible: bool
    limits: DayLimits | None


class Scorer:
    """Points for all candidates of a day at once, by row of their type's ``Candidates``.

    An arm that does not adjust lengths knows neither caps nor load: its candidates are near or far from the day's
    length as they are.
    """

    def __init__(self, purpose: Purpose, envelope: Envelope, memory: Memory, arm: Arm) -> None:
        self._availability = purpose.request.athlete_profile.training_availability
        self._envelope = envelope
        self._memory = memory
        self._arm = arm
        self._hardness = purpose.config.content.hardness
        self._fits = Fits(purpose, envelope, memory, arm)
        self._missed: dict[tuple[DayLimits, float, int], Numbers] = {}

    def points(self, week: OverviewWeek, allocation: DurationAllocation, held: DayLimits) -> Numbers:
        """All points, at the length nearest to what the day is meant to have."""
        fits = self._fits.of_day(week, _day_of(week, allocation)) + self._day_points(allocation)
        return fits + summed(self._length_parts(week, allocation, held))

    def point_parts(self, week: OverviewWeek, allocation: DurationAllocation, held: DayLimits) -> Parts:
        """What ``points`` are given and taken for."""
        by_day = {Criterion.WEEKDAY: self._day_points(allocation)}
        fits = self._fits.parts_of_day(week, _day_of(week, allocation))
        return {**fits, **by_day, **self._length_parts(week, allocation, held)}

    def fitting(self, allocation: DurationAllocation, held: DayLimits) -> NDArray[np.bool_]:
        """Which workouts the day's limits admit within the athlete's cap, or as they are written."""
        admission = self._envelope.admission(held)
        if not self._arm.adjusts_lengths:
            return admission.as_written
        return admission.shortest_min <= self.cap_min(allocation)

    def serving(self, allocation: DurationAllocation, held: DayLimits) -> NDArray[np.bool_]:
        """Which workouts can be near enough to the day's length within its cap."""
        if not self._arm.adjusts_lengths:
            return self.fitting(allocation, held)
        return self._missed_min(allocation, held) <= SERVING_REACH * allocation.target_min

    def rested(self, workout_type: WorkoutType) -> NDArray[np.bool_]:
        """Which workouts have a structure that is not among the last two uses of their type; tests need no rest."""
        return self._fits.rested(workout_type)

    def cap_min(self, allocation: DurationAllocation) -> int:
        """The athlete's limit on the allocation's day, minutes."""
        return self._availability.cap_min(allocation.weekday)

    def length_costs(
        self, week: OverviewWeek, allocation: DurationAllocation, bounds: DayBounds, terms: Terms
    ) -> Numbers:
        """Workouts × lengths in cells: what each workout loses at each length, less the points it has at any.

        Infinite where a workout cannot have the length, or the day by its ``bounds`` cannot, or with ``only_rested``
        where its structure was used lately.
        """
        return self.at_prices(allocation, self.unpriced_costs(week, allocation, bounds, terms), terms)

    def at_prices(self, allocation: DurationAllocation, costs: Numbers, terms: Terms) -> Numbers:
        """Costs with what minutes in bands cost by the prices of ``terms``; tests are what they are at any price."""
        if not any(terms.prices) or allocation.workout_type is WorkoutType.TEST:
            return costs
        by_band = self._envelope.candidates(allocation.workout_type).bands(terms.cell_min)
        return costs + priced(by_band[:, :, : costs.shape[1]], terms.prices)

    def unpriced_costs(
        self, week: OverviewWeek, allocation: DurationAllocation, bounds: DayBounds, terms: Terms
    ) -> Numbers:
        """As ``length_costs``, whatever the prices of ``terms``; a new matrix every time."""
        day = self._day(week, allocation, bounds, terms)
        lost = self._envelope.kept(day, self._lost_by_length)
        training_day = _day_of(week, allocation)
        fits = self._fits.of_day(week, training_day)[:, np.newaxis]
        if terms.only_rested and not is_long(training_day):
            fits = np.where(self.rested(day.workout_type)[:, np.newaxis], fits, -np.inf)
        costs: Numbers = lost - fits
        for part in self._week_parts(week, allocation, terms, slice(costs.shape[1])).values():
            costs += part
        return costs

    def point_parts_at(
        self, week: OverviewWeek, allocation: DurationAllocation, bounds: DayBounds, terms: Terms, cell: int
    ) -> Parts:
        """What the negative of one column of ``length_costs`` is made of: by row, or one number for all rows.

        Of workouts that may not have the length it says nothing of use.
        """
        column = slice(cell, cell + 1)
        lost = self._lost_parts(self._day(week, allocation, bounds, terms), column)
        lost.update(self._week_parts(week, allocation, terms, column))
        if any(terms.prices) and allocation.workout_type is not WorkoutType.TEST:
            by_band = self._envelope.candidates(allocation.workout_type).bands(terms.cell_min)
            lost[Criterion.GOAL_MINUTES] = priced(by_band[:, :, column], terms.prices)
        fits = self._fits.parts_of_day(week, _day_of(week, allocation))
        return {**fits, **{criterion: -part[:, 0] for criterion, part in lost.items()}}

    def wanted_tss(
        self, week: OverviewWeek, allocation: DurationAllocation, held: DayLimits | None, terms: Terms
    ) -> float:
        """The TSS that a day is to have: what is typical at its share of the week, more or less as the week asks."""
        typical = self._envelope.typical_tss(allocation.workout_type, week.phase, allocation.target_min, held)
        return typical * terms.load_share

    def load_share(self, week: OverviewWeek, allocations: Sequence[DurationAllocation]) -> float:
        """The week's TSS target as a share of what its days typically give; 1 where there is no telling."""
        typical = typical_week_tss(allocations, week.phase, self._envelope)
        return round(week.target_tss / typical, 2) if typical and week.target_tss else 1.0

    def _day(self, week: OverviewWeek, allocation: DurationAllocation, bounds: DayBounds, terms: Terms) -> _Day:
        return _Day(
            allocation.workout_type,
            DayKind.of(allocation.weekday),
            allocation.target_min,
            self._envelope.typical_tss(allocation.workout_type, week.phase, allocation.target_min, bounds.limits),
            bounds.shortest,
            bounds.longest,
            terms.cell_min,
            terms.load_share,
            self._arm.prefers_extensible,
            bounds.limits and self._envelope.admission(bounds.limits).limits,
        )

    def _lost_by_length(self, day: _Day) -> Numbers:
        grid = self._envelope.candidates(day.workout_type).grid(day.cell_min)
        cells = day.longest // day.cell_min + (1 if grid.is_exact else 2)
        costs, *others = self._lost_parts(day, slice(cells)).values()
        for part in others:
            costs += part
        if grid.is_exact:
            costs[:, : -(-day.shortest // day.cell_min)] = np.inf
        else:
            lengths = grid.minutes[:, : costs.shape[1]]
            costs[(lengths < day.shortest) | (lengths > day.longest)] = np.inf
        if day.limits is not None:
            costs += self._envelope.barrier(day.limits, day.cell_min)[:, : costs.shape[1]]
        return costs

    def _lost_parts(self, day: _Day, cells: slice) -> dict[Criterion, Numbers]:
        """Points lost for load away from ``load_share`` of what is typical, for distance from the author's version, for
        time, and for a change that the author does not call for; less those for the kind of day.
        """
        candidates = self._envelope.candidates(day.workout_type)
        grid = candidates.grid(day.cell_min)
        target = max(day.target_min, 1.0)
        wanted = max(day.typical_tss * day.load_share, 1.0)
        load: Numbers = grid.tss[:, cells] - wanted
        np.abs(load, out=load)
        unusual = 1 + UNUSUAL_LOAD_WEIGHT * abs(day.load_share - 1)
        load *= LOAD_POINTS * unusual / DURATION_REACH / wanted
        minutes = np.arange(grid.tss.shape[1])[cells] * day.cell_min
        parts = {
            Criterion.LOAD: load,
            Criterion.OWN_LENGTH: grid.distance[:, cells] * (NATURAL_LENGTH_POINTS / DURATION_REACH / target),
            Criterion.DURATION: np.abs(minutes - target)[np.newaxis] * (DURATION_POINTS / DURATION_REACH / target),
        }
        if day.prefer_extensible and grid.is_rigid is not None:
            parts[Criterion.EXTENSIBLE] = EXTENSIBLE_POINTS * grid.is_rigid[:, cells]
        parts[Criterion.WEEKDAY] = -DAY_POINTS * candidates.for_day[day.kind][:, np.newaxis]
        return parts

    def _week_parts(
        self, week: OverviewWeek, allocation: DurationAllocation, terms: Terms, cells: slice
    ) -> dict[Criterion, Numbers]:
        """Points lost by a ride that outgrows the longest of late, or tires for a hard day, alone or with another, and
        for minutes in bands that are not what the day is to have of them.
        """
        parts: dict[Criterion, Numbers] = {}
        minutes = np.arange(cells.stop)[cells] * terms.cell_min
        longest = (cells.stop - 1) * terms.cell_min
        allowed = self._memory.longest_allowed_min(week.week_number)
        if allowed < longest:
            parts[Criterion.LONGEST_RIDE] = _lost_above(allowed, TOO_LONG_COST, minutes)
        if _is_before_hard(week, allocation):
            grid = _Grid(allocation.workout_type, terms.cell_min)
            parts[Criterion.BEFORE_HARD] = self._envelope.kept(grid, self._lost_before_hard)[:, cells]
        most = terms.most_min.get(allocation.weekday, np.inf)
        if most < longest:
            together = _lost_above(most, BEFORE_HARD_COST, minutes)
            parts[Criterion.BEFORE_HARD] = parts.get(Criterion.BEFORE_HARD, 0.0) + together
        candidates = self._envelope.candidates(allocation.workout_type)
        for dose in terms.doses.get(allocation.weekday, ()):
            apart: Numbers = candidates.bands_together(dose.bands, terms.cell_min)[:, cells] - dose.minutes
            np.abs(apart, out=apart)
            apart *= DOSE_POINTS / dose.minutes
            parts[Criterion.DOSE] = parts[Criterion.DOSE] + apart if Criterion.DOSE in parts else apart
        return parts

    def _lost_before_hard(self, grid: _Grid) -> Numbers:
        """Points lost by rides so long that the next day is to be easy."""
        tss = self._envelope.candidates(grid.workout_type).grid(grid.cell_min).tss
        minutes = np.arange(tss.shape[1]) * grid.cell_min
        is_long = (tss >= self._hardness.long_tss) | (minutes >= self._hardness.long_min)
        return np.where(is_long, BEFORE_HARD_COST, 0.0)

    def _missed_min(self, allocation: DurationAllocation, held: DayLimits) -> Numbers:
        key = (held, allocation.target_min, self.cap_min(allocation))
        if key not in self._missed:
            self._missed[key] = self._envelope.admission(held).missed_min(*key[1:])
        return self._missed[key]

    def _day_points(self, allocation: DurationAllocation) -> Numbers:
        candidates = self._envelope.candidates(allocation.workout_type)
        return DAY_POINTS * candidates.for_day[DayKind.of(allocation.weekday)].astype(np.float64)

    def _length_parts(self, week: OverviewWeek, allocation: DurationAllocation, held: DayLimits) -> Parts:
        """Points by length and load for workouts that are brought to a length, or ridden at their own."""
        candidates, target = self._envelope.candidates(allocation.workout_type), allocation.target_min
        apart = np.abs(candidates.own_min - target)
        if not self._arm.adjusts_lengths:
            near: Numbers = DURATION_POINTS * _nearness(apart, target) - BEYOND_REACH_COST * apart
            return {Criterion.DURATION: near}
        missed = np.minimum(self._missed_min(allocation, held), MINUTES_PER_DAY)
        beyond = BEYOND_REACH_COST * np.maximum(0.0, missed - EXTENSION_MIN)
        typical = self._envelope.typical_tss(allocation.workout_type, week.phase, target, held)
        parts = {
            Criterion.DURATION: DURATION_POINTS * _nearness(missed, target) - beyond,
            Criterion.OWN_LENGTH: NATURAL_LENGTH_POINTS * _nearness(apart, target),
            Criterion.LOAD: LOAD_POINTS * _nearness(np.abs(candidates.tss_near(target) - typical), typical),
        }
        if self._arm.prefers_extensible:
            helped = candidates.extensible & (apart > EXTENSION_MIN)
            parts[Criterion.EXTENSIBLE] = EXTENSIBLE_POINTS * helped.astype(np.float64)
        return parts


def _lost_above(most_min: float, cost: float, minutes: NDArray[np.int_]) -> Numbers:
    """1 × lengths: points lost by lengths above a limit, more for every minute."""
    lost: Numbers = (minutes > most_min) * (cost + TOO_LONG_MIN_COST * (minutes - most_min))
    return lost[np.newaxis]


def _is_before_hard(week: OverviewWeek, allocation: DurationAllocation) -> bool:
    """Whether an easy day comes before one that may be hard."""
    following = week.training_days[allocation.weekday.position + 1 :][:1]
    return not allocation.workout_type.is_demanding and any(day.workout_type.is_demanding for day in following)


def priced(by_band: Numbers, prices: Prices) -> Numbers:
    """What minutes in bands cost at prices a minute, of which one at least is not 0."""
    costs: Numbers = sum([price * in_band for in_band, price in zip(by_band, prices, strict=True) if price])
    return costs


def _day_of(week: OverviewWeek, allocation: DurationAllocation) -> TrainingDay:
    return week.training_days[allocation.weekday.position]


def _nearness(distance: Numbers, target: float) -> Numbers:
    """1 at the target, 0 from ``DURATION_REACH`` of it away."""
    if not target:
        return np.zeros_like(distance)
    return np.maximum(0.0, 1 - distance / (DURATION_REACH * target))
