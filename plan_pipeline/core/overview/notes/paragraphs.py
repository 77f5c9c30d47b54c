"""Paragraphs of a plan's notes that say the same in every sport: phases, long rides, load, days, and what is around.

Belongs here: what follows from weeks, days and dates alone. Does not belong here: power and pace (see ``power``
and ``runs``).
"""

from collections.abc import Sequence
from itertools import groupby, islice
from statistics import mean

from plan_pipeline.core.model.plan import OverviewWeek, TrainingDay
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import DayRole, Phase, WorkoutType
from plan_pipeline.core.overview.notes.words import hours_of, load_weeks, weeks_named
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline.core.purpose.room import sessions_with_room
from plan_pipeline.core.wording import listed

LEVEL_SHARE = 0.85
"""Volume is about level where the first load week has this share of the longest."""

_LONG = (DayRole.LONG_RIDE, DayRole.LATE_WORK, DayRole.LONG_QUALITY)


# --- phases and load -------------------------------------------------------------------------------------------


def phases_paragraph(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    """What the load weeks are for, one purpose after the other."""
    load = load_weeks(weeks)
    numbers = iter([week.week_number for week in load])
    parts = []
    for _, run in groupby(purpose.phases_of(len(load)), key=id):
        plans = list(run)
        parts.append(f"{plans[0].purpose} in {weeks_named(list(islice(numbers, len(plans))))} ({plans[0].phase})")
    return f"The work moves from one purpose to the next: {listed(parts)}."


def load_paragraph(weeks: Sequence[OverviewWeek]) -> str:
    """Which weeks are light, how much lighter, and how volume goes through the others."""
    light = light_weeks_paragraph(weeks)
    if not any(week.phase is Phase.RECOVERY and week.trained for week in weeks):
        return light
    return (
        f"{light} {_volume_of(load_weeks(weeks))} through the load weeks; what grows beside is the work in the "
        "intervals."
    )


def light_weeks_paragraph(weeks: Sequence[OverviewWeek]) -> str:
    """Which weeks are light, and how much lighter than the others."""
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
        f"load. Adaptation happens there: do not fill {'it' if len(light) == 1 else 'them'} up."
    )


def _volume_of(load: Sequence[OverviewWeek]) -> str:
    hours = [week.target_hours for week in load]
    if hours[0] >= LEVEL_SHARE * max(hours):
        return "Volume stays about level"
    return f"Volume grows from {hours[0]:g} to {max(hours):g} h"


# --- days ------------------------------------------------------------------------------------------------------


def days_paragraph(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    """How many days are trained, how many of them hard, and the athlete's own limits."""
    load, availability = load_weeks(weeks), purpose.request.athlete_profile.training_availability
    hard_days = [sum(map(_is_hard, week.trained)) for week in load]
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


def _is_hard(day: TrainingDay) -> bool:
    return day.workout_type.is_demanding or day.role is DayRole.LONG_QUALITY


def _given_up(purpose: Purpose, load: Sequence[OverviewWeek]) -> str:
    """What the hours and days leave no room for, and what would make room."""
    wanted, brisk = purpose.aim.sessions_a_week.of(purpose.experience), purpose.sport.parts.brisk
    key = [sum(day.workout_type.is_demanding or day.workout_type is brisk for day in week.trained) for week in load]
    most = min(max(key), sessions_with_room(purpose))
    if most >= wanted:
        return ""
    return (
        f" {_count(wanted).capitalize()} key {'session' if wanted == 1 else 'sessions'} a week would suit what you "
        f"train for; your hours and days leave room for {_count(most)} beside the long {purpose.sport.words.session}. "
        "Another training day, a longer one, or fewer hours on these would allow more."
    )


def _count(number: int) -> str:
    return {0: "none", 1: "one", 2: "two", 3: "three", 4: "four"}.get(number, str(number))


# --- the long ride ---------------------------------------------------------------------------------------------


def long_ride_paragraph(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    """How the long ride grows, and in plain words where it does not come to what the event asks for."""
    rides = {week.week_number: day for week in weeks for day in week.trained if _is_long(day)}
    if not rides:
        return ""
    words = purpose.sport.words
    first, longest = next(iter(rides.values())), max(rides.values(), key=lambda day: day.minutes or 0)
    peak = [number for number, day in rides.items() if day.minutes == longest.minutes]
    grows = f"The long {words.session} grows from {hours_of(first.minutes or 0)} to {hours_of(longest.minutes or 0)}"
    if first.minutes == longest.minutes:
        grows = f"The long {words.session} is at its {hours_of(longest.minutes or 0)} from the start, and again"
    text = f"{grows} in {weeks_named(peak)}, and takes its time from the other easy {words.sessions}."
    pairs = [week.week_number for week in weeks if any(day.role is DayRole.BACK_TO_BACK for day in week.trained)]
    if pairs:
        text += (
            f" In {weeks_named(pairs)} there are two long {words.sessions} on consecutive days: eat and sleep for both."
        )
    late = [number for number, day in rides.items() if day.role is DayRole.LATE_WORK]
    if late:
        text += " Some of them hold work in their last third, because the event is decided by tired legs."
    return text + _shortfall(purpose, longest)


def _shortfall(purpose: Purpose, longest: TrainingDay) -> str:
    reached, suited = longest.minutes or 0, purpose.suitable_long_ride_min
    near = purpose.config.week.long_ride.near_target
    if purpose.request.event is None or reached >= near * suited:
        return ""
    duration = purpose.expected_duration_min
    of_hours = f" of {hours_of(duration)}" if duration else ""
    what = purpose.event_type.name.lower() if purpose.event_type else "the event"
    cap = purpose.longest_on(longest.weekday)
    why = f"with {longest.weekday} at {cap} min" if cap < suited else "with the weeks there are"
    return f" {suited:.0f} min would suit a {what}{of_hours}; {why} the plan reaches {reached}."


def _is_long(day: TrainingDay) -> bool:
    return day.role in _LONG and day.minutes is not None


# --- tests, the taper and what is around -----------------------------------------------------------------------


def tests_paragraph(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    """When the athlete is tested."""
    tested = [week.week_number for week in weeks if any(d.workout_type is WorkoutType.TEST for d in week.trained)]
    if not tested:
        return ""
    return (
        f"You are tested in {weeks_named(tested)}: {purpose.sport.words.do} the test rested and to the end, "
        "and put the new number into the next request."
    )


def taper_paragraph(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    """How the taper takes volume down, and what sharp work it really keeps."""
    taper = [week for week in weeks if week.phase is Phase.TAPER and week.trained]
    if not taper or purpose.request.event is None:
        return ""
    usual = mean(week.target_hours for week in load_weeks(weeks))
    steps = " and ".join(f"{100 * (1 - week.target_hours / usual):.0f} %" for week in taper)
    keeps = f"; what stays is {listed(kept)}" if (kept := kept_in_taper(purpose, taper)) else ""
    return (
        f"The taper takes volume down by {steps} in {weeks_named([week.week_number for week in taper])}{keeps}. "
        "Freshness comes from doing less."
    )


def kept_in_taper(purpose: Purpose, taper: Sequence[OverviewWeek]) -> list[str]:
    """The sharp work of the last weeks, each with its day."""
    days = [day for week in taper for day in week.trained]
    kept = [f"a sharp session on {day.weekday}" for day in days if day.role is DayRole.SHARPENING]
    openers = purpose.sport.parts.openers
    return kept + [f"openers on {day.weekday}" for day in days if day.workout_type is openers]


def on_the_way_paragraph(purpose: Purpose) -> str:
    """Events on the way and days off, as the plan goes around them."""
    request = purpose.request
    events = [f"{one_line(event.name)} on {event.date:%d %B} ({event.priority})" for event in request.events]
    do = purpose.sport.words.do
    text = f"On the way you {do} {listed(events)}; the days around are easy. " if events else ""
    return text + time_off_sentence(request)


def time_off_sentence(request: PlanRequest) -> str:
    """When the athlete is off; empty where never."""
    off = [f"{time.first_day:%d %B} to {time.last_day:%d %B}" for time in request.time_off]
    return f"You are off from {listed(off)}: the plan is light then, and does not make it up." if off else ""


def missed_days_paragraph(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    """What to do about missed days, and which week asks for the most."""
    hardest, words = max(weeks, key=lambda week: week.target_tss), purpose.sport.words
    return (
        f"When life gets in the way, let the missed session go; if you have to choose, keep the long {words.session} "
        "and the first hard day of the week. "
        f"After an illness or three days without {words.doing}, repeat the week before going on. "
        f"Week {hardest.week_number} is the hardest, with "
        f"{hardest.target_tss:.0f} TSS in {hardest.target_hours:g} h: sleep and eat for it."
    )


def dates_paragraph(request: PlanRequest) -> str:
    """Why week 1 starts on another day than was asked for; empty where it does not."""
    if request.start_date is None or request.first_monday is None or request.start_date == request.first_monday:
        return ""
    return (
        f"You asked to start on {request.start_date:%A %d %B %Y}; weeks run from Monday to Sunday, "
        f"so week 1 starts on {request.first_monday:%d %B %Y}."
    )
