"""Moves a little from one run of a week to another until its easy runs differ in length."""

from collections.abc import Callable, Sequence
from itertools import combinations, pairwise, permutations

MOST_MOVES = 5
"""So often something is moved at most."""

APART = 0.05
"""Neighbouring easy runs differ by more than this share of the longer one. Source: RUNNING facts, § 4."""

_EQUAL = 10
"""Two easy runs of one length are worse than many that are nearly so."""


def likeness(*measures: Sequence[float]) -> int:
    """How alike easy runs are by each of the measures (km, minutes), in the order of their days; 0 if they are not.

    Equal ones count most, neighbours within 5 % a little, by the first measure.
    """
    runs = list(zip(*measures, strict=True))
    equal = sum(any(round(a, 1) == round(b, 1) for a, b in zip(*pair, strict=True)) for pair in combinations(runs, 2))
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
            break
        options = []
        for gives, takes in permutations(range(len(current)), 2):
            outside = (gives not in easy) + (takes not in easy)
            if outside > 1:
                continue
            for step in steps:
                shorter, longer = current[gives] - step, current[takes] + step
                if not (may_be(gives, shorter) and may_be(takes, longer)):
                    continue
                moved = [shorter if i == gives else longer if i == takes else each for i, each in enumerate(current)]
                if (after := likeness_of(moved)) < before:
                    strain = abs(shorter - lengths[gives]) + abs(longer - lengths[takes])
                    options.append((after, outside, round(strain, 6), step, gives, takes, moved))
        if not options:
            break
        current = min(options)[-1]
    return current
