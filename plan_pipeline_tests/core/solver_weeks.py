"""Weeks for the solver: random ones of any awkwardness, and those the engine meets on the way through real plans.

Belongs here: the weeks, and an oracle that solves them by integer programming (SciPy's HiGHS). Does not belong
here: any assertion.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, hstack, vstack

from plan_pipeline.core.arms import arm_of
from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.duration.envelope import envelope_of
from plan_pipeline.core.duration.solver import SolverDay, solve_week
from plan_pipeline.core.duration.week_bounds import week_bounds
from plan_pipeline.core.duration.week_duration import allocate_week
from plan_pipeline.core.limits import GRID_MIN
from plan_pipeline.core.model.plan import Infeasible, OverviewWeek
from plan_pipeline.core.model.vocabulary import OPTIMAL, WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline.core.purpose.purpose import Purpose, purpose_of
from plan_pipeline.core.selection.memory import Memory
from plan_pipeline.core.selection.scoring import Scorer, Terms
from plan_pipeline_tests.core.builders import in_arm, real_config

SOLVED, WITHOUT_SOLUTION = 0, 2
"""How a programme ends, in SciPy's numbers."""

EXACT_GAP = 1e-9
"""How far the oracle's optimum may be from the best bound."""


class Week(NamedTuple):
    """What the solver is given."""

    days: list[SolverDay]
    target_cells: int


# --- random weeks --------------------------------------------------------------------------------------------


def random_week(seed: int, most_alike: int = 6) -> Week:
    """2 to 6 days of 1 to 3 kinds, at most ``most_alike`` of one, with as many options as days of the kind or more.

    Costs of a kind's days are alike, so that they want the same options; some weeks have costs in whole numbers,
    so that many picks cost the same, and some have days that are equal to one another in everything.
    """
    rng = np.random.default_rng(seed)
    room = list("abc")[: rng.integers(1, 4)] * most_alike
    kinds = [str(kind) for kind in rng.permutation(room)[: rng.integers(2, 7)]]
    shared = {kind: _random_costs(rng, kinds.count(kind)) for kind in sorted(set(kinds))}
    apart = rng.choice((0.0, 0.5, 5.0))
    costs = [shared[kind] + rng.normal(0, apart, shared[kind].shape) for kind in kinds]
    days = [SolverDay(kind, np.round(c / 10) if seed % 4 == 0 else c) for kind, c in zip(kinds, costs, strict=True)]
    longest = sum(day.costs.shape[1] - 1 for day in days)
    return Week(days, int(rng.integers(0, longest + 4)))


def _random_costs(rng: np.random.Generator, days: int) -> NDArray[np.float64]:
    options, lengths = int(rng.integers(days, days + 9)), int(rng.integers(4, 22))
    costs = rng.uniform(-40, 40, (options, 1)) + np.abs(np.arange(lengths) - rng.uniform(0, lengths)) * rng.uniform(
        0, 6
    )
    costs += rng.uniform(0, 10, costs.shape)
    costs[rng.random(costs.shape) < rng.choice((0.1, 0.5, 0.85))] = np.inf
    return costs


# --- weeks of real plans -------------------------------------------------------------------------------------


def weeks_of_plans(library: Library, plans: int, seed: int) -> Iterator[Week]:
    """The weeks of synthetic athletes' plans as the engine meets them, earlier weeks' choices remembered."""
    for request in synthetic_requests(plans, seed, real_config()):
        request = in_arm(request, OPTIMAL)
        overview = plan_overview(request, library, real_config())
        if isinstance(overview, Infeasible):
            continue
        memory = Memory(real_config().week.long_ride)
        purpose = purpose_of(request, real_config())
        scorer = Scorer(purpose, envelope_of(library, real_config()), memory, arm_of(request))
        for week in overview.weeks:
            met = _week_met(purpose, week, library, scorer)
            if met.days:
                yield met
                _remember(memory, week, met, library)


def _week_met(purpose: Purpose, week: OverviewWeek, library: Library, scorer: Scorer) -> Week:
    envelope = envelope_of(library, real_config())
    bounds = {day.weekday: day for day in week_bounds(purpose, week, envelope)}
    days = []
    for allocation in allocate_week(week, tuple(bounds.values())):
        costs = scorer.length_costs(week, allocation, bounds[allocation.weekday], Terms(only_rested=True))
        days.append(SolverDay(allocation.workout_type, costs))
    return Week(days, round(week.target_hours * 60 / GRID_MIN))


def _remember(memory: Memory, week: OverviewWeek, met: Week, library: Library) -> None:
    solution = solve_week(met.days, met.target_cells)
    if solution is not None:
        for day, pick in zip(met.days, solution.picks, strict=True):
            table = envelope_of(library, real_config()).candidates(WorkoutType(day.kind)).tables[pick.option]
            memory.add(week, table.workout, pick.cells * GRID_MIN)


# --- the oracle ----------------------------------------------------------------------------------------------


class Optimum(NamedTuple):
    """The total nearest to the target, the shorter of two as near, and the least cost it can be had for."""

    cells: int
    cost: float


def oracle_optimum(week: Week) -> Optimum | None:
    """The optimum by integer programming, the total first, then its cost; ``None`` if none is.

    One binary for each (day, option, length) that can be had: every day takes one, and of the days of a kind no
    two take the same option.
    """
    if any(not np.isfinite(day.costs).any() for day in week.days):
        return None
    return _Model(week.days).optimum(week.target_cells)


class _Model:
    def __init__(self, days: Sequence[SolverDay]) -> None:
        found = [(i, *pick) for i, day in enumerate(days) for pick in np.argwhere(np.isfinite(day.costs))]
        self._day, option, self._cells = (np.array(column) for column in zip(*found, strict=True))
        self._costs = np.concatenate([day.costs[np.isfinite(day.costs)] for day in days])
        self._days = len(days)
        names = sorted({(days[i].kind, o) for i, o in zip(self._day, option, strict=True)})
        number = {name: row for row, name in enumerate(names)}
        shared = [number[days[i].kind, o] for i, o in zip(self._day, option, strict=True)]
        self._choices = vstack([_incidence(self._day, self._days), _incidence(shared, len(names))], format="csr")
        self._most = np.ones(self._days + len(names))
        self._least = np.concatenate([np.ones(self._days), np.full(len(names), -np.inf)])

    def optimum(self, target: int) -> Optimum | None:
        """The least distance from the target first, then the cost at it: below the target, else above."""
        distance = self._least_distance(target)
        if distance is None:
            return None
        for cells in (target - distance, target + distance):
            if (cost := self._least_cost(cells)) is not None:
                return Optimum(cells, cost)
        raise AssertionError(f"no total is {distance} cells from {target}, though the first programme found one")

    def _least_distance(self, target: int) -> int | None:
        """The least of over + under, where total = target + over - under."""
        count, furthest = len(self._costs), target + int(self._cells.max()) * self._days
        result = _solved(
            np.concatenate([np.zeros(count), [1, 1]]),
            integrality=np.ones(count + 2),
            bounds=Bounds(0, np.concatenate([np.ones(count), [furthest, furthest]])),
            constraints=[
                LinearConstraint(hstack([self._choices, csr_array((len(self._most), 2))]), self._least, self._most),
                LinearConstraint(np.concatenate([self._cells, [-1, 1]]), target, target),
            ],
        )
        return None if result is None else abs(int(self._cells @ np.round(result[:count])) - target)

    def _least_cost(self, cells: int) -> float | None:
        result = _solved(
            self._costs,
            integrality=np.ones(len(self._costs)),
            bounds=Bounds(0, 1),
            constraints=[
                LinearConstraint(self._choices, self._least, self._most),
                LinearConstraint(self._cells.astype(float), cells, cells),
            ],
        )
        return None if result is None else float(self._costs @ np.round(result))


def _solved(costs: NDArray[np.float64], **programme: Any) -> NDArray[np.float64] | None:
    """The optimum of a programme, ``None`` if it has no solution; that HiGHS gives up is not taken for either."""
    result = milp(costs, **programme, options={"mip_rel_gap": EXACT_GAP})
    assert result.status in (SOLVED, WITHOUT_SOLUTION), result.message
    return result.x if result.status == SOLVED else None


def _incidence(row: Sequence[int] | NDArray[np.int64], rows: int) -> csr_array:
    entries = np.ones(len(row))
    return csr_array(coo_array((entries, (np.asarray(row), np.arange(len(row)))), shape=(rows, len(row))))
