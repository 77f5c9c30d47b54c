"""Weeks in Dagster's pages: the event is part of the week that holds it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from dagster import MarkdownMetadataValue, TextMetadataValue

from plan_pipeline.core.model.events import EventOnTheWay
from plan_pipeline.orchestration.assets import STAGES
from plan_pipeline.orchestration.reporting.week_lines import WeekLine, week_lines
from plan_pipeline_tests.core.builders import planned, rider
from plan_pipeline_tests.core.running_plans import REQUESTS, made

EVENT = {"date": "2027-01-30", "name": "Spring\n| *Century*", "type": "century"}


def lines(
    stage: str, event: dict[str, str] | None = EVENT, on_the_way: Sequence[dict[str, str]] = ()
) -> list[WeekLine]:
    assert stage in {asset.key.to_user_string() for asset in STAGES}
    request = rider(5, "tue, thu, sat", weeks=4, start_date="2027-01-04", event=event)
    made = planned(request)
    assert made.overview is not None
    by_number = {
        number: draft.overview if stage == "plan_overview" else draft.validated
        for number, draft in enumerate(made.weeks, start=1)
    }
    events = [EventOnTheWay.model_validate(each) for each in on_the_way]
    return week_lines(by_number, request.model_copy(update={"events": tuple(events)}), made.overview.weeks)


@pytest.mark.parametrize("stage", ["plan_overview", "week_validation"])
def test_the_event_is_told_in_the_line_and_the_metadata_of_its_week(stage: str) -> None:
    *before, last = lines(stage)
    assert last.cells()["event"] == "Saturday 2027-01-30: Spring | *Century* (century)"
    assert last.metadata()["event"] == TextMetadataValue("Saturday 2027-01-30: Spring | *Century* (century)")
    assert {line.cells()["event"] for line in before} == {""}
    assert all("event" not in line.metadata() for line in before)


def test_the_event_is_a_row_of_the_weeks_workouts_that_breaks_nothing() -> None:
    *before, last = lines("week_validation")
    shown = last.workouts_metadata()["workouts"]
    assert isinstance(shown, MarkdownMetadataValue) and shown.md_str is not None
    rows = shown.md_str.splitlines()
    assert rows[-1] == r"| Saturday | Spring \| \*Century\* (century) | event |  |  |  |"
    assert len({row.replace(r"\|", "").count("|") for row in rows}) == 1
    assert all("event" not in line.workouts for line in before)


def test_a_plan_without_an_event_has_none_of_it() -> None:
    assert {line.events for line in lines("week_validation", event=None)} == {()}


def test_an_event_on_the_way_is_a_row_on_its_day() -> None:
    way = [{"date": "2027-01-15", "name": "Club race", "priority": "C"}]
    _, second, third, _ = lines("week_validation", on_the_way=way)
    assert second.cells()["event"] == "Friday 2027-01-15: Club race (C)"
    days = [row.split()[1] for row in second.workouts.splitlines()[2:]]
    assert days == ["Tuesday", "Thursday", "Friday", "Saturday"]
    assert third.cells()["event"] == ""


# --- runs ------------------------------------------------------------------------------------------------------


def running_lines(stage: str) -> list[WeekLine]:
    request, run = REQUESTS["marathon"], made("marathon")
    assert run.overview is not None
    by_number = {
        number: draft.overview if stage == "plan_overview" else draft.validated
        for number, draft in enumerate(run.weeks, start=1)
    }
    return week_lines(by_number, request, run.overview.weeks)


def test_weeks_of_runs_have_kilometres_as_wanted_and_once_there_are_workouts_as_planned() -> None:
    wanted, planned_too = running_lines("plan_overview"), running_lines("week_validation")
    assert all(float(line.cells()["km wanted"]) > 0 for line in wanted)
    assert {line.cells()["km planned"] for line in wanted} == {""}
    assert planned_too[0].km_planned == pytest.approx(wanted[0].km_wanted, abs=2)
    assert "km_planned" in planned_too[0].metadata()
    assert "| km |" in planned_too[0].workouts.splitlines()[0]


def test_weeks_of_rides_have_no_kilometres() -> None:
    assert {(line.km_wanted, line.km_planned) for line in lines("week_validation")} == {(None, None)}
    assert all("km" not in line.workouts for line in lines("week_validation"))


def test_a_race_on_the_way_is_a_row_of_as_many_cells_among_runs() -> None:
    week = running_lines("week_validation")[10]
    rows = [row.replace(r"\|", "") for row in week.workouts.splitlines()]
    assert any("City Half" in row for row in rows)
    assert len({row.count("|") for row in rows}) == 1
