"""Option B of a key workout: another of equal stimulus, brought to the same minutes and the same load."""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter

from plan_pipeline.core.duration.day_limits import DayLimits, lasting_limits
from plan_pipeline.core.duration.envelope import Envelope
from plan_pipeline.core.duration.lengths import Length, anatomy_of, at_length
from plan_pipeline.core.duration.resolved import own_workout, settled
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.limits import GRID_MIN
from plan_pipeline.core.load import Measures, measured_load, shape_of, stretch_of, tss_if2, workout_load
from plan_pipeline.core.model.plan import Workout, WorkoutOption
from plan_pipeline.core.model.segments import Segment, planned_minutes
from plan_pipeline.core.model.vocabulary import SegmentType, Sport
from plan_pipeline.core.paces.runner import REFERENCE_RUNNER, Runner
from plan_pipeline.core.purpose.purpose import Purpose

LABEL = "B"

EQUAL_TSS = 0.35
"""Loads that differ by less are equal: a few seconds of easy running."""

MOST_EASED = 0.10
"""How far the easy parts of an option may go from their author's speed, as a share, so that its load is the same."""

MOST_ADDED_MIN, MOST_TAKEN_MIN = 15.0, 3.0
"""So many minutes beyond its author's range, or below it, the easy parts of an option may have together."""

_ROUNDS = 8


def with_option(workout: Workout, purpose: Purpose, envelope: Envelope) -> Workout:
    """A workout with its Option B; as it is where it has none, or none that the athlete can do as long."""
    table = envelope.tables.get(workout.library_workout_id or "")
    if table is None or not table.workout.option_b:
        return workout
    runner = purpose.request.athlete_profile.runner if purpose.request.sport is Sport.RUNNING else REFERENCE_RUNNER
    for other in _others(table, purpose, envelope):
        if (option := _equal(other, workout.duration_min, workout.tss, runner)) is not None:
            return workout.model_copy(update={"options": (option,)})
    return workout


def _others(table: WorkoutTable, purpose: Purpose, envelope: Envelope) -> Iterator[WorkoutTable]:
    """The option that the library names, then others of the same type, layout and events that the athlete can do."""
    named = envelope.tables.get(table.workout.option_b or "")
    if named is not None and _may_be_done(named, lasting_limits(purpose, named.workout.type)):
        yield named
    kind = table.workout.type
    admitted = envelope.admission(lasting_limits(purpose, kind)).minutes
    for row, other in enumerate(envelope.by_type.get(kind, ())):
        if other is not table and other is not named and admitted[row].size and _is_like(other, table):
            yield other


def _is_like(one: WorkoutTable, other: WorkoutTable) -> bool:
    return (one.workout.pattern, one.workout.events) == (other.workout.pattern, other.workout.events)


def _may_be_done(table: WorkoutTable, limits: DayLimits) -> bool:
    return not limits.forbidden.intersection(table.workout.requires)


@lru_cache(maxsize=1024)
def _equal(table: WorkoutTable, minutes: float, tss: float, runner: Runner) -> WorkoutOption | None:
    """A workout at so many minutes and so much load; of several ways to the minutes the one nearest in load."""
    for segments in _as_long(table, minutes, tss, runner):
        if (as_hard := _with_load(segments, tss)) is not None:
            return _option_of(table, as_hard)
    return None


def _as_long(table: WorkoutTable, minutes: float, tss: float, runner: Runner) -> Iterator[tuple[Segment, ...]]:
    """The workout at exactly so many minutes, in every way that differs in the repeats of its sets.

    First the way whose load per minute, as the table foresees it, is nearest to that of the minutes and TSS.
    """
    anatomy = anatomy_of(table.workout)
    ranges = [block.duration_range_min or (0, 0) for block in anatomy.blocks]
    low, high = sum(shortest for shortest, _ in ranges), sum(longest for _, longest in ranges)
    ways: dict[tuple[int, ...], tuple[float, float, Length]] = {}
    for length, load in zip(table.lengths, table.loads.tolist(), strict=True):
        flexible = length.flexible_min + minutes - length.minutes
        if low - MOST_TAKEN_MIN <= flexible <= high + MOST_ADDED_MIN:
            way = length._replace(minutes=minutes, flexible_min=flexible, distance=1.0)
            off = abs(minutes - length.minutes)
            if length.repeats not in ways or off < ways[length.repeats][0]:
                ways[length.repeats] = (off, abs(load * minutes / length.minutes - tss), way)
    own = own_workout(table, runner)
    for _, _, way in sorted(ways.values(), key=itemgetter(1)):
        segments = at_length(own, way)
        missing = minutes - planned_minutes(segments)
        if abs(missing) < GRID_MIN:
            yield settled(segments, missing)


def _with_load(segments: tuple[Segment, ...], tss: float) -> tuple[Segment, ...] | None:
    """The same with its easy parts a little slower or faster, so that it has the load; ``None`` where that is not
    enough.

    Load hardly bends over so short a way, so that a line through two speeds finds the one to try next; at first the
    line that has load grow with the square of the speed of the easy parts.
    """
    shape = shape_of(segments)
    found = measured_load(shape).tss
    if abs(found - tss) <= EQUAL_TSS:
        return segments
    easy = _easy_places(segments)
    of_easy = tss_if2([stretch_of(segments[i]) for i in easy])
    if not of_easy:
        return None
    factor, reached, slope = 1.0, found, 2 * of_easy
    for _ in range(_ROUNDS):
        wanted = min(max(factor + (tss - reached) / slope, 1 - MOST_EASED), 1 + MOST_EASED)
        if wanted == factor:
            break
        eased = (_eased(shape[i], segment, wanted) if i in easy else shape[i] for i, segment in enumerate(segments))
        before, reached = reached, measured_load(tuple(eased)).tss
        if abs(reached - tss) <= EQUAL_TSS / 4:
            return _at(segments, easy, wanted)
        if reached != before:
            slope = (reached - before) / (wanted - factor)
        factor = wanted
    return _at(segments, easy, factor) if abs(reached - tss) <= EQUAL_TSS else None


def _at(segments: Sequence[Segment], easy: Collection[int], factor: float) -> tuple[Segment, ...]:
    """The segments with their easy ones at a multiple of their speed."""
    found = list(segments)
    for i in easy:
        ends = (segments[i].duration_min, segments[i].intensity_low_pct, segments[i].intensity_high_pct)
        _, low, high = _eased(ends, segments[i], factor)
        found[i] = segments[i].model_copy(update={"intensity_low_pct": low, "intensity_high_pct": high})
    return tuple(found)


def _eased(measures: Measures, segment: Segment, factor: float) -> Measures:
    """Measures of an easy segment at a multiple of its speed, still easy."""
    minutes, first, last = measures
    assert first is not None and last is not None
    most = segment.easy_ceiling_pct
    return minutes, round(min(first * factor, most), 1), round(min(last * factor, most), 1)


def _easy_places(segments: Sequence[Segment]) -> frozenset[int]:
    return frozenset(
        i
        for i, segment in enumerate(segments)
        if segment.is_easy
        and segment.type is not SegmentType.WALK
        and segment.set_index is None
        and segment.intensity_low_pct
    )


def _option_of(table: WorkoutTable, segments: tuple[Segment, ...]) -> WorkoutOption:
    load, workout = workout_load(segments), table.workout
    return WorkoutOption(
        label=LABEL,
        name=workout.name,
        type=workout.type,
        description=workout.description,
        duration_min=round(planned_minutes(segments), 6),
        tss=load.tss,
        tss_if2=load.tss_if2,
        intensity_factor=load.intensity_factor,
        segments=segments,
        library_workout_id=workout.id,
    )
