"""Work in the last third of a ride."""

from __future__ import annotations

import pytest

from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.model.segments import Segment
from plan_pipeline_tests.core.weeks import segment


def late(*segments: Segment) -> float:
    return session_content(segments).late_minutes(80)


def test_work_in_the_last_third_counts_and_the_same_work_before_does_not() -> None:
    easy, work = segment("endurance", 160, 65), segment("tempo", 20, 85)

    assert late(easy, work) == pytest.approx(20)
    assert late(work, easy) == 0


def test_work_across_the_last_third_counts_from_there() -> None:
    assert late(segment("endurance", 115, 65), segment("tempo", 20, 85), segment("endurance", 45, 65)) == pytest.approx(
        15
    )


def test_a_ramp_counts_from_where_it_crosses_the_level() -> None:
    assert late(segment("endurance", 100, 65), segment("tempo", 50, 70, 90)) == pytest.approx(25)


def test_work_below_the_level_is_none_and_nothing_ridden_is_none() -> None:
    assert late(segment("endurance", 180, 79)) == 0
    assert late(segment("strength", 45, None)) == 0


def test_time_off_the_bike_moves_nothing() -> None:
    ride = (segment("endurance", 120, 65), segment("tempo", 60, 85))

    assert late(*ride, segment("strength", 60, None)) == late(*ride) == pytest.approx(60)
