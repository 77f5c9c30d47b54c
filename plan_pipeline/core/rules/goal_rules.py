"""Measures of whether load weeks hold what the plan is for: minutes in the bands of its goal or type of event."""

from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.model.plan import BandMinutes
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.vocabulary import Band
from plan_pipeline.core.purpose.room import sessions_with_room
from plan_pipeline.core.rules.plan_view import PlanView, WeekView
from plan_pipeline.core.rules.rule import Finding, broken, kept
from plan_pipeline.core.wording import counted, listed, number

_ROUNDING_MIN = 0.05


class _LoadWeek(NamedTuple):
    """A load week, its number among them from 1, and what is asked of it: the first is what it is for above all."""

    week: WeekView
    ordinal: int
    asked: tuple[BandMinutes, ...]

    @property
    def emphasis(self) -> BandMinutes | None:
        return self.asked[0] if self.asked and self.asked[0].least > 0 else None

    def minutes_in(self, bands: Sequence[Band]) -> float:
        return self.week.bands.within(bands)


def goal_emphasis(plan: PlanView, share: float) -> Finding:
    """Most load weeks hold the least minutes that count for the goal, from the week of its onset on.

    What a week is for is the first of the minutes that its goal has for it. Weeks that time off or a race on the way
    makes lighter are not counted. An error for a goal that the request names and leaves room for, unless a single week
    is short, as in a plan of four; else a warning. Measures the share in %.
    """
    onset = _onset_week(plan)
    weeks = [(each, each.emphasis) for each in _load_weeks(plan) if each.ordinal >= onset and each.emphasis]
    if not weeks:
        return kept(None)
    short = [
        (each.week.number, asked, each.minutes_in(asked.bands))
        for each, asked in weeks
        if asked and each.minutes_in(asked.bands) < asked.least - _ROUNDING_MIN
    ]
    met = len(weeks) - len(short)
    value = round(100 * met / len(weeks))
    if met >= share * len(weeks) - 1e-9:
        return kept(value)
    worst, asked, minutes = min(short, key=lambda each: each[2] - each[1].least)
    wanted = plan.purpose.aim.sessions_a_week.of(plan.purpose.experience)
    has_room = sessions_with_room(plan.purpose) >= wanted
    is_asked_for = plan.request.goal is not None and plan.purpose.is_on(Flag.GOAL_MINUTES) and has_room
    is_error = is_asked_for and len(short) > 1
    return broken(
        value,
        tuple(week for week, _, _ in short),
        f"{met} of {counted(len(weeks), 'load week')} have the minutes that {plan.purpose.aim.name!r} takes: week "
        f"{worst} has {number(minutes)} of {number(asked.least)} min at {_put(asked.bands)}; put more such work into "
        f"{_weeks([week for week, _, _ in short])}.",
        RuleSeverity.ERROR if is_error else RuleSeverity.WARNING,
    )


def goal_onset(plan: PlanView, key_share: float) -> Finding:
    """The first session that is for the goal comes by the load week that the goal says.

    A session is for the goal that has a good part of what its week is to have at least. Measures the load week,
    counted from 1; one more than there are where there is none.
    """
    weeks, onset = _load_weeks(plan), _onset_week(plan)
    aimed = [(each, each.emphasis) for each in weeks if each.emphasis]
    if not aimed or len(weeks) < onset:
        return kept(None)
    first = next((each.ordinal for each, asked in aimed if asked and _has_key_session(each, asked, key_share)), None)
    if first is not None and first <= onset:
        return kept(first)
    asked = next(asked for each, asked in aimed if asked and (each.ordinal >= onset or each is aimed[-1][0]))
    work = f"a session of {number(key_share * asked.least)} min or more at {_put(asked.bands)}"
    says = f"No week has {work}" if first is None else f"Week {weeks[first - 1].week.number} is the first with {work}"
    latest = weeks[onset - 1].week.number
    return broken(
        len(weeks) + 1 if first is None else first,
        (latest,),
        f"{says}, which {plan.purpose.aim.name!r} is about; put one into week {latest} or an earlier one.",
    )


def goal_progression(plan: PlanView, growth: float, over_weeks: int, from_weeks: int) -> Finding:
    """Minutes for the goal grow: those of the best load weeks in a row against those of the first.

    They are the first that the goal has, in the weeks that it has them for. Nothing is asked of short plans, of goals
    whose minutes stay even, and of plans that come to what the goal has at its end. Measures the growth as a factor.
    """
    target = next(iter(plan.purpose.aim.minutes), None)
    if target is None or len(plan.weeks) < from_weeks:
        return kept(None)
    weeks = [each for each in _load_weeks(plan) if any(asked.bands == target.bands for asked in each.asked)]
    first_wanted, last_wanted = target.weekly.of(plan.purpose.experience)
    if len(weeks) <= over_weeks or last_wanted < growth * first_wanted:
        return kept(None)
    minutes = [each.minutes_in(target.bands) for each in weeks]
    means = [fmean(minutes[i : i + over_weeks]) for i in range(len(minutes) - over_weeks + 1)]
    first, best = means[0], max(means)
    if first <= 0:
        return kept(None)
    wanted = max(asked.wanted for each in weeks for asked in each.asked if asked.bands == target.bands)
    value, enough = round(best / first, 2), min(growth * first, wanted)
    if best >= enough - _ROUNDING_MIN:
        return kept(value)
    return broken(
        value,
        (),
        f"Minutes at {_put(target.bands)} go from {number(first)} a week in the first {over_weeks} load weeks to "
        f"{number(best)} in the best {over_weeks}; let them grow to {number(enough)}.",
    )


def _load_weeks(plan: PlanView) -> list[_LoadWeek]:
    """The load weeks that nothing makes lighter, with what the goal asks of them."""
    found: list[_LoadWeek] = []
    for week, asked in zip(plan.load_weeks, plan.asked, strict=True):
        if not week.is_disturbed:
            found.append(_LoadWeek(week, len(found) + 1, asked))
    return found


def _onset_week(plan: PlanView) -> int:
    """The load week by which sessions for the goal begin."""
    return max(1, plan.purpose.aim.onset_week.of(plan.purpose.experience))


def _has_key_session(week: _LoadWeek, asked: BandMinutes, key_share: float) -> bool:
    least = key_share * asked.least - _ROUNDING_MIN
    return any(ride.session.content.bands.within(asked.bands) >= least for ride in week.week.rides)


def _put(bands: Sequence[Band]) -> str:
    return f"{listed(bands)} %"


def _weeks(numbers: Sequence[int]) -> str:
    return f"week{'s' if len(numbers) > 1 else ''} {listed(map(str, numbers))}"
