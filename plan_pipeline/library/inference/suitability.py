"""What workouts of a type are for, and the phases and days that suit them."""

from typing import Final

from plan_pipeline.core.model.vocabulary import DayKind, Phase, Sport, WorkoutType

WEEKEND_FROM_MIN: Final = 110.0
"""Minutes from which a ride is for the weekend alone: the shipped library's longest for weekdays last 100 to 115."""

RUNS_WEEKEND_FROM_MIN: Final = 90.0
"""The same of a run, which is then a long one."""

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

USUAL_PHASES_OF_RUNS: Final = {
    WorkoutType.RECOVERY: _EVERY_PHASE,
    WorkoutType.EASY: _EVERY_PHASE,
    WorkoutType.THRESHOLD: (Phase.BASE, Phase.BUILD, Phase.PEAK),
    WorkoutType.VO2MAX: (Phase.BUILD, Phase.PEAK),
    WorkoutType.STRENGTH: (Phase.BASE, Phase.BUILD),
    WorkoutType.TEST: (Phase.BASE, Phase.BUILD, Phase.PEAK, Phase.RECOVERY),
    WorkoutType.LONG: (Phase.BASE, Phase.BUILD, Phase.PEAK, Phase.RECOVERY),
    WorkoutType.STEADY: (Phase.BASE, Phase.BUILD, Phase.RECOVERY),
    WorkoutType.PROGRESSIVE: (Phase.BASE, Phase.BUILD),
    WorkoutType.MARATHON_PACE: (Phase.BUILD, Phase.PEAK),
    WorkoutType.CRUISE_INTERVALS: (Phase.BASE, Phase.BUILD, Phase.PEAK),
    WorkoutType.RACE_PACE: (Phase.BUILD, Phase.PEAK),
    WorkoutType.REPETITION: (Phase.BASE, Phase.BUILD, Phase.PEAK),
    WorkoutType.HILLS: (Phase.BASE, Phase.BUILD),
    WorkoutType.RACE_SIMULATION: (Phase.PEAK,),
    WorkoutType.CROSS_TRAINING: _EVERY_PHASE,
}
"""The phases that coaches have runs of a type in; easy runs are for every week (convention)."""

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
PURPOSES_OF_RUNS: Final = {
    WorkoutType.RECOVERY: "Recover while keeping the legs moving.",
    WorkoutType.EASY: "Build aerobic endurance.",
    WorkoutType.LONG: "Build endurance for long distances.",
    WorkoutType.STEADY: "Build endurance at a brisk pace.",
    WorkoutType.PROGRESSIVE: "Learn to run faster on tired legs.",
    WorkoutType.MARATHON_PACE: "Get used to the pace of the marathon.",
    WorkoutType.THRESHOLD: "Raise the pace that can be held for an hour.",
    WorkoutType.CRUISE_INTERVALS: "Raise the pace that can be held for an hour, in repeats.",
    WorkoutType.RACE_PACE: "Get used to the pace of the race.",
    WorkoutType.VO2MAX: "Raise maximal oxygen uptake.",
    WorkoutType.REPETITION: "Raise speed and economy.",
    WorkoutType.HILLS: "Build strength uphill.",
    WorkoutType.RACE_SIMULATION: "Rehearse the race.",
    WorkoutType.CROSS_TRAINING: "Train endurance without the load of running.",
    WorkoutType.STRENGTH: "Build strength off the feet.",
    WorkoutType.TEST: "Measure where training stands.",
}


def suits_taper(kind: WorkoutType, minutes: float) -> bool:
    """Whether a workout is a hard session that is short enough for a taper."""
    return kind.is_hard and kind is not WorkoutType.TEST and minutes <= TAPER_UP_TO_MIN


def phases_of(kind: WorkoutType, minutes: float, sport: Sport = Sport.CYCLING) -> tuple[Phase, ...]:
    """The phases that suit a workout of a type and length."""
    usual = (USUAL_PHASES_OF_RUNS if sport is Sport.RUNNING else USUAL_PHASES)[kind]
    return tuple(phase for phase in Phase if phase in usual or (phase is Phase.TAPER and suits_taper(kind, minutes)))


def purpose_of(kind: WorkoutType, sport: Sport = Sport.CYCLING) -> str:
    """What a workout of a type is for."""
    return (PURPOSES_OF_RUNS if sport is Sport.RUNNING else PURPOSES)[kind]


def days_of(minutes: float, sport: Sport = Sport.CYCLING) -> tuple[DayKind, ...]:
    """The kinds of day that a workout of a length suits."""
    longest = RUNS_WEEKEND_FROM_MIN if sport is Sport.RUNNING else WEEKEND_FROM_MIN
    return (DayKind.WEEKEND,) if minutes > longest else tuple(DayKind)
