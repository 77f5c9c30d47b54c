"""One week through the duration stage: allocate its hours, bring its workouts to length, spread what is left."""

from collections.abc import Iterable, Sequence

from plan_pipeline.core.arms import arm_of
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.distributor import DurationAllocation, distribute_weekly_hours
from plan_pipeline.core.duration.envelope import DayBounds, Envelope, envelope_of
from plan_pipeline.core.duration.lengths import Length
from plan_pipeline.core.duration.refiner import RefinableDay, RefinedWeek, refine_weekly_total
from plan_pipeline.core.duration.totals import nearest_total, sums_of
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.limits import EXACT_MIN, TOLERANCE
from plan_pipeline.core.model.plan import Choice, Overview, OverviewWeek, WeekDuration, WeekSelection, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Weekday
from plan_pipeline.core.model.workout import Library, LibraryWorkout


def week_bounds(request: PlanRequest, week: OverviewWeek, envelope: Envelope) -> tuple[DayBounds, ...]:
    """What each training day of a week can have; a day that can have nothing is left out."""
    availability = request.athlete_profile.training_availability
    days = [(day.workout_type, day.weekday, availability.cap_min(day.weekday)) for day in week.trained]
    usual = tuple(bounds for day in days if (bounds := envelope.bounds(*day)) is not None)
    if not arm_of(request).may_stretch_days or _can_meet(week, usual, envelope):
        return usual
    return tuple(bounds for day in days if (bounds := envelope.widest_bounds(*day)) is not None)


def is_feasible(request: PlanRequest, week: OverviewWeek, envelope: Envelope) -> bool:
    """Whether any workouts of the week's types could add up to its hours within the caps, to the grid.

    A property of the week: the same in every arm, whatever the weeks before have used.
    """
    availability = request.athlete_profile.training_availability
    masks = [envelope.mask(day.workout_type, availability.cap_min(day.weekday)) for day in week.trained]
    wanted = week.target_hours * 60
    return all(masks) and abs(nearest_total(sums_of(masks), wanted) - wanted) <= EXACT_MIN


def _can_meet(week: OverviewWeek, days: Sequence[DayBounds], envelope: Envelope) -> bool:
    if len(days) < len(week.trained):
        return False
    wanted = week.target_hours * 60
    return abs(envelope.reachable_minutes(days, wanted) - wanted) <= EXACT_MIN


def allocate_week(request: PlanRequest, week: OverviewWeek, envelope: Envelope) -> tuple[DurationAllocation, ...]:
    """The minutes each training day is meant to have.

    An even split of the week in an arm that does not adjust lengths; else by the types' profiles and the caps.
    A day whose type the library or its cap leaves nothing for gets its cap, so that the week shows the gap.
    """
    bounds = week_bounds(request, week, envelope) if arm_of(request).adjusts_lengths else ()
    if len(bounds) < len(week.trained):
        return _even_split(week)
    return distribute_weekly_hours(bounds, week.target_hours)


def adjust_weeks(
    request: PlanRequest,
    overview: Overview,
    selections: Iterable[WeekSelection],
    library: Library,
    config: PlanningConfig,
) -> tuple[WeekDuration, ...]:
    """``adjust_week`` for each of the selected weeks."""
    return tuple(adjust_week(request, overview.week(week.week_number), week, library, config) for week in selections)


def adjust_week(
    request: PlanRequest, week: OverviewWeek, selection: WeekSelection, library: Library, config: PlanningConfig
) -> WeekDuration:
    """Bring a week's workouts to the week's hours, by the request's arm."""
    envelope, adjusts = envelope_of(library, config), arm_of(request).adjusts_lengths
    availability = request.athlete_profile.training_availability
    allocations = {a.weekday: a for a in allocate_week(request, week, envelope)}
    days = []
    for choice in selection.choices:
        table = envelope.tables[choice.library_workout_id]
        cap = availability.cap_min(choice.weekday)
        own = table.nearest(table.workout.parts_duration_min)
        length = table.nearest(choice.target_min, cap) if adjusts else own
        days.append(RefinableDay(allocations[choice.weekday], table, length, cap))
    wanted = week.target_hours * 60
    refined = refine_weekly_total(days, wanted) if adjusts else _as_it_comes(tuple(days), wanted)
    planned = zip(selection.choices, refined.days, strict=True)
    return WeekDuration(
        week_number=week.week_number,
        workouts=tuple(_workout_of(choice, day.table, day.length) for choice, day in planned),
        reached=refined.reached,
        feasible=is_feasible(request, week, envelope),
        statement=refined.statement,
        structure_preserved=all(day.table.rendition(day.length).structure_preserved for day in refined.days),
    )


def _even_split(week: OverviewWeek) -> tuple[DurationAllocation, ...]:
    minutes = week.target_hours * 60 / max(len(week.trained), 1)
    return tuple(DurationAllocation(day.weekday, day.workout_type, minutes, 0, round(minutes)) for day in week.trained)


def _as_it_comes(days: tuple[RefinableDay, ...], wanted: float) -> RefinedWeek:
    total = sum(day.length.minutes for day in days)
    statement = f"library lengths add up to {total / 60:.2f} h of {wanted / 60:.2f} h wanted"
    return RefinedWeek(days, abs(total - wanted) <= TOLERANCE * wanted, statement)


def _workout_of(choice: Choice, table: WorkoutTable, length: Length) -> Workout:
    workout = table.workout
    segments, load, _ = table.rendition(length)
    return Workout(
        weekday=choice.weekday,
        name=workout.name,
        type=workout.type,
        description=workout.description,
        duration_min=length.minutes,
        tss=load.tss,
        tss_method=load.method,
        tss_if2=load.tss_if2,
        intensity_factor=load.intensity_factor,
        segments=segments,
        library_workout_id=workout.id,
        base_duration_min=workout.parts_duration_min,
        rationale=choice.rationale + _length_reason(workout, length, choice.weekday),
    )


def _length_reason(workout: LibraryWorkout, length: Length, weekday: Weekday) -> str:
    change = length.minutes - workout.parts_duration_min
    if abs(change) < 0.5:
        return ""
    verb = "Lengthened" if change > 0 else "Shortened"
    return f" {verb} from {workout.parts_duration_min:g} to {length.minutes:g} min for {weekday}."
