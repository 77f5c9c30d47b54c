"""What a request says of its goal, of what the athlete cannot do, and of what the athlete does by now."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Constraint, Requirement
from plan_pipeline.strict_input.validation_messages import describe
from plan_pipeline_tests.core.rules.overviews import a_request


def said(**fields: Any) -> str:
    """What is said of a request in which the fields are wrong."""
    with pytest.raises(ValidationError) as error:
        a_request(**fields)
    return "\n".join(describe(error.value, PlanRequest))


def test_a_goal_is_kept_as_it_is_spelled() -> None:
    assert a_request(goal=" Raise FTP ").goal == "Raise FTP"


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_goal_that_was_left_blank_is_none(blank: Any) -> None:
    assert a_request(goal=blank) == a_request()


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (5, "goal: must be text, not 5; put it in quotes"),
        (["vo2max"], "goal: must be text, not ['vo2max']; put it in quotes"),
        ("x" * 101, "goal: is longer than 100 characters; shorten it"),
    ],
)
def test_a_goal_that_is_no_name_is_refused(written: Any, message: str) -> None:
    assert said(goal=written) == message


def test_a_goal_under_another_name_is_refused_with_the_right_one() -> None:
    assert said(gaol="vo2max") == "gaol: is not a known field; did you mean goal?"
    assert said(athlete={"goal": "vo2max"}) == "athlete_profile.goal: is not a known field; did you mean goals?"


@pytest.mark.parametrize(
    "written", [["no_hills", "indoor_only"], ["Indoor only", "no hills"], "No-Hills, indoors", ["flat", "", "indoor"]]
)
def test_constraints_are_a_list_or_a_text_in_any_spelling_and_order(written: Any) -> None:
    assert a_request(constraints=written).constraints == (Constraint.NO_HILLS, Constraint.INDOOR_ONLY)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (["no_hils"], "constraints.0: 'no_hils' is not known; did you mean no_hills?"),
        (
            "xyz",
            "constraints.0: 'xyz' is not known; use one of no_hills, indoor_only, no_track, no_trail, no_treadmill",
        ),
        (5, "constraints: must be a list, not 5; write it like [one, two]"),
    ],
)
def test_a_constraint_that_is_none_is_refused_with_those_there_are(written: Any, message: str) -> None:
    assert said(constraints=written) == message


def test_constraints_say_what_no_workout_may_require() -> None:
    assert Constraint.NO_HILLS.forbids == {Requirement.HILLS}
    assert Constraint.NO_TRACK.forbids == {Requirement.TRACK}
    assert Constraint.INDOOR_ONLY.forbids == set(Requirement) - {Requirement.TREADMILL}


@pytest.mark.parametrize("written", [150, "150", "2h30", "2:30", "2.5 h", "150 min"])
def test_the_longest_ride_is_minutes_or_a_time(written: Any) -> None:
    assert a_request(athlete={"longest_ride_min": written}).athlete_profile.longest_ride_min == 150


@pytest.mark.parametrize("written", [6, "5-7", "6 h/week", "6:00"])
def test_current_hours_are_read_as_hours_a_week(written: Any) -> None:
    assert a_request(athlete={"current_hours": written}).athlete_profile.current_hours == 6


def test_nobody_has_to_have_trained_before() -> None:
    assert a_request(athlete={"current_hours": 0}).athlete_profile.current_hours == 0


@pytest.mark.parametrize(
    ("field", "written", "message"),
    [
        ("longest_ride_min", 0, "must be at least 1, not 0; give a number from 1 to 1440"),
        ("longest_ride_min", "long", "'long' is not read as minutes; write minutes such as 90, or 1:30 or 1h30"),
        ("longest_ride", 90, "is not a known field; did you mean longest_ride_min?"),
        ("current_hours", -1, "must be at least 0, not -1; give a number from 0 to 40"),
        ("current_hours", 41, "must be at most 40, not 41; give a number from 0 to 40"),
    ],
)
def test_what_an_athlete_cannot_do_by_now_is_refused(field: str, written: Any, message: str) -> None:
    assert said(athlete={field: written}) == f"athlete_profile.{field}: {message}"


@pytest.mark.parametrize("field", ["longest_ride_min", "current_hours"])
def test_what_is_not_known_of_an_athlete_may_be_null(field: str) -> None:
    assert a_request(athlete={field: None}) == a_request()
