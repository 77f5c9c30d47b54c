"""What a library can deliver: tables that are computed once for a library and a configuration, for all plans."""

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.candidates import Candidates, Numbers
from plan_pipeline.core.duration.profiles import DurationProfile, OuterBounds
from plan_pipeline.core.duration.totals import bits_between, bits_of, nearest_total, sums_of
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.model.vocabulary import DayKind, Phase, Weekday, WorkoutType
from plan_pipeline.core.model.workout import Library

KEPT_BYTES = 64 * 1024 * 1024
"""Room for matrices that many plans have in common."""

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


class Envelope:
    """The tables of a whole library. Use ``envelope_of``: building one takes longer than planning a week."""

    def __init__(self, library: Library, config: PlanningConfig) -> None:
        self._sessions = config.week.sessions
        self.tables = {workout.id: WorkoutTable(workout, config) for workout in library.workouts}
        self.by_type = {
            kind: tuple(self.tables[workout.id] for workout in workouts) for kind, workouts in library.by_type.items()
        }
        self._masks = {kind: bits_of(m for t in tables for m in t.minutes) for kind, tables in self.by_type.items()}
        self._kept: dict[Hashable, Numbers] = {}
        self._kept_bytes = 0
        self._candidates: dict[WorkoutType, Candidates] = {}
        self._bounds: dict[tuple[WorkoutType, Weekday, int], DayBounds | None] = {}
        self._typical: dict[tuple[WorkoutType, Phase, int], float] = {}
        self._reach = {
            kind: (min(table.minutes[0] for table in tables), max(table.minutes[-1] for table in tables))
            for kind, tables in self.by_type.items()
        }

    def bounds(self, workout_type: WorkoutType, weekday: Weekday, cap_min: int) -> DayBounds | None:
        """What a day of a type can have; ``None`` if the library or the cap leaves nothing."""
        key = (workout_type, weekday, cap_min)
        if key not in self._bounds:
            self._bounds[key] = self._bounds_of(*key)
        return self._bounds[key]

    def _bounds_of(self, workout_type: WorkoutType, weekday: Weekday, cap_min: int) -> DayBounds | None:
        if (widest := self.widest_bounds(workout_type, weekday, cap_min)) is None:
            return None
        outer = OuterBounds(*self._sessions[workout_type][DayKind.of(weekday)].outer)
        shortest, longest = max(outer.shortest, widest.shortest), min(outer.longest, widest.longest)
        return self._cut(workout_type, weekday, shortest, longest, cap_min) if shortest <= longest else None

    def reachable_minutes(self, days: Sequence[DayBounds], wanted_min: float) -> int:
        """The total nearest to ``wanted_min`` that workouts of the days' types can add up to, in whole minutes.

        Exact over every choice of one workout and one length a day within the days' bounds.
        """
        masks = [self._masks[day.workout_type] & bits_between(day.shortest, day.longest) for day in days]
        return nearest_total(sums_of(masks), wanted_min)

    def mask(self, workout_type: WorkoutType, longest_min: int) -> int:
        """The lengths up to ``longest_min`` that workouts of a type have, as bits; none for a type that has none."""
        return self._masks.get(workout_type, 0) & bits_between(0, longest_min)

    def widest_bounds(self, workout_type: WorkoutType, weekday: Weekday, cap_min: int) -> DayBounds | None:
        """As ``bounds``, but a day may have any length its type has within the cap, however unusual."""
        if workout_type not in self._reach or self._reach[workout_type][0] > cap_min:
            return None
        shortest, longest = self._reach[workout_type]
        return self._cut(workout_type, weekday, int(shortest), int(min(longest, cap_min)), cap_min)

    def profile(self, workout_type: WorkoutType, weekday: Weekday) -> DurationProfile:
        """How long an ordinary session of a type is on a day."""
        return DurationProfile(*self._sessions[workout_type][DayKind.of(weekday)].ordinary)

    def _cut(self, workout_type: WorkoutType, weekday: Weekday, shortest: int, longest: int, cap_min: int) -> DayBounds:
        cut = DurationProfile(*(min(max(m, shortest), longest) for m in self.profile(workout_type, weekday)))
        return DayBounds(weekday, workout_type, shortest, longest, cut, cap_min)

    def kept(self, key: Hashable, made: Callable[[Any], Numbers]) -> Numbers:
        """``made(key)``, kept for the next plan that needs the same; all are dropped when they take much room."""
        if (known := self._kept.get(key)) is None:
            known = made(key)
            self._kept_bytes += known.nbytes
            if self._kept_bytes > KEPT_BYTES:
                self._kept, self._kept_bytes = {}, known.nbytes
            known.flags.writeable = False
            self._kept[key] = known
        return known

    @cached_property
    def everything(self) -> Candidates:
        """The workouts of all types side by side; ``rows`` says which are a type's."""
        return Candidates(tuple(table for tables in self.by_type.values() for table in tables))

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


@lru_cache(maxsize=8)
def envelope_of(library: Library, config: PlanningConfig) -> Envelope:
    """The tables of a library under a configuration, built once a process."""
    return Envelope(library, config)
