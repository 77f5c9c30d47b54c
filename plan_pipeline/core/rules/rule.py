"""What a plan rule is: a measure with its parameters, and what a measure finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from plan_pipeline.core.model.rule_result import Evidence, RuleSeverity
from plan_pipeline.core.rules.plan_view import PlanView
from plan_pipeline.core.wording import likewise


class Finding(NamedTuple):
    """What a rule found. ``value`` is the worst measured value, ``None`` where there was nothing to measure.

    ``severity`` is set where a breach weighs otherwise than the rule usually does.
    """

    passed: bool
    value: float | None
    weeks: tuple[int, ...] = ()
    message: str = ""
    severity: RuleSeverity | None = None


@dataclass(frozen=True, kw_only=True)
class PlanRule:
    """A rule. ``version`` is raised with every change of its measure or its parameters.

    ``measure`` is called with the plan and the ``parameters`` by name. ``threshold`` is what is asked for in words,
    with the names of parameters in braces, as in ``str.format``. A rule that is not ``waivable`` counts whatever a
    request says.
    """

    rule_id: str
    version: int = 1
    severity: RuleSeverity
    evidence: Evidence
    threshold: str
    measure: Callable[..., Finding]
    parameters: Mapping[str, float] = field(default_factory=dict)
    waivable: bool = True

    def check(self, plan: PlanView) -> Finding:
        """Hold a plan against the rule."""
        return self.measure(plan, **self.parameters)

    @cached_property
    def threshold_text(self) -> str:
        """What is asked for, with its numbers."""
        return self.threshold.format_map(self.parameters)


def kept(value: float | None) -> Finding:
    """The finding of a rule that holds."""
    return Finding(passed=True, value=value)


def broken(value: float, weeks: tuple[int, ...], message: str) -> Finding:
    """The finding of a rule that does not."""
    return Finding(passed=False, value=value, weeks=weeks, message=message)


def judged(
    by_week: Mapping[int, float],
    is_broken: Callable[[int], bool],
    message: Callable[[int, str], str],
    badness: Callable[[int], float] | None = None,
    digits: int = 1,
) -> Finding:
    """The finding of a rule that measures a value for each week, by its number: the worst, and the weeks that break it.

    The worst is the highest unless ``badness`` says otherwise. ``message`` is called with the number of the worst week
    and a remark on the others that break the rule. The value is rounded to ``digits``.
    """
    if not by_week:
        return kept(None)
    worst = max(by_week, key=badness or by_week.__getitem__)
    value, weeks = round(by_week[worst], digits), tuple(filter(is_broken, by_week))
    return broken(value, weeks, message(worst, likewise(weeks, worst))) if weeks else kept(value)
