"""Fields that belong to one sport are refused in a request of another, and what a sport needs is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.runner_fields import RUNNING_FIELDS
from plan_pipeline_tests.core.builders import rider
from plan_pipeline_tests.core.running import a_runner_request

EVENT = {"date": "2027-03-28", "type": "half_marathon"}

RUNNERS_ONLY: dict[str, Any] = {
    "recent_race": {"distance_m": 10_000, "time": "41:20"},
    "threshold_pace": "4:15/km",
    "current_weekly_km": 40,
    "longest_run_km": 14,
    "units": "mile",
    "access": ["hills"],
    "time_constants": {"tau1": 42, "tau2": 7},
    "volume_tier": "mid",
}


def said(make: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        make(*given, **more)
    return str(caught.value)


def a_rider(**plan: Any) -> PlanRequest:
    return rider(8, "tue, thu, sun", **plan)


def test_the_fields_that_are_tried_here_are_all_of_a_runners() -> None:
    assert set(RUNNERS_ONLY) == set(RUNNING_FIELDS)


@pytest.mark.parametrize("field", RUNNERS_ONLY)
def test_a_runners_field_is_not_a_riders(field: str) -> None:
    found = said(a_rider, athlete={field: RUNNERS_ONLY[field]})
    assert f"athlete_profile.{field}: is for running, and the request is for cycling" in found
    assert "take it out, or set sport: running" in found


@pytest.mark.parametrize(
    ("field", "value"),
    [("goal_time", "1:33:00"), ("profile", "hilly"), ("expected_temperature", 25), ("dew_point", 15)],
)
def test_a_ride_to_an_event_has_none_of_a_races_fields(field: str, value: Any) -> None:
    event = {"date": "2027-03-28", "type": "century", field: value}
    assert f"event.{field}: is for running" in said(a_rider, event=event)


def test_kilometres_a_week_are_not_a_riders() -> None:
    found = said(
        PlanRequest.model_validate,
        {
            "plan_id": "p",
            "weeks": 8,
            "athlete_profile": {
                "athlete_id": "a",
                "ftp": 250,
                "training_availability": {"hours_per_week": 8, "weekly_km": 50, "week_days": "sun"},
            },
        },
    )
    assert "training_availability.weekly_km: is for running" in found


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"athlete": {"longest_ride_min": 120}}, "athlete_profile.longest_ride_min"),
        ({"athlete": {"ftp": 250}}, "athlete_profile.ftp"),
        ({"target_ftp": 280}, "target_ftp"),
    ],
)
def test_a_riders_field_is_not_a_runners(given: dict[str, Any], field: str) -> None:
    assert f"{field}: is for cycling, and the request is for running" in said(a_runner_request, **given)


def test_a_tune_up_race_may_have_a_goal_time_too() -> None:
    tune_up = {"date": "2027-02-27", "type": "10k", "goal_time": "41:00"}
    assert a_runner_request(events=[tune_up]).events[0].goal_time == 41 * 60


def test_a_riders_event_on_the_way_is_held_to_the_sport_as_well() -> None:
    on_the_way = {"date": "2027-02-27", "goal_time": "41:00"}
    found = said(a_rider, start_date="2027-02-01", events=[on_the_way])
    assert "events.goal_time: is for running" in found


# --- what is needed --------------------------------------------------------------------------------------


def test_a_runner_gives_a_race_or_a_pace() -> None:
    assert "athlete_profile.recent_race: is missing; give a race such as" in said(
        a_runner_request, athlete={"recent_race": None}
    )


def test_a_race_and_a_pace_say_the_same_thing_twice() -> None:
    assert "both say how fast the runner is; keep one" in said(a_runner_request, athlete={"threshold_pace": "4:15/km"})


def test_a_runner_counts_hours_or_kilometres() -> None:
    missing = said(a_runner_request, availability={"hours_per_week": None})
    assert "hours_per_week: is missing; add it, or give weekly_km in its place" in missing
    assert "a plan counts one of them; keep one" in said(a_runner_request, availability={"weekly_km": 50})


def test_a_rider_without_ftp_is_asked_for_it() -> None:
    assert "athlete_profile.ftp: is missing; add it" in said(a_rider, athlete={"ftp": None})


def test_a_runner_needs_no_ftp_and_has_none() -> None:
    assert a_runner_request().athlete_profile.ftp is None
