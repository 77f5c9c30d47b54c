"""Whether the days' limits and the library's workouts allow the weeks of an overview.

The rules overview always is within reach; this is for overviews written by others.
"""

from collections.abc import Iterator

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.distributor import distribute_weekly_hours, typical_week_tss
from plan_pipeline.core.duration.envelope import DayBounds, Envelope, envelope_of
from plan_pipeline.core.duration.week_bounds import never_given_up
from plan_pipeline.core.limits import EXACT_MIN, TOLERANCE
from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.purpose.purpose import Purpose, purpose_of
from plan_pipeline.core.validation.week_validation import tolerances_of

SHARE_OF_TOLERANCE = 0.8
"""How much of what validation allows a week's TSS may be from what its sessions typically give; the rest is for what
the choice of workouts moves."""


def reach_breaches(
    request: PlanRequest, weeks: tuple[OverviewWeek, ...], library: Library, config: PlanningConfig
) -> tuple[str, ...]:
    """Every week whose sessions, hours or TSS the library's workouts cannot give, one sentence each."""
    envelope = envelope_of(library, config)
    purpose = purpose_of(request, config)
    return tuple(breach for week in weeks for breach in _week_breaches(purpose, week, envelope))


def _week_breaches(purpose: Purpose, week: OverviewWeek, envelope: Envelope) -> Iterator[str]:
    availability = purpose.request.athlete_profile.training_availability
    bounds: list[DayBounds] = []
    for day in week.trained:
        cap = availability.cap_min(day.weekday)
        limits = never_given_up(purpose, day)
        found = envelope.bounds(day.workout_type, day.weekday, cap, limits)
        if found is not None and day.minutes:
            own = (day.minutes, day.minutes)
            found = envelope.bounds_within(own, day.workout_type, day.weekday, cap, limits) or found
        if found is None:
            missing = day.workout_type not in envelope.by_type
            why = "the library has none" if missing else f"none fits into {cap} minutes"
            yield f"Week {week.week_number}: {day.workout_type} on {day.weekday} cannot be had, {why}; plan another."
        else:
            bounds.append(found)
    if not bounds or len(bounds) < len(week.trained):
        return
    nearest = envelope.reachable_minutes(bounds, week.target_minutes)
    if abs(nearest - week.target_minutes) > max(TOLERANCE * week.target_minutes, EXACT_MIN):
        yield (
            f"Week {week.week_number}: target_hours {week.target_hours:g} cannot be had on its days; "
            f"the nearest total is {nearest / 60:.2f}. Change the hours, the days or their types."
        )
        return
    typical = typical_week_tss(distribute_weekly_hours(bounds, week.target_hours), week.phase, envelope)
    tolerance = SHARE_OF_TOLERANCE * tolerances_of(week.phase).tss.error_pct / 100
    if typical and abs(week.target_tss - typical) > tolerance * typical:
        yield (
            f"Week {week.week_number}: target_tss {week.target_tss:g} does not go with {week.target_hours:g} h of its "
            f"sessions, which give about {typical:.0f}; set it within {tolerance:.0%} of that or change the types."
        )
