"""Totals of minutes as bits: which sums a week's lengths can have at all.

Belongs here: sets of lengths and totals, each an integer with a bit for every multiple of 5 minutes. Does not
belong here: what any of them costs (see ``solver``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from plan_pipeline.core.duration.profiles import GRID_MIN


def bits_between(low_min: int, high_min: int) -> int:
    """The grid's bits from ``low_min`` to ``high_min``, both within."""
    return (1 << (high_min // GRID_MIN + 1)) - (1 << -(-low_min // GRID_MIN))


def sums_of(masks: Sequence[int]) -> int:
    """The totals that one length of each mask can add up to, as bits."""
    sums = 1
    for mask in masks:
        sums = combined_sums(sums, mask)
    return sums


def sums_of_distinct(options: Sequence[Sequence[int]]) -> int:
    """The totals of days that each take another option; an option is a mask of lengths for every day."""
    days = len(options[0]) if options else 0
    filled = {0: 1}
    for masks, alike in Counter(map(tuple, options)).items():
        for _ in range(min(alike, days)):
            grown = dict(filled)
            for taken, totals in filled.items():
                for day, lengths in enumerate(masks):
                    if lengths and not taken >> day & 1:
                        key = taken | 1 << day
                        grown[key] = grown.get(key, 0) | combined_sums(totals, lengths)
            filled = grown
    return filled.get((1 << days) - 1, 0)


def combined_sums(sums: int, mask: int) -> int:
    """Every total of ``sums`` with every length of ``mask`` added."""
    grown = 0
    while mask:
        lowest = mask & -mask
        grown |= sums << (lowest.bit_length() - 1)
        mask ^= lowest
    return grown


def nearest_total(sums: int, wanted_min: float) -> int:
    """The total among ``sums`` nearest to ``wanted_min``, minutes; the shorter of two, 0 if there is none."""
    return _nearest_bit(sums, round(wanted_min / GRID_MIN)) * GRID_MIN


def _nearest_bit(bits: int, wanted: int) -> int:
    """The position of the set bit nearest to ``wanted``, the lower of two; 0 if none is set."""
    below = bits & ((1 << (wanted + 1)) - 1)
    above = bits >> (wanted + 1)
    low = below.bit_length() - 1 if below else None
    high = wanted + (above & -above).bit_length() if above else None
    if low is None or high is None:
        return low if low is not None else high or 0
    return low if wanted - low <= high - wanted else high
