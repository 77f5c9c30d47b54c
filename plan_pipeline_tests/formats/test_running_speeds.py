"""Speeds of runs: ranges around a pace, and % of threshold speed, which is not % of pace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.core.paces.text import pace_text
from plan_pipeline.formats.reading import UnreadableSessionError
from plan_pipeline.formats.running.speeds import Band, band_of, checked_speed, known_runner, pct_of_speed, pcts_of
from plan_pipeline_tests.formats.runs import RUNNER, SLOWER


def paces(band: Band) -> tuple[str, str]:
    return pace_text(band.slow), pace_text(band.fast)


def test_one_pace_is_a_range_of_three_seconds_to_either_side() -> None:
    assert paces(band_of(100, 100, RUNNER)) == ("4:18/km", "4:12/km")
    assert paces(band_of(100, 100, SLOWER)) == ("5:33/km", "5:27/km")


def test_an_easy_pace_is_wider_to_the_faster_side() -> None:
    assert pace_text(RUNNER.speed(75)) == "5:40/km"
    assert paces(band_of(75, 75, RUNNER)) == ("5:43/km", "5:30/km")


def test_a_range_of_its_own_stays_as_it_is_the_slower_end_below() -> None:
    assert paces(band_of(80, 70, RUNNER)) == paces(band_of(70, 80, RUNNER)) == ("6:04/km", "5:19/km")


def test_more_percent_is_faster_and_ten_percent_of_speed_are_no_ten_percent_of_pace() -> None:
    assert RUNNER.speed(110) > RUNNER.speed(100)
    assert pace_text(RUNNER.speed(110)) == "3:52/km"
    assert RUNNER.speed(110) != pytest.approx(1000 / (0.9 * 255), rel=0.005)
    assert pct_of_speed(1000 / 280.5, RUNNER) == pytest.approx(90.9)


@given(st.integers(40, 140), st.integers(0, 20), st.integers(180, 480))
def test_a_range_that_was_written_in_millimetres_a_second_is_read_as_what_it_was(
    low: int, more: int, pace: int
) -> None:
    runner = Runner(pace)
    written = Band(*(round(speed, 3) for speed in band_of(low, low + more, runner)))
    found = pcts_of(written, runner)
    if found[0] != found[1] or more == 0:
        assert found == pytest.approx((low, low + more), abs=0.11)
    else:  # a range may be just what one pace is shown as
        assert low < found[0] < low + more


@pytest.mark.parametrize(("speed", "says"), [(0.0, "slower than a walk"), (186.327, "faster than anybody runs")])
def test_what_nobody_moves_at_is_refused_and_no_pace_of_nothing_is_shown(speed: float, says: str) -> None:
    with pytest.raises(UnreadableSessionError) as refused:
        checked_speed(speed, "step 3")
    assert says in str(refused.value)
    assert "0:00" not in str(refused.value)


def test_without_a_threshold_the_remedy_is_named() -> None:
    with pytest.raises(UnreadableSessionError, match="give the runner's with --threshold-pace 4:15/km"):
        known_runner(None)
