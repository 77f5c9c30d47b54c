"""All workouts of a type side by side: what is in a cell is what the workout holds at that length."""

from __future__ import annotations

import numpy as np
import pytest

from plan_pipeline.core.duration.candidates import Candidates
from plan_pipeline.core.duration.length_content import UNRIDEABLE
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.model.vocabulary import ExperienceLevel
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
CANDIDATES = Candidates(
    tuple(WorkoutTable(workout, real_config()) for workout in (endurance_ride(60, (40, 240)), HARD))
)


@pytest.mark.parametrize("cell_min", [1, 5])
def test_a_cell_holds_what_the_workout_holds_at_its_length(cell_min: int) -> None:
    grid, content = CANDIDATES.grid(cell_min), CANDIDATES.content(cell_min)
    unrideable = {level: content.unrideable(level) for level in ExperienceLevel}

    for row, table in enumerate(CANDIDATES.tables):
        for i, minutes in enumerate(table.minutes):
            cell = round(minutes / cell_min)
            assert grid.minutes[row, cell] == minutes
            assert content.bands[:, row, cell] == pytest.approx(table.content.bands[:, i])
            assert content.hard[row, cell] == table.content.hard[i]
            for level, cells in unrideable.items():
                assert cells[row, cell] == (table.content.verdict(level)[i] == UNRIDEABLE)


def test_all_grids_have_the_same_cells_and_nothing_where_there_is_no_length() -> None:
    grid, content = CANDIDATES.grid(5), CANDIDATES.content(5)
    impossible = ~np.isfinite(grid.minutes)

    for values in (content.bands, content.hard, content.unrideable(B)):
        assert values.shape[-2:] == grid.minutes.shape
        assert not values[..., impossible].any()


def test_what_is_unrideable_is_told_for_each_level() -> None:
    content = CANDIDATES.content(5)
    row = CANDIDATES.row["hard_work"]

    cells = [int(content.unrideable(level)[row].sum()) for level in (B, I, A)]
    assert cells[0] > cells[1] > cells[2] > 0
    assert not content.unrideable(B)[CANDIDATES.row["ride_1"]].any()


def test_hard_cells_are_those_with_much_work() -> None:
    assert CANDIDATES.content(5).hard.any(axis=1).tolist() == [False, True]
