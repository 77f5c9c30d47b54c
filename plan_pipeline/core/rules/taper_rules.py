"""Measures of the weeks before an event: less volume, the same intensity.

Both rest on meta-analyses of trials: Bosquet 2007 (PMID 17762369) and Wang 2023 (PLoS ONE 0282838).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from plan_pipeline.core.limits import SHORTEST_SESSION_MIN
from plan_pipeline.core.load_over_time import THRESHOLD_LEVEL_PCT
from plan_pipeline.core.rules.plan_view import DAYS, PlanView, WeekView
from plan_pipeline.core.rules.rule import Finding, broken, judged, kept
from plan_pipeline.core.wording import listed, number


def taper_volume(plan: PlanView, longest_days: int, low_pct: int, high_pct: int) -> Finding:
    """A taper lasts as long as the event's type says, 8 to 14 days for most, and takes volume down by 41 to 60 %.

    Each of its weeks has less than the one before; in a short plan it may be shorter. Measures the reduction in whole
    percent: minutes a day from the taper's first Monday to the eve of the event, against minutes a day in the load
    block before it. ``None`` for a plan without event and taper.
    """
    taper = [week for week in plan.weeks if week.is_taper]
    days = sum(week.open_days for week in taper)
    kind = plan.purpose.event_type
    least_days, most_days = kind.taper.days if kind else (0, longest_days)
    if plan.request.total_weeks <= plan.config.week.load_cycle.short_plan_weeks:
        least_days = 0
    if days == 0:
        if plan.request.event is None or not plan.weeks:
            return kept(None)
        return broken(
            0.0,
            (plan.weeks[-1].number,),
            f"There is no taper before the event on {plan.request.event.date}; "
            f"make the last {least_days} to {most_days} days before it one.",
        )
    block = plan.block_before(taper[0])
    before = sum(week.minutes for week in block) / (len(block) * len(DAYS)) if block else 0.0
    if before <= 0:
        return kept(None)
    during = sum(week.minutes for week in taper) / days
    reduction = round(100 * (1 - during / before))
    found = [*_not_progressive(taper)]
    if not low_pct <= reduction <= high_pct:
        found.insert(0, _wrong_reduction(reduction, before, during, low_pct, high_pct))
    if not least_days <= days <= longest_days:
        remedy = f"let it last {least_days} to {most_days} days, at most {longest_days}"
        found.insert(0, (f"lasts {days} days", remedy))
    if not found:
        return kept(reduction)
    wrong, remedies = zip(*found, strict=True)
    return broken(
        reduction,
        tuple(week.number for week in taper),
        f"Weeks {taper[0].number} to {taper[-1].number}: the taper {listed(wrong)}; {listed(remedies)}.",
    )


def _wrong_reduction(reduction: float, before: float, during: float, low_pct: int, high_pct: int) -> tuple[str, str]:
    change = f"down by {reduction:.0f}" if reduction >= 0 else f"up by {-reduction:.0f}"
    return (
        f"takes volume {change} % ({number(before, 0)} to {number(during, 0)} min a day)",
        f"take it down by {low_pct} to {high_pct} %, "
        f"to {before * (1 - high_pct / 100):.0f} to {before * (1 - low_pct / 100):.0f} min a day",
    )


def _not_progressive(taper: Sequence[WeekView]) -> Iterator[tuple[str, str]]:
    for week, following in pairwise(taper):
        if following.minutes > max(week.minutes, SHORTEST_SESSION_MIN):
            yield (
                f"has {number(following.minutes / 60)} h in week {following.number} "
                f"after {number(week.minutes / 60)} h in week {week.number}",
                "give each week less than the one before",
            )
            return


def taper_intensity(plan: PlanView, least_min: float, from_days: int) -> Finding:
    """Every taper week of three or more training days, the eve of the event aside, has work at or above 91 %.

    Measures the fewest such minutes in a week.
    """
    minutes = {
        week.number: week.intensity.intense for week in plan.weeks if week.is_taper and _is_held(week, from_days)
    }
    return judged(
        minutes,
        lambda week: minutes[week] < least_min,
        lambda worst, others: (
            f"Week {worst}: a taper week with {number(minutes[worst])} min at or above {THRESHOLD_LEVEL_PCT:.0f} % of "
            f"FTP{others}; keep a short session at threshold or VO2max in it."
        ),
        badness=lambda week: -minutes[week],
    )


def _is_held(week: WeekView, from_days: int) -> bool:
    """Whether the week has days enough for a hard one; the eve of the event is easy by convention."""
    eve = week.open_days - 1 if week.open_days < len(DAYS) else None
    return sum(bool(day.kinds) and i != eve for i, day in enumerate(week.days)) >= from_days
