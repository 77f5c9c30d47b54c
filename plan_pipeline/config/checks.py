"""What no single file shows: names that are taken, amounts that a level does not allow, sessions that cannot be."""

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import pairwise
from typing import Any, Final, NamedTuple

from plan_pipeline.config.problems import ConfigProblem
from plan_pipeline.config.reading import ConfigFile, ConfigFolder
from plan_pipeline.core.config.aim import Aim, EventType, MinutesTarget, PhasePlan
from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.config.levels import BELOW_VO2MAX, Level, Levels
from plan_pipeline.core.config.rule_settings import RuleSettings
from plan_pipeline.core.config.week_settings import WeekSettings
from plan_pipeline.core.model.vocabulary import Band, DayKind, ExperienceLevel, Phase, WorkoutType
from plan_pipeline.core.registry import squashed
from plan_pipeline.core.rules.rule_settings_check import rule_problems
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.sports.sport import SportRecord
from plan_pipeline.strict_input.data_folders import Severity
from plan_pipeline.strict_input.validation_messages import Location, nearest

UPPER: Final = (Band.VO2MAX, Band.ANAEROBIC)
_ORDER: Final = {phase: i for i, phase in enumerate(Phase)}


class Finding(NamedTuple):
    """One thing that is wrong in a file: with which field, what, and what to do."""

    location: Location
    message: str
    severity: Severity = Severity.ERROR


def check_folder(folder: ConfigFolder, workout_ids: Collection[str] | None) -> Iterator[ConfigProblem]:
    """Everything that is wrong between the files that could be read, and within them beyond their form.

    Tests are to be among the ids of workouts, where those are given.
    """
    levels, record = folder.files.get("levels"), record_of(folder.sport)
    if levels is not None and levels.value is not None:
        yield from _problems(levels, _levels(levels.value))
    for name, files in folder.aims.items():
        for stem, file in files.items():
            if file.value is not None:
                yield from _problems(file, _aim(stem, file.value, levels.value if levels else None, record))
                if workout_ids is not None:
                    yield from _problems(file, _tests(file.value, workout_ids))
        yield from _taken(name, [file for file in files.values() if file.value is not None])
    yield from _words([file for files in folder.aims.values() for file in files.values() if file.value is not None])
    yield from _defaults(folder)
    if (week := folder.files.get("week")) and week.value is not None:
        yield from _problems(week, _lengths(week.value, record))
    if (flags := folder.files.get("flags")) and flags.value is not None:
        yield from _problems(flags, _flags(flags.value.flags))
    rules = folder.files.get("rules")
    if rules is not None and rules.value is not None:
        yield from _problems(rules, _rules(rules.value, folder))


def _rules(rules: dict[str, RuleSettings], folder: ConfigFolder) -> Iterator[Finding]:
    return (Finding(*each) for each in rule_problems(rules, _said_of_rules(folder), sport=folder.sport))


def _said_of_rules(folder: ConfigFolder) -> dict[str, Any] | None:
    """What the thresholds of rules may name numbers of, if all of it could be read; every level has the same ones."""
    week, content, levels = (folder.files[name].value for name in ("week", "content", "levels"))
    return {"week": week, "content": content, "level": levels.beginner} if week and content and levels else None


def _problems(file: ConfigFile, findings: Iterator[Finding]) -> Iterator[ConfigProblem]:
    return (file.problem(*finding) for finding in findings)


# --- names -----------------------------------------------------------------------------------------------


def _taken(kind: str, files: list[ConfigFile]) -> Iterator[ConfigProblem]:
    """Ids and aliases that stand for two goals, or for two event types."""
    ids = {squashed(file.value.id): file.value.id for file in files}
    holders: dict[str, str] = {}
    for file in files:
        for i, alias in enumerate(file.value.aliases):
            spelling = squashed(alias)
            holder = ids.get(spelling) or holders.setdefault(spelling, file.value.id)
            if holder != file.value.id:
                message = (
                    f"{alias!r} is already a name of {holder}; choose another, or take it from {kind}/{holder}.yaml"
                )
                yield file.problem(("aliases", i), message)


def _words(files: list[ConfigFile]) -> Iterator[ConfigProblem]:
    """Words that two goals or event types are to be known by."""
    holders: dict[str, str] = {}
    for file in files:
        for i, words in enumerate(file.value.words):
            holder = holders.setdefault(" ".join(words.lower().replace("-", " ").split()), file.path)
            if holder != file.path:
                yield file.problem(("words", i), f"{words!r} is already in {holder}; keep it in one of the two")


def _defaults(folder: ConfigFolder) -> Iterator[ConfigProblem]:
    file = folder.files.get("defaults")
    if file is None or file.value is None:
        return
    for field, aims in (("goal", folder.aims["goals"]), ("event", folder.aims["events"])):
        wanted = getattr(file.value, field)
        if wanted not in aims:
            near = nearest(wanted, tuple(aims))
            remedy = f"did you mean {near}?" if near else f"use one of {', '.join(aims)}"
            yield file.problem((field,), f"{wanted!r} is not known; {remedy}")


def _flags(names: Iterable[str]) -> Iterator[Finding]:
    """A flag that nothing asks for would switch nothing."""
    known = tuple(map(str, Flag))
    for name in names:
        if name not in known:
            near = nearest(name, known)
            remedy = f"did you mean {near}?" if near else f"use {', '.join(known)}"
            yield Finding(("flags", name), f"switches nothing; {remedy}")


# --- goals and event types -------------------------------------------------------------------------------


def _aim(stem: str, aim: Aim, levels: Levels | None, record: SportRecord) -> Iterator[Finding]:
    if aim.id != stem:
        yield Finding(("id",), f"{aim.id!r} is not the name of the file; write {stem}, or rename it to {aim.id}.yaml")
    yield from _phases(aim, record)
    yield from _sharpening(aim, record)
    for level in ExperienceLevel if levels else ():
        assert levels is not None
        yield from _sessions(aim, level, levels.of(level), record)
        for i, target in enumerate(aim.minutes):
            yield from _minutes(aim, i, target, level, levels.of(level), record)


def _tests(aim: Aim, workout_ids: Collection[str]) -> Iterator[Finding]:
    for i, workout_id in enumerate(aim.tests):
        if workout_id not in workout_ids:
            near = nearest(workout_id, tuple(workout_ids))
            remedy = f"did you mean {near}?" if near else "add it, or name another"
            message = f"the library has no workout {workout_id!r}; {remedy}"
            yield Finding(("tests", i), message, Severity.WARNING)


def _phases(aim: Aim, record: SportRecord) -> Iterator[Finding]:
    for i, (before, after) in enumerate(pairwise(aim.phases), 1):
        if _ORDER[before.phase] > _ORDER[after.phase]:
            yield Finding(("phases", i, "phase"), f"{after.phase} comes after {before.phase}; list base, build, peak")
    for i, phase in enumerate(aim.phases):
        for where, sessions in (("sessions", phase.sessions), *phase.for_level.items()):
            for j, types in enumerate(sessions):
                for k, kind in enumerate(types):
                    place = ("sessions",) if where == "sessions" else ("for_level", str(where))
                    if kind in record.no_key_types:
                        yield Finding(("phases", i, *place, j, k), f"{kind} is no key session; name a type of training")
                    elif kind not in record.types:
                        yield Finding(("phases", i, *place, j, k), _foreign(kind, record))


def _sharpening(aim: Aim, record: SportRecord) -> Iterator[Finding]:
    for i, kind in enumerate(aim.taper.sharpen_types if isinstance(aim, EventType) else ()):
        if kind not in record.types:
            yield Finding(("taper", "sharpen_types", i), _foreign(kind, record))


def _foreign(kind: WorkoutType, record: SportRecord) -> str:
    """What to say of a type of session that the sport does not have."""
    return f"{kind} is no session of {record.sport}; use one of {', '.join(record.trained_types)}"


def _sessions(aim: Aim, name: ExperienceLevel, level: Level, record: SportRecord) -> Iterator[Finding]:
    wanted, most = aim.sessions_a_week.of(name), level.most_hard_days_of_all
    if wanted > most:
        message = f"{wanted} key sessions, but {_one(name, record)} has at most {most} hard days a week; write {most}"
        yield Finding(("sessions_a_week", name.value), message)


def _minutes(
    aim: Aim, i: int, target: MinutesTarget, name: ExperienceLevel, level: Level, record: SportRecord
) -> Iterator[Finding]:
    wanted, one = max(target.weekly.of(name)), _one(name, record)
    bands = " and ".join(target.bands)
    in_a_week = sum(_most_a_week(aim, band, level) for band in target.bands)
    here: Location = ("minutes", i, "weekly", name.value)
    if wanted > in_a_week:
        message = f"{wanted:g} min at {bands}, above the {in_a_week:g} a week that levels.yaml allows {one}; "
        yield Finding(here, f"{message}write {in_a_week:g} or less")
        return
    if target.least.of(name) > wanted:
        message = f"{target.least.of(name):g} min count, but no week has more than {wanted:g}; write {wanted:g} or less"
        yield Finding(("minutes", i, "least", name.value), message)
    if not wanted:
        return
    for phase in _phases_of(aim, target):
        sessions = phase.sessions_of(name)[: aim.sessions_a_week.of(name)]
        able = [types for types in sessions if any(k in record.delivers[band] for k in types for band in target.bands)]
        if not able:
            message = f"no key session of {phase.phase} for {one} holds work at {bands}; {_add(target, record)}"
            yield Finding(here, message, Severity.WARNING)
        elif (most := len(able) * _most_a_session(target, level)) < wanted * _reached(aim, target, phase):
            message = (
                f"{wanted:g} min at {bands} are more than the {most:g} that {len(able)} sessions of {phase.phase} "
            )
            yield Finding(here, f"{message}may hold for {one}; write less, or add a session", Severity.WARNING)


def _most_a_week(aim: Aim, band: Band, level: Level) -> float:
    usual = level.weekly_minutes[band]
    return max(usual, level.goal_weekly_minutes.get(band, 0.0)) if band in aim.minutes[0].bands else usual


def _most_a_session(target: MinutesTarget, level: Level) -> float:
    upper = level.session_from_106 if any(band in UPPER for band in target.bands) else 0.0
    return upper + sum(level.session_minutes[band] for band in target.bands if band not in UPPER)


def _phases_of(aim: Aim, target: MinutesTarget) -> list[PhasePlan]:
    """The phases that a span of load weeks lies in, by more than the rounding of shares."""
    ends = [sum(phase.share for phase in aim.phases[: i + 1]) for i in range(len(aim.phases))]
    return [
        phase
        for phase, end in zip(aim.phases, ends, strict=True)
        if min(end, target.to_share) - max(end - phase.share, target.from_share) > ROUNDING
    ]


ROUNDING: Final = 0.05
"""Of the load weeks, by which a span of minutes may reach into a phase without being meant for it."""


def _reached(aim: Aim, target: MinutesTarget, phase: PhasePlan) -> float:
    """How far minutes have grown by the end of a phase, as a share of their last week's."""
    end = sum(each.share for each in aim.phases[: aim.phases.index(phase) + 1])
    return min(1.0, (end - target.from_share) / (target.to_share - target.from_share))


def _add(target: MinutesTarget, record: SportRecord) -> str:
    kinds = sorted({kind.value for band in target.bands for kind in record.delivers[band]})
    return f"add one of {', '.join(kinds)}, or begin the minutes later"


def _one(level: ExperienceLevel, record: SportRecord) -> str:
    return "a beginner" if level is ExperienceLevel.BEGINNER else f"an {level} {record.words.athlete}"


# --- the week --------------------------------------------------------------------------------------------


def _lengths(week: WeekSettings, record: SportRecord) -> Iterator[Finding]:
    """Every type of session that the sport trains has lengths on both kinds of day, and no other type has any."""
    trained = [(kind, day) for kind in record.trained_types for day in DayKind]
    missing = [f"{kind} on a {day}" for kind, day in trained if day not in week.sessions.get(kind, {})]
    if missing:
        message = f"sessions lack lengths of {', '.join(missing)}; give ordinary and outer minutes of each"
        yield Finding((), message)
    for kind in week.sessions:
        if kind not in record.trained_types:
            yield Finding(("sessions", kind.value), _foreign(kind, record))


# --- levels ----------------------------------------------------------------------------------------------


def _levels(levels: Levels) -> Iterator[Finding]:
    """A rider of a higher level takes as much as one of the level below, or more."""
    for lower, higher in pairwise(ExperienceLevel):
        for location, amount in _AMOUNTS.items():
            less, more = amount(levels.of(lower)), amount(levels.of(higher))
            if more < less:
                message = f"{more:g} is less than the {less:g} of {lower}; a higher level takes as much or more"
                yield Finding((higher.value, *location), message)


def _of_band(field: str, band: Band) -> Callable[[Level], float]:
    return lambda level: getattr(level, field)[band]


_AMOUNTS: dict[Location, Callable[[Level], float]] = {
    ("hard_days",): lambda level: level.most_hard_days_of_all,
    ("session_from_106",): lambda level: level.session_from_106,
    ("hours_step",): lambda level: level.hours_step,
    **{("weekly_minutes", band.value): _of_band("weekly_minutes", band) for band in Band},
    **{("session_minutes", band.value): _of_band("session_minutes", band) for band in BELOW_VO2MAX},
}
