"""What a plan rule is, what its measure finds, and the one call that holds a plan against every rule."""

import dataclasses
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.config.rule_settings import RuleSettings
from plan_pipeline.core.model.plan import PlanWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import Evidence, RuleResult, RuleSeverity
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.registries import RULES
from plan_pipeline.core.registry import Registry
from plan_pipeline.core.rules.plan_view import PlanView, view_of
from plan_pipeline.core.rules.rule_sports import sports_of_rule
from plan_pipeline.core.wording import likewise


class Finding(NamedTuple):
    """What a rule found. ``value`` is the worst measured value, ``None`` where there was nothing to measure.

    ``severity`` is set where it weighs less than the rule does at most.
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
    with names in braces as in ``str.format``: those of parameters, and ``week``, ``content`` and ``level`` for what the
    planning configuration says of weeks, of sessions and of the athlete's level. A rule that is not ``waivable`` counts
    whatever a request says. ``sports`` are those whose plans it is meant for.
    """

    rule_id: str
    version: int = 1
    severity: RuleSeverity
    evidence: Evidence
    threshold: str
    measure: Callable[..., Finding]
    parameters: Mapping[str, float] = field(default_factory=dict)
    waivable: bool = True
    sports: Collection[Sport] = tuple(Sport)

    def check(self, plan: PlanView) -> Finding:
        """Hold a plan against the rule."""
        return self.measure(plan, **self.parameters)

    def threshold_for(self, plan: PlanView) -> str:
        """What is asked of a plan, with its numbers."""
        said = {"week": plan.config.week, "content": plan.config.content, "level": plan.purpose.level}
        return self.threshold.format_map({**said, **self.parameters})

    def with_settings(self, settings: RuleSettings) -> "PlanRule":
        """The rule as the planning configuration has it."""
        return dataclasses.replace(
            self,
            version=settings.version,
            severity=settings.severity,
            evidence=settings.evidence,
            threshold=settings.threshold,
            parameters=settings.numbers,
            waivable=settings.waivable,
        )


_MILDNESS = {severity: i for i, severity in enumerate(RuleSeverity)}


def kept(value: float | None, message: str = "") -> Finding:
    """The finding of a rule that holds; with a message, what has to be said all the same."""
    return Finding(passed=True, value=value, message=message, severity=RuleSeverity.NOTE if message else None)


def broken(value: float, weeks: tuple[int, ...], message: str, severity: RuleSeverity | None = None) -> Finding:
    """The finding of a rule that does not."""
    return Finding(passed=False, value=value, weeks=weeks, message=message, severity=severity)


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


def rules_of(config: PlanningConfig, registry: Registry[Any] = RULES) -> tuple[PlanRule, ...]:
    """The rules that hold: errors, then warnings, then notes, each as the configuration of the sport lists them.

    Rules of other packages that it does not list come after those it does, with the numbers they bring, where they are
    meant for the sport. Raises ``UnknownNameError`` for a rule that nothing measures, ``PluginError`` for one that
    cannot be loaded.
    """
    listed = [
        _configured(rule_id, settings, registry) for rule_id, settings in config.rules.items() if settings.enabled
    ]
    added = [registry.get(name) for name in registry.plugins() if name not in config.rules]
    meant = [rule for rule in added if config.sport in rule.sports]
    return tuple(sorted([*listed, *meant], key=lambda rule: _MILDNESS[rule.severity]))


def _configured(rule_id: str, settings: RuleSettings, registry: Registry[Any]) -> PlanRule:
    known = registry.get(rule_id)
    if isinstance(known, PlanRule):
        return known.with_settings(settings)
    assert callable(known)
    return PlanRule(
        rule_id=rule_id,
        version=settings.version,
        severity=settings.severity,
        evidence=settings.evidence,
        threshold=settings.threshold,
        measure=known,
        parameters=settings.numbers,
        waivable=settings.waivable,
        sports=sports_of_rule(rule_id),
    )


def check_plan(
    request: PlanRequest, weeks: tuple[PlanWeek, ...], config: PlanningConfig, registry: Registry[Any] = RULES
) -> tuple[RuleResult, ...]:
    """Hold a plan's weeks, in order, against every rule: one result a rule, always all, in the order of ``rules_of``.

    A rule that the request waives is measured all the same and marked as waived. Never raises for a bad plan; raises
    as ``rules_of``.
    """
    plan = view_of(request, weeks, config)
    waivers = request.options.waivers
    results = []
    for rule in rules_of(config, registry):
        found = rule.check(plan)
        results.append(
            RuleResult(
                rule_id=rule.rule_id,
                rule_version=rule.version,
                severity=max(found.severity or rule.severity, rule.severity, key=_MILDNESS.__getitem__),
                evidence=rule.evidence,
                threshold=rule.threshold_for(plan),
                value=found.value,
                passed=found.passed,
                waived=rule.waivable and rule.rule_id in waivers,
                weeks=found.weeks,
                message=found.message,
            )
        )
    return tuple(results)
