"""A whole legacy library: entries converted or rejected with their reasons, twins merged, files as text."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.model.workout import LibraryWorkout
from plan_pipeline.library.files import library_version
from plan_pipeline.library.migration.conversion import converted
from plan_pipeline.library.migration.duplicates import reason_of, widened, with_own_count
from plan_pipeline.library.migration.ids import Ids, given_id
from plan_pipeline.library.migration.report import (
    Difference,
    Duplicate,
    Inferred,
    LeftBehind,
    MigrationReport,
    Notes,
    Rejected,
    Renamed,
    Repaired,
)
from plan_pipeline.library.migration.riders import UnrideableError
from plan_pipeline.library.migration.values import UnusableError, quoted
from plan_pipeline.library.ranged import changed
from plan_pipeline.library.writing import library_files
from plan_pipeline.strict_input.input_limits import (
    MAX_LEGACY_LIBRARY_BYTES,
    MAX_LIBRARY_BYTES,
    StrictInputError,
    text_of,
)
from plan_pipeline.strict_input.strict_json import parse_json

_VERSION: Final = re.compile(r"v?1(\.\d+)*")
_LEGACY: Final = "a legacy library has version 1.x"


class LegacyLibraryError(ValueError):
    """The file is no legacy library; the message says why, and what to do."""


class Migration(NamedTuple):
    """The new library as text by file, empty where no workout could be kept, and the account of it."""

    files: dict[str, str]
    report: MigrationReport


class _Kept(NamedTuple):
    workout: LibraryWorkout
    position: int
    notes: Notes


def migrate_library(content: bytes, source: str, config: PlanningConfig) -> Migration:
    """Migrate the content of a JSON file of schema 1.x.

    Raises ``LegacyLibraryError`` for what is no such file. What is wrong with single workouts is in the report.
    """
    data = _read(content)
    version = _checked_version(data)
    entries = data.get("workouts")
    if not isinstance(entries, list) or not entries:
        what = "is missing" if entries is None else "is empty" if entries == [] else "is not a list"
        raise LegacyLibraryError(f"workouts: {what}; a legacy library holds its workouts in this list")
    sorter = _Sorter(entries, config)
    for position, entry in enumerate(entries):
        sorter.add(position, entry)
    metadata = {key: value for key, value in data.items() if key != "workouts"}
    return _finished(sorter, source, version, metadata, len(entries))


def _read(content: bytes) -> dict[str, Any]:
    try:
        remedy = "divide it into several libraries"
        text = text_of(content, MAX_LEGACY_LIBRARY_BYTES, remedy=remedy)
        data = parse_json(text, non_numbers_as_text=True)
    except StrictInputError as error:
        raise LegacyLibraryError(str(error)) from None
    if not isinstance(data, dict):
        raise LegacyLibraryError(f"is not a JSON object; {_LEGACY} and a list of workouts")
    return data


def _checked_version(data: dict[str, Any]) -> str:
    """The version as text. A file that states none has the format of a legacy library or fails by its workouts."""
    for field in ("version", "schema_version"):
        value = data.get(field)
        if value is None:
            continue
        text = str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
        if not _VERSION.fullmatch(text):
            raise LegacyLibraryError(f"{field}: {quoted(value)} is not one that can be migrated; {_LEGACY}")
    return str(data.get("version", data.get("schema_version", "1.x (not stated)"))).strip()


class _Sorter:
    """Takes the entries one by one, and knows at the end what was kept and what was not."""

    def __init__(self, entries: Sequence[Any], config: PlanningConfig) -> None:
        self._config = config
        self._ids = Ids(entry.get("id") for entry in entries if isinstance(entry, dict))
        self._place: dict[tuple[WorkoutType, str], int] = {}
        self.kept: list[_Kept] = []
        self.rejected: list[Rejected] = []
        self.duplicates: list[Duplicate] = []
        self.renamed: list[Renamed] = []
        self.unrideable: list[str] = []

    def add(self, position: int, entry: Any) -> None:
        name, notes = given_id(entry, position), Notes()
        wanted = self._ids.wanted(entry, position)
        try:
            workout = converted(entry, wanted, self._config, notes)
        except UnusableError as error:
            self.rejected.append(Rejected(id=name, position=position, reason=str(error)))
            if isinstance(error, UnrideableError):
                self.unrideable.append(name)
            return
        if (apart := self._apart(workout, name, position)) is None:
            return
        if apart is not workout:
            notes.infer("repeat_range", None, "another workout differs from it in nothing but the number of sets")
        given = entry.get("id")
        own = self._ids.take(wanted, given)
        if own != given:
            why = "another workout has it already" if given == wanted else "ids are lower-case letters, digits and _"
            self.renamed.append(Renamed(id=name, new_id=own, reason=why if given is not None else "it had none"))
        self._place[apart.type, apart.fingerprint] = len(self.kept)
        self.kept.append(_Kept(changed(apart, id=own), position, notes))

    def _apart(self, workout: LibraryWorkout, name: str, position: int) -> LibraryWorkout | None:
        """The workout as it can stand beside those that are kept; ``None`` where one of them stands for it."""
        twin_at = self._place.get((workout.type, workout.fingerprint))
        if twin_at is None:
            return workout
        twin = self.kept[twin_at]
        if (wider := widened(twin.workout, workout, self._config)) is None:
            own_count = with_own_count(workout)
            if own_count is not None:
                return self._apart(own_count, name, position)
            wider = twin.workout
        self.kept[twin_at] = twin._replace(workout=wider)
        reason = reason_of(twin.workout, workout)
        self.rejected.append(Rejected(id=name, position=position, reason=f"duplicate: {reason}"))
        self.duplicates.append(Duplicate(id=name, same_as=twin.workout.id, reason=reason))
        return None


def _finished(sorter: _Sorter, source: str, version: str, metadata: dict[str, Any], workouts_in: int) -> Migration:
    workouts = [kept.workout for kept in sorter.kept]
    extensible = sum(workout.extensible for workout in workouts)
    noted = [(kept.workout.id, kept.notes) for kept in sorter.kept]
    report = MigrationReport(
        source=source,
        schema_version=version,
        library_version=library_version(workouts) if workouts else None,
        workouts_in=workouts_in,
        workouts_out=len(workouts),
        extensible=extensible,
        extensible_share=round(extensible / len(workouts), 4) if workouts else 0.0,
        rejected=tuple(sorter.rejected),
        inferred=tuple(Inferred(id=i, field=f, value=v, rule=r) for i, notes in noted for f, v, r in notes.inferred),
        duplicates=tuple(sorter.duplicates),
        differences=tuple(
            Difference(id=i, field=f, stated=s, computed=c) for i, notes in noted for f, s, c in notes.differences
        ),
        repaired=tuple(Repaired(id=i, field=f, what=w) for i, notes in noted for f, w in notes.repaired),
        renamed=tuple(sorter.renamed),
        unrideable=tuple(sorter.unrideable),
        left_behind=tuple(LeftBehind(id=i, fields=notes.left_behind) for i, notes in noted if notes.left_behind),
        by_type=dict(sorted(Counter(workout.type.value for workout in workouts).items())),
        metadata=metadata,
    )
    files = library_files(workouts) if workouts else {}
    for file, text in files.items():
        if len(text.encode()) > MAX_LIBRARY_BYTES:
            what = f"{file} would be larger than the {MAX_LIBRARY_BYTES // 1_000_000} MB that a library's file may have"
            raise LegacyLibraryError(f"workouts: {what}; divide it into several libraries")
    return Migration(files, report)
