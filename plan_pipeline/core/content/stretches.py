"""A session as stretches in riding order: what every measure of its content is taken from."""

from collections.abc import Iterable, Sequence

from plan_pipeline.core.load import Shape, shape_of
from plan_pipeline.core.load_over_time import Stretch
from plan_pipeline.core.model.segments import Segment


def ridden(segments: Sequence[Segment]) -> tuple[Stretch, ...]:
    """(minutes, intensity at the start, at the end) of what is ridden, % of threshold; off the bike is left out."""
    return ridden_in(shape_of(segments))


def ridden_in(shape: Shape) -> tuple[Stretch, ...]:
    """What is ridden in a session of a shape."""
    return tuple([(minutes, a, b) for minutes, a, b in shape if a is not None and b is not None])


def part_of(stretch: Stretch, start: float, end: float) -> Stretch:
    """A stretch between two shares of its time, each 0-1."""
    minutes, a, b = stretch
    return (minutes * (end - start), a + (b - a) * start, a + (b - a) * end)


def split_all(stretches: Iterable[Stretch], level_pct: float) -> list[Stretch]:
    """Stretches in order; where one ramps across a level it is two that meet there."""
    split: list[Stretch] = []
    for stretch in stretches:
        minutes, a, b = stretch
        if a != b and min(a, b) < level_pct < max(a, b):
            crossing = (level_pct - a) / (b - a)
            split += [(minutes * crossing, a, level_pct), (minutes * (1 - crossing), level_pct, b)]
        else:
            split.append(stretch)
    return split


def minutes_of(stretches: Sequence[Stretch]) -> float:
    """Minutes in all."""
    return sum([minutes for minutes, _, _ in stretches])


def highest_pct(stretches: Iterable[Stretch]) -> float:
    """The most that is asked for at any moment, % of threshold; 0 of nothing."""
    return max([a if a > b else b for _, a, b in stretches], default=0.0)


def by_intensity(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """The same minutes with equal intensities put together, in the order they first come in."""
    minutes_at: dict[tuple[float, float], float] = {}
    for minutes, first, last in stretches:
        minutes_at[first, last] = minutes_at.get((first, last), 0.0) + minutes
    return tuple([(minutes, *pcts) for pcts, minutes in minutes_at.items()])
