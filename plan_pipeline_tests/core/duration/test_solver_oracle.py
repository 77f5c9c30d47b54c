"""The solver of a week agrees with integer programming, on random weeks and on those of real plans.

The exhaustive tests of ``test_solver`` reach only weeks of a few options; these are of the size the engine meets.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import combinations, islice, permutations

import numpy as np
import pytest

from plan_pipeline.core.duration.solver import SolverDay, solve_week
from plan_pipeline_tests.core.builders import real_library
from plan_pipeline_tests.core.solver_weeks import Week, oracle_optimum, random_week, weeks_of_plans

RANDOM_WEEKS, REAL_WEEKS = 200, 24
MANY_RANDOM_WEEKS, MANY_REAL_WEEKS = 2000, 600
ALIKE = 4
"""Days of a kind in the random weeks that every run tries; the long form has up to six."""

PLANS, MANY_PLANS, COHORT_SEED = 12, 64, 5
SAME_COST = 1e-6
MOST_ORDERS = 24


pytestmark = pytest.mark.no_cover  # the exhaustive tests reach all lines


@lru_cache(maxsize=2)
def real_weeks(plans: int = PLANS) -> tuple[Week, ...]:
    """Weeks of synthetic athletes' plans in a fixed order that mixes athletes, phases and hours."""
    weeks = list(weeks_of_plans(real_library(), plans, COHORT_SEED))
    order = np.random.default_rng(COHORT_SEED).permutation(len(weeks))
    return tuple(weeks[i] for i in order)


def assert_is_the_optimum(week: Week) -> None:
    solution, expected = solve_week(week.days, week.target_cells), oracle_optimum(week)

    assert (solution is None) == (expected is None)
    if solution is not None and expected is not None:
        taken = Counter((day.kind, pick.option) for day, pick in zip(week.days, solution.picks, strict=True))
        assert max(taken.values()) == 1
        assert sum(pick.cells for pick in solution.picks) == solution.cells == expected.cells
        cost = sum(day.costs[pick.option, pick.cells] for day, pick in zip(week.days, solution.picks, strict=True))
        assert solution.cost == pytest.approx(cost, abs=SAME_COST)
        assert solution.cost == pytest.approx(expected.cost, abs=SAME_COST)


@pytest.mark.parametrize("seed", range(RANDOM_WEEKS))
def test_a_random_week_is_solved_to_the_oracles_optimum(seed: int) -> None:
    assert_is_the_optimum(random_week(seed, ALIKE))


@pytest.mark.parametrize("number", range(REAL_WEEKS))
def test_a_week_of_a_real_plan_is_solved_to_the_oracles_optimum(number: int) -> None:
    assert_is_the_optimum(real_weeks()[number])


@pytest.mark.parametrize("number", range(REAL_WEEKS))
def test_the_order_of_a_real_weeks_days_changes_neither_its_total_nor_its_cost(number: int) -> None:
    days, target = real_weeks()[number]
    one = solve_week(days, target)
    assert one is not None

    for other in (solve_week(list(order), target) for order in islice(permutations(days), 1, MOST_ORDERS)):
        assert other is not None
        assert (other.cells, other.cost) == (one.cells, pytest.approx(one.cost, abs=SAME_COST))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(RANDOM_WEEKS, MANY_RANDOM_WEEKS))
def test_many_random_weeks_are_solved_to_the_oracles_optimum(seed: int) -> None:
    assert_is_the_optimum(random_week(seed))


@pytest.mark.slow
@pytest.mark.parametrize("number", range(MANY_REAL_WEEKS))
def test_many_weeks_of_real_plans_are_solved_to_the_oracles_optimum(number: int) -> None:
    assert_is_the_optimum(real_weeks(MANY_PLANS)[number])


def test_the_random_weeks_hold_what_makes_a_week_hard() -> None:
    weeks = [random_week(seed, ALIKE) for seed in range(RANDOM_WEEKS)]

    assert {len(week.days) for week in weeks} == {2, 3, 4, 5, 6}
    assert sum(_wants_an_option_twice(week) for week in weeks) > RANDOM_WEEKS / 4
    assert sum(_misses_its_target(week) for week in weeks) > RANDOM_WEEKS / 20
    assert sum(solve_week(week.days, week.target_cells) is None for week in weeks) > 0


def test_the_real_weeks_are_of_realistic_size() -> None:
    weeks = real_weeks()[:REAL_WEEKS]

    assert {len(week.days) for week in weeks} >= {2, 3, 4, 5}
    assert max(len(day.costs) for week in weeks for day in week.days) >= 25
    assert max(day.costs.shape[1] for week in weeks for day in week.days) >= 49
    assert sum(_wants_an_option_twice(week) for week in weeks) >= REAL_WEEKS / 10


def _wants_an_option_twice(week: Week) -> bool:
    """Whether two days of a kind would have the same option if each were free to choose any option and length."""

    def favourite(day: SolverDay) -> int:
        return int(np.argmin(day.costs.min(axis=1)))

    return any(a.kind == b.kind and favourite(a) == favourite(b) for a, b in combinations(week.days, 2))


def _misses_its_target(week: Week) -> bool:
    solution = solve_week(week.days, week.target_cells)
    return solution is not None and solution.cells != week.target_cells
