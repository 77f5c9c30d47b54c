"""Every rule that a plan is held against, and the one call that does so.

Belongs here: the list of rules in their order. Does not belong here: a rule, which lives with those of its
topic (``day_rules``, ``request_rules``, ``load_rules``, ``taper_rules``, ``intensity_rules``).
"""

from __future__ import annotations

from plan_pipeline.core.model.plan import PlanWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.rules.day_rules import HARD_DAY_SPACING, HARD_DAYS_PER_WEEK, REST_DAYS
from plan_pipeline.core.rules.intensity_rules import INTENSITY_DISTRIBUTION, TIME_ABOVE_105
from plan_pipeline.core.rules.load_rules import (
    CTL_RAMP,
    LOAD_WEEK_RATIO,
    LONGEST_RIDE_GROWTH_RULE,
    MONOTONY,
    RECOVERY_WEEK_LOAD,
)
from plan_pipeline.core.rules.model import PlanRule, RuleResult
from plan_pipeline.core.rules.plan_view import view_of
from plan_pipeline.core.rules.request_rules import DAY_CAPS, FORBIDDEN_DAYS, STATED_EQUALS_DELIVERED
from plan_pipeline.core.rules.taper_rules import TAPER_INTENSITY, TAPER_VOLUME

PLAN_RULES: tuple[PlanRule, ...] = (
    HARD_DAY_SPACING,
    HARD_DAYS_PER_WEEK,
    REST_DAYS,
    DAY_CAPS,
    FORBIDDEN_DAYS,
    STATED_EQUALS_DELIVERED,
    LOAD_WEEK_RATIO,
    RECOVERY_WEEK_LOAD,
    CTL_RAMP,
    MONOTONY,
    LONGEST_RIDE_GROWTH_RULE,
    TAPER_VOLUME,
    TAPER_INTENSITY,
    TIME_ABOVE_105,
    INTENSITY_DISTRIBUTION,
)
"""Every rule, in the order of a plan's results: errors first, then warnings, then notes."""


def check_plan(request: PlanRequest, weeks: tuple[PlanWeek, ...]) -> tuple[RuleResult, ...]:
    """Hold a plan's weeks, in order, against every rule: one result a rule, always all, in ``PLAN_RULES``' order.

    A rule that the request waives is measured all the same and marked as waived. Never raises for a bad plan.
    """
    plan = view_of(request, weeks)
    waivers = request.options.waivers
    results = []
    for rule in PLAN_RULES:
        found = rule.check(plan)
        results.append(
            RuleResult(
                rule_id=rule.rule_id,
                rule_version=rule.version,
                severity=found.severity or rule.severity,
                evidence=rule.evidence,
                threshold=rule.threshold,
                value=found.value,
                passed=found.passed,
                waived=rule.rule_id in waivers,
                weeks=found.weeks,
                message=found.message,
            )
        )
    return tuple(results)
