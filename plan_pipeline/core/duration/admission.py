"""Which workouts of a type the limits of a day admit, and at which of their lengths."""

import operator
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, reduce

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

    def __init__(self, limits: DayLimits, tables: Sequence[WorkoutTable]) -> None:
        self.limits = limits
        self._tables = tables
        self._admitted = tuple(_admitted(table, limits) for table in tables)
        self._barriers: dict[int, Numbers] = {}

    @cached_property
    def key(self) -> tuple[WorkoutType, bytes]:
        """The same for limits that leave the same of a type."""
        return self.limits.workout_type, b"".join(admitted.tobytes() for admitted in self._admitted)

    @cached_property
    def minutes(self) -> tuple[Numbers, ...]:
        """The admitted lengths of each workout, shortest first."""
        tables = zip(self._tables, self._admitted, strict=True)
        return tuple(np.array(table.minutes)[admitted] for table, admitted in tables)

    @cached_property
    def bits(self) -> int:
        """The minutes that some workout can have, as bits."""
        return bits_of(minutes for each in self.minutes for minutes in each.tolist())

    @cached_property
    def reach(self) -> tuple[float, float] | None:
        """The shortest and the longest length of any workout; ``None`` where there is none."""
        some = [each for each in self.minutes if each.size]
        return (min(float(each[0]) for each in some), max(float(each[-1]) for each in some)) if some else None

    @cached_property
    def shortest_min(self) -> Numbers:
        """The shortest length of each workout; infinite for one that is left out."""
        return np.array([each[0] if each.size else np.inf for each in self.minutes])

    @cached_property
    def longest_min(self) -> Numbers:
        """The longest length of each workout; 0 for one that is left out."""
        return np.array([each[-1] if each.size else 0.0 for each in self.minutes])

    @cached_property
    def as_written(self) -> Mask:
        """Which workouts may be ridden as their author wrote them."""
        tables = zip(self._tables, self._admitted, strict=True)
        return np.array([admitted[[length.distance for length in t.lengths].index(0)] for t, admitted in tables])

    def missed_min(self, target_min: float, cap_min: float) -> Numbers:
        """How far every workout's nearest length within a cap is from a target; infinite where there is none."""
        return np.array([np.abs(m[m <= cap_min] - target_min).min(initial=np.inf) for m in self.minutes])

    def bits_of_row(self, row: int) -> int:
        """The minutes that one workout can have, as bits."""
        return bits_of(self.minutes[row].tolist())

    def admits(self, row: int, minutes: float) -> bool:
        """Whether a workout may have its length nearest to so many minutes."""
        table = self._tables[row]
        return bool(self._admitted[row][table.lengths.index(table.nearest(minutes))])

    def within(self, row: int, longest_min: float) -> tuple[Length, ...]:
        """The lengths that a workout may have on a day with so much room."""
        lengths = zip(self._tables[row].lengths, self._admitted[row], strict=True)
        return tuple(length for length, admitted in lengths if admitted and length.minutes <= longest_min)

    def barrier(self, cell_min: int, cells: int) -> Numbers:
        """Workouts × cells of so many minutes: 0 where the length of a cell is admitted, else infinite."""
        if (known := self._barriers.get(cell_min)) is None:
            known = np.full((len(self._tables), cells), np.inf)
            for row, (table, admitted) in enumerate(zip(self._tables, self._admitted, strict=True)):
                # As in the grid, of two lengths in one cell the last one stands for it.
                known[row, [round(minutes / cell_min) for minutes in table.minutes]] = np.where(admitted, 0.0, np.inf)
            known.flags.writeable = False
            self._barriers[cell_min] = known
        return known


def _admitted(table: WorkoutTable, limits: DayLimits) -> Mask:
    """Which lengths of a workout are admitted, in their order."""
    if not _may_be_ridden(table.workout, limits):
        return np.zeros(len(table.lengths), bool)
    return reduce(operator.and_, _conditions(table, limits), np.ones(len(table.lengths), bool))


def _may_be_ridden(workout: LibraryWorkout, limits: DayLimits) -> bool:
    """Whether a workout is for the athlete at all, whatever its length."""
    return (
        LEVELS.index(workout.min_level) <= LEVELS.index(limits.level)
        and not limits.forbidden.intersection(workout.requires)
        and (not workout.events or limits.event_type in workout.events)
        and workout.pattern not in limits.excluded
        and (not limits.patterns or workout.pattern in limits.patterns)
    )


def _conditions(table: WorkoutTable, limits: DayLimits) -> Iterator[Mask]:
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
    within: Mask = content.bands[[_BANDS.index(band) for band in most.bands]].sum(axis=0) <= most.minutes + _ROUNDING
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
