"""Measures of the days of a week: hard ones, long ones, easy ones, and days of rest. What is hard is measured."""

from collections.abc import Sequence
from itertools import pairwise

from plan_pipeline.core.content.hardness import DayTotal, why_easy_after
from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.rules.plan_view import DAYS, DayView, PlanView, WeekView
from plan_pipeline.core.rules.rule import Finding, broken, judged, kept
from plan_pipeline.core.wording import counted, likewise


def hard_day_spacing(plan: PlanView) -> Finding:
    """No two hard days after one another, from a Sunday to the next Monday included.

    Measures the fewest days between two hard days; two races of the request are as they are.
    """
    days_between = plan.config.week.days.days_between_hard
    pairs = _neighbours(plan)
    fewest = min((_between(*pair) for pair in pairs), default=None)
    close = [pair for pair in pairs if _between(*pair) < days_between]
    if not close or fewest is None:
        return kept(fewest)
    weeks = tuple(dict.fromkeys(plan.week_of(later) for _, later in close))
    return broken(
        fewest,
        weeks,
        f"{_put(plan, *close[0])}{likewise(weeks, weeks[0])}; "
        f"put at least {counted(days_between, 'day')} of rest or easy {plan.sport.words.doing} between hard days.",
    )


def hard_days_per_week(plan: PlanView, at_most: int) -> Finding:
    """At most three hard days a week, whoever trains. Measures the most in any week."""
    return _counted(plan, {week.number: at_most for week in plan.weeks})


def hard_by_content(plan: PlanView) -> Finding:
    """No two hard days in a row, and no more in a week than the athlete's level takes, by week, hours and days.

    Measures the most hard days in a week, or 0 days between two. A test may be the one hard day of a week that has
    none else. A race of the request takes the place of a hard day, and is not to blame on the plan; a request that
    waives ``hard-day-spacing`` wants its hard days in a row.
    """
    wants_blocks = "hard-day-spacing" in plan.request.options.waivers
    close = [pair for pair in _neighbours(plan) if _between(*pair) == 0 and not wants_blocks]
    if close:
        weeks = tuple(dict.fromkeys(plan.week_of(later) for _, later in close))
        return broken(
            0, weeks, f"{_put(plan, *close[0])}{likewise(weeks, weeks[0])}; make one of the two days easy or rest."
        )
    return _counted(plan, {week.number: _most_hard_days(plan, week) for week in plan.weeks})


def after_long_ride(plan: PlanView) -> Finding:
    """The day after a long ride is not hard, nor the third day after two that are long together.

    Measures how many hard days come too early.
    """
    early = [
        (day, why)
        for day in plan.days
        if day.hard and not day.is_race
        if (why := why_easy_after(_totals_before(plan, day), plan.config.content.hardness))
    ]
    if not early:
        return kept(0.0)
    day, why = early[0]
    weeks = tuple(dict.fromkeys(plan.week_of(found) for found, _ in early))
    return broken(
        float(len(early)),
        weeks,
        f"Week {weeks[0]}: {day.hard} on {day.weekday}, but {why}{likewise(weeks, weeks[0])}; "
        "rest or ride easily on that day.",
    )


def _totals_before(plan: PlanView, day: DayView) -> list[DayTotal]:
    return [DayTotal(each.minutes, each.tss) for each in plan.days[max(0, day.position - 2) : day.position]]


def rest_days(plan: PlanView) -> Finding:
    """Two days of rest a week, or one where one of six training days is a recovery ride.

    A runner rests as the tier has it, and two days as a beginner; other training on a day without a run is rest from
    running. Measures the fewest days of rest in a week.
    """
    if plan.purpose.tier is not None:
        return _days_without_a_run(plan, len(DAYS) - plan.purpose.most_training_days)
    at_least, most_trained = plan.config.week.days.least_rest_days, plan.config.week.days.most_training_days
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
        remedy = f"rest on {at_least}, or on {len(DAYS) - most_trained} with a recovery ride on another"
        message = f"{trained} training days{others}; {remedy}."
    else:
        message = f"{trained} training days and no recovery ride{others}; make one a recovery ride or a day of rest."
    return broken(fewest, weeks, f"Week {worst}: {message}")


def _days_without_a_run(plan: PlanView, at_least: int) -> Finding:
    rests = {week.number: sum(not day.is_run for day in week.days) for week in plan.weeks}
    return judged(
        rests,
        lambda week: rests[week] < at_least,
        lambda worst, others: (
            f"Week {worst}: runs on {counted(len(DAYS) - rests[worst], 'day')}{others}; leave "
            f"{counted(at_least, 'day')} without one."
        ),
        badness=lambda week: -rests[week],
    )


def _neighbours(plan: PlanView) -> list[tuple[DayView, DayView]]:
    """Hard days with the next hard one, save two races."""
    hard = [day for day in plan.days if day.hard]
    return [(earlier, later) for earlier, later in pairwise(hard) if not (earlier.is_race and later.is_race)]


def _between(earlier: DayView, later: DayView) -> int:
    return later.position - earlier.position - 1


def _put(plan: PlanView, earlier: DayView, later: DayView) -> str:
    week, week_before = plan.week_of(later), plan.week_of(earlier)
    since = earlier.weekday if week_before == week else f"{earlier.weekday} of week {week_before}"
    after = {0: "the day after", 1: "two days after"}.get(_between(earlier, later), "soon after")
    return f"Week {week}: {later.weekday} ({later.hard}) is hard {after} {since} ({earlier.hard})"


def _most_hard_days(plan: PlanView, week: WeekView) -> int:
    level = plan.purpose.level_in(week.number)
    tests = any(ride.is_test for day in week.days for ride in day.rides)
    return max(level.most_hard_days(week.number, plan.purpose.hours, len(week.trained)), int(tests))


def _counted(plan: PlanView, at_most: dict[int, int]) -> Finding:
    """The finding on so many hard days a week at most; races alone are not too many."""
    hard = {week.number: [day for day in week.days if day.hard] for week in plan.weeks}
    over = {
        number: len(days) - at_most[number]
        for number, days in hard.items()
        if len(days) > at_most[number] and not all(day.is_race for day in days)
    }
    if not over:
        return kept(max(map(len, hard.values()), default=0))
    worst = max(over, key=over.__getitem__)
    weeks, days = tuple(over), hard[worst]
    return broken(
        len(days),
        weeks,
        f"Week {worst}: {counted(len(days), 'hard day')} ({_listed(days)}){likewise(weeks, worst)}; "
        f"at most {at_most[worst]}, so make {min(over[worst], sum(not day.is_race for day in days))} of them easy.",
    )


def _listed(days: Sequence[DayView]) -> str:
    return "; ".join(f"{day.weekday}: {day.hard}" for day in days)
