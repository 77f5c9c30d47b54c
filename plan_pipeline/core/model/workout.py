"""A workout as the library holds it (schema 2.0), and the library itself.

A workout is a sequence of parts. A part is a *step*, or a *set*: steps repeated a number of times, kept
with its count rather than written out. What may change is declared on the part: ``duration_range_min`` on
a step outside a set, ``repeat_range`` on a set. Everything else is as its author wrote it.
"""

import hashlib
import operator
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.vocabulary import (
    DayKind,
    ExperienceLevel,
    Phase,
    Requirement,
    ScalingStrategy,
    SegmentType,
    Sport,
    WorkoutType,
)
from plan_pipeline.core.model.written import Number, Truth, WholeNumber, in_digits

ENDURANCE_CEILING_PCT = 75.0
"""The top of Coggan's endurance level, % of threshold: only blocks at or below it may be lengthened."""


MOST_PCT = 600.0
"""What may be written, % of threshold, as files from elsewhere do. What can be ridden is for rules and validation."""

Percent = Annotated[float, Field(ge=0, le=MOST_PCT)]
WrittenPercent = Annotated[Percent, Field(strict=True), BeforeValidator(in_digits)]


class Segment(Frozen):
    """One stretch of work: minutes, and intensity in % of threshold.

    Intensity runs linearly from ``power_low_pct`` to ``power_high_pct``; in a cooldown the other way round.
    Both are ``None`` off the bike.
    """

    type: SegmentType
    duration_min: float = Field(gt=0, le=24 * 60)
    power_low_pct: Percent | None
    power_high_pct: Percent | None
    description: str = ""
    set_index: int | None = Field(default=None, exclude_if=operator.not_)
    set_count: int | None = Field(default=None, exclude_if=operator.not_)

    @property
    def is_easy(self) -> bool:
        """Whether the whole stretch lies in zones 1 and 2."""
        return (
            self.power_low_pct is not None
            and self.power_high_pct is not None
            and max(self.power_low_pct, self.power_high_pct) <= ENDURANCE_CEILING_PCT
        )


class Step(Frozen):
    """A part that is done once, or one element of a set. ``duration_range_min`` is (shortest, longest)."""

    type: SegmentType
    duration_min: Number = Field(gt=0, le=24 * 60)
    power_low_pct: WrittenPercent | None = None
    power_high_pct: WrittenPercent | None = None
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
            power_low_pct=self.power_low_pct,
            power_high_pct=self.power_high_pct,
            description=self.description,
            set_index=set_index,
            set_count=set_count,
        )

    @model_validator(mode="after")
    def _range_is_sound(self) -> Self:
        if (self.power_low_pct is None) != (self.power_high_pct is None):
            raise ValueError("power_low_pct and power_high_pct go together: give both, or neither off the bike")
        if self.power_low_pct and self.power_high_pct is not None and self.power_low_pct > self.power_high_pct:
            raise ValueError(
                f"power_low_pct {self.power_low_pct:g} is above power_high_pct {self.power_high_pct:g}; swap them "
                "(a cooldown descends from power_high_pct by itself)"
            )
        if self.duration_range_min is not None:
            shortest, longest = self.duration_range_min
            if not 1 <= shortest <= self.duration_min <= longest:
                raise ValueError(
                    f"duration_range_min {list(self.duration_range_min)} must hold duration_min {self.duration_min:g}"
                )
            if self.power_high_pct is not None and self.power_high_pct > ENDURANCE_CEILING_PCT:
                raise ValueError(
                    f"duration_range_min is only for blocks up to {ENDURANCE_CEILING_PCT:g} % of threshold, "
                    f"not {self.power_high_pct:g} %; remove it or use a set with repeat_range"
                )
        return self


class WorkoutSet(Frozen):
    """Steps done ``repeat`` times; ``repeat_range`` is (fewest, most) where the count may change."""

    repeat: WholeNumber = Field(ge=1, le=60)
    repeat_range: tuple[WholeNumber, WholeNumber] | None = None
    steps: tuple[Step, ...] = Field(min_length=1)

    @cached_property
    def duration_min(self) -> float:
        """Minutes of one repeat."""
        return sum(step.duration_min for step in self.steps)

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
    return "set" if is_set else "step"


Part = Annotated[
    Annotated[Step, Tag("step")] | Annotated[WorkoutSet, Tag("set")],
    Discriminator(_part_tag),
]


class Series(Frozen):
    """A workout's place in a progression such as 3×10 → 3×12 → 4×12; level 1 is the easiest."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_]*$")
    level: WholeNumber = Field(ge=1, le=20)


EventTypeId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]


def _is_beginner(level: object) -> bool:
    return level == ExperienceLevel.BEGINNER


class LibraryWorkout(Frozen):
    """One workout of the library. ``duration_min`` and ``tss`` are stated, and checked against the parts.

    ``min_level`` is the least experience it is for, ``requires`` what it cannot be ridden without, ``events`` the
    types of event it simulates.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_]{2,63}$")
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
    extensible: Truth
    duration_scaling_strategy: ScalingStrategy
    duration_min: Number = Field(gt=0)
    tss: Number = Field(ge=0)
    parts: tuple[Part, ...] = Field(min_length=1)

    @cached_property
    def parts_duration_min(self) -> float:
        """Minutes that the parts add up to, at their own lengths."""
        return sum(p.duration_min * p.repeat if isinstance(p, WorkoutSet) else p.duration_min for p in self.parts)

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
    return (str(part.type), length, part.power_low_pct, part.power_high_pct)


class Library(Frozen):
    """All workouts, under a version that is a hash of their content: two libraries of one version are equal."""

    version: str
    workouts: tuple[LibraryWorkout, ...]

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
