"""The closed sets of words: read leniently, written in one way, with the facts that hold for their members."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.vocabulary import (
    DayKind,
    ExperienceLevel,
    Phase,
    ScalingStrategy,
    SegmentType,
    Weekday,
    WeekType,
    WorkoutType,
)


@pytest.mark.parametrize("written", ["sweet_spot", "sweetspot", "Sweet Spot", "SWEET-SPOT", "sweet spot"])
def test_sweet_spot_is_read_however_it_is_written(written: str) -> None:
    assert WorkoutType(written) is WorkoutType.SWEET_SPOT


@pytest.mark.parametrize("written", ["tuesday", "Tuesday", "TUESDAY", "tue", "Tue", " tue."])
def test_a_weekday_is_read_in_any_case_and_by_its_first_three_letters(written: str) -> None:
    assert Weekday(written) is Weekday.TUESDAY


def test_every_weekday_has_its_short_form() -> None:
    assert [Weekday(day.value[:3]) for day in Weekday] == list(Weekday)


def test_foundation_is_read_as_base() -> None:
    assert Phase("Foundation") is Phase.BASE


@pytest.mark.parametrize(
    ("word", "week_type"),
    [("build", "load"), ("Base", "load"), ("foundation", "load"), ("peak", "load"), ("race", "event")],
)
def test_a_phase_or_a_race_named_as_a_week_type_is_read_as_what_it_means(word: str, week_type: str) -> None:
    assert WeekType(word) is WeekType(week_type)


@pytest.mark.parametrize("word", ["VO2 max", "vo2max", "VO2Max"])
def test_vo2max_is_read_however_it_is_written(word: str) -> None:
    assert WorkoutType(word) is WorkoutType.VO2MAX


@pytest.mark.parametrize("kind", [Weekday, Phase, WorkoutType, SegmentType, ScalingStrategy, ExperienceLevel])
@pytest.mark.parametrize("value", ["nonsense", "", 3, None])
def test_an_unknown_word_is_refused(kind: type, value: object) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        kind(value)


def test_hard_types_are_those_that_need_an_easy_day_after_them() -> None:
    assert {kind for kind in WorkoutType if kind.is_hard} == {
        WorkoutType.SWEET_SPOT,
        WorkoutType.THRESHOLD,
        WorkoutType.VO2MAX,
        WorkoutType.ANAEROBIC,
        WorkoutType.TEST,
        WorkoutType.MARATHON_PACE,
        WorkoutType.CRUISE_INTERVALS,
        WorkoutType.RACE_PACE,
        WorkoutType.REPETITION,
        WorkoutType.HILLS,
        WorkoutType.RACE_SIMULATION,
    }


def test_flexible_types_are_those_that_take_up_the_slack_of_a_week() -> None:
    assert {kind for kind in WorkoutType if kind.is_flexible} == {
        WorkoutType.ENDURANCE,
        WorkoutType.MIXED,
        WorkoutType.RECOVERY,
        WorkoutType.EASY,
        WorkoutType.LONG,
        WorkoutType.CROSS_TRAINING,
    }


def test_only_recovery_and_taper_are_light() -> None:
    assert {phase for phase in Phase if phase.is_light} == {Phase.RECOVERY, Phase.TAPER}


def test_weeks_run_from_monday_to_sunday() -> None:
    assert [day.position for day in Weekday] == [0, 1, 2, 3, 4, 5, 6]
    assert [day for day in Weekday if day.is_weekend] == [Weekday.SATURDAY, Weekday.SUNDAY]
    assert [DayKind.of(day) for day in Weekday] == [DayKind.WEEKDAY] * 5 + [DayKind.WEEKEND] * 2
