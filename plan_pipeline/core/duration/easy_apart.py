"""Moves a little from one run of a week to another until its easy runs differ in length."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise, permutations, product
from typing import NamedTuple

MOST_MOVES = 5
"""So often something is moved at most."""

APART = 0.05
"""Neighbouring easy runs differ by more than this share of the longer one. Source: RUNNING facts, § 4."""

DISTINCT = 0.3
"""Lengths are equal that differ by less, in km or minutes."""

MOST_AT_ONCE = 5
"""So many easy runs are moved together at most."""

_EQUAL = 10
"""Two easy runs of one length are worse than many that are nearly so."""

_EXACT = 1e-6


def likeness(*measures: Sequence[float]) -> int:
    """How alike easy runs are by each of the measures (km, minutes), in the order of their days; 0 if they are not.

    Equal ones count most, neighbours within 5 % a little, by the first measure.
    """
    runs: list[tuple[float, ...]] = list(zip(*measures, strict=True))
    equal = sum(any(abs(a - b) < DISTINCT for a, b in zip(*pair, strict=True)) for pair in combinations(runs, 2))
    near = sum(abs(a[0] - b[0]) <= APART * max(a[0], b[0]) for a, b in pairwise(runs))
    return _EQUAL * equal + near


def moved_apart(
    lengths: Sequence[float],
    easy: Sequence[int],
    steps: Sequence[float],
    likeness_of: Callable[[Sequence[float]], int],
    may_be: Callable[[int, float], bool],
) -> list[float]:
    """The lengths with the same sum, and with the places ``easy`` as unlike as a few moves of ``steps`` make them.

    ``may_be`` says which place may have which length. Small moves come first, and those between easy runs.
    """
    current = list(lengths)
    for _ in range(MOST_MOVES):
        before = likeness_of(current)
        if not before:
            return current
        for places in (easy, range(len(current))):
            found = min(_moves(lengths, current, easy, places, steps, may_be, likeness_of), default=None)
            if found is not None and found.likeness < before:
                current = found.lengths
                break
        else:
            break
    return _all_at_once(current, easy[:MOST_AT_ONCE], steps[:2], likeness_of, may_be)


class _Moved(NamedTuple):
    likeness: int
    outside: int
    strain: float
    lengths: list[float]


def _moves(
    at_first: Sequence[float],
    current: Sequence[float],
    easy: Sequence[int],
    places: Sequence[int],
    steps: Sequence[float],
    may_be: Callable[[int, float], bool],
    likeness_of: Callable[[Sequence[float]], int],
) -> Iterator[_Moved]:
    """What the lengths may be after a step from one of the places to another, at least one of them easy."""
    for gives, takes in permutations(places, 2):
        outside = (gives not in easy) + (takes not in easy)
        for step in steps if outside < 2 else ():
            shorter, longer = current[gives] - step, current[takes] + step
            if may_be(gives, shorter) and may_be(takes, longer):
                moved = [shorter if i == gives else longer if i == takes else each for i, each in enumerate(current)]
                strain = abs(shorter - at_first[gives]) + abs(longer - at_first[takes])
                yield _Moved(likeness_of(moved), outside, round(strain, 6), moved)


def _all_at_once(
    current: list[float],
    easy: Sequence[int],
    steps: Sequence[float],
    likeness_of: Callable[[Sequence[float]], int],
    may_be: Callable[[int, float], bool],
) -> list[float]:
    """The same where equal ones are left that only several moves together set apart."""
    if likeness_of(current) < _EQUAL:
        return current
    changes = [0.0, *steps, *(-step for step in steps)]
    open_to = [[change for change in changes if not change or may_be(i, current[i] + change)] for i in easy]
    options = []
    for each in product(*open_to):
        if abs(sum(each)) < _EXACT:
            by_place = dict(zip(easy, each, strict=True))
            moved = [length + by_place.get(i, 0.0) for i, length in enumerate(current)]
            options.append(_Moved(likeness_of(moved), 0, round(sum(map(abs, each)), 6), moved))
    return min(options).lengths
