"""A session as stretches in riding order: what every measure of its content is taken from."""

from collections.abc import Iterator, Sequence
from operator import attrgetter

from plan_pipeline.core.load import in_riding_order
from plan_pipeline.core.load_over_time import Stretch
from plan_pipeline.core.model.vocabulary import SegmentType
from plan_pipeline.core.model.workout import Segment

Shape = tuple[tuple[float, float | None, float | None, SegmentType], ...]
"""What makes two sessions the same: minutes, lower and higher intensity and kind of each segment, in order."""

_shape_of_segment = attrgetter("duration_min", "power_low_pct", "power_high_pct", "type")


def shape_of(segments: Sequence[Segment]) -> Shape:
    """The shape of a session, by which its measures are kept."""
    return tuple(map(_shape_of_segment, segments))


def ridden(segments: Sequence[Segment]) -> tuple[Stretch, ...]:
    """(minutes, intensity at the start, at the end) of what is ridden, % of threshold; off the bike is left out."""
    return ridden_in(shape_of(segments))


def ridden_in(shape: Shape) -> tuple[Stretch, ...]:
    """What is ridden in a session of a shape."""
    return tuple(
        (minutes, *in_riding_order(kind, low, high))
        for minutes, low, high, kind in shape
        if low is not None and high is not None
    )


def part_of(stretch: Stretch, start: float, end: float) -> Stretch:
    """A stretch between two shares of its time, each 0-1."""
    minutes, a, b = stretch
    return (minutes * (end - start), a + (b - a) * start, a + (b - a) * end)


def split_at(stretch: Stretch, level_pct: float) -> Iterator[Stretch]:
    """A stretch as one, or where it ramps across a level as two that meet there."""
    minutes, a, b = stretch
    if min(a, b) < level_pct < max(a, b):
        crossing = (level_pct - a) / (b - a)
        yield (minutes * crossing, a, level_pct)
        yield (minutes * (1 - crossing), level_pct, b)
    else:
        yield stretch


def minutes_of(stretches: Sequence[Stretch]) -> float:
    """Minutes in all."""
    return sum([minutes for minutes, _, _ in stretches])
