"""Steps as the library has them: what a workout is made of, and what of a running step depends on the runner."""

import contextlib
import operator
from functools import cached_property
from typing import Annotated, Any, ClassVar, Self

from pydantic import Discriminator, Field, Tag, model_validator

from plan_pipeline.core.model.segments import (
    EASY_RUNNING_CEILING_PCT,
    Intensity,
    RunningSegment,
    Segment,
    WrittenPercent,
    is_none,
)
from plan_pipeline.core.model.vocabulary import SegmentType, Target
from plan_pipeline.core.model.written import Number, Truth, WholeNumber
from plan_pipeline.core.paces.runner import REFERENCE_RUNNER, Runner
from plan_pipeline.core.paces.vdot import RaceDistance


class Step(Intensity):
    """A part that is done once, or one element of a set. ``duration_range_min`` is (shortest, longest)."""

    type: SegmentType
    duration_min: Number = Field(gt=0, le=24 * 60)
    intensity_low_pct: WrittenPercent | None = Field(default=None, alias="power_low_pct")
    intensity_high_pct: WrittenPercent | None = Field(default=None, alias="power_high_pct")
    description: str = ""
    duration_range_min: tuple[WholeNumber, WholeNumber] | None = None

    @cached_property
    def segment(self) -> Segment:
        return self.segment_of(self.duration_min)

    def segment_of(self, duration_min: float, set_index: int | None = None, set_count: int | None = None) -> Segment:
        """The written-out form of this step at a length."""
        return Segment(
            type=self.type,
            duration_min=duration_min,
            intensity_low_pct=self.intensity_low_pct,
            intensity_high_pct=self.intensity_high_pct,
            description=self.description,
            set_index=set_index,
            set_count=set_count,
        )

    @property
    def is_distance(self) -> bool:
        """Whether its author wrote a distance, whose minutes are those of a runner."""
        return False

    @property
    def depends_on_runner(self) -> bool:
        """Whether minutes or speed differ from runner to runner."""
        return False

    @property
    def takes_odd_seconds(self) -> bool:
        """Whether it is easy, of minutes, and of the one length that its author wrote."""
        return self.segment.is_easy and self.duration_range_min is None and not self.depends_on_runner

    def at(self, runner: Runner) -> Self:
        """The step as a runner does it."""
        del runner
        return self

    @model_validator(mode="after")
    def _range_is_sound(self) -> Self:
        low, high = f"{self.measured}_low_pct", f"{self.measured}_high_pct"
        if (self.intensity_low_pct is None) != (self.intensity_high_pct is None):
            raise ValueError(f"{low} and {high} go together: give both, or neither {_OFF[self.measured]}")
        if (
            self.intensity_low_pct
            and self.intensity_high_pct is not None
            and self.intensity_low_pct > self.intensity_high_pct
        ):
            raise ValueError(
                f"{low} {self.intensity_low_pct:g} is above {high} {self.intensity_high_pct:g}; swap them "
                f"(a cooldown descends from {high} by itself)"
            )
        if self.duration_range_min is not None:
            shortest, longest = self.duration_range_min
            if not 1 <= shortest <= self.duration_min <= longest:
                raise ValueError(
                    f"duration_range_min {list(self.duration_range_min)} must hold duration_min {self.duration_min:g}"
                )
            if self.intensity_high_pct is not None and self.intensity_high_pct > self.easy_ceiling_pct:
                raise ValueError(
                    f"duration_range_min is only for blocks up to {self.easy_ceiling_pct:g} % of threshold, "
                    f"not {self.intensity_high_pct:g} %; remove it or use a set with repeat_range"
                )
        return self


_OFF = {"power": "off the bike", "speed": "off the feet"}


class RunningStep(Step):
    """A step of running, in % of threshold speed, as minutes or as a distance.

    A step at the pace of a ``race`` has ``race_low_pct`` and ``race_high_pct``, % of the speed of that race; one that
    goes ``by_effort`` has the speed that its load is reckoned with, and shows none. What depends on the runner, minutes
    of a distance and speed of a race, is that of the reference runner until the library is resolved for another.
    """

    easy_ceiling_pct: ClassVar[float] = EASY_RUNNING_CEILING_PCT
    measured: ClassVar[str] = "speed"

    intensity_low_pct: WrittenPercent | None = Field(default=None, alias="speed_low_pct")
    intensity_high_pct: WrittenPercent | None = Field(default=None, alias="speed_high_pct")
    distance_m: Annotated[Number, Field(gt=0, le=50_000)] | None = Field(default=None, exclude_if=is_none)
    race: RaceDistance | None = Field(default=None, exclude_if=is_none)
    race_low_pct: WrittenPercent | None = Field(default=None, exclude_if=is_none)
    race_high_pct: WrittenPercent | None = Field(default=None, exclude_if=is_none)
    by_effort: Truth = Field(default=False, exclude_if=operator.not_)

    @model_validator(mode="before")
    @classmethod
    def _of_the_reference_runner(cls, data: Any) -> Any:
        return resolved_step(data, REFERENCE_RUNNER) if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        if self.race is None and (self.race_low_pct is not None or self.race_high_pct is not None):
            raise ValueError("race_low_pct and race_high_pct are shares of a race's speed; name the race, or use speed")
        if self.race is not None and self.by_effort:
            raise ValueError("a step goes by effort or at the pace of a race; keep one of by_effort and race")
        if self.distance_m is not None and self.intensity_low_pct is None:
            raise ValueError("distance_m needs a speed to be run at; give speed_low_pct and speed_high_pct, or minutes")
        if self.distance_m is not None and self.duration_range_min is not None:
            raise ValueError("duration_range_min is for steps of minutes; leave it or distance_m out")
        return self

    @property
    def is_distance(self) -> bool:
        return self.distance_m is not None

    @property
    def depends_on_runner(self) -> bool:
        return self.is_distance or self.race is not None

    def at(self, runner: Runner) -> Self:
        """The step for a runner: its distance in minutes, the pace of its race in % of threshold speed."""
        if not self.depends_on_runner:
            return self
        data = self.model_dump(by_alias=True)
        for field in ("duration_min",) if self.distance_m is not None else ():
            del data[field]
        for field in ("speed_low_pct", "speed_high_pct") if self.race is not None else ():
            del data[field]
        return type(self).model_validate(resolved_step(data, runner))

    def segment_of(self, duration_min: float, set_index: int | None = None, set_count: int | None = None) -> Segment:
        """The written-out form of this step at a length."""
        goes_by = Target.RACE if self.race else Target.EFFORT if self.by_effort else Target.PACE
        return RunningSegment(
            type=self.type,
            duration_min=duration_min,
            intensity_low_pct=self.intensity_low_pct,
            intensity_high_pct=self.intensity_high_pct,
            description=self.description,
            set_index=set_index,
            set_count=set_count,
            distance_m=self.distance_m,
            target=goes_by,
            race=self.race,
        )


def resolved_step(data: dict[str, Any], runner: Runner) -> dict[str, Any]:
    """A step as it is written, with what it lacks for a runner: the speed of its race, the minutes of its distance.

    What cannot be worked out is left to the model's own checks.
    """
    found = dict(data)
    if found.get("race") is not None and "speed_low_pct" not in found:
        with contextlib.suppress(ValueError, TypeError):
            race_pct = runner.race_pct(RaceDistance(found["race"]))
            for end in ("low", "high"):
                found[f"speed_{end}_pct"] = round(race_pct * float(found.get(f"race_{end}_pct") or 100) / 100, 1)
    if found.get("distance_m") is not None and found.get("duration_min") is None:
        with contextlib.suppress(ValueError, TypeError, KeyError, ZeroDivisionError):
            middle_pct = (float(found["speed_low_pct"]) + float(found["speed_high_pct"])) / 2
            found["duration_min"] = runner.seconds(float(found["distance_m"]), middle_pct) / 60
    return found


def step_tag(value: Any) -> str:
    """Which model a step is read as: that of running where it has a field of running."""
    is_running = isinstance(value, RunningStep) or (isinstance(value, dict) and not _RUNNING_FIELDS.isdisjoint(value))
    return "running" if is_running else "step"


_RUNNING_FIELDS = {
    "speed_low_pct",
    "speed_high_pct",
    "distance_m",
    "race",
    "race_low_pct",
    "race_high_pct",
    "by_effort",
}
"""A step that has any of these is one of running."""

AnyStep = Annotated[
    Annotated[Step, Tag("step")] | Annotated[RunningStep, Tag("running")],
    Discriminator(step_tag),
]
