"""Events on the way and days off: every form that is accepted or refused, and the days that are left to train."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from pydantic import ValidationError

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import EventPriority, Weekday
from plan_pipeline.strict_input.validation_messages import describe
from plan_pipeline_tests.core.rules.overviews import a_request

DATE = "2027-03-28"
"""Of the event in ``a_request``: the Sunday of week 8, which begins on 2027-03-22."""


def said(**fields: Any) -> str:
    """What is said of a request in which the fields are wrong."""
    with pytest.raises(ValidationError) as error:
        a_request(**fields)
    return "\n".join(describe(error.value, PlanRequest))


def event(**fields: Any) -> dict[str, Any]:
    return {"date": DATE, "name": "Spring Century", **fields}


def time_off(*spans: tuple[str, str]) -> list[dict[str, str]]:
    return [{"from": first, "to": last} for first, last in spans]


# --- how long, how far, how high -----------------------------------------------------------------------------


@pytest.mark.parametrize("written", [390, "390", "390 min", "6:30", "6h30", "6.5 h", "6,5 hours", "6 h 30 min"])
def test_an_expected_duration_is_minutes_or_a_time(written: Any) -> None:
    request = a_request(event=event(expected_duration_min=written))
    assert request.event and request.event.expected_duration_min == 390


@pytest.mark.parametrize(
    ("written", "km"),
    [
        *((written, 160) for written in (160, "160", "160 km", "160.0", "160 Kilometres", "160k")),
        *((written, 160.5) for written in ("160.5", "160,5 km")),
        *((written, 160.9) for written in ("100 mi", "100 miles", "100,0mi")),
        ("1 mile", 1.6),
    ],
)
def test_a_distance_is_kilometres_or_miles(written: Any, km: float) -> None:
    request = a_request(event=event(distance_km=written))
    assert request.event and request.event.distance_km == km


@pytest.mark.parametrize(("written", "metres"), [(0, 0), ("3200 m", 3200), ("1800 metres", 1800), ("6000 ft", 1828.8)])
def test_climbing_is_metres_or_feet(written: Any, metres: float) -> None:
    request = a_request(event=event(elevation_m=written))
    assert request.event and request.event.elevation_m == metres


@pytest.mark.parametrize(
    ("field", "written", "message"),
    [
        ("distance_km", 0, "must be more than 0, not 0; give a number above 0 to 6000"),
        ("distance_km", -5, "must be more than 0, not -5; give a number above 0 to 6000"),
        ("distance_km", "0 mi", "must be more than 0, not '0 mi'; give a number above 0 to 6000"),
        ("distance_km", 6001, "must be at most 6000, not 6001; give a number above 0 to 6000"),
        ("distance_km", "1,000 km", "'1,000 km' is not a number of kilometres; write it like 160, or 100 mi"),
        ("distance_km", "far", "'far' is not a number of kilometres; write it like 160, or 100 mi"),
        ("distance_km", True, "must be a number, not true; write it in digits"),
        ("elevation_m", -1, "must be at least 0, not -1; give a number from 0 to 100000"),
        ("elevation_m", "3,200 m", "'3,200 m' is not a number of metres; write it like 1800, or 5900 ft"),
        ("expected_duration_min", 0, "must be at least 1, not 0; give a number from 1 to 20160"),
        ("expected_duration_min", "6-7 h", "'6-7 h' is not read as minutes; write minutes such as 90, or 1:30 or 1h30"),
    ],
)
def test_a_figure_of_an_event_that_makes_no_sense_is_refused_by_field_and_value(
    field: str, written: Any, message: str
) -> None:
    assert said(event=event(**{field: written})) == f"event.{field}: {message}"


def test_a_figure_under_another_name_is_refused_with_the_right_one() -> None:
    assert said(event=event(distance=160)) == "event.distance: is not a known field; did you mean distance_km?"


def test_figures_that_are_null_were_left_out() -> None:
    assert a_request(event=event(distance_km=None, elevation_m=None, expected_duration_min=None)) == a_request(
        event=event()
    )


# --- priorities ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["A", "a", "A race", "priority A"])
def test_the_event_of_a_plan_has_priority_a(written: str) -> None:
    assert a_request(event=event(priority=written)) == a_request(event=event())


@pytest.mark.parametrize("written", ["B", "C"])
def test_another_priority_of_the_event_is_refused(written: str) -> None:
    assert said(event=event(priority=written)) == (
        f"event.priority: {written} is no priority of the event that the plan leads up to, which is A; "
        "leave it out, or put the event into events"
    )


def test_events_on_the_way_have_priority_b_unless_they_say_c() -> None:
    request = a_request(events=[{"date": "2027-02-20"}, {"date": "2027-02-27", "priority": "c race"}])
    assert [each.priority for each in request.events] == [EventPriority.B, EventPriority.C]


def test_priority_a_among_the_events_on_the_way_is_refused() -> None:
    assert said(events=[{"date": "2027-02-20", "priority": "A"}]) == (
        "events.0.priority: A is the priority of the one event that the plan leads up to; "
        "give B or C here, or put it into event"
    )


def test_a_priority_that_is_none_is_refused_with_those_there_are() -> None:
    assert said(events=[{"date": "2027-02-20", "priority": "D"}]) == (
        "events.0.priority: 'D' is not known; use one of A, B, C"
    )


# --- when ----------------------------------------------------------------------------------------------------


def test_events_are_in_the_order_of_their_days_and_found_by_week() -> None:
    request = a_request(events=[{"date": "2027-03-24"}, {"date": "2027-02-21"}, {"date": "2027-02-20"}])

    assert [str(each.date) for each in request.events] == ["2027-02-20", "2027-02-21", "2027-03-24"]
    assert [len(request.events_in(week)) for week in range(1, 9)] == [0, 0, 2, 0, 0, 0, 0, 1]
    assert [each.weekday for each in request.events_in(3)] == [Weekday.SATURDAY, Weekday.SUNDAY]


@pytest.mark.parametrize(
    ("days", "message"),
    [
        (["2027-02-20", "2027-02-20"], "'Event' and 'Event' are both on 2027-02-20; keep one of them"),
        ([DATE], f"'Event' on {DATE} is not before the event on {DATE}, with which the plan ends; "),
        (["2027-03-29"], f"'Event' on 2027-03-29 is not before the event on {DATE}, with which the plan ends; "),
        (["2027-01-31"], f"'Event' on 2027-01-31 lies outside of the plan, 2027-02-01 to {DATE}; "),
    ],
)
def test_events_that_are_not_on_the_way_are_refused(days: list[str], message: str) -> None:
    assert said(events=[{"date": day} for day in days]).startswith(f"events: {message}")


def test_a_plan_without_an_event_at_its_end_may_have_events_on_the_way() -> None:
    request = a_request(event=None, start_date="2027-02-01", events=[{"date": "2027-03-28"}])

    assert len(request.events_in(8)) == 1
    assert "lies outside of the plan" in said(event=None, start_date="2027-02-01", events=[{"date": "2027-03-29"}])


@pytest.mark.parametrize(
    ("spans", "message"),
    [
        ([("2027-03-05", "2027-03-04")], ".0: from 2027-03-05 to 2027-03-04 ends before it begins; swap from and to"),
        (
            [("2027-03-05", "2027-03-09"), ("2027-03-01", "2027-03-05")],
            ": 2027-03-01 to 2027-03-05 and 2027-03-05 to 2027-03-09 share days; make one of the two, or correct one",
        ),
        (
            [("2027-01-20", "2027-01-31")],
            f": 2027-01-20 to 2027-01-31 lies outside of the plan, 2027-02-01 to {DATE}; "
            "take it off the list or correct its days",
        ),
        (
            [("2027-03-26", "2027-03-30")],
            f": 2027-03-26 to 2027-03-30 holds 'Spring Century' on {DATE}; leave that day out of it, "
            "or the event out of the request",
        ),
        (
            [("2027-01-01", "2027-03-27")],
            f": leaves no day to train in the plan, 2027-02-01 to {DATE}; shorten it or move the plan",
        ),
    ],
)
def test_time_off_that_makes_no_sense_is_refused_with_its_days(spans: list[tuple[str, str]], message: str) -> None:
    assert said(time_off=time_off(*spans)) == f"time_off{message}"


def test_time_off_on_the_day_of_an_event_on_the_way_is_refused() -> None:
    assert "2027-02-19 to 2027-02-22 holds 'Club race' on 2027-02-20" in said(
        events=[{"date": "2027-02-20", "name": "Club race"}], time_off=time_off(("2027-02-19", "2027-02-22"))
    )


def test_fields_of_time_off_go_by_the_names_that_requests_have() -> None:
    assert said(time_off=[{"form": "2027-02-08", "to": "2027-02-12"}]).splitlines() == [
        "time_off.0.from: is missing; add it",
        "time_off.0.form: is not a known field; did you mean from?",
    ]
    assert said(time_off=[{"from": 8, "to": "2027-02-12"}]) == (
        "time_off.0.from: must be a date, not 8; write it like 2027-01-04"
    )


@pytest.mark.parametrize("field", ["events", "time_off"])
def test_days_in_a_plan_without_dates_are_refused(field: str) -> None:
    entries = [{"date": "2027-02-20"}] if field == "events" else time_off(("2027-02-08", "2027-02-12"))
    assert said(event=None, **{field: entries}) == (
        f"{field}: cannot be placed in a plan without dates; give start_date, or event and weeks"
    )


def test_days_beyond_sense_are_named_by_their_field() -> None:
    request = a_request(time_off=time_off(("0001-01-01", "2027-02-03")))
    assert request.senseless_days == (
        "time_off: 0001-01-01 is no day that a plan is made for; give one from 2000-01-01 to 2068-12-31, or none",
    )


# --- what follows --------------------------------------------------------------------------------------------

AWAY = time_off(("2027-01-20", "2027-02-02"), ("2027-02-12", "2027-02-21"), ("2027-02-22", "2027-02-22"))


def test_days_off_are_told_by_week() -> None:
    request = a_request(time_off=AWAY)
    days = list(Weekday)

    assert [sorted(day.position for day in request.days_off(week)) for week in range(1, 6)] == [
        [0, 1],
        [4, 5, 6],
        list(range(7)),
        [0],
        [],
    ]
    assert a_request().days_off(1) == frozenset()
    assert request.days_off(3) == frozenset(days)


def test_days_off_and_days_of_events_are_not_trained() -> None:
    request = a_request(time_off=AWAY, events=[{"date": "2027-03-06"}])  # Tue, Wed, Thu, Sat, Sun are available
    trained = [request.trainable_days(week) for week in range(1, 9)]

    assert trained[0] == (Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.SATURDAY, Weekday.SUNDAY)
    assert trained[1] == (Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY)
    assert trained[2] == ()
    assert trained[4] == (Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.SUNDAY)
    assert trained[7] == (Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.SATURDAY)


def test_time_off_after_the_event_changes_nothing() -> None:
    request = a_request(event=event(date="2027-03-24"), time_off=time_off(("2027-03-25", "2027-04-10")))
    assert request.trainable_days(8) == (Weekday.TUESDAY,)


@pytest.mark.parametrize("blank", [None, [], " "])
def test_lists_that_were_left_empty_are_as_if_left_out(blank: Any) -> None:
    assert a_request(events=blank, time_off=blank, constraints=blank) == a_request()


# --- what is written down ------------------------------------------------------------------------------------


def test_a_request_without_them_is_written_as_it_was_before_there_were_any() -> None:
    written = json.loads(a_request(event=event()).model_dump_json())

    assert set(written) == {
        *("plan_id", "athlete_profile", "weeks", "start_date", "event", "target_ftp", "options"),
    }
    assert written["event"] == {"date": DATE, "name": "Spring Century", "type": None}
    assert not {"longest_ride_min", "current_hours"} & set(written["athlete_profile"])


def test_a_request_with_them_is_read_as_it_was_written() -> None:
    request = a_request(
        event=event(distance_km="100 mi", elevation_m=900, expected_duration_min="6:15"),
        events=[{"date": "2027-03-06", "priority": "C", "distance_km": 60}],
        time_off=AWAY,
        constraints="no hills",
        goal="raise_ftp",
        athlete={"longest_ride_min": 150, "current_hours": 5},
    )
    written = json.loads(request.model_dump_json())

    assert PlanRequest.model_validate(written) == request
    assert PlanRequest.model_validate(request.model_dump(mode="json")) == request
    assert written["time_off"][1] == {"from": "2027-02-12", "to": "2027-02-21"}
    assert request.events[0].date == dt.date(2027, 3, 6)
