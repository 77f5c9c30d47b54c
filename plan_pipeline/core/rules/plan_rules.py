"""Every rule that a plan is held against, built in or added by another package, and the one call that does so."""

from __future__ import annotations

from plan_pipeline.core.model.plan import PlanWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import RuleResult
from plan_pipeline.core.registries import RULES
from plan_pipeline.core.registry import Registry
from plan_pipeline.core.rules.plan_view import view_of
from plan_pipeline.core.rules.rule import PlanRule


def check_plan(
    request: PlanRequest, weeks: tuple[PlanWeek, ...], rules: Registry[PlanRule] = RULES
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
