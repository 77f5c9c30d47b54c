"""Every week has a preview and every key workout a purpose, from the plan's own numbers, days and names."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

import pytest

from plan_pipeline.core.coach_texts.texts import WrittenTexts, key_places, texts_of, with_texts
from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.final_plan import content_hash
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import DayRole, WorkoutType
from plan_pipeline.core.prose.contradictions import contradictions
from plan_pipeline.core.prose.facts import facts_of_plan
from plan_pipeline_tests.core.builders import planned, real_config, real_library
from plan_pipeline_tests.golden.plans import REQUESTS

MOST_TIMES = 4
"""As often as a sentence may come back in a plan of up to 24 weeks."""


@lru_cache(maxsize=1)
def _plans() -> tuple[Plan, ...]:
    made: list[PlanRequest] = [*REQUESTS.values(), *synthetic_requests(20, 7, real_config())]
    results = (planned(request, real_library()) for request in made)
    return tuple(result.plan for result in results if result.plan is not None)


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?]) (?=[A-Z0-9])", text)


def test_no_text_contradicts_its_plan() -> None:
    found = [
        finding
        for plan in _plans()
        for week in texts_of(plan).weeks
        for text in (week.preview, *filter(None, week.purposes))
        for finding in contradictions(text, facts_of_plan(plan, week.week_number))
    ]
    assert found == []


def test_a_preview_has_up_to_four_sentences_and_is_different_from_week_to_week() -> None:
    for plan in _plans():
        weeks = texts_of(plan).weeks
        trained = [
            text.preview for text, week in zip(weeks, plan.training_plan.weekly_plan, strict=True) if week.workouts
        ]
        assert len(set(trained)) == len(trained)
        assert all(1 <= len(_sentences(preview)) <= 4 for preview in trained)


def test_no_sentence_comes_back_again_and_again() -> None:
    for plan in _plans():
        weeks = texts_of(plan).weeks
        said = Counter(text for week in weeks for text in filter(None, week.purposes))
        said += Counter(
            each
            for text, week in zip(weeks, plan.training_plan.weekly_plan, strict=True)
            if week.workouts
            for each in _sentences(text.preview)[-1:]
        )
        assert max(said.values()) <= MOST_TIMES, said.most_common(1)


def test_hard_sessions_long_rides_tests_and_openers_have_a_purpose_of_one_sentence() -> None:
    for plan in _plans():
        for week, texts in zip(plan.training_plan.weekly_plan, texts_of(plan).weeks, strict=True):
            long_days = {
                day.weekday for day in week.training_days if day.role in (DayRole.LONG_RIDE, DayRole.LATE_WORK)
            }
            for workout, purpose in zip(week.workouts, texts.purposes, strict=True):
                is_key = workout.type.is_demanding or workout.type in (WorkoutType.TEST, WorkoutType.OPENERS)
                if is_key or workout.weekday in long_days:
                    assert purpose is not None
                if purpose is not None:
                    assert len(_sentences(purpose)) == 1
                    assert purpose.endswith(".")
                assert workout.type is not WorkoutType.RECOVERY or purpose is None


def test_the_same_plan_has_the_same_texts() -> None:
    for plan in _plans()[:3]:
        assert texts_of(plan) == texts_of(Plan.model_validate_json(plan.model_dump_json()))


def test_what_a_model_wrote_takes_the_place_of_the_templates_and_of_nothing_else() -> None:
    plan = _plans()[0]
    place = key_places(plan.training_plan.weekly_plan[0])[0]
    written = with_texts(plan, WrittenTexts(previews={2: "A quiet week."}, purposes={(1, place): "It wakes you up."}))
    before, after = texts_of(plan), texts_of(written)
    assert after.week(2).preview == "A quiet week."
    assert after.week(1).purposes[place] == "It wakes you up."
    assert after.week(3) == before.week(3)
    assert after.week(1).preview == before.week(1).preview
    taken_out = {"preview": True, "workouts": {"__all__": {"purpose"}}}
    for one, other in zip(plan.training_plan.weekly_plan, written.training_plan.weekly_plan, strict=True):
        assert one.model_dump(exclude=taken_out) == other.model_dump(exclude=taken_out)


def test_a_plan_with_texts_is_hashed_and_sealed_anew() -> None:
    plan = _plans()[0]
    written = with_texts(plan, WrittenTexts(previews={1: "Welcome."}, purposes={}))
    assert written.generation.content_hash == content_hash(written.training_plan)
    assert written.generation.content_hash != plan.generation.content_hash
    assert written.generation.stamp_hash != plan.generation.stamp_hash
    assert Plan.model_validate_json(written.model_dump_json()) == written


@pytest.mark.parametrize("field", ["preview", "purpose"])
def test_a_plan_without_a_models_texts_is_stored_as_before(field: str) -> None:
    assert f'"{field}"' not in _plans()[0].model_dump_json()


def test_a_plan_without_texts_to_add_is_left_as_it_is() -> None:
    plan = _plans()[0]
    assert with_texts(plan, WrittenTexts(previews={}, purposes={})) is plan
