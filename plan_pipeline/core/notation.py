"""A workout as coaches write it: ``15 min @ 45–70 %, 3 × (10 min @ 95–100 % / 5 min @ 50 %), …``.

A run has distances where its author wrote some, and paces where its runner is known: ``1000 m @ 108 % (3:56/km)``.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from plan_pipeline.core.model.segments import RunningSegment, Segment
from plan_pipeline.core.model.vocabulary import SegmentType, Target
from plan_pipeline.core.paces.vdot import METRES_A_MILE
from plan_pipeline.core.wording import counted, number

LONGEST_IN_METRES = 3000
"""Longer distances are read as kilometres, whole miles as miles."""


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
    """Length and intensity of one step; a cooldown is read downwards."""
    length = step_length(segment)
    if is_by_effort(segment):
        return f"{length} by effort"
    if segment.type is SegmentType.WALK:
        return f"{length} walk"
    intensity, pace = step_range(segment, 1.0), step_pace(segment)
    return f"{length} @ {intensity} %{f' ({pace})' if pace else ''}" if intensity else length


def step_length(segment: Segment) -> str:
    """How long a step is, by distance where it is written so: ``10 min``, ``1000 m``, ``2 miles``, ``8 km``."""
    metres = segment.distance_m if isinstance(segment, RunningSegment) else None
    if metres is None:
        return minutes(segment.duration_min)
    miles = metres / METRES_A_MILE
    if round(miles) >= 1 and abs(miles - round(miles)) < 0.001:
        return counted(round(miles), "mile")
    return f"{metres:.0f} m" if metres <= LONGEST_IN_METRES else f"{number(metres / 1000, 2)} km"


def is_by_effort(segment: Segment) -> bool:
    """Whether a step goes by effort, so that neither speed nor pace is asked for."""
    return isinstance(segment, RunningSegment) and segment.target is Target.EFFORT


def step_pace(segment: Segment) -> str:
    """The pace of a step, the faster end first but in a warm-up: ``3:56/km``, ``5:07–5:38/km``; empty without one."""
    if not isinstance(segment, RunningSegment) or segment.pace_slow is None or segment.pace_fast is None:
        return ""
    first, last = segment.pace_fast, segment.pace_slow
    if segment.type is SegmentType.WARMUP:
        first, last = last, first
    return last if first == last else f"{first.partition('/')[0]}–{last}"


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
