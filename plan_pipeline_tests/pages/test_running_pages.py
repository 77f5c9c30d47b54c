"""Pages of runs: paces for watts, kilometres beside hours, the zones of running, and Option B beside a key workout."""

from __future__ import annotations

import re
from functools import lru_cache

import pytest

from plan_pipeline.core.model.vocabulary import Band, Sport
from plan_pipeline.core.sports.records import SPORTS
from plan_pipeline.pages.comparison_page import comparison_page
from plan_pipeline.pages.library_page import library_page
from plan_pipeline.pages.plan_page import plan_page
from plan_pipeline.pages.profile import profile_of
from plan_pipeline.pages.season import charts_of, season_of
from plan_pipeline.pages.zones import USUAL_COLOURS, bounds_for, styles_for, zone_of, zones_for
from plan_pipeline_tests.core.running import running_config, running_library
from plan_pipeline_tests.core.running_plans import REQUESTS, running_plan
from plan_pipeline_tests.html_reader import Reader, asks_for, broken_references
from plan_pipeline_tests.pages.plans import example


@lru_cache(maxsize=8)
def page(name: str = "marathon") -> Reader:
    return Reader(plan_page(running_plan(name)))


def text(reader: Reader) -> str:
    return " ".join(tag.text for tag in reader.tags if tag.name not in ("style", "script"))


# --- zones -----------------------------------------------------------------------------------------------------


def test_runs_are_drawn_in_the_zones_of_their_sport() -> None:
    assert [zone.name for zone in zones_for(Sport.RUNNING)] == [zone.name for zone in SPORTS[Sport.RUNNING].zones]
    assert zones_for(Sport.RUNNING)[0].range_pct == "to 72 %"
    assert zones_for(Sport.RUNNING)[1].range_pct == "72–84 %"
    assert zones_for(Sport.RUNNING)[-1].range_pct == "from 112 %"


@pytest.mark.parametrize(("pct", "name"), [(71.9, "recovery"), (80, "easy"), (94, "marathon"), (100, "threshold")])
def test_an_intensity_of_running_lies_in_one_zone(pct: float, name: str) -> None:
    assert zones_for(Sport.RUNNING)[zone_of(pct, Sport.RUNNING) - 1].name == name


@pytest.mark.parametrize("sport", list(Sport))
def test_zones_rise_and_every_one_of_them_has_a_colour(sport: Sport) -> None:
    bounds = bounds_for(sport)
    assert list(bounds) == sorted(bounds)
    assert ("more_zones.css" in styles_for(sport)) is (len(zones_for(sport)) > USUAL_COLOURS)


def test_minutes_in_zones_add_up_to_those_that_are_run() -> None:
    for week in running_plan().training_plan.weekly_plan:
        for workout in week.workouts:
            spent = profile_of(workout.segments, Sport.RUNNING).zone_minutes
            run = sum(s.duration_min for s in workout.segments if s.intensity_low_pct is not None)
            assert sum(spent) == pytest.approx(run)


# --- the page of a plan ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(REQUESTS))
def test_a_page_is_whole_and_asks_for_nothing(name: str) -> None:
    assert asks_for(page(name)) == []
    assert broken_references(page(name)) == []


def test_steps_have_paces_and_none_has_watts() -> None:
    said = text(page())
    assert re.search(r"\d:\d\d–\d:\d\d/km", said)
    assert not re.search(r"\d W\b", said)
    assert [tag.text for tag in page().all("th") if tag.text in ("Pace", "Power")][:1] == ["Pace"]
    assert "% of threshold speed" in said


def test_a_runner_who_reads_miles_sees_no_kilometres_of_their_own() -> None:
    said = text(page("half in miles without hills"))
    assert re.search(r"\d:\d\d/mi", said)
    assert "/km" not in said


def test_weeks_and_workouts_have_their_ground_beside_hours() -> None:
    plan = running_plan().training_plan
    week = plan.weekly_plan[9]
    totals = [tag.text for tag in page().of_class("totals")]
    amounts = [tag.text for tag in page().of_class("amount")]
    assert any(" km " in f"{each} " for each in totals)
    assert f"{week.workouts[0].distance_km:.1f}".rstrip("0").rstrip(".") + " km" in amounts


def test_the_figures_on_top_are_the_race_the_goal_threshold_and_distance() -> None:
    labels = [tag.text for tag in page().all("dt")]
    assert labels[:4] == ["Event day", "Goal", "Threshold", "Distance"]
    assert "Longest run" in labels
    assert "3:15:00" in text(page()) and "10 km in 41:20" in text(page())


def test_option_b_stands_beside_every_workout_that_has_one_with_its_steps() -> None:
    plan = running_plan().training_plan
    options = [option for week in plan.weekly_plan for workout in week.workouts for option in workout.options]
    headings = [tag.text for tag in page().all("h4") if tag.text.startswith("Option B")]
    tiles = [tag.text for tag in page().of_class("kind") if tag.text.startswith("Option B")]
    assert options
    assert headings == tiles == [f"Option B: {option.name}" for option in options]


def test_the_season_has_a_chart_of_kilometres_with_what_was_wanted_and_the_longest_run() -> None:
    season = season_of(running_plan().training_plan)
    chart = charts_of(season)[0]
    assert (chart.title, chart.unit) == ("Distance a week", "km")
    assert chart.legend == (("wanted", "km wanted"), ("long-ride", "longest run"))
    assert len(chart.bars) == 17 and chart.marks
    wanted = [week.target_km for week in running_plan().training_plan.weekly_plan]
    assert [week.target_ground for week in season.weeks] == wanted


def test_a_plan_by_hours_has_the_ground_it_covers_but_none_that_was_wanted() -> None:
    chart = charts_of(season_of(running_plan("trail").training_plan))[0]
    assert chart.title == "Distance a week"
    assert chart.legend == (("long-ride", "longest run"),)
    assert chart.marks == ()


def test_rides_have_no_chart_of_ground() -> None:
    assert charts_of(season_of(example().training_plan))[0].title == "Hours a week"


def test_bands_have_the_colours_of_the_zones_that_hold_most_of_them() -> None:
    rides, runs = (season_of(plan.training_plan) for plan in (example(), running_plan()))
    assert [rides.colour_of(band) for band in Band] == ["z3", "z4", "z5", "z6"]
    assert len({runs.colour_of(band) for band in (Band.SWEET_SPOT, Band.THRESHOLD, Band.ANAEROBIC)}) == 3


# --- the other pages -------------------------------------------------------------------------------------------


def test_the_library_page_covers_the_sport_of_its_library() -> None:
    reader = Reader(library_page(running_library(), running_config()))
    said = text(reader)
    assert broken_references(reader) == []
    assert [tag.text for tag in reader.all("h1")] == ["Workout library of running"]
    assert "those of a threshold pace of 4:15/km (VDOT 50)" in said
    assert "W′" not in said
    assert "Option B" in said and "5 of 5" in said
    assert {tag.text for tag in reader.all("h2")} >= {"Cruise intervals", "Marathon pace", "Hills", "Long"}


def test_two_versions_of_a_running_plan_are_compared_in_kilometres() -> None:
    said = text(Reader(comparison_page(running_plan("5 km"), running_plan())))
    assert "Distance a week" in said
    assert "target km" not in said
    assert re.search(r"\d km → \d", said)
