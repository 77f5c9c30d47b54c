"""Measures of how much is ridden how hard."""

from collections.abc import Iterable
from typing import NamedTuple

from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.vocabulary import Phase
from plan_pipeline.core.rules.plan_view import PlanView, WeekView
from plan_pipeline.core.rules.rule import Finding, judged, kept
from plan_pipeline.core.wording import listed, number


def time_above_105(plan: PlanView, at_most_min: float) -> Finding:
    """At most about 40 min above 105 % of FTP a week. Measures the most in any week."""
    minutes = {week.number: round(week.intensity.severe, 1) for week in plan.weeks}
    severe = f"{plan.sport.levels.severe_pct:.0f} %"
    return judged(
        minutes,
        lambda week: minutes[week] > at_most_min,
        lambda worst, others: (
            f"Week {worst}: {number(minutes[worst])} min above {severe} of FTP{others}; "
            f"at most {at_most_min:.0f}, so leave out {number(minutes[worst] - at_most_min)} min of intervals."
        ),
    )


def intensity_distribution(plan: PlanView, at_most_pct: float) -> Finding:
    """Time in three zones by phase: reported, and a warning only where zone 3 has more than 20 % of a phase.

    Measures the largest share of zone 3. Pyramidal and polarized are both common, so neither is asked for.
    """
    return _zone_shares(plan, at_most_pct)


def time_in_zones(plan: PlanView, at_most_pct: float) -> Finding:
    """The same of running, whose zones begin at the first lactate threshold and at critical speed."""
    return _zone_shares(plan, at_most_pct)


def _zone_shares(plan: PlanView, at_most_pct: float) -> Finding:
    phases = _shares(plan.weeks)
    if not phases:
        return kept(None)
    worst = max(phases, key=lambda shares: shares.zone_3)
    report = "Time in zones 1/2/3: " + listed(
        f"{s.phase} {s.zone_1:.0f}/{s.zone_2:.0f}/{s.zone_3:.0f} %" for s in phases
    )
    value = round(worst.zone_3, 1)
    extreme = [shares for shares in phases if round(shares.zone_3, 1) > at_most_pct]
    if not extreme:
        return kept(value, f"{report}.")
    return Finding(
        passed=False,
        value=value,
        weeks=tuple(sorted(n for shares in extreme for n in shares.weeks)),
        message=f"{report}; {number(value)} % at or above {plan.sport.levels.zone_3_pct:.0f} % of "
        f"{plan.sport.threshold} in {worst.phase} is more than {at_most_pct:g} %, so make one hard session a "
        f"{plan.sport.words.session} in zone 1.",
        severity=RuleSeverity.WARNING,
    )


class _ZoneShares(NamedTuple):
    """How a phase's minutes with power lie in the three zones, % of them; ``weeks`` are the phase's weeks."""

    phase: Phase
    zone_1: float
    zone_2: float
    zone_3: float
    weeks: tuple[int, ...]


def _shares(weeks: Iterable[WeekView]) -> tuple[_ZoneShares, ...]:
    by_phase: dict[Phase, list[WeekView]] = {}
    for week in weeks:
        by_phase.setdefault(week.week.phase, []).append(week)
    found = []
    for phase, members in by_phase.items():
        zones = [sum(minutes) for minutes in zip(*(week.intensity[:3] for week in members), strict=True)]
        if total := sum(zones):
            zone_1, zone_2, zone_3 = (100 * minutes / total for minutes in zones)
            found.append(_ZoneShares(phase, zone_1, zone_2, zone_3, tuple(week.number for week in members)))
    return tuple(found)
