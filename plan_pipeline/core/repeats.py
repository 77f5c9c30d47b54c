"""Repeats in a row of things: where the same few come several times over."""

from collections.abc import Sequence
from typing import NamedTuple


class Repeats(NamedTuple):
    """How many things one repeat has, and how often it comes."""

    length: int
    times: int

    @property
    def covered(self) -> int:
        return self.length * self.times


def repeats_at(
    keys: Sequence[object], at: int, *, longest: int, least: int = 2, most: int | None = None
) -> Repeats | None:
    """The repeats that begin at a place: those that cover most, the shortest of them; ``None`` where none do.

    A repeat has up to ``longest`` things and comes ``least`` times or more; more than ``most`` are not counted.
    """
    best: Repeats | None = None
    for length in range(1, min(longest, (len(keys) - at) // least) + 1):
        repeat, count = keys[at : at + length], 1
        while count != most and keys[at + count * length : at + (count + 1) * length] == repeat:
            count += 1
        found = Repeats(length, count)
        if count >= least and (best is None or found.covered > best.covered):
            best = found
    return best
