"""Speeds of steps as files have them, m/s, and % of threshold speed: a step of one pace is a range around it.

% of threshold is of speed: 110 % is faster than threshold, and a pace in seconds is its inverse.
"""

from typing import Final, NamedTuple

from plan_pipeline.core.model.segments import EASY_RUNNING_CEILING_PCT
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.core.paces.text import MAX_SPEED_M_S
from plan_pipeline.formats.reading import UnreadableSessionError

EITHER_SIDE_S: Final = 3.0
"""How far a range goes to either side of one pace, seconds a kilometre: what is held at threshold (convention)."""

FASTER_SIDE_S: Final = 10.0
"""The same to the faster side of an easy pace: who runs easily a little faster is not to be told off (convention)."""

FASTEST_M_S: Final = 1.5 * MAX_SPEED_M_S
"""A sprinter's best; a number above it was no speed in m/s."""

SLOWEST_M_S: Final = 0.3
"""Below it nobody moves, and a pace would be longer than any watch shows."""

ROUNDING_M_S: Final = 0.0015
"""How far a speed that was written in mm/s may be from what it was made of."""


class Band(NamedTuple):
    """A range of speed in m/s."""

    slow: float
    fast: float


def band_of(low_pct: float, high_pct: float, runner: Runner) -> Band:
    """The range that a step is shown as: its own, or one around its pace, wider to the faster side where it is easy."""
    if low_pct != high_pct:
        return Band(runner.speed(min(low_pct, high_pct)), runner.speed(max(low_pct, high_pct)))
    pace = 1000 / runner.speed(low_pct)
    return Band(1000 / (pace + EITHER_SIDE_S), 1000 / (pace - _faster_side(low_pct)))


def pcts_of(band: Band, runner: Runner) -> tuple[float, float]:
    """The % of threshold of a range, to a tenth: those of one pace where the range is what that is shown as.

    Where it might be either, a range of whole % is one.
    """
    middle = 1000 / (1000 / band.slow - EITHER_SIDE_S)
    pct, ends = pct_of_speed(middle, runner), (pct_of_speed(band.slow, runner), pct_of_speed(band.fast, runner))
    is_shown_so = abs(1000 / (1000 / middle - _faster_side(pct)) - band.fast) <= ROUNDING_M_S
    is_rounder = pct.is_integer() or not all(end.is_integer() for end in ends)
    return (pct, pct) if is_shown_so and is_rounder else ends


def pct_of_speed(speed_m_s: float, runner: Runner) -> float:
    """A speed as % of a runner's threshold, to a tenth."""
    return round(100 * speed_m_s / runner.threshold_speed, 1)


def checked_speed(speed_m_s: float, where: str) -> float:
    """A speed that somebody can move at. Raises ``UnreadableSessionError`` that names the place for any other."""
    if SLOWEST_M_S <= speed_m_s <= FASTEST_M_S:
        return speed_m_s
    beyond = "slower than a walk" if speed_m_s < SLOWEST_M_S else "faster than anybody runs"
    raise UnreadableSessionError(f"{one_line(where)} has a speed of {speed_m_s:g} m/s, {beyond}; correct it")


def known_runner(runner: Runner | None) -> Runner:
    """The runner whose threshold speeds are measured by. Raises ``UnreadableSessionError`` where none is known."""
    if runner is None:
        raise UnreadableSessionError(
            "gives speeds or paces and no threshold pace to measure them by; give the runner's with "
            "--threshold-pace 4:15/km"
        )
    return runner


def _faster_side(pct: float) -> float:
    return FASTER_SIDE_S if pct <= EASY_RUNNING_CEILING_PCT else EITHER_SIDE_S
