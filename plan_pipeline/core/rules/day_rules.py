"""Rules about the days of a week: hard ones, easy ones, and days of rest.

Belongs here: one small function and one record a rule. Does not belong here: days that the request forbids or
limits (see ``request_rules``). The same numbers hold for an overview before any workout is chosen.
"""

from __future__ import annotations

from itertools import pairwise

from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.overview.soundness import MAX_HARD_DAYS, MIN_REST_DAYS, SIX_DAY_WEEK
from plan_pipeline.core.rules.model import Evidence, Finding, PlanRule, RuleSeverity, broken, kept
from plan_pipeline.core.rules.plan_view import DAYS, PlanView
from plan_pipeline.core.rules.wording import likewise

MIN_DAYS_BETWEEN_HARD = 1
"""Days of rest or easy riding between two hard days, at least (consensus: 48 h between hard sessions)."""


def hard_day_spacing(plan: PlanView) -> Finding:
    """No two hard days after one another, from a Sunday to the next Monday included.

    Measures the fewest days between two hard days. Source: the 48 hours between hard sessions that coaching
    texts agree on (Friel; Allen & Coggan).
    """
    hard = [
        ((week.number - 1) * len(DAYS) + i, week.number, day.weekday, day.hard)
        for week in plan.weeks
        for i, day in enumerate(week.days)
        if day.hard
    ]
    pairs = [(later[0] - earlier[0] - 1, earlier, later) for earlier, later in pairwise(hard)]
    fewest = min((between for between, _, _ in pairs), default=None)
    close = [pair for pair in pairs if pair[0] < MIN_DAYS_BETWEEN_HARD]
    if not close or fewest is None:
        return kept(fewest)
    _, (_, before, weekday_before, kind_before), (_, number, weekday, kind) = close[0]
    weeks = tuple(dict.fromkeys(later[1] for _, _, later in close))
    since = weekday_before if before == number else f"{weekday_before} of week {before}"
    return broken(
        fewest,
        weeks,
        f"Week {number}: {kind} on {weekday} is the day after {kind_before} on {since}{likewise(weeks, number)}; "
        f"put at least {MIN_DAYS_BETWEEN_HARD} day of rest or easy riding between hard days.",
    )


HARD_DAY_SPACING = PlanRule(
    "hard-day-spacing",
    1,
    RuleSeverity.ERROR,
    Evidence.CONSENSUS,
    f"≥ {MIN_DAYS_BETWEEN_HARD} day between hard days, over week seams",
    hard_day_spacing,
)


def hard_days_per_week(plan: PlanView) -> Finding:
    """At most three hard days a week. Measures the most in any week. Source: coaching convention."""
    counts = {week.number: [day for day in week.days if day.hard] for week in plan.weeks}
    worst = max(counts, key=lambda number: len(counts[number]), default=0)
    most = len(counts.get(worst, ()))
    if most <= MAX_HARD_DAYS:
        return kept(most)
    weeks = tuple(number for number, days in counts.items() if len(days) > MAX_HARD_DAYS)
    days = ", ".join(f"{day.weekday} {day.hard}" for day in counts[worst])
    return broken(
        most,
        weeks,
        f"Week {worst}: {most} hard days ({days}){likewise(weeks, worst)}; "
        f"at most {MAX_HARD_DAYS}, so make {most - MAX_HARD_DAYS} of them easy.",
    )


HARD_DAYS_PER_WEEK = PlanRule(
    "hard-days-per-week",
    1,
    RuleSeverity.ERROR,
    Evidence.CONVENTION,
    f"≤ {MAX_HARD_DAYS} days",
    hard_days_per_week,
)


def rest_days(plan: PlanView) -> Finding:
    """Two days of rest a week, or one where one of six training days is a recovery ride.

    Measures the fewest days of rest in a week. Source: coaching convention.
    """
    rests = {week.number: len(week.days) - len(week.trained) for week in plan.weeks}
    weeks = tuple(
        week.number
        for week in plan.weeks
        if rests[week.number] < MIN_REST_DAYS
        and not (len(week.trained) == SIX_DAY_WEEK and any(WorkoutType.RECOVERY in day.kinds for day in week.trained))
    )
    fewest = min(rests.values(), default=None)
    if not weeks or fewest is None:
        return kept(fewest)
    worst = min(weeks, key=lambda number: rests[number])
    trained, others = len(DAYS) - rests[worst], likewise(weeks, worst)
    if trained > SIX_DAY_WEEK:
        message = f"{trained} training days{others}; rest on {MIN_REST_DAYS}, or on 1 with a recovery ride on another."
    else:
        message = f"{trained} training days and no recovery ride{others}; make one a recovery ride or a day of rest."
    return broken(fewest, weeks, f"Week {worst}: {message}")


REST_DAYS = PlanRule(
    "rest-days",
    1,
    RuleSeverity.ERROR,
    Evidence.CONVENTION,
    f"≥ {MIN_REST_DAYS} days, or 1 with a recovery ride",
    rest_days,
)
