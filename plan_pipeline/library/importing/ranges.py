"""What may change in a workout that does not say so: easy blocks around the work, and how often a set is done."""

from collections.abc import Sequence
from typing import Final

from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import ScalingStrategy, SegmentType, WorkoutType
from plan_pipeline.core.model.workout import WorkoutSet, steps_in
from plan_pipeline.library.ranged import Parts, Ranged

MAIN_FROM_MIN: Final = 10.0
"""An easy block of so many minutes may be lengthened; a shorter one is a rest."""

MAIN_SHARE: Final = (0.6, 1.5)
WAY_MIN: Final = (5, 20)
"""How short and long an easy block may become, by its own length, and a warm-up or cool-down in minutes."""

REPEATS_LESS: Final = 2
REPEATS_MORE: Final = 2

AS_WRITTEN: Final = frozenset({WorkoutType.TEST, WorkoutType.STRENGTH, WorkoutType.CROSS_TRAINING})
"""Types in which nothing may change."""


def with_ranges(parts: Parts, kind: WorkoutType, *, more_repeats: bool = True) -> Ranged:
    """The parts with ranges where a workout of the type may change; without ``more_repeats`` sets may only shrink."""
    if kind in AS_WRITTEN:
        return as_written(parts)
    sets = [part for part in parts if isinstance(part, WorkoutSet) and not any(step.is_distance for step in part.steps)]
    main = max(sets, key=lambda part: part.duration_min * part.repeat, default=None)
    kept = odd_seconds_taker(parts)
    ranged = tuple(
        part if i == kept else _ranged(part, main, more_repeats=more_repeats) for i, part in enumerate(parts)
    )
    if any(isinstance(part, WorkoutSet) and part.repeat_range for part in ranged):
        return Ranged(ranged, ScalingStrategy.ADD_SETS)
    if any(isinstance(part, Step) and part.duration_range_min for part in ranged):
        return Ranged(ranged, ScalingStrategy.EXTEND_MAIN)
    return as_written(parts)


def odd_seconds_taker(parts: Sequence[Step | WorkoutSet]) -> int | None:
    """The place of the easy step of minutes that takes up the odd seconds of distances: the last one outside of sets.

    It keeps its own length. ``None`` where there are no distances, or no such step.
    """
    steps = steps_in(parts)
    if not any(step.is_distance for step in steps):
        return None
    taking = (
        i for i, part in enumerate(parts) if isinstance(part, Step) and part.segment.is_easy and not part.is_distance
    )
    return max(taking, default=None)


def as_written(parts: Sequence[Step | WorkoutSet]) -> Ranged:
    """The parts as they stand."""
    return Ranged(tuple(parts), ScalingStrategy.FIXED)


def _ranged(part: Step | WorkoutSet, main: WorkoutSet | None, *, more_repeats: bool) -> Step | WorkoutSet:
    """Of several sets the one with most minutes may change."""
    if isinstance(part, WorkoutSet):
        if part is not main:
            return part
        most = min(60, part.repeat + REPEATS_MORE) if more_repeats else part.repeat
        fewest = max(2, part.repeat - REPEATS_LESS)
        return part.model_copy(update={"repeat_range": (fewest, most)}) if fewest < most else part
    span = _range_of(part)
    return part.model_copy(update={"duration_range_min": span}) if span else part


def _range_of(step: Step) -> tuple[int, int] | None:
    minutes = step.duration_min
    if step.intensity_high_pct is None or step.intensity_high_pct > step.easy_ceiling_pct or step.is_distance:
        return None
    if step.type in (SegmentType.WARMUP, SegmentType.COOLDOWN):
        shortest, longest = WAY_MIN
    elif minutes >= MAIN_FROM_MIN and step.type is not SegmentType.RECOVERY:
        shortest, longest = (round(minutes * share) for share in MAIN_SHARE)
    else:
        return None
    span = min(shortest, int(minutes)), max(longest, -int(-minutes // 1))
    return span if 1 <= span[0] < span[1] else None
