"""Whether the days' limits and the library's workouts allow the weeks of an overview.

The rules overview always is within reach; this is for overviews written by others.
"""

from collections.abc import Iterator, Sequence

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.distributor import distribute_weekly_hours, typical_week_tss
from plan_pipeline.core.duration.envelope import DayBounds, Envelope, envelope_for
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
    purpose = purpose_of(request, config)
    envelope = envelope_for(library, purpose)
    return tuple(breach for week in weeks for breach in _week_breaches(purpose, week, envelope))


def _week_breaches(purpose: Purpose, week: OverviewWeek, envelope: Envelope) -> Iterator[str]:
    bounds = _bounds(purpose, week, envelope, own_minutes=True)
    yield from (breach for breach in bounds if isinstance(breach, str))
    if not bounds or any(isinstance(breach, str) for breach in bounds):
        return
    days = [found for found in bounds if not isinstance(found, str)]
    if _missed(days, week, envelope) and any(day.minutes for day in week.trained):
        days = [found for found in _bounds(purpose, week, envelope, own_minutes=False) if not isinstance(found, str)]
    if _missed(days, week, envelope):
        nearest = envelope.reachable_minutes(days, week.target_minutes)
        yield (
            f"Week {week.week_number}: target_hours {week.target_hours:g} cannot be had on its days; "
            f"the nearest total is {nearest / 60:.2f}. Change the hours, the days or their types."
        )
        return
    typical = typical_week_tss(distribute_weekly_hours(days, week.target_hours), week.phase, envelope)
    tolerance = SHARE_OF_TOLERANCE * tolerances_of(week.phase).tss.error_pct / 100
    if typical and abs(week.target_tss - typical) > tolerance * typical:
        yield (
            f"Week {week.week_number}: target_tss {week.target_tss:g} does not go with {week.target_hours:g} h of its "
            f"sessions, which give about {typical:.0f}; set it within {tolerance:.0%} of that or change the types."
        )


def _bounds(
    purpose: Purpose, week: OverviewWeek, envelope: Envelope, *, own_minutes: bool
) -> tuple[DayBounds | str, ...]:
    """What each training day can have, with its own minutes if it is to have them, or why it can have nothing."""
    availability = purpose.request.athlete_profile.training_availability
    found: list[DayBounds | str] = []
    for day in week.trained:
        place = (day.workout_type, day.weekday, availability.cap_min(day.weekday))
        limits = never_given_up(purpose, day)
        bounds = envelope.bounds(*place, limits)
        if bounds is not None and day.minutes and own_minutes:
            bounds = envelope.bounds_within((day.minutes, day.minutes), *place, limits) or bounds
        missing = day.workout_type not in envelope.by_type
        why = "the library has none" if missing else f"none fits into {place[2]} minutes"
        found.append(
            bounds
            or f"Week {week.week_number}: {day.workout_type} on {day.weekday} cannot be had, {why}; plan another."
        )
    return tuple(found)


def _missed(days: Sequence[DayBounds], week: OverviewWeek, envelope: Envelope) -> bool:
    """Whether the days cannot come near enough to the week's hours."""
    nearest = envelope.reachable_minutes(days, week.target_minutes)
    return abs(nearest - week.target_minutes) > max(TOLERANCE * week.target_minutes, EXACT_MIN)
