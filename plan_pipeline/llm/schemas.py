"""What Claude is asked to fill in: the overview model as a tool's input, with a note on every field."""

import copy
from collections.abc import Iterator
from typing import Any

from pydantic import Field

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import OverviewWeek, TrainingDay
from plan_pipeline.llm.texts import FOCUS_WORDS, GUIDANCE_WORDS, NOTES_WORDS, text_problem

TOOL_NAME = "submit_weekly_overview"
TOOL_DESCRIPTION = (
    "Hands in the complete weekly overview of the training plan: every week from 1 to the last, each with all seven "
    "weekdays, and the two texts for the athlete. Call it exactly once with the whole plan. The overview is checked "
    "against the plan's rules; if anything breaks a rule, the answer lists every breach, and the whole corrected "
    "overview is handed in again."
)

WEEK_NOTES = {
    "week_number": "1 for the first week, then 2, 3 ... without a gap.",
    "week_type": "load, recovery, taper, or event for the week that holds the event.",
    "phase": "base, build or peak for a load week; recovery for a recovery week; taper for a taper or event week.",
    "focus": f"What the week is for, as an athlete understands it, in {FOCUS_WORDS}.",
    "target_hours": "Hours of training in the week, the event not counted.",
    "target_tss": "Training stress of the week, the event not counted; consistent with hours and workout types.",
    "training_days": "All seven weekdays, Monday first, each with what the day is for; rest where nothing is planned.",
}
"""The note that the model is given on each field of a week."""


PLANNED_BY_PURPOSE = {OverviewWeek: ("minutes",), TrainingDay: ("role", "minutes")}
"""What no model is asked for, because it follows from what the plan is for."""


class OverviewDraft(Frozen):
    """A whole overview as a model hands it in."""

    weeks: tuple[OverviewWeek, ...] = Field(min_length=1, description="All weeks of the plan, in order.")
    coaching_notes: str = Field(
        min_length=1,
        description=(
            f"For the athlete, {NOTES_WORDS}: how the plan gets from today's numbers to "
            "the goal, what each phase is for, and how to adapt on bad days."
        ),
    )
    monitoring_guidance: str = Field(
        min_length=1,
        description=f"For the athlete, {GUIDANCE_WORDS}: which numbers and signs to watch, and what to do about them.",
    )


def text_problems(draft: OverviewDraft) -> Iterator[str]:
    """What is wrong with the texts of an overview, a sentence each."""
    texts = {
        "coaching_notes": (draft.coaching_notes, NOTES_WORDS),
        "monitoring_guidance": (draft.monitoring_guidance, GUIDANCE_WORDS),
        **{f"Week {week.week_number}, focus": (week.focus, FOCUS_WORDS) for week in draft.weeks},
    }
    for name, (text, words) in texts.items():
        if problem := text_problem(text, words):
            yield f"{name}: {problem}"


def overview_tool_schema(total_weeks: int) -> dict[str, Any]:
    """The JSON Schema of the tool's input for a plan of so many weeks, derived from ``OverviewDraft``."""
    schema = copy.deepcopy(OverviewDraft.model_json_schema())
    schema["properties"]["weeks"] |= {"minItems": total_weeks, "maxItems": total_weeks}
    week, day = (schema["$defs"][model.__name__]["properties"] for model in (OverviewWeek, TrainingDay))
    for name in PLANNED_BY_PURPOSE[OverviewWeek]:
        week.pop(name)
    for name in PLANNED_BY_PURPOSE[TrainingDay]:
        day.pop(name)
    for field, note in WEEK_NOTES.items():
        week[field] = {**week[field], "description": note}
    week["training_days"] |= {"minItems": 7, "maxItems": 7}
    return schema
