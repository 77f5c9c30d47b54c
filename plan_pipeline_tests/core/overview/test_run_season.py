"""The shape of a runner's plan: volume ramps from what is run today, and the taper is as long as the runner needs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.model.vocabulary import WeekType
from plan_pipeline.core.overview.season import season_of, taper_days, taper_weeks
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline_tests.core.purpose.runner_purposes import marathon_purpose, purpose, weeks_of
from plan_pipeline_tests.core.running import a_runner_request
from plan_pipeline_tests.core.running_plans import marathon

LETTERS = {WeekType.LOAD: "L", WeekType.RECOVERY: "r", WeekType.TAPER: "t", WeekType.EVENT: "e"}


def shape(found: Purpose) -> str:
    """The week types of a plan, a letter each."""
    return "".join(LETTERS[slot.week_type] for slot in season_of(found))


def load_shares(found: Purpose) -> list[float]:
    return [slot.share for slot in weeks_of(found, WeekType.LOAD)]


def racing(kind: str, date: str = "2027-03-28", **athlete: Any) -> Purpose:
    return purpose(a_runner_request(event={"date": date, "type": kind}, athlete=athlete))


def days_of_taper(kind: str = "marathon", **constants: float) -> tuple[int, int]:
    found = racing(kind, time_constants=constants or None)
    assert found.event_type is not None
    return taper_days(found, found.event_type)


# --- the ramp --------------------------------------------------------------------------------------------


def test_load_weeks_grow_in_a_straight_line_from_what_is_run_today_to_the_fullest_week() -> None:
    """45 of 60 km, and all of them in the seventh of eleven load weeks: at 65 % of the way."""
    line = [0.75 + 0.25 * week / 6 for week in range(7)]
    assert load_shares(marathon_purpose()) == pytest.approx([*line, 1, 1, 1, 1])


def test_a_runner_who_says_nothing_of_today_begins_with_70_percent() -> None:
    assert load_shares(marathon_purpose(athlete={"current_weekly_km": None}))[0] == 0.70


@pytest.mark.parametrize(("now_km", "share"), [(10, 0.50), (30, 0.50), (33, 0.55), (60, 1.0), (80, 1.0)])
def test_the_first_week_is_half_of_the_fullest_at_least_and_all_of_it_at_most(now_km: float, share: float) -> None:
    assert load_shares(marathon_purpose(athlete={"current_weekly_km": now_km}))[0] == pytest.approx(share)


@given(st.integers(4, 24), st.integers(5, 80))
def test_no_week_is_more_than_a_tenth_above_the_best_of_the_four_before(weeks: int, now_km: int) -> None:
    plan = a_runner_request(weeks=weeks, event=None, athlete={"current_weekly_km": now_km})
    shares = [slot.share for slot in season_of(purpose(plan))]
    for i in range(1, weeks):
        assert shares[i] <= max(shares[max(0, i - 4) : i]) * 1.1 + 1e-9


@given(st.integers(4, 24), st.integers(5, 80))
def test_load_weeks_never_shrink_and_never_pass_the_fullest(weeks: int, now_km: int) -> None:
    plan = a_runner_request(weeks=weeks, event=None, athlete={"current_weekly_km": now_km})
    shares = load_shares(purpose(plan))
    assert shares == sorted(shares)
    assert shares[-1] <= 1


def test_a_cutback_has_80_percent_of_the_load_weeks_of_late() -> None:
    slots = season_of(marathon_purpose())
    cutbacks = [i for i, slot in enumerate(slots) if slot.week_type is WeekType.RECOVERY]
    assert [slots[i].share for i in cutbacks] == pytest.approx([0.8 * slots[i - 1].share for i in cutbacks])


def test_a_tune_up_race_takes_15_percent_of_its_week() -> None:
    without, with_race = (load_shares(marathon_purpose(**more)) for more in ({}, {"events": _TUNE_UP}))
    assert [week for week, (a, b) in enumerate(zip(without, with_race, strict=True)) if b == 0.85 * a] == [8]


_TUNE_UP = [{"date": "2027-03-28", "type": "10k", "priority": "B"}]


def test_a_day_off_takes_its_share_of_the_week() -> None:
    off = [{"from": "2027-01-13", "to": "2027-01-13"}]
    whole, less = (load_shares(marathon_purpose(**more)) for more in ({}, {"time_off": off}))
    assert less[1] == pytest.approx(whole[1] * 6 / 7)


# --- what the taper has ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "shares"),
    [("marathon", [0.80, 0.56, 0.36]), ("half_marathon", [0.60, 0.40]), ("trail", [0.58, 0.40]), ("10k", [0.45])],
)
def test_a_taper_has_the_shares_of_its_race_and_six_days_of_the_last_week(kind: str, shares: list[float]) -> None:
    found = season_of(racing(kind, current_weekly_km=80))
    fullest = max(slot.share for slot in found)
    in_taper = [slot.share for slot in found if slot.week_type in (WeekType.TAPER, WeekType.EVENT)]
    assert in_taper == pytest.approx([fullest * share for share in [*shares[:-1], shares[-1] * 6 / 7]])


def test_a_race_in_the_middle_of_the_week_leaves_the_days_before_it() -> None:
    last = season_of(racing("10k", "2027-03-25", current_weekly_km=80))[-1]
    assert last.share == pytest.approx(0.45 * 3 / 7)


# --- how long the taper is -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "days"), [("marathon", (14, 21)), ("half_marathon", (8, 14)), ("10k", (6, 12)), ("5k", (5, 10))]
)
def test_without_time_constants_a_taper_lasts_what_its_race_asks_for(kind: str, days: tuple[int, int]) -> None:
    assert days_of_taper(kind) == days


@pytest.mark.parametrize(("tau1", "tau2", "days"), [(25, 7, 12), (25, 4, 7), (30, 7, 14), (42, 7, 15), (42, 10, 21)])
def test_with_time_constants_it_lasts_the_days_that_they_give(tau1: float, tau2: float, days: int) -> None:
    assert days_of_taper(tau1=tau1, tau2=tau2) == (days, days)


@pytest.mark.parametrize(("tau1", "tau2", "gain", "days"), [(42, 7, 3, 9), (42, 7, 2, 7), (45, 15, 2, 16)])
def test_with_a_fitted_model_it_lasts_the_days_that_are_best_by_it(
    tau1: float, tau2: float, gain: float, days: int
) -> None:
    assert days_of_taper(tau1=tau1, tau2=tau2, k1=1.0, k2=gain) == (days, days)


def test_it_is_the_ratio_of_the_gains_that_counts() -> None:
    assert days_of_taper(tau1=42, tau2=7, k1=0.5, k2=1.5) == days_of_taper(tau1=42, tau2=7, k1=2, k2=6)


def test_a_trail_race_keeps_its_own_days_whatever_the_constants() -> None:
    assert days_of_taper("trail", tau1=42, tau2=10) == days_of_taper("trail") == (9, 15)


@pytest.mark.parametrize(
    ("constants", "ending"),
    [
        (None, "Ltte"),
        ({"tau1": 25, "tau2": 4}, "Le"),
        ({"tau1": 25, "tau2": 7}, "Lte"),
        ({"tau1": 42, "tau2": 10}, "Ltte"),
        ({"tau1": 42, "tau2": 7, "k1": 1, "k2": 2}, "Le"),
        ({"tau1": 45, "tau2": 15, "k1": 1, "k2": 2}, "Ltte"),
    ],
)
def test_weeks_taper_for_the_days_that_are_nearest_to_those(constants: dict[str, float] | None, ending: str) -> None:
    """A race on Sunday is tapered for in 6, 13 or 20 days; a day too few weighs twice as much as one too many."""
    assert shape(marathon_purpose(athlete={"time_constants": constants})).endswith(ending)


def test_a_short_plan_tapers_in_its_last_week() -> None:
    assert shape(marathon_purpose(start_date="2027-03-29")).endswith("Le")


def test_a_plan_without_a_race_does_not_taper() -> None:
    assert taper_weeks(purpose(a_runner_request(event=None))) == 0


# --- cutbacks --------------------------------------------------------------------------------------------


def test_cutbacks_come_every_fourth_week_and_from_fifty_on_every_third() -> None:
    young, old = (shape(purpose(a_runner_request(event=None, weeks=12, athlete={"age": age}))) for age in (30, 55))
    assert (young, old) == ("LLLrLLLrLLLr", "LLrLLrLLrLLr")


def test_a_week_away_is_the_cutback_of_its_block() -> None:
    off = [{"from": "2027-02-08", "to": "2027-02-14", "reason": "travel"}]
    found = season_of(purpose(marathon(events=[], time_off=off)))
    assert found[5].week_type is WeekType.RECOVERY
    assert found[5].share == 0
