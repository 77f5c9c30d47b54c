"""Measures of the days of a week: hard ones, easy ones, and days of rest."""

from itertools import pairwise

from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.rules.plan_view import DAYS, PlanView
from plan_pipeline.core.rules.rule import Finding, broken, kept
from plan_pipeline.core.wording import likewise


def hard_day_spacing(plan: PlanView, days_between: int) -> Finding:
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
    close = [pair for pair in pairs if pair[0] < days_between]
    if not close or fewest is None:
        return kept(fewest)
    _, (_, before, weekday_before, kind_before), (_, number, weekday, kind) = close[0]
    weeks = tuple(dict.fromkeys(later[1] for _, _, later in close))
    since = weekday_before if before == number else f"{weekday_before} of week {before}"
    return broken(
        fewest,
        weeks,
        f"Week {number}: {kind} on {weekday} is the day after {kind_before} on {since}{likewise(weeks, number)}; "
        f"put at least {days_between} day of rest or easy riding between hard days.",
    )


def hard_days_per_week(plan: PlanView, at_most: int) -> Finding:
    """At most three hard days a week. Measures the most in any week. Source: coaching convention."""
    counts = {week.number: [day for day in week.days if day.hard] for week in plan.weeks}
    worst = max(counts, key=lambda number: len(counts[number]), default=0)
    most = len(counts.get(worst, ()))
    if most <= at_most:
        return kept(most)
    weeks = tuple(number for number, days in counts.items() if len(days) > at_most)
    days = ", ".join(f"{day.weekday} {day.hard}" for day in counts[worst])
    return broken(
        most,
        weeks,
        f"Week {worst}: {most} hard days ({days}){likewise(weeks, worst)}; "
        f"at most {at_most}, so make {most - at_most} of them easy.",
    )


def rest_days(plan: PlanView, at_least: int, with_recovery_ride: int) -> Finding:
    """Two days of rest a week, or one where one of six training days is a recovery ride.

    Measures the fewest days of rest in a week. Source: coaching convention.
    """
    most_trained = len(DAYS) - with_recovery_ride
    rests = {week.number: len(week.days) - len(week.trained) for week in plan.weeks}
    weeks = tuple(
        week.number
        for week in plan.weeks
        if rests[week.number] < at_least
        and not (len(week.trained) == most_trained and any(WorkoutType.RECOVERY in day.kinds for day in week.trained))
    )
    fewest = min(rests.values(), default=None)
    if not weeks or fewest is None:
        return kept(fewest)
    worst = min(weeks, key=lambda number: rests[number])
    trained, others = len(DAYS) - rests[worst], likewise(weeks, worst)
    if trained > most_trained:
        remedy = f"rest on {at_least}, or on {with_recovery_ride} with a recovery ride on another"
        message = f"{trained} training days{others}; {remedy}."
    else:
        message = f"{trained} training days and no recovery ride{others}; make one a recovery ride or a day of rest."
    return broken(fewest, weeks, f"Week {worst}: {message}")
