"""Which totals of minutes a week's lengths can have: sets of minutes, each an integer with a bit for every minute."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache


def bits_of(lengths: Iterable[float]) -> int:
    """Lengths as bits, to the nearest whole minute."""
    mask = 0
    for minutes in lengths:
        mask |= 1 << round(minutes)
    return mask


def bits_between(low_min: int, high_min: int) -> int:
    """All minutes from ``low_min`` to ``high_min``, both within."""
    return (1 << (high_min + 1)) - (1 << low_min)


def sums_of(masks: Iterable[int]) -> int:
    """The totals that one length of each mask can add up to, as bits; none of them if a mask is empty."""
    return _sums_of(tuple(sorted(masks)))


@lru_cache(maxsize=16_384)
def _sums_of(masks: tuple[int, ...]) -> int:
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
    wanted = round(wanted_min)
    below = sums & ((1 << (wanted + 1)) - 1)
    above = sums >> (wanted + 1)
    low = below.bit_length() - 1 if below else None
    high = wanted + (above & -above).bit_length() if above else None
    if low is None or high is None:
        return low if low is not None else high or 0
    return low if wanted - low <= high - wanted else high
