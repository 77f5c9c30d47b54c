"""Which easy days of a week end with strides or hill sprints, and which are broken by walks."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.model.vocabulary import Phase, Weekday, WeekType, WorkoutType
from plan_pipeline.core.overview.easy_days import easy_patterns
from plan_pipeline.core.overview.season import WeekSlot
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline_tests.core.overview.purposes import purpose as riders_purpose
from plan_pipeline_tests.core.purpose.runner_purposes import marathon_purpose, purpose
from plan_pipeline_tests.core.running import a_runner_request

STRIDES, HILL_SPRINTS = ("strides",), ("hill_sprints",)
FOUR_EASY = {
    "Monday": "easy",
    "Tuesday": "vo2max",
    "Wednesday": "easy",
    "Friday": "easy",
    "Saturday": "long",
    "Sunday": "easy",
}
FOR_BEGINNERS = ("run_walk", "run_walk_longer", "run_walk_long")
WALKS = set(FOR_BEGINNERS)
TWO_EASY = {"Tuesday": "easy", "Thursday": "threshold", "Friday": "easy", "Sunday": "long"}


def patterns(
    number: int = 3,
    week: dict[str, str] = FOUR_EASY,
    *,
    phase: Phase = Phase.BUILD,
    found: Purpose | None = None,
    taken: frozenset[Weekday] = frozenset(),
) -> dict[str, tuple[str, ...]]:
    """What a week's easy days are laid out like, by day."""
    is_load = not phase.is_light
    kind = WeekType.LOAD if is_load else WeekType.RECOVERY
    slot = WeekSlot(number, kind, phase, 1.0, 0, tuple(Weekday), number if is_load else None)
    days = [(Weekday(day), WorkoutType(kind)) for day, kind in week.items()]
    return {day.value: like for day, like in easy_patterns(found or marathon_purpose(), slot, days, taken).items()}


def fast_days(*given: Any, **more: Any) -> list[str]:
    return [day for day, like in patterns(*given, **more).items() if like in (STRIDES, HILL_SPRINTS)]


def test_only_easy_days_are_laid_out() -> None:
    assert set(patterns()) == {"Monday", "Wednesday", "Friday", "Sunday"}


def test_days_that_others_have_laid_out_are_left_to_them() -> None:
    assert "Friday" not in patterns(taken=frozenset({Weekday.FRIDAY}))


@pytest.mark.parametrize(("week", "count"), [(FOUR_EASY, 2), (TWO_EASY, 1)])
def test_two_of_four_easy_days_end_fast_and_one_of_fewer(week: dict[str, str], count: int) -> None:
    assert len(fast_days(week=week)) == count


def test_they_neither_follow_a_hard_day_nor_lead_to_one() -> None:
    assert fast_days() == ["Friday", "Sunday"]


def test_no_two_days_in_a_row_end_fast() -> None:
    week = {"Tuesday": "vo2max", "Wednesday": "easy", "Thursday": "easy", "Friday": "easy", "Saturday": "easy"}
    assert fast_days(week=week) == ["Thursday", "Saturday"]


def test_where_every_easy_day_is_beside_a_hard_one_the_day_before_is_taken() -> None:
    assert fast_days(week={"Tuesday": "easy", "Wednesday": "vo2max", "Thursday": "easy"}) == ["Tuesday"]


@pytest.mark.parametrize(("number", "like"), [(3, STRIDES), (5, STRIDES), (4, HILL_SPRINTS), (6, HILL_SPRINTS)])
def test_odd_weeks_have_strides_and_even_ones_hill_sprints(number: int, like: tuple[str, ...]) -> None:
    assert patterns(number)["Friday"] == like


@pytest.mark.parametrize("phase", [Phase.RECOVERY, Phase.PEAK, Phase.TAPER])
def test_cutback_peak_and_taper_weeks_have_strides_in_even_weeks_too(phase: Phase) -> None:
    assert patterns(4, phase=phase)["Friday"] == STRIDES


def test_a_runner_without_hills_has_strides_in_every_week() -> None:
    flat = marathon_purpose(athlete={"access": ["track", "trail"]})
    assert {patterns(number, found=flat)["Friday"] for number in (3, 4)} == {STRIDES}


def test_one_day_of_a_week_has_hill_sprints_and_the_other_strides() -> None:
    found = patterns(4)
    assert (found["Friday"], found["Sunday"]) == (HILL_SPRINTS, STRIDES)


def test_the_other_easy_days_are_plain() -> None:
    easy = marathon_purpose().config.week.easy
    assert easy is not None
    assert patterns()["Monday"] == patterns()["Wednesday"] == easy.plain


def beginner(now_km: float) -> Purpose:
    profile = {"experience_level": "beginner", "current_weekly_km": now_km, "longest_run_km": None}
    few_hours = {"hours_per_week": 2.5, "week_days": "tue, thu, sat"}
    request = a_runner_request(event=None, weeks=16, goal="first_plan", athlete=profile, availability=few_hours)
    return purpose(request)


@pytest.mark.parametrize("number", [1, 5, 10])
def test_a_beginner_of_up_to_12_km_a_week_walks_in_the_first_ten_weeks_and_runs_no_strides(number: int) -> None:
    assert {like[0] for like in patterns(number, found=beginner(12)).values()} <= WALKS


def test_the_stretches_between_walks_grow() -> None:
    found = [patterns(number, found=beginner(12))["Monday"][0] for number in range(1, 11)]
    assert found == sorted(found, key=FOR_BEGINNERS.index)
    assert set(found) == WALKS


@pytest.mark.parametrize(("number", "now_km"), [(11, 12), (1, 12.5)])
def test_after_that_and_with_more_to_begin_with_there_are_no_walks(number: int, now_km: float) -> None:
    assert not {like[0] for like in patterns(number, found=beginner(now_km)).values()} & WALKS


def test_easy_rides_are_left_open() -> None:
    assert patterns(week={"Tuesday": "endurance", "Sunday": "endurance"}, found=riders_purpose()) == {}
