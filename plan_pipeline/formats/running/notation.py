"""A run in words: minutes or distances at paces, as a runner reads them."""

from collections.abc import Iterator, Sequence

from plan_pipeline.core.model.segments import RunningSegment, Segment
from plan_pipeline.core.model.vocabulary import SegmentType, Target
from plan_pipeline.core.notation import minutes, written_parts
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.core.paces.text import Units, pace_range_text
from plan_pipeline.formats.numbers import plain
from plan_pipeline.formats.running.steps import in_quarter_miles


def run_notation(segments: Sequence[Segment], runner: Runner, units: Units) -> Iterator[str]:
    """One line a part: a step, or a set with its count in front: ``5 × (1 km @ 3:55/km / 2 min @ 5:26/km)``."""
    for repeats, steps in written_parts(segments):
        inside = " / ".join(_step(step, runner, units) for step in steps)
        if repeats == 1:
            yield inside
        else:
            yield f"{repeats} × ({inside})" if len(steps) > 1 else f"{repeats} × {inside}"


def pace_of(segment: Segment, runner: Runner, units: Units) -> str:
    """The range of paces of a step, the faster first; empty where it goes by effort, is walked or has none."""
    if not isinstance(segment, RunningSegment) or goes_by_effort(segment):
        return ""
    if segment.pace_slow and segment.pace_fast:
        return _range(segment.pace_slow, segment.pace_fast)
    low, high = segment.intensity_low_pct, segment.intensity_high_pct
    if not low or not high:
        return ""
    return pace_range_text(runner.speed(low), runner.speed(high), units)


def goes_by_effort(segment: RunningSegment) -> bool:
    """Whether a step is shown no pace though its load is known."""
    return segment.target is Target.EFFORT or segment.type is SegmentType.WALK


def distance_notation(metres: float) -> str:
    """A distance of a step: ``400 m``, ``1.2 km``, ``1 mi``."""
    if miles := in_quarter_miles(metres):
        return f"{plain(miles)} mi"
    return f"{plain(metres / 1000)} km" if metres >= 1000 else f"{plain(metres)} m"


def _step(segment: Segment, runner: Runner, units: Units) -> str:
    run = segment if isinstance(segment, RunningSegment) else None
    length = distance_notation(run.distance_m) if run and run.distance_m else minutes(segment.duration_min)
    if pace := pace_of(segment, runner, units):
        return f"{length} @ {pace}{f' ({run.race.in_words} pace)' if run and run.race else ''}"
    if run is None or run.intensity_low_pct is None:
        return length
    return f"{length} walk" if run.type is SegmentType.WALK else f"{length} by effort"


def _range(slow: str, fast: str) -> str:
    return fast if slow == fast else f"{fast.partition('/')[0]}–{slow}"
