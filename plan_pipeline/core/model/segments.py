"""Stretches of work as plans have them: minutes, and intensity in % of threshold by the sport's name for it."""

import operator
from collections.abc import Iterable
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, ConfigDict, Field

from plan_pipeline.core.adding import added
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.vocabulary import SegmentType, Target, TssMethod
from plan_pipeline.core.model.written import Number, in_digits
from plan_pipeline.core.paces.vdot import RaceDistance

ENDURANCE_CEILING_PCT = 75.0
"""The top of Coggan's endurance level, % of threshold: only blocks at or below it may be lengthened."""

EASY_RUNNING_CEILING_PCT = 84.0
"""The same of running, % of threshold speed: the first lactate threshold (82.3 % of critical speed, Muniz-Pumares
2025)."""

MOST_PCT = 600.0
"""What may be written, % of threshold, as files from elsewhere do. What can be ridden is for rules and validation."""

Percent = Annotated[float, Field(ge=0, le=MOST_PCT)]
WrittenPercent = Annotated[Percent, Field(strict=True), BeforeValidator(in_digits)]


def is_none(value: object) -> bool:
    """Whether a field was left out, which is then not written either."""
    return value is None


def _goes_by_pace(target: object) -> bool:
    return target is Target.PACE


class Intensity(Frozen):
    """What segments and steps have in common: intensity in % of threshold, written by the sport's name for it."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    easy_ceiling_pct: ClassVar[float] = ENDURANCE_CEILING_PCT
    tss_method: ClassVar[TssMethod] = TssMethod.NP30
    measured: ClassVar[str] = "power"
    """What intensity is a share of, as field names begin: ``power_low_pct``."""


class Segment(Intensity):
    """One stretch of work: minutes, and intensity in % of threshold.

    Intensity runs linearly from ``intensity_low_pct`` to ``intensity_high_pct``; in a cooldown the other way round.
    Both are ``None`` off the bike. They are written as ``power_low_pct`` and ``power_high_pct``.
    """

    type: SegmentType
    duration_min: float = Field(gt=0, le=24 * 60)
    intensity_low_pct: Percent | None = Field(alias="power_low_pct")
    intensity_high_pct: Percent | None = Field(alias="power_high_pct")
    description: str = ""
    set_index: int | None = Field(default=None, exclude_if=operator.not_)
    set_count: int | None = Field(default=None, exclude_if=operator.not_)

    @property
    def is_easy(self) -> bool:
        """Whether the whole stretch lies in zones 1 and 2."""
        return (
            self.intensity_low_pct is not None
            and self.intensity_high_pct is not None
            and max(self.intensity_low_pct, self.intensity_high_pct) <= self.easy_ceiling_pct
        )


class RunningSegment(Segment):
    """A stretch of running: % of threshold speed, written as ``speed_low_pct`` and ``speed_high_pct``.

    ``distance_m`` is there where its author wrote a distance; ``duration_min`` is what it takes. ``pace_slow`` and
    ``pace_fast`` are its limits as a runner reads them (``4:15/km``), and missing where it goes by effort, is walked or
    is off the feet.
    """

    easy_ceiling_pct: ClassVar[float] = EASY_RUNNING_CEILING_PCT
    tss_method: ClassVar[TssMethod] = TssMethod.RTSS
    measured: ClassVar[str] = "speed"

    intensity_low_pct: Percent | None = Field(alias="speed_low_pct")
    intensity_high_pct: Percent | None = Field(alias="speed_high_pct")
    distance_m: Annotated[Number, Field(gt=0)] | None = Field(default=None, exclude_if=operator.not_)
    target: Target = Field(default=Target.PACE, exclude_if=_goes_by_pace)
    race: RaceDistance | None = Field(default=None, exclude_if=operator.not_)
    pace_slow: str | None = Field(default=None, exclude_if=operator.not_)
    pace_fast: str | None = Field(default=None, exclude_if=operator.not_)


AnySegment = Segment | RunningSegment


def planned_minutes(segments: Iterable[Segment]) -> float:
    """The minutes that segments add up to."""
    return added([segment.duration_min for segment in segments])
