"""Measures of single sessions: whether a rider of the athlete's level can ride them at all."""

from collections.abc import Callable

from plan_pipeline.core.content.rideability import Aspect, Breach
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.rules.plan_view import PlanView
from plan_pipeline.core.rules.rule import Finding, broken, kept
from plan_pipeline.core.wording import counted, likewise


def rideable(plan: PlanView) -> Finding:
    """W′ balance never falls below what the athlete's level has, and only now and then near it.

    Measures the least W′ balance of a session, in % of W′; ``None`` where nothing is ridden above threshold. A test is
    maximal and left out.
    """
    left = [
        ride.session.balance_pct
        for week in plan.weeks
        for ride in week.rides
        if ride.session.balance_pct is not None and not ride.is_test
    ]
    least = min(left, default=None)
    value = None if least is None else round(least)
    found = _worst_breach(plan, lambda breach: breach.aspect is Aspect.W_BALANCE, value)
    return found or _too_many_near_the_limit(plan, value) or kept(value)


def effort_limit(plan: PlanView) -> Finding:
    """No single effort, no total near threshold and no sprint is more than the athlete's level can do.

    Measures how many sessions have one that is.
    """
    sessions = sum(
        any(breach.aspect is not Aspect.W_BALANCE for breach in ride.session.breaches)
        for week in plan.weeks
        for ride in week.rides
    )
    found = _worst_breach(plan, lambda breach: breach.aspect is not Aspect.W_BALANCE, sessions)
    return found or kept(0)


def _worst_breach(plan: PlanView, counts: Callable[[Breach], bool], value: float | None) -> Finding | None:
    """The finding on the first of the worst breaches of some aspects; errors are worse than warnings."""
    found = [
        (breach, week.number, ride)
        for week in plan.weeks
        for ride in week.rides
        for breach in ride.session.breaches
        if counts(breach)
    ]
    if not found:
        return None
    errors = [each for each in found if each[0].severity is RuleSeverity.ERROR]
    breach, first, ride = (errors or found)[0]
    weeks = tuple(dict.fromkeys(number for _, number, _ in found))
    return broken(
        0 if value is None else value,
        weeks,
        f"Week {first}, {ride.workout.weekday} ({ride.workout.name}){likewise(weeks, first)}: {breach.message}.",
        breach.severity,
    )


def _too_many_near_the_limit(plan: PlanView, value: float | None) -> Finding | None:
    at_most = plan.purpose.level.capacity.near_limit_a_week
    near = {
        week.number: sum(ride.session.is_near_limit for ride in week.rides if not ride.is_test) for week in plan.weeks
    }
    weeks = tuple(number for number, sessions in near.items() if sessions > at_most)
    if not weeks:
        return None
    worst = max(weeks, key=near.__getitem__)
    return broken(
        0 if value is None else value,
        weeks,
        f"Week {worst}: {counted(near[worst], 'session')} near the limit of W′{likewise(weeks, worst)}; "
        f"at most {at_most} a week, so lengthen the recoveries of the others.",
        RuleSeverity.WARNING,
    )
