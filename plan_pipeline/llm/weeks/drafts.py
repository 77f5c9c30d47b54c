"""What a model writes of a week: its workouts, with sets as a coach writes them."""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Final

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import WrittenWorkout
from plan_pipeline.core.model.segments import Segment, WrittenPercent
from plan_pipeline.core.model.vocabulary import SegmentType, Sport, Weekday, WorkoutType
from plan_pipeline.core.model.written import Number, WholeNumber
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.llm.foreign_fields import refuse_fields_of_others

ADD_WEEK: Final = "add_week"
FINALIZE: Final = "finalize"

NAME_CHARACTERS: Final = 80
DESCRIPTION_CHARACTERS: Final = 600
MOST_PARTS: Final = 200
"""Of a workout; with its sets written out one of the library has 80."""


STEP_TYPES: Final = (
    SegmentType.WARMUP,
    SegmentType.STEADY,
    SegmentType.ENDURANCE,
    SegmentType.TEMPO,
    SegmentType.INTERVAL,
    SegmentType.RECOVERY,
    SegmentType.COOLDOWN,
    SegmentType.STRENGTH,
)
"""Types of step that a ride is made of."""


def known_type(kind: SegmentType, known: Iterable[SegmentType], sport: Sport) -> SegmentType:
    """The type of a step as it is; raises ``ValueError`` for one that the sport does not have."""
    if kind not in known:
        raise ValueError(f"{kind} is no type of step in {sport}; use {', '.join(known)}")
    return kind


class StepDraft(Frozen):
    """A step: minutes and intensity in % of FTP, neither off the bike."""

    type: SegmentType
    duration_min: Number = Field(gt=0, le=600)
    power_low_pct: WrittenPercent | None
    power_high_pct: WrittenPercent | None
    description: str = Field(max_length=DESCRIPTION_CHARACTERS)

    @model_validator(mode="before")
    @classmethod
    def _is_of_cycling(cls, given: Any) -> Any:
        return refuse_fields_of_others(given, Sport.CYCLING)

    @field_validator("type")
    @classmethod
    def _is_a_step_of_cycling(cls, kind: SegmentType) -> SegmentType:
        return known_type(kind, STEP_TYPES, Sport.CYCLING)

    @model_validator(mode="after")
    def _power_is_a_pair(self) -> "StepDraft":
        if (self.power_low_pct is None) != (self.power_high_pct is None):
            raise ValueError("has one of power_low_pct and power_high_pct; give both, or neither off the bike")
        if self.power_low_pct is not None and self.power_low_pct > (self.power_high_pct or 0):
            raise ValueError("power_low_pct is above power_high_pct; swap them (a cooldown falls by itself)")
        return self

    def segment(self, runner: Runner | None, index: int | None = None, count: int | None = None) -> Segment:
        """The step as plans have it; the ``runner`` matters to steps of running alone."""
        del runner
        return Segment(**dict(self), set_index=index, set_count=count)


class SetDraft(Frozen):
    """Steps that are done several times."""

    repeat: WholeNumber = Field(ge=2, le=60)
    steps: tuple[StepDraft, ...] = Field(min_length=1, max_length=12)


def kind_of_part(part: Any) -> str:
    """Whether a part is a step or a set."""
    return "set" if isinstance(part, SetDraft) or (isinstance(part, dict) and "repeat" in part) else "step"


Part = Annotated[Annotated[StepDraft, Tag("step")] | Annotated[SetDraft, Tag("set")], Discriminator(kind_of_part)]


class WorkoutDraft(Frozen):
    """A workout of a day."""

    sport: ClassVar[Sport] = Sport.CYCLING

    weekday: Weekday
    name: str = Field(min_length=1, max_length=NAME_CHARACTERS)
    type: WorkoutType
    description: str = Field(max_length=DESCRIPTION_CHARACTERS)
    segments: tuple[Part, ...] = Field(min_length=1, max_length=MOST_PARTS)

    @field_validator("type")
    @classmethod
    def _is_a_type_of_the_sport(cls, kind: WorkoutType) -> WorkoutType:
        if kind not in (known := record_of(cls.sport).types):
            raise ValueError(f"{kind} is no type of {cls.sport}; use {', '.join(known)}")
        return kind

    def workout(self, runner: Runner | None = None) -> WrittenWorkout:
        """The workout as plans have it, sets written out; the minutes of distances are those of the ``runner``."""
        segments: list[Segment] = []
        for part in self.segments:
            if isinstance(part, SetDraft):
                numbers = range(1, part.repeat + 1)
                segments += [step.segment(runner, number, part.repeat) for number in numbers for step in part.steps]
            else:
                segments.append(part.segment(runner))
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
