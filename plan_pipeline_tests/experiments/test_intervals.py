"""How sure an arm's share is: plans count, not weeks."""

from __future__ import annotations

import pytest

from plan_pipeline.experiments.inference import share_by_plan
from plan_pipeline_tests.experiments.reports import LEGACY, weeks


def _weeks(*plans: str) -> object:
    return weeks([(f"plan-{i}", LEGACY, 0.0, mark == "+") for i, marks in enumerate(plans) for mark in marks])


def _share(*plans: str) -> tuple[float, float, float]:
    found = share_by_plan(_weeks(*plans), "passed")  # type: ignore[arg-type]
    assert found is not None
    return found


def test_the_mean_is_over_weeks() -> None:
    assert _share("++++", "+-", "-")[0] == pytest.approx(5 / 7)


def test_weeks_that_are_alike_within_their_plan_make_the_share_less_sure() -> None:
    alike = _share(*(["++++"] * 5 + ["----"] * 5))
    mixed = _share(*(["++--", "+-+-", "++--", "-+-+", "+--+"] * 2)[:9], "++-+")
    assert alike[2] - alike[1] > 2 * (mixed[2] - mixed[1])


def test_all_weeks_passing_leaves_room_for_plans_not_seen() -> None:
    mean, low, high = _share(*["++++"] * 49)
    assert (mean, high) == (1.0, 1.0)
    assert low == pytest.approx(0.025 ** (1 / 49))


def test_no_week_passing_does_so_too() -> None:
    mean, low, high = _share(*["--"] * 10)
    assert (mean, low) == (0.0, 0.0)
    assert high == pytest.approx(1 - 0.025 ** (1 / 10))


def test_a_single_plan_says_next_to_nothing() -> None:
    _, low, high = _share("++++++++")
    assert high - low > 0.9


def test_a_share_stays_between_nothing_and_all() -> None:
    _, low, high = _share(*["++++"] * 11, "---")
    assert 0 <= low < high <= 1


def test_no_week_has_no_share() -> None:
    assert share_by_plan(_weeks("+").iloc[:0], "passed") is None  # type: ignore[attr-defined]
