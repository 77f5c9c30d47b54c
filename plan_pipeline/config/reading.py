"""The files of a configuration folder, each read into its model, with the line of every field."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from plan_pipeline.config.problems import ConfigProblem
from plan_pipeline.core.config.aim import EventType, Goal
from plan_pipeline.core.config.content import ContentRules
from plan_pipeline.core.config.flags import FeatureFlag
from plan_pipeline.core.config.levels import Levels
from plan_pipeline.core.config.planning_config import Defaults
from plan_pipeline.core.config.reference_runners import StandardPlanSettings
from plan_pipeline.core.config.rule_settings import RuleSettings
from plan_pipeline.core.config.week_settings import WeekSettings
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.strict_input.data_folders import Severity
from plan_pipeline.strict_input.input_limits import MAX_CONFIG_BYTES, MAX_PROBLEMS, StrictInputError, read_text
from plan_pipeline.strict_input.strict_yaml import parse_yaml
from plan_pipeline.strict_input.validation_messages import FieldProblem, Location, field_problems
from plan_pipeline.strict_input.yaml_lines import Lines

MAX_FILES: Final = 500
"""Goals, or event types, of a sport: many times as many as any coach has names for."""


class FlagsFile(Frozen):
    """All of ``feature_flags.yaml``."""

    flags: dict[str, FeatureFlag] = Field(default_factory=dict)


class FileKind(NamedTuple):
    """What a file holds: ``read_as`` is its whole, ``model`` the model of it or of its items by name."""

    read_as: TypeAdapter[Any]
    model: type[BaseModel]


SPORT_FILES: Final = {
    "defaults": FileKind(TypeAdapter(Defaults), Defaults),
    "levels": FileKind(TypeAdapter(Levels), Levels),
    "week": FileKind(TypeAdapter(WeekSettings), WeekSettings),
    "content": FileKind(TypeAdapter(ContentRules), ContentRules),
    "rules": FileKind(TypeAdapter(dict[str, RuleSettings]), RuleSettings),
}
"""The files of a sport, by name without ``.yaml``, which is the field of the configuration too."""

EXTRA_FILES: Final = {"standard_plans": FileKind(TypeAdapter(StandardPlanSettings), StandardPlanSettings)}
"""Files that a sport may do without, by name as above."""

AIM_FOLDERS: Final = {
    "goals": FileKind(TypeAdapter(Goal), Goal),
    "events": FileKind(TypeAdapter(EventType), EventType),
}
"""The folders of a sport that hold one file a goal or event type."""

FLAGS_FILE: Final = "feature_flags.yaml"
FLAGS: Final = FileKind(TypeAdapter(FlagsFile), FlagsFile)


class ConfigFile(NamedTuple):
    """One file: its path relative to the folder, what it was read as, or ``None``, and where in it things stand."""

    path: str
    value: Any
    lines: Lines

    def problem(self, location: Location, message: str, severity: Severity = Severity.ERROR) -> ConfigProblem:
        """A problem of a field, or with an empty location of the whole file."""
        return ConfigProblem(
            severity=severity,
            file=self.path,
            line=self.lines.of(location) if location else None,
            field=FieldProblem(location, "", "").indexed_field,
            message=message,
        )


class ConfigFolder(NamedTuple):
    """The files of a sport and the common ones, as far as they can be read, by field of the configuration."""

    sport: Sport
    files: Mapping[str, ConfigFile]
    aims: Mapping[str, Mapping[str, ConfigFile]]
    problems: tuple[ConfigProblem, ...]


def read_folder(folder: Path, sport: Sport) -> ConfigFolder:
    """Read every file as far as possible, in sorted order; never raises for what files hold."""
    if not folder.is_dir():
        message = "is not a folder; name the folder that holds the planning configuration"
        return ConfigFolder(sport, {}, {}, (ConfigProblem(file=str(folder), message=message),))
    problems = list(_misplaced(folder, sport))
    if sport not in sports_of(folder):
        held = ", ".join(f"{name}.yaml" for name in SPORT_FILES)
        message = f"holds no configuration of {sport}; put {held}, goals and events there, or ask for another sport"
        return ConfigFolder(sport, {}, {}, (*problems, ConfigProblem(file=sport.value, message=message)))
    files: dict[str, ConfigFile] = {}
    for name, (path, kind) in _places(sport).items():
        if name not in SPORT_FILES and not (folder / path).exists():
            continue  # nothing is switched, or there is nothing extra
        file, found = _read(folder, path, kind)
        problems += found
        files[name] = file
    aims = {}
    for name, kind in AIM_FOLDERS.items():
        aims[name], found = _read_all(folder, f"{sport}/{name}", kind)
        problems += found
    return ConfigFolder(sport, files, aims, tuple(problems))


def _places(sport: Sport) -> dict[str, tuple[str, FileKind]]:
    """The files of a sport and those of all, by field of the configuration: where each is, and what it holds."""
    of_sport = {name: (f"{sport}/{name}.yaml", kind) for name, kind in {**SPORT_FILES, **EXTRA_FILES}.items()}
    return {**of_sport, "flags": (FLAGS_FILE, FLAGS)}


def sports_of(folder: Path) -> tuple[Sport, ...]:
    """The sports that a folder has a configuration of, whether it can be used or not."""
    return tuple(sport for sport in Sport if any((folder / sport.value).rglob("[!.]*.yaml")))


def _read_all(folder: Path, place: str, kind: FileKind) -> tuple[dict[str, ConfigFile], list[ConfigProblem]]:
    """One file a goal or event type, by name."""
    paths = sorted((folder / place).glob("[!.]*.yaml"))
    if not paths:
        return {}, [ConfigProblem(file=place, message="holds nothing; put one file for each into it")]
    if len(paths) > MAX_FILES:
        message = f"holds {len(paths)} files, more than the {MAX_FILES} allowed; take some out"
        return {}, [ConfigProblem(file=place, message=message)]
    files, problems = {}, []
    for path in paths:
        files[path.stem], found = _read(folder, f"{place}/{path.name}", kind)
        problems += found
    return files, problems


def _read(folder: Path, path: str, kind: FileKind) -> tuple[ConfigFile, list[ConfigProblem]]:
    place = folder / path
    unread = ConfigFile(path, None, Lines(""))
    if not place.resolve().is_relative_to(folder.resolve()):
        message = "is a link that leads out of the folder; put the file itself there"
        return unread, [ConfigProblem(file=path, message=message)]
    try:
        text = read_text(place, MAX_CONFIG_BYTES, remedy="make it smaller")
        data = parse_yaml(text) or {}
    except StrictInputError as error:
        return unread, [ConfigProblem(file=path, line=error.line, message=str(error))]
    if not isinstance(data, dict):
        return unread, [ConfigProblem(file=path, message="is not a mapping; write its fields as name: value")]
    file = ConfigFile(path, None, Lines(text))
    try:
        return file._replace(value=kind.read_as.validate_python(data)), []
    except ValidationError as error:
        found = field_problems(error, kind.model, remedies={"id": "use lower-case letters, digits and _"})
        return file, [file.problem(*_placed(each, file.lines)) for each in islice(found, MAX_PROBLEMS)]


def _placed(found: FieldProblem, lines: Lines) -> tuple[Location, str]:
    """Where a problem is, and what it is: what is wrong with a whole may begin with the name of a part."""
    part, _, rest = found.text.partition(": ")
    location = (*found.location, part)
    return (location, rest) if rest and lines.has(location) else (found.location, found.text)


def _misplaced(folder: Path, sport: Sport) -> Iterator[ConfigProblem]:
    """Files that would be read by nobody, such as ``level.yaml``, ``goals.yaml`` or ``events/century.yml``; those of
    other sports are theirs.
    """
    known = sorted({path for sport in Sport for path, _ in _places(sport).values()})
    in_aims = {f"{sport}/{name}" for sport in Sport for name in AIM_FOLDERS}
    for path in sorted(folder.rglob("*.y*ml")):
        place = path.relative_to(folder)
        if place.parts[0] in set(Sport) - {sport}:
            continue
        if place.as_posix() in known or any(part.startswith(".") for part in place.parts):
            continue
        if path.suffix == ".yaml" and place.parent.as_posix() in in_aims:
            continue
        yield ConfigProblem(file=place.as_posix(), message=f"is not a file that is read; {_better(place, known)}")


def _better(place: Path, known: Iterable[str]) -> str:
    beside = [path for path in known if Path(path).parent == place.parent]
    if near := get_close_matches(place.with_suffix(".yaml").as_posix(), beside, n=1, cutoff=0.75):
        return f"name it {near[0]}"
    if place.suffix == ".yml":
        return f"name it {place.with_suffix('.yaml').as_posix()}"
    return "goals and event types are in <sport>/goals and <sport>/events, one file each"
