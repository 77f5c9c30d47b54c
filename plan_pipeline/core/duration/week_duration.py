"""One week through the duration stage: allocate its hours, bring its workouts to length, spread what is left."""

from collections.abc import Iterable, Sequence

from plan_pipeline.core.arms import arm_of
from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.distributor import DurationAllocation, distribute_weekly_hours
from plan_pipeline.core.duration.envelope import DayBounds, Envelope, envelope_for
from plan_pipeline.core.duration.kilometres import in_exact_minutes, in_half_kilometres, weighed, with_easy_runs_apart
from plan_pipeline.core.duration.lengths import Length, nearest_to
from plan_pipeline.core.duration.options import with_option
from plan_pipeline.core.duration.refiner import RefinableDay, RefinedWeek, refine_weekly_total
from plan_pipeline.core.duration.resolved import depends_on_runner, for_runner
from plan_pipeline.core.duration.week_bounds import is_feasible, week_bounds
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.limits import TOLERANCE
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.plan import (
    Choice,
    Overview,
    OverviewWeek,
    WeekDuration,
    WeekSelection,
    Workout,
    WrittenWorkout,
)
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Sport, Weekday, WorkoutSource
from plan_pipeline.core.model.workout import Library, LibraryWorkout
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.core.purpose.purpose import Purpose, purpose_of


def allocate_week(week: OverviewWeek, bounds: Sequence[DayBounds]) -> tuple[DurationAllocation, ...]:
    """The minutes each training day is meant to have, by what it can have.

    An even split of the week where not all days have bounds: in an arm that does not adjust lengths, and where the
    library or its cap leaves a day nothing, so that the week shows the gap.
    """
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
    purpose = purpose_of(request, config)
    envelope = envelope_for(library, purpose)
    return tuple(_adjusted(purpose, overview.week(week.week_number), week, envelope) for week in selections)


def adjust_week(
    request: PlanRequest, week: OverviewWeek, selection: WeekSelection, library: Library, config: PlanningConfig
) -> WeekDuration:
    """Bring a week's workouts to the week's hours, by the request's arm."""
    purpose = purpose_of(request, config)
    return _adjusted(purpose, week, selection, envelope_for(library, purpose))


def _adjusted(purpose: Purpose, week: OverviewWeek, selection: WeekSelection, envelope: Envelope) -> WeekDuration:
    if any(choice.written for choice in selection.choices):
        return _as_they_were_written(week, selection)
    adjusts, wanted = arm_of(purpose.request).adjusts_lengths, week.target_hours * 60
    days = _refinable(purpose, week, selection, envelope) if adjusts else _as_written(week, selection, envelope)
    refined = refine_weekly_total(days, wanted) if adjusts else _as_it_comes(days, wanted)
    planned = zip(selection.choices, refined.days, strict=True)
    runner = purpose.request.athlete_profile.runner if purpose.request.sport is Sport.RUNNING else None
    workouts = tuple(_workout_of(choice, day.table, day.length, runner) for choice, day in planned)
    by_the_clock = purpose.walks_in(week.week_number)
    lines = {day.weekday: day.distance_km for day in week.trained if day.distance_km and not by_the_clock}

    def most_on(day: Weekday) -> float:
        return purpose.longest_run_on(day) if day in lines else purpose.longest_on(day)

    if runner is not None and week.target_km is not None and adjusts:
        apart = purpose.is_on(Flag.EASY_VARIATION)
        workouts = in_half_kilometres(workouts, week.target_km, runner, most_on, lines, easy_apart=apart)
    elif runner is not None and adjusts:
        workouts = in_exact_minutes(workouts, wanted, runner, most_on, lines)
        if purpose.is_on(Flag.EASY_VARIATION):
            workouts = with_easy_runs_apart(workouts, most_on)
    if runner is not None:
        workouts = tuple(map(weighed, workouts))
    workouts = tuple(with_option(workout, purpose, envelope) for workout in workouts)
    return WeekDuration(
        week_number=week.week_number,
        workouts=workouts,
        reached=refined.reached,
        feasible=is_feasible(purpose, week, envelope),
        statement=refined.statement,
        structure_preserved=all(day.table.rendition(day.length).structure_preserved for day in refined.days),
    )


def _refinable(
    purpose: Purpose, week: OverviewWeek, selection: WeekSelection, envelope: Envelope
) -> list[RefinableDay]:
    """The days at the admitted lengths nearest to what they are meant to have."""
    if arm_of(purpose.request).plans_weeks_whole and (settled := _settled(selection, envelope)):
        return settled
    availability = purpose.request.athlete_profile.training_availability
    bounds = {day.weekday: day for day in week_bounds(purpose, week, envelope)}
    allocations = {a.weekday: a for a in allocate_week(week, tuple(bounds.values()))}
    days = []
    for choice in selection.choices:
        table, cap = _table_of(choice, envelope), availability.cap_min(choice.weekday)
        held = bounds[choice.weekday].limits if choice.weekday in bounds else None
        row = envelope.candidates(choice.workout_type).row[table.workout.id]
        within = envelope.admission(held).within(row, cap) if held else ()
        nearest = nearest_to(choice.target_min, within) if within else table.nearest(choice.target_min, cap)
        days.append(RefinableDay(allocations[choice.weekday], table, nearest, within or (nearest,)))
    return days


def _settled(selection: WeekSelection, envelope: Envelope) -> list[RefinableDay]:
    """The days as they were chosen, where lengths were chosen with their workouts; none where any was not."""
    days = []
    for choice in selection.choices:
        table, minutes = _table_of(choice, envelope), choice.target_min
        length = table.nearest(minutes)
        if length.minutes != minutes:
            return []
        meant = DurationAllocation(choice.weekday, choice.workout_type, minutes, round(minutes), round(minutes))
        days.append(RefinableDay(meant, table, length, (length,)))
    return days


def _as_written(week: OverviewWeek, selection: WeekSelection, envelope: Envelope) -> list[RefinableDay]:
    """The days at their workouts' own lengths."""
    allocations = {a.weekday: a for a in allocate_week(week, ())}
    days = []
    for choice in selection.choices:
        table = _table_of(choice, envelope)
        own = table.nearest(table.workout.parts_duration_min)
        days.append(RefinableDay(allocations[choice.weekday], table, own, (own,)))
    return days


def _as_they_were_written(week: OverviewWeek, selection: WeekSelection) -> WeekDuration:
    """A week whose workouts were written for it: none is brought to another length."""
    workouts = tuple(_written_workout(choice, choice.written) for choice in selection.choices if choice.written)
    total, wanted = sum(workout.duration_min for workout in workouts), week.target_hours * 60
    return WeekDuration(
        week_number=week.week_number,
        workouts=workouts,
        reached=abs(total - wanted) <= TOLERANCE * wanted,
        feasible=True,
        statement=f"the workouts written for the week add up to {total / 60:.2f} h of {week.target_hours:.2f} h wanted",
        structure_preserved=True,
    )


def _written_workout(choice: Choice, written: WrittenWorkout) -> Workout:
    load = workout_load(written.segments)
    return Workout(
        weekday=choice.weekday,
        name=written.name,
        type=written.type,
        description=written.description,
        duration_min=written.duration_min,
        tss=load.tss,
        tss_method=load.method,
        tss_if2=load.tss_if2,
        intensity_factor=load.intensity_factor,
        segments=written.segments,
        source=WorkoutSource.LLM,
        base_duration_min=written.duration_min,
        rationale=choice.rationale,
    )


def _table_of(choice: Choice, envelope: Envelope) -> WorkoutTable:
    assert choice.library_workout_id is not None
    return envelope.tables[choice.library_workout_id]


def _even_split(week: OverviewWeek) -> tuple[DurationAllocation, ...]:
    minutes = week.target_hours * 60 / max(len(week.trained), 1)
    return tuple(DurationAllocation(day.weekday, day.workout_type, minutes, 0, round(minutes)) for day in week.trained)


def _as_it_comes(days: Sequence[RefinableDay], wanted: float) -> RefinedWeek:
    total = sum(day.length.minutes for day in days)
    statement = f"library lengths add up to {total / 60:.2f} h of {wanted / 60:.2f} h wanted"
    return RefinedWeek(tuple(days), abs(total - wanted) <= TOLERANCE * wanted, statement)


def _workout_of(choice: Choice, table: WorkoutTable, length: Length, runner: Runner | None) -> Workout:
    workout = table.workout
    segments, load, _ = table.rendition(length)
    if runner is not None and depends_on_runner(workout):
        segments = for_runner(table, length, runner)
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
