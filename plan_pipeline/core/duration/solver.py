"""Exact choice of one option a day so that a week's minutes are met at the least cost.

Belongs here: a multiple-choice knapsack with the side condition that days of a kind take different options.
Does not belong here: what an option is or costs; the solver sees matrices of numbers only.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from itertools import combinations, count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.float64]
"""Options × lengths: the cost of an option at a length in grid cells, infinite where it cannot have it."""

_BAN = tuple[int, int]
"""(day, option) that a branch of the search does without."""


class SolverDay(NamedTuple):
    """A day to be filled. Days of one ``kind`` share their options, and no two of them take the same one."""

    kind: str
    costs: Costs


class Pick(NamedTuple):
    """The option and the length in grid cells that a day gets."""

    option: int
    cells: int


class Solution(NamedTuple):
    """A pick for each day, in the order of the days."""

    picks: tuple[Pick, ...]
    cells: int
    cost: float


def solve_week(days: Sequence[SolverDay], target_cells: int) -> Solution | None:
    """The cheapest picks among those whose lengths add up as near to the target as any do.

    Exact. The total is settled first: the reachable one nearest to ``target_cells``, the shorter of two as
    near. ``None`` if some day has no option, or the days of a kind outnumber their options.
    """
    if not days:
        return Solution((), 0, 0.0)
    if any(len(usable) < wanted for usable, wanted in _options_by_kind(days)):
        return None
    relaxed = _Programme(days, frozenset())
    for cells in relaxed.totals_by_distance(target_cells):
        if (solution := _cheapest(days, cells, relaxed)) is not None:
            return solution
    return None


def _options_by_kind(days: Sequence[SolverDay]) -> Iterator[tuple[set[int], int]]:
    """For each kind, the options that any of its days can take, and how many days there are."""
    for kind in {day.kind for day in days}:
        alike = [day for day in days if day.kind == kind]
        usable = {int(option) for day in alike for option in np.flatnonzero(np.isfinite(day.costs).any(axis=1))}
        yield usable, len(alike)


def _cheapest(days: Sequence[SolverDay], cells: int, relaxed: _Programme) -> Solution | None:
    """The cheapest picks with this total: best-first search over the pairs of days that would share an option.

    Without the side condition a dynamic programme gives the optimum, which is a lower bound with it. Where two
    days of a kind share an option, either the first of them does without it, or all others of the kind do: two
    branches that leave nothing out, each solved again.
    """
    order = count()
    queue: list[tuple[float, int, frozenset[_BAN], Solution]] = []
    if (root := relaxed.optimum(cells)) is not None:
        heapq.heappush(queue, (root.cost, next(order), frozenset(), root))
    seen: set[frozenset[_BAN]] = set()
    while queue:
        _, _, bans, solution = heapq.heappop(queue)
        day = _first_clash(days, solution)
        if day is None:
            return solution
        option = solution.picks[day].option
        others = {(i, option) for i, other in enumerate(days) if other.kind == days[day].kind and i != day}
        for narrowed in (bans | {(day, option)}, bans | others):
            if narrowed in seen:
                continue
            seen.add(narrowed)
            branch = _Programme(days, narrowed).optimum(cells)
            if branch is not None:
                heapq.heappush(queue, (branch.cost, next(order), narrowed, branch))
    return None


def _first_clash(days: Sequence[SolverDay], solution: Solution) -> int | None:
    """The first day that shares its option with a later one of its kind."""
    for a, b in combinations(range(len(days)), 2):
        if days[a].kind == days[b].kind and solution.picks[a].option == solution.picks[b].option:
            return a
    return None


class _Programme:
    """The dynamic programme over days that may share options, with some options banned on some days.

    ``totals[i][c]`` is the least cost at which the first i days last c cells together.
    """

    def __init__(self, days: Sequence[SolverDay], bans: frozenset[_BAN]) -> None:
        self._costs = [_without(day.costs, [option for at, option in bans if at == i]) for i, day in enumerate(days)]
        self._cheapest = [costs.min(axis=0) for costs in self._costs]
        self._totals = [np.zeros(1)]
        for per_length in self._cheapest:
            self._totals.append(_combined(self._totals[-1], per_length))

    def totals_by_distance(self, target: int) -> Iterator[int]:
        """Reachable totals, the nearest to the target first."""
        reachable = np.flatnonzero(np.isfinite(self._totals[-1]))
        yield from (int(reachable[i]) for i in np.lexsort((reachable, np.abs(reachable - target))))

    def optimum(self, cells: int) -> Solution | None:
        """The cheapest picks with a total, back along the choices from the last day."""
        totals = self._totals[-1]
        if cells >= len(totals) or not np.isfinite(totals[cells]):
            return None
        picks: list[Pick] = []
        left = cells
        for i in reversed(range(len(self._costs))):
            per_length, before = self._cheapest[i], self._totals[i]
            shortest, longest = max(0, left - len(before) + 1), min(left, len(per_length) - 1)
            rest = before[left - longest : left - shortest + 1][::-1]
            length = shortest + int(np.argmin(per_length[shortest : longest + 1] + rest))
            picks.append(Pick(int(np.argmin(self._costs[i][:, length])), length))
            left -= length
        return Solution(tuple(reversed(picks)), cells, float(totals[cells]))


def _without(costs: Costs, options: list[int]) -> Costs:
    if not options:
        return costs
    narrowed = costs.copy()
    narrowed[options] = np.inf
    return narrowed


def _combined(totals: NDArray[np.float64], per_length: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cheapest cost of every total after one more day: the (min, +) convolution of the two."""
    width = len(per_length)
    padded = np.full(len(totals) + 2 * (width - 1), np.inf)
    padded[width - 1 : width - 1 + len(totals)] = totals
    step = padded.itemsize
    windows: NDArray[np.float64] = np.ndarray((len(totals) + width - 1, width), float, padded, 0, (step, step))
    combined: NDArray[np.float64] = (windows + per_length[::-1]).min(axis=1)
    return combined
