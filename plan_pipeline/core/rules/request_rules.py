"""Measures that hold a plan to its own request and its own words: caps, forbidden days, stated totals, its target."""

from collections.abc import Iterator

from plan_pipeline.core.ftp_target import gain_pct, is_below, is_within_reach, shown_gain
from plan_pipeline.core.limits import STATED_HOURS_TOLERANCE, STATED_MIN_TOLERANCE, STATED_TSS_TOLERANCE
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Weekday
from plan_pipeline.core.rules.plan_view import PlanView, WeekView
from plan_pipeline.core.rules.rule import Finding, broken, kept
from plan_pipeline.core.wording import likewise, number

STATED_KM_TOLERANCE = 0.006
"""Kilometres of a run are stated to two decimals."""

TARGET_KM_TOLERANCE = 0.5
"""Runs come in half kilometres, and so does what their week is to have."""


def day_caps(plan: PlanView) -> Finding:
    """No day holds more minutes than the athlete has on it, an optional ride included.

    Measures the most minutes above a cap; 0 where every day keeps to its own.
    """
    available = plan.request.athlete_profile.training_availability
    over = [
        (day.taken_min - available.cap_min(day.weekday), week.number, day)
        for week in plan.weeks
        for day in week.days
        if available.cap_min(day.weekday) and day.taken_min > available.cap_min(day.weekday) + STATED_MIN_TOLERANCE
    ]
    if not over:
        return kept(0.0)
    excess, worst, day = max(over, key=lambda found: found[0])
    weeks = tuple(dict.fromkeys(found[1] for found in over))
    return broken(
        round(excess, 2),
        weeks,
        f"Week {worst}, {day.weekday}: {number(day.taken_min)} min of training where the athlete has "
        f"{available.cap_min(day.weekday)}{likewise(weeks, worst)}; shorten the day by {number(excess)} min.",
    )


def forbidden_days(plan: PlanView) -> Finding:
    """Nothing on a day the athlete cannot train or is off, on that of an event, nor after the plan's event.

    Measures how many such days are taken.
    """
    taken: list[tuple[int, Weekday]] = []
    for week in plan.weeks:
        allowed = plan.request.trainable_days(week.number)
        taken += [(week.number, day.weekday) for day in week.days if day.kinds and day.weekday not in allowed]
    if not taken:
        return kept(0.0)
    week_number, weekday = taken[0]
    weeks = tuple(dict.fromkeys(found[0] for found in taken))
    why = _why_forbidden(plan.request, week_number, weekday)
    allowed = plan.request.trainable_days(week_number)
    remedy = f"the days of that week are {', '.join(allowed)}" if allowed else "that week has no day to train"
    return broken(
        float(len(taken)),
        weeks,
        f"Week {week_number}: training on {weekday}, but {why}{likewise(weeks, week_number)}; {remedy}.",
    )


def _why_forbidden(request: PlanRequest, week_number: int, weekday: Weekday) -> str:
    if request.athlete_profile.training_availability.cap_min(weekday) == 0:
        return "the athlete cannot train on that day"
    if weekday in request.days_off(week_number):
        return "the athlete is off on that day"
    race = next((event for event in request.events_in(week_number) if event.weekday is weekday), None)
    return f"{race.title} is on that day" if race else f"the event is on {request.event_weekday}"


def stated_equals_delivered(plan: PlanView) -> Finding:
    """Minutes and TSS of every workout, hours and TSS of every week, are what the segments add up to.

    So are the kilometres of a run, and those of a week that counts them. A week's totals leave an optional ride out.
    Measures how many stated numbers are not so.
    """
    wrong = [(week.number, sentence) for week in plan.weeks for sentence in _misstated(week)]
    if not wrong:
        return kept(0.0)
    worst, sentence = wrong[0]
    weeks = tuple(dict.fromkeys(found[0] for found in wrong))
    count = f"{len(wrong)} stated totals are" if len(wrong) > 1 else "1 stated total is"
    return broken(
        float(len(wrong)),
        weeks,
        f"{count} not what is delivered: week {worst}, {sentence}{likewise(weeks, worst)}; "
        "compute totals from the segments.",
    )


def target_ftp(plan: PlanView) -> Finding:
    """The FTP that the plan aims at is not below today's, nor further above it than trials have shown.

    Measures the gain in % of today's FTP. What trials have shown by level and weeks is in ``core.limits.FTP_GAINS``.
    """
    request = plan.request
    gain, shown = gain_pct(request), shown_gain(request)
    value = round(gain, 1)
    aim = f"The target of {number(request.goal_ftp)} W is {number(abs(gain))} %"
    if is_below(request):
        return broken(
            value, (), f"{aim} below today's FTP, and the plan does not train towards less; set another target_ftp."
        )
    if is_within_reach(request):
        return kept(value)
    return broken(
        value,
        (),
        f"{aim} above today's FTP, and trials have shown {number(shown.pct_in(request.total_weeks))} % at most in "
        f"{request.total_weeks} weeks ({shown.source}); set a lower target_ftp, or waive target-ftp if you mean it.",
    )


def _misstated(week: WeekView) -> Iterator[str]:
    for ride in week.rides:
        workout = ride.workout
        if abs(workout.duration_min - ride.minutes) > STATED_MIN_TOLERANCE:
            yield f"{workout.weekday} says {number(workout.duration_min, 2)} min and has {number(ride.minutes, 2)}"
        if abs(workout.tss - ride.tss) > STATED_TSS_TOLERANCE:
            yield f"{workout.weekday} says {number(workout.tss)} TSS and has {number(ride.tss)}"
        if workout.distance_km is not None and abs(workout.distance_km - ride.km) > STATED_KM_TOLERANCE:
            yield f"{workout.weekday} says {number(workout.distance_km, 2)} km and has {number(ride.km, 2)}"
    verdict = week.week.validation
    if abs(verdict.actual_hours - week.minutes / 60) > STATED_HOURS_TOLERANCE:
        yield f"the week says {number(verdict.actual_hours, 2)} h and has {number(week.minutes / 60, 2)}"
    target_km = week.week.target_km
    if target_km is not None and abs(target_km - week.km) > TARGET_KM_TOLERANCE + STATED_KM_TOLERANCE:
        yield f"the week says {number(target_km)} km and has {number(week.km)}"
    if abs(verdict.actual_tss - week.tss) > STATED_TSS_TOLERANCE:
        yield f"the week says {number(verdict.actual_tss)} TSS and has {number(week.tss)}"
