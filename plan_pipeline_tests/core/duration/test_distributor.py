"""Spreading a week's hours over its days: the usual lengths of each type, scaled until they add up."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.duration.distributor import DurationAllocation, distribute_weekly_hours
from plan_pipeline.core.duration.envelope import DayBounds, envelope_of
from plan_pipeline.core.model.vocabulary import DayKind, Weekday, WorkoutType
from plan_pipeline.core.sports.cycling import CYCLING
from plan_pipeline_tests.core.builders import MANY, day, real_config, real_library


def minutes(spread: Sequence[DurationAllocation]) -> dict[str, float]:
    return {a.weekday.value: a.target_min for a in spread}


def total(spread: Sequence[DurationAllocation]) -> float:
    return sum(a.target_min for a in spread)


# --- profiles ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", CYCLING.trained_types)
@pytest.mark.parametrize("day_kind", list(DayKind))
def test_every_type_has_lengths_for_both_kinds_of_day(kind: WorkoutType, day_kind: DayKind) -> None:
    session = real_config().week.sessions[kind][day_kind]

    assert sorted(session.ordinary) == list(session.ordinary)
    assert session.outer[0] <= session.ordinary[0]
    assert session.ordinary[-1] <= session.outer[1]


@pytest.mark.parametrize(
    ("kind", "weekday", "weekend"),
    [
        ("recovery", (45, 50, 60), (45, 60, 75)),
        ("vo2max", (50, 60, 75), (50, 70, 90)),
        ("threshold", (60, 75, 90), (60, 85, 120)),
        ("sweet_spot", (60, 80, 90), (75, 95, 120)),
        ("tempo", (60, 75, 90), (75, 90, 120)),
        ("endurance", (60, 75, 90), (90, 135, 240)),
        ("mixed", (60, 75, 90), (75, 110, 150)),
    ],
)
def test_the_profiles_have_the_specified_minutes(kind: str, weekday: tuple[int, ...], weekend: tuple[int, ...]) -> None:
    sessions = real_config().week.sessions[WorkoutType(kind)]

    assert sessions[DayKind.WEEKDAY].ordinary == weekday
    assert sessions[DayKind.WEEKEND].ordinary == weekend


# --- known weeks ---------------------------------------------------------------------------------------------


def test_four_hours_on_two_endurance_days_are_spread_over_both() -> None:
    spread = distribute_weekly_hours([day("endurance", "Tuesday"), day("endurance", "Saturday")], 4.0)

    assert len(spread) == 2
    assert total(spread) == pytest.approx(240)
    assert minutes(spread)["Saturday"] > minutes(spread)["Tuesday"]


def test_one_day_gets_all_the_hours_of_its_week() -> None:
    spread = distribute_weekly_hours([day("endurance", "Tuesday")], 1.5)

    assert minutes(spread) == {"Tuesday": 90}


def test_days_keep_their_order() -> None:
    days = [day("endurance", "Sunday"), day("tempo", "Tuesday")]

    assert list(minutes(distribute_weekly_hours(days, 3))) == ["Sunday", "Tuesday"]


def test_an_hour_for_two_recovery_days_is_two_half_hours() -> None:
    spread = distribute_weekly_hours([day("recovery", "Tuesday"), day("recovery", "Thursday")], 1.0)

    assert minutes(spread) == pytest.approx({"Tuesday": 30, "Thursday": 30})


def test_days_of_intervals_follow_the_scaling_half_as_far_as_endurance_days() -> None:
    days = [day("threshold", "Tuesday"), day("endurance", "Thursday"), day("endurance", "Saturday")]
    natural = 75 + 75 + 135

    spread = minutes(distribute_weekly_hours(days, (natural + 30) / 60))

    stretch = {
        weekday: spread[weekday] / own for weekday, own in (("Tuesday", 75), ("Thursday", 75), ("Saturday", 135))
    }
    assert stretch["Thursday"] == pytest.approx(stretch["Saturday"], abs=0.001)
    assert stretch["Tuesday"] - 1 == pytest.approx((stretch["Thursday"] - 1) / 2, abs=0.001)


def test_in_a_very_short_week_all_days_shrink_alike_so_that_the_long_ride_stays_the_longest() -> None:
    days = [day("tempo", "Tuesday"), day("endurance", "Saturday")]

    spread = minutes(distribute_weekly_hours(days, 2.0))

    assert spread["Saturday"] > spread["Tuesday"]


def test_where_the_long_ride_has_minutes_of_its_own_easy_days_shrink_before_those_of_intervals() -> None:
    long_ride = envelope_of(real_library(), real_config()).bounds_within(
        (150, 150), WorkoutType.ENDURANCE, Weekday.SUNDAY, 1440
    )
    assert long_ride is not None
    spread = minutes(distribute_weekly_hours([day("tempo", "Tuesday"), day("endurance", "Thursday"), long_ride], 4.0))

    assert spread["Sunday"] == 150
    assert spread["Tuesday"] > spread["Thursday"]


def test_the_cap_of_a_day_is_kept_and_the_others_take_what_it_leaves() -> None:
    days = [day("endurance", "Tuesday", 45), day("endurance", "Saturday")]

    assert minutes(distribute_weekly_hours(days, 4.0)) == pytest.approx({"Tuesday": 45, "Saturday": 195})


def test_no_days_hold_no_hours() -> None:
    assert distribute_weekly_hours([], 2.0) == ()


# --- properties ----------------------------------------------------------------------------------------------

kinds = st.sampled_from(CYCLING.trained_types)
weeks = st.lists(st.tuples(kinds, st.sampled_from(Weekday), st.sampled_from((45, 60, 75, 90, 120, 1440))), min_size=1,
                 max_size=6).map(lambda days: [day(kind, weekday, cap) for kind, weekday, cap in days])  # fmt: skip


@MANY
@given(weeks, st.integers(2, 80))
def test_minutes_add_up_exactly_wherever_the_days_can_hold_them(days: list[DayBounds], quarters: int) -> None:
    wanted = quarters * 15
    spread = distribute_weekly_hours(days, wanted / 60)
    possible = sum(d.shortest for d in days) <= wanted <= sum(d.longest for d in days)

    assert abs(total(spread) - wanted) < 0.05 * len(days) or not possible


@MANY
@given(weeks, st.integers(2, 80))
def test_no_day_leaves_what_it_can_have(days: list[DayBounds], quarters: int) -> None:
    spread = distribute_weekly_hours(days, quarters / 4)

    for bounds, allocation in zip(days, spread, strict=True):
        assert bounds.shortest <= allocation.shortest <= allocation.target_min <= allocation.longest <= bounds.longest
        assert allocation.target_min <= bounds.cap_min


@MANY
@given(weeks, st.integers(2, 80))
def test_days_stay_ordinary_where_the_week_is(days: list[DayBounds], quarters: int) -> None:
    wanted = quarters * 15
    spread = distribute_weekly_hours(days, wanted / 60)
    is_ordinary = sum(d.profile.shortest for d in days) <= wanted <= sum(d.profile.longest for d in days)

    assert not is_ordinary or all(
        d.profile.shortest <= a.target_min <= d.profile.longest for d, a in zip(days, spread, strict=True)
    )


@MANY
@given(weeks, st.integers(2, 79))
def test_more_hours_never_shorten_a_day(days: list[DayBounds], quarters: int) -> None:
    less, more = (distribute_weekly_hours(days, (quarters + n) / 4) for n in (0, 1))
    ordinary = sum(d.profile.shortest for d in days), sum(d.profile.longest for d in days)

    if ordinary[0] <= quarters * 15 and (quarters + 1) * 15 <= ordinary[1]:
        assert all(b.target_min >= a.target_min for a, b in zip(less, more, strict=True))
