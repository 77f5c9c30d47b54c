"""What a model writes of a week of running: steps in % of threshold speed, as minutes or as distances."""

from typing import Annotated, Any, ClassVar, Final

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.segments import RunningSegment, Segment, WrittenPercent
from plan_pipeline.core.model.vocabulary import SegmentType, Sport, Target
from plan_pipeline.core.model.written import Truth, in_digits
from plan_pipeline.core.paces.runner import REFERENCE_RUNNER, Runner
from plan_pipeline.llm.foreign_fields import refuse_fields_of_others
from plan_pipeline.llm.weeks.drafts import (
    DESCRIPTION_CHARACTERS,
    MOST_PARTS,
    AddWeek,
    SetDraft,
    WorkoutDraft,
    kind_of_part,
    known_type,
)

RUNNING_STEP_TYPES: Final = (
    SegmentType.WARMUP,
    SegmentType.STEADY,
    SegmentType.ENDURANCE,
    SegmentType.INTERVAL,
    SegmentType.RECOVERY,
    SegmentType.COOLDOWN,
    SegmentType.STRENGTH,
    SegmentType.WALK,
    SegmentType.STRIDE,
    SegmentType.HILL,
    SegmentType.RACE_PACE,
)
"""Types of step that a run is made of."""


StepMinutes = Annotated[Annotated[float, Field(gt=0, le=600)], Field(strict=True), BeforeValidator(in_digits)]
StepMetres = Annotated[Annotated[float, Field(gt=0, le=50_000)], Field(strict=True), BeforeValidator(in_digits)]


class RunningStepDraft(Frozen):
    """A step: minutes or metres, and intensity in % of threshold speed, which neither walks nor strength work have.

    One that goes ``by_effort`` shows no pace; its speed says what load it is.
    """

    type: SegmentType
    duration_min: StepMinutes | None = None
    distance_m: StepMetres | None = None
    speed_low_pct: WrittenPercent | None
    speed_high_pct: WrittenPercent | None
    by_effort: Truth = False
    description: str = Field(max_length=DESCRIPTION_CHARACTERS)

    @model_validator(mode="before")
    @classmethod
    def _is_of_running(cls, given: Any) -> Any:
        return refuse_fields_of_others(given, Sport.RUNNING)

    @field_validator("type")
    @classmethod
    def _is_a_step_of_running(cls, kind: SegmentType) -> SegmentType:
        return known_type(kind, RUNNING_STEP_TYPES, Sport.RUNNING)

    @model_validator(mode="after")
    def _has_one_length_and_a_speed(self) -> "RunningStepDraft":
        if (self.duration_min is None) == (self.distance_m is None):
            raise ValueError("has both duration_min and distance_m, or neither; give one of them")
        if (self.speed_low_pct is None) != (self.speed_high_pct is None):
            raise ValueError("has one of speed_low_pct and speed_high_pct; give both, or neither off the feet")
        if self.speed_low_pct is not None and self.speed_low_pct > (self.speed_high_pct or 0):
            raise ValueError("speed_low_pct is above speed_high_pct; swap them (a cooldown falls by itself)")
        if self.distance_m is not None and not self.speed_low_pct:
            raise ValueError("distance_m needs a speed to be run at; give speed_low_pct and speed_high_pct, or minutes")
        return self

    def segment(self, runner: Runner | None, index: int | None = None, count: int | None = None) -> Segment:
        """The step as plans have it; a distance takes the minutes that the ``runner`` needs."""
        return RunningSegment(
            type=self.type,
            duration_min=self._minutes(runner or REFERENCE_RUNNER),
            intensity_low_pct=self.speed_low_pct,
            intensity_high_pct=self.speed_high_pct,
            description=self.description,
            set_index=index,
            set_count=count,
            distance_m=self.distance_m,
            target=Target.EFFORT if self.by_effort else Target.PACE,
        )

    def _minutes(self, runner: Runner) -> float:
        if self.distance_m is None or self.speed_low_pct is None or self.speed_high_pct is None:
            assert self.duration_min is not None
            return self.duration_min
        return runner.seconds(self.distance_m, (self.speed_low_pct + self.speed_high_pct) / 2) / 60


class RunningSetDraft(SetDraft):
    """Steps that are done several times."""

    steps: tuple[RunningStepDraft, ...] = Field(min_length=1, max_length=12)  # type: ignore[assignment]


RunningPart = Annotated[
    Annotated[RunningStepDraft, Tag("step")] | Annotated[RunningSetDraft, Tag("set")], Discriminator(kind_of_part)
]


class RunningWorkoutDraft(WorkoutDraft):
    """A workout of a day."""

    sport: ClassVar[Sport] = Sport.RUNNING

    segments: tuple[RunningPart, ...] = Field(min_length=1, max_length=MOST_PARTS)  # type: ignore[assignment]


class AddRunningWeek(AddWeek):
    """The arguments of ``add_week``."""

    workouts: tuple[RunningWorkoutDraft, ...]
