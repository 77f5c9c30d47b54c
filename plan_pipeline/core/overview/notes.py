"""What the notes of a plan say of its long rides, its tests, its taper and the events on the way."""

from collections.abc import Sequence
from statistics import mean

from plan_pipeline.core.model.plan import OverviewWeek, TrainingDay
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import DayRole, Phase, WorkoutType
from plan_pipeline.core.overview.words import hours_of, load_weeks, weeks_named
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline.core.wording import listed


def long_ride_paragraph(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    """How the long ride grows, and in plain words where it does not come to what the event asks for."""
    rides = {week.week_number: day for week in weeks for day in week.trained if _is_long(day)}
    if not rides:
        return ""
    first, longest = next(iter(rides.values())), max(rides.values(), key=lambda day: day.minutes or 0)
    peak = [number for number, day in rides.items() if day.minutes == longest.minutes]
    grows = f"The long ride grows from {hours_of(first.minutes or 0)} to {hours_of(longest.minutes or 0)}"
    if first.minutes == longest.minutes:
        grows = f"The long ride is at its {hours_of(longest.minutes or 0)} from the start, and again"
    text = f"{grows} in {weeks_named(peak)}, and takes its time from the other easy rides."
    pairs = [week.week_number for week in weeks if any(day.role is DayRole.BACK_TO_BACK for day in week.trained)]
    if pairs:
        text += f" In {weeks_named(pairs)} there are two long rides on consecutive days: eat and sleep for both."
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


def tests_paragraph(weeks: Sequence[OverviewWeek]) -> str:
    """When the athlete is tested."""
    tested = [week.week_number for week in weeks if any(d.workout_type is WorkoutType.TEST for d in week.trained)]
    if not tested:
        return ""
    return (
        f"You are tested in {weeks_named(tested)}: ride the test rested and to the end, "
        "and put the new number into the next request."
    )


def taper_paragraph(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    """How the taper takes volume down, and what sharp work it really keeps."""
    taper = [week for week in weeks if week.phase is Phase.TAPER and week.trained]
    if not taper or purpose.request.event is None:
        return ""
    usual = mean(week.target_hours for week in load_weeks(weeks))
    steps = " and ".join(f"{100 * (1 - week.target_hours / usual):.0f} %" for week in taper)
    days = [day for week in taper for day in week.trained]
    kept = [f"a sharp session on {day.weekday}" for day in days if day.role is DayRole.SHARPENING]
    kept += [f"openers on {day.weekday}" for day in days if day.workout_type is WorkoutType.OPENERS]
    keeps = f"; what stays is {listed(kept)}" if kept else ""
    return (
        f"The taper takes volume down by {steps} in {weeks_named([week.week_number for week in taper])}{keeps}. "
        "Freshness comes from doing less."
    )


def on_the_way_paragraph(request: PlanRequest) -> str:
    """Events on the way and days off, as the plan goes around them."""
    events = [f"{one_line(event.name)} on {event.date:%d %B} ({event.priority})" for event in request.events]
    off = [f"{time.first_day:%d %B} to {time.last_day:%d %B}" for time in request.time_off]
    text = f"On the way you ride {listed(events)}; the days around are easy. " if events else ""
    return text + (f"You are off from {listed(off)}: the plan is light then, and does not make it up." if off else "")


def _is_long(day: TrainingDay) -> bool:
    return day.role in (DayRole.LONG_RIDE, DayRole.LATE_WORK) and day.minutes is not None
