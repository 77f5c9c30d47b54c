"""Training load of a planned workout: NP, IF and TSS from segments in % of threshold.

Planned intensity is a percentage of threshold, so planned TSS does not depend on the athlete's FTP.
Source of NP, IF and TSS: Coggan, cyclingpeaks.com/power411/defined.asp.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import SegmentType, TssMethod

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NP_WINDOW_S = 30
"""Width of the rolling mean in normalized power, seconds (Coggan)."""

SECONDS_PER_MINUTE = 60

Stretch = tuple[float, float, float]
"""(minutes, intensity at the start, intensity at the end), intensities as fractions of threshold."""


Shape = tuple[tuple[float, float | None, float | None, SegmentType], ...]
"""What makes two workouts the same: minutes, lower and higher intensity and kind of each segment, in order."""

_shape_of_segment = attrgetter("duration_min", "intensity_low_pct", "intensity_high_pct", "type")


class Load(Frozen):
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
    return load_of(shape_of(segments), segments[0].tss_method if segments else TssMethod.NONE)


@lru_cache(maxsize=65_536)
def load_of(shape: Shape, method: TssMethod = TssMethod.NP30) -> Load:
    """The load of a workout of a shape, whose TSS is by ``method``."""
    stretches = [
        (minutes, *_fractions(kind, low, high))
        for minutes, low, high, kind in shape
        if low is not None and high is not None
    ]
    if not stretches:
        return NO_LOAD
    intensity, hours = normalized_intensity(stretches), sum(minutes for minutes, _, _ in stretches) / 60
    return Load(
        tss=round(100.0 * hours * intensity**2, 1),
        tss_if2=round(tss_if2(stretches), 1),
        intensity_factor=round(intensity, 3),
        method=method,
    )


def shape_of(segments: Sequence[Segment]) -> Shape:
    """The shape of a workout, by which its measures are kept."""
    return tuple(map(_shape_of_segment, segments))


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
    total = np.cumsum(power)
    rolling = total.copy()
    rolling[NP_WINDOW_S:] -= total[:-NP_WINDOW_S]
    rolling /= NP_WINDOW_S
    first = min(NP_WINDOW_S, power.size)
    rolling[:first] = total[:first] / np.arange(1, first + 1)
    squared = rolling * rolling
    return float((squared * squared).sum()), power.size


def tss_if2(stretches: Sequence[Stretch]) -> float:
    """100 · Σ hoursᵢ · IFᵢ², where a stretch from a to b has the mean square (a² + ab + b²) / 3."""
    return 100.0 * sum(minutes / 60 * (a * a + a * b + b * b) / 3 for minutes, a, b in stretches)


def stretch_of(segment: Segment) -> Stretch:
    """A segment with power as minutes and fractions of threshold, in riding order."""
    assert segment.intensity_low_pct is not None and segment.intensity_high_pct is not None
    return (segment.duration_min, *_fractions(segment.type, segment.intensity_low_pct, segment.intensity_high_pct))


def in_riding_order(kind: SegmentType, low: float, high: float) -> tuple[float, float]:
    """The intensity of a segment at its start and at its end: a cooldown descends."""
    return (max(low, high), min(low, high)) if kind is SegmentType.COOLDOWN else (low, high)


def _fractions(kind: SegmentType, low: float, high: float) -> tuple[float, float]:
    first, last = in_riding_order(kind, low, high)
    return first / 100, last / 100


def _at_one_hertz(stretches: Sequence[Stretch]) -> NDArray[np.float64]:
    """Intensity in the middle of every second; boundaries fall on the nearest whole second."""
    import numpy as np

    if not stretches:
        return np.empty(0)
    minutes, first, _ = np.array(stretches).T
    ends = np.rint(np.cumsum(minutes * SECONDS_PER_MINUTE)).astype(int)
    seconds = ends.copy()
    seconds[1:] -= ends[:-1]
    power = np.repeat(first, seconds)
    for (_, a, b), end, length in zip(stretches, ends.tolist(), seconds.tolist(), strict=True):
        if a != b and length > 0:
            middles = (np.arange(length) + 0.5) / length
            power[end - length : end] += (b - a) * middles
    return power
