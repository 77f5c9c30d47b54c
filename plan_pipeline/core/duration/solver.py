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
from numpy.lib.stride_tricks import sliding_window_view
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
    for cells in _totals_by_distance(days, target_cells):
        if (solution := _cheapest(days, cells)) is not None:
            return solution
    return None


def _options_by_kind(days: Sequence[SolverDay]) -> Iterator[tuple[set[int], int]]:
    """For each kind, the options that any of its days can take, and how many days there are."""
    for kind in {day.kind for day in days}:
        alike = [day for day in days if day.kind == kind]
        usable = {int(option) for day in alike for option in np.flatnonzero(np.isfinite(day.costs).any(axis=1))}
        yield usable, len(alike)


def _totals_by_distance(days: Sequence[SolverDay], target: int) -> Iterator[int]:
    """Totals that the days can have if options may repeat, the nearest to the target first."""
    best = np.zeros(1)
    for day in days:
        best = _combined(best, day.costs.min(axis=0))
    reachable = np.flatnonzero(np.isfinite(best))
    yield from (int(reachable[i]) for i in np.lexsort((reachable, np.abs(reachable - target))))


def _cheapest(days: Sequence[SolverDay], cells: int) -> Solution | None:
    """The cheapest picks with this total: best-first search over the pairs of days that would share an option.

    Without the side condition a dynamic programme gives the optimum, which is a lower bound with it. Where two
    days of a kind share an option, one or the other has to do without: two branches, each solved again.
    """
    order = count()
    relaxed = _without_side_condition(days, cells, frozenset())
    queue: list[tuple[float, int, frozenset[_BAN], Solution]] = []
    if relaxed is not None:
        heapq.heappush(queue, (relaxed.cost, next(order), frozenset(), relaxed))
    seen: set[frozenset[_BAN]] = set()
    while queue:
        _, _, bans, solution = heapq.heappop(queue)
        clash = _first_clash(days, solution)
        if clash is None:
            return solution
        for day in clash:
            narrowed = bans | {(day, solution.picks[day].option)}
            if narrowed in seen:
                continue
            seen.add(narrowed)
            branch = _without_side_condition(days, cells, narrowed)
            if branch is not None:
                heapq.heappush(queue, (branch.cost, next(order), narrowed, branch))
    return None


def _first_clash(days: Sequence[SolverDay], solution: Solution) -> tuple[int, int] | None:
    for a, b in combinations(range(len(days)), 2):
        if days[a].kind == days[b].kind and solution.picks[a].option == solution.picks[b].option:
            return a, b
    return None


def _without_side_condition(days: Sequence[SolverDay], cells: int, bans: frozenset[_BAN]) -> Solution | None:
    """The optimum if days may share options: forward over the days, then back along the choices."""
    matrices = []
    for i, day in enumerate(days):
        banned = [option for banned_day, option in bans if banned_day == i]
        costs = day.costs
        if banned:
            costs = costs.copy()
            costs[banned] = np.inf
        matrices.append(costs)
    cheapest = [costs.min(axis=0) for costs in matrices]
    totals = [np.zeros(1)]
    for per_length in cheapest:
        totals.append(_combined(totals[-1], per_length)[: cells + 1])
    if len(totals[-1]) <= cells or not np.isfinite(totals[-1][cells]):
        return None
    picks: list[Pick] = []
    left = cells
    for costs, per_length, before in zip(reversed(matrices), reversed(cheapest), reversed(totals[:-1]), strict=True):
        longest = min(left, len(per_length) - 1)
        candidates = per_length[: longest + 1].copy()
        reached = np.full(longest + 1, np.inf)
        first = max(0, left - len(before) + 1)
        reached[first:] = before[left - longest : left - first + 1][::-1]
        length = int(np.argmin(candidates + reached))
        picks.append(Pick(int(np.argmin(costs[:, length])), length))
        left -= length
    return Solution(tuple(reversed(picks)), cells, float(totals[-1][cells]))


def _combined(totals: NDArray[np.float64], per_length: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cheapest cost of every total after one more day: the (min, +) convolution of the two."""
    width = len(per_length)
    padded = np.full(len(totals) + 2 * (width - 1), np.inf)
    padded[width - 1 : width - 1 + len(totals)] = totals
    windows = sliding_window_view(padded, width)
    combined: NDArray[np.float64] = (windows + per_length[::-1]).min(axis=1)
    return combined
