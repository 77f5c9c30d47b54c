"""Previews and purposes of running plans: in running words, with distances and paces, and never against the plan."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from plan_pipeline.core.coach_texts.phrase_books import PHRASES
from plan_pipeline.core.coach_texts.texts import CoachTexts, texts_of
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.model.vocabulary import DayRole, Phase, Sport, WorkoutType
from plan_pipeline.core.prose.contradictions import contradictions
from plan_pipeline.core.prose.facts import facts_of_plan
from plan_pipeline.core.sports.records import SPORTS
from plan_pipeline_tests.core.running_plans import REQUESTS, running_plan

MOST_TIMES = 4
"""As often as a sentence may come back in a plan of up to 24 weeks."""

NEVER_KEY = {WorkoutType.REST, WorkoutType.TEST, WorkoutType.OPENERS}

plans = pytest.mark.parametrize("name", list(REQUESTS))


def told(name: str) -> tuple[Plan, CoachTexts]:
    plan = running_plan(name)
    return plan, texts_of(plan)


@plans
def test_no_text_contradicts_its_plan(name: str) -> None:
    plan, texts = told(name)
    found = [
        finding
        for week in texts.weeks
        for text in (week.preview, *filter(None, week.purposes))
        for finding in contradictions(text, facts_of_plan(plan, week.week_number))
    ]
    assert found == []


@plans
def test_demanding_runs_and_long_ones_have_a_purpose_of_one_sentence(name: str) -> None:
    plan, texts = told(name)
    for week, said in zip(plan.training_plan.weekly_plan, texts.weeks, strict=True):
        roles = {day.weekday: day.role for day in week.training_days}
        for workout, purpose in zip(week.workouts, said.purposes, strict=True):
            is_long = roles[workout.weekday] in (DayRole.LONG_RIDE, DayRole.LONG_QUALITY)
            assert (purpose is not None) or not (workout.type.is_demanding or is_long)
            if purpose is not None:
                assert len(re.split(r"(?<=[.!?]) (?=[A-Z0-9])", purpose)) == 1
            assert workout.type is not WorkoutType.RECOVERY or purpose is None


@plans
def test_no_sentence_comes_back_again_and_again(name: str) -> None:
    _, texts = told(name)
    said = Counter(text for week in texts.weeks for text in filter(None, week.purposes))
    assert max(said.values()) <= MOST_TIMES, said.most_common(1)


def test_previews_count_the_ground_of_a_week_and_of_its_long_run() -> None:
    plan, texts = told("marathon")
    week = plan.training_plan.weekly_plan[7]
    km = sum(workout.distance_km or 0 for workout in week.workouts)
    assert f"{km:.0f} km (" in texts.week(8).preview
    assert re.search(r"long run takes 1 h \d\d \(\d\d km\)", texts.week(8).preview)


def test_a_runner_who_reads_miles_is_told_miles() -> None:
    _, texts = told("half in miles without hills")
    said = " ".join(each for week in texts.weeks for each in (week.preview, *filter(None, week.purposes)))
    assert " mi (" in said and "/mi" in said
    assert "/km" not in said


def test_work_is_told_by_distance_and_pace_and_hills_by_effort() -> None:
    purposes = [text for name in REQUESTS for week in told(name)[1].weeks for text in filter(None, week.purposes)]
    assert any(re.search(r"\d × \d+ m at \d:\d\d", text) for text in purposes)
    assert any("by effort" in text for text in purposes)
    assert not any(re.search(r"\d %", text) for text in purposes)


def test_a_long_run_that_is_a_key_session_is_told_by_its_structure() -> None:
    plan, texts = told("marathon")
    hard = [
        (week, day)
        for week in plan.training_plan.weekly_plan
        for day in week.training_days
        if day.role is DayRole.LONG_QUALITY and week.phase is not Phase.TAPER
    ]
    assert hard
    for week, day in hard:
        place = next(i for i, workout in enumerate(week.workouts) if workout.weekday is day.weekday)
        purpose = texts.week(week.week_number).purposes[place] or ""
        assert "marathon pace" in purpose.lower() or "longer" in purpose or "plan" in purpose


def test_the_eve_of_the_race_opens_the_legs() -> None:
    plan, texts = told("marathon")
    assert (texts.weeks[-1].purposes[-1] or "").endswith(".")
    assert "Spring Marathon" in (texts.weeks[-1].purposes[-1] or "")
    assert plan.training_plan.weekly_plan[-1].workouts[-1].type is WorkoutType.EASY


@pytest.mark.parametrize("sport", list(Sport))
def test_a_sport_has_aims_for_every_type_that_can_hold_work(sport: Sport) -> None:
    phrases, record = PHRASES[sport], SPORTS[sport]
    aimless = set(record.types) - set(phrases.aims) - NEVER_KEY
    assert aimless <= {record.parts.recovery, WorkoutType.STRENGTH}
    assert phrases.else_for in phrases.aims
