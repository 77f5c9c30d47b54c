"""What Claude is asked to fill in: the overview model as a tool's input, with a note on every field."""

import copy
from typing import Any

from pydantic import Field

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import OverviewWeek

TOOL_NAME = "submit_weekly_overview"
TOOL_DESCRIPTION = (
    "Hands in the complete weekly overview of the training plan: every week from 1 to the last, each with all seven "
    "weekdays, and the two texts for the athlete. Call it exactly once with the whole plan. The overview is checked "
    "against the plan's rules; if anything breaks a rule, the answer lists every breach, and the whole corrected "
    "overview is handed in again."
)

NOTES_WORDS = (200, 400)
"""Words asked for in the coaching notes, fewest and most."""

WEEK_NOTES = {
    "week_number": "1 for the first week, then 2, 3 ... without a gap.",
    "week_type": "load, recovery, taper, or event for the week that holds the event.",
    "phase": "base, build or peak for a load week; recovery for a recovery week; taper for a taper or event week.",
    "focus": "What the week is for, in a few words an athlete understands.",
    "target_hours": "Hours of training in the week, the event not counted.",
    "target_tss": "Training stress of the week, the event not counted; consistent with hours and workout types.",
    "training_days": "All seven weekdays, Monday first, each with what the day is for; rest where nothing is planned.",
}
"""The note that the model is given on each field of a week."""


class OverviewDraft(Frozen):
    """A whole overview as a model hands it in."""

    weeks: tuple[OverviewWeek, ...] = Field(min_length=1, description="All weeks of the plan, in order.")
    coaching_notes: str = Field(
        min_length=1,
        description=(
            f"For the athlete, {NOTES_WORDS[0]} to {NOTES_WORDS[1]} words: how the plan gets from today's numbers to "
            "the goal, what each phase is for, and how to adapt on bad days."
        ),
    )
    monitoring_guidance: str = Field(
        min_length=1, description="For the athlete: which numbers and signs to watch, and what to do about them."
    )


def overview_tool_schema(total_weeks: int) -> dict[str, Any]:
    """The JSON Schema of the tool's input for a plan of so many weeks, derived from ``OverviewDraft``."""
    schema = copy.deepcopy(OverviewDraft.model_json_schema())
    schema["properties"]["weeks"] |= {"minItems": total_weeks, "maxItems": total_weeks}
    week = schema["$defs"][OverviewWeek.__name__]["properties"]
    for field, note in WEEK_NOTES.items():
        week[field] = {**week[field], "description": note}
    week["training_days"] |= {"minItems": 7, "maxItems": 7}
    return schema
