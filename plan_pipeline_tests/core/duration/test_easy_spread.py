"""Easy days of a week differ: linear steps of ± 30 % around their mean, the shortest before a hard or long day."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.easy_spread import Spread, spread_easy_days, with_easy_days_apart
from plan_pipeline.core.duration.envelope import DayBounds, no_longer_than
from plan_pipeline.core.model.plan import OverviewWeek, TrainingDay
from plan_pipeline.core.model.vocabulary import Phase, Weekday, WeekType, WorkoutType
from plan_pipeline_tests.core.purpose.runner_purposes import marathon_purpose, tables_of

PURPOSE = marathon_purpose()
TABLES = tables_of(PURPOSE)
FOUR_EASY = {"Monday": "easy", "Wednesday": "easy", "Thursday": "easy", "Saturday": "easy"}
LONG_MIN = 100


def a_week(kinds: dict[str, str], minutes: float = 300) -> OverviewWeek:
    """A week of some days; its long run has minutes of its own."""
    days = tuple(
        TrainingDay(
            weekday=day,
            workout_type=WorkoutType(kinds.get(day, "rest")),
            minutes=LONG_MIN if kinds.get(day) == "long" else None,
        )
        for day in Weekday
    )
    return OverviewWeek(
        week_number=3,
        week_type=WeekType.LOAD,
        phase=Phase.BUILD,
        focus="Run.",
        target_hours=minutes / 60,
        target_tss=200,
        training_days=days,
    )


def bounds_of(kinds: dict[str, str], longest: int = 110) -> dict[Weekday, DayBounds]:
    found = {}
    for day, kind in kinds.items():
        span = (LONG_MIN, LONG_MIN) if kind == "long" else (20, longest)
        bounds = TABLES.bounds_within(span, WorkoutType(kind), Weekday(day), 200)
        assert bounds is not None
        found[Weekday(day)] = bounds
    return found


def spread(kinds: dict[str, str], each_min: float = 50, longest: int = 110, least_min: float = 20) -> Spread:
    """The easy days of a week with ``each_min`` each, spread."""
    bounds = bounds_of(kinds, longest)
    allocations = [
        DurationAllocation(day, b.workout_type, LONG_MIN if kinds[day] == "long" else each_min, b.shortest, b.longest)
        for day, b in bounds.items()
    ]
    return spread_easy_days(a_week(kinds), allocations, bounds, WorkoutType.EASY, least_min)


def targets(found: Spread) -> dict[str, float]:
    return {a.weekday.value: a.target_min for a in found[0] if a.workout_type is WorkoutType.EASY}


def test_four_easy_days_have_the_golden_factors() -> None:
    """0.7, 0.9, 1.1 and 1.3 of their mean: 35 km as 6.125, 7.875, 9.625 and 11.375."""
    assert sorted(targets(spread(FOUR_EASY)).values()) == [35, 45, 55, 65]


@given(st.integers(30, 75))
def test_together_they_have_the_minutes_they_had(each_min: int) -> None:
    assert sum(targets(spread(FOUR_EASY, each_min)).values()) == pytest.approx(4 * each_min, abs=0.05)


def test_the_shortest_is_the_day_before_a_hard_one() -> None:
    found = targets(spread({"Monday": "easy", "Tuesday": "easy", "Wednesday": "threshold", "Friday": "easy"}))
    assert min(found, key=found.__getitem__) == "Tuesday"


def test_the_day_before_the_long_run_is_short_too() -> None:
    found = targets(spread({"Tuesday": "easy", "Thursday": "easy", "Saturday": "easy", "Sunday": "long"}))
    assert min(found, key=found.__getitem__) == "Saturday"


def test_the_longest_comes_two_days_after_a_hard_one() -> None:
    found = targets(spread({"Tuesday": "threshold", "Wednesday": "easy", "Thursday": "easy", "Saturday": "easy"}))
    assert max(found, key=found.__getitem__) == "Thursday"


def test_each_day_has_lengths_that_no_other_has() -> None:
    _, ranges = spread(FOUR_EASY)
    lengths = [ranges[Weekday(day)].lengths for day in FOUR_EASY]
    for i, one in enumerate(lengths):
        assert one
        assert all(one & other == 0 for other in lengths[i + 1 :])


def test_the_other_days_stay_as_they_are() -> None:
    kinds = {**FOUR_EASY, "Sunday": "long"}
    _, ranges = spread(kinds)
    assert ranges[Weekday.SUNDAY] == bounds_of(kinds)[Weekday.SUNDAY]


def test_no_easy_day_is_longer_than_the_long_run() -> None:
    assert max(targets(spread({**FOUR_EASY, "Sunday": "long"}, 85)).values()) < LONG_MIN


def test_no_easy_day_is_shorter_than_the_least() -> None:
    found = targets(spread(FOUR_EASY, 35, least_min=30))
    assert min(found.values()) >= 30
    assert sum(found.values()) == pytest.approx(140, abs=0.05)


@pytest.mark.parametrize("kinds", [{"Tuesday": "easy", "Sunday": "long"}, {"Tuesday": "threshold", "Sunday": "long"}])
def test_one_easy_day_or_none_stays_as_it_is(kinds: dict[str, str]) -> None:
    assert spread(kinds)[1] == bounds_of(kinds)


def test_days_without_room_for_a_difference_stay_as_they_are() -> None:
    assert spread(FOUR_EASY, 22, longest=24)[1] == bounds_of(FOUR_EASY, 24)


def whole(kinds: dict[str, str], minutes: float, longest: int = 110) -> tuple[dict[Weekday, DayBounds], bool]:
    """The ranges that a week of so many minutes is given, and whether its minutes can be met within them."""
    bounds = bounds_of(kinds, longest)
    easy_min = (minutes - LONG_MIN) / (len(kinds) - 1)
    allocations = tuple(
        DurationAllocation(day, b.workout_type, LONG_MIN if kinds[day] == "long" else easy_min, b.shortest, b.longest)
        for day, b in bounds.items()
    )
    _, ranges = with_easy_days_apart(PURPOSE, a_week(kinds, minutes), allocations, bounds, TABLES)
    return ranges, abs(TABLES.reachable_minutes(list(ranges.values()), minutes) - minutes) <= 2.5


@pytest.mark.parametrize("minutes", [220, 300, 380, 440])
def test_a_week_that_had_its_hours_has_them_with_easy_days_apart(minutes: float) -> None:
    assert whole({**FOUR_EASY, "Sunday": "long"}, minutes)[1]


def test_where_a_difference_would_cost_the_weeks_hours_there_is_none() -> None:
    """All days at the most that they can have."""
    kinds = {**FOUR_EASY, "Sunday": "long"}
    full = bounds_of(kinds, 60)
    assert whole(kinds, 4 * 60 + LONG_MIN, 60)[0] == {day: no_longer_than(b, LONG_MIN) for day, b in full.items()}
