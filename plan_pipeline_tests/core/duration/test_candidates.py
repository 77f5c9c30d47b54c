"""All workouts of a type side by side: what is in a cell is what the workout holds at that length."""

from __future__ import annotations

import numpy as np
import pytest

from plan_pipeline.core.duration.candidates import Candidates
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline_tests.core.builders import a_set, endurance_ride, library_workout, real_config, step

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
    grid, bands = CANDIDATES.grid(cell_min), CANDIDATES.bands(cell_min)

    for row, table in enumerate(CANDIDATES.tables):
        for i, minutes in enumerate(table.minutes):
            cell = round(minutes / cell_min)
            assert grid.minutes[row, cell] == minutes
            assert bands[:, row, cell] == pytest.approx(table.content.bands[:, i])


def test_all_grids_have_the_same_cells_and_nothing_where_there_is_no_length() -> None:
    grid, bands = CANDIDATES.grid(5), CANDIDATES.bands(5)

    assert bands.shape[1:] == grid.minutes.shape
    assert not bands[:, ~np.isfinite(grid.minutes)].any()


def test_minutes_of_hard_work_grow_with_the_repeats() -> None:
    vo2max = CANDIDATES.bands(5)[2, CANDIDATES.row["hard_work"]]

    assert sorted(set(vo2max.tolist())) == [4.0 * repeats for repeats in range(9)]
