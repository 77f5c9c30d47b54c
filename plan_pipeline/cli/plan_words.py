"""What tables of a plan say in short: letters of days and what they stand for, threshold, target and distances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from plan_pipeline.core.model.athlete import AthleteProfile
from plan_pipeline.core.model.plan import PlanMetadata, PlanWeek, TrainingDay
from plan_pipeline.core.model.vocabulary import DayRole, WorkoutType
from plan_pipeline.core.paces.text import Units, pace_text, time_text

DAY_LETTERS = {
    WorkoutType.REST: "·",
    WorkoutType.RECOVERY: "r",
    WorkoutType.ENDURANCE: "e",
    WorkoutType.TEMPO: "T",
    WorkoutType.SWEET_SPOT: "S",
    WorkoutType.THRESHOLD: "H",
    WorkoutType.VO2MAX: "V",
    WorkoutType.ANAEROBIC: "A",
    WorkoutType.MIXED: "m",
    WorkoutType.STRENGTH: "s",
    WorkoutType.TEST: "X",
    WorkoutType.OPENERS: "o",
    WorkoutType.EASY: "e",
    WorkoutType.LONG: "l",
    WorkoutType.STEADY: "S",
    WorkoutType.PROGRESSIVE: "P",
    WorkoutType.MARATHON_PACE: "M",
    WorkoutType.CRUISE_INTERVALS: "C",
    WorkoutType.RACE_PACE: "G",
    WorkoutType.REPETITION: "R",
    WorkoutType.HILLS: "U",
    WorkoutType.RACE_SIMULATION: "D",
    WorkoutType.CROSS_TRAINING: "c",
}
"""One letter a day, Monday first; capitals for what is not easy."""

LONG_QUALITY = "L"
"""The letter of a long session that is a key session as well."""

_IN_WORDS = {
    WorkoutType.MARATHON_PACE: "marathon pace",
    WorkoutType.CRUISE_INTERVALS: "cruise intervals",
    WorkoutType.RACE_PACE: "race pace (goal)",
    WorkoutType.HILLS: "hills (up)",
    WorkoutType.RACE_SIMULATION: "race simulation (dress rehearsal)",
    WorkoutType.CROSS_TRAINING: "cross-training",
}
"""Types that are not told by the name they have in files."""


def letter_of(day: TrainingDay) -> str:
    """The letter of a day."""
    return LONG_QUALITY if _is_key_and_long(day) else DAY_LETTERS[day.workout_type]


def legend_of(weeks: Sequence[PlanWeek]) -> str:
    """What the letters stand for that days of some weeks have."""
    kinds = {day.workout_type for week in weeks for day in week.training_days if not _is_key_and_long(day)}
    found = [f"{letter} {_IN_WORDS.get(kind, kind)}" for kind, letter in DAY_LETTERS.items() if kind in kinds]
    if any(_is_key_and_long(day) for week in weeks for day in week.training_days):
        found.append(f"{LONG_QUALITY} long with hard work")
    return ", ".join(found)


def _is_key_and_long(day: TrainingDay) -> bool:
    return day.role is DayRole.LONG_QUALITY


def threshold_of(athlete: AthleteProfile) -> str:
    """What the athlete's percentages are shares of."""
    if athlete.ftp is not None:
        return f"FTP {athlete.ftp:g} W"
    runner = athlete.runner
    return f"threshold {pace_text(runner.threshold_speed, athlete.units or Units.KM)}, VDOT {runner.vdot:.1f}"


def targets_of(meta: PlanMetadata) -> Iterator[str]:
    """What the plan is to come to in a number."""
    if meta.target_ftp is not None:
        yield f"FTP {meta.target_ftp:g} W"
    if meta.event is not None and meta.event.goal_time is not None:
        yield f"finish in {time_text(meta.event.goal_time)}"


def covered_km(week: PlanWeek) -> float:
    """Kilometres of a week, without what is optional; 0 where none are known."""
    return sum(workout.distance_km or 0.0 for workout in week.workouts if not workout.optional)


def ground_in(km: float | None, units: Units | None) -> str:
    """Kilometres in the athlete's units, or a dash where there are none."""
    return f"{km * 1000 / (units or Units.KM).metres:.1f}" if km else "–"
