"""``show`` of a running plan: 80 columns with kilometres, paces, letters of running, and Option B."""

from __future__ import annotations

import re

import pytest
from rich.console import Console

from plan_pipeline.cli import tables
from plan_pipeline.cli.plan_words import DAY_LETTERS, legend_of, letter_of
from plan_pipeline.core.coach_texts.texts import texts_of
from plan_pipeline.core.model.vocabulary import DayRole, Sport
from plan_pipeline.core.sports.records import SPORTS
from plan_pipeline_tests.core.running_plans import REQUESTS, running_plan


def shown(name: str = "marathon", width: int = 80, week: int | None = None) -> str:
    plan, console = running_plan(name), Console(width=width)
    body = plan.training_plan
    with console.capture() as captured:
        if week is None:
            console.print(tables.plan_overview(plan, width, plan.rule_results))
        else:
            texts = texts_of(plan).week(week)
            units = body.athlete_profile.units
            console.print(tables.week_in_full(body.weekly_plan[week - 1], body.plan_metadata, texts, units))
    return captured.get()


@pytest.mark.parametrize("name", list(REQUESTS))
def test_a_plan_fits_into_eighty_columns(name: str) -> None:
    assert max(map(len, shown(name).splitlines())) <= 80


def test_the_head_has_threshold_pace_and_the_time_that_is_aimed_at() -> None:
    said = shown()
    assert "threshold 4:15/km, VDOT 50.0" in said
    assert "finish in 3:15:00" in said
    assert "FTP" not in said and not re.search(r"\d W\b", said)


def test_weeks_have_kilometres_beside_hours_and_those_wanted_where_there_is_room() -> None:
    assert re.search(r"km +hours +TSS", shown())
    assert re.search(r"km +km +hours +hours", shown(width=120))
    assert re.search(r"mi +hours +TSS", shown("half in miles without hills"))


def test_a_week_has_distances_paces_and_option_b() -> None:
    said = shown(week=10)
    assert re.search(r"\bkm +min +TSS +IF", said)
    assert re.search(r"\d:\d\d–\d:\d\d/km", said)
    assert "Option B: " in said


@pytest.mark.parametrize("sport", list(Sport))
def test_every_type_of_a_sport_has_a_letter_of_its_own(sport: Sport) -> None:
    letters = [DAY_LETTERS[kind] for kind in SPORTS[sport].types]
    assert len(set(letters)) == len(letters)


def test_a_long_run_that_is_a_key_session_has_a_capital_and_is_explained() -> None:
    weeks = running_plan().training_plan.weekly_plan
    hard = next(d for week in weeks for d in week.training_days if d.role is DayRole.LONG_QUALITY)
    assert letter_of(hard) == "L"
    assert legend_of(weeks).endswith("L long with hard work")
    assert "l long" in legend_of(weeks)
