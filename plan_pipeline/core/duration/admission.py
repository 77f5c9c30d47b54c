"""Which workouts of a type the limits of a day admit, and at which of their lengths."""

import math
import operator
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache, reduce
from typing import Final

import numpy as np

from plan_pipeline.core.duration.candidates import Mask, Numbers
from plan_pipeline.core.duration.day_limits import DayLimits, MinutesFrom, MostMinutes, OnsetLimit
from plan_pipeline.core.duration.length_content import FREE, LEVELS, UNRIDEABLE, LengthContent
from plan_pipeline.core.duration.lengths import Length
from plan_pipeline.core.duration.totals import bits_of
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.load_over_time import Stretch, minutes_from
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import Band, WorkoutType
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet

_ROUNDING = 1e-6
_BANDS = tuple(Band)


class Admission:
    """What limits leave of a type: for each workout, by row of its ``Candidates``, which of its lengths."""

    def __init__(self, limits: DayLimits, tables: tuple[WorkoutTable, ...]) -> None:
        self.limits = limits
        self._tables = tables
        how_long, which = limits._replace(**_WHICH_WORKOUTS), limits._replace(**_HOW_LONG)
        self._rows = list(_no_lengths(tables))
        for row in _rows_that_may_be_ridden(tables, which):
            self._rows[row] = _some_lengths(tables[row], how_long)
        self._barriers: dict[int, Numbers] = {}

    @cached_property
    def key(self) -> tuple[WorkoutType, bytes]:
        """The same for limits that leave the same of a type."""
        return self.limits.workout_type, b"".join([row.as_bytes for row in self._rows])

    @cached_property
    def minutes(self) -> tuple[Numbers, ...]:
        """The admitted lengths of each workout, shortest first."""
        return tuple(row.minutes for row in self._rows)

    @cached_property
    def bits(self) -> int:
        """The minutes that some workout can have, as bits."""
        return reduce(operator.or_, [row.bits for row in self._rows], 0)

    @cached_property
    def reach(self) -> tuple[float, float] | None:
        """The shortest and the longest length of any workout; ``None`` where there is none."""
        some = [row for row in self._rows if row.bits]
        return (min(row.shortest for row in some), max(row.longest for row in some)) if some else None

    @cached_property
    def spans(self) -> tuple[tuple[float, float], ...]:
        """The shortest and the longest length of each workout; infinite and 0 for one that is left out."""
        return tuple([(row.shortest, row.longest) for row in self._rows])

    @cached_property
    def shortest_min(self) -> Numbers:
        """The shortest length of each workout; infinite for one that is left out."""
        return np.array([row.shortest for row in self._rows])

    @cached_property
    def longest_min(self) -> Numbers:
        """The longest length of each workout; 0 for one that is left out."""
        return np.array([row.longest for row in self._rows])

    @cached_property
    def as_written(self) -> Mask:
        """Which workouts may be ridden as their author wrote them."""
        tables = zip(self._tables, self._rows, strict=True)
        return np.array([row.admitted[[length.distance for length in t.lengths].index(0)] for t, row in tables])

    def missed_min(self, target_min: float, cap_min: float) -> Numbers:
        """How far every workout's nearest length within a cap is from a target; infinite where there is none."""
        return np.array([np.abs(m[m <= cap_min] - target_min).min(initial=np.inf) for m in self.minutes])

    def bits_of_row(self, row: int) -> int:
        """The minutes that one workout can have, as bits."""
        return self._rows[row].bits

    def admits(self, row: int, minutes: float) -> bool:
        """Whether a workout may have its length nearest to so many minutes."""
        table = self._tables[row]
        return bool(self._rows[row].admitted[table.lengths.index(table.nearest(minutes))])

    def within(self, row: int, longest_min: float) -> tuple[Length, ...]:
        """The lengths that a workout may have on a day with so much room."""
        lengths = zip(self._tables[row].lengths, self._rows[row].admitted, strict=True)
        return tuple(length for length, admitted in lengths if admitted and length.minutes <= longest_min)

    def barrier(self, cell_min: int, cells: int) -> Numbers:
        """Workouts × cells of so many minutes: 0 where the length of a cell is admitted, else infinite."""
        if (known := self._barriers.get(cell_min)) is None:
            known = np.full((len(self._tables), cells), np.inf)
            for row, (table, lengths) in enumerate(zip(self._tables, self._rows, strict=True)):
                # As in the grid, of two lengths in one cell the last one stands for it.
                known[row, [round(minutes / cell_min) for minutes in table.minutes]] = lengths.barrier
            known.flags.writeable = False
            self._barriers[cell_min] = known
        return known


class _AdmittedLengths:
    """Which lengths of one workout are admitted, in their order."""

    def __init__(self, table: WorkoutTable, admitted: Mask) -> None:
        self.admitted = admitted
        self.as_bytes = admitted.tobytes()
        self.minutes: Numbers = np.array(table.minutes)[admitted]
        self.bits = bits_of(self.minutes.tolist())
        self.shortest = float(self.minutes[0]) if self.minutes.size else math.inf
        self.longest = float(self.minutes[-1]) if self.minutes.size else 0.0

    @cached_property
    def barrier(self) -> Numbers:
        """0 for each length that is admitted, else infinite."""
        return np.where(self.admitted, 0.0, np.inf)


@lru_cache(maxsize=1024)
def _no_lengths(tables: tuple[WorkoutTable, ...]) -> tuple[_AdmittedLengths, ...]:
    """For each workout of a type none of its lengths."""
    return tuple(_AdmittedLengths(table, np.zeros(len(table.lengths), bool)) for table in tables)


_BY_WORKOUT: Final = ("forbidden", "event_type", "excluded", "patterns")
_WHICH_WORKOUTS: Final = {name: DayLimits._field_defaults[name] for name in _BY_WORKOUT}
"""The limits that say which workouts there are, whatever their length, without any."""

_HOW_LONG: Final = {name: none for name, none in DayLimits._field_defaults.items() if name not in _BY_WORKOUT}
"""The other limits, which look at lengths, without any. The athlete's level says both."""


@lru_cache(maxsize=65_536)
def _some_lengths(table: WorkoutTable, limits: DayLimits) -> _AdmittedLengths:
    """The lengths that limits leave, found once for a workout and all days that hold its lengths to the same."""
    every = np.ones(len(table.lengths), bool)
    return _AdmittedLengths(table, reduce(operator.and_, _met(table, limits), every))


@lru_cache(maxsize=2048)
def _rows_that_may_be_ridden(tables: tuple[WorkoutTable, ...], limits: DayLimits) -> tuple[int, ...]:
    return tuple(row for row, table in enumerate(tables) if _may_be_ridden(table.workout, limits))


def _may_be_ridden(workout: LibraryWorkout, limits: DayLimits) -> bool:
    """Whether a workout is for the athlete at all, whatever its length."""
    return (
        LEVELS.index(workout.min_level) <= LEVELS.index(limits.level)
        and not limits.forbidden.intersection(workout.requires)
        and (not workout.events or limits.event_type in workout.events)
        and workout.pattern not in limits.excluded
        and (not limits.patterns or workout.pattern in limits.patterns)
    )


def _met(table: WorkoutTable, limits: DayLimits) -> Iterator[Mask]:
    """Which lengths meet each of the conditions that limits set."""
    content = table.content
    if limits.usual:
        yield content.verdict(limits.level) == FREE
    elif limits.rideable:
        yield content.verdict(limits.level) != UNRIDEABLE
    if limits.easy:
        yield ~content.hard
    for most in limits.session:
        yield _within(content, most)
    if limits.late_least_min:
        yield content.late_min >= limits.late_least_min - _ROUNDING
    if limits.sharp is not None:
        yield _between(table, limits.sharp)
    if limits.onset is not None:
        yield _spares(table, limits.onset)


def _within(content: LengthContent, most: MostMinutes) -> Mask:
    first, *others = [content.bands[_BANDS.index(band)] for band in most.bands]
    within: Mask = sum(others, first) <= most.minutes + _ROUNDING
    return within


def _between(table: WorkoutTable, limit: MinutesFrom) -> Mask:
    minutes = _added_up(table, lambda segment: minutes_from([_stretch(segment)], limit.from_pct))
    return (minutes >= limit.least - _ROUNDING) & (minutes <= limit.most + _ROUNDING)


def _spares(table: WorkoutTable, onset: OnsetLimit) -> Mask:
    """Whether nothing is above the limit but a few short efforts."""

    def efforts(segment: Segment) -> float:
        if max(_stretch(segment)[1:]) < onset.below_pct:
            return 0.0
        return 1.0 if segment.duration_min * 60 <= onset.spin_up_s + _ROUNDING else np.inf

    spares: Mask = _added_up(table, efforts) <= onset.spin_ups
    return spares


def _added_up(table: WorkoutTable, of_segment: Callable[[Segment], float]) -> Numbers:
    """A value of segments added up at every length. Blocks that change their length are easy, and count nothing."""
    fixed, by_set = 0.0, []
    for part in table.workout.parts:
        if isinstance(part, WorkoutSet):
            one = sum([of_segment(step.segment) for step in part.steps])
            if part.repeat_range:
                by_set.append(one)
            else:
                fixed += one * part.repeat
        elif not part.duration_range_min:
            fixed += of_segment(part.segment)
    repeats = np.array([length.repeats for length in table.lengths], float).reshape(len(table.lengths), len(by_set))
    total = np.full(len(table.lengths), fixed)
    for i, one in enumerate(by_set):
        total += repeats[:, i] * one
    return total


def _stretch(segment: Segment) -> Stretch:
    """Minutes and intensity at the start and at the end; off the bike there is none."""
    if segment.intensity_low_pct is None or segment.intensity_high_pct is None:
        return (segment.duration_min, 0.0, 0.0)
    return (segment.duration_min, segment.intensity_low_pct, segment.intensity_high_pct)
