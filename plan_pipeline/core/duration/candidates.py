"""All workouts of a type side by side, as arrays, so that every candidate of a day is judged at once."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.limits import GRID_MIN
from plan_pipeline.core.model.vocabulary import Band, DayKind, Phase, WorkoutType

Key = TypeVar("Key")
Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Rows = NDArray[np.intp]

_MIXED_BY = ((np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)), (np.uint64(27), np.uint64(0x94D049BB133111EB)))
_LAST_SHIFT = np.uint64(31)
"""The shifts and factors of SplitMix64 (Steele, Lea and Flood 2014)."""


class LengthGrid(NamedTuple):
    """Workouts × cells: minutes and TSS of each reachable length (infinite where there is none), and how far it is from
    the author's version (0 where there is no length).

    ``is_exact`` says that every length lasts as long as its cell says; ``is_rigid``, where any does, which lengths are
    changes of a workout that its author does not call extensible.
    """

    minutes: Numbers
    tss: Numbers
    distance: Numbers
    is_exact: bool
    is_rigid: Mask | None


class Candidates:
    """The workouts of a type, one a row, in order of id."""

    def __init__(self, tables: tuple[WorkoutTable, ...]) -> None:
        workouts = [table.workout for table in tables]
        self.tables = tables
        self.row = {workout.id: i for i, workout in enumerate(workouts)}
        self.own_min: Numbers = np.array([workout.duration_min for workout in workouts])
        self.spans = tuple((table.minutes[0], table.minutes[-1]) for table in tables)
        self.shortest_min: Numbers = np.array([table.minutes[0] for table in tables])
        self.longest_min: Numbers = np.array([table.minutes[-1] for table in tables])
        self.extensible: Mask = np.array([workout.extensible for workout in workouts])
        self.for_phase = _masks(Phase, [workout.suitable_phases for workout in workouts])
        self.for_day = _masks(DayKind, [workout.suitable_days for workout in workouts])
        self.by_fingerprint = _rows_by([workout.fingerprint for workout in workouts])
        self.by_variant = _rows_by([workout.variant for workout in workouts])
        self.avoids = _masks(WorkoutType, [workout.avoid_after for workout in workouts])
        self.fatigue_cost: Numbers = np.array([workout.fatigue_cost or 0 for workout in workouts], float)
        series = [(workout.series.id if workout.series else None) for workout in workouts]
        self.series_rows = {key: rows for key, rows in _rows_by(series).items() if key is not None}
        self.in_series: Mask = np.array([key is not None for key in series])
        self.level: Numbers = np.array([workout.series.level if workout.series else 0 for workout in workouts], float)
        self.top_level = self.level.copy()
        for rows in self.series_rows.values():
            self.top_level[rows] = self.level[rows].max()
        self._grids: dict[int, LengthGrid] = {}
        self._bands: dict[int, Numbers] = {}
        self._together: dict[tuple[tuple[int, ...], int], Numbers] = {}
        self._keys = np.array([_key_of(workout.id) for workout in workouts], np.uint64)

    def __len__(self) -> int:
        return len(self.tables)

    def grid(self, cell_min: int) -> LengthGrid:
        """Every reachable length in the nearest cell of so many minutes; built once."""
        if (known := self._grids.get(cell_min)) is None:
            known = self._grids[cell_min] = self._grid_of(cell_min)
        return known

    def bands(self, cell_min: int) -> Numbers:
        """Minutes in each band at every length of ``grid``: bands × workouts × cells, none where there is no length."""
        if (known := self._bands.get(cell_min)) is None:
            known = self._bands[cell_min] = np.zeros((len(Band), *self._shape(cell_min)))
            for row, table in enumerate(self.tables):
                known[:, row, _cells_of(table, cell_min)] = table.content.bands
        return known

    def bands_together(self, bands: tuple[int, ...], cell_min: int) -> Numbers:
        """Minutes in some bands together at every length of ``grid``."""
        key = (bands, cell_min)
        if (known := self._together.get(key)) is None:
            known = self._together[key] = self.bands(cell_min)[list(bands)].sum(axis=0)
        return known

    def _grid_of(self, cell_min: int) -> LengthGrid:
        shape = self._shape(cell_min)
        minutes, tss = np.full(shape, np.inf), np.full(shape, np.inf)
        distance = np.zeros(shape)
        for row, table in enumerate(self.tables):
            cells = _cells_of(table, cell_min)
            minutes[row, cells] = table.minutes
            tss[row, cells] = table.loads
            distance[row, cells] = [length.distance for length in table.lengths]
        possible = np.isfinite(minutes)
        is_exact = bool(((minutes == np.arange(shape[1]) * cell_min) | ~possible).all())
        rigid = (distance > 0) & ~self.extensible[:, np.newaxis]
        return LengthGrid(minutes, tss, distance, is_exact, rigid if rigid.any() else None)

    def _shape(self, cell_min: int) -> tuple[int, int]:
        return len(self), 1 + max(round(table.minutes[-1] / cell_min) for table in self.tables)

    def tss_near(self, minutes: float) -> Numbers:
        """TSS of every workout at a length, interpolated between its shortest, its author's and its longest version.

        Beyond those it is in proportion to the minutes: what the workout's mix would give at that length.
        """
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
        minutes = self.grid(GRID_MIN).minutes[:, : int(cap_min) // GRID_MIN + 2]
        missed: Numbers = np.where(minutes <= cap_min, np.abs(minutes - target_min), np.inf).min(axis=1)
        return missed

    def noise(self, key: str) -> Numbers:
        """A number in [0, 1) for every workout that depends on its id and a key, and on nothing else (SplitMix64)."""
        z = self._keys + np.uint64(_key_of(key))
        for shift, factor in _MIXED_BY:
            z = (z ^ (z >> shift)) * factor
        return (z ^ (z >> _LAST_SHIFT)) / 2.0**64

    @cached_property
    def _tss_points(self) -> tuple[tuple[Numbers, Numbers], ...]:
        points = np.array([table.tss_points for table in self.tables])
        return tuple((points[:, i, 0], points[:, i, 1]) for i in range(points.shape[1]))


def _cells_of(table: WorkoutTable, cell_min: int) -> list[int]:
    return [round(length / cell_min) for length in table.minutes]


def _masks(words: Iterable[Key], listed: list[tuple[Key, ...]]) -> dict[Key, Mask]:
    return {word: np.array([word in row for row in listed]) for word in words}


def _rows_by(keys: list[Key]) -> Mapping[Key, Rows]:
    rows: dict[Key, list[int]] = {}
    for i, key in enumerate(keys):
        rows.setdefault(key, []).append(i)
    return {key: np.array(found) for key, found in rows.items()}


def _key_of(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
