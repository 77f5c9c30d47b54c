"""Plans for the tests of pages: one that is like any, and others changed in what a page has to cope with."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from plan_pipeline.core.day_alternatives import PlanAlternatives, alternatives_of_plan
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.pipeline import PlanResult, generate_plan
from plan_pipeline_tests.core.builders import STAMP, real_config, real_library

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "requests"


def example(name: str = "rider-318-ultra") -> Plan:
    """A plan of an example: the default has a B event, time off and late work."""
    plan = _made(name).plan
    assert plan is not None
    return plan


@lru_cache(maxsize=8)
def alternatives(name: str = "rider-318-ultra") -> PlanAlternatives:
    """What else could stand on the days of that plan."""
    made, weeks = _made(name), example(name).training_plan.weekly_plan
    assert made.overview is not None
    return alternatives_of_plan(made.request, made.overview, weeks, real_library(), real_config())


@lru_cache(maxsize=8)
def _made(name: str) -> PlanResult:
    request = PlanRequest.model_validate(yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text()))
    return generate_plan(request, real_library(), real_config(), stamp=STAMP)


def edited(plan: Plan, edit: Any) -> Plan:
    """The plan with its content, as JSON has it, changed by a function."""
    content = plan.model_dump(mode="json")
    edit(content)
    return Plan.model_validate(content)


def undated(plan: Plan) -> Plan:
    """The plan without any dates, and so without what has some."""

    def edit(content: dict[str, Any]) -> None:
        meta = content["training_plan"]["plan_metadata"]
        meta["start_date"] = None
        for name in ("event", "events", "time_off"):
            meta.pop(name, None)

    return edited(plan, edit)


def with_text_everywhere(plan: Plan, text: str) -> Plan:
    """The plan with a text in every field that people or models write."""

    def edit(content: dict[str, Any]) -> None:
        body = content["training_plan"]
        body["plan_id"] = body["athlete_profile"]["athlete_id"] = text
        body["athlete_profile"]["goals"] = [text, text]
        meta = body["plan_metadata"]
        meta |= {"coaching_notes": f"{text}\n- {text}", "monitoring_guidance": text, "goal": text}
        for event in (meta["event"], *meta["events"]):
            event |= {"name": text, "type": text}
        for off in meta["time_off"]:
            off["reason"] = text
        for week in body["weekly_plan"]:
            week["focus"] = text
            week["validation"] |= {"fix_log": text, "warnings": [text], "auto_fixed": True}
            for workout in week["workouts"]:
                workout |= {"name": text, "description": text, "rationale": text, "optional": True}
                workout |= {"optional_reason": text, "library_workout_id": text}
                for segment in workout["segments"]:
                    segment["description"] = text
        content["ai_metadata"] |= {"library_version": text, "ai_model": text, "ai_provider": text}
        content["generation"] |= {"generation_id": text, "arm": text, "code_version": text, "config_version": text}
        for result in content["rule_results"]:
            result |= {"rule_id": text, "message": text, "threshold": text}
        content["rule_results"][0]["passed"] = False

    return edited(plan, edit)
