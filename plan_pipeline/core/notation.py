"""A workout as coaches write it: ``15 min @ 45–70 %, 3 × (10 min @ 95–100 % / 5 min @ 50 %), …``."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from plan_pipeline.core.model.vocabulary import SegmentType
from plan_pipeline.core.model.workout import Segment


def workout_notation(segments: Sequence[Segment]) -> Iterator[str]:
    """One line a part: a step, or a set with its count in front."""
    for in_set, run in groupby(segments, key=lambda segment: segment.set_count):
        if in_set is None:
            yield from map(step_notation, run)
        else:
            yield from _sets(list(run), in_set)


def step_notation(segment: Segment) -> str:
    """Minutes and intensity of one step; a cooldown is read downwards."""
    length = minutes(segment.duration_min)
    low, high = segment.power_low_pct, segment.power_high_pct
    if low is None or high is None:
        return length
    if low == high:
        return f"{length} @ {low:g} %"
    if segment.type is SegmentType.COOLDOWN:
        low, high = high, low
    return f"{length} @ {low:g}–{high:g} %"


def minutes(duration_min: float) -> str:
    """``10 min``, ``30 s``, ``1 min 30 s``: what a head unit shows."""
    whole, seconds = divmod(round(duration_min * 60), 60)
    parts = [f"{whole} min"] if whole else []
    return " ".join([*parts, f"{seconds} s"] if seconds or not parts else parts)


def _sets(run: list[Segment], count: int) -> Iterator[str]:
    """Repeats of one or more sets of ``count`` that follow each other; written singly where they differ."""
    while run:
        length = next((i for i, segment in enumerate(run) if segment.set_index != run[0].set_index), len(run))
        repeats = [[step_notation(step) for step in run[i * length : (i + 1) * length]] for i in range(count)]
        if count == 1 or any(repeat != repeats[0] for repeat in repeats):
            yield from map(step_notation, run)
            return
        inside = " / ".join(repeats[0])
        yield f"{count} × ({inside})" if length > 1 else f"{count} × {inside}"
        run = run[length * count :]
