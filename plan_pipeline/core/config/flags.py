"""Feature flags: what a coach may want to switch, for all athletes, a share of them, some by name, or for a time."""

import datetime as dt
import hashlib
import operator
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from plan_pipeline.core.config.values import Sentence, Share
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.written import Day, Truth


class Flag(StrEnum):
    """What can be switched, by the names that ``feature_flags.yaml`` and experiments use."""

    LONG_RIDE = "plan.long_ride"
    TESTS = "plan.tests"
    RIDEABILITY = "plan.rideability"
    GOAL_MINUTES = "plan.goal_minutes"
    VARIATION_ENGINE = "plan.variation_engine"
    VARIATION_TEMPLATES = "plan.variation_templates"
    LONG_RUN_VARIATION = "plan.long_run_variation"
    EASY_VARIATION = "plan.easy_variation"

    @property
    def is_of_variation(self) -> bool:
        """Whether it belongs to the variation engine, whose master switch holds for all of its parts."""
        return self in _VARIATION

    def is_usual(self, sport: Sport) -> bool:
        """Whether it holds in a sport where the configuration says nothing of it."""
        return not self.is_of_variation or sport is Sport.RUNNING


_VARIATION = frozenset({Flag.VARIATION_ENGINE, Flag.VARIATION_TEMPLATES, Flag.LONG_RUN_VARIATION, Flag.EASY_VARIATION})


class FeatureFlag(Frozen):
    """One flag. It is ``enabled`` for all athletes, or for a ``share`` of them by a stable hash.

    ``always`` and ``never`` are lists of athletes, by id, who have it or not whatever else is said. ``since`` and
    ``until`` are days between which it holds, by the first day of the plan; a plan without dates has none. Where
    ``sports`` names some, it only holds in those.
    """

    description: Sentence
    enabled: Truth
    share: Share = 1.0
    always: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    since: Day | None = None
    until: Day | None = None
    sports: tuple[Sport, ...] = Field(default=(), exclude_if=operator.not_)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"since {self.since} until {self.until} ends before it begins; swap since and until")
        if both := sorted(set(self.always) & set(self.never)):
            raise ValueError(f"{both[0]} is in always and in never; take it out of one of them")
        return self

    def holds(self, name: str, athlete_id: str, first_day: dt.date | None, sport: Sport = Sport.CYCLING) -> bool:
        """Whether the flag is on for an athlete's plan."""
        if athlete_id in self.never or (self.sports and sport not in self.sports):
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
    sport: Sport = Sport.CYCLING,
    given: Mapping[str, bool] | None = None,
) -> dict[str, bool]:
    """Every flag by name for an athlete's plan; those ``given`` are as given."""
    return {name: flag.holds(name, athlete_id, first_day, sport) for name, flag in flags.items()} | dict(given or {})


def _position(name: str, athlete_id: str) -> float:
    """A number in [0, 1) that depends on flag and athlete alone."""
    digest = hashlib.sha256(f"{name}|{athlete_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
