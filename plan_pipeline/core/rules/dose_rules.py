"""Measures of what an athlete's level takes: the first weeks of a beginner, and minutes by intensity."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from plan_pipeline.core.config.levels import Onset
from plan_pipeline.core.content.bands import sum_of_bands
from plan_pipeline.core.content.session import SessionContent
from plan_pipeline.core.content.stretches import minutes_of, split_all
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.vocabulary import Band, ExperienceLevel
from plan_pipeline.core.rules.plan_view import PlanView, RideView, WeekView
from plan_pipeline.core.rules.rule import Finding, broken, kept
from plan_pipeline.core.wording import likewise, number

_ROUNDING_MIN = 0.05
"""Minutes of thirds and sixths do not add up to whole ones."""

FROM_106 = (Band.VO2MAX, Band.ANAEROBIC)


def beginner_onset(plan: PlanView, weeks_after: int) -> Finding:
    """A beginner's first weeks hold nothing hard but a few short spin-ups, and the weeks after them little above 105 %.

    Who comes back after a break is held to it as well, for as long as the goal says. A test stays out of it. Measures
    the most minutes above what a session of these weeks may hold.
    """
    lowest = min((onset.below_pct for onset in plan.config.levels.beginner.first_weeks), default=0.0)
    found = [
        (excess, week, sentence)
        for week in plan.weeks[: _beginner_weeks(plan)]
        for ride in _ridden(week)
        if ride.session.highest_pct >= lowest
        for excess, sentence in _too_early(plan, week, ride, weeks_after)
    ]
    if not found:
        return kept(0.0 if _beginner_weeks(plan) else None)
    weeks = tuple(dict.fromkeys(week.number for _, week, _ in found))
    _, worst, sentence = found[0]
    return broken(
        round(max(excess for excess, _, _ in found), 1),
        weeks,
        f"Week {worst.number}: {sentence}{likewise(weeks, worst.number)}; "
        f"{plan.sport.words.session} easily on that day, with short spin-ups at most.",
    )


def _beginner_weeks(plan: PlanView) -> int:
    """The weeks, from the first, that are a beginner's."""
    is_beginner = plan.purpose.experience is ExperienceLevel.BEGINNER
    return len(plan.weeks) if is_beginner else min(plan.purpose.aim.beginner_weeks, len(plan.weeks))


def _too_early(plan: PlanView, week: WeekView, ride: RideView, weeks_after: int) -> Iterator[tuple[float, str]]:
    level = plan.config.levels.beginner
    onset = next((onset for onset in level.first_weeks if week.number <= onset.until_week), None)
    content, day = ride.session.content, ride.workout.weekday
    if onset is not None:
        if minutes := minutes_too_hard(content, onset):
            yield (
                minutes,
                f"{number(minutes)} min at or above {onset.below_pct:g} % on {day}, where a beginner "
                f"{plan.sport.words.sessions} nothing like it until the end of week {onset.until_week}",
            )
        return
    last = max((onset.until_week for onset in level.first_weeks), default=0)
    most = level.first_from_106_min
    if most is not None and week.number <= last + weeks_after:
        minutes = content.bands.within(FROM_106)
        if minutes > most + _ROUNDING_MIN:
            yield (
                minutes - most,
                f"{number(minutes)} min at or above 106 % on {day}, the first of it (at most {most:g})",
            )


def minutes_too_hard(content: SessionContent, onset: Onset) -> float:
    """Minutes at or above what an onset allows; none for spin-ups that are few and short enough."""
    parts = split_all(content.stretches, onset.below_pct)
    efforts = [
        minutes_of(tuple(run)) for hard, run in groupby(parts, lambda part: min(part[1:]) >= onset.below_pct) if hard
    ]
    spin_ups = [effort for effort in efforts if 60 * effort <= onset.spin_up_s + 1e-6]
    longer = sum(efforts) - sum(spin_ups)
    return longer if len(spin_ups) <= onset.spin_ups else longer + sum(spin_ups)


class _Dose(NamedTuple):
    """Minutes of a week, or of the session of a day in it, beside the most that there may be."""

    week: int
    day: str
    what: str
    minutes: float
    most: float

    @property
    def share(self) -> float:
        return self.minutes / self.most if self.most else float("inf") if self.minutes else 0.0


def level_dose(plan: PlanView, error_share: float) -> Finding:
    """Minutes by intensity, of a week and of a session, are not more than the athlete's level takes.

    A band that the plan is for may have more in a week. A test counts for neither. Measures the largest
    share of a maximum, in %; from ``error_share`` on it is an error.
    """
    limits = {level: _Limits.of(plan, level) for level in ExperienceLevel}
    doses = [dose for week in plan.weeks for dose in _doses(week, limits[_level_in(plan, week)]) if dose.minutes]
    worst = max(doses, key=lambda dose: dose.share, default=None)
    if worst is None:
        return kept(None)
    over = [dose for dose in doses if dose.minutes > dose.most + _ROUNDING_MIN]
    if not over:
        return kept(_as_pct(worst))
    worst = max(over, key=lambda dose: dose.share)
    weeks = tuple(dict.fromkeys(dose.week for dose in over))
    where = f"in the session on {worst.day}" if worst.day else "in the week"
    return broken(
        _as_pct(worst),
        weeks,
        f"Week {worst.week}: {number(worst.minutes)} min {worst.what} {where}{likewise(weeks, worst.week)}; "
        f"at most {worst.most:g} at this level, so take out {number(worst.minutes - worst.most)} min.",
        RuleSeverity.ERROR if worst.share > error_share else RuleSeverity.WARNING,
    )


def _as_pct(dose: _Dose) -> float:
    return round(100 * min(dose.share, 100.0))


class _Limits(NamedTuple):
    """The most minutes of a level: of a week by band, of a session by band, and of a session from 106 %."""

    week: tuple[tuple[int, Band, float], ...]
    session: tuple[tuple[int, Band, float], ...]
    from_106: float

    @classmethod
    def of(cls, plan: PlanView, experience: ExperienceLevel) -> "_Limits":
        level = plan.config.levels.of(experience)
        own = plan.purpose.aim.minutes[0].bands if plan.purpose.aim.minutes else ()
        more = {band: level.goal_weekly_minutes.get(band, 0.0) for band in own}
        week = {band: max(level.weekly_minutes[band], more.get(band, 0.0)) for band in Band}
        return cls(
            tuple((i, band, week[band]) for i, band in enumerate(Band)),
            tuple(
                (i, band, level.session_minutes[band]) for i, band in enumerate(Band) if band in level.session_minutes
            ),
            level.session_from_106,
        )


def _level_in(plan: PlanView, week: WeekView) -> ExperienceLevel:
    is_beginner = week.number <= plan.purpose.aim.beginner_weeks
    return ExperienceLevel.BEGINNER if is_beginner else plan.purpose.experience


def _doses(week: WeekView, limits: _Limits) -> Iterator[_Dose]:
    tested = any(ride.is_test for ride in week.rides)
    in_week = sum_of_bands(ride.session.content.bands for ride in _ridden(week)) if tested else week.bands
    for i, band, most in limits.week:
        if minutes := in_week[i]:
            yield _Dose(week.number, "", f"at {band} %", minutes, most)
    for ride in _ridden(week):
        bands = ride.session.content.bands
        if any(bands):
            day = ride.workout.weekday
            for i, band, most in limits.session:
                yield _Dose(week.number, day, f"at {band} %", bands[i], most)
            yield _Dose(week.number, day, "at or above 106 %", bands.within(FROM_106), limits.from_106)


def _ridden(week: WeekView) -> Iterator[RideView]:
    return (ride for ride in week.rides if not ride.workout.optional and not ride.is_test)
