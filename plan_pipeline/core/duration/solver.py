"""Exact choice of one option a day so that a week's minutes are met at the least cost.

A multiple-choice knapsack with the side condition that days of a kind take different options; what an option is or
costs is not known here.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plan_pipeline.core.duration.totals import bits_of, combined_sums, sums_of_distinct

Costs = NDArray[np.float64]
"""Options × lengths: the cost of an option at a length in grid cells, infinite where it cannot have it."""

_PATIENCE = 16
"""Branches tried for a total before it is worth knowing which totals can be had at all."""


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
    search = _Search(days, target_cells)
    for cells in search.root.totals_by_distance(target_cells):
        if (solution := search.cheapest(cells)) is not None:
            return solution
    return None


def solve_week_with_repeats(days: Sequence[SolverDay], target_cells: int) -> Solution | None:
    """As ``solve_week``, but days may share an option where the total is not to be had otherwise.

    The total is exact; that few days share an option is sought for pair by pair, not proven. ``None`` if some day
    has no option.
    """
    if not days:
        return Solution((), 0, 0.0)
    search = _Search(days, target_cells)
    nearest = next(search.root.totals_by_distance(target_cells), None)
    return None if nearest is None else search.untangled(nearest)


class _Line(NamedTuple):
    """What lengths or totals cost: ``costs[i]`` is the least cost of ``begins`` + i cells, infinite for what is not to
    be had; below ``begins`` and beyond the last nothing is."""

    begins: int
    costs: NDArray[np.float64]

    @classmethod
    def cheapest_of(cls, costs: Costs) -> _Line:
        """The cheapest option at each length."""
        cheapest: NDArray[np.float64] = np.minimum.reduce(costs)
        begins = int(np.isfinite(cheapest).argmax())
        return cls(begins, cheapest[begins:])


class _Search:
    """The ways to keep days of a kind from sharing an option.

    Days whose kind comes once are put first: what is known of them holds in every branch.
    """

    def __init__(self, days: Sequence[SolverDay], target_cells: int) -> None:
        kinds = [day.kind for day in days]
        self._order = sorted(range(len(days)), key=lambda i: (kinds.count(kinds[i]), kinds[i]))
        self._kinds = [kinds[i] for i in self._order]
        costs = [days[i].costs for i in self._order]
        cheapest = [_Line.cheapest_of(of_day) for of_day in costs]
        room = _room(cheapest, target_cells)
        self.root = _Programme(costs, (frozenset(),) * len(costs), cheapest, [_Line(0, np.zeros(1))], room)

    def cheapest(self, cells: int) -> Solution | None:
        """The optimum with this total: best-first search over the pairs of days that would share an option.

        Without the side condition a dynamic programme gives the optimum, which is a lower bound with it. Where
        two days of a kind share an option, either the first of them does without it, or all others of the kind
        do: two branches that leave nothing out, each solved again.
        """
        order = count()
        queue: list[tuple[float, int, _Programme]] = []
        if (least := self.root.least_cost(cells)) < np.inf:
            heapq.heappush(queue, (least, next(order), self.root))
        seen: set[tuple[frozenset[int], ...]] = set()
        for tried in count():
            if not queue or (tried == _PATIENCE and not self._distinct_totals >> cells & 1):
                return None
            _, _, programme = heapq.heappop(queue)
            solution = programme.optimum(cells)
            assert solution is not None, "only totals that can be had are queued"
            clash = next(self._clashes(solution), None)
            if clash is None:
                return self._in_order(solution)
            for branch in self._branches(programme, solution, clash):
                if branch.banned not in seen:
                    seen.add(branch.banned)
                    if (least := branch.least_cost(cells)) < np.inf:
                        heapq.heappush(queue, (least, next(order), branch))
        raise AssertionError("a search ends with a solution or an empty queue")

    def untangled(self, cells: int) -> Solution | None:
        """Picks with this total in which one shared option after the other is done without, where that can be."""
        programme, solution = self.root, self.root.optimum(cells)
        kept: set[tuple[int, int]] = set()
        while solution and (clash := next((c for c in self._clashes(solution) if c not in kept), None)):
            branches = [(branch, branch.optimum(cells)) for branch in self._branches(programme, solution, clash)]
            solved = [(branch, best) for branch, best in branches if best is not None]
            if solved:
                programme, solution = min(solved, key=lambda found: found[1].cost)
            else:
                kept.add(clash)
        return solution and self._in_order(solution)

    def _clashes(self, solution: Solution) -> Iterator[tuple[int, int]]:
        for a, b in combinations(range(len(self._kinds)), 2):
            if self._kinds[a] == self._kinds[b] and solution.picks[a].option == solution.picks[b].option:
                yield a, b

    def _branches(self, programme: _Programme, solution: Solution, clash: tuple[int, int]) -> Iterator[_Programme]:
        day, option = clash[0], solution.picks[clash[0]].option
        others = [i for i, kind in enumerate(self._kinds) if kind == self._kinds[day] and i != day]
        for without in ([day], others):
            yield programme.without(option, without)

    @cached_property
    def _distinct_totals(self) -> int:
        """The totals that picks without a shared option have, as bits."""
        by_kind: dict[str, list[NDArray[np.bool_]]] = defaultdict(list)
        for kind, costs in zip(self._kinds, self.root.costs, strict=True):
            by_kind[kind].append(np.isfinite(costs))
        sums = 1
        for possible in by_kind.values():
            by_option = range(len(possible[0]))
            options = [[bits_of(np.flatnonzero(day[i]).tolist()) for day in possible] for i in by_option]
            sums = combined_sums(sums, sums_of_distinct(options))
        return sums

    def _in_order(self, solution: Solution) -> Solution:
        picks = dict(zip(self._order, solution.picks, strict=True))
        return solution._replace(picks=tuple(picks[i] for i in range(len(picks))))


@dataclass(eq=False)
class _Programme:
    """The dynamic programme over days that may share options, with some options banned on some days.

    ``known[i]`` has the least costs at which the first i days come to totals; it grows as it is asked for.
    Totals from ``room[i]`` on leave the other days too little for the total that is wanted, and are left out.
    """

    costs: list[Costs]
    banned: tuple[frozenset[int], ...]
    cheapest: list[_Line]
    known: list[_Line]
    room: list[int] | None

    def without(self, option: int, days: Sequence[int]) -> _Programme:
        """The programme with an option banned on some more days; what holds of the days before them is kept."""
        banned, cheapest = list(self.banned), list(self.cheapest)
        for day in days:
            banned[day] = banned[day] | {option}
            cheapest[day] = _Line.cheapest_of(_without(self.costs[day], banned[day]))
        return _Programme(self.costs, tuple(banned), cheapest, self.known[: min(days) + 1], self.room)

    def totals_by_distance(self, target: int) -> Iterator[int]:
        """Reachable totals, the nearest to the target first, the shorter of two as near."""
        if np.isfinite(self._last_step(target)[1]).any():
            yield target
        if self.room is not None:
            self.known, self.room = self.known[:1], None
        totals = self._totals(len(self.costs))
        reachable = totals.begins + np.flatnonzero(np.isfinite(totals.costs))
        for i in np.lexsort((reachable, np.abs(reachable - target))):
            if reachable[i] != target:
                yield int(reachable[i])

    def least_cost(self, cells: int) -> float:
        """What the cheapest picks with a total cost together; infinite where there are none."""
        _, steps = self._last_step(cells)
        return float(np.minimum.reduce(steps, initial=np.inf))

    def optimum(self, cells: int) -> Solution | None:
        """The cheapest picks with a total, back along the choices from the last day."""
        picks: list[Pick] = []
        left = cells
        cost = 0.0
        for day in reversed(range(len(self.costs))):
            shortest, steps = self._last_step(left, day)
            best = int(steps.argmin()) if steps.size else 0
            if not picks:
                cost = float(steps[best]) if steps.size else np.inf
                if cost == np.inf:
                    return None
            length = shortest + best
            column = self.costs[day][:, length]
            if self.banned[day]:
                column = _without(column, self.banned[day])
            picks.append(Pick(int(column.argmin()), length))
            left -= length
        return Solution(tuple(reversed(picks)), cells, cost)

    def _last_step(self, cells: int, day: int | None = None) -> tuple[int, NDArray[np.float64]]:
        """The shortest length that a day can end a total with, and the cost of the total by its length from there."""
        day = len(self.costs) - 1 if day is None else day
        (low, per_length), (least, before) = self.cheapest[day], self._totals(day)
        left = cells - least
        shortest, longest = max(low, left - len(before) + 1), min(low + len(per_length) - 1, left)
        if shortest > longest:
            return 0, np.empty(0)
        earlier = before[left - longest : left - shortest + 1]
        return shortest, per_length[shortest - low : longest - low + 1] + earlier[::-1]

    def _totals(self, days: int) -> _Line:
        while (i := len(self.known)) <= days:
            room = None if self.room is None else self.room[i]
            self.known.append(_combined(self.known[-1], self.cheapest[i - 1], room))
        return self.known[days]


def _without(costs: Costs, options: frozenset[int]) -> Costs:
    narrowed = costs.copy()
    for option in options:
        narrowed[option] = np.inf
    return narrowed


def _room(cheapest: Sequence[_Line], target: int) -> list[int]:
    """For each number of first days, where totals begin that are too long for the others to come to a target."""
    shortest = [per_length.begins for per_length in cheapest]
    return [target - sum(shortest[days:]) + 1 for days in range(len(cheapest) + 1)]


def _combined(totals: _Line, per_length: _Line, room: int | None) -> _Line:
    """Cheapest cost of every total below ``room`` after one more day: the (min, +) convolution of the two."""
    begins = totals.begins + per_length.begins
    rows = len(totals.costs) + len(per_length.costs) - 1
    if room is not None and room - begins < rows:
        rows = room - begins
        if rows <= 0:
            return _Line(begins, np.array([np.inf]))
    # What is as many rows or more beyond the least comes to no total below the room.
    before, possible = totals.costs[:rows], per_length.costs[:rows]
    if len(before) == 1 or len(possible) == 1:
        return _Line(begins, before + possible)
    width = len(possible)
    padded = np.empty(rows + width)
    padded.fill(np.inf)
    padded[width : width + len(before)] = before
    step = padded.itemsize
    # One row for each length of the day, longest first, so that the minimum is taken of whole rows at once.
    windows: NDArray[np.float64] = np.ndarray((width, rows), float, padded, step, (step, step))
    return _Line(begins, np.minimum.reduce(windows + possible[::-1, np.newaxis]))
