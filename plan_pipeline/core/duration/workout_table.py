"""One library workout with the lengths it can have, and what it is at each of them."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.length_content import LengthContent
from plan_pipeline.core.duration.length_load import Numbers, length_loads
from plan_pipeline.core.duration.lengths import Length, at_length, reachable_lengths
from plan_pipeline.core.duration.totals import bits_between, bits_of
from plan_pipeline.core.load import Load, workout_load
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.workout import LibraryWorkout

TABLES_KEPT = 8192
"""Several libraries' tables; a table is shared by the libraries of runners of different pace where it can be."""


class Rendition(NamedTuple):
    """A workout written out at a length, with its load.

    ``structure_preserved`` says whether every stretch above zone 2 is one its author wrote, as long as written.
    """

    segments: tuple[Segment, ...]
    load: Load
    structure_preserved: bool


class WorkoutTable:
    """One library workout with everything the engine asks of it again and again, under a configuration."""

    def __init__(self, workout: LibraryWorkout, config: PlanningConfig) -> None:
        self.workout = workout
        self._config = config
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

    def bands_at(self, minutes: float) -> list[float]:
        """Minutes in each band of intensity at the length nearest to so many minutes."""
        at: list[float] = self.content.bands[:, self.minutes.index(self.nearest(minutes).minutes)].tolist()
        return at

    def mask(self, longest_min: float) -> int:
        """The lengths up to ``longest_min`` as bits, one for each minute."""
        return self._mask & bits_between(0, int(longest_min))

    @cached_property
    def _mask(self) -> int:
        return bits_of(self.minutes)

    @cached_property
    def loads(self) -> Numbers:
        """The load at each of ``lengths``."""
        return length_loads(self.workout, self.lengths)

    @cached_property
    def content(self) -> LengthContent:
        """What it holds at each of ``lengths``: minutes in bands, hardness, what it asks of a rider of each level."""
        return LengthContent(self.workout, self.lengths, self._config)

    @cached_property
    def tss_points(self) -> tuple[tuple[float, float], ...]:
        """Minutes and TSS of the shortest, the author's and the longest version."""
        own = next(i for i, length in enumerate(self.lengths) if length.distance == 0)
        return tuple((self.minutes[i], float(self.loads[i])) for i in (0, own, -1))


class _Itself(NamedTuple):
    """A workout as a key: itself and no other, however alike; so it is found without looking at all that it holds."""

    workout: LibraryWorkout

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.workout is other.workout

    def __hash__(self) -> int:
        return id(self.workout)


def table_of(workout: LibraryWorkout, config: PlanningConfig) -> WorkoutTable:
    """The table of a workout under a configuration; libraries that have a workout in common share it."""
    return _table_of(_Itself(workout), config)


@lru_cache(maxsize=TABLES_KEPT)
def _table_of(key: _Itself, config: PlanningConfig) -> WorkoutTable:
    return WorkoutTable(key.workout, config)


def _keeps_structure(workout: LibraryWorkout, segments: Sequence[Segment]) -> bool:
    written = {_shape(segment) for segment in workout.segments}
    return all(segment.is_easy or _shape(segment) in written for segment in segments)


def _shape(segment: Segment) -> tuple[object, ...]:
    return (segment.type, segment.duration_min, segment.intensity_low_pct, segment.intensity_high_pct)
