"""A library holds nothing that the riders it is for cannot ride, at any length it can take."""

from __future__ import annotations

from pathlib import Path

from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import ExperienceLevel, Sport
from plan_pipeline.core.model.workout import WorkoutSet
from plan_pipeline.library.rideability import unrideable_at
from plan_pipeline.library.validation import validate_library
from plan_pipeline.strict_input.data_folders import Severity
from plan_pipeline_tests.core.builders import a_set, library_workout, real_config, step
from plan_pipeline_tests.core.content.sessions import A, B, I
from plan_pipeline_tests.library.samples import file_of, workout, write

FOURS = (step("interval", 4, 114), step("recovery", 1.5, 50))


def told(*parts: Step | WorkoutSet, level: ExperienceLevel = I, kind: str = "vo2max") -> list[tuple[Severity, str]]:
    """What is said of a workout for a level: its parts between a warm-up and a cooldown that may be longer."""
    whole = library_workout(step("warmup", 15, 50, 75), *parts, step("cooldown", 10, 50, to=(5, 20)), kind=kind)
    return list(unrideable_at(whole.model_copy(update={"min_level": level}), real_config()))


def test_repeats_that_nobody_of_the_level_can_ride_are_an_error_that_says_at_how_many_and_what_to_do() -> None:
    (error,) = [message for severity, message in told(a_set(3, *FOURS, to=(2, 6))) if severity is Severity.ERROR]

    assert error == (
        "with 4 repeats (45 min): W′ balance falls to -1 %, more than the W′ of an intermediate rider allows (at least "
        "0 %); lower the power or the number of intervals, or lengthen the recoveries, or write min_level: advanced"
    )


def test_fewer_repeats_of_the_same_are_a_warning_and_fewer_still_nothing() -> None:
    assert {severity for severity, _ in told(a_set(3, *FOURS, to=(2, 3)))} == {Severity.WARNING}
    assert told(a_set(1, *FOURS, to=(1, 1))) == []


def test_what_is_written_without_a_range_is_checked_at_its_lengths() -> None:
    ((severity, message),) = told(step("interval", 49, 98), kind="threshold", level=A)

    assert severity is Severity.WARNING
    assert message == (
        "at 70 min: 49 min @ 98 % in one effort are 0.84 of what an advanced rider can hold (at most 0.6); divide them "
        "by a recovery, or lower the power"
    )


def test_a_workout_for_everybody_is_held_against_a_beginner() -> None:
    parts = (a_set(4, step("interval", 5, 110), step("recovery", 5, 50)),)

    assert told(*parts) == []
    assert [severity for severity, _ in told(*parts, level=B)] == [Severity.WARNING]


def test_minutes_near_threshold_are_a_matter_of_planning_where_fewer_repeats_keep_to_the_limit() -> None:
    eights = (step("interval", 8, 97), step("recovery", 4, 50))

    assert told(a_set(3, *eights, to=(2, 4)), level=B) == []
    assert told(a_set(3, *eights, to=(3, 4)), level=B) == [
        (
            Severity.WARNING,
            "with 3 repeats (60 min): 24 min at 96-105 % in one session (at most 16 for a beginner rider); take out an "
            "interval, or lower the power, or write min_level: intermediate",
        )
    ]


def test_a_test_is_maximal() -> None:
    assert told(step("interval", 20, 105), kind="test") == []


def test_a_library_with_a_session_nobody_can_ride_does_not_pass_and_names_it(tmp_path: Path) -> None:
    easy = {"type": "endurance", "duration_min": 30, "power_low_pct": 60, "power_high_pct": 60}
    hard = {"type": "interval", "duration_min": 60, "power_low_pct": 98, "power_high_pct": 98}
    folder = write(tmp_path, file_of(workout(parts=[easy, hard], duration_min=90, tss=102.6)))

    report = validate_library(folder, {Sport.CYCLING: real_config()})

    assert not report.passed
    assert {(problem.workout_id, problem.field) for problem in report.errors} >= {("thr_one", "parts")}
    assert validate_library(folder).errors == tuple(e for e in report.errors if e.field != "parts")
