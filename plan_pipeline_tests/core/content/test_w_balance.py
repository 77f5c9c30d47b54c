"""W′ balance reproduces published sessions, and what defines threshold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.content.w_balance import lowest_balance_pct, surges_of, w_spent
from plan_pipeline.core.load_over_time import Stretch
from plan_pipeline.core.model.segments import Segment
from plan_pipeline_tests.core.builders import MANY, real_config
from plan_pipeline_tests.core.content.sessions import I, repeated, session, warmed_up
from plan_pipeline_tests.core.weeks import segment

MICRO_118 = [*[(0.5, 118.0), (0.25, 59.0)] * 13, (3.0, 50.0)]
MICRO_125 = [*[(0.5, 125.0), (0.25, 62.0)] * 13, (3.0, 50.0)]

PUBLISHED: dict[str, tuple[tuple[Segment, ...], tuple[int, int, int]]] = {
    "5x8 @ 111 / 4 @ 50": (repeated(5, (8, 111), (4, 50)), (-2, 8, -16)),
    "5x8 @ 113 / 8 @ 55": (repeated(5, (8, 113), (8, 55)), (-7, 7, -26)),
    "4x5.5 @ 118 / 2.5 @ 50": (repeated(4, (5.5, 118), (2.5, 50)), (-38, -27, -53)),
    "4x8 @ 106 / 2 @ 55": (repeated(4, (8, 106), (2, 55)), (21, 27, 14)),
    "4x8 @ 110 / 4 @ 50": (repeated(4, (8, 110), (4, 50)), (8, 16, -6)),
    "4x5 @ 112 / 2.5": (repeated(4, (5, 112), (2.5, 50)), (16, 23, 8)),
    "5x5 @ 110 / 5": (repeated(5, (5, 110), (5, 50)), (46, 51, 37)),
    "5x5 @ 108 / 5": (repeated(5, (5, 108), (5, 50)), (56, 61, 49)),
    "5x5 @ 120 / 5": (repeated(5, (5, 120), (5, 50)), (-9, 3, -26)),
    "3x(13x30/15) @ 118/59": (session(*MICRO_118 * 3), (28, 32, 23)),
    "3x(13x30/15) @ 125/62": (session(*MICRO_125 * 3), (-5, 1, -12)),
    "12x30 s @ 175 / 4.5": (repeated(12, (0.5, 175), (4.5, 50)), (58, 62, 52)),
    "6x1 @ 140 / 3": (repeated(6, (1, 140), (3, 50)), (49, 53, 42)),
    "10x1 @ 150 / 1": (repeated(10, (1, 150), (1, 50)), (-26, -21, -33)),
    "Tabata 8x20/10 @ 170": (repeated(8, (1 / 3, 170), (1 / 6, 50)), (-42, -26, -62)),
    "20 @ 105": (session((20, 105)), (0, 14, -20)),
    "8 @ 111": (session((8, 111)), (12, 25, -6)),
    "5 @ 120": (session((5, 120)), (0, 14, -20)),
    "3 @ 135": (session((3, 135)), (-5, 10, -26)),
    "60 s @ 300": (session((1, 300)), (-100, -71, -140)),
    "10x30 s @ 300 / 4.5": (repeated(10, (0.5, 300), (4.5, 50)), (-12, 0, -29)),
}
"""Lowest balance in % at a W′ of 60, 70 and 50 s of threshold power."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_lowest_balance_of_published_sessions(name: str) -> None:
    segments, expected = PUBLISHED[name]
    content = session_content(segments)

    assert [content.lowest_balance_pct(w_prime_s) for w_prime_s in (60, 70, 50)] == pytest.approx(expected, abs=0.6)


def test_half_of_threshold_brings_back_what_is_missing_within_minutes() -> None:
    def recovered_pct(minutes: float) -> float:
        """Half of W′ is spent, some comes back, and as much is spent again."""
        twice = surges_of([(5, 110, 110), (minutes, 50, 50), (5, 110, 110)])
        return 2 * lowest_balance_pct(twice, 60)

    assert [recovered_pct(minutes) for minutes in (1, 2, 4, 6)] == pytest.approx([39, 63, 86, 95], abs=0.5)


def test_the_best_20_8_and_5_minutes_by_which_threshold_is_defined_take_all_of_a_trained_riders_w_prime() -> None:
    w_prime_s = real_config().levels.of(I).capacity.w_prime_s

    left = [lowest_balance_pct(surges_of([(m, pct, pct)]), w_prime_s) for m, pct in ((20, 105), (8, 112.5), (5, 120))]

    assert left == pytest.approx([0, 0, 0], abs=0.1)


def test_a_session_up_to_threshold_takes_nothing() -> None:
    assert session_content(session((40, 100))).lowest_balance_pct(50) == 100


def test_a_ramp_across_threshold_takes_what_lies_above_it() -> None:
    ramp = surges_of([(10, 90, 110)])

    assert w_spent(ramp) == pytest.approx(5 * 60 * 0.05)
    assert w_spent(surges_of([(10, 110, 90)])) == pytest.approx(w_spent(ramp))


def test_a_cooldown_from_above_threshold_takes_its_first_half() -> None:
    descending = session_content(warmed_up(segment("cooldown", 10, 90, 110)))

    assert descending.lowest_balance_pct(60) == pytest.approx(75)


def test_work_off_the_bike_takes_nothing_and_brings_nothing_back() -> None:
    hard = segment("interval", 5, 110)

    gym = session_content([hard, segment("strength", 30, None), hard])

    assert gym.lowest_balance_pct(60) == session_content([hard, hard]).lowest_balance_pct(60)


stretches = st.lists(st.tuples(st.floats(0.1, 20), st.floats(30, 200), st.floats(30, 200)), min_size=1, max_size=8)


def by_small_steps(ride: list[Stretch], w_prime_s: float) -> float:
    """Skiba's equation, integrated forward in fiftieths of a second at most."""
    missing = most = 0.0
    for minutes, a, b in ride:
        steps = 4000
        for i in range(steps):
            power = (a + (b - a) * (i + 0.5) / steps) / 100
            change = (power - 1) * minutes * 60 / steps
            missing += change if power > 1 else change * missing / w_prime_s
            most = max(most, missing)
    return 100 * (1 - most / w_prime_s)


@pytest.mark.parametrize(
    "ride", [[(3, 60, 140), (5, 120, 50), (2, 110, 130)], [(1, 150, 150), (2, 90, 40), (4, 80, 160)]]
)
def test_the_balance_in_one_step_a_stretch_is_that_of_many_small_ones(ride: list[Stretch]) -> None:
    assert lowest_balance_pct(surges_of(ride), 60) == pytest.approx(by_small_steps(ride, 60), abs=0.05)


@MANY
@given(stretches, st.floats(30, 100))
def test_more_w_prime_leaves_more_of_it(ride: list[Stretch], w_prime_s: float) -> None:
    surges = surges_of(ride)

    assert lowest_balance_pct(surges, w_prime_s + 10) >= lowest_balance_pct(surges, w_prime_s) - 1e-9


@MANY
@given(stretches, stretches)
def test_a_longer_session_leaves_no_more_than_its_first_part(ride: list[Stretch], more: list[Stretch]) -> None:
    whole, first = surges_of([*ride, *more]), surges_of(ride)

    assert lowest_balance_pct(whole, 60) <= lowest_balance_pct(first, 60) + 1e-9
    assert w_spent(whole) >= w_spent(first)
