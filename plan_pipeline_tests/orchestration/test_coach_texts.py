"""Coach texts of a model: asked for once when a plan is published, and never in the way of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from plan_pipeline.core.coach_texts.texts import texts_of
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline_tests.llm.messages_answers import Message, fails, gives
from plan_pipeline_tests.orchestration.model_world import installation
from plan_pipeline_tests.orchestration.world import request

PREVIEW = (
    "The days ahead follow one after another without hurry, so give the key sessions your attention, keep the rides "
    "between them easy, and notice in the evening how the legs feel."
)


PURPOSE = "It prepares you for what comes later."


def writes_texts(asked: Any) -> Message:
    """A preview for every week and a sentence for every key workout that is listed."""
    keys = re.findall(r"\[(w(\d+)-\d+)\]", asked.text)
    weeks = sorted({int(number) for number in re.findall(r"^Week (\d+) ", asked.text, re.MULTILINE)})
    purposes = {week: [key for key, number in keys if int(number) == week] for week in weeks}
    written = [
        {
            "week_number": week,
            "preview": PREVIEW,
            "purposes": [
                {"workout": key, "purpose": "It prepares you for what comes later."} for key in purposes[week]
            ],
        }
        for week in weeks
    ]
    return gives({"weeks": written})


def test_a_model_writes_the_texts_of_a_published_plan_once(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    with installation(tmp_path, instance, writes_texts, coach_texts="anthropic") as (world, api):
        world.run_plan(request(weeks=4))
        plan = world.pipeline.plans.load_plan("rider")
        assert plan is not None
        assert {week.preview for week in plan.training_plan.weekly_plan} == {PREVIEW}
        assert texts_of(plan).weeks[0].preview == PREVIEW

        for _ in range(2):
            assert world.launch("regenerate_plans").success
        assert len(api.asked) == 1
        assert json.loads(world.file("rider", "plan.json").read_text())["training_plan"]["weekly_plan"][0]["preview"]


@pytest.mark.parametrize("answer", [fails(401, "authentication_error", "invalid key"), gives({"weeks": []})])
def test_a_model_that_writes_none_stands_in_no_plan_s_way(
    tmp_path: Path, instance: dg.DagsterInstance, answer: Any
) -> None:
    with installation(tmp_path, instance, lambda asked: answer, coach_texts="anthropic") as (world, _):
        world.run_plan(request(weeks=4))
        record = world.pipeline.plans.load_generation_record("rider")
        assert record is not None
        assert record.status is PlanStatus.PUBLISHED
        plan = world.pipeline.plans.load_plan("rider")
        assert plan is not None
        assert {week.preview for week in plan.training_plan.weekly_plan} == {None}
        assert all(week.preview for week in texts_of(plan).weeks)
