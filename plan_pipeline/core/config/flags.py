"""Feature flags: what a coach may want to switch, for all athletes, a share of them, some by name, or for a time."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from plan_pipeline.core.config.values import Sentence, Share
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.written import Day, Truth


class Flag(StrEnum):
    """What can be switched, by the names that ``feature_flags.yaml`` and experiments use."""

    LONG_RIDE = "plan.long_ride"
    TESTS = "plan.tests"
    RIDEABILITY = "plan.rideability"
    GOAL_MINUTES = "plan.goal_minutes"


class FeatureFlag(Frozen):
    """One flag. It is ``enabled`` for all athletes, or for a ``share`` of them by a stable hash.

    ``always`` and ``never`` are lists of athletes, by id, who have it or not whatever else is said. ``since`` and
    ``until`` are days between which it holds, by the first day of the plan; a plan without dates has none.
    """

    description: Sentence
    enabled: Truth
    share: Share = 1.0
    always: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    since: Day | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"since {self.since} until {self.until} ends before it begins; swap since and until")
        if both := sorted(set(self.always) & set(self.never)):
            raise ValueError(f"{both[0]} is in always and in never; take it out of one of them")
        return self

    def holds(self, name: str, athlete_id: str, first_day: dt.date | None) -> bool:
        """Whether the flag is on for an athlete's plan."""
        if athlete_id in self.never:
            return False
        if athlete_id in self.always:
            return True
        if not self.enabled or _position(name, athlete_id) >= self.share:
            return False
        if first_day is None:
            return True
        return (self.since is None or first_day >= self.since) and (self.until is None or first_day <= self.until)


Flags = Annotated[dict[str, FeatureFlag], Field(default_factory=dict)]


def flags_for(
    flags: Mapping[str, FeatureFlag],
    athlete_id: str,
    first_day: dt.date | None,
    given: Mapping[str, bool] | None = None,
) -> dict[str, bool]:
    """Every flag by name for an athlete's plan; those ``given`` are as given."""
    return {name: flag.holds(name, athlete_id, first_day) for name, flag in flags.items()} | dict(given or {})


def _position(name: str, athlete_id: str) -> float:
    """A number in [0, 1) that depends on flag and athlete alone."""
    digest = hashlib.sha256(f"{name}|{athlete_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
