"""What an old workout does not say, and the rules by which it is filled in: type, phases, days, texts."""

from typing import Any, Final

from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.model.vocabulary import DayKind, Phase, Weekday, WorkoutType
from plan_pipeline.core.model.workout import write_out
from plan_pipeline.core.notation import workout_notation
from plan_pipeline.core.registry import squashed
from plan_pipeline.library.inference.suitability import (
    PURPOSES,
    TAPER_UP_TO_MIN,
    USUAL_PHASES,
    WEEKEND_FROM_MIN,
    suits_taper,
)
from plan_pipeline.library.inference.suitability import days_of as usual_days
from plan_pipeline.library.migration.report import Notes
from plan_pipeline.library.migration.values import LONGEST_NAME, quoted, text_in, words_in
from plan_pipeline.library.ranged import Parts

LONGEST_PURPOSE = 160

_TYPE_ALIASES: Final = {
    **dict.fromkeys(("vo2", "vo2intervals", "map"), WorkoutType.VO2MAX),
    **dict.fromkeys(("ftp", "overunder", "overunders", "lactatethreshold", "lt"), WorkoutType.THRESHOLD),
    **dict.fromkeys(("ftptest", "ramptest", "fitnesstest", "assessment", "benchmark"), WorkoutType.TEST),
    **dict.fromkeys(("sprint", "sprints", "neuromuscular", "anaerobiccapacity"), WorkoutType.ANAEROBIC),
    **dict.fromkeys(("longride", "long", "zone2", "z2", "base", "aerobic", "lsd"), WorkoutType.ENDURANCE),
    **dict.fromkeys(("easy", "activerecovery", "recoveryride"), WorkoutType.RECOVERY),
    **dict.fromkeys(("opener", "activation", "preraceopeners"), WorkoutType.OPENERS),
    **dict.fromkeys(("gym", "weights", "core"), WorkoutType.STRENGTH),
}
"""Types in other words, squashed; whatever is in none of the lists is told from the segments."""


_RISES_TO_PCT: Final = {
    WorkoutType.ENDURANCE: 55.0,
    WorkoutType.TEMPO: 76.0,
    WorkoutType.SWEET_SPOT: 84.0,
    WorkoutType.THRESHOLD: 91.0,
    WorkoutType.VO2MAX: 100.0,
    WorkoutType.ANAEROBIC: 106.0,
}
"""% of threshold that a workout of a type reaches somewhere; one that does not would make weeks miss their load."""

_EASY_WORDS = frozenset({"easy", "low", "verylow", "recovery", "light"})
_HARD_WORDS = frozenset({"hard", "high", "veryhigh", "maximal", "max", "veryhard"})
_WHEREVER_EASY = (Phase.BASE, Phase.RECOVERY, Phase.TAPER)


def stated_type(value: Any) -> WorkoutType | None:
    """The type that a word means; ``None`` for a word of another vocabulary, and for a rest day."""
    if not isinstance(value, str):
        return None
    try:
        kind = WorkoutType(value)
    except ValueError:
        return _TYPE_ALIASES.get(squashed(value))
    return None if kind is WorkoutType.REST else kind


def is_of(kind: WorkoutType, parts: Parts) -> bool:
    """Whether a workout is anywhere as hard as its type says."""
    content = session_content(tuple(write_out(parts)))
    return max((max(a, b) for _, a, b in content.stretches), default=0.0) >= _RISES_TO_PCT.get(kind, 0.0)


def phases_of(data: dict[str, Any], kind: WorkoutType, minutes: float, notes: Notes) -> tuple[Phase, ...]:
    """``suitable_phases``, or those of the type: fewer light weeks for what is hard, more for what is easy."""
    stated, unknown = [], []
    for word in words_in(data.get("suitable_phases")):
        try:
            stated.append(Phase(word))
        except ValueError:
            unknown.append(word)
    for word in unknown:
        notes.repair("suitable_phases", f"{quoted(word)} is no phase, and is left out")
    if stated:
        return tuple(phase for phase in Phase if phase in stated)
    intensity = squashed(text_in(data.get("intensity")))
    phases, rule = set(USUAL_PHASES[kind]), f"those of {kind} workouts"
    if intensity in _EASY_WORDS and not phases.issuperset(_WHEREVER_EASY) and kind is not WorkoutType.STRENGTH:
        phases |= set(_WHEREVER_EASY)
        rule += ", and the light weeks' for its easy intensity"
    elif intensity in _HARD_WORDS and len(phases - {Phase.RECOVERY, Phase.TAPER}) > 0 and kind.is_demanding:
        phases -= {Phase.RECOVERY, Phase.TAPER}
        rule += ", without light weeks for its hard intensity"
    if suits_taper(kind, minutes):
        phases.add(Phase.TAPER)
        rule += f", and the taper's as it is no longer than {TAPER_UP_TO_MIN:g} min"
    found = tuple(phase for phase in Phase if phase in phases)
    notes.infer("suitable_phases", tuple(phase.value for phase in found), rule)
    return found


def days_of(data: dict[str, Any], minutes: float, notes: Notes) -> tuple[DayKind, ...]:
    """The kinds of day that ``suitable_weekdays`` or ``weekday`` name, or those that its length suits."""
    for field in ("suitable_weekdays", "weekday"):
        kinds = {kind for word in words_in(data.get(field)) if (kind := _day_kind(word, field, notes))}
        if kinds:
            if field == "weekday":
                notes.infer("suitable_days", tuple(sorted(kinds)), f"from weekday {quoted(data[field])}")
            return tuple(kind for kind in DayKind if kind in kinds)
    found = usual_days(minutes)
    longer = "no longer" if DayKind.WEEKDAY in found else "longer"
    notes.infer("suitable_days", tuple(kind.value for kind in found), f"{longer} than {WEEKEND_FROM_MIN:g} min")
    return found


def _day_kind(word: str, field: str, notes: Notes) -> DayKind | None:
    try:
        return DayKind.of(Weekday(word))
    except ValueError:
        pass
    try:
        return DayKind(squashed(word).removesuffix("s"))
    except ValueError:
        notes.repair(field, f"{quoted(word)} is no day of the week, and is left out")
        return None


def name_of(data: dict[str, Any], workout_id: str, notes: Notes) -> str:
    """The name, or the id read as words."""
    if name := text_in(data.get("name"), LONGEST_NAME):
        return name
    name = workout_id.replace("_", " ").strip().capitalize()
    notes.infer("name", name, "from the id")
    return name


def texts_of(data: dict[str, Any], kind: WorkoutType, parts: Parts, notes: Notes) -> tuple[str, str]:
    """Purpose and description: the short text and the long one, or words for the type and for the parts."""
    short, long = text_in(data.get("description")), text_in(data.get("detailed_description"))
    description = long or short
    if not description:
        written = ", ".join(workout_notation(tuple(write_out(parts))))
        description = text_in(f"{PURPOSES[kind]} As it was first written: {written}.")
        notes.infer("description", description, "from the segments")
    if short and long and len(short) <= LONGEST_PURPOSE:
        return short, description
    notes.infer("purpose", PURPOSES[kind], f"that of {kind} workouts")
    return PURPOSES[kind], description
