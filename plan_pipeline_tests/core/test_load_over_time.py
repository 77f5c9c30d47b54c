"""CTL, ATL, TSB, monotony and minutes by intensity, against numbers that can be worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.load_over_time import (
    ATL_SHARE,
    CTL_SHARE,
    IntensityMinutes,
    intensity_minutes,
    load_over_time,
    minutes_above,
    minutes_from,
    monotony,
)
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.sports.cycling import CYCLING
from plan_pipeline.core.sports.running import RUNNING
from plan_pipeline.core.sports.sport import Levels
from plan_pipeline_tests.core.builders import MANY
from plan_pipeline_tests.core.rules.plan_weeks import segments_of
from plan_pipeline_tests.core.weeks import segment

# --- days ----------------------------------------------------------------------------------------------------


def test_a_day_moves_fitness_and_fatigue_by_the_published_shares() -> None:
    assert (round(CTL_SHARE, 6), round(ATL_SHARE, 6)) == (0.023528, 0.133122)


def test_one_day_of_100_from_nothing_gives_the_shares_themselves() -> None:
    (day,) = load_over_time([100], start_ctl=0)

    assert (round(day.ctl, 4), round(day.atl, 4), day.tsb) == (2.3528, 13.3122, 0)


def test_form_is_that_of_the_evening_before() -> None:
    first, second = load_over_time([100, 0], start_ctl=50, start_atl=70)

    assert first.tsb == -20
    assert second.tsb == first.ctl - first.atl


def test_fatigue_starts_even_with_fitness_unless_it_is_given() -> None:
    assert load_over_time([0], start_ctl=50)[0].tsb == 0


def test_42_days_of_the_same_load_close_all_but_one_eth_of_the_gap() -> None:
    *_, last = load_over_time([100] * 42, start_ctl=0)

    assert last.ctl == pytest.approx(100 * (1 - 1 / math.e))


def test_no_days_give_nothing() -> None:
    assert load_over_time([], start_ctl=50) == ()


@MANY
@given(st.lists(st.floats(0, 400), max_size=60), st.floats(0, 200))
def test_fitness_stays_between_its_start_and_the_loads(days: list[float], start: float) -> None:
    low, high = min([start, *days]), max([start, *days])

    assert all(low - 1e-9 <= day.ctl <= high + 1e-9 for day in load_over_time(days, start))


# --- monotony ------------------------------------------------------------------------------------------------


def test_monotony_is_the_mean_over_the_deviation_with_rest_days() -> None:
    assert monotony([100, 0, 100, 0, 100, 0, 0]) == pytest.approx((300 / 7) / math.sqrt(30000 / 7 - (300 / 7) ** 2))


@pytest.mark.parametrize("days", [[0] * 7, [50] * 7, [0.1] * 7])
def test_days_that_are_all_the_same_have_no_monotony(days: list[float]) -> None:
    assert monotony(days) is None


@MANY
@given(st.lists(st.floats(0, 300), min_size=7, max_size=7).filter(lambda d: max(d) - min(d) > 1), st.floats(0.5, 3))
def test_twice_the_load_on_every_day_is_as_monotonous(days: list[float], factor: float) -> None:
    assert monotony([factor * tss for tss in days]) == pytest.approx(monotony(days))


# --- intensity -----------------------------------------------------------------------------------------------


def intensity_of(segments: Sequence[Segment], levels: Levels = CYCLING.levels) -> IntensityMinutes:
    return intensity_minutes(session_content(segments).by_intensity, levels)


@pytest.mark.parametrize(
    ("pct", "zone"), [(40, 1), (75, 1), (75.9, 1), (76, 2), (90, 2), (91, 2), (105, 2), (105.9, 2), (106, 3), (180, 3)]
)
def test_a_steady_stretch_lies_in_one_zone(pct: float, zone: int) -> None:
    zones = intensity_of([segment("steady", 10, pct)])[:3]

    assert zones == tuple(10 if i == zone else 0 for i in (1, 2, 3))


@pytest.mark.parametrize(("pct", "intense", "severe"), [(90.9, 0, 0), (91, 10, 0), (105, 10, 0), (105.5, 10, 10)])
def test_a_minute_is_intense_from_91_and_severe_above_105_percent(pct: float, intense: float, severe: float) -> None:
    measured = intensity_of([segment("interval", 10, pct)])

    assert (measured.intense, measured.severe) == (intense, severe)


@pytest.mark.parametrize(
    ("pct", "zone", "intense", "severe"),
    [
        (83.9, 1, 0, 0),
        (84, 2, 0, 0),
        (96, 2, 10, 0),
        (101.9, 2, 10, 0),
        (102, 3, 10, 0),
        (106, 3, 10, 0),
        (107, 3, 10, 10),
    ],
)
def test_running_has_zones_and_levels_of_its_own(pct: float, zone: int, intense: float, severe: float) -> None:
    measured = intensity_of([segment("interval", 10, pct)], RUNNING.levels)

    assert measured[:3] == tuple(10 if i == zone else 0 for i in (1, 2, 3))
    assert (measured.intense, measured.severe) == (intense, severe)


def test_a_ramp_is_split_where_it_crosses() -> None:
    measured = intensity_of([segment("interval", 60, 66, 126)])

    assert (measured.zone_1, measured.zone_2, measured.zone_3) == pytest.approx((10, 30, 20))
    assert (measured.intense, measured.severe) == pytest.approx((35, 21))


def test_a_ramp_that_ends_at_a_level_never_reaches_it() -> None:
    assert intensity_of([segment("warmup", 10, 50, 76)]).zone_2 == 0


def test_a_ramp_from_105_percent_is_above_it_all_the_way() -> None:
    assert minutes_above([(10, 105, 120)], 105) == 10
    assert minutes_from([(10, 105, 105)], 105) == 10
    assert minutes_above([(10, 105, 105)], 105) == 0


def test_a_cooldown_has_the_same_minutes_as_a_warmup() -> None:
    up, down = (intensity_of([segment(kind, 20, 50, 100)]) for kind in ("warmup", "cooldown"))

    assert up == down


def test_off_the_bike_only_the_minutes_count() -> None:
    parts = segments_of(("strength", 30, None, None), ("steady", 60, 50, 50))

    assert (session_content(parts).minutes, session_content(parts).tss) == (90, 25)
    assert sum(intensity_of(parts)[:3]) == 60


def test_no_segments_measure_nothing() -> None:
    measured = session_content([])

    assert (measured.minutes, measured.tss, sum(intensity_of([]))) == (0, 0, 0)


_SEGMENTS = st.lists(
    st.builds(
        segment,
        st.sampled_from(("warmup", "interval", "recovery", "cooldown")),
        st.floats(0.5, 60),
        st.floats(40, 160),
        st.floats(40, 160),
    ),
    min_size=1,
    max_size=8,
)


@MANY
@given(_SEGMENTS)
def test_the_three_zones_hold_every_minute_once_and_the_load_is_that_of_the_workout(segments: list[Segment]) -> None:
    measured, intensity = session_content(segments), intensity_of(segments)

    assert sum(intensity[:3]) == pytest.approx(measured.minutes)
    assert all(minutes >= -1e-9 for minutes in intensity)
    assert intensity.zone_3 <= intensity.severe + 1e-9 <= intensity.intense + 2e-9
    assert measured.tss == workout_load(segments).tss


@MANY
@given(st.floats(40, 160), st.floats(40, 160), st.floats(1, 60))
def test_a_ramp_has_as_many_minutes_above_a_level_as_a_thousand_steps_of_it(a: float, b: float, minutes: float) -> None:
    steps = [(minutes / 1000, at, at) for at in (a + (b - a) * (i + 0.5) / 1000 for i in range(1000))]

    assert minutes_from([(minutes, a, b)], 91) == pytest.approx(minutes_from(steps, 91), abs=minutes / 500)
