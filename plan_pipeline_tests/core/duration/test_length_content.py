"""What a workout holds at a length is known without writing it out, and is what it holds written out."""

from __future__ import annotations

import pytest

from plan_pipeline.core.content.hardness import hardness_of
from plan_pipeline.core.content.rideability import rideability_breaches
from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.duration.length_content import (
    FREE,
    UNRIDEABLE,
    WARNED,
    LengthContent,
)
from plan_pipeline.core.duration.lengths import at_length, reachable_lengths
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.vocabulary import ExperienceLevel
from plan_pipeline.core.model.workout import LibraryWorkout
from plan_pipeline_tests.core.builders import a_set, library_workout, real_config, real_library, small_library, step
from plan_pipeline_tests.core.content.sessions import A, B, I

CONFIG = real_config()
VERDICTS = {None: FREE, RuleSeverity.WARNING: WARNED, RuleSeverity.ERROR: UNRIDEABLE}
LATE_PCT = CONFIG.week.long_ride.works_late_from_pct


def assert_is_as_written_out(workout: LibraryWorkout, every: int = 1) -> None:
    lengths = reachable_lengths(workout)
    found = LengthContent(workout, lengths, CONFIG)
    for i in range(0, len(lengths), every):
        segments = at_length(workout, lengths[i])
        content = session_content(segments)
        assert found.bands[:, i] == pytest.approx(content.bands), (workout.id, lengths[i])
        assert found.hard[i] == (hardness_of(segments, workout.type, CONFIG).hard is not None), (workout.id, lengths[i])
        assert found.late_min[i] == pytest.approx(content.late_minutes(LATE_PCT)), (workout.id, lengths[i])
        for level in ExperienceLevel:
            breaches = rideability_breaches(segments, workout.type, level, CONFIG)
            worst = breaches[0].severity if breaches else None
            assert found.verdict(level)[i] == VERDICTS[worst], (workout.id, lengths[i], level)


def test_workouts_of_the_small_library_hold_at_each_length_what_they_hold_written_out() -> None:
    for workout in small_library().workouts:
        assert_is_as_written_out(workout, every=4)


@pytest.mark.slow
def test_workouts_of_the_shipped_library_hold_at_each_length_what_they_hold_written_out() -> None:
    for workout in real_library().workouts:
        assert_is_as_written_out(workout)


def test_the_easy_block_between_two_sets_counts_for_what_is_left_of_w_prime() -> None:
    workout = library_workout(
        step("warmup", 15, 50, 75),
        step("interval", 6, 110),
        step("recovery", 5, 50, to=(1, 12)),
        step("interval", 6, 110),
        step("cooldown", 10, 50, to=(5, 30)),
        kind="vo2max",
    )

    assert_is_as_written_out(workout)
    said = LengthContent(workout, reachable_lengths(workout), CONFIG).verdict(I)
    assert set(said.tolist()) == {FREE, WARNED}


def test_more_repeats_make_a_session_hard_and_at_last_unrideable() -> None:
    workout = library_workout(
        step("warmup", 15, 50, 75),
        a_set(2, step("interval", 4, 114), step("recovery", 1, 50), to=(1, 8)),
        step("cooldown", 10, 50),
        kind="vo2max",
        strategy="add_sets",
    )
    found = LengthContent(workout, reachable_lengths(workout), CONFIG)

    assert_is_as_written_out(workout)
    assert found.hard.tolist() == [False, *[True] * (found.hard.size - 1)]
    trained = found.verdict(I).tolist()
    assert trained == sorted(trained) and set(trained) == {FREE, WARNED, UNRIDEABLE}
    assert (found.verdict(B) >= found.verdict(A)).all()


def test_a_test_is_hard_and_nothing_is_too_much_for_it() -> None:
    workout = library_workout(
        step("warmup", 20, 50, 75, to=(15, 40)), step("interval", 20, 105), step("cooldown", 10, 50), kind="test"
    )
    found = LengthContent(workout, reachable_lengths(workout), CONFIG)

    assert found.hard.all()
    assert not found.verdict(B).any()


def test_short_rides_that_open_the_legs_are_not_hard_and_longer_ones_with_the_same_work_are() -> None:
    workout = library_workout(
        step("warmup", 15, 50, 75),
        a_set(7, step("interval", 0.5, 145), step("recovery", 3.5, 50)),
        step("endurance", 7, 60, to=(2, 60)),
        step("cooldown", 5, 50),
    )
    lengths = reachable_lengths(workout)
    found = LengthContent(workout, lengths, CONFIG).hard.tolist()
    hard = {length.minutes: is_hard for length, is_hard in zip(lengths, found, strict=True)}

    assert_is_as_written_out(workout)
    assert hard == {minutes: minutes > 60 for minutes in hard}


def test_work_late_in_a_ride_depends_on_how_long_the_ride_is() -> None:
    workout = library_workout(
        step("endurance", 60, 65, to=(20, 180)), step("tempo", 20, 85), step("endurance", 40, 65, to=(10, 60))
    )
    late = LengthContent(workout, reachable_lengths(workout), CONFIG).late_min

    assert_is_as_written_out(workout)
    assert (late.min(), late.max()) == (0, 20)


def test_off_the_bike_there_is_nothing_to_measure() -> None:
    workout = library_workout(step("strength", 30, None), kind="strength", strategy="fixed")
    found = LengthContent(workout, reachable_lengths(workout), CONFIG)

    assert not found.bands.any() and not found.hard.any() and not found.late_min.any() and not found.verdict(B).any()
