"""What nobody of a level can ride: W′ balance, single efforts, totals and sprints."""

from __future__ import annotations

import pytest

from plan_pipeline.core.content.efforts import (
    best_sprint_pct,
    efforts_of,
    maximal_minutes,
    repeated_sprint_pct,
    share_of_maximal,
)
from plan_pipeline.core.content.rideability import Aspect, Breach, is_near_limit, rideability_breaches
from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.content.stretches import minutes_of, ridden
from plan_pipeline.core.load_over_time import Stretch
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import ExperienceLevel, WorkoutType
from plan_pipeline_tests.core.builders import real_config, small_library
from plan_pipeline_tests.core.content.sessions import A, B, I, at_most_repeats, repeated, session
from plan_pipeline_tests.core.weeks import segment

RULES = real_config().content.rideability


def breaches(segments: tuple[Segment, ...], level: ExperienceLevel = I, kind: str = "threshold") -> tuple[Breach, ...]:
    return rideability_breaches(segments, WorkoutType(kind), level, real_config())


def severity(segments: tuple[Segment, ...], aspect: Aspect, level: ExperienceLevel = I) -> RuleSeverity | None:
    return next((breach.severity for breach in breaches(segments, level) if breach.aspect is aspect), None)


# --- W′ balance ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("segments", "level", "expected"),
    [
        (repeated(5, (8, 111), (4, 50)), I, "error"),
        (repeated(5, (8, 111), (4, 50)), A, "warning"),
        (repeated(4, (5, 112), (2.5, 50)), I, "warning"),
        (repeated(4, (5, 112), (2.5, 50)), A, None),
        (repeated(5, (5, 110), (5, 50)), I, None),
        (repeated(5, (5, 110), (5, 50)), B, "warning"),
        (repeated(5, (5, 108), (5, 50)), B, None),
    ],
    ids=lambda value: str(value) if not isinstance(value, tuple) else "",
)
def test_w_balance_is_an_error_below_nothing_and_a_warning_below_what_is_ordinary_for_a_level(
    segments: tuple[Segment, ...], level: ExperienceLevel, expected: str | None
) -> None:
    assert severity(segments, Aspect.W_BALANCE, level) == expected


def test_a_breach_says_what_is_left_for_whom_and_what_to_do() -> None:
    (breach,) = breaches(repeated(5, (8, 111), (4, 50)))

    assert breach.measured == pytest.approx(-2, abs=0.6)
    assert breach.message == (
        "W′ balance falls to -2 %, more than the W′ of an intermediate rider allows (at least 0 %); lower the power or "
        "the number of intervals, or lengthen the recoveries"
    )


def test_an_advanced_rider_may_have_sessions_near_the_limit() -> None:
    near = session_content(repeated(4, (5, 112), (2.5, 50)))
    ordinary = session_content(repeated(5, (5, 110), (5, 50)))
    capacity = real_config().levels.of(A).capacity

    assert is_near_limit(near, capacity) and not is_near_limit(ordinary, capacity)
    assert capacity.near_limit_a_week == 1


def test_a_test_is_maximal_and_nothing_is_too_much_for_it() -> None:
    assert breaches(session((20, 105)), kind="test") == ()
    assert breaches(session((20, 105)), kind="threshold") != ()


# --- single efforts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "pct", "level", "share", "expected"),
    [
        (55, 96, I, 0.92, "error"),
        (49, 98, I, 0.98, "error"),
        (35, 100, I, 0.83, "warning"),
        (35, 100, B, 1.0, "error"),
        (20, 97, I, 0.37, None),
        (25, 100, I, 0.595, None),
        (64, 90, I, 0.58, None),
        (100, 85, I, 0.59, None),
    ],
)
def test_a_single_effort_is_held_against_the_longest_possible_one(
    minutes: float, pct: float, level: ExperienceLevel, share: float, expected: str | None
) -> None:
    (effort,) = efforts_of(ridden(session((minutes, pct))), RULES.effort)

    maximal = real_config().levels.of(level).capacity.maximal
    assert share_of_maximal(effort, maximal) == pytest.approx(share, abs=0.006)
    assert severity(session((minutes, pct)), Aspect.EFFORT, level) == expected


def test_maximal_minutes_are_interpolated_over_their_logarithm_and_level_beyond_the_points() -> None:
    maximal = real_config().levels.of(I).capacity.maximal

    assert [maximal_minutes(pct, maximal) for pct in (98, 96)] == pytest.approx([50, 60], abs=0.5)
    assert [maximal_minutes(pct, maximal) for pct in (60, 85, 100, 130)] == [170, 170, 42, 42]


def efforts(*steps: tuple[float, float]) -> list[float]:
    """Minutes of work in each effort."""
    return [minutes_of(effort.work) for effort in efforts_of([(m, p, p) for m, p in steps], RULES.effort)]


def test_an_effort_ends_with_a_minute_below_it_and_not_with_a_few_seconds() -> None:
    assert efforts((20, 97), (1, 60), (21, 97)) == [20, 21]
    assert efforts((20, 97), (0.5, 60), (20, 97)) == [40]
    assert efforts((20, 97), (0.5, 60), (0.5, 80), (21, 97)) == [20, 21]
    assert efforts((3, 90), (1, 105), (3, 90)) == [7]
    assert efforts((60, 84)) == []


def test_an_effort_that_is_repeated_is_named_once() -> None:
    assert efforts(*[(8, 100), (4, 50)] * 5) == [8]


def test_a_ramp_belongs_to_an_effort_from_where_it_crosses() -> None:
    ramp: list[Stretch] = [(10, 75, 95), (10, 95, 95)]

    assert [minutes_of(effort.work) for effort in efforts_of(ramp, RULES.effort)] == [pytest.approx(15)]


def test_a_ramp_takes_what_many_small_steps_take() -> None:
    maximal = real_config().levels.of(I).capacity.maximal
    (ramp,) = efforts_of([(30, 85, 105)], RULES.effort)
    steps = [(0.03, 85 + 0.02 * i + 0.01, 85 + 0.02 * i + 0.01) for i in range(1000)]
    (stairs,) = efforts_of(steps, RULES.effort)

    assert share_of_maximal(ramp, maximal) == pytest.approx(share_of_maximal(stairs, maximal), rel=1e-4)


@pytest.mark.parametrize(("minutes", "pct"), [(20, 103), (8, 109), (5, 115), (3, 125), (1, 175)])
def test_an_effort_above_threshold_leaves_a_quarter_of_w_prime(minutes: float, pct: float) -> None:
    assert breaches(session((minutes, pct))) == ()
    assert breaches(session((minutes, pct + 2))) != ()


def test_an_advanced_rider_near_the_limit_gets_there_by_many_efforts_and_not_by_one() -> None:
    (breach,) = breaches(session((6, 116)), A)

    assert (breach.aspect, breach.severity) == (Aspect.EFFORT, RuleSeverity.WARNING)
    assert breach.message == (
        "6 min @ 116 % in one effort leave 18 % of W′ (at least 25 %); shorten the effort, or lower its power"
    )


def test_an_effort_that_is_too_long_says_by_how_much() -> None:
    (breach,) = [b for b in breaches(session((49, 98))) if b.aspect is Aspect.EFFORT]

    assert breach.message == (
        "49 min @ 98 % in one effort are 0.98 of what an intermediate rider can hold (at most 0.85); divide them by a "
        "recovery, or lower the power"
    )


# --- totals and sprints ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "most"), [(B, 16), (I, 40), (A, 60)])
def test_minutes_near_threshold_have_a_total_by_level(level: ExperienceLevel, most: int) -> None:
    assert severity(repeated(most // 4, (4, 96), (5, 50)), Aspect.THRESHOLD_TOTAL, level) is None
    assert severity(repeated(most // 4 + 1, (4, 96), (5, 50)), Aspect.THRESHOLD_TOTAL, level) == "warning"


def test_the_best_sprint_falls_with_the_logarithm_of_its_length() -> None:
    seconds = (2, 5, 10, 15, 20, 30, 60, 90)

    assert [best_sprint_pct(s, RULES.sprint) for s in seconds] == pytest.approx(
        [400, 400, 340, 305, 280, 245, 185, 185], abs=0.6
    )
    assert [repeated_sprint_pct(s, RULES.sprint) for s in (10, 20, 30)] == [290, 240, 210]


def test_sprints_above_the_best_are_an_error_and_repeats_near_it_a_warning() -> None:
    assert severity(repeated(10, (0.5, 300), (4.5, 50)), Aspect.SPRINT) == "error"
    assert severity(repeated(4, (0.5, 215), (4.5, 50)), Aspect.SPRINT) == "warning"
    assert severity(repeated(4, (0.5, 210), (4.5, 50)), Aspect.SPRINT) is None
    assert severity(session((0.5, 230)), Aspect.SPRINT) is None


def test_a_sprint_written_in_two_steps_is_one_sprint() -> None:
    (breach, *_) = [b for b in breaches(session((0.25, 260), (0.25, 260))) if b.aspect is Aspect.SPRINT]

    assert breach.message == "30 s @ 260 % is above 245 %, the best there is; lower the power to 210 %"


def test_every_workout_of_the_small_library_is_rideable_by_a_trained_rider_at_most_repeats() -> None:
    errors = {
        (workout.id, breach.message)
        for workout in small_library().workouts
        for breach in breaches(at_most_repeats(workout), I, workout.type)
        if breach.severity is RuleSeverity.ERROR
    }

    assert errors == set()


def test_an_easy_ride_has_nothing_to_hold_against_it() -> None:
    assert breaches((segment("endurance", 240, 75),), B, "endurance") == ()
    assert breaches((segment("strength", 45, None),), B, "strength") == ()
