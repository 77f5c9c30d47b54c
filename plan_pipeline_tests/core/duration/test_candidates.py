"""All workouts of a type side by side: what is in a cell is what the workout holds at that length."""

from __future__ import annotations

import numpy as np
import pytest

from plan_pipeline.core.duration.candidates import Candidates
from plan_pipeline.core.duration.length_content import LEVELS
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline_tests.core.builders import a_set, endurance_ride, library_workout, real_config, step
from plan_pipeline_tests.core.content.sessions import A, B, I

HARD = library_workout(
    step("warmup", 15, 50, 75),
    a_set(3, step("interval", 4, 114), step("recovery", 1, 50), to=(1, 8)),
    step("cooldown", 10, 50, to=(5, 20)),
    id="hard_work",
    kind="vo2max",
    strategy="add_sets",
)
LATE = library_workout(
    step("endurance", 60, 65, to=(20, 120)), step("tempo", 20, 85), step("cooldown", 10, 50), id="late_work"
)
CANDIDATES = Candidates(
    tuple(WorkoutTable(workout, real_config()) for workout in (endurance_ride(60, (40, 240)), HARD, LATE))
)


@pytest.mark.parametrize("cell_min", [1, 5])
def test_a_cell_holds_what_the_workout_holds_at_its_length(cell_min: int) -> None:
    grid, content, late = CANDIDATES.grid(cell_min), CANDIDATES.content(cell_min), CANDIDATES.late_min(cell_min)

    for row, table in enumerate(CANDIDATES.tables):
        for i, minutes in enumerate(table.minutes):
            cell = round(minutes / cell_min)
            assert grid.minutes[row, cell] == minutes
            assert content.bands[:, row, cell] == pytest.approx(table.content.bands[:, i])
            assert content.hard[row, cell] == table.content.hard[i]
            assert content.balance_pct[:, row, cell] == pytest.approx(table.content.balance_pct[:, i])
            assert content.effort_share[:, row, cell] == pytest.approx(table.content.effort_share[:, i])
            assert (content.verdict[:, row, cell] == table.content.verdict[:, i]).all()
            assert late[row, cell] == table.late_min[i]


def test_all_grids_have_the_same_cells_and_nothing_where_there_is_no_length() -> None:
    grid, content, late = CANDIDATES.grid(5), CANDIDATES.content(5), CANDIDATES.late_min(5)
    impossible = ~np.isfinite(grid.minutes)

    assert {values.shape[-2:] for values in (*content, late)} == {grid.minutes.shape}
    assert not any(values[..., impossible].any() for values in (*content, late))


def test_what_is_unrideable_and_what_is_too_much_is_told_for_each_level() -> None:
    content = CANDIDATES.content(5)
    row = CANDIDATES.row["hard_work"]

    cells = {level: int(content.unrideable(level)[row].sum()) for level in LEVELS}
    assert cells[B] > cells[I] > cells[A] > 0
    assert all((content.too_much(level) >= content.unrideable(level)).all() for level in LEVELS)
    assert not content.too_much(B)[CANDIDATES.row["ride_1"]].any()


def test_hard_cells_are_those_with_much_work_and_late_ones_those_with_work_at_the_end() -> None:
    content, late = CANDIDATES.content(5), CANDIDATES.late_min(5)

    assert content.hard.any(axis=1).tolist() == [False, True, False]
    assert late.max(axis=1).tolist() == [0, late[1].max(), 20]
