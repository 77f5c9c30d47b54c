"""Measures of whether a plan suits its runner: what is run by now, the tier, and how many weeks there are."""

import math

from plan_pipeline.core.model.vocabulary import ExperienceLevel
from plan_pipeline.core.paces.vdot import RaceDistance
from plan_pipeline.core.purpose.between_races import block_between
from plan_pipeline.core.purpose.purpose import MARATHON_KM
from plan_pipeline.core.rules.plan_view import PlanView
from plan_pipeline.core.rules.rule import Finding, broken, kept
from plan_pipeline.core.rules.running.runs import long_run_of
from plan_pipeline.core.wording import counted, number


def readiness(plan: PlanView, least_km: float, step_pct: float, growing_share: float, by_share: float) -> Finding:
    """Before a marathon a long run of 19 km is there from the start, or can be by a share of the plan's weeks.

    Before a half marathon it can be reached in time. The longest run grows by a step in so many of the weeks. Measures
    the longest run before the plan, km: what the request says, a marathon just run, else the first long run.
    """
    kind = plan.purpose.event_type
    race = kind.race if kind else None
    just_run_km = MARATHON_KM if block_between(plan.purpose) else 0.0
    now_km = plan.request.athlete_profile.longest_run_km or just_run_km or _first_long_run(plan)
    if race not in (RaceDistance.MARATHON, RaceDistance.HALF_MARATHON) or not now_km:
        return kept(None)
    before_taper = sum(not week.is_taper for week in plan.weeks)
    weeks = math.floor(len(plan.weeks) * by_share) if race is RaceDistance.MARATHON else before_taper
    reached = now_km * (1 + step_pct / 100) ** math.floor(growing_share * weeks)
    if max(now_km, reached) >= least_km:
        return kept(round(now_km, 1))
    return broken(
        round(now_km, 1),
        (),
        f"From a longest run of {number(now_km)} km, steps of {step_pct:g} % reach {number(reached)} km by week "
        f"{weeks}, and a {race.in_words} wants {least_km:g} km by then; build a base first, or take a later race.",
    )


def _first_long_run(plan: PlanView) -> float:
    run = long_run_of(plan.weeks[0]) if plan.weeks else None
    return run.km if run else 0.0


def tier_asked_for(plan: PlanView) -> Finding:
    """The tier that the runner asks for is the one that today's kilometres stand for.

    Measures nothing; it says what the two are.
    """
    tier = plan.purpose.tier
    if tier is None or not tier.warning:
        return kept(None)
    return Finding(passed=False, value=None, message=tier.warning)


def weeks_for_beginners(plan: PlanView) -> Finding:
    """A beginner's plan is as long as the event's type asks for, or longer. Measures its weeks."""
    kind, length = plan.purpose.event_type, len(plan.weeks)
    least = kind.least_weeks_for_beginners if kind else 0
    if not least or plan.purpose.experience is not ExperienceLevel.BEGINNER:
        return kept(None)
    if length >= least:
        return kept(length)
    assert kind is not None
    return broken(
        length,
        (),
        f"{counted(length, 'week')} are too few for a beginner's {kind.name.lower()}, which takes {least} or more; "
        "build a base first, or take a later race.",
    )
