"""Measures of the long ride: how long it becomes, when, what is in it, and on which side of the hard day it lies."""

from statistics import fmean

from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.vocabulary import Phase, Weekday
from plan_pipeline.core.rules.cycle_rules import is_mostly_off
from plan_pipeline.core.rules.plan_view import DayView, PlanView, WeekView
from plan_pipeline.core.rules.rule import Finding, broken, kept
from plan_pipeline.core.wording import counted, likewise, number


def long_ride_target(plan: PlanView, event_from_min: int, warning_share: float) -> Finding:
    """The longest ride before a long event comes to its target, or to what steps from the first week can reach.

    The target is the least of what event, hours and caps of the days allow. Where caps or steps are in the way of what
    would suit the event, the rule is kept by what they allow, and says so. Measures the longest ride in % of it.
    """
    target = plan.purpose.long_ride_target_min
    if not _is_long_event(plan, event_from_min) or target <= 0:
        return kept(None)
    near = plan.config.week.long_ride.near_target
    longest = max((_longest_ride(day) for day in plan.before_event), default=0.0)
    value, allowed = round(100 * longest / target), _allowed(plan)
    if longest >= near * allowed - 1e-9:
        return kept(value, _why_less(plan, longest, allowed))
    is_error = longest < warning_share * allowed and plan.purpose.is_on(Flag.LONG_RIDE)
    reachable = "" if allowed == target else f", of which steps from the first week on reach {number(allowed, 0)}"
    return broken(
        value,
        (),
        f"The longest ride of {number(longest, 0)} min is {value} % of the {number(target, 0)} min that suit "
        f"{_event(plan)}{reachable}; let it grow to {number(near * allowed, 0)} min or more, and take the minutes from "
        "the other easy rides.",
        RuleSeverity.ERROR if is_error else RuleSeverity.WARNING,
    )


def long_ride_timing(plan: PlanView, event_from_min: int, rides: int) -> Finding:
    """The last ride near the long ride's target is two to three weeks before the event, and it is not the only one.

    Measures the days from the last such ride to the event.
    """
    event = plan.event_position
    if event is None or not _is_long_event(plan, event_from_min) or plan.purpose.long_ride_target_min <= 0:
        return kept(None)
    settings, allowed = plan.config.week.long_ride, _allowed(plan)
    near = settings.near_target * allowed
    earliest, latest = reversed(plan.purpose.long_ride_days_before)
    if not any(_has_room(plan, day, near) for day in plan.before_event if latest <= event - day.position <= earliest):
        return kept(None)
    long = [day for day in plan.before_event if _longest_ride(day) >= near - 1e-9]
    wanted = f"{number(near, 0)} min or more"
    if not long:
        return broken(0, (), f"No ride has {wanted}; let one be {latest} to {earliest} days before the event.")
    days = event - long[-1].position
    week = plan.week_of(long[-1])
    if not latest <= days <= earliest:
        return broken(
            days,
            (week,),
            f"Week {week}: the last ride of {wanted} is {days} days before the event; let it be {latest} to {earliest} "
            "days before.",
        )
    if len(long) < rides and allowed == plan.purpose.long_ride_target_min:
        return broken(
            days, (week,), f"Only {counted(len(long), 'ride')} of {wanted}; let there be {rides}.", RuleSeverity.NOTE
        )
    return kept(days)


def long_ride_specific(plan: PlanView, event_from_min: int, ride_from_min: int, share: float) -> Finding:
    """Some of the long rides of build and peak hold work in their last third, where the event's kind asks for it.

    Measures their share in %.
    """
    settings, kind = plan.config.week.long_ride, plan.purpose.event_type
    if not _is_long_event(plan, event_from_min) or kind is None or not kind.long_ride.works_late:
        return kept(None)
    long = [
        (week.number, ride.session.content)
        for week in plan.load_weeks
        if week.week.phase is not Phase.BASE
        for ride in week.rides
        if ride.is_on_bike and ride.minutes >= ride_from_min
    ]
    if not long:
        return kept(None)
    late = [
        number
        for number, content in long
        if content.late_minutes(settings.works_late_from_pct) >= settings.works_late_least_min - 1e-6
    ]
    value = round(100 * len(late) / len(long))
    if len(late) >= share * len(long):
        return kept(value)
    return broken(
        value,
        tuple(dict.fromkeys(number for number, _ in long if number not in late)),
        f"{len(late)} of {counted(len(long), 'ride')} of {ride_from_min} min or more in build and peak have "
        f"{settings.works_late_least_min:g} min at or above {settings.works_late_from_pct:g} % in their last third; "
        "put work there into every third of them.",
    )


def weekend_order(plan: PlanView) -> Finding:
    """Where both days of a weekend are ridden and one is hard, the hard one comes first and the longer one second.

    Back-to-back weekends that the event asks for may be the other way round. Measures how many weekends are.
    """
    turned = [week for week in plan.weeks if _is_turned(plan, week)]
    if not turned:
        return kept(0.0)
    weeks = tuple(week.number for week in turned)
    saturday, sunday = _weekend(turned[0])
    return broken(
        float(len(turned)),
        weeks,
        f"Week {weeks[0]}: {number(saturday.minutes, 0)} min on Saturday before {sunday.hard} on Sunday"
        f"{likewise(weeks, weeks[0])}; ride hard on Saturday and long on Sunday.",
    )


def _is_long_event(plan: PlanView, event_from_min: int) -> bool:
    return (plan.purpose.expected_duration_min or 0) >= event_from_min


def _longest_ride(day: DayView) -> float:
    return max((ride.minutes for ride in day.rides if ride.is_on_bike), default=0.0)


def _has_room(plan: PlanView, day: DayView, minutes: float) -> bool:
    return day.weekday in plan.request.trainable_days(plan.week_of(day)) and (
        plan.purpose.longest_on(day.weekday) >= minutes
    )


def _allowed(plan: PlanView) -> float:
    """The long ride's target, or the longest that steps from the first load week reach in time, minutes."""
    settings, target, event = plan.config.week.long_ride, plan.purpose.long_ride_target_min, plan.event_position
    latest = len(plan.days) if event is None else event - plan.purpose.long_ride_days_before[0]
    start, known = fmean(settings.start_share) * 60 * plan.purpose.hours, plan.request.athlete_profile.longest_ride_min
    if known is not None:
        start = min(start, max(settings.start_of_current * known, settings.least_room_min))
    line: list[float] = []
    for week in plan.weeks:
        before = max(line[-settings.over_weeks :], default=0.0)
        step = max(settings.step_share * before, settings.step_min)
        grown = before + step if before else start
        can_grow = week.is_load and not is_mostly_off(plan, week) and _long_day(week, plan).position <= latest
        line.append(min(target, grown) if can_grow else 0.0)
    return max(line, default=0.0) or target


def _long_day(week: WeekView, plan: PlanView) -> DayView:
    return week.days[(plan.purpose.long_ride_day or Weekday.SUNDAY).position]


def _why_less(plan: PlanView, longest: float, allowed: float) -> str:
    """What is to be said where the plan comes to all that it can, and more would suit the event; else nothing."""
    suitable, day = plan.purpose.suitable_long_ride_min, plan.purpose.long_ride_day
    if allowed < plan.purpose.long_ride_target_min:
        return (
            f"A longest ride of {number(suitable, 0)} min would suit {_event(plan)}; in the weeks there are, steps "
            f"from the first one reach {number(allowed, 0)}, and the plan has {number(longest, 0)}."
        )
    if plan.purpose.long_ride_target_min < suitable and longest < suitable:
        return (
            f"A longest ride of {number(suitable, 0)} min would suit {_event(plan)}; with {day} at "
            f"{number(plan.purpose.long_ride_target_min, 0)} min the plan has {number(longest, 0)}."
        )
    return ""


def _event(plan: PlanView) -> str:
    return f"an event of {number(plan.purpose.expected_duration_min or 0, 0)} min"


def _weekend(week: WeekView) -> tuple[DayView, DayView]:
    return week.days[Weekday.SATURDAY.position], week.days[Weekday.SUNDAY.position]


def _is_turned(plan: PlanView, week: WeekView) -> bool:
    saturday, sunday = _weekend(week)
    if not (saturday.minutes and sunday.minutes) or saturday.hard or not sunday.hard:
        return False
    back_to_back = (plan.purpose.event_type or plan.purpose.aim).long_ride.back_to_back
    least = back_to_back.least_share * plan.purpose.long_ride_target_min if back_to_back else 0.0
    is_back_to_back = back_to_back is not None and min(saturday.minutes, sunday.minutes) >= least
    return saturday.minutes > sunday.minutes and not is_back_to_back
