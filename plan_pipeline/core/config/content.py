"""When a session is hard or long, and what a rider of a level can ride at all: the limits that content is held to."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from plan_pipeline.core.config.values import Count, Minutes, Share
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.written import Number

Pct = Annotated[Number, Field(gt=0, le=400)]
"""% of threshold."""

BalancePct = Annotated[Number, Field(ge=-100, le=100)]
"""% of W′ that is left."""

Seconds = Annotated[Number, Field(gt=0, le=3600)]


# --- hardness --------------------------------------------------------------------------------------------


class MinutesFrom(Frozen):
    """So many minutes at or above a share of threshold."""

    from_pct: Pct
    minutes: Annotated[Minutes, Field(gt=0)]


class SprintsAllowed(Frozen):
    """Up to so many efforts above threshold of up to so many seconds leave a ride as easy as it is without them."""

    at_most: Count
    up_to_s: Seconds


class OpenersLimits(Frozen):
    """A ride that opens the legs: under ``below_min`` from ``from_pct``, up to ``up_to_min`` long, under an IF."""

    from_pct: Pct
    below_min: Minutes
    up_to_min: Minutes
    below_intensity: Share


class HardnessRules(Frozen):
    """A session is hard from any of ``at_least``, or above ``w_spent_over_s`` of work above threshold, s·FTP; openers
    never are.

    It is long from ``long_min`` or ``long_tss``, and the day after is easy. Two such days follow a ride of more than
    ``very_long_over_min`` or from ``very_long_tss``. A day is easy after two days of ``two_days_min`` or
    ``two_days_tss`` together as well, unless the second of them is shorter than ``two_days_last_min``.
    """

    at_least: tuple[MinutesFrom, ...] = Field(min_length=1)
    w_spent_over_s: Seconds
    sprints: SprintsAllowed
    openers: OpenersLimits
    long_min: Minutes
    long_tss: Number
    very_long_over_min: Minutes
    very_long_tss: Number
    two_days_min: Minutes
    two_days_tss: Number
    two_days_last_min: Minutes


# --- rideability -----------------------------------------------------------------------------------------


class MaximalMinutes(Frozen):
    """How long a rider can hold a share of threshold with all they have."""

    pct: Pct
    minutes: Annotated[Minutes, Field(gt=0)]


class Capacity(Frozen):
    """What a rider of a level has: W′ in s·FTP, maximal minutes by intensity, and how near to W′ training goes.

    A session leaves ``ordinary_from_pct`` of W′; ``near_limit_a_week`` sessions a week may leave less, as long as they
    are not maximal. ``maximal`` is listed by rising intensity.
    """

    w_prime_s: Seconds
    ordinary_from_pct: BalancePct
    near_limit_a_week: Count
    maximal: tuple[MaximalMinutes, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _harder_is_shorter(self) -> Self:
        for easier, harder in zip(self.maximal, self.maximal[1:], strict=False):
            if easier.pct >= harder.pct or easier.minutes <= harder.minutes:
                raise ValueError(
                    f"maximal: {harder.minutes:g} min at {harder.pct:g} % after {easier.minutes:g} min at "
                    f"{easier.pct:g} %; list them by rising pct and falling minutes"
                )
        return self


class EffortLimits(Frozen):
    """What one effort may take: a warning above ``warning_share`` of the maximal minutes, an error above the other.

    An effort is ridden from ``from_pct`` of threshold, and ends with ``ends_after_min`` below it. It leaves
    ``least_balance_pct`` of W′.
    """

    from_pct: Pct
    ends_after_min: Minutes
    warning_share: Annotated[Number, Field(gt=0, le=1)]
    error_share: Annotated[Number, Field(gt=0, le=1)]
    least_balance_pct: BalancePct

    @model_validator(mode="after")
    def _warns_first(self) -> Self:
        if self.warning_share > self.error_share:
            raise ValueError(
                f"warning_share {self.warning_share:g} is above error_share {self.error_share:g}; swap them"
            )
        return self


class SprintPower(Frozen):
    """The best power over so many seconds, % of threshold."""

    seconds: Seconds
    pct: Annotated[Number, Field(gt=0, le=1000)]


class SprintLimits(Frozen):
    """The best power over seconds, between two durations, and how near to it repeated sprints go.

    ``repeats_share`` of it, to the nearest ``step_pct``, is the most that a sprint among several asks for.
    """

    shortest: SprintPower
    longest: SprintPower
    repeats_share: Annotated[Number, Field(gt=0, le=1)]
    step_pct: Annotated[Number, Field(gt=0, le=50)]

    @model_validator(mode="after")
    def _longer_is_weaker(self) -> Self:
        if self.shortest.seconds >= self.longest.seconds or self.shortest.pct <= self.longest.pct:
            raise ValueError(
                f"{self.longest.seconds:g} s at {self.longest.pct:g} % must be longer and weaker than "
                f"{self.shortest.seconds:g} s at {self.shortest.pct:g} %; swap shortest and longest"
            )
        return self


class RideabilityRules(Frozen):
    """Below ``unrideable_below_pct`` of W′ a session is unrideable; below ``maximal_below_pct`` it is a test or race.

    What a rider of a level has is the level's ``capacity``.
    """

    unrideable_below_pct: BalancePct
    maximal_below_pct: BalancePct
    effort: EffortLimits
    sprint: SprintLimits


class ContentRules(Frozen):
    """All of ``content.yaml``."""

    hardness: HardnessRules
    rideability: RideabilityRules
