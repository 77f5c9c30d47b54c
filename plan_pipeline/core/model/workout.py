"""A workout as the library holds it (schema 2.0), and the library itself.

A workout is a sequence of parts. A part is a *step*, or a *set*: steps repeated a number of times, kept
with its count rather than written out. What may change is declared on the part: ``duration_range_min`` on
a step outside a set, ``repeat_range`` on a set. Everything else is as its author wrote it.
"""

import hashlib
import operator
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, Tag, model_validator

from plan_pipeline.core.adding import added
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.segments import Segment, is_none
from plan_pipeline.core.model.steps import AnyStep, RunningStep, Step, step_tag
from plan_pipeline.core.model.vocabulary import (
    DayKind,
    ExperienceLevel,
    Phase,
    Requirement,
    ScalingStrategy,
    Sport,
    WorkoutType,
    is_cycling,
)
from plan_pipeline.core.model.written import Number, Truth, WholeNumber
from plan_pipeline.core.registry import squashed


class WorkoutSet(Frozen):
    """Steps done ``repeat`` times; ``repeat_range`` is (fewest, most) where the count may change."""

    repeat: WholeNumber = Field(ge=1, le=60)
    repeat_range: tuple[WholeNumber, WholeNumber] | None = None
    steps: tuple[AnyStep, ...] = Field(min_length=1)

    @cached_property
    def duration_min(self) -> float:
        """Minutes of one repeat."""
        return added([step.duration_min for step in self.steps])

    def written_out(self, repeat: int) -> tuple[Segment, ...]:
        """The segments of so many repeats, numbered from 1."""
        if repeat not in self.known_written_out:
            numbers = range(1, repeat + 1)
            self.known_written_out[repeat] = tuple(
                step.segment_of(step.duration_min, index, repeat) for index in numbers for step in self.steps
            )
        return self.known_written_out[repeat]

    @cached_property
    def known_written_out(self) -> dict[int, tuple[Segment, ...]]:
        """What was written out before, by the number of repeats."""
        return {}

    @model_validator(mode="after")
    def _range_is_sound(self) -> Self:
        if self.repeat_range is not None:
            fewest, most = self.repeat_range
            if not 1 <= fewest <= self.repeat <= most:
                raise ValueError(f"repeat_range {list(self.repeat_range)} must hold repeat {self.repeat}")
        if any(step.duration_range_min is not None for step in self.steps):
            raise ValueError("duration_range_min inside a set would change the stimulus; declare repeat_range instead")
        return self


def _part_tag(value: Any) -> str:
    is_set = isinstance(value, WorkoutSet) or (isinstance(value, dict) and ("steps" in value or "repeat" in value))
    return "set" if is_set else step_tag(value)


Part = Annotated[
    Annotated[Step, Tag("step")] | Annotated[RunningStep, Tag("running")] | Annotated[WorkoutSet, Tag("set")],
    Discriminator(_part_tag),
]


class Series(Frozen):
    """A workout's place in a progression such as 3×10 → 3×12 → 4×12; level 1 is the easiest."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_]*$")
    level: WholeNumber = Field(ge=1, le=20)


EventTypeId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]


WorkoutId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{2,63}$")]
Pattern = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,39}$")]
FatigueCost = Annotated[WholeNumber, Field(ge=1, le=5)]


def _is_beginner(level: object) -> bool:
    return level == ExperienceLevel.BEGINNER


def minutes_of(parts: Iterable[Step | WorkoutSet]) -> float:
    """The minutes that some parts last, sets with all of their repeats."""
    return added([part.duration_min * (part.repeat if isinstance(part, WorkoutSet) else 1) for part in parts])


def steps_in(parts: Iterable[Step | WorkoutSet]) -> tuple[Step, ...]:
    """Every step of some parts once, those of sets too."""
    return tuple(step for part in parts for step in (part.steps if isinstance(part, WorkoutSet) else (part,)))


class LibraryWorkout(Frozen):
    """One workout of the library. ``duration_min`` and ``tss`` are stated, and checked against the parts.

    ``min_level`` is the least experience it is for, ``requires`` what it cannot be done without, ``events`` the
    types of event it simulates. ``pattern`` names how its work is laid out, by which variants are told apart,
    ``fatigue_cost`` what it takes out of the athlete, from 1 to 5, ``avoid_after`` the types of the day before that it
    is not to follow, and ``option_b`` the workout of equal stimulus that may be done in its place.
    """

    id: WorkoutId
    name: str = Field(min_length=1)
    type: WorkoutType
    sport: Sport = Sport.CYCLING
    purpose: str = Field(min_length=1)
    description: str = Field(min_length=1)
    suitable_phases: tuple[Phase, ...] = Field(min_length=1)
    suitable_days: tuple[DayKind, ...] = Field(min_length=1)
    series: Series | None = None
    min_level: ExperienceLevel = Field(default=ExperienceLevel.BEGINNER, exclude_if=_is_beginner)
    requires: tuple[Requirement, ...] = Field(default=(), exclude_if=operator.not_)
    events: tuple[EventTypeId, ...] = Field(default=(), exclude_if=operator.not_)
    pattern: Pattern | None = Field(default=None, exclude_if=is_none)
    fatigue_cost: FatigueCost | None = Field(default=None, exclude_if=is_none)
    avoid_after: tuple[WorkoutType, ...] = Field(default=(), exclude_if=operator.not_)
    option_b: WorkoutId | None = Field(default=None, exclude_if=is_none)
    extensible: Truth
    duration_scaling_strategy: ScalingStrategy
    duration_min: Number = Field(gt=0)
    tss: Number = Field(ge=0)
    parts: tuple[Part, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _steps_of_the_sport(cls, data: Any) -> Any:
        """Every step of a running workout is one of running, off the feet too."""
        if not isinstance(data, dict) or squashed(str(data.get("sport", ""))) not in ("running", "run"):
            return data
        parts = data.get("parts")
        return {**data, "parts": [_as_running(part) for part in parts]} if isinstance(parts, list | tuple) else data

    @model_validator(mode="after")
    def _is_of_one_sport(self) -> Self:
        if self.sport is Sport.CYCLING and any(isinstance(step, RunningStep) for step in self.steps):
            raise ValueError("parts: a step of a cycling workout has a speed or a distance; give power_low_pct instead")
        return self

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step once, those of sets too."""
        return steps_in(self.parts)

    @cached_property
    def variant(self) -> str:
        """What tells it from other workouts of its type: the pattern of its work, else its series, else itself."""
        return self.pattern or (self.series.id if self.series else self.id)

    @cached_property
    def parts_duration_min(self) -> float:
        """Minutes that the parts add up to, at their own lengths."""
        return minutes_of(self.parts)

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The workout written out at its own length."""
        return tuple(write_out(self.parts))

    @cached_property
    def structure(self) -> tuple[object, ...]:
        """What the workout is made of, without names and without what the engine may change by itself."""
        return tuple(_structure_of(part) for part in self.parts)

    @cached_property
    def fingerprint(self) -> str:
        """A short hash of ``structure``; equal for two workouts the engine could turn into one another."""
        return hashlib.sha256(repr(self.structure).encode()).hexdigest()[:16]


def write_out(parts: tuple[Step | WorkoutSet, ...]) -> Iterator[Segment]:
    """The segments of parts in the order they are ridden, sets repeated and numbered from 1."""
    for part in parts:
        if isinstance(part, Step):
            yield part.segment
        else:
            yield from part.written_out(part.repeat)


def _structure_of(part: Step | WorkoutSet) -> tuple[object, ...]:
    if isinstance(part, WorkoutSet):
        count = None if part.repeat_range else part.repeat
        return ("set", count, *(_structure_of(step) for step in part.steps))
    length = None if part.duration_range_min else part.duration_min
    return (str(part.type), length, part.intensity_low_pct, part.intensity_high_pct)


def _as_running(part: Any) -> Any:
    """A part as it is written in a running workout, whose steps may have no speed."""
    if not isinstance(part, dict):
        return part
    if isinstance(steps := part.get("steps"), list | tuple):
        return {**part, "steps": [_as_running(step) for step in steps]}
    return part if "repeat" in part else {"by_effort": False, **part}


class Library(Frozen):
    """All workouts of a sport, under a version that is a hash of their content: two of one version are equal."""

    version: str
    workouts: tuple[LibraryWorkout, ...]
    sport: Sport = Field(default=Sport.CYCLING, exclude_if=is_cycling)

    @cached_property
    def by_type(self) -> dict[WorkoutType, tuple[LibraryWorkout, ...]]:
        """Workouts of each type that has any, ordered by id."""
        found: dict[WorkoutType, list[LibraryWorkout]] = {}
        for workout in sorted(self.workouts, key=lambda w: w.id):
            found.setdefault(workout.type, []).append(workout)
        return {kind: tuple(workouts) for kind, workouts in found.items()}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Library) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)
