"""What an old workout does not say, and the rules by which it is filled in: type, phases, days, texts."""

from typing import Any, Final, NamedTuple

from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.model.vocabulary import DayKind, Phase, Weekday, WorkoutType
from plan_pipeline.core.model.workout import write_out
from plan_pipeline.core.notation import workout_notation
from plan_pipeline.core.registry import squashed
from plan_pipeline.library.migration.report import Notes
from plan_pipeline.library.migration.values import LONGEST_NAME, quoted, text_in, words_in
from plan_pipeline.library.ranged import Parts

WEEKEND_FROM_MIN = 110.0
"""Minutes from which a ride is for the weekend alone: the shipped library's longest for weekdays last 100 to 115."""

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


class _Enough(NamedTuple):
    from_pct: float
    minutes: float
    kind: WorkoutType


_BY_CONTENT: Final = (
    _Enough(121, 2, WorkoutType.ANAEROBIC),
    _Enough(106, 5, WorkoutType.VO2MAX),
    _Enough(96, 8, WorkoutType.THRESHOLD),
    _Enough(84, 10, WorkoutType.SWEET_SPOT),
    _Enough(76, 10, WorkoutType.TEMPO),
)
"""So many minutes at so much of threshold make a workout one of the type; the first that holds."""

RECOVERY_UP_TO_PCT = 60.0

_RISES_TO_PCT: Final = {
    WorkoutType.ENDURANCE: 55.0,
    WorkoutType.TEMPO: 76.0,
    WorkoutType.SWEET_SPOT: 84.0,
    WorkoutType.THRESHOLD: 91.0,
    WorkoutType.VO2MAX: 100.0,
    WorkoutType.ANAEROBIC: 106.0,
}
"""% of threshold that a workout of a type reaches somewhere; one that does not would make weeks miss their load."""

TAPER_UP_TO_MIN = 60.0
"""A taper keeps its intensity and loses its volume: hard sessions up to here suit it (Bosquet 2007, PMID 17762369)."""

_ALL = tuple(Phase)
_PHASES: Final = {
    WorkoutType.RECOVERY: _ALL,
    WorkoutType.ENDURANCE: _ALL,
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
"""Where most of the shipped library's workouts of a type are suited."""

_EASY_WORDS = frozenset({"easy", "low", "verylow", "recovery", "light"})
_HARD_WORDS = frozenset({"hard", "high", "veryhigh", "maximal", "max", "veryhard"})
_WHEREVER_EASY = (Phase.BASE, Phase.RECOVERY, Phase.TAPER)

_PURPOSES: Final = {
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


def stated_type(value: Any) -> WorkoutType | None:
    """The type that a word means; ``None`` for a word of another vocabulary, and for a rest day."""
    if not isinstance(value, str):
        return None
    try:
        kind = WorkoutType(value)
    except ValueError:
        return _TYPE_ALIASES.get(squashed(value))
    return None if kind is WorkoutType.REST else kind


def type_of_content(parts: Parts) -> WorkoutType:
    """The type of a workout by what it holds: the hardest of which there is enough."""
    content = session_content(tuple(write_out(parts)))
    if not content.stretches:
        return WorkoutType.STRENGTH
    for enough in _BY_CONTENT:
        if content.minutes_from(enough.from_pct) >= enough.minutes:
            return enough.kind
    top = max(max(a, b) for _, a, b in content.stretches)
    return WorkoutType.RECOVERY if top <= RECOVERY_UP_TO_PCT else WorkoutType.ENDURANCE


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
    phases, rule = set(_PHASES[kind]), f"those of {kind} workouts"
    if intensity in _EASY_WORDS and not phases.issuperset(_WHEREVER_EASY) and kind is not WorkoutType.STRENGTH:
        phases |= set(_WHEREVER_EASY)
        rule += ", and the light weeks' for its easy intensity"
    elif intensity in _HARD_WORDS and len(phases - {Phase.RECOVERY, Phase.TAPER}) > 0 and kind.is_demanding:
        phases -= {Phase.RECOVERY, Phase.TAPER}
        rule += ", without light weeks for its hard intensity"
    if kind.is_hard and kind is not WorkoutType.TEST and minutes <= TAPER_UP_TO_MIN:
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
    if minutes > WEEKEND_FROM_MIN:
        notes.infer("suitable_days", ("weekend",), f"longer than {WEEKEND_FROM_MIN:g} min")
        return (DayKind.WEEKEND,)
    notes.infer("suitable_days", ("weekday", "weekend"), f"no longer than {WEEKEND_FROM_MIN:g} min")
    return tuple(DayKind)


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
        description = text_in(f"{_PURPOSES[kind]} As it was first written: {written}.")
        notes.infer("description", description, "from the segments")
    if short and long and len(short) <= LONGEST_PURPOSE:
        return short, description
    notes.infer("purpose", _PURPOSES[kind], f"that of {kind} workouts")
    return _PURPOSES[kind], description
