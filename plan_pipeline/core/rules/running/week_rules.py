"""Measures of what a runner's days are like beside each other: easy around long quality, strides, easy runs."""

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import NamedTuple

from plan_pipeline.core.model.vocabulary import Phase, SegmentType, WeekType
from plan_pipeline.core.rules.plan_view import DayView, PlanView, RideView, WeekView
from plan_pipeline.core.rules.rule import Finding, broken, kept
from plan_pipeline.core.rules.running.runs import long_quality_of
from plan_pipeline.core.wording import counted, likewise, listed, number


class _Fault(NamedTuple):
    day: DayView
    week: int
    message: str


def easy_around_long_quality(
    plan: PlanView,
    long_from_min: float,
    marathon_from_pct: float,
    marathon_min: float,
    days_after: int,
    easy_min: float,
) -> Finding:
    """The day before a long run with quality is easy, and so are the two after one at marathon pace or after a race.

    Easy is what has no more than a few minutes above the ceiling of easy running. Measures how many days are not.
    """
    faults = [
        fault
        for week in plan.weeks
        for fault in (
            *_before(plan, week, long_from_min, easy_min),
            *_after(plan, week, long_from_min, marathon_from_pct, marathon_min, days_after, easy_min),
        )
    ]
    if not faults:
        return kept(0.0)
    weeks = tuple(dict.fromkeys(fault.week for fault in faults))
    first = faults[0]
    return broken(
        float(len({fault.day.position for fault in faults})),
        weeks,
        f"Week {first.week}: {first.message}{likewise(weeks, first.week)}; run easily on that day, or rest.",
    )


def _before(plan: PlanView, week: WeekView, long_from_min: float, easy_min: float) -> Iterator[_Fault]:
    run = long_quality_of(week, long_from_min)
    if run is None:
        return
    position = week.days[run.workout.weekday.position].position
    day = plan.days[position - 1] if position else None
    if day and not day.is_race and (why := _why_not_easy(plan, day, easy_min)):
        message = f"{why} on {day.weekday}, the day before a long run with {run.session.hard}"
        yield _Fault(day, plan.week_of(day), message)


def _after(
    plan: PlanView,
    week: WeekView,
    long_from_min: float,
    marathon_from_pct: float,
    marathon_min: float,
    days_after: int,
    easy_min: float,
) -> Iterator[_Fault]:
    run = long_quality_of(week, long_from_min)
    is_specific = run is not None and run.session.content.minutes_from(marathon_from_pct) >= marathon_min
    for day in week.days:
        is_run = is_specific and run is not None and run.workout.weekday is day.weekday
        if not is_run and not day.is_race:
            continue
        what = "a long run at marathon pace" if is_run else "a race"
        for later in plan.before_event[day.position + 1 : day.position + 1 + days_after]:
            if not later.is_race and (why := _why_not_easy(plan, later, easy_min)):
                after = counted(later.position - day.position, "day")
                yield _Fault(later, plan.week_of(later), f"{why} on {later.weekday}, {after} after {what}")


def _why_not_easy(plan: PlanView, day: DayView, easy_min: float) -> str | None:
    if day.hard:
        return day.hard
    ceiling = plan.sport.easy_ceiling_pct
    minutes = sum(ride.session.content.minutes_from(ceiling) for ride in day.rides)
    return f"{number(minutes)} min at or above {ceiling:g} %" if minutes > easy_min else None


def mp_long_run_in_cutback(
    plan: PlanView, long_from_min: float, marathon_from_pct: float, marathon_min: float
) -> Finding:
    """No cutback week holds a long run at marathon pace. Measures how many do."""
    held = [
        (week, run)
        for week in plan.weeks
        if week.week.week_type is WeekType.RECOVERY
        and (run := long_quality_of(week, long_from_min))
        and run.session.content.minutes_from(marathon_from_pct) >= marathon_min
    ]
    if not held:
        return kept(0.0)
    weeks = tuple(week.number for week, _ in held)
    week, run = held[0]
    minutes = run.session.content.minutes_from(marathon_from_pct)
    return broken(
        float(len(held)),
        weeks,
        f"Week {week.number}: a cutback week with {number(minutes)} min at marathon pace in its long run"
        f"{likewise(weeks, week.number)}; run it easily, and at marathon pace in the week after.",
    )


def strides(plan: PlanView, from_pct: float, least_min: float) -> Finding:
    """Every phase has strides, hill sprints or repetitions; light weeks and those of run and walk are not asked for.

    Measures how many phases have none.
    """
    asked = [
        week for week in plan.weeks if week.week.phase is not Phase.RECOVERY and not plan.purpose.walks_in(week.number)
    ]
    phases = [(phase, list(weeks)) for phase, weeks in groupby(asked, lambda week: week.week.phase)]
    missing = [
        (phase, weeks)
        for phase, weeks in phases
        if not any(_is_fast(ride, from_pct, least_min) for week in weeks for ride in week.rides)
    ]
    if not missing:
        return kept(0.0 if phases else None)
    names = listed(dict.fromkeys(phase.value for phase, _ in missing))
    return broken(
        float(len(missing)),
        tuple(week.number for _, weeks in missing for week in weeks),
        f"No strides in {names}; put four to eight of 20 s into an easy run of every week.",
    )


def _is_fast(ride: RideView, from_pct: float, least_min: float) -> bool:
    is_named = any(segment.type in (SegmentType.STRIDE, SegmentType.HILL) for segment in ride.workout.segments)
    return is_named or ride.session.content.minutes_from(from_pct) >= least_min


def easy_runs_differ(plan: PlanView, apart_pct: float, from_runs: int) -> Finding:
    """Easy runs of a load week are not all alike: neighbours differ in length. Measures the weeks where two do not.

    Weeks of few easy runs, and of run and walk, are not asked for.
    """
    alike: dict[int, tuple[RideView, RideView]] = {}
    asked = [week for week in plan.load_weeks if not plan.purpose.walks_in(week.number)]
    for week in asked:
        easy = [ride for ride in week.rides if ride.is_run and ride.workout.type is plan.sport.parts.easy]
        pairs = [pair for pair in pairwise(easy) if _are_alike(*pair, apart_pct)]
        if len(easy) >= from_runs and pairs:
            alike[week.number] = pairs[0]
    if not alike:
        return kept(0.0 if asked else None)
    weeks = tuple(alike)
    one, other = alike[weeks[0]]
    return broken(
        float(len(weeks)),
        weeks,
        f"Week {weeks[0]}: {number(one.km)} km on {one.workout.weekday} and {number(other.km)} on "
        f"{other.workout.weekday} are alike{likewise(weeks, weeks[0])}; make the one before a hard day shorter.",
    )


def _are_alike(one: RideView, other: RideView, apart_pct: float) -> bool:
    return abs(one.km - other.km) <= apart_pct / 100 * max(one.km, other.km)
