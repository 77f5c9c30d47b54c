"""What a request says of a runner: a race or a pace that speeds follow from, time constants, and what is at hand."""

import math
from typing import Annotated, Any, Final, Self

from pydantic import AliasChoices, BeforeValidator, Field, model_validator

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.texts import is_unset
from plan_pipeline.core.model.vocabulary import Constraint
from plan_pipeline.core.model.written import Day, Number, Truth, in_digits
from plan_pipeline.core.paces.text import pace_text, read_distance, read_pace, read_time, time_text
from plan_pipeline.core.paces.threshold import threshold_from_pace, threshold_from_race
from plan_pipeline.core.paces.vdot import RaceDistance

LEAST_RACE_M: Final = 1500
MOST_RACE_M: Final = 50_000
"""Distances whose time says how fast a runner is over the others."""


def _seconds(value: Any) -> Any:
    """A time as people write it, in seconds; digits alone are seconds."""
    if isinstance(value, str) and isinstance(in_digits(value), str):
        return read_time(value)
    return value


def _metres(value: Any) -> Any:
    """A distance as people write it, in metres; digits alone are metres."""
    if isinstance(value, str) and isinstance(in_digits(value), str):
        return read_distance(value)
    return value


def _pace(value: Any) -> Any:
    """A pace as ``4:15/km``, whatever it was written in; digits alone are seconds a kilometre."""
    number = in_digits(value)
    if isinstance(number, int | float) and not isinstance(number, bool):
        if not 100 <= number <= 1000:
            raise ValueError(f"{number:g} is not read as seconds a kilometre; write 4:15/km, 6:50/mi or 4:15")
        return pace_text(threshold_from_pace(1000 / number).speed_m_s)
    return pace_text(threshold_from_pace(read_pace(value)).speed_m_s) if isinstance(value, str) else value


Seconds = Annotated[Number, BeforeValidator(_seconds)]
RaceMetres = Annotated[Number, BeforeValidator(_metres)]
Pace = Annotated[str, BeforeValidator(_pace)]


class RecentRace(Frozen):
    """A race that was run all out: metres, the time in seconds, and the day."""

    distance_m: RaceMetres = Field(
        ge=LEAST_RACE_M, le=MOST_RACE_M, validation_alias=AliasChoices("distance_m", "distance")
    )
    time: Seconds = Field(gt=0, le=24 * 3600)
    date: Day | None = Field(default=None, exclude_if=is_unset)

    @model_validator(mode="after")
    def _is_a_run(self) -> Self:
        try:
            threshold_from_race(self.distance_m, self.time)
        except ValueError as error:
            raise ValueError(f"{self.in_words}: {error}") from None
        return self

    @property
    def in_words(self) -> str:
        """The race as ``10 km in 41:20``."""
        named = next((race for race in RaceDistance if math.isclose(race.metres, self.distance_m, rel_tol=0.005)), None)
        return f"{named.in_words if named else f'{self.distance_m / 1000:g} km'} in {time_text(self.time)}"

    @property
    def vdot(self) -> float:
        """The VDOT that it stands for."""
        return threshold_from_race(self.distance_m, self.time).vdot


class TimeConstants(Frozen):
    """Days after which fitness and fatigue have faded to 37 %, and their gains where a model was fitted.

    They are read as ``tau1`` and ``tau2`` as well, the gains as ``k1`` and ``k2``.
    """

    fitness_days: Number = Field(gt=0, le=200, validation_alias=AliasChoices("fitness_days", "tau1", "τ1"))
    fatigue_days: Number = Field(gt=0, le=60, validation_alias=AliasChoices("fatigue_days", "tau2", "τ2"))
    fitness_gain: Number | None = Field(
        default=None, gt=0, exclude_if=is_unset, validation_alias=AliasChoices("fitness_gain", "k1")
    )
    fatigue_gain: Number | None = Field(
        default=None, gt=0, exclude_if=is_unset, validation_alias=AliasChoices("fatigue_gain", "k2")
    )

    @model_validator(mode="after")
    def _go_together(self) -> Self:
        if (self.fitness_gain is None) != (self.fatigue_gain is None):
            raise ValueError("fitness_gain and fatigue_gain are fitted together; give both, or neither")
        if self.fatigue_days >= self.fitness_days:
            raise ValueError(
                f"fatigue_days {self.fatigue_days:g} must be below fitness_days {self.fitness_days:g}: fatigue fades "
                "first; swap them"
            )
        return self

    @property
    def gain_ratio(self) -> float | None:
        """The gain of fatigue as a multiple of that of fitness, where a model was fitted."""
        if self.fitness_gain is None or self.fatigue_gain is None:
            return None
        return self.fatigue_gain / self.fitness_gain


class Access(Frozen):
    """What a runner can get to; what is not said is taken to be at hand, but for a treadmill."""

    hills: Truth = True
    track: Truth = True
    trail: Truth = True
    treadmill: Truth = False

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """What follows for workouts."""
        missing = {
            Constraint.NO_HILLS: self.hills,
            Constraint.NO_TRACK: self.track,
            Constraint.NO_TRAIL: self.trail,
            Constraint.NO_TREADMILL: self.treadmill,
        }
        return tuple(constraint for constraint, has in missing.items() if not has)


def read_access(value: Any) -> Any:
    """Access as a mapping; a list names what there is, and all else is missing."""
    words = [value] if isinstance(value, str) else value
    if isinstance(words, list | tuple):
        named = [str(word).strip().lower() for each in words for word in str(each).split(",") if str(word).strip()]
        return {**dict.fromkeys(Access.model_fields, False), **dict.fromkeys(named, True)}
    return value


AnyAccess = Annotated[Access, BeforeValidator(read_access)]

RUNNING_FIELDS: Final = (
    "recent_race",
    "threshold_pace",
    "current_weekly_km",
    "longest_run_km",
    "units",
    "access",
    "time_constants",
    "volume_tier",
)
"""Fields of an athlete that only a runner has."""
