"""The best week that is like none before it: the same workouts one after the other, each about as long."""

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plan_pipeline.core.duration.solver import Solution, SolverDay
from plan_pipeline.core.selection.decision import Solve


class Had(NamedTuple):
    """A workout that a week before had, as an option of a day, and which lengths in cells are about as long."""

    option: int
    cells: NDArray[np.bool_]


def solve_unlike(
    solve: Solve, had: Callable[[Solution], Sequence[Had] | None], days: Sequence[SolverDay], target_cells: int
) -> Solution | None:
    """What ``solve`` finds but for weeks that are like one before, with minutes as near to the target; exact as it is.

    ``had`` gives the week before that a solution is like, day by day. ``None`` where every other misses its minutes by
    more. Weeks unlike one differ from it first on the first day, on the second and so on: the best of each of these is
    found, and the best of them is it, unless that is like another (Lawler 1972).
    """
    order = count()
    queue: list[tuple[int, int, float, int, Solution, list[SolverDay]]] = []

    def add(among: list[SolverDay]) -> None:
        if (solution := solve(among, target_cells)) is not None:
            missed = abs(solution.cells - target_cells)
            heappush(queue, (missed, solution.cells, solution.cost, next(order), solution, among))

    add(list(days))
    nearest = queue[0][0] if queue else 0
    while queue:
        missed, _, _, _, found, among = heappop(queue)
        if missed > nearest:
            break
        if (before := had(found)) is None:
            return found
        for i, each in enumerate(before):
            add([*among[:i], _without(among[i], each), *among[i + 1 :]])
            among[i] = _only(among[i], each)
    return None


def _without(day: SolverDay, had: Had) -> SolverDay:
    costs = day.costs.copy()
    costs[had.option, had.cells[: costs.shape[1]]] = np.inf
    return day._replace(costs=costs)


def _only(day: SolverDay, had: Had) -> SolverDay:
    costs = np.full_like(day.costs, np.inf)
    cells = had.cells[: costs.shape[1]]
    costs[had.option, cells] = day.costs[had.option, cells]
    return day._replace(costs=costs)
