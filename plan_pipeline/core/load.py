"""Training load of a planned workout: NP, IF and TSS from segments in % of threshold.

Planned intensity is a percentage of threshold, so planned TSS does not depend on the athlete's FTP.
Source of NP, IF and TSS: Coggan, cyclingpeaks.com/power411/defined.asp.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from plan_pipeline.core.adding import added
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import SegmentType, TssMethod

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NP_WINDOW_S = 30
"""Width of the rolling mean in normalized power, seconds (Coggan)."""

SECONDS_PER_MINUTE = 60

SHAPES_KEPT = 4096
"""Workouts whose measures are kept, by shape: more than one library has lengths of that plans choose."""

LONGEST_KEPT_S = 600
"""Repeats come again and again, in one workout and in the next; what lasts longer is hardly ever the same."""

Stretch = tuple[float, float, float]
"""(minutes, intensity at the start, intensity at the end), intensities as fractions of threshold."""


Measures = tuple[float, float | None, float | None]
"""Minutes of a segment, and its intensity at its start and at its end, % of threshold."""

Shape = tuple[Measures, ...]
"""What makes two workouts measure the same: the measures of their segments, in order. Of numbers alone, which cost
little to compare and to keep."""


class Load(NamedTuple):
    """The load of one workout. ``tss`` is by ``method``, ``tss_if2`` the sum over segments, for comparison."""

    tss: float
    tss_if2: float
    intensity_factor: float
    method: TssMethod


NO_LOAD = Load(tss=0.0, tss_if2=0.0, intensity_factor=0.0, method=TssMethod.NONE)


def workout_load(segments: Sequence[Segment]) -> Load:
    """The load of a workout from its segments, in riding order.

    Segments without intensity (off the bike) carry no load by power and are left out; a workout of nothing
    else has ``NO_LOAD``. The result is rounded to 0.1 TSS and 0.001 IF, and computed once per shape.
    """
    load = load_of(shape_of(segments))
    return load if load is NO_LOAD else load._replace(method=segments[0].tss_method)


def measured_load(shape: Shape) -> Load:
    """The load of a workout of a shape: the same numbers by every method that counts them, said to be by power."""
    stretches = [(minutes, a / 100, b / 100) for minutes, a, b in shape if a is not None and b is not None]
    if not stretches:
        return NO_LOAD
    intensity, hours = normalized_intensity(stretches), added([minutes for minutes, _, _ in stretches]) / 60
    return Load(
        tss=round(100.0 * hours * intensity**2, 1),
        tss_if2=round(tss_if2(stretches), 1),
        intensity_factor=round(intensity, 3),
        method=TssMethod.NP30,
    )


load_of = lru_cache(maxsize=SHAPES_KEPT)(measured_load)
"""The same, kept: for shapes that come again."""


def shape_of(segments: Sequence[Segment]) -> Shape:
    """The shape of a workout, by which its measures are kept."""
    return tuple([(s.duration_min, *_in_order(s)) for s in segments])


def _in_order(segment: Segment) -> tuple[float | None, float | None]:
    low, high = segment.intensity_low_pct, segment.intensity_high_pct
    return (low, high) if low is None or high is None else in_riding_order(segment.type, low, high)


def normalized_intensity(stretches: Sequence[Stretch]) -> float:
    """NP / FTP of the whole workout: the fourth-power mean of the 30-second rolling mean at 1 Hz.

    Before 30 seconds have passed the rolling mean is over the seconds so far, so that every second counts
    once: an hour at 50 % followed by an hour at 100 % is 145.4 TSS (forum.intervals.icu/t/60706), where
    leaving the first half minute out of the mean would make it 145.7.
    """
    total, seconds = fourth_powers(stretches)
    return (total / seconds) ** 0.25 if seconds else 0.0


def fourth_powers(stretches: Sequence[Stretch]) -> tuple[float, int]:
    """The sum of the fourth power of the 30-second rolling mean over all seconds, and how many seconds there are.

    Second by second it depends on the half minute before only, so parts that follow one another add up.
    """
    import numpy as np  # here, since those who only read plans and ask the warehouse need not wait for it

    power = _at_one_hertz(stretches)
    if power.size == 0:
        return 0.0, 0
    total, first = power.cumsum(), min(NP_WINDOW_S, power.size)
    rolling = power  # in whose room, as its values are in the total
    np.divide(total[:first], np.arange(1, first + 1), out=rolling[:first])
    np.subtract(total[first:], total[: power.size - first], out=rolling[first:])
    rolling[first:] /= NP_WINDOW_S
    rolling *= rolling
    rolling *= rolling
    return float(np.add.reduce(rolling)), power.size


def tss_if2(stretches: Sequence[Stretch]) -> float:
    """100 · Σ hoursᵢ · IFᵢ², where a stretch from a to b has the mean square (a² + ab + b²) / 3."""
    return 100.0 * added([minutes / 60 * (a * a + a * b + b * b) / 3 for minutes, a, b in stretches])


def stretch_of(segment: Segment) -> Stretch:
    """A segment with power as minutes and fractions of threshold, in riding order."""
    assert segment.intensity_low_pct is not None and segment.intensity_high_pct is not None
    first, last = in_riding_order(segment.type, segment.intensity_low_pct, segment.intensity_high_pct)
    return segment.duration_min, first / 100, last / 100


def in_riding_order(kind: SegmentType, low: float, high: float) -> tuple[float, float]:
    """The intensity of a segment at its start and at its end: a cooldown descends."""
    return (max(low, high), min(low, high)) if kind is SegmentType.COOLDOWN else (low, high)


def _at_one_hertz(stretches: Sequence[Stretch]) -> NDArray[np.float64]:
    """Intensity in the middle of every second; boundaries fall on the nearest whole second."""
    import numpy as np

    if not stretches:
        return np.empty(0)
    elapsed, start, parts = 0.0, 0, []
    for minutes, first, last in stretches:
        elapsed += minutes * SECONDS_PER_MINUTE
        end = round(elapsed)
        make = _ramp if end - start > LONGEST_KEPT_S else _kept_ramp
        parts.append(make(end - start, first, last))
        start = end
    return np.concatenate(parts)


def _ramp(seconds: int, first: float, last: float) -> NDArray[np.float64]:
    """Intensity in the middle of each of some seconds from one to another."""
    import numpy as np

    if first == last:
        return np.full(seconds, first)
    found = np.arange(0.5, seconds)
    found /= seconds
    found *= last - first
    found += first
    return found


_kept_ramp = lru_cache(maxsize=4096)(_ramp)
