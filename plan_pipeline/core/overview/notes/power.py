"""What the notes of a plan by power say of FTP, watts and progress, and how they are put together."""

from collections.abc import Iterator, Sequence

from plan_pipeline.core.ftp_target import gain_pct, is_below, is_within_reach, shown_gain
from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.overview.notes.paragraphs import (
    dates_paragraph,
    days_paragraph,
    load_paragraph,
    long_ride_paragraph,
    missed_days_paragraph,
    on_the_way_paragraph,
    phases_paragraph,
    taper_paragraph,
    tests_paragraph,
)
from plan_pipeline.core.overview.notes.words import load_weeks, name_of
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline.core.wording import listed, number

EASY_PCT = (55, 75)
BANDS_PCT = {
    WorkoutType.TEMPO: (76, 90),
    WorkoutType.SWEET_SPOT: (88, 94),
    WorkoutType.THRESHOLD: (91, 105),
    WorkoutType.VO2MAX: (106, 120),
    WorkoutType.ANAEROBIC: (121, 150),
}
"""Coggan's levels in % of FTP, and the sweet spot between tempo and threshold."""


def power_paragraphs(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> Iterator[str]:
    """The strategy of the plan, paragraph by paragraph; some may be empty."""
    request = purpose.request
    yield _opening(purpose, weeks)
    yield phases_paragraph(purpose, weeks)
    yield long_ride_paragraph(purpose, weeks)
    yield load_paragraph(weeks)
    yield days_paragraph(purpose, weeks)
    yield tests_paragraph(purpose, weeks)
    yield _intensity_paragraph(request, weeks)
    yield taper_paragraph(purpose, weeks)
    yield on_the_way_paragraph(purpose)
    yield missed_days_paragraph(purpose, weeks)
    yield dates_paragraph(request)


def power_guidance(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> Iterator[str]:
    """What to watch, with the numbers at which to act, point by point."""
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
        f"- Progress: hold the FTP of {request.athlete_profile.ftp_watts:.0f} W until a recovery week, then test; "
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
    yield from lines


def _goal_of_the_test(request: PlanRequest) -> str:
    if gain_pct(request) <= 0:
        return f"the plan is to hold {request.athlete_profile.ftp_watts:.0f} W"
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
        f"Load weeks hold {_span(hours, 'h')}; you asked for {athlete.hours_per_week:g} h a week."
    )


def _aim(request: PlanRequest) -> str:
    """From where to where the FTP is to go, no more certain than it is."""
    today, goal = (f"{watts:.0f} W" for watts in (request.athlete_profile.ftp_watts, request.goal_ftp))
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
        f"({request.athlete_profile.ftp_watts * (1 + shown / 100):.0f} W) at your level: take it for a direction, "
        "not a promise"
    )


def _intensity_paragraph(request: PlanRequest, weeks: Sequence[OverviewWeek]) -> str:
    planned = {day.workout_type for week in weeks for day in week.trained}
    ftp = request.athlete_profile.ftp_watts
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


def _span(values: Sequence[float], unit: str) -> str:
    low, high = min(values), max(values)
    return f"{low:g} {unit}" if low == high else f"{low:g} to {high:g} {unit}"
