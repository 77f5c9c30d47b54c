"""The form in which the weeks of a sport are handed in, and the tools that take them."""

from collections.abc import Collection
from functools import cached_property
from typing import Final

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.vocabulary import SegmentType, Sport
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.llm.asking import Tool
from plan_pipeline.llm.schemas import with_words
from plan_pipeline.llm.weeks.drafts import ADD_WEEK, FINALIZE, STEP_TYPES, AddWeek, Finalize
from plan_pipeline.llm.weeks.running_drafts import RUNNING_STEP_TYPES, AddRunningWeek


class WeekForm(Frozen):
    """What the arguments of ``add_week`` are read as, and the types that its steps may have."""

    sport: Sport
    add_week: type[AddWeek]
    step_types: tuple[SegmentType, ...]

    @cached_property
    def tools(self) -> tuple[Tool, ...]:
        """The tools that a model is given."""
        words: dict[str, Collection[str]] = {
            "WorkoutType": record_of(self.sport).types,
            "SegmentType": self.step_types,
        }
        return (
            Tool(
                name=ADD_WEEK,
                description="Hands in the workouts of one week, in place of any that were handed in for it before.",
                schema_=with_words(self.add_week.model_json_schema(), words),
            ),
            Tool(
                name=FINALIZE,
                description="Says that every week is handed in; the plan is then checked as a whole.",
                schema_=Finalize.model_json_schema(),
            ),
        )


WEEK_FORMS: Final[dict[Sport, WeekForm]] = {
    Sport.CYCLING: WeekForm(sport=Sport.CYCLING, add_week=AddWeek, step_types=STEP_TYPES),
    Sport.RUNNING: WeekForm(sport=Sport.RUNNING, add_week=AddRunningWeek, step_types=RUNNING_STEP_TYPES),
}
