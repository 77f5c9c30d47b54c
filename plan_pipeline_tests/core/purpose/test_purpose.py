"""What a request is for: how its words are read, and what that asks of the plan in minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.config import load_config
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Band, Weekday
from plan_pipeline.core.purpose.purpose import Purpose, UnknownAimError, purpose_of

CONFIG = load_config(Path(__file__).parents[3] / "config")
EVERY_DAY = "Monday-Sunday"


def for_hours(hours: float, *, days: str = EVERY_DAY, caps: dict[str, int] | None = None, **plan: Any) -> Purpose:
    """What a request of an intermediate rider is for."""
    athlete = {
        "athlete_id": "a",
        "experience_level": plan.pop("level", "intermediate"),
        "ftp": 250,
        "goals": plan.pop("goals", []),
        "training_availability": {"hours_per_week": hours, "week_days": days, "max_minutes": caps or {}},
    }
    request = {"plan_id": "p", "athlete_profile": athlete, "weeks": 12, **plan}
    return purpose_of(PlanRequest.model_validate(request), CONFIG)


def century(**event: Any) -> dict[str, Any]:
    return {"date": "2027-06-13", "type": "century", **event}


def test_a_goal_that_is_named_counts_before_the_event_and_the_words() -> None:
    purpose = for_hours(8, goal="raise_ftp", goals=["Finish a century"], event=century())
    assert purpose.aim.id == "raise_ftp"
    assert purpose.event_type is not None and purpose.event_type.id == "century"
    assert purpose.reading == ""


def test_words_say_what_for_where_nothing_else_does_and_the_reading_quotes_them() -> None:
    purpose = for_hours(8, goals=["Have fun", "improve my FTP"])
    assert purpose.aim.id == "raise_ftp"
    assert "'improve my FTP'" in purpose.reading


def test_a_part_of_a_word_is_not_read() -> None:
    assert "no goal is named" in for_hours(8, goals=["Ride the Softparade"]).reading


def test_an_unknown_goal_is_an_error_with_the_nearest() -> None:
    with pytest.raises(UnknownAimError, match=r"goal: 'raise_ftpp' is not a known goal; did you mean raise_ftp\?"):
        for_hours(8, goal="raise_ftpp")


@pytest.mark.parametrize(
    ("hours", "event", "longest"),
    [(8.25, century(), 220), (6.25, century(), 165), (8.25, century(expected_duration_min=240), 165)],
)
def test_the_long_ride_is_the_least_of_what_event_and_hours_ask_for(
    hours: float, event: dict[str, Any], longest: int
) -> None:
    assert for_hours(hours, event=event).long_ride_target_min == longest


def test_the_day_of_the_long_ride_limits_it() -> None:
    purpose = for_hours(8.25, event=century(), caps={"saturday": 120, "sunday": 150})
    assert purpose.long_ride_day is Weekday.SUNDAY
    assert (purpose.suitable_long_ride_min, purpose.long_ride_target_min) == (220, 150)


def test_minutes_grow_over_the_load_weeks_and_the_first_week_has_less() -> None:
    purpose = for_hours(8, goal="raise_ftp")
    first, middle, last = (purpose.week_minutes(i, 9, number)[0] for i, number in ((0, 1), (3, 4), (6, 8)))
    assert first.bands == (Band.SWEET_SPOT, Band.THRESHOLD)
    assert (first.wanted, middle.wanted, last.wanted) == (50, 90, 120)
    assert first.least == 50


def test_a_beginner_has_minutes_in_a_band_from_the_week_on_in_which_the_level_allows_it() -> None:
    purpose = for_hours(8, goal="raise_ftp", level="beginner")
    bands = [[minutes.bands for minutes in purpose.week_minutes(week, 9, week + 1)] for week in range(5)]
    wide = (Band.SWEET_SPOT, Band.THRESHOLD)
    assert bands == [[], [], [wide], [wide], [wide, (Band.THRESHOLD,)]]
    assert purpose.week_minutes(3, 9, 4)[0].wanted <= purpose.level.weekly_minutes[Band.SWEET_SPOT]


def test_minutes_for_little_time_do_not_shrink_with_the_hours() -> None:
    few, more = (for_hours(hours, goal="time_crunched").week_minutes(4, 9, 5)[0] for hours in (4, 6))
    assert few == more
    assert for_hours(4, goal="vo2max").week_minutes(4, 9, 5)[0].wanted < few.wanted
