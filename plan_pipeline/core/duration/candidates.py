"""All workouts of a type side by side, as arrays, so that every candidate of a day is judged at once.

Belongs here: what does not change from plan to plan. Does not belong here: points (see ``scoring``), and what
single workouts can do (see ``lengths`` and ``envelope``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from plan_pipeline.core.duration.profiles import GRID_MIN
from plan_pipeline.core.vocabulary import DayKind, Phase

if TYPE_CHECKING:
    from plan_pipeline.core.duration.envelope import DayBounds, WorkoutTable

Key = TypeVar("Key")
Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Rows = NDArray[np.intp]


class Candidates:
    """The workouts of a type, one a row, in order of id. Columns of matrices are lengths in cells of 5 minutes."""

    def __init__(self, tables: tuple[WorkoutTable, ...]) -> None:
        workouts = [table.workout for table in tables]
        self.tables = tables
        self.row = {workout.id: i for i, workout in enumerate(workouts)}
        self.own_min: Numbers = np.array([workout.duration_min for workout in workouts])
        self.shortest_min: Numbers = np.array([table.minutes[0] for table in tables])
        self.longest_min: Numbers = np.array([table.minutes[-1] for table in tables])
        self.extensible: Mask = np.array([workout.extensible for workout in workouts])
        self.for_phase = _masks(Phase, [workout.suitable_phases for workout in workouts])
        self.for_day = _masks(DayKind, [workout.suitable_days for workout in workouts])
        self.by_fingerprint = _rows_by([workout.fingerprint for workout in workouts])
        in_series = [(workout.series.id if workout.series else None) for workout in workouts]
        self.series_rows = {key: rows for key, rows in _rows_by(in_series).items() if key is not None}
        self.level: Numbers = np.array([workout.series.level if workout.series else 0 for workout in workouts], float)
        self._keys = np.array([_key_of(workout.id) for workout in workouts], np.uint64)

    def __len__(self) -> int:
        return len(self.tables)

    @cached_property
    def minutes(self) -> Numbers:
        """Workouts × cells: the minutes of each reachable length, infinite where there is none.

        A length off the grid stands in the nearest cell.
        """
        cells = 1 + max(round(table.minutes[-1] / GRID_MIN) for table in self.tables)
        minutes = np.full((len(self), cells), np.inf)
        self._fill(minutes, lambda table, i: table.minutes[i])
        return minutes

    @cached_property
    def tss(self) -> Numbers:
        """Workouts × cells: the TSS at each reachable length."""
        tss = np.zeros(self.minutes.shape)
        self._fill(tss, lambda table, i: table.rendition(table.lengths[i]).load.tss)
        return tss

    @cached_property
    def distance(self) -> Numbers:
        """Workouts × cells: how far each reachable length is from the author's version."""
        distance = np.zeros(self.minutes.shape)
        self._fill(distance, lambda table, i: table.lengths[i].distance)
        return distance

    def tss_near(self, minutes: float) -> Numbers:
        """TSS of every workout at a length, as ``WorkoutTable.tss_near``."""
        (m0, t0), (m1, t1), (m2, t2) = self._tss_points
        within = np.clip(minutes, m0, m2)
        upper = within >= m1
        low_m, low_t = np.where(upper, m1, m0), np.where(upper, t1, t0)
        high_m, high_t = np.where(upper, m2, m1), np.where(upper, t2, t1)
        span = high_m - low_m
        share = np.divide(within - low_m, span, out=np.zeros_like(span), where=span > 0)
        tss: Numbers = (low_t + (high_t - low_t) * share) * minutes / within
        return tss

    def missed_min(self, target_min: float, cap_min: float) -> Numbers:
        """How far every workout's nearest length within a cap is from a target; infinite where the cap allows none."""
        longest = int(min(cap_min // GRID_MIN + 1, self.minutes.shape[1] - 1))
        minutes = self.minutes[:, : longest + 1]
        missed: Numbers = np.where(minutes <= cap_min, np.abs(minutes - target_min), np.inf).min(axis=1)
        return missed

    def free_choice(self, day: DayBounds) -> Numbers:
        """Workouts × cells: 0 for each length that a workout and the day can have, infinite elsewhere."""
        possible = self.minutes[:, : day.longest // GRID_MIN + 2]
        return np.where((day.shortest <= possible) & (possible <= day.longest), 0.0, np.inf)

    def noise(self, key: int) -> Numbers:
        """A number in [0, 1) for every workout that depends on its id and a key, and on nothing else (SplitMix64)."""
        z = self._keys + np.full(1, key, np.uint64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return (z ^ (z >> np.uint64(31))) / 2.0**64

    @cached_property
    def _tss_points(self) -> tuple[tuple[Numbers, Numbers], ...]:
        points = np.array([table.tss_points for table in self.tables])
        return tuple((points[:, i, 0], points[:, i, 1]) for i in range(points.shape[1]))

    def _fill(self, matrix: Numbers, value: Callable[[WorkoutTable, int], float]) -> None:
        for row, table in enumerate(self.tables):
            for i, minutes in enumerate(table.minutes):
                matrix[row, round(minutes / GRID_MIN)] = value(table, i)


def _masks(words: Iterable[Key], listed: list[tuple[Key, ...]]) -> dict[Key, Mask]:
    return {word: np.array([word in row for row in listed]) for word in words}


def _rows_by(keys: list[Key]) -> Mapping[Key, Rows]:
    rows: dict[Key, list[int]] = {}
    for i, key in enumerate(keys):
        rows.setdefault(key, []).append(i)
    return {key: np.array(found) for key, found in rows.items()}


def _key_of(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
