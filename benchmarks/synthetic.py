"""What the benchmarks plan for and plan from: single weeks over a grid, and libraries of any size.

Belongs here: made-up input, the same in every run. Does not belong here: measuring.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, product
from typing import NamedTuple, TypeVar

from plan_pipeline.config import load_config
from plan_pipeline.core.duration.distributor import distribute_weekly_hours
from plan_pipeline.core.duration.envelope import envelope_of
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.athlete import AthleteProfile, TrainingAvailability
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import OverviewWeek, TrainingDay
from plan_pipeline.core.model.request import PlanOptions, PlanRequest
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import Phase, Weekday, WeekType, WorkoutType
from plan_pipeline.core.model.workout import Library, LibraryWorkout, WorkoutSet
from plan_pipeline.core.overview.week_layout import WeekLayout, WeekNeeds, layouts_of
from plan_pipeline.settings import Settings

_Model = TypeVar("_Model", bound=Frozen)

GRID_DAYS, GRID_HOURS = range(3, 7), range(3, 15)
CONFIG = load_config(Settings().config)

DAY_SETS = {
    3: ("tue, thu, sat", "mon, wed, sun", "wed, sat, sun"),
    4: ("tue, thu, sat, sun", "mon, wed, fri, sun", "tue, wed, thu, sat"),
    5: ("tue, wed, thu, sat, sun", "mon, tue, thu, fri, sun", "mon, wed, thu, sat, sun"),
    6: ("mon, tue, wed, thu, sat, sun", "tue, wed, thu, fri, sat, sun", "mon, tue, wed, fri, sat, sun"),
}
WEEK_TYPES = {Phase.RECOVERY: WeekType.RECOVERY, Phase.TAPER: WeekType.TAPER}
QUALITY = {
    Phase.BASE: (WorkoutType.SWEET_SPOT, WorkoutType.TEMPO),
    Phase.BUILD: (WorkoutType.THRESHOLD, WorkoutType.VO2MAX),
    Phase.PEAK: (WorkoutType.VO2MAX, WorkoutType.THRESHOLD),
    Phase.RECOVERY: (WorkoutType.TEMPO,),
    Phase.TAPER: (WorkoutType.VO2MAX,),
}
EASY_DAYS = 2
POWER_STEP_PCT = 0.05
"""A variant's power differs from its original's by this much for every variant before it."""


class GridWeek(NamedTuple):
    """One week on its own: who asks, and what the week is to be."""

    request: PlanRequest
    overview: OverviewWeek


def grid(library: Library, repeats: int) -> Iterator[GridWeek]:
    """Single weeks of every phase, 3 to 6 days and 3 to 14 hours, ``repeats`` athletes on each point of the grid.

    A week's sessions are usual ones of its phase; quality is given up only where the hours cannot be
    had with it.
    """
    for phase, days, hours, number in product(Phase, GRID_DAYS, GRID_HOURS, range(repeats)):
        request = PlanRequest(
            plan_id=f"grid-{phase}-{days}-{hours}-{number}",
            athlete_profile=AthleteProfile(
                athlete_id=f"grid-{number}",
                ftp=250,
                training_availability=TrainingAvailability.model_validate(
                    {"hours_per_week": hours, "week_days": DAY_SETS[days][number % len(DAY_SETS[days])]}
                ),
            ),
            weeks=12,
            options=PlanOptions(seed=number),
        )
        yield GridWeek(request, _week(request, phase, library))


def _week(request: PlanRequest, phase: Phase, library: Library) -> OverviewWeek:
    availability = request.athlete_profile.training_availability
    layout = _layout(request, phase, library)
    kinds = {day.weekday: day.workout_type for day in layout.days}
    spread = distribute_weekly_hours(layout.days, availability.hours_per_week)
    typical = envelope_of(library, CONFIG).typical_tss
    return OverviewWeek(
        week_number=1,
        week_type=WEEK_TYPES.get(phase, WeekType.LOAD),
        phase=phase,
        focus="one week",
        target_hours=availability.hours_per_week,
        target_tss=round(sum(typical(a.workout_type, phase, a.target_min) for a in spread)),
        training_days=tuple(TrainingDay(weekday=day, workout_type=kinds.get(day, WorkoutType.REST)) for day in Weekday),
    )


def _layout(request: PlanRequest, phase: Phase, library: Library) -> WeekLayout:
    """The layout on all of the athlete's days that comes nearest to the hours, with the most quality."""
    availability, envelope = request.athlete_profile.training_availability, envelope_of(library, CONFIG)
    caps: dict[Weekday, int] = {day: availability.cap_min(day) for day in availability.week_days}
    wanted, quality = round(availability.hours_per_week * 60), QUALITY[phase]
    options = []
    for kept in range(min(len(quality), len(caps) - EASY_DAYS), -1, -1):
        needs = WeekNeeds(len(caps), quality[:kept], phase is Phase.RECOVERY and len(caps) >= 5)
        if (layout := layouts_of(envelope, CONFIG).lay_out(caps, needs)) is not None:
            missed = abs(envelope.reachable_minutes(layout.days, wanted) - wanted)
            options.append((missed, -kept, layout))
    return min(options, key=lambda option: option[:2])[2]


def library_of_size(shipped: Library, workouts: int) -> Library:
    """The shipped library cut or grown to a number of workouts, its types in proportion, no structure twice.

    Grown by variants of its workouts at slightly lower power, each series varied as a whole.
    """
    by_turns = _in_proportion(shipped)
    chosen = by_turns[:workouts]
    for variant in count(1):
        if len(chosen) >= workouts:
            break
        chosen += [_variant(workout, variant) for workout in by_turns][: workouts - len(chosen)]
    assert len({workout.fingerprint for workout in chosen}) == workouts
    return Library(version=f"{shipped.version}-{workouts}", workouts=tuple(chosen))


def _in_proportion(library: Library) -> list[LibraryWorkout]:
    """The workouts in an order whose every beginning has the types in the library's proportions."""
    placed = [
        ((i + 0.5) / len(workouts), workout)
        for workouts in library.by_type.values()
        for i, workout in enumerate(workouts)
    ]
    return [workout for _, workout in sorted(placed, key=lambda place: (place[0], place[1].id))]


def _variant(workout: LibraryWorkout, number: int) -> LibraryWorkout:
    lower = POWER_STEP_PCT * number
    parts = tuple(
        _changed(part, steps=tuple(_easier(step, lower) for step in part.steps))
        if isinstance(part, WorkoutSet)
        else _easier(part, lower)
        for part in workout.parts
    )
    series = workout.series and _changed(workout.series, id=f"{workout.series.id}_{number}")
    varied = _changed(workout, id=f"{workout.id}_{number}", series=series, parts=parts)
    return _changed(varied, tss=workout_load(varied.segments).tss, duration_min=varied.parts_duration_min)


def _easier(step: Step, lower_pct: float) -> Step:
    if step.intensity_low_pct is None or step.intensity_high_pct is None:
        return _changed(step, duration_min=step.duration_min + lower_pct, duration_range_min=None)
    low, high = (max(0.0, round(pct - lower_pct, 3)) for pct in (step.intensity_low_pct, step.intensity_high_pct))
    return _changed(step, power_low_pct=low, power_high_pct=high)


def _changed(model: _Model, **changes: object) -> _Model:
    """The model made anew, so that nothing it has worked out of its old fields stays with it."""
    return type(model)(**{**{name: getattr(model, name) for name in type(model).model_fields}, **changes})
