"""The shape of a plan: blocks, light weeks, time off and the taper, each by the counts that coaches hold to."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.model.vocabulary import WeekType
from plan_pipeline.core.overview.season import season_of
from plan_pipeline_tests.core.overview.purposes import event, purpose

LETTERS = {WeekType.LOAD: "L", WeekType.RECOVERY: "r", WeekType.TAPER: "t", WeekType.EVENT: "e"}


def shape(**plan: Any) -> str:
    """The week types of a plan, a letter each."""
    return "".join(LETTERS[slot.week_type] for slot in season_of(purpose(**plan)))


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [(4, "LLLr"), (6, "LLrLLL"), (8, "LLLrLLLr"), (10, "LLrLLLrLLL"), (12, "LLLrLLLrLLLL"), (16, "LLLrLLLrLLLrLLLL")],
)
def test_light_weeks_are_as_many_as_the_length_of_the_plan_bears(weeks: int, expected: str) -> None:
    assert shape(weeks=weeks) == expected


def test_from_fifty_on_every_third_week_is_light() -> None:
    assert shape(weeks=12, athlete={"age": 55}) == "LLrLLrLLrLLr"
    assert shape(weeks=12, athlete={"age": 45}) == shape(weeks=12)


def test_a_beginner_loads_three_weeks_as_others_do() -> None:
    assert shape(weeks=8, level="beginner") == "LLLrLLLr"


@pytest.mark.parametrize(
    ("date", "expected"),
    [("2027-06-13", "LLrLLLrLLLte"), ("2027-06-09", "LLrLLLrLLLte"), ("2027-06-07", "LLrLLrLLLtte")],
)
def test_a_taper_lasts_as_many_days_as_the_event_asks_for_on_any_weekday(date: str, expected: str) -> None:
    assert shape(event=event("century", date)) == expected


def test_a_criterium_needs_no_more_than_its_own_week() -> None:
    assert shape(event=event("criterium")).endswith("Le")


@pytest.mark.parametrize(("date", "expected"), [("2027-06-13", "LLLe"), ("2027-06-07", "LLte")])
def test_a_short_plan_keeps_its_load_weeks(date: str, expected: str) -> None:
    assert shape(weeks=4, event=event("century", date)) == expected


def test_a_week_off_is_the_light_week_of_its_block() -> None:
    off = {"from": "2027-04-19", "to": "2027-04-25", "reason": "travel"}
    assert shape(event=event("century"), time_off=[off])[4] == "r"


def test_a_day_off_takes_its_share_of_the_week() -> None:
    off = {"from": "2027-04-20", "to": "2027-04-20"}
    whole, less = (season_of(purpose(event=event("century"), **more)) for more in ({}, {"time_off": [off]}))
    assert less[4].share == pytest.approx(whole[4].share * 6 / 7)
    assert less[4].week_type is WeekType.LOAD


def test_hours_grow_from_what_is_ridden_today() -> None:
    first = season_of(purpose(10, athlete={"current_hours": 6}))[:3]
    assert [round(slot.share * 10, 2) for slot in first] == [6.6, 7.26, 7.99]


def test_a_week_with_a_b_event_holds_less() -> None:
    on_the_way = [{"date": "2027-05-15", "name": "Club race", "priority": "B"}]
    slot = season_of(purpose(event=event("century"), events=on_the_way))[7]
    assert slot.share == 0.8
