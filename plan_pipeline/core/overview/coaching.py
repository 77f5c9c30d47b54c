"""What the plan says to the athlete, in sentences from the numbers of the request and the weeks alone."""

from collections.abc import Sequence
from statistics import mean

from plan_pipeline.core.ftp_target import gain_pct, is_below, is_within_reach, shown_gain
from plan_pipeline.core.limits import RAMP_CEILING
from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import Phase, WeekType, WorkoutType
from plan_pipeline.core.overview.load_cycle import WeekSlot
from plan_pipeline.core.wording import listed, number

_TYPE_NAMES = {
    WorkoutType.SWEET_SPOT: "sweet spot",
    WorkoutType.VO2MAX: "VO2max",
    WorkoutType.MIXED: "mixed, race-like riding",
    WorkoutType.TEST: "a test",
}

_EASY_PCT = (55, 75)
_BANDS_PCT = {
    WorkoutType.TEMPO: (76, 90),
    WorkoutType.SWEET_SPOT: (88, 94),
    WorkoutType.THRESHOLD: (91, 105),
    WorkoutType.VO2MAX: (106, 120),
    WorkoutType.ANAEROBIC: (121, 150),
}
"""Coggan's levels in % of FTP, and the sweet spot between tempo and threshold."""

_PHASE_PURPOSE = {
    Phase.BASE: "Build the aerobic base",
    Phase.BUILD: "Raise threshold power",
    Phase.PEAK: "Sharpen for the hardest efforts",
    Phase.RECOVERY: "Absorb the block and freshen up",
    Phase.TAPER: "Shed fatigue, keep the intensity",
}


def week_focus(request: PlanRequest, slot: WeekSlot, types: Sequence[WorkoutType]) -> str:
    """One line on what a week is for."""
    if slot.week_type is WeekType.EVENT and request.event:
        return f"{one_line(request.event.name)} on {request.event_weekday}: short and sharp until then"
    quality = [kind for kind in dict.fromkeys(types) if kind.is_hard or kind in (WorkoutType.TEMPO, WorkoutType.MIXED)]
    if not quality:
        return f"{_PHASE_PURPOSE[slot.phase]} with easy riding"
    return f"{_PHASE_PURPOSE[slot.phase]} with {listed([_name(kind) for kind in quality])}"


def coaching_notes(request: PlanRequest, weeks: Sequence[OverviewWeek]) -> str:
    """The strategy of the plan in a few paragraphs."""
    paragraphs = (
        _opening(request, weeks),
        _phases_paragraph(weeks),
        _load_paragraph(weeks),
        _days_paragraph(request, weeks),
        _intensity_paragraph(request, weeks),
        _taper_paragraph(request, weeks),
        _missed_days_paragraph(weeks),
        _dates_paragraph(request),
    )
    return "\n\n".join(filter(None, paragraphs))


def monitoring_guidance(request: PlanRequest, weeks: Sequence[OverviewWeek]) -> str:
    """What to watch, with the numbers at which to act."""
    load = _load_weeks(weeks)
    peak_tss = max(week.target_tss for week in load)
    lines = [
        f"- Weekly load: planned TSS peaks at {peak_tss:.0f} (about {peak_tss / 7:.0f} a day). "
        f"Fitness (CTL) that climbs by more than {RAMP_CEILING} points a week is a reason to ease off.",
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


def _opening(request: PlanRequest, weeks: Sequence[OverviewWeek]) -> str:
    athlete = request.athlete_profile
    goals = [one_line(goal).rstrip(".") for goal in athlete.goals]
    goal = f" Your goals: {'; '.join(goals)}." if goals else ""
    event = request.event
    lead = f"up to {one_line(event.name)} on {event.date:%d %B %Y}" if event else "of structured training"
    hours = [week.target_hours for week in _load_weeks(weeks)]
    return (
        f"{len(weeks)} weeks {lead}, {_aim(request)}.{goal} "
        f"Load weeks hold {_span(hours, 'h')}, as you asked for "
        f"{athlete.training_availability.hours_per_week:g} h a week."
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


def _phases_paragraph(weeks: Sequence[OverviewWeek]) -> str:
    parts = []
    for phase in Phase:
        numbers = [week.week_number for week in weeks if week.phase is phase]
        if numbers and phase not in (Phase.RECOVERY, Phase.TAPER):
            parts.append(f"{_PHASE_PURPOSE[phase].lower()} in {_weeks_named(numbers)} ({phase})")
    return f"The work moves from one purpose to the next: {listed(parts)}." if parts else ""


def _load_paragraph(weeks: Sequence[OverviewWeek]) -> str:
    light = [week for week in weeks if week.phase is Phase.RECOVERY]
    if not light:
        return "There is no recovery week: the plan is short enough to be one block. Take a day off when you need it."
    share = 100 * mean(week.target_tss for week in light) / mean(week.target_tss for week in _load_weeks(weeks))
    return (
        f"{_weeks_named([week.week_number for week in light]).capitalize()} "
        f"{'is a recovery week' if len(light) == 1 else 'are recovery weeks'} with about {share:.0f} % of the usual "
        f"load. Adaptation happens there: do not fill {'it' if len(light) == 1 else 'them'} up. "
        "Volume stays level through the load weeks; what grows is the length and intensity of the intervals."
    )


def _days_paragraph(request: PlanRequest, weeks: Sequence[OverviewWeek]) -> str:
    load = _load_weeks(weeks)
    most_hard = max(sum(day.workout_type.is_hard for day in week.trained) for week in load)
    availability = request.athlete_profile.training_availability
    caps = availability.max_minutes
    capped = [f"{day} {caps[day]} min" for day in availability.week_days if day in caps]
    limits = f" Your limits ({listed(capped)}) hold in every week." if capped else ""
    hard = {0: "no hard day", 1: "one hard day"}.get(most_hard, f"at most {most_hard} hard days, never back to back")
    most = max(len(week.trained) for week in load)
    return f"A load week trains on {most} {'day' if most == 1 else 'days'} with {hard}.{limits}"


def _intensity_paragraph(request: PlanRequest, weeks: Sequence[OverviewWeek]) -> str:
    planned = {day.workout_type for week in weeks for day in week.trained}
    ftp = request.athlete_profile.ftp
    bands = [
        f"{_name(kind)} {low / 100 * ftp:.0f} to {high / 100 * ftp:.0f} W"
        for kind, (low, high) in _BANDS_PCT.items()
        if kind in planned
    ]
    easy = f"Easy riding stays between {_EASY_PCT[0] / 100 * ftp:.0f} and {_EASY_PCT[1] / 100 * ftp:.0f} W"
    if not bands:
        return f"{easy}; there is nothing in this plan to be forced."
    return (
        f"In today's watts the work means: {listed(bands)}. {easy}, however good the legs feel: "
        "the hard days can only be hard if these are not. After an FTP test the percentages in the workouts stay "
        "and the watts move with your new number."
    )


def _missed_days_paragraph(weeks: Sequence[OverviewWeek]) -> str:
    hardest = max(weeks, key=lambda week: week.target_tss)
    return (
        "When life gets in the way, let the missed session go instead of squeezing it in beside another; if you have "
        "to choose, keep the long ride and the first hard day of the week. After an illness or three days or more "
        f"without riding, repeat the week before going on. Week {hardest.week_number} is the hardest, with "
        f"{hardest.target_tss:.0f} TSS in {hardest.target_hours:g} h: sleep and eat for it."
    )


def _taper_paragraph(request: PlanRequest, weeks: Sequence[OverviewWeek]) -> str:
    taper = [week for week in weeks if week.phase is Phase.TAPER and week.trained]
    if not taper or not request.event:
        return ""
    usual = mean(week.target_hours for week in _load_weeks(weeks))
    steps = " and ".join(f"{100 * (1 - week.target_hours / usual):.0f} %" for week in taper)
    return (
        f"The taper takes volume down by {steps} in {_weeks_named([week.week_number for week in taper])}, "
        "and keeps short hard efforts: "
        "freshness comes from doing less, sharpness from still doing it fast."
    )


def _dates_paragraph(request: PlanRequest) -> str:
    if request.start_date is None or request.first_monday is None or request.start_date == request.first_monday:
        return ""
    return (
        f"You asked to start on {request.start_date:%A %d %B %Y}; weeks run from Monday to Sunday, "
        f"so week 1 starts on {request.first_monday:%d %B %Y}."
    )


def _load_weeks(weeks: Sequence[OverviewWeek]) -> list[OverviewWeek]:
    return [week for week in weeks if week.week_type is WeekType.LOAD]


def _name(kind: WorkoutType) -> str:
    return _TYPE_NAMES.get(kind, kind.value)


def _weeks_named(numbers: Sequence[int]) -> str:
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"weeks {numbers[0]} to {numbers[-1]}"
    return f"week{'s' if len(numbers) > 1 else ''} {listed([str(number) for number in numbers])}"


def _span(values: Sequence[float], unit: str) -> str:
    low, high = min(values), max(values)
    return f"{low:g} {unit}" if low == high else f"{low:g} to {high:g} {unit}"
