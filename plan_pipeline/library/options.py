"""Whether what may be done in a workout's place, its ``option_b``, is of equal stimulus."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.workout import LibraryWorkout
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.sports.sport import Zone
from plan_pipeline.core.wording import listed
from plan_pipeline.library.files import LibraryEntry
from plan_pipeline.library.problems import Problem
from plan_pipeline.strict_input.validation_messages import nearest

MOST_WORK_PCT: Final = 20.0
MOST_TSS_PCT: Final = 10.0
MOST_COST_STEPS: Final = 1
"""How far a workout and its option may be apart in minutes of work, load and cost: a coach's convention. Cruise
intervals in place of one long block hold 10 to 20 % more work."""


def unequal_options(entries: Sequence[LibraryEntry]) -> Iterator[Problem]:
    """Options that there are not, that are the workout itself, or that are another stimulus."""
    known = {entry.workout.id: entry.workout for entry in entries}
    for entry in entries:
        if entry.workout.option_b is not None:
            yield from (entry.problem("option_b", what) for what in _wrong_with(entry.workout, known))


def main_zone(workout: LibraryWorkout) -> Zone | None:
    """The zone that holds most of the work above easy; ``None`` for a workout that has none."""
    record = record_of(workout.sport)
    above = [zone for zone in record.zones if zone.low_pct >= record.easy_ceiling_pct]
    minutes = {zone: sum(s.duration_min for s in workout.segments if _is_in(s, zone)) for zone in above}
    return max(minutes, key=lambda zone: minutes[zone]) if any(minutes.values()) else None


def _wrong_with(workout: LibraryWorkout, known: Mapping[str, LibraryWorkout]) -> Iterator[str]:
    name = workout.option_b or ""
    if name == workout.id:
        yield "is the workout itself; name another, or leave it out"
        return
    if name not in known:
        near = nearest(name, tuple(known))
        yield f"{name!r} is no workout of {workout.sport}; {f'did you mean {near}?' if near else 'name one that is'}"
        return
    option, zone = known[name], main_zone(workout)
    remedy = "make them equal, or name another"
    own_min, other_min = _work_min(workout, zone), _work_min(option, zone)
    if _apart_pct(own_min, other_min) > MOST_WORK_PCT:
        where = f"at {zone.low_pct:g} % or above" if zone else "in all"
        yield (
            f"{name} has {other_min:g} min {where} and this {own_min:g}, more than {MOST_WORK_PCT:g} % apart; {remedy}"
        )
    own_tss, other_tss = (workout_load(each.segments).tss for each in (workout, option))
    if _apart_pct(own_tss, other_tss) > MOST_TSS_PCT:
        yield f"{name} has TSS {other_tss:g} and this {own_tss:g}, more than {MOST_TSS_PCT:g} % apart; {remedy}"
    costs = (workout.fatigue_cost, option.fatigue_cost)
    if None not in costs and abs((costs[0] or 0) - (costs[1] or 0)) > MOST_COST_STEPS:
        yield f"{name} has fatigue_cost {costs[1]} and this {costs[0]}, more than {MOST_COST_STEPS} apart; {remedy}"
    if not set(workout.suitable_phases) & set(option.suitable_phases):
        phases = listed(workout.suitable_phases), listed(option.suitable_phases)
        yield f"{name} is for {phases[1]} and this for {phases[0]}; give them a phase in common, or name another"


def _work_min(workout: LibraryWorkout, zone: Zone | None) -> float:
    """Minutes at or above a zone's lower edge, at the lengths written; of all without a zone."""
    if zone is None:
        return round(workout.parts_duration_min, 1)
    return round(sum(s.duration_min for s in workout.segments if _pct(s) >= zone.low_pct), 1)


def _is_in(segment: Segment, zone: Zone) -> bool:
    return zone.low_pct <= _pct(segment) < zone.high_pct


def _pct(segment: Segment) -> float:
    """The middle of a segment's intensity; 0 where it has none."""
    return ((segment.intensity_low_pct or 0.0) + (segment.intensity_high_pct or 0.0)) / 2


def _apart_pct(own: float, other: float) -> float:
    """How far two amounts are apart, % of the first."""
    if not own:
        return 100.0 if other else 0.0
    return 100 * abs(other - own) / own
