"""Load from week to week: what breaks each rule, in which words, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.model.plan import PlanWeek
from plan_pipeline.core.model.vocabulary import WeekType
from plan_pipeline.core.rules.load_rules import starting_ctl
from plan_pipeline.core.rules.plan_view import view_of
from plan_pipeline_tests.core.builders import MANY, real_config
from plan_pipeline_tests.core.rules.plan_weeks import dated, easy_week, hard, plan_week, result, ride, undated
from plan_pipeline_tests.core.weeks import segment, workout

RECOVERY = WeekType.RECOVERY


def weeks_of(minutes: list[float], light: tuple[int, ...] = ()) -> list[PlanWeek]:
    """Weeks of so many minutes at 60 %, those in ``light`` for recovery."""
    return [easy_week(n, m, RECOVERY if n in light else WeekType.LOAD) for n, m in enumerate(minutes, 1)]


# --- load-week-ratio -----------------------------------------------------------------------------------------


def test_three_load_weeks_before_a_recovery_week_are_allowed() -> None:
    found = result("load-week-ratio", weeks_of([300] * 8, light=(4, 8)))

    assert (found.passed, found.value, found.weeks) == (True, 3, ())


def test_a_fourth_load_week_in_a_row_is_told() -> None:
    found = result("load-week-ratio", weeks_of([300] * 9, light=(5, 9)), undated(9))

    assert (found.passed, found.value, found.weeks) == (False, 4, (4,))
    assert found.message == (
        "Weeks 1 to 4: 4 load weeks in a row; for this athlete and length of plan at most 3 may follow each other, "
        "so make week 4 a recovery week."
    )


def test_a_fourth_load_week_is_right_where_there_are_all_the_light_weeks_that_the_length_allows() -> None:
    assert result("load-week-ratio", weeks_of([300] * 12, light=(4, 8)), undated(12)).passed
    assert not result("load-week-ratio", weeks_of([300] * 13, light=(4, 8)), undated(13)).passed


@pytest.mark.parametrize(
    ("athlete", "passed"), [({"age": 50}, False), ({"age": 49}, True), ({"experience_level": "beginner"}, True)]
)
def test_athletes_from_50_on_recover_every_third_week(athlete: dict[str, object], passed: bool) -> None:
    found = result("load-week-ratio", weeks_of([300] * 8, light=(4, 8)), undated(athlete=athlete))

    assert (found.passed, found.value, found.weeks) == (passed, 3, () if passed else (3, 7))


def test_athletes_from_40_on_recover_every_third_week_if_they_ride_hard_three_times_a_week() -> None:
    days = [hard("Monday"), hard("Wednesday"), hard("Friday")]
    weeks = [plan_week(n, *days, week_type=WeekType.LOAD if n % 4 else RECOVERY) for n in range(1, 9)]

    assert [result("load-week-ratio", weeks, undated(athlete={"age": age})).passed for age in (39, 40)] == [True, False]


def test_a_plan_of_up_to_six_weeks_may_be_one_block_of_five() -> None:
    assert result("load-week-ratio", weeks_of([300] * 6, light=(6,)), undated(6)).passed
    assert not result("load-week-ratio", weeks_of([300] * 6), undated(6)).passed


def test_a_week_of_time_off_rests_the_athlete_as_a_light_one_does() -> None:
    away = undated(start_date="2027-01-04", time_off=[{"from": "2027-01-25", "to": "2027-01-31"}])

    assert not result("load-week-ratio", weeks_of([300] * 7)).passed
    assert result("load-week-ratio", weeks_of([300] * 7), away).passed


def test_a_plan_without_load_weeks_has_no_ratio() -> None:
    found = result("load-week-ratio", weeks_of([300], light=(1,)))

    assert (found.passed, found.value) == (True, None)


# --- recovery-week-load --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "pct"), [(150, 50), (174, 58), (195, 65)])
def test_a_recovery_week_of_half_to_two_thirds_of_its_block_is_light_enough(minutes: float, pct: float) -> None:
    found = result("recovery-week-load", weeks_of([250, 300, 350, minutes], light=(4,)))

    assert (found.passed, found.value, found.message) == (True, pct, "")


@pytest.mark.parametrize(
    ("minutes", "pct", "sentence"),
    [
        (210, 70, "a recovery week of 126 TSS is 70 % of its block's mean of 180; lower it to 50 to 65 %, 90 to 117."),
        (120, 40, "a recovery week of 72 TSS is 40 % of its block's mean of 180; raise it to 50 to 65 %, 90 to 117."),
    ],
)
def test_a_recovery_week_outside_that_is_told(minutes: float, pct: float, sentence: str) -> None:
    found = result("recovery-week-load", weeks_of([250, 300, 350, minutes], light=(4,)))

    assert (found.passed, found.value, found.weeks) == (False, pct, (4,))
    assert found.message == f"Week 4: {sentence}"


def test_a_recovery_week_is_held_against_the_block_just_before_it() -> None:
    found = result("recovery-week-load", weeks_of([200, 120, 400, 240], light=(2, 4)))

    assert (found.passed, found.value) == (True, 60)


def test_the_second_of_two_recovery_weeks_is_held_against_the_same_block() -> None:
    found = result("recovery-week-load", weeks_of([200, 120, 160], light=(2, 3)))

    assert (found.value, found.weeks) == (80, (3,))


@pytest.mark.parametrize("minutes", [[120, 200], [200]])
def test_a_recovery_week_with_no_block_before_it_has_nothing_to_be_held_against(minutes: list[float]) -> None:
    found = result("recovery-week-load", weeks_of(minutes, light=(1,)))

    assert (found.passed, found.value) == (True, None)


def test_a_block_without_load_has_no_share() -> None:
    found = result("recovery-week-load", [plan_week(1), easy_week(2, 100, RECOVERY)])

    assert (found.passed, found.value) == (True, None)


# --- ctl-ramp ------------------------------------------------------------------------------------------------


def test_a_steady_plan_from_its_own_level_does_not_ramp() -> None:
    found = result("ctl-ramp", weeks_of([400, 400, 400]))

    assert found.passed
    assert found.value is not None and abs(found.value) < 1


def test_a_plan_far_above_the_start_ramps_too_fast() -> None:
    found = result("ctl-ramp", weeks_of([1200, 400]), undated(athlete={"start_ctl": 30}))

    assert (found.passed, found.value, found.weeks) == (False, 11.4, (1,))
    assert found.message == ("Week 1: CTL rises by 11.4 points; at most 8 a week, so plan about 143 TSS less in it.")


def test_the_rise_by_hand() -> None:
    share = 1 - 2.718281828459045 ** (-1 / 42)
    ctl = 20.0
    for tss in (0, 0, 120, 0, 0, 120, 0):
        ctl += (tss - ctl) * share

    assert result("ctl-ramp", weeks_of([400]), undated(athlete={"start_ctl": 20})).value == round(ctl - 20, 1)


def test_all_weeks_that_ramp_too_fast_are_named() -> None:
    found = result("ctl-ramp", weeks_of([1200, 1600, 300]), undated(athlete={"start_ctl": 10}))

    assert found.weeks == (1, 2)
    assert "(week 1 as well)" in found.message or "(week 2 as well)" in found.message


def test_without_a_stated_start_it_is_the_daily_load_of_the_first_load_week() -> None:
    weeks = weeks_of([100, 350], light=(1,))

    assert starting_ctl(view_of(undated(), weeks, real_config())) == 350 * 0.6 / 7
    assert starting_ctl(view_of(undated(athlete={"start_ctl": 12}), weeks, real_config())) == 12
    assert starting_ctl(view_of(undated(), weeks[:1], real_config())) == pytest.approx(100 * 0.6 / 7)


def test_a_plan_without_weeks_starts_from_nothing_and_never_ramps() -> None:
    found = result("ctl-ramp", [])

    assert starting_ctl(view_of(undated(), [], real_config())) == 0
    assert (found.passed, found.value) == (True, None)


# --- monotony ------------------------------------------------------------------------------------------------


def test_hard_and_easy_days_with_rest_are_not_monotonous() -> None:
    found = result("monotony", weeks_of([300]))

    assert (found.passed, found.value) == (True, 0.63)


def test_six_days_alike_are_monotonous() -> None:
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
    weeks = [*weeks_of([300]), *(plan_week(n, *(ride(day, 60) for day in days)) for n in (2, 3))]

    found = result("monotony", weeks)

    assert (found.passed, found.value, found.weeks) == (False, 2.45, (2, 3))
    assert found.message == (
        "Week 2: monotony is 2.45 (week 3 as well); below 2 keeps hard and easy days apart, "
        "so make the easy days shorter or rest on one of them."
    )


def test_a_week_of_no_load_or_the_same_every_day_has_no_monotony() -> None:
    seven = [ride(day, 60) for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")]

    for week in (plan_week(1), plan_week(1, *(r.model_copy() for r in seven))):
        found = result("monotony", [week])
        assert (found.passed, found.value) == (True, None)


def test_the_week_of_the_event_is_left_out_because_its_load_is_not_known() -> None:
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
    week = plan_week(8, *(ride(day, 60) for day in days), week_type=WeekType.EVENT)

    assert result("monotony", [week], dated()).value is None
    assert not result("monotony", [week]).passed


# --- longest-ride-growth -------------------------------------------------------------------------------------


def longest(*minutes: float) -> list[PlanWeek]:
    """Weeks whose longest ride is so long."""
    return [plan_week(n, ride("Wednesday", 30), ride("Saturday", m)) for n, m in enumerate(minutes, 1)]


@pytest.mark.parametrize("minutes", [(60, 90), (150, 180), (200, 240), (120, 60, 150)])
def test_a_fifth_or_half_an_hour_more_than_the_longest_of_four_weeks_is_allowed(minutes: tuple[float, ...]) -> None:
    assert result("longest-ride-growth", longest(*minutes)).passed


def test_more_than_half_an_hour_on_a_short_ride_is_told() -> None:
    found = result("longest-ride-growth", longest(60, 95))

    assert (found.passed, found.value, found.weeks) == (False, 35, (2,))
    assert found.message == ("Week 2: the longest ride grows by 35 min, from 60 to 95; after 60 min it has at most 90.")


def test_more_than_a_fifth_on_a_long_ride_is_told() -> None:
    found = result("longest-ride-growth", longest(200, 245, 300))

    assert (found.value, found.weeks) == (55, (2, 3))
    assert found.message == (
        "Week 3: the longest ride grows by 55 min, from 245 to 300 (week 2 as well); after 245 min it has at most 294."
    )


def test_a_long_ride_five_weeks_ago_no_longer_counts() -> None:
    assert result("longest-ride-growth", longest(150, 60, 60, 60, 150)).passed
    assert result("longest-ride-growth", longest(150, 60, 60, 60, 60, 150)).weeks == (6,)


def test_the_first_week_and_one_after_no_riding_have_nothing_to_grow_from() -> None:
    found = result("longest-ride-growth", [plan_week(1), easy_week(2, 400)])

    assert (found.passed, found.value) == (True, None)


def test_the_event_is_never_the_longest_ride() -> None:
    weeks = [easy_week(7, 120), plan_week(8, ride("Wednesday", 60), ride("Sunday", 360), week_type=WeekType.EVENT)]

    assert result("longest-ride-growth", weeks, dated()).value == 0
    assert result("longest-ride-growth", weeks).value == 300


def test_strength_work_is_no_ride() -> None:
    gym = workout("Monday", [segment("strength", 200, None)], kind="strength")

    assert result("longest-ride-growth", [easy_week(1, 120), plan_week(2, ride("Saturday", 60), gym)]).value == 0


@MANY
@given(st.lists(st.integers(30, 300), min_size=2, max_size=10))
def test_a_plan_whose_longest_ride_never_grows_keeps_the_rule(minutes: list[int]) -> None:
    assert result("longest-ride-growth", longest(*sorted(minutes, reverse=True))).passed
