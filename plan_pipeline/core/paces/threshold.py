"""The threshold speed from what a runner has done: a race, an all-out test, critical speed, or a pace that is known.

Whatever was measured is first brought to a VDOT, and the threshold speed is the one that is shown for it, so that the
same half hour gives the same paces whether it was called a race or a test.
"""

import math
from collections.abc import Sequence
from statistics import linear_regression
from typing import Final, NamedTuple

from plan_pipeline.core.paces.training import (
    formula_threshold_speed,
    threshold_speed,
    vdot_of_formula_threshold,
    vdot_of_threshold,
)
from plan_pipeline.core.paces.vdot import Effort, vdot_of
from plan_pipeline.core.word import Word
from plan_pipeline.core.wording import counted

TEST_FACTORS: Final = ((20.0, 1.067), (30.0, 1.046), (40.0, 1.031), (50.0, 1.018), (60.0, 1.007))
"""Minutes of an all-out effort, and its speed over the threshold speed: from the formula, for VDOT 35 to 65 within
0.13 %. Friel takes the mean of a 30-minute solo run as the threshold itself, 4.5 % faster."""

CRITICAL_EFFORT_MIN: Final = (2.0, 20.0)
"""Shortest and longest effort that critical speed is found from, minutes (convention)."""

MIN_SPREAD: Final = 1.5
"""How many times as long as the shortest the longest effort has to be: closer ones make the slope a matter of chance
(choice)."""

CRITICAL_RATIOS: Final = ((40.0, 1.017), (50.0, 1.023), (60.0, 1.030))
"""VDOT, and critical speed over threshold speed: from the formula's 1500, 3000 and 5000 m. Held beyond its ends."""


class ThresholdMethod(Word):
    """How a threshold speed was found."""

    RACE = "race"
    TEST = "test"
    CRITICAL_SPEED = "critical_speed"
    STATED = "stated"

    @property
    def source(self) -> str:
        """Where the way from the measurement to the speed comes from."""
        return _SOURCES[self]


_SOURCES = {
    ThresholdMethod.RACE: "88 % of VDOT, Daniels & Gilbert 1979",
    ThresholdMethod.TEST: "speed of an all-out test over that of an hour, Daniels & Gilbert 1979",
    ThresholdMethod.CRITICAL_SPEED: "critical speed from distance = D′ + CS·time, and its ratio to threshold speed",
    ThresholdMethod.STATED: "as stated",
}


class Threshold(NamedTuple):
    """A threshold speed in m/s, the VDOT that it belongs to, and how it was found."""

    speed_m_s: float
    vdot: float
    method: ThresholdMethod


class CriticalSpeed(NamedTuple):
    """Critical speed in m/s, and D′ in metres, the distance that can be run on top of it."""

    speed_m_s: float
    d_prime_m: float


def threshold_from_race(distance_m: float, time_s: float) -> Threshold:
    """The threshold of a race over metres in seconds. Raises ``ValueError`` as ``vdot_of`` does."""
    vdot = vdot_of(distance_m, time_s)
    return Threshold(threshold_speed(vdot), vdot, ThresholdMethod.RACE)


def threshold_from_test(distance_m: float, time_s: float) -> Threshold:
    """The threshold of an all-out test of 20 to 60 minutes: its speed over the factor for its length.

    Raises ``ValueError`` for another length, a distance that is not above zero, and a speed that nobody runs.
    """
    if not (math.isfinite(distance_m) and distance_m > 0):
        raise ValueError(f"a test covers some distance; {distance_m:g} m was given")
    return _of_measured(distance_m / time_s / effort_factor(time_s / 60), ThresholdMethod.TEST)


def threshold_from_critical_speed(critical: CriticalSpeed) -> Threshold:
    """The threshold of a critical speed, by the ratio of the two at that speed.

    Raises ``ValueError`` for a speed that nobody runs.
    """
    return _of_measured(critical.speed_m_s / critical_ratio(critical.speed_m_s), ThresholdMethod.CRITICAL_SPEED)


def threshold_from_pace(speed_m_s: float) -> Threshold:
    """A threshold speed that the runner knows, m/s, taken as it is. Raises ``ValueError`` for one that nobody runs."""
    return Threshold(speed_m_s, vdot_of_threshold(speed_m_s), ThresholdMethod.STATED)


def effort_factor(minutes: float) -> float:
    """The speed of an all-out effort of 20 to 60 minutes over the threshold speed, interpolated.

    Raises ``ValueError`` for another length.
    """
    lengths = [length for length, _ in TEST_FACTORS]
    if not lengths[0] <= minutes <= lengths[-1]:
        raise ValueError(
            f"a test of {minutes:.4g} min is outside {lengths[0]:g} to {lengths[-1]:g} min; "
            "run one of 30 min, or give a shorter effort as a race"
        )
    return _interpolated(minutes, TEST_FACTORS)


def critical_ratio(critical_speed_m_s: float) -> float:
    """Critical speed over threshold speed, for a critical speed in m/s, interpolated between VDOT 40, 50 and 60."""
    speeds = [(ratio * formula_threshold_speed(vdot), ratio) for vdot, ratio in CRITICAL_RATIOS]
    return _interpolated(critical_speed_m_s, speeds)


def critical_speed(efforts: Sequence[Effort]) -> CriticalSpeed:
    """Critical speed and D′ by least squares of distance = D′ + CS·time over two or more all-out efforts.

    Raises ``ValueError`` for fewer than two, for efforts outside 2 to 20 minutes or too alike in length, and where a
    longer one was run too fast for both to have been all out.
    """
    _check_efforts(efforts)
    times, distances = [effort.time_s for effort in efforts], [effort.distance_m for effort in efforts]
    slope, intercept = linear_regression(times, distances)
    if intercept <= 0 or slope <= 0:
        raise ValueError(
            "over the longer effort the runner was as fast as over the shorter one, or covered no more ground; one of "
            "them was not all out"
        )
    return CriticalSpeed(slope, intercept)


def is_critical_effort(time_s: float) -> bool:
    """Whether an effort of so many seconds is one that critical speed is found from."""
    shortest, longest = CRITICAL_EFFORT_MIN
    return shortest <= time_s / 60 <= longest


def _check_efforts(efforts: Sequence[Effort]) -> None:
    if len(efforts) < 2:
        raise ValueError(f"critical speed takes two or more efforts; {counted(len(efforts), 'was', 'were')} given")
    for effort in efforts:
        if not effort.distance_m > 0 or not is_critical_effort(effort.time_s):
            raise ValueError(
                f"{effort.distance_m:g} m in {effort.time_s / 60:.1f} min is no effort for critical speed; "
                f"take all-out efforts of {CRITICAL_EFFORT_MIN[0]:g} to {CRITICAL_EFFORT_MIN[1]:g} min"
            )
    times = [effort.time_s for effort in efforts]
    if max(times) < MIN_SPREAD * min(times):
        raise ValueError(
            f"the longest effort has to take {MIN_SPREAD:g} times as long as the shortest or more; "
            f"{min(times) / 60:.1f} and {max(times) / 60:.1f} min are too alike"
        )


def _of_measured(speed_m_s: float, method: ThresholdMethod) -> Threshold:
    vdot = vdot_of_formula_threshold(speed_m_s)
    return Threshold(threshold_speed(vdot), vdot, method)


def _interpolated(at: float, points: Sequence[tuple[float, float]]) -> float:
    import numpy as np  # here, since whoever gives a race need not wait for it

    return float(np.interp(at, [x for x, _ in points], [y for _, y in points]))
