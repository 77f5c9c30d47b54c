"""What a library can deliver: tables that are computed once for a library and a configuration, for all plans."""

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from plan_pipeline.core.adding import added
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.admission import Admission
from plan_pipeline.core.duration.candidates import Candidates, Mask, Numbers
from plan_pipeline.core.duration.day_limits import DayLimits
from plan_pipeline.core.duration.profiles import DurationProfile
from plan_pipeline.core.duration.resolved import resolved_library
from plan_pipeline.core.duration.totals import bits_between, bits_of, nearest_total, sums_of
from plan_pipeline.core.duration.workout_table import WorkoutTable, table_of
from plan_pipeline.core.limits import GRID_MIN
from plan_pipeline.core.model.vocabulary import DayKind, Phase, Weekday, WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline.core.sports.records import record_of

KEPT_BYTES = 16 * 1024 * 1024
"""Room for matrices that many plans have in common."""

KEPT_ENVELOPES = 64
"""Libraries and configurations whose tables are kept; runners differ by pace."""

MIN_FOR_PHASE = 3
"""A phase's typical load is taken from its own workouts if there are at least this many at the length."""


class DayBounds(NamedTuple):
    """The minutes a day of a type can have: by library, outer bounds and the athlete's cap.

    ``profile`` is the ordinary range for the type and kind of day, cut to what the day can have.
    ``cap_min`` is the athlete's own limit, which binds where it equals ``longest``. ``limits`` is what the day holds a
    workout to, and ``lengths`` has a bit for every minute that some workout can have within all of that.
    """

    weekday: Weekday
    workout_type: WorkoutType
    shortest: int
    longest: int
    profile: DurationProfile
    cap_min: int
    limits: DayLimits | None
    lengths: int


_kept_profile = lru_cache(maxsize=4096)(DurationProfile)
"""Days of all plans share the profiles that are alike."""


def no_longer_than(bounds: DayBounds, longest_min: int) -> DayBounds:
    """The same bounds up to a length; as they are where that leaves nothing."""
    lengths = bounds.lengths & bits_between(0, max(longest_min, 0))
    if longest_min >= bounds.longest or longest_min < bounds.shortest or not lengths:
        return bounds
    profile = _kept_profile(*[min(minutes, longest_min) for minutes in bounds.profile])
    return bounds._replace(longest=longest_min, lengths=lengths, profile=profile)


class Envelope:
    """The tables of a whole library. Use ``envelope_of``: building one takes longer than planning a week."""

    def __init__(self, library: Library, config: PlanningConfig) -> None:
        self._sport = record_of(config.sport)
        self._sessions = config.week.sessions
        self._works_late_least_min = config.week.long_ride.works_late_least_min
        self.tables = {workout.id: table_of(workout, config) for workout in library.workouts}
        self.by_type = {
            kind: tuple(self.tables[workout.id] for workout in workouts) for kind, workouts in library.by_type.items()
        }
        self._masks = {kind: bits_of(m for t in tables for m in t.minutes) for kind, tables in self.by_type.items()}
        self._reach = {
            kind: (min(table.minutes[0] for table in tables), max(table.minutes[-1] for table in tables))
            for kind, tables in self.by_type.items()
        }
        self._kept: OrderedDict[Hashable, Numbers] = OrderedDict()
        self._kept_bytes = 0
        self._candidates: dict[WorkoutType, Candidates] = {}
        self._bounds: dict[Hashable, DayBounds | None] = {}
        self._alike: dict[tuple[WorkoutType, bytes], Admission] = {}
        self._admissions: dict[DayLimits, Admission] = {}
        self._typical: dict[tuple[WorkoutType, Phase, int, DayLimits | None], float] = {}
        self._tss_near: dict[tuple[WorkoutType, int], tuple[float, ...]] = {}
        self._typical_pcts: dict[tuple[WorkoutType, DayLimits | None], float] = {}
        self._typical_bands: dict[tuple[WorkoutType, DayLimits | None, tuple[int, ...], int], float] = {}

    def bounds(
        self, workout_type: WorkoutType, weekday: Weekday, cap_min: int, limits: DayLimits | None = None
    ) -> DayBounds | None:
        """What a day of a type can have; ``None`` if the library, the cap or the limits leave nothing."""
        outer = self._sessions[workout_type][DayKind.of(weekday)].outer
        return self.bounds_within(outer, workout_type, weekday, cap_min, limits)

    def widest_bounds(
        self, workout_type: WorkoutType, weekday: Weekday, cap_min: int, limits: DayLimits | None = None
    ) -> DayBounds | None:
        """As ``bounds``, but a day may have any length its type has within the cap, however unusual."""
        return self.bounds_within((0, cap_min), workout_type, weekday, cap_min, limits)

    def bounds_within(
        self,
        span: tuple[int, int],
        workout_type: WorkoutType,
        weekday: Weekday,
        cap_min: int,
        limits: DayLimits | None = None,
    ) -> DayBounds | None:
        """As ``bounds``, but with another span of minutes than what is usual."""
        key = (span, workout_type, weekday, cap_min, limits)
        if key not in self._bounds:
            self._bounds[key] = self._bounds_of(*key)
        return self._bounds[key]

    def _bounds_of(
        self,
        span: tuple[int, int],
        workout_type: WorkoutType,
        weekday: Weekday,
        cap_min: int,
        limits: DayLimits | None,
    ) -> DayBounds | None:
        reach = self._reach_of(workout_type, limits)
        if reach is None:
            return None
        shortest, longest = max(span[0], int(reach[0])), min(span[1], int(reach[1]), cap_min)
        lengths = self.mask(workout_type, longest, limits) & ~bits_between(0, shortest - 1)
        if shortest > longest or not lengths:
            return None
        cut = _kept_profile(*[min(max(m, shortest), longest) for m in self.profile(workout_type, weekday)])
        return DayBounds(weekday, workout_type, shortest, longest, cut, cap_min, limits, lengths)

    def reachable_minutes(self, days: Sequence[DayBounds], wanted_min: float) -> int:
        """The total nearest to ``wanted_min`` that workouts of the days' types can add up to, in whole minutes.

        Exact over every choice of one workout and one length a day within the days' bounds.
        """
        return nearest_total(sums_of([day.lengths for day in days]), wanted_min)

    def mask(self, workout_type: WorkoutType, longest_min: int, limits: DayLimits | None = None) -> int:
        """The lengths up to ``longest_min`` that workouts of a type have, as bits; none for a type that has none."""
        all_lengths = self._masks.get(workout_type, 0) if limits is None else self.admission(limits).bits
        return all_lengths & bits_between(0, longest_min)

    def _reach_of(self, workout_type: WorkoutType, limits: DayLimits | None) -> tuple[float, float] | None:
        return self._reach.get(workout_type) if limits is None else self.admission(limits).reach

    def admission(self, limits: DayLimits) -> Admission:
        """Which workouts of a type limits admit at which lengths; one for all limits that leave the same."""
        if (known := self._admissions.get(limits)) is None:
            found = Admission(limits, self.by_type.get(limits.workout_type, ()))
            known = self._admissions[limits] = self._alike.setdefault(found.key, found)
        return known

    def profile(self, workout_type: WorkoutType, weekday: Weekday) -> DurationProfile:
        """How long an ordinary session of a type is on a day."""
        return DurationProfile(*self._sessions[workout_type][DayKind.of(weekday)].ordinary)

    def barrier(self, limits: DayLimits, cell_min: int) -> Numbers:
        """Workouts × cells of a type: 0 where limits admit a workout at the cell's length, else infinite."""
        cells = self.candidates(limits.workout_type).grid(cell_min).minutes.shape[1]
        return self.admission(limits).barrier(cell_min, cells)

    def typical_band_min(
        self, workout_type: WorkoutType, limits: DayLimits | None, bands: tuple[int, ...], minutes: float
    ) -> float:
        """The median minutes in some bands of the workouts that limits admit, at the length nearest to one."""
        limits = limits and self.admission(limits).limits
        key = (workout_type, limits, bands, round(minutes / GRID_MIN))
        if key not in self._typical_bands:
            grid, cell = self.candidates(workout_type).grid(GRID_MIN), key[3]
            open_cells = np.isfinite(grid.minutes)
            if limits is not None:
                open_cells &= np.isfinite(self.barrier(limits, GRID_MIN))
            apart = np.where(open_cells, np.abs(np.arange(grid.minutes.shape[1]) - cell), np.inf)
            rows = np.flatnonzero(np.isfinite(apart).any(axis=1))
            nearest = apart[rows].argmin(axis=1)
            in_bands = self.candidates(workout_type).bands_together(bands, GRID_MIN)[rows, nearest]
            self._typical_bands[key] = _median(in_bands.tolist()) if rows.size else 0.0
        return self._typical_bands[key]

    def typical_pct(self, workout_type: WorkoutType, limits: DayLimits | None = None) -> float:
        """The median of the mean intensity of workouts of a type that limits admit, % of threshold; 0 off the feet."""
        key = (workout_type, limits and self.admission(limits).limits)
        if key not in self._typical_pcts:
            admitted = self.admission(limits).minutes if limits else None
            tables = [
                table
                for row, table in enumerate(self.by_type.get(workout_type, ()))
                if admitted is None or admitted[row].size
            ]
            self._typical_pcts[key] = _median(map(_mean_pct, tables)) if tables else 0.0
        return self._typical_pcts[key]

    def kept(self, key: Hashable, made: Callable[[Any], Numbers]) -> Numbers:
        """``made(key)``, kept for the next plan that needs the same; what was not asked for longest makes room."""
        if (known := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return known
        known = self._kept[key] = made(key)
        known.flags.writeable = False
        self._kept_bytes += known.nbytes
        while self._kept_bytes > KEPT_BYTES and len(self._kept) > 1:
            self._kept_bytes -= self._kept.popitem(last=False)[1].nbytes
        return known

    @cached_property
    def everything(self) -> Candidates:
        """The workouts of all types side by side; ``rows`` says which are a type's."""
        return Candidates(tuple(table for tables in self.by_type.values() for table in tables))

    @cached_property
    def rides_with_late_work(self) -> Mask:
        """Which workouts of ``everything`` are endurance rides that hold work in their last third as written."""
        late = np.zeros(len(self.everything), bool)
        rows = self.rows.get(self._sport.parts.long, slice(0))
        for row, table in enumerate(self.everything.tables[rows], start=rows.start or 0):
            own = [length.distance for length in table.lengths].index(0)
            late[row] = table.content.late_min[own] >= self._works_late_least_min
        return late

    @cached_property
    def rows(self) -> dict[WorkoutType, slice]:
        """Where a type's workouts stand in ``everything``, in the order of its ``candidates``."""
        ends = list(accumulate(len(tables) for tables in self.by_type.values()))
        return {
            kind: slice(end - len(tables), end) for (kind, tables), end in zip(self.by_type.items(), ends, strict=True)
        }

    def candidates(self, workout_type: WorkoutType) -> Candidates:
        """The workouts of a type side by side, put together on first use."""
        if workout_type not in self._candidates:
            self._candidates[workout_type] = Candidates(self.by_type[workout_type])
        return self._candidates[workout_type]

    def typical_tss(
        self, workout_type: WorkoutType, phase: Phase, minutes: float, limits: DayLimits | None = None
    ) -> float:
        """The median TSS of workouts of a type at a length, those suited to the phase first, within limits if any."""
        key = (workout_type, phase, round(minutes), limits and self.admission(limits).limits)
        if (known := self._typical.get(key)) is None:
            known = self._typical[key] = self._median_tss(*key)
        return known

    def _median_tss(self, workout_type: WorkoutType, phase: Phase, minutes: int, limits: DayLimits | None) -> float:
        if workout_type not in self.by_type:
            return 0.0
        all_of_type = self.candidates(workout_type)
        spans = all_of_type.spans if limits is None else self.admission(limits).spans
        in_reach = [row for row, (shortest, longest) in enumerate(spans) if shortest <= minutes <= longest]
        if not in_reach:
            admitted = [row for row, (shortest, _) in enumerate(spans) if shortest < math.inf]
            in_reach = admitted or list(range(len(spans)))
        for_phase = all_of_type.for_phase[phase].tolist()
        suited = [row for row in in_reach if for_phase[row]]
        chosen = suited if len(suited) >= MIN_FOR_PHASE else in_reach
        if (near := self._tss_near.get((workout_type, minutes))) is None:
            near = self._tss_near[workout_type, minutes] = tuple(all_of_type.tss_near(minutes).tolist())
        return _median([near[row] for row in chosen])


def _mean_pct(table: WorkoutTable) -> float:
    """The mean intensity of a workout at its own length."""
    segments = table.workout.segments
    total = added([s.duration_min * ((s.intensity_low_pct or 0) + (s.intensity_high_pct or 0)) / 2 for s in segments])
    return total / table.workout.parts_duration_min


def _median(numbers: Iterable[float]) -> float:
    """Of the two in the middle the mean; in less time than NumPy takes for so few."""
    in_order = sorted(numbers)
    middle = len(in_order) // 2
    upper = in_order[middle]
    return upper if len(in_order) % 2 else (in_order[middle - 1] + upper) / 2


@lru_cache(maxsize=KEPT_ENVELOPES)
def envelope_of(library: Library, config: PlanningConfig) -> Envelope:
    """The tables of a library under a configuration, built once a process."""
    return Envelope(library, config)


def envelope_for(library: Library, purpose: Purpose) -> Envelope:
    """The tables that a request is planned with: those of the library as its athlete meets it."""
    return envelope_of(resolved_library(library, purpose.request), purpose.config)
