"""Measures of the weeks before an event: less volume, the same intensity.

Both rest on meta-analyses of trials: Bosquet 2007 (PMID 17762369) and Wang 2023 (PLoS ONE 0282838).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

from plan_pipeline.core.adding import added
from plan_pipeline.core.limits import SHORTEST_SESSION_MIN
from plan_pipeline.core.rules.plan_view import DAYS, PlanView, WeekView
from plan_pipeline.core.rules.rule import Finding, broken, judged, kept
from plan_pipeline.core.wording import listed, number


class _Volume(NamedTuple):
    """Volume a day before a taper and during it, and its unit."""

    before: float
    during: float
    unit: str = "min"

    @property
    def reduction_pct(self) -> int:
        return round(100 * (1 - self.during / self.before))


def taper_volume(
    plan: PlanView,
    longest_days: int,
    low_pct: int,
    high_pct: int,
    last_days: int | None = None,
    best_weeks: int | None = None,
) -> Finding:
    """A taper lasts as long as the event's type says, 8 to 14 days for most, and takes volume down by 41 to 60 %.

    Each of its weeks has less than the one before; in a short plan it may be shorter. Measures the reduction in whole
    percent: minutes a day from the taper's first Monday to the eve of the event, against minutes a day in the load
    block before it; with ``last_days`` and ``best_weeks``, kilometres of the taper's last days against those of so many
    best weeks before. ``None`` for a plan without event and taper.
    """
    taper = [week for week in plan.weeks if week.is_taper]
    days = sum(week.open_days for week in taper)
    least_days, most_days = _days_of_taper(plan, longest_days)
    if days == 0:
        return _no_taper(plan, least_days, most_days)
    if last_days is None or best_weeks is None:
        volume = _against_block(plan, taper, days)
    else:
        volume = _against_best(plan, taper, min(last_days, days), best_weeks)
    if volume.before <= 0:
        return kept(None)
    reduction = volume.reduction_pct
    found = [*_not_progressive(taper)]
    if not low_pct <= reduction <= high_pct:
        found.insert(0, _wrong_reduction(volume, low_pct, high_pct))
    if not least_days <= days <= longest_days:
        remedy = f"let it last {least_days} to {most_days} days, at most {longest_days}"
        found.insert(0, (f"lasts {days} days", remedy))
    if not found:
        return kept(reduction)
    wrong, remedies = zip(*found, strict=True)
    return broken(
        reduction,
        tuple(week.number for week in taper),
        f"{_weeks_of(taper)}: the taper {listed(wrong)}; {listed(remedies)}.",
    )


def _days_of_taper(plan: PlanView, longest_days: int) -> tuple[int, int]:
    """The least and the most days that the event's type asks for; in a short plan there is no least."""
    kind = plan.purpose.event_type
    least_days, most_days = kind.taper.days if kind else (0, longest_days)
    is_short = plan.request.total_weeks <= plan.config.week.load_cycle.short_plan_weeks
    return 0 if is_short else least_days, most_days


def _no_taper(plan: PlanView, least_days: int, most_days: int) -> Finding:
    if plan.request.event is None or not plan.weeks:
        return kept(None)
    return broken(
        0.0,
        (plan.weeks[-1].number,),
        f"There is no taper before the event on {plan.request.event.date}; "
        f"make the last {least_days} to {most_days} days before it one.",
    )


def _against_block(plan: PlanView, taper: Sequence[WeekView], days: int) -> _Volume:
    """Minutes a day of the whole taper, and of the load block before it."""
    block = plan.block_before(taper[0])
    before = added(week.minutes for week in block) / (len(block) * len(DAYS)) if block else 0.0
    return _Volume(before, added(week.minutes for week in taper) / days)


def _against_best(plan: PlanView, taper: Sequence[WeekView], last_days: int, best_weeks: int) -> _Volume:
    """Kilometres a day of the last days, and of the best weeks before the taper."""
    weeks = sorted([week.km for week in plan.weeks if week.number < taper[0].number], reverse=True)[:best_weeks]
    last = plan.before_event[-last_days:]
    km = added(ride.km for day in last for ride in day.rides if not ride.workout.optional)
    return _Volume(fmean(weeks) / len(DAYS) if weeks else 0.0, km / last_days, "km")


def _wrong_reduction(volume: _Volume, low_pct: int, high_pct: int) -> tuple[str, str]:
    reduction, before, unit = volume.reduction_pct, volume.before, volume.unit
    digits = 0 if unit == "min" else 1
    change = f"down by {reduction:.0f}" if reduction >= 0 else f"up by {-reduction:.0f}"
    low, high = before * (1 - high_pct / 100), before * (1 - low_pct / 100)
    return (
        f"takes volume {change} % ({number(before, digits)} to {number(volume.during, digits)} {unit} a day)",
        f"take it down by {low_pct} to {high_pct} %, to {low:.{digits}f} to {high:.{digits}f} {unit} a day",
    )


def _not_progressive(taper: Sequence[WeekView]) -> Iterator[tuple[str, str]]:
    for week, following in pairwise(taper):
        if week.km:
            is_above = following.km > week.km and not week.is_disturbed
            amounts = [f"{number(each.km)} km" for each in (following, week)]
        else:
            is_above = following.minutes > max(week.minutes, SHORTEST_SESSION_MIN)
            amounts = [f"{number(each.minutes / 60)} h" for each in (following, week)]
        if is_above:
            yield (
                f"has {amounts[0]} in week {following.number} after {amounts[1]} in week {week.number}",
                "give each week less than the one before",
            )
            return


def taper_intensity(plan: PlanView, least_min: float, from_days: int) -> Finding:
    """Every taper week of three or more training days, the eve of the event aside, has work that is intense.

    Measures the fewest such minutes in a week. Strides are short, and enough where the sport has them.
    """
    intense = f"{plan.sport.levels.intense_pct:.0f} % of {plan.sport.threshold}"
    strides = " or strides" if plan.config.week.easy is not None else ""
    minutes = {
        week.number: week.intensity.intense for week in plan.weeks if week.is_taper and _is_held(week, from_days)
    }
    return judged(
        minutes,
        lambda week: minutes[week] < least_min,
        lambda worst, others: (
            f"Week {worst}: a taper week with {number(minutes[worst])} min at or above {intense}"
            f"{others}; keep a short session at threshold or VO2max{strides} in it."
        ),
        badness=lambda week: -minutes[week],
    )


def _is_held(week: WeekView, from_days: int) -> bool:
    """Whether the week has days enough for a hard one; the eve of the event is easy by convention."""
    eve = week.open_days - 1 if week.open_days < len(DAYS) else None
    return sum(bool(day.kinds) and i != eve for i, day in enumerate(week.days)) >= from_days


def _weeks_of(taper: Sequence[WeekView]) -> str:
    first, last = taper[0].number, taper[-1].number
    return f"Week {first}" if first == last else f"Weeks {first} to {last}"
