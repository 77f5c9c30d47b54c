"""All planning knowledge of one sport as one value, which the core takes beside the workout library."""

import math
import operator
from difflib import get_close_matches
from typing import TypeVar

from pydantic import Field

from plan_pipeline.core.config.aim import Aim, EventType, Goal
from plan_pipeline.core.config.content import ContentRules
from plan_pipeline.core.config.flags import FeatureFlag
from plan_pipeline.core.config.levels import Levels
from plan_pipeline.core.config.reference_runners import StandardPlanSettings
from plan_pipeline.core.config.rule_settings import RuleSettings
from plan_pipeline.core.config.values import Id
from plan_pipeline.core.config.week_settings import WeekSettings
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.vocabulary import Sport, is_cycling
from plan_pipeline.core.registry import squashed

A = TypeVar("A", bound=Aim)


class Defaults(Frozen):
    """The ids of the goal and of the event type that hold where a request says nothing that can be read."""

    goal: Id
    event: Id


class PlanningConfig(Frozen):
    """Goals, events, levels, the week, limits of sessions, rules and flags, under a hash of their content.

    ``standard_plans`` says who the standard plans are made for, in a sport that has some.
    """

    version: str
    sport: Sport = Field(default=Sport.CYCLING, exclude_if=is_cycling)
    defaults: Defaults
    goals: dict[str, Goal]
    events: dict[str, EventType]
    levels: Levels
    week: WeekSettings
    content: ContentRules
    rules: dict[str, RuleSettings]
    flags: dict[str, FeatureFlag] = Field(default_factory=dict)
    standard_plans: StandardPlanSettings | None = Field(default=None, exclude_if=operator.not_)

    def goal(self, name: str) -> Goal | None:
        """The goal of an id, in any spelling, or of an alias."""
        return _named(name, self.goals)

    def event(self, name: str) -> EventType | None:
        """The event type of an id, in any spelling, or of an alias."""
        return _named(name, self.events)

    def rule_number(self, rule_id: str, parameter: str) -> float:
        """What a rule holds plans to by one of its parameters; infinite where the configuration has no such rule."""
        rule = self.rules.get(rule_id)
        return math.inf if rule is None else rule.parameters.get(parameter, math.inf)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlanningConfig) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)


def _named(name: str, aims: dict[str, A]) -> A | None:
    if name in aims:
        return aims[name]
    wanted = squashed(name)
    return next((aim for aim in aims.values() if wanted in map(squashed, (aim.id, *aim.aliases))), None)


def unknown_id(kind: str, name: str, known: dict[str, A]) -> str:
    """What to say of an id that nothing has: the nearest, and all there are."""
    spellings = {squashed(spelling): aim.id for aim in known.values() for spelling in (aim.id, *aim.aliases)}
    near = get_close_matches(squashed(name), spellings, n=1)
    nearest = f"did you mean {spellings[near[0]]}? " if near else ""
    return f"{name!r} is not a known {kind}; {nearest}known: {', '.join(known)}"
