"""What workouts of a type are for, and the phases and days that suit them."""

from typing import Final

from plan_pipeline.core.model.vocabulary import DayKind, Phase, WorkoutType

WEEKEND_FROM_MIN: Final = 110.0
"""Minutes from which a ride is for the weekend alone: the shipped library's longest for weekdays last 100 to 115."""

TAPER_UP_TO_MIN: Final = 60.0
"""A taper keeps its intensity and loses its volume: hard sessions up to here suit it (Bosquet 2007, PMID 17762369)."""

_EVERY_PHASE: Final = tuple(Phase)

USUAL_PHASES: Final = {
    WorkoutType.RECOVERY: _EVERY_PHASE,
    WorkoutType.ENDURANCE: _EVERY_PHASE,
    WorkoutType.TEMPO: (Phase.BASE, Phase.BUILD, Phase.RECOVERY),
    WorkoutType.SWEET_SPOT: (Phase.BASE, Phase.BUILD, Phase.PEAK),
    WorkoutType.THRESHOLD: (Phase.BUILD, Phase.PEAK),
    WorkoutType.VO2MAX: (Phase.BUILD, Phase.PEAK),
    WorkoutType.ANAEROBIC: (Phase.BUILD, Phase.PEAK),
    WorkoutType.MIXED: (Phase.BASE, Phase.BUILD, Phase.PEAK),
    WorkoutType.STRENGTH: (Phase.BASE, Phase.BUILD),
    WorkoutType.TEST: (Phase.BASE, Phase.BUILD, Phase.PEAK, Phase.RECOVERY),
    WorkoutType.OPENERS: (Phase.BUILD, Phase.PEAK, Phase.TAPER),
}
"""The phases that about two in five of the shipped library's workouts of a type suit; easy rides are for every week."""

PURPOSES: Final = {
    WorkoutType.RECOVERY: "Recover while keeping the legs moving.",
    WorkoutType.ENDURANCE: "Build aerobic endurance.",
    WorkoutType.TEMPO: "Build muscular endurance at a brisk pace.",
    WorkoutType.SWEET_SPOT: "Raise sustainable power with moderate strain.",
    WorkoutType.THRESHOLD: "Raise the power that can be held for long.",
    WorkoutType.VO2MAX: "Raise maximal oxygen uptake.",
    WorkoutType.ANAEROBIC: "Raise short, hard power.",
    WorkoutType.MIXED: "Ride at changing intensities.",
    WorkoutType.STRENGTH: "Build strength off the bike.",
    WorkoutType.TEST: "Measure where training stands.",
    WorkoutType.OPENERS: "Open the legs for a hard day to come.",
}


def suits_taper(kind: WorkoutType, minutes: float) -> bool:
    """Whether a workout is a hard session that is short enough for a taper."""
    return kind.is_hard and kind is not WorkoutType.TEST and minutes <= TAPER_UP_TO_MIN


def phases_of(kind: WorkoutType, minutes: float) -> tuple[Phase, ...]:
    """The phases that suit a workout of a type and length."""
    usual = USUAL_PHASES[kind]
    return tuple(phase for phase in Phase if phase in usual or (phase is Phase.TAPER and suits_taper(kind, minutes)))


def days_of(minutes: float) -> tuple[DayKind, ...]:
    """The kinds of day that a workout of a length suits."""
    return (DayKind.WEEKEND,) if minutes > WEEKEND_FROM_MIN else tuple(DayKind)
