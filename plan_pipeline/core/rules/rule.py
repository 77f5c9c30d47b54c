"""What a plan rule is, what its measure finds, and the one call that holds a plan against every rule."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.plan import PlanWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import Evidence, RuleResult, RuleSeverity
from plan_pipeline.core.registries import RULES
from plan_pipeline.core.registry import Registry
from plan_pipeline.core.rules.plan_view import PlanView, view_of
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


def check_plan(
    request: PlanRequest,
    weeks: tuple[PlanWeek, ...],
    config: PlanningConfig,  # noqa: ARG001 - thresholds and severities are to come from it
    rules: Registry[PlanRule] = RULES,
) -> tuple[RuleResult, ...]:
    """Hold a plan's weeks, in order, against every rule: one result a rule, always all, in the order of ``rules``.

    A rule that the request waives is measured all the same and marked as waived. Never raises for a bad plan; raises
    ``PluginError`` for a rule of another package that cannot be loaded.
    """
    plan = view_of(request, weeks)
    waivers = request.options.waivers
    results = []
    for rule in rules.all().values():
        found = rule.check(plan)
        results.append(
            RuleResult(
                rule_id=rule.rule_id,
                rule_version=rule.version,
                severity=found.severity or rule.severity,
                evidence=rule.evidence,
                threshold=rule.threshold_text,
                value=found.value,
                passed=found.passed,
                waived=rule.rule_id in waivers,
                weeks=found.weeks,
                message=found.message,
            )
        )
    return tuple(results)
