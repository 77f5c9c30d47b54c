"""Measures of load from week to week: blocks, recovery, ramp, evenness and the longest ride."""

from itertools import groupby
from statistics import fmean

from plan_pipeline.core.load_over_time import CTL_SHARE, load_over_time
from plan_pipeline.core.load_over_time import monotony as monotony_of
from plan_pipeline.core.model.vocabulary import WeekType
from plan_pipeline.core.rules.cycle_rules import is_mostly_off, light_weeks, load_weeks_in_a_cycle, most_light_weeks
from plan_pipeline.core.rules.plan_view import DAYS, PlanView
from plan_pipeline.core.rules.rule import Finding, broken, judged, kept
from plan_pipeline.core.wording import number


def load_week_ratio(plan: PlanView) -> Finding:
    """At most three load weeks before a light one, two from an age of 50, and five in a short plan.

    One more is right where the plan has all the light weeks that its length allows. A week of time off ends a run as a
    light one does. Measures the longest run of load weeks.
    """
    cycle = plan.config.week.load_cycle
    is_short = plan.request.total_weeks <= cycle.short_plan_weeks
    has_all = len(light_weeks(plan)) >= most_light_weeks(plan)
    most = cycle.most_in_short_plan if is_short else load_weeks_in_a_cycle(plan) + has_all
    runs = [
        [week.number for week in run]
        for counts, run in groupby(plan.weeks, lambda week: week.is_load and not is_mostly_off(plan, week))
        if counts
    ]
    longest = max(runs, key=len, default=[])
    if len(longest) <= most:
        return kept(len(longest) or None)
    weeks = tuple(number for run in runs for number in run[most:])
    return broken(
        len(longest),
        weeks,
        f"Weeks {longest[0]} to {longest[-1]}: {len(longest)} load weeks in a row; for this athlete and length of "
        f"plan at most {most} may follow each other, so make week {longest[most]} a recovery week.",
    )


def recovery_week_load(plan: PlanView, low_pct: int, high_pct: int) -> Finding:
    """A recovery week has 50 to 65 % of the mean TSS of the block before it, unless the athlete is away in it.

    Measures the share farthest from the middle of that range, in whole percent.
    """
    loads: dict[int, tuple[float, float]] = {}
    for week in plan.weeks:
        is_held = week.week.week_type is WeekType.RECOVERY and not plan.request.days_off(week.number)
        block = plan.block_before(week) if is_held else ()
        mean = fmean([load.tss for load in block]) if block else 0.0
        if mean > 0:
            loads[week.number] = (week.tss, mean)
    shares = {number: round(100 * tss / mean) for number, (tss, mean) in loads.items()}

    def message(worst: int, others: str) -> str:
        tss, mean = loads[worst]
        side = "lower" if shares[worst] > high_pct else "raise"
        return (
            f"Week {worst}: a recovery week of {tss:.0f} TSS is {shares[worst]:.0f} % of its block's mean of "
            f"{mean:.0f}{others}; {side} it to {low_pct} to {high_pct} %, "
            f"{low_pct * mean / 100:.0f} to {high_pct * mean / 100:.0f}."
        )

    return judged(
        shares,
        lambda week: not low_pct <= shares[week] <= high_pct,
        message,
        badness=lambda week: abs(shares[week] - (low_pct + high_pct) / 2),
    )


def starting_ctl(plan: PlanView) -> float:
    """The CTL a plan starts from: the request's, else the daily TSS of its first load week.

    The request's hours are what the athlete trains now, and an athlete who trains evenly has a CTL of a day's
    mean TSS; a plan measured from 0 would break every ramp. 0 only where nothing is trained at all.
    """
    stated = plan.request.athlete_profile.start_ctl
    if stated is not None:
        return stated
    week = next((week for week in plan.weeks if week.is_load), next(iter(plan.weeks), None))
    return 0.0 if week is None else week.tss / len(DAYS)


def ctl_ramp(plan: PlanView, at_most: int) -> Finding:
    """CTL rises by at most eight points from one Sunday to the next.

    Measures the steepest rise. It starts from ``starting_ctl``; the load of the event itself is not counted.
    """
    start = starting_ctl(plan)
    days = load_over_time((day.tss for week in plan.weeks for day in week.days), start)
    sundays = [start, *(day.ctl for day in days[len(DAYS) - 1 :: len(DAYS)])]
    rises = {week.number: after - before for week, before, after in zip(plan.weeks, sundays, sundays[1:], strict=False)}
    return judged(
        rises,
        lambda week: round(rises[week], 1) > at_most,
        lambda worst, others: (
            f"Week {worst}: CTL rises by {number(rises[worst])} points{others}; at most {at_most} a week, "
            f"so plan about {(rises[worst] - at_most) / CTL_SHARE:.0f} TSS less in it."
        ),
    )


def monotony(plan: PlanView, below: float) -> Finding:
    """A week's mean daily TSS is below twice its standard deviation, rest days included.

    Measures the highest monotony of a week; ``None`` where no week has any. The week of the event is left out,
    because the load of the event is not known.
    """
    found = {
        week.number: round(value, 2)
        for week in plan.weeks
        if week.open_days == len(DAYS) and (value := monotony_of([day.tss for day in week.days])) is not None
    }
    return judged(
        found,
        lambda week: found[week] >= below,
        lambda worst, others: (
            f"Week {worst}: monotony is {number(found[worst], 2)}{others}; below {number(below)} keeps hard and easy "
            "days apart, so make the easy days shorter or rest on one of them."
        ),
        digits=2,
    )


def longest_ride_growth(plan: PlanView) -> Finding:
    """The longest ride grows step by step: by at most 20 % or 30 min over the longest of the four weeks before.

    Measures the growth that goes farthest beyond what is allowed, in minutes. An event is not a ride of the plan
    and never counted, nor is strength work.
    """
    settings = plan.config.week.long_ride
    grown: dict[int, float] = {}
    before: dict[int, float] = {}
    for i, week in enumerate(plan.weeks):
        longest = max((earlier.longest_min for earlier in plan.weeks[max(0, i - settings.over_weeks) : i]), default=0.0)
        if longest > 0:
            grown[week.number], before[week.number] = week.longest_min - longest, longest
    allowed = {number: settings.step_after(longest) for number, longest in before.items()}
    return judged(
        grown,
        lambda week: round(grown[week] - allowed[week], 2) > 0,
        lambda worst, others: (
            f"Week {worst}: the longest ride grows by {number(grown[worst])} min, from {number(before[worst])} to "
            f"{number(before[worst] + grown[worst])}{others}; "
            f"after {number(before[worst])} min it has at most {number(before[worst] + allowed[worst])}."
        ),
        badness=lambda week: grown[week] - allowed[week],
    )
