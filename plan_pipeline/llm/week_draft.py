"""What a model writes of a week: its workouts, with sets as a coach writes them."""

from typing import Annotated, Any, Final

from pydantic import Discriminator, Field, Tag, model_validator

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import WrittenWorkout
from plan_pipeline.core.model.segments import Segment, WrittenPercent
from plan_pipeline.core.model.vocabulary import SegmentType, Weekday, WorkoutType
from plan_pipeline.core.model.written import Number, WholeNumber
from plan_pipeline.llm.asking import Tool

ADD_WEEK: Final = "add_week"
FINALIZE: Final = "finalize"

NAME_CHARACTERS: Final = 80
DESCRIPTION_CHARACTERS: Final = 600
MOST_PARTS: Final = 200
"""Of a workout; with its sets written out one of the library has 80."""


class StepDraft(Frozen):
    """A step: minutes and intensity in % of FTP, neither off the bike."""

    type: SegmentType
    duration_min: Number = Field(gt=0, le=600)
    power_low_pct: WrittenPercent | None
    power_high_pct: WrittenPercent | None
    description: str = Field(max_length=DESCRIPTION_CHARACTERS)

    @model_validator(mode="after")
    def _power_is_a_pair(self) -> "StepDraft":
        if (self.power_low_pct is None) != (self.power_high_pct is None):
            raise ValueError("has one of power_low_pct and power_high_pct; give both, or neither off the bike")
        if self.power_low_pct is not None and self.power_low_pct > (self.power_high_pct or 0):
            raise ValueError("power_low_pct is above power_high_pct; swap them (a cooldown falls by itself)")
        return self

    def segment(self, index: int | None = None, count: int | None = None) -> Segment:
        """The step as plans have it."""
        return Segment(**dict(self), set_index=index, set_count=count)


class SetDraft(Frozen):
    """Steps that are done several times."""

    repeat: WholeNumber = Field(ge=2, le=60)
    steps: tuple[StepDraft, ...] = Field(min_length=1, max_length=12)


def _kind_of(part: Any) -> str:
    return "set" if isinstance(part, SetDraft) or (isinstance(part, dict) and "repeat" in part) else "step"


Part = Annotated[Annotated[StepDraft, Tag("step")] | Annotated[SetDraft, Tag("set")], Discriminator(_kind_of)]


class WorkoutDraft(Frozen):
    """A workout of a day."""

    weekday: Weekday
    name: str = Field(min_length=1, max_length=NAME_CHARACTERS)
    type: WorkoutType
    description: str = Field(max_length=DESCRIPTION_CHARACTERS)
    segments: tuple[Part, ...] = Field(min_length=1, max_length=MOST_PARTS)

    def workout(self) -> WrittenWorkout:
        """The workout as plans have it, sets written out."""
        segments: list[Segment] = []
        for part in self.segments:
            if isinstance(part, SetDraft):
                numbers = range(1, part.repeat + 1)
                segments += [step.segment(number, part.repeat) for number in numbers for step in part.steps]
            else:
                segments.append(part.segment())
        return WrittenWorkout(
            weekday=self.weekday,
            name=self.name,
            type=self.type,
            description=self.description,
            segments=tuple(segments),
        )


class AddWeek(Frozen):
    """The arguments of ``add_week``."""

    week_number: WholeNumber = Field(ge=1)
    workouts: tuple[WorkoutDraft, ...]


class Finalize(Frozen):
    """The arguments of ``finalize``: there are none."""


TOOLS: Final = (
    Tool(
        name=ADD_WEEK,
        description="Hands in the workouts of one week, in place of any that were handed in for it before.",
        schema_=AddWeek.model_json_schema(),
    ),
    Tool(
        name=FINALIZE,
        description="Says that every week is handed in; the plan is then checked as a whole.",
        schema_=Finalize.model_json_schema(),
    ),
)
