"""Minutes in the four bands: edges, ramps, and that nothing is lost between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.content.bands import BandMinutes, band_minutes, sum_of_bands
from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.load_over_time import Stretch, minutes_from
from plan_pipeline.core.model.vocabulary import Band
from plan_pipeline_tests.core.builders import MANY, real_library
from plan_pipeline_tests.core.content.sessions import repeated


@pytest.mark.parametrize(
    ("pct", "band"),
    [
        (83.9, None),
        (84, Band.SWEET_SPOT),
        (95.9, Band.SWEET_SPOT),
        (96, Band.THRESHOLD),
        (105.9, Band.THRESHOLD),
        (106, Band.VO2MAX),
        (120, Band.VO2MAX),
        (120.1, Band.ANAEROBIC),
    ],
)
def test_a_steady_stretch_is_in_one_band_or_none(pct: float, band: Band | None) -> None:
    found = band_minutes([(10, pct, pct)])

    assert {each: found.of(each) for each in Band} == {each: 10 if each is band else 0 for each in Band}


def test_a_ramp_counts_in_each_band_from_where_it_crosses() -> None:
    assert band_minutes([(80, 60, 140)]) == pytest.approx((12, 10, 14, 20))


def test_a_session_counts_its_finished_steps() -> None:
    bands = session_content(repeated(4, (8, 107), (1, 125), (3, 50))).bands

    assert (bands.of(Band.VO2MAX), bands.within([Band.VO2MAX, Band.ANAEROBIC])) == (32, 36)


def test_bands_of_several_rides_add_up() -> None:
    assert sum_of_bands([BandMinutes(1, 2, 3, 4), BandMinutes(10, 0, 0, 1)]) == (11, 2, 3, 5)
    assert sum_of_bands([]) == (0, 0, 0, 0)


@MANY
@given(st.lists(st.tuples(st.floats(0.1, 60), st.floats(30, 150), st.floats(30, 150)), max_size=6))
def test_the_bands_together_hold_every_minute_from_84_percent(ride: list[Stretch]) -> None:
    bands = band_minutes(ride)

    assert sum(bands) == pytest.approx(minutes_from(ride, 84))
    assert min(bands) >= -1e-9


def test_a_session_measures_from_equal_intensities_what_its_steps_give() -> None:
    for workout in real_library().workouts:
        content = session_content(workout.segments)

        assert content.minutes_from(88) == pytest.approx(minutes_from(content.stretches, 88))
        assert content.minutes == pytest.approx(workout.duration_min)
        assert content.tss == pytest.approx(workout.tss)
