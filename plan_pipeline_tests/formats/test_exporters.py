"""Published plans in other formats: everything of the plan, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest

from plan_pipeline.core.model.events import EventOnTheWay
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.formats import EXPORTERS
from plan_pipeline.formats.csv_text import csv_line
from plan_pipeline.formats.plan_csv import COLUMNS
from plan_pipeline_tests.core.builders import planned, rider


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = planned(rider(5, "tue, thu, sat", weeks=4, start_date="2027-01-04")).plan
    assert found is not None
    return found


def rows(plan: Plan, week: int | None = None) -> Sequence[dict[str, str]]:
    (file,) = EXPORTERS.get("csv")(plan, week)
    return list(csv.DictReader(io.StringIO(file.content.decode(), newline="")))


def named(plan: Plan, name: str) -> Plan:
    """The plan with another name for its first workout."""
    body = plan.training_plan
    first, *weeks = body.weekly_plan
    workout, *others = first.workouts
    first = first.model_copy(update={"workouts": (workout.model_copy(update={"name": name}), *others)})
    return plan.model_copy(update={"training_plan": body.model_copy(update={"weekly_plan": (first, *weeks)})})


@pytest.mark.parametrize("dates", [{"event": {"date": "9999-12-31"}}, {"start_date": "0001-01-01"}])
def test_a_plan_at_either_end_of_the_calendar_has_rows_as_well(dates: dict[str, Any]) -> None:
    found = planned(rider(5, "tue, thu, sat", weeks=4, **dates)).plan
    assert found is not None
    assert len(rows(found)) >= 10
    assert all(row["date"] for row in rows(found))
    assert EXPORTERS.get("html")(found)


@pytest.mark.parametrize("name", ["json", "csv", "html"])
def test_a_file_is_called_after_its_plan_and_week(name: str, plan: Plan) -> None:
    plan_id = plan.training_plan.plan_id
    assert [file.name for file in EXPORTERS.get(name)(plan)] == [f"{plan_id}.{name}"]
    assert [file.name for file in EXPORTERS.get(name)(plan, 2)] == [f"{plan_id}-week-02.{name}"]


def test_json_is_the_published_plan(plan: Plan) -> None:
    (file,) = EXPORTERS.get("json")(plan)
    assert Plan.model_validate_json(file.content) == plan


def test_csv_has_a_row_a_workout_with_its_figures(plan: Plan) -> None:
    workouts = [(week, workout) for week in plan.training_plan.weekly_plan for workout in week.workouts]
    found = rows(plan)
    assert list(found[0]) == list(COLUMNS)
    assert [(row["week"], row["weekday"], row["name"], row["type"]) for row in found] == [
        (str(week.week_number), workout.weekday.value, workout.name, workout.type.value) for week, workout in workouts
    ]
    assert [(float(row["duration_min"]), float(row["tss"]), float(row["intensity_factor"])) for row in found] == [
        (workout.duration_min, workout.tss, workout.intensity_factor) for _, workout in workouts
    ]


def test_csv_of_a_week_has_its_workouts_alone(plan: Plan) -> None:
    assert {row["week"] for row in rows(plan, 3)} == {"3"}


def test_workouts_of_a_dated_plan_have_the_dates_of_their_days(plan: Plan) -> None:
    assert plan.training_plan.plan_metadata.start_date is not None
    assert {row["date"] for row in rows(plan, 2) if row["weekday"] == "Tuesday"} == {"2027-01-12"}


def test_an_undated_plan_has_no_dates(plan: Plan) -> None:
    body = plan.training_plan
    undated = body.model_copy(update={"plan_metadata": body.plan_metadata.model_copy(update={"start_date": None})})
    assert {row["date"] for row in rows(plan.model_copy(update={"training_plan": undated}))} == {""}


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_that_a_spreadsheet_would_run_is_text(begin: str, plan: Plan) -> None:
    name = f'{begin}HYPERLINK("http://evil.example","x")'
    assert rows(named(plan, name))[0]["name"] == f"'{name}"


@pytest.mark.parametrize("name", ['a, "b"', "two\nlines", "Sweet Spot 3×10", "1 - 2 = 3"])
def test_any_other_name_is_read_back_as_it_is(name: str, plan: Plan) -> None:
    assert rows(named(plan, name))[0]["name"] == name


def test_a_line_of_csv_ends_as_rfc_4180_has_it_and_tells_null_from_empty_text() -> None:
    assert csv_line([None, "", " a", 'b"', "c,d", "e\r\nf", -1, "-1"]) == ',""," a","b""","c,d","e\r\nf",-1,\'-1\r\n'


def test_the_event_is_a_row_of_the_week_that_holds_it_and_no_other() -> None:
    event = {"date": "2027-01-31", "name": "=Club\n10", "type": "time_trial"}
    raced = planned(rider(5, "tue, thu, sat", weeks=4, start_date="2027-01-04", event=event)).plan
    assert raced is not None
    assert [row for row in rows(raced) if row["type"] == "event"] == [rows(raced, 4)[-1]]
    assert list(rows(raced, 4)[-1].values()) == [
        *("4", "2027-01-31", "Sunday", "'=Club 10 (time_trial)", "event", "", "", ""),
    ]
    assert all(row["type"] != "event" for row in rows(raced, 3))


def test_an_event_on_the_way_is_a_row_on_its_day() -> None:
    raced = planned(rider(5, "tue, thu, sat", weeks=4, start_date="2027-01-04", event=None)).plan
    assert raced is not None
    events = (EventOnTheWay.model_validate({"date": "2027-01-15", "name": "Club race", "type": "criterium"}),)
    meta = raced.training_plan.plan_metadata.model_copy(update={"events": events})
    body = raced.training_plan.model_copy(update={"plan_metadata": meta})
    shown = rows(raced.model_copy(update={"training_plan": body}), 2)
    assert [row["weekday"] for row in shown] == ["Tuesday", "Thursday", "Friday", "Saturday"]
    assert list(shown[2].values()) == ["2", "2027-01-15", "Friday", "Club race (criterium, B)", "event", "", "", ""]
