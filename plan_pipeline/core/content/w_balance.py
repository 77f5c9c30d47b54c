"""W′ balance: how much of what a rider can do above threshold is left, and how much a session spends of it.

Critical power is 100 % of threshold; W′ and work above threshold are in s·FTP, so that 60 is 15 kJ at 250 W. The
balance is Skiba's in its differential form: above threshold it falls by the work, below it what is missing decays with
W′ / (CP - P). Source: Skiba 2015, Eur J Appl Physiol 115:703; all such models are a filter and not a forecast (Bartram
2022, IJSPP 17:170).
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from plan_pipeline.core.content.stretches import highest_pct, split_all
from plan_pipeline.core.load_over_time import Stretch

CRITICAL_POWER_PCT = 100.0

_PER_MINUTE_AND_PCT = 60 / 100
"""Seconds of FTP in a minute at one % of threshold."""


class Surge(NamedTuple):
    """An uninterrupted stretch above threshold: its ``work`` above it, after ``below`` under it, both in s·FTP."""

    below: float
    work: float
    seconds: float


def surges_of(stretches: Sequence[Stretch]) -> tuple[Surge, ...]:
    """The surges of a session, in order. Ramps are exact: work and decay depend on the mean of a stretch alone."""
    if highest_pct(stretches) <= CRITICAL_POWER_PCT:
        return ()
    found: list[Surge] = []
    below, surge = 0.0, None
    for minutes, a, b in split_all(stretches, CRITICAL_POWER_PCT):
        work = minutes * ((a + b) / 2 - CRITICAL_POWER_PCT) * _PER_MINUTE_AND_PCT
        if work <= 0:
            below, surge = below - work, None
        elif surge is None:
            surge = Surge(below, work, 60 * minutes)
            found.append(surge)
            below = 0.0
        else:
            found[-1] = surge = Surge(surge.below, surge.work + work, surge.seconds + 60 * minutes)
    return tuple(found)


def w_spent(surges: Sequence[Surge]) -> float:
    """Work above threshold, s·FTP."""
    return sum([surge.work for surge in surges])


def lowest_balance_pct(surges: Sequence[Surge], w_prime_s: float) -> float:
    """The least W′ that is left at any moment, % of W′, from a full one; below 0 there was not enough."""
    missing = most_missing = 0.0
    for below, work, _ in surges:
        missing = missing * math.exp(-below / w_prime_s) + work
        most_missing = max(most_missing, missing)
    return 100 * (1 - most_missing / w_prime_s)
