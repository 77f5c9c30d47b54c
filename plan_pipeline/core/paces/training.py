"""Training paces and the threshold speed from VDOT, and race speeds as percentages of the threshold speed.

The threshold speed that every percentage of a plan refers to is the T pace that the runner is shown: below VDOT 39 it
follows the correction for slow runners as T pace does, so that 100 % is never another pace than "threshold".
Sources: Daniels' Running Formula for the shares of VDOT; ``vdot`` for the formula and the correction.
"""

from typing import Final, NamedTuple

from plan_pipeline.core.paces.text import pace_text
from plan_pipeline.core.paces.vdot import (
    MAX_VDOT,
    MIN_VDOT,
    SLOW_VDOT,
    RaceDistance,
    check_vdot,
    corrected_vdot,
    oxygen_cost,
    race_time_s,
    speed_m_per_min,
)
from plan_pipeline.core.word import Word

EASY_SHARES: Final = (0.62, 0.70)
"""Slow and fast end of easy running, share of VDOT; the book's band is wider, 0.59 to 0.74 (Daniels)."""

THRESHOLD_SHARE: Final = 0.88
"""T pace, share of VDOT (Daniels): 0.993 of the speed that the formula gives for an hour's race."""

INTERVAL_SHARE: Final = 0.975
"""I pace, share of VDOT (Daniels: 97 to 98 %)."""

REPETITION_GAIN_S: Final = 6.0
"""By how much R is faster than I, seconds per 400 m (Daniels)."""

LAP_M: Final = 400.0


class PaceName(Word):
    """The five kinds of running that Daniels gives paces for; ``E``, ``M``, ``T``, ``I`` and ``R`` are read."""

    EASY = "easy"
    MARATHON = "marathon"
    THRESHOLD = "threshold"
    INTERVAL = "interval"
    REPETITION = "repetition"

    @classmethod
    def _aliases(cls) -> dict[str, str]:
        return {name.value[0]: name.value for name in cls} | {"intervals": "interval", "repetitions": "repetition"}


class TrainingPace(NamedTuple):
    """A kind of running with its speeds in m/s, which are the same where it is not a range."""

    name: PaceName
    slow_m_s: float
    fast_m_s: float


def training_paces(vdot: float) -> tuple[TrainingPace, ...]:
    """Easy, marathon, threshold, interval and repetition speed, m/s, in this order.

    Below VDOT 39 easy, interval and repetition follow ``corrected_vdot``, threshold the mean of both, and marathon
    the VDOT itself, since it is a race pace: below about 28, a marathon of five hours, it lies within the easy range.
    Raises ``ValueError`` for a VDOT outside 15 to 90.
    """
    check_vdot(vdot)
    corrected = corrected_vdot(vdot)
    interval = _speed_at(INTERVAL_SHARE, corrected)
    repetition = LAP_M / (LAP_M / interval - REPETITION_GAIN_S)
    slow, fast = (_speed_at(share, corrected) for share in EASY_SHARES)
    marathon, threshold = race_speed(RaceDistance.MARATHON, vdot), threshold_speed(vdot)
    return (
        TrainingPace(PaceName.EASY, slow, fast),
        TrainingPace(PaceName.MARATHON, marathon, marathon),
        TrainingPace(PaceName.THRESHOLD, threshold, threshold),
        TrainingPace(PaceName.INTERVAL, interval, interval),
        TrainingPace(PaceName.REPETITION, repetition, repetition),
    )


def threshold_speed(vdot: float) -> float:
    """The threshold speed that a runner is shown and that percentages refer to, m/s: v(0.88·VDOT).

    Below 39 it is v(0.88·(VDOT + corrected VDOT) / 2). Raises ``ValueError`` for a VDOT outside 15 to 90.
    """
    check_vdot(vdot)
    return _speed_at(THRESHOLD_SHARE, (vdot + corrected_vdot(vdot)) / 2)


def formula_threshold_speed(vdot: float) -> float:
    """v(0.88·VDOT) in m/s without the correction for slow runners: what an hour's race comes to, at every VDOT.

    Raises ``ValueError`` for a VDOT outside 15 to 90.
    """
    check_vdot(vdot)
    return _speed_at(THRESHOLD_SHARE, vdot)


def vdot_of_threshold(speed_m_s: float) -> float:
    """The VDOT that a threshold speed in m/s is shown for: the inverse of ``threshold_speed``.

    Raises ``ValueError`` for a speed that no VDOT of 15 to 90 has.
    """
    _check_threshold(speed_m_s, threshold_speed(MIN_VDOT), threshold_speed(MAX_VDOT))
    shown = oxygen_cost(60 * speed_m_s) / THRESHOLD_SHARE
    found = shown if shown >= SLOW_VDOT else (shown - 13.0 / 2) * 6 / 5  # of the mean of VDOT and 2/3·VDOT + 13
    return min(max(found, MIN_VDOT), MAX_VDOT)


def vdot_of_formula_threshold(speed_m_s: float) -> float:
    """The VDOT of a measured threshold speed in m/s, before any correction: the inverse of ``formula_threshold_speed``.

    Raises ``ValueError`` for a speed that no VDOT of 15 to 90 has.
    """
    _check_threshold(speed_m_s, formula_threshold_speed(MIN_VDOT), formula_threshold_speed(MAX_VDOT))
    return min(max(oxygen_cost(60 * speed_m_s) / THRESHOLD_SHARE, MIN_VDOT), MAX_VDOT)


def race_speed(distance: RaceDistance, vdot: float) -> float:
    """The speed in m/s of a race that a VDOT stands for. Raises ``ValueError`` for a VDOT outside 15 to 90."""
    return distance.metres / race_time_s(distance.metres, vdot)


def race_pct(distance: RaceDistance, vdot: float) -> float:
    """The speed of a race as % of the threshold speed that is shown; it rises with ability, so a step names its race.

    Raises ``ValueError`` for a VDOT outside 15 to 90.
    """
    return 100 * race_speed(distance, vdot) / threshold_speed(vdot)


def _speed_at(share: float, vdot: float) -> float:
    return speed_m_per_min(share * vdot) / 60


def _check_threshold(speed_m_s: float, slowest: float, fastest: float) -> None:
    if not slowest * (1 - 1e-9) <= speed_m_s <= fastest * (1 + 1e-9):
        given = pace_text(speed_m_s) if speed_m_s > 0 else f"{speed_m_s:g} m/s"
        raise ValueError(
            f"a threshold pace of {given} is outside {pace_text(slowest)} to {pace_text(fastest)}, the slowest and the "
            "fastest that training paces are known for; check distance and time, or the pace"
        )
