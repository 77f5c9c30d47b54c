"""The lengths a workout can have: intervals never change, sets stay whole, only easy blocks grow."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given

from plan_pipeline.core.duration.lengths import Length, at_length, reachable_lengths
from plan_pipeline.core.limits import GRID_MIN
from plan_pipeline.core.model.segments import ENDURANCE_CEILING_PCT, Segment
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import ScalingStrategy
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet
from plan_pipeline_tests.core.builders import MANY, a_set, endurance_ride, library_workout, library_workouts, step


def minutes_of(workout: LibraryWorkout) -> list[float]:
    return [length.minutes for length in reachable_lengths(workout)]


def at(workout: LibraryWorkout, minutes: float) -> list[float]:
    """The minutes of the segments of a workout at a length."""
    return [segment.duration_min for segment in written(workout, minutes)]


def written(workout: LibraryWorkout, minutes: float) -> tuple[Segment, ...]:
    return at_length(workout, next(x for x in reachable_lengths(workout) if x.minutes == minutes))


# --- which lengths there are ---------------------------------------------------------------------------------


def test_a_block_gives_every_multiple_of_five_in_its_range() -> None:
    assert minutes_of(endurance_ride(60, (43, 71))) == [45, 50, 55, 60, 65, 70]


def test_the_ends_of_a_range_are_reachable_where_they_are_multiples_of_five() -> None:
    assert minutes_of(endurance_ride(60, (50, 70))) == [50, 55, 60, 65, 70]


def test_a_fixed_workout_has_its_own_length_only() -> None:
    fixed = library_workout(step("warmup", 12), step("tempo", 21, 85), strategy="fixed")

    assert reachable_lengths(fixed) == (Length(33, (), 0, 0.0),)


def test_sets_come_in_whole_numbers_within_their_range() -> None:
    workout = library_workout(step("warmup", 20), a_set(3, step("interval", 10, 100), to=(2, 5)), strategy="add_sets")

    assert [(x.minutes, x.repeats) for x in reachable_lengths(workout)] == [
        (40, (2,)),
        (50, (3,)),
        (60, (4,)),
        (70, (5,)),
    ]


def test_a_set_without_a_range_is_always_repeated_as_often_as_written() -> None:
    workout = library_workout(step("endurance", 30, to=(20, 60)), a_set(3, step("interval", 10, 100)))

    assert minutes_of(workout) == list(range(50, 95, 5))
    assert at(workout, 90) == [60, 10, 10, 10]


def test_easy_blocks_fill_up_what_sets_leave_off_the_grid() -> None:
    sets = a_set(3, step("interval", 3, 115), step("recovery", 3, 50), to=(2, 5))
    workout = library_workout(step("warmup", 12, to=(10, 16)), sets, step("cooldown", 10), strategy="add_sets")

    assert minutes_of(workout) == [35, 40, 45, 50, 55]
    assert {sum(at(workout, minutes)) for minutes in minutes_of(workout)} == {35, 40, 45, 50, 55}


def test_a_workout_that_cannot_be_a_multiple_of_five_comes_as_near_as_whole_minutes_can() -> None:
    half_past = library_workout(step("tempo", 20.5, 85), step("endurance", 20, to=(10, 30)))

    assert minutes_of(half_past) == [30.5, 35.5, 40.5, 45.5, 50.5]


def test_a_range_too_narrow_for_the_grid_leaves_the_authors_length() -> None:
    assert minutes_of(library_workout(step("tempo", 21, 85), step("endurance", 31, to=(30, 32)))) == [52]


def test_a_length_off_the_grid_is_not_offered_beside_one_on_it() -> None:
    sets = a_set(2, step("interval", 2.5, 115), to=(1, 4))

    assert minutes_of(library_workout(step("endurance", 30, to=(20, 40)), sets)) == [25, 30, 35, 40, 45, 50]


def test_the_authors_own_length_is_there_even_off_the_grid() -> None:
    assert 61 in minutes_of(endurance_ride(61, (45, 75)))


def test_two_sets_are_combined_with_the_least_change_to_reach_a_length() -> None:
    short = a_set(2, step("interval", 5, 115), to=(1, 4))
    long = a_set(2, step("interval", 10, 105), to=(1, 4))
    workout = library_workout(short, long, strategy="add_sets")

    lengths = {x.minutes: x.repeats for x in reachable_lengths(workout)}

    assert lengths[30] == (2, 2)
    assert lengths[35] == (3, 2)
    assert lengths[40] == (2, 3)
    assert lengths[60] == (4, 4)


def test_sets_of_fractions_of_a_minute_add_up_without_rounding() -> None:
    sets = a_set(10, step("interval", 0.5, 130), step("recovery", 0.25, 50), to=(4, 20))
    workout = library_workout(sets, step("cooldown", 2.5), strategy="add_sets")

    assert all(sum(at(workout, minutes)) == minutes for minutes in minutes_of(workout))
    assert 10 in minutes_of(workout)


# --- what gives way first ------------------------------------------------------------------------------------


def both(strategy: str) -> LibraryWorkout:
    sets = a_set(3, step("interval", 5, 105), step("recovery", 5, 50), to=(2, 5))
    return library_workout(step("warmup", 10), sets, step("endurance", 20, to=(10, 40)), strategy=strategy)


def test_add_sets_changes_the_sets_first() -> None:
    longer = next(x for x in reachable_lengths(both("add_sets")) if x.minutes == 70)

    assert (longer.repeats, longer.flexible_min) == ((4,), 20)


@pytest.mark.parametrize("strategy", ["extend_main", "extend_recovery", "proportional"])
def test_every_other_strategy_changes_the_easy_blocks_first(strategy: str) -> None:
    longer = next(x for x in reachable_lengths(both(strategy)) if x.minutes == 70)

    assert (longer.repeats, longer.flexible_min) == ((3,), 30)


def test_add_sets_falls_back_on_the_easy_blocks_where_the_sets_can_do_no_more() -> None:
    longest = reachable_lengths(both("add_sets"))[-1]

    assert (longest.minutes, longest.repeats, longest.flexible_min) == (100, (5,), 40)


def blocks(strategy: str) -> LibraryWorkout:
    return library_workout(
        step("warmup", 10, to=(5, 20)),
        step("endurance", 40, to=(20, 80)),
        step("recovery", 20, 50, to=(10, 40)),
        step("cooldown", 10, to=(5, 20)),
        strategy=strategy,
    )


def test_extend_main_lengthens_the_longest_block_first_and_the_ends_of_the_ride_last() -> None:
    assert at(blocks("extend_main"), 100) == [10, 60, 20, 10]
    assert at(blocks("extend_main"), 130) == [10, 80, 30, 10]
    assert at(blocks("extend_main"), 150) == [20, 80, 40, 10]


def test_extend_recovery_lengthens_the_recovery_first() -> None:
    assert at(blocks("extend_recovery"), 95) == [10, 40, 35, 10]
    assert at(blocks("extend_recovery"), 120) == [10, 60, 40, 10]


def test_proportional_gives_every_block_its_share_of_the_room_it_has() -> None:
    assert at(blocks("proportional"), 120) == [15, 60, 30, 15]
    assert at(blocks("proportional"), 60) == [7, 30, 15, 8]


def test_shortening_follows_the_same_order() -> None:
    assert at(blocks("extend_main"), 65) == [10, 25, 20, 10]
    assert at(blocks("extend_recovery"), 65) == [10, 35, 10, 10]


def test_a_block_of_half_minutes_becomes_whole_once_it_changes() -> None:
    workout = library_workout(step("warmup", 7.5), step("endurance", 32.5, to=(20, 60)))

    assert at(workout, 40) == [7.5, 32.5]
    assert {at(workout, minutes)[1] % 1 for minutes in minutes_of(workout) if minutes != 40} == {0}


# --- what holds of any workout -------------------------------------------------------------------------------


@MANY
@given(library_workouts())
def test_the_authors_version_is_always_there_and_bit_identical(workout: LibraryWorkout) -> None:
    own = [x for x in reachable_lengths(workout) if x.distance == 0]

    assert len(own) == 1
    assert own[0].minutes == pytest.approx(workout.parts_duration_min)
    assert at_length(workout, own[0]) == workout.segments


@MANY
@given(library_workouts())
def test_lengths_are_distinct_and_ascending(workout: LibraryWorkout) -> None:
    assert all(a < b for a, b in pairwise(minutes_of(workout)))


@MANY
@given(library_workouts())
def test_segments_add_up_to_the_length(workout: LibraryWorkout) -> None:
    for length in reachable_lengths(workout):
        assert sum(segment.duration_min for segment in at_length(workout, length)) == pytest.approx(length.minutes)


@MANY
@given(library_workouts())
def test_a_step_without_a_range_is_as_long_as_its_author_wrote_it_at_every_length(workout: LibraryWorkout) -> None:
    for length in reachable_lengths(workout):
        segments = iter(at_length(workout, length))
        counts = iter(length.repeats)
        for part in workout.parts:
            if isinstance(part, Step):
                segment = next(segments)
                assert segment.duration_min == part.duration_min or part.duration_range_min
                continue
            count = next(counts) if part.repeat_range else part.repeat
            for index in range(1, count + 1):
                assert [next(segments) for _ in part.steps] == [
                    s.segment_of(s.duration_min, index, count) for s in part.steps
                ]
        assert next(segments, None) is None


@MANY
@given(library_workouts())
def test_intensity_and_order_never_change(workout: LibraryWorkout) -> None:
    def shapes(segments: tuple[Segment, ...]) -> list[tuple[object, ...]]:
        outside_sets = [s for s in segments if s.set_index is None]
        return [(s.type, s.intensity_low_pct, s.intensity_high_pct, s.description) for s in outside_sets]

    for length in reachable_lengths(workout):
        assert shapes(at_length(workout, length)) == shapes(workout.segments)


@MANY
@given(library_workouts())
def test_only_declared_easy_blocks_change_within_their_range_by_whole_minutes(workout: LibraryWorkout) -> None:
    declared = [part for part in workout.parts if isinstance(part, Step)]
    for length in reachable_lengths(workout):
        outside_sets = [s for s in at_length(workout, length) if s.set_index is None]
        for part, segment in zip(declared, outside_sets, strict=True):
            if segment.duration_min != part.duration_min:
                assert part.duration_range_min is not None
                assert part.intensity_high_pct is not None
                assert part.intensity_high_pct <= ENDURANCE_CEILING_PCT
                assert part.duration_range_min[0] <= segment.duration_min <= part.duration_range_min[1]
                assert segment.duration_min == int(segment.duration_min)


@MANY
@given(library_workouts())
def test_repeats_stay_within_their_range(workout: LibraryWorkout) -> None:
    ranges = [p.repeat_range for p in workout.parts if isinstance(p, WorkoutSet) and p.repeat_range]
    for length in reachable_lengths(workout):
        for (fewest, most), count in zip(ranges, length.repeats, strict=True):
            assert fewest <= count <= most


@MANY
@given(library_workouts())
def test_a_length_off_the_grid_is_the_authors_or_has_none_on_the_grid_beside_it(workout: LibraryWorkout) -> None:
    lengths = reachable_lengths(workout)
    on_grid = {x.minutes for x in lengths if x.minutes % GRID_MIN == 0}
    for length in lengths:
        beside = round(length.minutes / GRID_MIN) * GRID_MIN
        assert length.distance == 0 or length.minutes == beside or beside not in on_grid


@MANY
@given(library_workouts())
def test_hard_minutes_come_in_whole_sets_only(workout: LibraryWorkout) -> None:
    def hard(segments: tuple[Segment, ...]) -> Counter[tuple[object, ...]]:
        return Counter((s.type, s.duration_min, s.intensity_high_pct) for s in segments if not s.is_easy)

    per_set = [
        hard(tuple(s.segment for s in p.steps)) for p in workout.parts if isinstance(p, WorkoutSet) and p.repeat_range
    ]
    base = hard(workout.segments)
    own = [p.repeat for p in workout.parts if isinstance(p, WorkoutSet) and p.repeat_range]
    for length in reachable_lengths(workout):
        expected = base.copy()
        for shape, before, now in zip(per_set, own, length.repeats, strict=True):
            for key, count in shape.items():
                expected[key] += count * (now - before)
        assert hard(at_length(workout, length)) == +expected


@pytest.mark.parametrize("strategy", list(ScalingStrategy))
def test_every_strategy_reaches_the_same_lengths(strategy: ScalingStrategy) -> None:
    assert minutes_of(both(strategy)) == minutes_of(both("proportional"))
