"""The solver of a week finds the optimum, held against every combination there is."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.duration.solver import Solution, SolverDay, solve_week, solve_week_with_repeats
from plan_pipeline_tests.core.builders import MANY

LENGTHS = 6
COSTS = st.one_of(st.just(np.inf), st.floats(-20, 20, allow_nan=False), st.integers(-3, 3).map(float))


@st.composite
def weeks(draw: st.DrawFn) -> list[SolverDay]:
    options = {kind: draw(st.integers(1, 4)) for kind in "ab"}
    kinds = draw(st.lists(st.sampled_from("ab"), min_size=1, max_size=4))
    return [
        SolverDay(kind, np.array([[draw(COSTS) for _ in range(LENGTHS)] for _ in range(options[kind])]))
        for kind in kinds
    ]


def exhaustive_optimum(days: list[SolverDay], target: int) -> tuple[int, float] | None:
    """Total and cost of the best of all combinations: nearest total, then the shorter, then the cheaper."""
    every = [
        [(option, cells) for option, cells in np.ndindex(day.costs.shape) if np.isfinite(day.costs[option, cells])]
        for day in days
    ]
    found = []
    for picks in product(*every):
        clashes = any(
            days[a].kind == days[b].kind and picks[a][0] == picks[b][0] for a, b in combinations(range(len(days)), 2)
        )
        if not clashes:
            total = sum(cells for _, cells in picks)
            cost = sum(day.costs[pick] for day, pick in zip(days, picks, strict=True))
            found.append((abs(total - target), total, cost))
    return None if not found else min(found)[1:]


@MANY
@given(weeks(), st.integers(0, 24))
def test_the_solution_is_the_optimum_of_all_combinations(days: list[SolverDay], target: int) -> None:
    expected = exhaustive_optimum(days, target)

    solution = solve_week(days, target)

    if expected is None:
        assert solution is None
    else:
        assert solution is not None
        assert (solution.cells, pytest.approx(solution.cost, abs=1e-9)) == expected


@MANY
@given(weeks(), st.integers(0, 24))
def test_a_solution_costs_and_lasts_what_its_picks_do(days: list[SolverDay], target: int) -> None:
    solution = solve_week(days, target)

    if solution is not None:
        assert sum(pick.cells for pick in solution.picks) == solution.cells
        cost = sum(day.costs[pick.option, pick.cells] for day, pick in zip(days, solution.picks, strict=True))
        assert solution.cost == pytest.approx(cost, abs=1e-9)


@MANY
@given(weeks(), st.integers(0, 24), st.randoms())
def test_the_order_of_days_does_not_change_the_cost(days: list[SolverDay], target: int, random: object) -> None:
    shuffled = list(days)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    one, other = solve_week(days, target), solve_week(shuffled, target)

    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.cells == other.cells
        assert one.cost == pytest.approx(other.cost, abs=1e-9)


def nearest_of_any(days: list[SolverDay], target: int) -> int | None:
    """The total nearest to the target, the shorter of two, where days may share options; ``None`` without any."""
    totals = {0}
    for day in days:
        lengths = {int(cells) for cells in np.flatnonzero(np.isfinite(day.costs).any(axis=0))}
        totals = {total + cells for total in totals for cells in lengths}
    return min(totals, key=lambda total: (abs(total - target), total), default=None)


@MANY
@given(weeks(), st.integers(0, 24))
def test_with_repeats_the_total_is_the_nearest_of_all_and_the_picks_are_of_it(
    days: list[SolverDay], target: int
) -> None:
    solution = solve_week_with_repeats(days, target)

    assert (solution and solution.cells) == nearest_of_any(days, target)
    if solution is not None:
        assert sum(pick.cells for pick in solution.picks) == solution.cells
        cost = sum(day.costs[pick.option, pick.cells] for day, pick in zip(days, solution.picks, strict=True))
        assert solution.cost == pytest.approx(cost, abs=1e-9)


def test_only_as_many_days_share_an_option_as_the_total_needs() -> None:
    only_first_is_short = np.array([[np.inf, 0.0, np.inf], [np.inf, np.inf, 5.0], [np.inf, np.inf, 6.0]])
    days = [SolverDay("endurance", only_first_is_short)] * 3

    solution = solve_week_with_repeats(days, 4)

    assert solution is not None
    assert sorted(pick.option for pick in solution.picks) == [0, 0, 1]


def test_a_week_without_days_is_solved_by_nothing() -> None:
    assert solve_week([], 10) == Solution((), 0, 0.0)
    assert solve_week_with_repeats([], 10) == Solution((), 0, 0.0)


def test_days_of_a_kind_that_outnumber_their_options_have_no_solution() -> None:
    day = SolverDay("endurance", np.zeros((1, 3)))

    assert solve_week([day, day], 2) is None
