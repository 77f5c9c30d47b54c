"""Easy kilometres over the days of a week: never all alike."""

import math
from typing import Final

STEP_KM: Final = 0.5
"""What a day's kilometres are rounded to."""

VARIATION: Final = 0.3
"""How far the shortest and the longest day are from the mean, as a share of it."""


def spread_easy(total: float, n: int, step: float = STEP_KM, variation: float = VARIATION) -> tuple[float, ...]:
    """``total`` kilometres over ``n`` days, shortest first: the mean times 1 - v to 1 + v in even steps.

    Each day is a multiple of ``step`` but the longest, which takes what is left, so that the days add up to ``total``.
    Where rounding would make the longest shorter than the one before it, the others are rounded down. Units are those
    of ``total``. Raises ``ValueError`` for no days, nothing to spread, a step that is not above zero, a variation
    outside [0, 1), and for so little that the shortest day would be less than a step.
    """
    if n < 1 or not (math.isfinite(total) and total > 0):
        raise ValueError(f"{total:g} km on {n} days cannot be spread; give one day or more, and kilometres above zero")
    if not (step > 0 and 0 <= variation < 1):
        raise ValueError(f"a step of {step:g} and a variation of {variation:g}; the step is above 0, 0 ≤ variation < 1")
    if n == 1:
        return (total,)
    shares = [total / n * (1 - variation + 2 * variation * k / (n - 1)) for k in range(n)]
    if shares[0] < step:
        raise ValueError(f"{total:g} km on {n} days leave less than {step:g} km for the shortest; take fewer days")
    shorter = [round(share / step) * step for share in shares[:-1]]
    if total - sum(shorter) < shorter[-1]:
        shorter = [math.floor(share / step) * step for share in shares[:-1]]
    return (*shorter, round(total - sum(shorter), _DIGITS))


_DIGITS = 9
"""Decimals beyond which a rest is a rounding error of floats."""
