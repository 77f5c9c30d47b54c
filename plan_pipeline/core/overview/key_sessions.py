"""Which key sessions a week is to have, by its phase, the athlete's level and what is safe so early in a plan."""

from collections.abc import Container, Iterator, Sequence

from plan_pipeline.core.model.vocabulary import Band, WeekType, WorkoutType
from plan_pipeline.core.overview.season import WeekSlot
from plan_pipeline.core.purpose.purpose import Purpose

SHORTEST_ANAEROBIC_MIN = 4.0
"""Minutes above 120 % that an anaerobic session is made of at least; who may not have them has none."""


def key_sessions(
    purpose: Purpose,
    slot: WeekSlot,
    in_phase: int,
    most_hard: int,
    available: Container[WorkoutType],
    *,
    has_test: bool,
) -> tuple[WorkoutType, ...]:
    """The key sessions that a week wants, the most important first, of which ``most_hard`` may be hard.

    ``in_phase`` counts the load weeks of its phase from 0: types that take turns go by it. A test stands in for the
    last of them, so that the week keeps what it is for. A taper keeps one sharp session; a light week has a test or an
    easy tempo ride.
    """
    wanted = [WorkoutType.TEST] if has_test else []
    if slot.phase_plan is not None:
        turns = slot.phase_plan.sessions_of(purpose.experience)
        so_far = len(wanted)
        for alternatives in turns[: len(turns) - so_far]:
            wanted.append(_in_turn(purpose, alternatives, in_phase, wanted))
        wanted = wanted[: max(purpose.aim.sessions_a_week.of(purpose.experience), so_far)]
    elif slot.week_type is WeekType.TAPER and purpose.event_type is not None:
        wanted.append(purpose.event_type.taper.sharpen_types[-1])
    elif slot.week_type is WeekType.RECOVERY and not has_test and _has_room_for_tempo(purpose, slot):
        wanted.append(purpose.sport.parts.brisk)
    return tuple(_kept(purpose, slot.number, wanted, most_hard, available))


def _in_turn(
    purpose: Purpose, alternatives: Sequence[WorkoutType], in_phase: int, taken: Sequence[WorkoutType]
) -> WorkoutType:
    """The alternative whose turn it is; where sessions vary, the next one that the week does not have yet."""
    ordered = [alternatives[(in_phase + i) % len(alternatives)] for i in range(len(alternatives))]
    return next((kind for kind in ordered if kind not in taken or purpose.tier is None), ordered[0])


def _has_room_for_tempo(purpose: Purpose, slot: WeekSlot) -> bool:
    """Whether a light week has so many hours that a tempo ride leaves it light."""
    return slot.share * purpose.hours >= purpose.config.week.hours.light_tempo_from_hours


def suited(purpose: Purpose, number: int, kind: WorkoutType, available: Container[WorkoutType]) -> WorkoutType:
    """A type, or the nearest easier one that the library has and that is not too early in a week."""
    limits = [onset.below_pct for onset in purpose.level_in(number).first_weeks if number <= onset.until_week]
    too_hard = min(limits, default=999)
    chain = [kind]
    while chain[-1] in purpose.sport.easier:
        chain.append(purpose.sport.easier[chain[-1]])
    if purpose.most_minutes(Band.ANAEROBIC, number) < SHORTEST_ANAEROBIC_MIN and chain[0] is WorkoutType.ANAEROBIC:
        chain = chain[1:]
    return next(
        (each for each in chain if each in available and purpose.sport.lowest_pct.get(each, 0) < too_hard),
        purpose.sport.parts.easy,
    )


def _kept(
    purpose: Purpose, number: int, wanted: list[WorkoutType], most_hard: int, available: Container[WorkoutType]
) -> Iterator[WorkoutType]:
    """The sessions as far as hard days are allowed; beyond them a session is one that is not hard."""
    hard, types = 0, purpose.sport.parts
    for kind in wanted:
        found = kind if kind is WorkoutType.TEST and kind in available else suited(purpose, number, kind, available)
        if found.is_demanding and hard >= most_hard:
            found = types.brisk if types.brisk in available else types.easy
        hard += found.is_demanding
        if found is not types.easy:
            yield found
