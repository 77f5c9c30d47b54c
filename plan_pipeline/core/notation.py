"""A workout as coaches write it: ``15 min @ 45–70 %, 3 × (10 min @ 95–100 % / 5 min @ 50 %), …``."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import SegmentType


class WrittenPart(NamedTuple):
    """A step, or the steps of a set with how often they are done."""

    repeats: int
    steps: tuple[Segment, ...]


def workout_notation(segments: Sequence[Segment]) -> Iterator[str]:
    """One line a part: a step, or a set with its count in front."""
    for repeats, steps in written_parts(segments):
        inside = " / ".join(map(step_notation, steps))
        if repeats == 1:
            yield inside
        else:
            yield f"{repeats} × ({inside})" if len(steps) > 1 else f"{repeats} × {inside}"


def written_parts(segments: Sequence[Segment]) -> Iterator[WrittenPart]:
    """The parts of a workout that was written out: steps, and sets whose repeats are alike as sets again."""
    for in_set, run in groupby(segments, key=lambda segment: segment.set_count):
        if in_set is None:
            yield from map(_step, run)
        else:
            yield from _sets(list(run), in_set)


def step_notation(segment: Segment) -> str:
    """Minutes and intensity of one step; a cooldown is read downwards."""
    length = minutes(segment.duration_min)
    intensity = step_range(segment, 1.0)
    return f"{length} @ {intensity} %" if intensity else length


def step_range(segment: Segment, scale: float, digits: int | None = None) -> str:
    """The intensity of a step times ``scale``, rounded if need be: ``95–100``; downwards in a cooldown, empty off the
    bike.
    """
    low, high = segment.intensity_low_pct, segment.intensity_high_pct
    if low is None or high is None:
        return ""
    low, high = (value if digits is None else round(value, digits) for value in (low * scale, high * scale))
    if low == high:
        return f"{low:g}"
    if segment.type is SegmentType.COOLDOWN:
        low, high = high, low
    return f"{low:g}–{high:g}"


def minutes(duration_min: float) -> str:
    """``10 min``, ``30 s``, ``1 min 30 s``: what a head unit shows."""
    whole, seconds = divmod(round(duration_min * 60), 60)
    parts = [f"{whole} min"] if whole else []
    return " ".join([*parts, f"{seconds} s"] if seconds or not parts else parts)


def _step(segment: Segment) -> WrittenPart:
    return WrittenPart(1, (segment,))


def _sets(run: list[Segment], count: int) -> Iterator[WrittenPart]:
    """Repeats of one or more sets of ``count`` that follow each other; written singly where they differ."""
    while run:
        length = next((i for i, segment in enumerate(run) if segment.set_index != run[0].set_index), len(run))
        repeats = [[step_notation(step) for step in run[i * length : (i + 1) * length]] for i in range(count)]
        if count == 1 or any(repeat != repeats[0] for repeat in repeats):
            yield from map(_step, run)
            return
        yield WrittenPart(count, tuple(run[:length]))
        run = run[length * count :]
