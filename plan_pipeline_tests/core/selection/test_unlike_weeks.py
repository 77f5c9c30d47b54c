"""A week like none before it is the best of all that are unlike them, held against every combination there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.duration.solver import Pick, Solution, SolverDay, solve_week
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.core.selection.unlike_weeks import Had, solve_unlike
from plan_pipeline_tests.core.builders import MANY, STAMP
from plan_pipeline_tests.core.running import a_runner_request, running_config, running_library

LENGTHS = 5
COSTS = st.one_of(st.just(np.inf), st.floats(-20, 20, allow_nan=False), st.integers(-3, 3).map(float))

Week = tuple[Pick, ...]


@st.composite
def weeks(draw: st.DrawFn) -> tuple[list[SolverDay], list[Week]]:
    """Days of kinds that come once, and up to four weeks that they have had."""
    days = [
        SolverDay(kind, np.array([[draw(COSTS) for _ in range(LENGTHS)] for _ in range(draw(st.integers(1, 3)))]))
        for kind in "abc"[: draw(st.integers(1, 3))]
    ]
    pick = [st.builds(Pick, st.integers(0, len(day.costs) - 1), st.integers(0, LENGTHS - 1)) for day in days]
    return days, draw(st.lists(st.tuples(*pick), max_size=4))


def is_like(week: Sequence[Pick], before: Sequence[Pick]) -> bool:
    """The same options, each within a cell."""
    return all(a.option == b.option and abs(a.cells - b.cells) <= 1 for a, b in zip(week, before, strict=True))


def had_of(known: Sequence[Week]) -> Callable[[Solution], list[Had] | None]:
    def had(solution: Solution) -> list[Had] | None:
        before = next((week for week in known if is_like(solution.picks, week)), None)
        return before and [Had(pick.option, np.abs(np.arange(LENGTHS + 2) - pick.cells) <= 1) for pick in before]

    return had


def exhaustive(days: list[SolverDay], known: Sequence[Week], target: int) -> tuple[int, float] | None:
    """Total and cost of the best combination that is unlike all known weeks and as near to the target as any is."""
    every = [[Pick(*at) for at in np.ndindex(day.costs.shape) if np.isfinite(day.costs[at])] for day in days]
    ranked = []
    for week in product(*every):
        total = sum(pick.cells for pick in week)
        cost = sum(float(day.costs[pick]) for day, pick in zip(days, week, strict=True))
        ranked.append((abs(total - target), total, cost, any(is_like(week, before) for before in known)))
    nearest = min([missed for missed, *_ in ranked], default=0)
    unlike = [(total, cost) for missed, total, cost, was_had in ranked if missed == nearest and not was_had]
    return min(unlike, default=None)


@MANY
@given(weeks(), st.integers(0, 12))
def test_it_is_the_best_of_all_weeks_unlike_those_before(
    days_and_known: tuple[list[SolverDay], list[Week]], target: int
) -> None:
    days, known = days_and_known
    expected = exhaustive(days, known, target)
    solution = solve_unlike(solve_week, had_of(known), days, target)
    assert (solution is None) == (expected is None)
    if solution is not None and expected is not None:
        assert (solution.cells, pytest.approx(solution.cost, abs=1e-9)) == expected


def test_without_weeks_before_it_is_what_the_solver_finds() -> None:
    days = [SolverDay(kind, np.arange(12.0).reshape(3, 4)) for kind in "ab"]
    assert solve_unlike(solve_week, had_of([]), days, 4) == solve_week(days, 4)


def test_even_weeks_of_three_runs_with_walks_differ_from_one_another() -> None:
    """A beginner's weeks are of the same three kinds of run, and of as many hours from some time on."""
    request = a_runner_request(
        availability={"hours_per_week": 2.25, "week_days": "Tuesday, Saturday, Sunday"},
        athlete={"recent_race": {"distance_m": 5000, "time": "34:00"}, "experience_level": "beginner"}
        | {"current_weekly_km": 10, "longest_run_km": 5, "goals": ["Run without stopping"]},
        weeks=12,
        event=None,
        goal="first_plan",
    )
    result = generate_plan(request, running_library(), running_config(), stamp=STAMP)
    weeks = [tuple((each.library_workout_id, each.duration_min) for each in w.validated.workouts) for w in result.weeks]
    assert len(set(weeks)) == len(weeks) == 12
