"""What a library can deliver: bounds of a day, totals of a week, the usual load of a type at a length."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.duration.envelope import Envelope, envelope_of
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.vocabulary import Phase, Weekday, WorkoutType
from plan_pipeline.core.model.workout import LibraryWorkout
from plan_pipeline_tests.core.builders import (
    MANY,
    endurance_ride,
    library_of,
    library_workout,
    real_config,
    real_library,
    small_library,
    step,
)

TUESDAY, SATURDAY = Weekday.TUESDAY, Weekday.SATURDAY


def envelope(*ranges: tuple[int, int]) -> Envelope:
    """Endurance rides with these ranges, each at its shortest."""
    return Envelope(
        library_of(*(endurance_ride(a, (a, b), id=f"ride_{i}") for i, (a, b) in enumerate(ranges))), real_config()
    )


# --- bounds of a day -----------------------------------------------------------------------------------------


def test_a_day_can_have_what_its_type_the_library_and_its_cap_allow() -> None:
    bounds = envelope((40, 300)).bounds(WorkoutType.ENDURANCE, TUESDAY, 200)

    assert bounds is not None
    assert (bounds.shortest, bounds.longest, bounds.cap_min) == (40, 200, 200)


def test_a_day_is_limited_by_what_a_session_of_its_type_can_be() -> None:
    bounds = envelope((10, 600)).bounds(WorkoutType.ENDURANCE, SATURDAY, 1440)

    assert bounds is not None
    assert (bounds.shortest, bounds.longest) == (30, 360)


def test_the_ordinary_range_is_cut_to_what_the_day_can_have() -> None:
    bounds = envelope((40, 300)).bounds(WorkoutType.ENDURANCE, TUESDAY, 70)

    assert bounds is not None
    assert bounds.profile == (60, 70, 70)


@pytest.mark.parametrize("cap", [0, 25, 39])
def test_a_cap_below_the_shortest_workout_leaves_nothing(cap: int) -> None:
    assert envelope((40, 300)).bounds(WorkoutType.ENDURANCE, TUESDAY, cap) is None


def test_a_type_that_the_library_lacks_leaves_nothing() -> None:
    assert envelope((40, 300)).bounds(WorkoutType.VO2MAX, TUESDAY, 1440) is None


# --- totals of a week ----------------------------------------------------------------------------------------


def reachable(wanted: int, *ranges: tuple[int, int], days: int = 1, cap: int = 1440) -> int:
    tables = envelope(*ranges)
    bounds = tables.bounds(WorkoutType.ENDURANCE, TUESDAY, cap)
    assert bounds is not None
    return tables.reachable_minutes([bounds] * days, wanted)


@pytest.mark.parametrize(("wanted", "got"), [(60, 60), (62, 60), (63, 65), (20, 40), (500, 120)])
def test_the_total_nearest_to_what_is_wanted_is_found(wanted: int, got: int) -> None:
    assert reachable(wanted, (40, 120)) == got


def test_of_two_totals_as_near_the_shorter_is_taken() -> None:
    assert reachable(60, (50, 50), (70, 70)) == 50


def test_days_add_up() -> None:
    assert reachable(300, (40, 120), days=3) == 300
    assert reachable(400, (40, 120), days=3) == 360


def test_the_cap_limits_the_total() -> None:
    assert reachable(300, (40, 120), days=3, cap=60) == 180


def test_no_days_reach_nothing() -> None:
    assert envelope((40, 120)).reachable_minutes([], 60) == 0


@MANY
@given(
    st.lists(st.tuples(st.integers(6, 30), st.integers(0, 10)), min_size=1, max_size=3),
    st.integers(1, 3),
    st.integers(6, 100),
)
def test_the_nearest_total_is_exact_over_every_choice(spans: list[tuple[int, int]], days: int, cells: int) -> None:
    ranges = [(5 * low, 5 * (low + width)) for low, width in spans]
    lengths = {m for low, high in ranges for m in range(low, high + 1, 5) if m <= 240}
    wanted = 5 * cells
    nearest = min(abs(sum(choice) - wanted) for choice in product(lengths, repeat=days))

    assert abs(reachable(wanted, *ranges, days=days) - wanted) == nearest


# --- loads ---------------------------------------------------------------------------------------------------


def tss_near(workout: LibraryWorkout, minutes: float) -> float:
    return float(envelope_of(library_of(workout), real_config()).candidates(workout.type).tss_near(minutes)[0])


def test_load_at_the_authors_length_is_the_workouts_own() -> None:
    for workout in small_library().workouts:
        assert tss_near(workout, workout.parts_duration_min) == pytest.approx(workout_load(workout.segments).tss)


def test_load_between_two_lengths_lies_between_their_loads() -> None:
    ride = endurance_ride(60, (60, 120))

    assert tss_near(ride, 60) < tss_near(ride, 90) < tss_near(ride, 120)


def test_load_beyond_what_a_workout_can_have_is_in_proportion_to_the_minutes() -> None:
    ride = library_workout(step("tempo", 40, 85), strategy="fixed")

    assert tss_near(ride, 30) == pytest.approx(0.75 * tss_near(ride, 40))
    assert tss_near(ride, 80) == pytest.approx(2 * tss_near(ride, 40))


def test_the_usual_load_of_a_type_grows_with_its_length() -> None:
    tables = envelope_of(real_library(), real_config())
    loads = [tables.typical_tss(WorkoutType.ENDURANCE, Phase.BASE, minutes) for minutes in (45, 60, 90, 120, 180)]

    assert loads == sorted(loads)


def test_the_usual_load_of_a_phase_comes_from_workouts_made_for_it() -> None:
    easy = [library_workout(step("endurance", 60, 55, to=(30, 90)), id=f"easy_{i}", phases=["base"]) for i in range(3)]
    brisk = [
        library_workout(step("endurance", 60, 75, to=(30, 90)), id=f"brisk_{i}", phases=["peak"]) for i in range(3)
    ]
    tables = Envelope(library_of(*easy, *brisk), real_config())

    base, peak = (tables.typical_tss(WorkoutType.ENDURANCE, phase, 60) for phase in (Phase.BASE, Phase.PEAK))

    assert base == pytest.approx(30.2, abs=0.1)
    assert peak == pytest.approx(56.2, abs=0.1)


def test_the_usual_load_of_a_phase_with_few_workouts_comes_from_all_of_the_type() -> None:
    easy = [library_workout(step("endurance", 60, 55, to=(30, 90)), id=f"easy_{i}", phases=["base"]) for i in range(3)]
    brisk = library_workout(step("endurance", 60, 75, to=(30, 90)), id="brisk_1", phases=["peak"])

    assert Envelope(library_of(*easy, brisk), real_config()).typical_tss(WorkoutType.ENDURANCE, Phase.PEAK, 60) < 40


def test_a_type_without_workouts_has_no_usual_load() -> None:
    assert envelope((40, 120)).typical_tss(WorkoutType.VO2MAX, Phase.PEAK, 60) == 0


def test_the_tables_of_a_library_are_built_once() -> None:
    assert envelope_of(small_library(), real_config()) is envelope_of(small_library(), real_config())
