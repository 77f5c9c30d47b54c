"""Moves between runs until easy ones differ: few, small, with the same sum, and only where they help."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.duration.easy_apart import MOST_MOVES, likeness, moved_apart

STEPS = (1.0, 2.0, 4.0)


def apart(*lengths: float, others: int = 0, most: float = 200) -> list[float]:
    """Easy runs of so many minutes and ``others`` of another type after them, moved apart."""
    easy = range(len(lengths) - others)

    def like(each: object) -> int:
        return likeness([list(each)[i] for i in easy])  # type: ignore[call-overload]

    return moved_apart(lengths, easy, STEPS, like, lambda _, minutes: 20 <= minutes <= most)


@pytest.mark.parametrize(
    ("runs", "points"),
    [([30, 40, 50], 0), ([40, 40, 50], 11), ([40, 50, 40], 10), ([40, 41, 50], 1), ([40, 40, 40], 32), ([40], 0)],
)
def test_runs_of_one_length_count_most_and_neighbours_within_5_percent_a_little(runs: list[float], points: int) -> None:
    assert likeness(runs) == points


def test_runs_are_alike_that_are_as_far_or_as_long() -> None:
    assert likeness([8.0, 10.0], [45.0, 45.0]) == 10


def test_runs_that_differ_are_left_as_they_are() -> None:
    assert apart(30, 40, 50) == [30, 40, 50]


@pytest.mark.parametrize("runs", [(40, 40), (40, 40, 40), (30, 30, 45, 45), (25, 40, 41)])
def test_runs_that_are_alike_come_apart_with_the_same_sum(runs: tuple[float, ...]) -> None:
    found = apart(*runs)
    assert likeness(found) == 0
    assert sum(found) == sum(runs)


def test_where_easy_runs_have_no_room_another_run_takes_part() -> None:
    assert apart(20, 20, 60, others=1) != [20, 20, 60]
    assert apart(20, 20, 60, others=1)[2] < 60


def test_easy_runs_take_from_one_another_first() -> None:
    assert apart(40, 40, 60, others=1)[2] == 60


def test_no_run_leaves_what_it_may_have() -> None:
    assert apart(20, 20, most=20) == [20, 20]


@given(st.lists(st.integers(20, 90).map(float), min_size=1, max_size=6))
def test_runs_are_never_more_alike_than_before_nor_moved_by_more_than_a_few_steps(runs: list[float]) -> None:
    found = apart(*runs)
    assert likeness(found) <= likeness(runs)
    assert sum(abs(a - b) for a, b in zip(runs, found, strict=True)) <= 2 * MOST_MOVES * max(STEPS)
