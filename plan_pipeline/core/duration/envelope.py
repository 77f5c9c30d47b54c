"""What a library can deliver: the lengths of every workout, and the typical load of each type at a length.

Belongs here: tables computed once per library and shared by all plans. Does not belong here: anything about
one athlete beyond a day's cap.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from plan_pipeline.core.duration.candidates import Candidates
from plan_pipeline.core.duration.lengths import Length, at_length, reachable_lengths
from plan_pipeline.core.duration.profiles import (
    GRID_MIN,
    OUTER_BOUNDS,
    WORKOUT_DURATION_PROFILES,
    DurationProfile,
)
from plan_pipeline.core.duration.totals import bits_between, nearest_total, sums_of
from plan_pipeline.core.load import Load, workout_load
from plan_pipeline.core.vocabulary import DayKind, Phase, Weekday, WorkoutType
from plan_pipeline.core.workout import Library, LibraryWorkout, Segment

MIN_FOR_PHASE = 3
"""A phase's typical load is taken from its own workouts if there are at least this many at the length."""


class DayBounds(NamedTuple):
    """The minutes a day of a type can have: by library, outer bounds and the athlete's cap.

    ``profile`` is the ordinary range for the type and kind of day, cut to what the day can have.
    ``cap_min`` is the athlete's own limit, which binds where it equals ``longest``.
    """

    weekday: Weekday
    workout_type: WorkoutType
    shortest: int
    longest: int
    profile: DurationProfile
    cap_min: int


class Rendition(NamedTuple):
    """A workout written out at a length, with its load.

    ``structure_preserved`` says whether every stretch above zone 2 is one its author wrote, as long as written.
    """

    segments: tuple[Segment, ...]
    load: Load
    structure_preserved: bool


class WorkoutTable:
    """One library workout with everything the engine asks of it again and again."""

    def __init__(self, workout: LibraryWorkout) -> None:
        self.workout = workout
        self._renditions: dict[float, Rendition] = {}
        self.lengths: tuple[Length, ...] = reachable_lengths(workout)
        self.minutes: tuple[float, ...] = tuple(length.minutes for length in self.lengths)

    def nearest(self, target_min: float, longest_min: float = float("inf")) -> Length:
        """The reachable length nearest to a target, the shorter of two equally near; within ``longest_min`` if any."""
        i = bisect_left(self.minutes, target_min)
        if i == len(self.minutes) or (i and target_min - self.minutes[i - 1] <= self.minutes[i] - target_min):
            i -= 1
        while i and self.minutes[i] > longest_min:
            i -= 1
        return self.lengths[i]

    def rendition(self, length: Length) -> Rendition:
        """The workout at one of its lengths, written out once a process."""
        if (known := self._renditions.get(length.minutes)) is None:
            segments = at_length(self.workout, length)
            known = Rendition(segments, workout_load(segments), _keeps_structure(self.workout, segments))
            self._renditions[length.minutes] = known
        return known

    def grid_mask(self, longest_min: float) -> int:
        """The lengths up to ``longest_min`` as bits, one for each multiple of 5 minutes."""
        return self._mask & bits_between(0, int(longest_min))

    @cached_property
    def _mask(self) -> int:
        return _grid_mask([self])

    def tss_near(self, minutes: float) -> float:
        """TSS at a length, interpolated between the shortest, the author's and the longest version.

        Beyond those it is in proportion to the minutes: what the workout's mix would give at that length.
        """
        (m0, t0), (m1, t1), (m2, t2) = self.tss_points
        within = min(max(minutes, m0), m2)
        if within >= m1:
            m0, t0, m1, t1 = m1, t1, m2, t2
        tss = t0 if m1 == m0 else t0 + (t1 - t0) * (within - m0) / (m1 - m0)
        return tss * minutes / within

    @cached_property
    def tss_points(self) -> tuple[tuple[float, float], ...]:
        """Minutes and TSS of the shortest, the author's and the longest version."""
        own = next(length for length in self.lengths if length.distance == 0)
        ends = (self.lengths[0], own, self.lengths[-1])
        return tuple((length.minutes, self.rendition(length).load.tss) for length in ends)


def _keeps_structure(workout: LibraryWorkout, segments: Sequence[Segment]) -> bool:
    written = {_shape(segment) for segment in workout.segments}
    return all(segment.is_easy or _shape(segment) in written for segment in segments)


def _shape(segment: Segment) -> tuple[object, ...]:
    return (segment.type, segment.duration_min, segment.power_low_pct, segment.power_high_pct)


class Envelope:
    """The tables of a whole library. Use ``envelope_of``: building one takes longer than planning a week."""

    def __init__(self, library: Library) -> None:
        self.tables = {workout.id: WorkoutTable(workout) for workout in library.workouts}
        self.by_type = {
            kind: tuple(self.tables[workout.id] for workout in workouts) for kind, workouts in library.by_type.items()
        }
        self._grid = {kind: _grid_mask(tables) for kind, tables in self.by_type.items()}
        self._candidates: dict[WorkoutType, Candidates] = {}
        self._bounds: dict[tuple[WorkoutType, Weekday, int], DayBounds | None] = {}
        self._sums: dict[tuple[DayBounds, ...], int] = {}
        self._typical: dict[tuple[WorkoutType, Phase, int], float] = {}
        self._reach = {
            kind: (
                min(table.minutes[0] for table in tables),
                max(table.minutes[-1] for table in tables),
            )
            for kind, tables in self.by_type.items()
        }

    def bounds(self, workout_type: WorkoutType, weekday: Weekday, cap_min: int) -> DayBounds | None:
        """What a day of a type can have; ``None`` if the library or the cap leaves nothing."""
        key = (workout_type, weekday, cap_min)
        if key not in self._bounds:
            self._bounds[key] = self._bounds_of(*key)
        return self._bounds[key]

    def _bounds_of(self, workout_type: WorkoutType, weekday: Weekday, cap_min: int) -> DayBounds | None:
        if workout_type not in self._reach:
            return None
        outer = OUTER_BOUNDS[workout_type, DayKind.of(weekday)]
        reach_low, reach_high = self._reach[workout_type]
        shortest = int(max(outer.shortest, reach_low))
        longest = int(min(outer.longest, reach_high, cap_min))
        if shortest > longest:
            return None
        profile = WORKOUT_DURATION_PROFILES[workout_type, DayKind.of(weekday)]
        cut = DurationProfile(*(min(max(minutes, shortest), longest) for minutes in profile))
        return DayBounds(weekday, workout_type, shortest, longest, cut, cap_min)

    def reachable_minutes(self, days: Sequence[DayBounds], wanted_min: int) -> int:
        """The total nearest to ``wanted_min`` that workouts of the days' types can add up to, on the grid.

        Exact over every choice of one workout and one length a day within the days' bounds: sums of lengths
        are sets of bits, one for each multiple of 5 minutes.
        """
        return nearest_total(self._sums_of(tuple(days)), wanted_min)

    def _sums_of(self, days: tuple[DayBounds, ...]) -> int:
        if (known := self._sums.get(days)) is None:
            known = self._sums[days] = sums_of(
                [self._grid[day.workout_type] & bits_between(day.shortest, day.longest) for day in days]
            )
        return known

    def candidates(self, workout_type: WorkoutType) -> Candidates:
        """The workouts of a type side by side, put together on first use."""
        if workout_type not in self._candidates:
            self._candidates[workout_type] = Candidates(self.by_type[workout_type])
        return self._candidates[workout_type]

    def typical_tss(self, workout_type: WorkoutType, phase: Phase, minutes: float) -> float:
        """The median TSS of the library's workouts of a type at a length, those suited to the phase first."""
        whole = round(minutes)
        key = (workout_type, phase, whole)
        if key not in self._typical:
            self._typical[key] = self._median_tss(workout_type, phase, whole)
        return self._typical[key]

    def _median_tss(self, workout_type: WorkoutType, phase: Phase, minutes: int) -> float:
        if workout_type not in self.by_type:
            return 0.0
        all_of_type = self.candidates(workout_type)
        in_reach = (all_of_type.shortest_min <= minutes) & (minutes <= all_of_type.longest_min)
        if not in_reach.any():
            in_reach[:] = True
        suited = in_reach & all_of_type.for_phase[phase]
        chosen = suited if np.count_nonzero(suited) >= MIN_FOR_PHASE else in_reach
        return float(np.median(all_of_type.tss_near(minutes)[chosen]))


def _grid_mask(tables: Sequence[WorkoutTable]) -> int:
    mask = 0
    for table in tables:
        for minutes in table.minutes:
            mask |= 1 << round(minutes / GRID_MIN)
    return mask


@lru_cache(maxsize=8)
def envelope_of(library: Library) -> Envelope:
    """The tables of a library, built once a process."""
    return Envelope(library)
