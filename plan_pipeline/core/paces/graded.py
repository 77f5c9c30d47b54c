"""Running up and down: what a grade costs, the speed on the flat that a hilly run was worth, and its load.

Source of the cost: Minetti 2002, J Appl Physiol 93:1039. A plan is written for the flat; this is for hills and for runs
that were done.
"""

import math
from collections.abc import Sequence
from typing import Final

from plan_pipeline.core.load import SECONDS_PER_MINUTE, normalized_intensity

MAX_GRADE: Final = 0.45
"""The steepest that was measured, up and down, rise over run."""

FLAT_COST: Final = 3.6
"""The polynomial on the flat, J/kg/m; the measurements had 3.40."""

DOWNHILL_FLOOR: Final = 0.85
"""The least that a metre downhill counts, in metres of the flat (choice): the polynomial overrates downhill, by the
paper's own check up to threefold on downhill races, and Strava gave it up in 2017 for the heart rate of runners."""

_COST = (3.6, 19.5, 46.3, -43.3, -30.4, 155.4)
"""Coefficients of grade⁰ to grade⁵."""


def running_cost(grade: float) -> float:
    """What a metre costs on a grade (rise over run), J/kg/m. Raises ``ValueError`` beyond ±0.45."""
    if not abs(grade) <= MAX_GRADE:
        raise ValueError(f"a grade of {grade:g} is beyond ±{MAX_GRADE:g}, the steepest measured; 0.05 is 5 %")
    return sum(factor * grade**power for power, factor in enumerate(_COST))


def grade_ratio(grade: float, downhill_floor: float | None = DOWNHILL_FLOOR) -> float:
    """Metres of the flat that a metre on a grade (rise over run) is worth: C(grade) / 3.6.

    Downhill it is ``downhill_floor`` at least; ``None`` leaves the polynomial as it is. Raises ``ValueError`` beyond
    ±0.45.
    """
    ratio = running_cost(grade) / FLAT_COST
    return ratio if downhill_floor is None else max(ratio, downhill_floor)


def normalized_graded_speed(
    speeds_m_s: Sequence[float], grades: Sequence[float], downhill_floor: float | None = DOWNHILL_FLOOR
) -> float:
    """The speed in m/s on even, flat ground that a run was worth, from speed and grade second by second.

    Each second's speed is adjusted for its grade, and then as in normalized power: the fourth-power mean of the
    30-second rolling mean (choice; TrainingPeaks' own NGP is not published). No seconds are 0. Raises ``ValueError``
    for sequences of different lengths, speeds below zero, and grades beyond ±0.45.
    """
    if len(speeds_m_s) != len(grades):
        raise ValueError(f"{len(speeds_m_s)} speeds and {len(grades)} grades; give one of each a second")
    if not all(math.isfinite(speed) and speed >= 0 for speed in speeds_m_s):
        raise ValueError("a speed is below zero or no number; leave out or mend what the watch lost")
    flat = [speed * grade_ratio(grade, downhill_floor) for speed, grade in zip(speeds_m_s, grades, strict=True)]
    return normalized_intensity([(1 / SECONDS_PER_MINUTE, speed, speed) for speed in flat])


def rtss(seconds: float, ngp_m_s: float, threshold_m_s: float) -> float:
    """Running TSS: 100 · hours · (NGP / threshold speed)², both speeds in m/s, so an hour at threshold is 100.

    It is not exchangeable with TSS of cycling. Raises ``ValueError`` for a threshold that is not above zero, and for
    time or speed below zero.
    """
    if not (math.isfinite(threshold_m_s) and threshold_m_s > 0):
        raise ValueError(f"the threshold speed has to be above zero; {threshold_m_s:g} m/s was given")
    if not (seconds >= 0 and ngp_m_s >= 0):
        raise ValueError(f"time and speed cannot be below zero; {seconds:g} s and {ngp_m_s:g} m/s were given")
    return 100 * seconds / 3600 * (ngp_m_s / threshold_m_s) ** 2
