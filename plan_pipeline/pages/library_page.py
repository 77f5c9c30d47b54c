"""The page of the library: every workout with its profile, what it is for, and the lengths it can have."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.duration.lengths import reachable_lengths
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.segments import RunningSegment
from plan_pipeline.core.model.vocabulary import ExperienceLevel, Phase, WorkoutType, is_cycling
from plan_pipeline.core.model.workout import Library, LibraryWorkout
from plan_pipeline.core.notation import workout_notation
from plan_pipeline.core.overview.notes.words import hours_of
from plan_pipeline.core.paces.runner import REFERENCE_RUNNER
from plan_pipeline.core.paces.text import pace_text
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.wording import listed, number
from plan_pipeline.pages.calendar import kind_in_words
from plan_pipeline.pages.profile import TOP_PCT, Gathered, profile_of
from plan_pipeline.pages.shell import render
from plan_pipeline.pages.steps import PartView, parts_of
from plan_pipeline.pages.zones import styles_for, zones_for

LEVELS: Final = tuple(ExperienceLevel)


class Card(NamedTuple):
    """A workout of the library. ``w_balance`` is the least of W′ left for the least experienced athlete it is for,
    where the sport has such a store; ``cost`` is what it takes out of one, from 1 to 5.
    """

    workout_id: str
    drawing: str
    name: str
    purpose: str
    description: str
    notation: str
    length: str
    reach: str
    shortest: str
    longest: str
    tss: str
    intensity_factor: str
    phases: tuple[Phase, ...]
    level: str
    levels: tuple[ExperienceLevel, ...]
    needs: str
    w_balance: str
    cost: str
    option_b: str
    series: str
    parts: tuple[PartView, ...]


class Group(NamedTuple):
    """The workouts of a type."""

    kind: WorkoutType
    title: str
    workouts: tuple[Card, ...]


def library_page(library: Library, config: PlanningConfig, *, start: str = "") -> str:
    """All workouts of a library as one HTML page with filters; ``start`` is the address of the start page."""
    drawings = Gathered()
    groups = tuple(_groups(library, config, drawings))
    return render(
        "library.html",
        styles=(*styles_for(library.sport), "lists.css"),
        script="filter.js",
        sport=record_of(library.sport),
        title="Workout library" if is_cycling(library.sport) else f"Workout library of {library.sport}",
        reference=_reference(library),
        version=library.version,
        start=start,
        groups=groups,
        count=len(library.workouts),
        drawings=drawings,
        top_pct=TOP_PCT,
        zones=zones_for(library.sport),
        phases=tuple(Phase),
        levels=LEVELS,
    )


def _reference(library: Library) -> str:
    """For whom lengths and speeds are stated that differ from one athlete to the next; empty where none do."""
    segments = (segment for workout in library.workouts for segment in workout.segments)
    if not any(isinstance(each, RunningSegment) and (each.distance_m or each.race) for each in segments):
        return ""
    pace = pace_text(REFERENCE_RUNNER.threshold_speed)
    return (
        f"Minutes of distances and percentages of race paces are those of a threshold pace of {pace} (VDOT "
        f"{REFERENCE_RUNNER.vdot:.0f}); in a plan they are the athlete's own."
    )


def _groups(library: Library, config: PlanningConfig, drawings: Gathered) -> Iterator[Group]:
    names = {workout.id: workout.name for workout in library.workouts}
    for kind in WorkoutType:
        workouts = library.by_type.get(kind)
        if workouts:
            ordered = sorted(workouts, key=lambda each: (each.parts_duration_min, each.tss, each.id))
            cards = tuple(_card(each, config, drawings, names) for each in ordered)
            yield Group(kind, kind_in_words(kind), cards)


def _card(workout: LibraryWorkout, config: PlanningConfig, drawings: Gathered, names: Mapping[str, str]) -> Card:
    lengths = reachable_lengths(workout)
    shortest, longest = lengths[0].minutes, lengths[-1].minutes
    load = workout_load(workout.segments)
    return Card(
        workout_id=workout.id,
        drawing=drawings.name_of(profile_of(workout.segments, workout.sport)),
        name=workout.name,
        purpose=workout.purpose,
        description=workout.description,
        notation=" · ".join(workout_notation(workout.segments)),
        length=hours_of(workout.parts_duration_min),
        reach=f"{hours_of(shortest)} to {hours_of(longest)}" if shortest < longest else "",
        shortest=number(shortest, 0),
        longest=number(longest, 0),
        tss=number(load.tss, 0),
        intensity_factor=f"{load.intensity_factor:.2f}" if load.intensity_factor else "",
        phases=workout.suitable_phases,
        level=_levels_in_words(workout.min_level),
        levels=LEVELS[LEVELS.index(workout.min_level) :],
        needs=listed(workout.requires) if workout.requires else "",
        w_balance=_w_balance(workout, config) if record_of(workout.sport).reserve else "",
        cost=str(workout.fatigue_cost or ""),
        option_b=names.get(workout.option_b or "", ""),
        series=f"{workout.series.id.replace('_', ' ')}, step {workout.series.level}" if workout.series else "",
        parts=parts_of(workout.segments, None, workout.sport),
    )


def _levels_in_words(least: ExperienceLevel) -> str:
    return "every level" if least is LEVELS[0] else least.value + ("" if least is LEVELS[-1] else " and above")


def _w_balance(workout: LibraryWorkout, config: PlanningConfig) -> str:
    """Empty where no work is above threshold."""
    content = session_content(workout.segments)
    if not content.surges:
        return ""
    capacity = config.levels.of(workout.min_level).capacity
    return f"{content.lowest_balance_pct(capacity.w_prime_s):.0f} %".replace("-", "−")
