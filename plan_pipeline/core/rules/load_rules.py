"""Measures of load from week to week: blocks, recovery, ramp, evenness and the longest ride."""

from __future__ import annotations

from itertools import groupby
from statistics import fmean

from plan_pipeline.core.limits import LoadBlocks
from plan_pipeline.core.load_over_time import CTL_SHARE, load_over_time, monotony
from plan_pipeline.core.rules.plan_view import DAYS, PlanView
from plan_pipeline.core.rules.rule import Finding, broken, kept
from plan_pipeline.core.rules.wording import likewise, number


def load_week_ratio(plan: PlanView, **blocks: int) -> Finding:
    """At most three load weeks before an easy one; two for beginners and athletes over 40; four in a short plan.

    Measures the longest run of load weeks. Source: coaching convention (3:1 and 2:1).
    """
    most = LoadBlocks(**blocks).in_a_row(plan.request.athlete_profile, plan.request.total_weeks)
    runs = [[week.number for week in run] for is_load, run in groupby(plan.weeks, lambda w: w.is_load) if is_load]
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
    """A recovery week has 50 to 65 % of the mean TSS of the block before it.

    Measures the share farthest from the middle of that range, in whole percent. Source: coaching convention.
    """
    shares: dict[int, tuple[float, float, float]] = {}
    for week in plan.weeks:
        block = plan.block_before(week) if week.is_recovery else ()
        mean = fmean([load.tss for load in block]) if block else 0.0
        if mean > 0:
            shares[week.number] = (round(100 * week.tss / mean), week.tss, mean)
    if not shares:
        return kept(None)
    worst = max(shares, key=lambda n: abs(shares[n][0] - (low_pct + high_pct) / 2))
    share, tss, mean = shares[worst]
    weeks = tuple(n for n, (found, _, _) in shares.items() if not low_pct <= found <= high_pct)
    if not weeks:
        return kept(share)
    side = "lower" if share > high_pct else "raise"
    return broken(
        share,
        weeks,
        f"Week {worst}: a recovery week of {tss:.0f} TSS is {share:.0f} % of its block's mean of {mean:.0f}"
        f"{likewise(weeks, worst)}; {side} it to {low_pct} to {high_pct} %, "
        f"{low_pct * mean / 100:.0f} to {high_pct * mean / 100:.0f}.",
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
    Source: coaching convention (Friel; Allen & Coggan).
    """
    start = starting_ctl(plan)
    days = load_over_time((day.tss for week in plan.weeks for day in week.days), start)
    sundays = [start, *(day.ctl for day in days[len(DAYS) - 1 :: len(DAYS)])]
    rises = {week.number: after - before for week, before, after in zip(plan.weeks, sundays, sundays[1:], strict=False)}
    if not rises:
        return kept(None)
    worst = max(rises, key=lambda n: rises[n])
    steepest = round(rises[worst], 1)
    weeks = tuple(n for n, rise in rises.items() if round(rise, 1) > at_most)
    if not weeks:
        return kept(steepest)
    excess = (rises[worst] - at_most) / CTL_SHARE
    return broken(
        steepest,
        weeks,
        f"Week {worst}: CTL rises by {number(steepest)} points{likewise(weeks, worst)}; "
        f"at most {at_most} a week, so plan about {excess:.0f} TSS less in it.",
    )


def monotony_of_weeks(plan: PlanView, below: float) -> Finding:
    """A week's mean daily TSS is below twice its standard deviation, rest days included.

    Measures the highest monotony of a week; ``None`` where no week has any. The week of the event is left out,
    because the load of the event is not known. Source: Foster 1998.
    """
    found = {
        week.number: round(value, 2)
        for week in plan.weeks
        if week.open_days == len(DAYS) and (value := monotony([day.tss for day in week.days])) is not None
    }
    if not found:
        return kept(None)
    worst = max(found, key=lambda n: found[n])
    weeks = tuple(n for n, value in found.items() if value >= below)
    if not weeks:
        return kept(found[worst])
    return broken(
        found[worst],
        weeks,
        f"Week {worst}: monotony is {number(found[worst], 2)}{likewise(weeks, worst)}; below {number(below)} "
        "keeps hard and easy days apart, so make the easy days shorter or rest on one of them.",
    )


def longest_ride_growth(plan: PlanView, share: float, step_min: int, over_weeks: int) -> Finding:
    """The longest ride grows step by step: by at most 20 % or 30 min over the longest of the four weeks before.

    Measures the growth that goes farthest beyond what is allowed, in minutes. An event is not a ride of the plan
    and never counted, nor is strength work. Source: coaching convention.
    """
    growth: dict[int, tuple[float, float, float]] = {}
    for i, week in enumerate(plan.weeks):
        before = max((earlier.longest_min for earlier in plan.weeks[max(0, i - over_weeks) : i]), default=0.0)
        if before > 0:
            allowed = max(share * before, step_min)
            growth[week.number] = (week.longest_min - before, before, allowed)
    if not growth:
        return kept(None)
    worst = max(growth, key=lambda n: growth[n][0] - growth[n][2])
    grown, before, allowed = growth[worst]
    weeks = tuple(n for n, (by, _, most) in growth.items() if round(by - most, 2) > 0)
    if not weeks:
        return kept(round(grown, 1))
    return broken(
        round(grown, 1),
        weeks,
        f"Week {worst}: the longest ride grows by {number(grown)} min, from {number(before)} to "
        f"{number(before + grown)}{likewise(weeks, worst)}; "
        f"after {number(before)} min it has at most {number(before + allowed)}.",
    )
