"""What the plan says to the athlete, in sentences from the numbers of the request and the weeks alone."""

from collections.abc import Sequence
from itertools import groupby, islice
from statistics import mean

from plan_pipeline.core.ftp_target import gain_pct, is_below, is_within_reach, shown_gain
from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import Phase, WorkoutType
from plan_pipeline.core.overview.notes import (
    long_ride_paragraph,
    on_the_way_paragraph,
    taper_paragraph,
    tests_paragraph,
)
from plan_pipeline.core.overview.words import load_weeks, name_of, weeks_named
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline.core.purpose.room import sessions_with_room
from plan_pipeline.core.wording import listed, number

LEVEL_SHARE = 0.85
"""Volume is about level where the first load week has this share of the longest."""

EASY_PCT = (55, 75)
BANDS_PCT = {
    WorkoutType.TEMPO: (76, 90),
    WorkoutType.SWEET_SPOT: (88, 94),
    WorkoutType.THRESHOLD: (91, 105),
    WorkoutType.VO2MAX: (106, 120),
    WorkoutType.ANAEROBIC: (121, 150),
}
"""Coggan's levels in % of FTP, and the sweet spot between tempo and threshold."""


def coaching_notes(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    """The strategy of the plan in a few paragraphs."""
    request = purpose.request
    paragraphs = (
        _opening(purpose, weeks),
        _phases_paragraph(purpose, weeks),
        long_ride_paragraph(purpose, weeks),
        _load_paragraph(weeks),
        _days_paragraph(purpose, weeks),
        tests_paragraph(weeks),
        _intensity_paragraph(request, weeks),
        taper_paragraph(purpose, weeks),
        on_the_way_paragraph(request),
        _missed_days_paragraph(weeks),
        _dates_paragraph(request),
    )
    return "\n\n".join(filter(None, paragraphs))


def monitoring_guidance(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    """What to watch, with the numbers at which to act."""
    request = purpose.request
    load = load_weeks(weeks)
    peak_tss = max(week.target_tss for week in load)
    most_ctl = purpose.config.rule_number("ctl-ramp", "at_most")
    lines = [
        f"- Weekly load: planned TSS peaks at {peak_tss:.0f} (about {peak_tss / 7:.0f} a day). "
        f"Fitness (CTL) that climbs by more than {most_ctl:g} points a week is a reason to ease off.",
        "- Intervals: stop the set when power falls 5 % below its target twice running; "
        "the work above that is what trains, not the count.",
        "- Easy rides: stay under 75 % of FTP. If you cannot talk in full sentences, it is not easy.",
        "- Recovery: resting heart rate 7 or more beats above normal, or two bad nights in a row, "
        "turns the next hard day into an easy one.",
        f"- Progress: hold the FTP of {request.athlete_profile.ftp:.0f} W until a recovery week, then test; "
        f"{_goal_of_the_test(request)}.",
    ]
    if request.athlete_profile.max_hr:
        easy = round(request.athlete_profile.max_hr * 0.75)
        lines.append(f"- Heart rate: easy rides stay below about {easy} beats a minute (75 % of your maximum).")
    if request.athlete_profile.start_ctl is not None:
        first = load[0].target_tss / 7
        lines.append(
            f"- Start: you begin at CTL {request.athlete_profile.start_ctl:.0f}; "
            f"the first week asks for {first:.0f} TSS a day on average."
        )
    return "\n".join(lines)


def _goal_of_the_test(request: PlanRequest) -> str:
    if gain_pct(request) <= 0:
        return f"the plan is to hold {request.athlete_profile.ftp:.0f} W"
    return f"{'the plan aims at' if is_within_reach(request) else 'you set yourself'} {request.goal_ftp:.0f} W"


def _opening(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    request = purpose.request
    athlete, event = request.athlete_profile, request.event
    goals = [one_line(goal).rstrip(".") for goal in athlete.goals]
    goal = f" Your goals: {'; '.join(goals)}." if goals else ""
    lead = f"up to {one_line(event.name)} on {event.date:%d %B %Y}" if event else "of structured training"
    reading = f" Where you did not say it: {purpose.reading}." if purpose.reading else ""
    hours = [week.target_hours for week in load_weeks(weeks)]
    return (
        f"{len(weeks)} weeks {lead} to {purpose.aim.purpose}, {_aim(request)}.{goal}{reading} "
        f"Load weeks hold {_span(hours, 'h')}; you asked for {athlete.training_availability.hours_per_week:g} h a week."
    )


def _aim(request: PlanRequest) -> str:
    """From where to where the FTP is to go, no more certain than it is."""
    today, goal = (f"{watts:.0f} W" for watts in (request.athlete_profile.ftp, request.goal_ftp))
    if is_below(request):
        return (
            f"on an FTP of {today}. Your target of {goal} lies below that, and training is not aimed at less: "
            "the plan holds what you have"
        )
    if goal == today:
        return f"to hold an FTP of {today}"
    if is_within_reach(request):
        return f"from an FTP of {today} towards {goal}"
    shown = shown_gain(request).pct_in(request.total_weeks)
    return (
        f"from an FTP of {today} in the direction of {goal}. That is {gain_pct(request):.0f} % more, and "
        f"trials have shown {number(shown)} % at most in {request.total_weeks} weeks "
        f"({request.athlete_profile.ftp * (1 + shown / 100):.0f} W) at your level: take it for a direction, "
        "not a promise"
    )


def _phases_paragraph(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    load = load_weeks(weeks)
    numbers = iter([week.week_number for week in load])
    parts = []
    for _, run in groupby(purpose.phases_of(len(load)), key=id):
        plans = list(run)
        parts.append(f"{plans[0].purpose} in {weeks_named(list(islice(numbers, len(plans))))} ({plans[0].phase})")
    return f"The work moves from one purpose to the next: {listed(parts)}."


def _load_paragraph(weeks: Sequence[OverviewWeek]) -> str:
    light = [week for week in weeks if week.phase is Phase.RECOVERY]
    if not light:
        return "There is no recovery week: the plan is short enough to be one block. Take a day off when you need it."
    if not any(week.trained for week in light):
        off = weeks_named([week.week_number for week in light]).capitalize()
        return f"{off} is time off, and the load goes on after it."
    share = 100 * mean(week.target_tss for week in light) / mean(week.target_tss for week in load_weeks(weeks))
    return (
        f"{weeks_named([week.week_number for week in light]).capitalize()} "
        f"{'is a recovery week' if len(light) == 1 else 'are recovery weeks'} with about {share:.0f} % of the usual "
        f"load. Adaptation happens there: do not fill {'it' if len(light) == 1 else 'them'} up. "
        f"{_volume_of(load_weeks(weeks))} through the load weeks; what grows beside is the work in the intervals."
    )


def _volume_of(load: Sequence[OverviewWeek]) -> str:
    hours = [week.target_hours for week in load]
    if hours[0] >= LEVEL_SHARE * max(hours):
        return "Volume stays about level"
    return f"Volume grows from {hours[0]:g} to {max(hours):g} h"


def _days_paragraph(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    load, availability = load_weeks(weeks), purpose.request.athlete_profile.training_availability
    hard_days = [sum(day.workout_type.is_demanding for day in week.trained) for week in load]
    caps = availability.max_minutes
    capped = [f"{day} {caps[day]} min" for day in availability.week_days if day in caps]
    limits = f" Your limits ({listed(capped)}) hold in every week." if capped else ""
    hard = {0: "no hard day", 1: "one hard day"}.get(
        max(hard_days), f"at most {max(hard_days)} hard days, never back to back"
    )
    most = max(len(week.trained) for week in load)
    return (
        f"A load week trains on {most} {'day' if most == 1 else 'days'} with {hard}.{limits}{_given_up(purpose, load)}"
    )


def _given_up(purpose: Purpose, load: Sequence[OverviewWeek]) -> str:
    """What the hours and days leave no room for, and what would make room."""
    wanted = purpose.aim.sessions_a_week.of(purpose.experience)
    key = [
        sum(day.workout_type.is_demanding or day.workout_type is WorkoutType.TEMPO for day in w.trained) for w in load
    ]
    most = min(max(key), sessions_with_room(purpose))
    if most >= wanted:
        return ""
    return (
        f" {_count(wanted).capitalize()} key {'session' if wanted == 1 else 'sessions'} a week would suit what you "
        f"train for; your hours and days leave room for {_count(most)} beside the long ride. Another training day, "
        "a longer one, or fewer hours on these would allow more."
    )


def _count(number: int) -> str:
    return {0: "none", 1: "one", 2: "two", 3: "three", 4: "four"}.get(number, str(number))


def _intensity_paragraph(request: PlanRequest, weeks: Sequence[OverviewWeek]) -> str:
    planned = {day.workout_type for week in weeks for day in week.trained}
    ftp = request.athlete_profile.ftp
    bands = [
        f"{name_of(kind)} {low / 100 * ftp:.0f} to {high / 100 * ftp:.0f} W"
        for kind, (low, high) in BANDS_PCT.items()
        if kind in planned
    ]
    easy = f"Easy riding stays between {EASY_PCT[0] / 100 * ftp:.0f} and {EASY_PCT[1] / 100 * ftp:.0f} W"
    if not bands:
        return f"{easy}; there is nothing in this plan to be forced."
    return (
        f"In today's watts the work means: {listed(bands)}. {easy}, however good the legs feel: "
        "the hard days can only be hard if these are not."
    )


def _missed_days_paragraph(weeks: Sequence[OverviewWeek]) -> str:
    hardest = max(weeks, key=lambda week: week.target_tss)
    return (
        "When life gets in the way, let the missed session go; if you have to choose, keep the long ride and the first "
        "hard day of the week. After an illness or three days without riding, repeat the week before going on. "
        f"Week {hardest.week_number} is the hardest, with "
        f"{hardest.target_tss:.0f} TSS in {hardest.target_hours:g} h: sleep and eat for it."
    )


def _dates_paragraph(request: PlanRequest) -> str:
    if request.start_date is None or request.first_monday is None or request.start_date == request.first_monday:
        return ""
    return (
        f"You asked to start on {request.start_date:%A %d %B %Y}; weeks run from Monday to Sunday, "
        f"so week 1 starts on {request.first_monday:%d %B %Y}."
    )


def _span(values: Sequence[float], unit: str) -> str:
    low, high = min(values), max(values)
    return f"{low:g} {unit}" if low == high else f"{low:g} to {high:g} {unit}"
